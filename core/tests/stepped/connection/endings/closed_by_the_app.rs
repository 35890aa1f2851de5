//! Rule 6: the app's `close()` is final.

use super::*;

/// Everything that happens to a page, while the app wants it closed.
fn disturb(world: &mut World) {
    let old = world.sockets.last().map(|socket| socket.id);
    world.input(Input::Online(false));
    world.input(Input::Online(true));
    world.input(Input::Resumed);
    world.input(Input::RetryNow);
    world.input(Input::Timeout);
    if let Some(old) = old {
        world.opened(old, "");
        world.message(old, "ready");
        world.message(old, "reconnect me");
        world.message(old, "stop it");
        world.failed(old, SocketError::Other("late".into()));
        world.closed(old, 1006, "", false);
        world.closed(old, 1008, "", true);
    }
    world.advance_secs(3600);
}

fn assert_closed_by_the_app(mut world: World) {
    world.close();
    disturb(&mut world);
    let reason = ClosedReason::App;
    assert_eq!(*world.state(), State::Closed { reason });
    assert_eq!(world.connection.poll_timeout(), None);
    let attempts = world.sockets.len();
    disturb(&mut world);
    assert_eq!(world.sockets.len(), attempts);
    assert_eq!(world.live(), []);
    assert_eq!(
        world
            .states()
            .iter()
            .filter(|name| **name == "closed")
            .count(),
        1
    );
    world.open();
    assert_eq!(world.name(), "connecting", "open() undoes it");
}

fn puppet() -> World {
    let puppet = Puppet {
        answers: true,
        shakes_hands: true,
        silence_limit: Some(secs(30)),
        timer: Some((millis(500), Action::Reconnect(Reason::SessionLost))),
        ..Puppet::default()
    };
    World::new(Config::new(URL), puppet)
}

#[test]
fn close_before_open_is_final() {
    assert_closed_by_the_app(puppet());
}

#[test]
fn close_while_connecting_is_final_and_waits_for_nothing() {
    let mut world = puppet();
    world.open();
    let socket = world.socket();
    world.close();
    assert_eq!(world.name(), "closed");
    assert_eq!(world.socket_state(socket), SocketState::Abandoned);
    assert_closed_by_the_app(world);
}

#[test]
fn close_while_handshaking_is_final() {
    let mut world = puppet();
    world.open();
    world.accept();
    assert_eq!(world.name(), "handshaking");
    assert_closed_by_the_app(world);
}

#[test]
fn close_while_open_is_final() {
    let mut world = puppet();
    world.open();
    world.accept();
    world.hear("ready");
    assert_eq!(world.name(), "open");
    assert_closed_by_the_app(world);
}

#[test]
fn close_while_waiting_is_final() {
    let mut world = puppet();
    world.open();
    world.refuse();
    assert_closed_by_the_app(world);
}

#[test]
fn close_while_offline_is_final() {
    let mut world = puppet();
    world.input(Input::Online(false));
    world.open();
    assert_closed_by_the_app(world);
}

#[test]
fn close_twice_is_close_once() {
    let mut world = puppet();
    world.open();
    world.accept();
    world.close();
    world.close();
    assert_eq!(world.name(), "closing");
    assert_closed_by_the_app(world);
}

#[test]
fn nothing_the_session_wants_undoes_closing() {
    for words in ["reconnect me", "stop it", "ready"] {
        let mut world = puppet();
        world.open();
        world.accept();
        world.hear("ready");
        world.close();
        world.hear(words);
        assert!(matches!(world.name(), "closing" | "closed"), "{words}");
        world.advance_secs(60);
        let reason = ClosedReason::App;
        assert_eq!(*world.state(), State::Closed { reason }, "{words}");
    }
}

#[test]
fn a_failure_of_the_browser_while_closing_ends_it() {
    for error in [
        SocketError::Other("x".into()),
        SocketError::Security("x".into()),
        SocketError::Syntax("x".into()),
    ] {
        let mut world = World::raw().connected();
        world.close();
        world.failed(world.socket(), error);
        let reason = ClosedReason::App;
        assert_eq!(*world.state(), State::Closed { reason });
    }
}

#[test]
fn a_sessions_timer_does_not_undo_closing() {
    let puppet = Puppet {
        timer: Some((millis(500), Action::Reconnect(Reason::SessionLost))),
        ..Puppet::default()
    };
    let mut world = World::new(Config::new(URL), puppet).connected();
    world.close();
    world.advance_secs(60);
    let reason = ClosedReason::App;
    assert_eq!(*world.state(), State::Closed { reason });
    assert_eq!(world.sockets.len(), 1);
}

#[test]
fn a_closing_handshake_that_is_never_answered_ends_after_its_deadline() {
    let mut world = World::raw().connected();
    world.close();
    assert_eq!(world.state().ready_state(), ReadyState::Closing);
    world.advance(millis(1_999));
    assert_eq!(world.name(), "closing");
    world.advance(millis(1));
    assert_eq!(world.name(), "closed");
    assert_eq!(world.socket_state(world.socket()), SocketState::Abandoned);
}

#[test]
fn goodbye_goes_out_before_the_close_and_nothing_after_it() {
    let puppet = Puppet {
        goodbye: Some("bye"),
        ..Puppet::default()
    };
    let mut world = World::new(Config::new(URL), puppet).connected();
    world.close();
    assert_eq!(world.sent().last().map(String::as_str), Some("bye"));
    assert_eq!(world.socket_state(world.socket()), SocketState::Closing);
    let count = world.sent().len();
    world.advance_secs(60);
    assert_eq!(world.sent().len(), count);
}

#[test]
fn sends_while_closing_or_closed_give_an_error() {
    let mut world = World::raw().connected();
    world.close();
    assert_eq!(world.send("x"), Err(SendError::Closed));
    world.server_closes(1000, "");
    assert_eq!(world.name(), "closed");
    assert_eq!(world.send("x"), Err(SendError::Closed));
}

#[test]
fn messages_that_arrive_while_closing_are_still_shown() {
    let mut world = World::raw().connected();
    world.close();
    world.hear("last words");
    assert_eq!(world.texts(), ["last words"]);
}
