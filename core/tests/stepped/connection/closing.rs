//! The server begins to close the link: nothing more goes out, and nothing is lost.

use leptos_chat_core::connection::{Config, Delivery, Failure, Input, State};

use crate::world::{URL, World, puppet::Puppet};

/// Open, and the server has said its last word; the browser has not told the end yet.
fn closing(mut world: World) -> World {
    let socket = world.socket();
    world.take_events();
    world.input(Input::SocketClosing { socket });
    world
}

#[test]
fn what_is_sent_while_the_server_closes_waits_for_the_next_link() {
    let mut world = closing(World::raw().connected());
    let id = world.say("too late for this link");
    assert_eq!(world.fate(id), [Delivery::Queued]);
    assert_eq!(world.sent(), [""; 0]);
    world.server_closes(1001, "going away");
    world.advance_to_timer();
    world.accept();
    assert_eq!(world.sent(), ["too late for this link"]);
    assert_eq!(world.fate(id), [Delivery::Queued, Delivery::Sent]);
}

#[test]
fn the_outbox_is_bounded_while_the_server_closes() {
    let config = Config {
        max_queued: 1,
        ..Config::new(URL)
    };
    let mut world = closing(World::raw_with(config).connected());
    world.say("first");
    assert!(world.send("second").is_err());
}

#[test]
fn the_servers_code_is_waited_for() {
    let mut world = closing(World::json().connected());
    assert_eq!(world.name(), "open");
    world.server_closes(1008, "banned");
    assert_eq!(world.name(), "closed");
}

#[test]
fn an_end_that_is_never_told_is_not_waited_for() {
    for world in [World::raw(), World::json()] {
        let mut world = closing(world.connected());
        let sent = world.sent().len();
        world.advance(Config::new(URL).close_timeout);
        assert!(matches!(world.state(), State::Waiting { .. }));
        assert_eq!(world.sent().len(), sent, "no heartbeat into a closing link");
        assert!(world.live().is_empty());
    }
}

#[test]
fn a_page_that_wakes_asks_nothing_of_a_link_that_ends() {
    let mut world = closing(World::json().connected());
    let sent = world.sent().len();
    world.advance_secs(1);
    world.input(Input::Resumed);
    world.hear(r#"{"text":"the last words"}"#);
    assert_eq!(world.sent().len(), sent);
    assert_eq!(world.texts(), ["the last words"]);
}

#[test]
fn a_handshake_that_ends_half_way_does_not_open() {
    let puppet = Puppet {
        shakes_hands: true,
        ..Puppet::default()
    };
    let mut world = World::new(Config::new(URL), puppet);
    world.open();
    world.accept();
    let mut world = closing(world);
    world.hear("ready");
    assert_eq!(world.name(), "handshaking");
    world.server_closes(1001, "");
    assert!(matches!(world.state(), State::Waiting { .. }));
}

#[test]
fn the_servers_own_end_proves_nothing_to_an_app_that_closes() {
    let mut world = World::raw().connected();
    let id = world.say("on its way");
    let mut world = closing(world);
    world.close();
    world.server_closes(1000, "");
    assert_eq!(world.name(), "closed");
    assert_eq!(
        world.fate(id).last(),
        Some(&Delivery::Failed(Failure::Unconfirmed))
    );
}

#[test]
fn an_older_link_that_ends_ends_no_other() {
    let mut world = World::raw().connected();
    let old = world.socket();
    world.breaks();
    world.advance_to_timer();
    world.accept();
    world.input(Input::SocketClosing { socket: old });
    world.say("over the new one");
    assert_eq!(world.sent(), ["over the new one"]);
}
