//! Rule 6: the app's `close()` is final.

use super::*;

/// Everything that happens to a page, while the app wants it closed.
fn disturb(harness: &mut Harness) {
    let old = harness.sockets.last().map(|socket| socket.id);
    harness.input(Input::Online(false));
    harness.input(Input::Online(true));
    harness.input(Input::Resumed);
    harness.input(Input::RetryNow);
    harness.input(Input::Timeout);
    if let Some(old) = old {
        harness.opened(old, "");
        harness.message(old, "ready");
        harness.message(old, "reconnect me");
        harness.message(old, "stop it");
        harness.failed(old, SocketError::Other("late".into()));
        harness.closed(old, 1006, "", false);
        harness.closed(old, 1008, "", true);
    }
    harness.advance_secs(3600);
}

fn assert_closed_by_the_app(mut harness: Harness) {
    harness.close();
    disturb(&mut harness);
    let reason = ClosedReason::App;
    assert_eq!(*harness.state(), State::Closed { reason });
    assert_eq!(harness.connection.poll_timeout(), None);
    let attempts = harness.sockets.len();
    disturb(&mut harness);
    assert_eq!(harness.sockets.len(), attempts);
    assert_eq!(harness.live(), []);
    assert_eq!(
        harness
            .states()
            .iter()
            .filter(|name| **name == "closed")
            .count(),
        1
    );
    harness.open();
    assert_eq!(harness.name(), "connecting", "open() undoes it");
}

fn puppet() -> Harness {
    let puppet = Puppet {
        answers: true,
        shakes_hands: true,
        silence_limit: Some(secs(30)),
        timer: Some((millis(500), Action::Reconnect(Reason::SessionLost))),
        ..Puppet::default()
    };
    Harness::new(Config::default(), puppet)
}

#[test]
fn close_before_open_is_final() {
    assert_closed_by_the_app(puppet());
}

#[test]
fn close_while_connecting_is_final_and_waits_for_nothing() {
    let mut harness = puppet();
    harness.open();
    let socket = harness.socket();
    harness.close();
    assert_eq!(harness.name(), "closed");
    assert_eq!(harness.socket_state(socket), SocketState::Abandoned);
    assert_closed_by_the_app(harness);
}

#[test]
fn close_while_handshaking_is_final() {
    let mut harness = puppet();
    harness.open();
    harness.accept();
    assert_eq!(harness.name(), "handshaking");
    assert_closed_by_the_app(harness);
}

#[test]
fn close_while_open_is_final() {
    let mut harness = puppet();
    harness.open();
    harness.accept();
    harness.hear("ready");
    assert_eq!(harness.name(), "open");
    assert_closed_by_the_app(harness);
}

#[test]
fn close_while_waiting_is_final() {
    let mut harness = puppet();
    harness.open();
    harness.refuse();
    assert_closed_by_the_app(harness);
}

#[test]
fn close_while_offline_is_final() {
    let mut harness = puppet();
    harness.input(Input::Online(false));
    harness.open();
    assert_closed_by_the_app(harness);
}

#[test]
fn close_twice_is_close_once() {
    let mut harness = puppet();
    harness.open();
    harness.accept();
    harness.close();
    harness.close();
    assert_eq!(harness.name(), "closing");
    assert_closed_by_the_app(harness);
}

#[test]
fn nothing_the_session_wants_undoes_closing() {
    for words in ["reconnect me", "stop it", "ready"] {
        let mut harness = puppet();
        harness.open();
        harness.accept();
        harness.hear("ready");
        harness.close();
        harness.hear(words);
        assert!(matches!(harness.name(), "closing" | "closed"), "{words}");
        harness.advance_secs(60);
        let reason = ClosedReason::App;
        assert_eq!(*harness.state(), State::Closed { reason }, "{words}");
    }
}

#[test]
fn a_failure_of_the_browser_while_closing_ends_it() {
    for error in [
        SocketError::Other("x".into()),
        SocketError::Security("x".into()),
        SocketError::Syntax("x".into()),
    ] {
        let mut harness = Harness::raw().connected();
        harness.close();
        harness.failed(harness.socket(), error);
        let reason = ClosedReason::App;
        assert_eq!(*harness.state(), State::Closed { reason });
    }
}

#[test]
fn a_sessions_timer_does_not_undo_closing() {
    let puppet = Puppet {
        timer: Some((millis(500), Action::Reconnect(Reason::SessionLost))),
        ..Puppet::default()
    };
    let mut harness = Harness::new(Config::default(), puppet).connected();
    harness.close();
    harness.advance_secs(60);
    let reason = ClosedReason::App;
    assert_eq!(*harness.state(), State::Closed { reason });
    assert_eq!(harness.sockets.len(), 1);
}

#[test]
fn a_closing_handshake_that_is_never_answered_ends_after_its_deadline() {
    let mut harness = Harness::raw().connected();
    harness.close();
    assert_eq!(harness.state().ready_state(), ReadyState::Closing);
    harness.advance(millis(1_999));
    assert_eq!(harness.name(), "closing");
    harness.advance(millis(1));
    assert_eq!(harness.name(), "closed");
    assert_eq!(
        harness.socket_state(harness.socket()),
        SocketState::Abandoned
    );
}

#[test]
fn goodbye_goes_out_before_the_close_and_nothing_after_it() {
    let puppet = Puppet {
        goodbye: Some("bye"),
        ..Puppet::default()
    };
    let mut harness = Harness::new(Config::default(), puppet).connected();
    harness.close();
    assert_eq!(harness.sent().last().map(String::as_str), Some("bye"));
    assert_eq!(harness.socket_state(harness.socket()), SocketState::Closing);
    let count = harness.sent().len();
    harness.advance_secs(60);
    assert_eq!(harness.sent().len(), count);
}

#[test]
fn sends_while_closing_or_closed_give_an_error() {
    let mut harness = Harness::raw().connected();
    harness.close();
    assert_eq!(harness.send("x"), Err(SendError::Closed));
    harness.server_closes(1000, "");
    assert_eq!(harness.name(), "closed");
    assert_eq!(harness.send("x"), Err(SendError::Closed));
}

#[test]
fn messages_that_arrive_while_closing_are_still_shown() {
    let mut harness = Harness::raw().connected();
    harness.close();
    harness.hear("last words");
    assert_eq!(harness.texts(), ["last words"]);
}
