//! The server begins to close the link: nothing more goes out, and nothing is lost.

use std::time::Duration;

use leptos_chat_core::connection::{
    Closer, Config, Delivery, Failure, Input, ReadyState, SendError, SendOptions, SocketEvent,
    SocketId, State,
};
use leptos_chat_core::driver::Host;
use leptos_chat_core::session::Outgoing;

use crate::harness::{Harness, START, SocketState, puppet::Puppet};

/// Open, and the server has said its last word; the browser has not told the end yet.
fn closing(mut harness: Harness) -> Harness {
    let socket = harness.socket();
    harness.take_events();
    harness.happens(socket, SocketEvent::Closing);
    harness
}

#[test]
fn what_is_sent_while_the_server_closes_waits_for_the_next_link() {
    let mut harness = closing(Harness::raw().connected());
    let id = harness.say("too late for this link");
    assert_eq!(harness.fate(id), [Delivery::Queued]);
    assert_eq!(harness.sent(), [""; 0]);
    harness.server_closes(1001, "going away");
    harness.advance_to_timer();
    harness.accept();
    assert_eq!(harness.sent(), ["too late for this link"]);
    assert_eq!(harness.fate(id), [Delivery::Queued, Delivery::Sent]);
}

#[test]
fn the_outbox_is_bounded_while_the_server_closes() {
    let config = Config {
        max_queued: 1,
        ..Config::default()
    };
    let mut harness = closing(Harness::raw_with(config).connected());
    harness.say("first");
    assert!(harness.send("second").is_err());
}

#[test]
fn the_servers_code_is_waited_for() {
    let mut harness = closing(Harness::json().connected());
    assert_eq!(harness.name(), "closing");
    harness.server_closes(1008, "banned");
    assert_eq!(harness.name(), "closed");
}

#[test]
fn an_end_that_is_never_told_is_not_waited_for() {
    for harness in [Harness::raw(), Harness::json()] {
        let mut harness = closing(harness.connected());
        let sent = harness.sent().len();
        harness.advance(Config::default().close_timeout);
        assert!(matches!(harness.state(), State::Waiting { .. }));
        assert_eq!(
            harness.sent().len(),
            sent,
            "no heartbeat into a closing link"
        );
        assert!(harness.live().is_empty());
    }
}

#[test]
fn a_page_that_wakes_asks_nothing_of_a_link_that_ends() {
    let mut harness = closing(Harness::json().connected());
    let sent = harness.sent().len();
    harness.advance_secs(1);
    harness.input(Input::Resumed);
    harness.hear(r#"{"text":"the last words"}"#);
    assert_eq!(harness.sent().len(), sent);
    assert_eq!(harness.texts(), ["the last words"]);
}

#[test]
fn a_handshake_that_ends_half_way_does_not_open() {
    let mut harness = Harness::new(Config::default(), Puppet::shaking_hands());
    harness.open();
    harness.accept();
    let mut harness = closing(harness);
    harness.hear("ready");
    assert_eq!(harness.name(), "closing");
    harness.server_closes(1001, "");
    assert!(matches!(harness.state(), State::Waiting { .. }));
}

#[test]
fn the_servers_own_end_proves_nothing_to_an_app_that_closes() {
    let mut harness = Harness::raw().connected();
    let id = harness.say("on its way");
    let mut harness = closing(harness);
    harness.close();
    harness.server_closes(1000, "");
    assert_eq!(harness.name(), "closed");
    assert_eq!(
        harness.fate(id).last(),
        Some(&Delivery::Failed(Failure::Unconfirmed))
    );
}

#[test]
fn an_older_link_that_ends_ends_no_other() {
    let mut harness = Harness::raw().connected();
    let old = harness.socket();
    harness.breaks();
    harness.advance_to_timer();
    harness.accept();
    harness.happens(old, SocketEvent::Closing);
    harness.say("over the new one");
    assert_eq!(harness.sent(), ["over the new one"]);
}

#[test]
fn a_server_that_closes_is_told_as_closing_and_the_next_attempt_follows() {
    let mut harness = closing(Harness::raw().connected());
    assert_eq!(harness.state().ready_state(), ReadyState::Closing);
    assert_eq!(*harness.state(), State::Closing { by: Closer::Server });
    harness.open();
    harness.server_closes(1001, "");
    assert_eq!(harness.states(), ["closing", "waiting"]);
}

#[test]
fn an_app_that_closes_while_the_server_does_has_closed_it() {
    let mut harness = closing(Harness::raw().connected());
    harness.close();
    assert_eq!(*harness.state(), State::Closing { by: Closer::App });
    assert_eq!(harness.send("x"), Err(SendError::Closed));
    harness.advance(Config::default().close_timeout);
    assert_eq!(harness.name(), "closed");
}

/// A link that was good for long enough stays so while it closes, however slowly.
#[test]
fn a_slow_close_does_not_undo_that_the_link_was_stable() {
    let mut harness = Harness::raw();
    harness.open();
    harness.refuse();
    harness.advance_to_timer();
    harness.accept();
    harness.advance(Duration::from_millis(4_900));
    let mut harness = closing(harness);
    harness.advance_secs(1);
    harness.server_closes(1001, "");
    let min = Config::default().min_reconnect_delay;
    assert!(harness.delay() <= min * 2);
}

#[test]
fn who_stops_within_an_event_has_sent_what_was_accepted() {
    let mut harness = Harness::raw().connected();
    let (id, options) = (harness.new_id(), SendOptions::default());
    let accepted = Outgoing::from("accepted");
    let sent = harness.connection.send(id, accepted, &options, START);
    sent.expect("it is open");
    Host::stop(&mut harness);
    assert_eq!(harness.sent(), ["accepted"]);
    assert!(harness.released);
    assert_eq!(harness.socket_state(SocketId(1)), SocketState::Closing);
    assert_eq!(harness.send("x"), Err(SendError::Closed));
}
