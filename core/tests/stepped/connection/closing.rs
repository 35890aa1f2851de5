//! The server begins to close the link: nothing more goes out, and nothing is lost.

use std::time::Duration;

use leptos_chat_core::connection::{
    Closer, Config, Delivery, Failure, Input, ReadyState, SendError, SocketEvent, SocketId, State,
};
use leptos_chat_core::driver::Host;
use leptos_chat_core::session::Outgoing;

use crate::world::{START, SocketState, URL, World, puppet::Puppet};

/// Open, and the server has said its last word; the browser has not told the end yet.
fn closing(mut world: World) -> World {
    let socket = world.socket();
    world.take_events();
    world.happens(socket, SocketEvent::Closing);
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
    assert_eq!(world.name(), "closing");
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
    assert_eq!(world.name(), "closing");
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
    world.happens(old, SocketEvent::Closing);
    world.say("over the new one");
    assert_eq!(world.sent(), ["over the new one"]);
}

#[test]
fn a_server_that_closes_is_told_as_closing_and_the_next_attempt_follows() {
    let mut world = closing(World::raw().connected());
    assert_eq!(world.state().ready_state(), ReadyState::Closing);
    assert_eq!(*world.state(), State::Closing { by: Closer::Server });
    world.open();
    world.server_closes(1001, "");
    assert_eq!(world.states(), ["closing", "waiting"]);
}

#[test]
fn an_app_that_closes_while_the_server_does_has_closed_it() {
    let mut world = closing(World::raw().connected());
    world.close();
    assert_eq!(*world.state(), State::Closing { by: Closer::App });
    assert_eq!(world.send("x"), Err(SendError::Closed));
    world.advance(Config::new(URL).close_timeout);
    assert_eq!(world.name(), "closed");
}

/// A link that was good for long enough stays so while it closes, however slowly.
#[test]
fn a_slow_close_does_not_undo_that_the_link_was_stable() {
    let mut world = World::raw();
    world.open();
    world.refuse();
    world.advance_to_timer();
    world.accept();
    world.advance(Duration::from_millis(4_900));
    let mut world = closing(world);
    world.advance_secs(1);
    world.server_closes(1001, "");
    let min = Config::new(URL).min_reconnect_delay;
    assert!(world.delay() <= min * 2);
}

#[test]
fn who_stops_within_an_event_has_sent_what_was_accepted() {
    let mut world = World::raw().connected();
    world
        .connection
        .send(Outgoing::from("accepted"), START)
        .expect("it is open");
    Host::stop(&mut world);
    assert_eq!(world.sent(), ["accepted"]);
    assert!(world.released);
    assert_eq!(world.socket_state(SocketId(1)), SocketState::Closing);
    assert_eq!(world.send("x"), Err(SendError::Closed));
}
