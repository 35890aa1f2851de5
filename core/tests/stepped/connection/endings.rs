//! Rules 4 to 6: when to try again, which ends are final, and that the app's `close()` is.

use std::time::Duration;

use leptos_chat_core::connection::{
    CloseError, ClosePolicy, ClosedReason, Config, Disconnect, Event, Input, ReadyState, SendError,
    SocketError, State, Verdict,
};
use leptos_chat_core::session::{Action, CloseEvent, Reason};

use crate::world::{SocketState, URL, World, puppet::Puppet};
use crate::{millis, secs};

/// How long the machine waits after each of some failed attempts in a row.
fn delays(world: &mut World, count: usize) -> Vec<Duration> {
    world.open();
    let wait = |_| {
        world.refuse();
        let delay = world.delay();
        world.advance_to_timer();
        delay
    };
    (0..count).map(wait).collect()
}

fn end(code: u16) -> World {
    let mut world = World::raw().connected();
    world.server_closes(code, "because");
    world
}

// Rule 4

#[test]
fn delays_grow_from_the_least_to_the_ceiling_and_jitter() {
    let delays = delays(&mut World::raw(), 40);
    assert!(
        delays
            .iter()
            .all(|delay| (millis(500)..=secs(20)).contains(delay))
    );
    assert!(delays[0] <= secs(1), "{:?}", delays[0]);
    assert!(delays[8..].iter().any(|delay| *delay > secs(12)));
    assert!(
        delays[8..].iter().any(|delay| *delay < secs(8)),
        "full jitter"
    );
}

#[test]
fn the_countdown_is_told() {
    let mut world = World::raw();
    world.open();
    world.refuse();
    let State::Waiting { until } = *world.state() else {
        panic!("not waiting")
    };
    assert_eq!(world.connection.poll_timeout(), Some(until));
    assert!(
        world
            .events
            .contains(&Event::State(State::Waiting { until }))
    );
}

#[test]
fn accept_and_close_at_once_keeps_backing_off() {
    let mut world = World::raw();
    world.open();
    let start = world.now;
    while world.now - start < secs(120) {
        world.accept();
        world.advance(millis(100));
        world.breaks();
        world.advance_to_timer();
    }
    assert!(
        world.sockets.len() < 40,
        "{} attempts in two minutes",
        world.sockets.len()
    );
}

#[test]
fn a_connection_that_was_stable_starts_again_from_the_least_delay() {
    let mut world = World::raw();
    delays(&mut world, 10);
    world.accept();
    world.advance_secs(5);
    world.breaks();
    assert!(world.delay() <= secs(1), "{:?}", world.delay());
}

#[test]
fn a_connection_that_was_almost_stable_does_not() {
    for seconds in 0..5 {
        let mut world = World::raw_with(Config {
            max_attempts: Some(11),
            ..Config::new(URL)
        });
        delays(&mut world, 10);
        world.accept();
        world.advance_secs(seconds);
        world.breaks();
        assert_eq!(world.name(), "closed", "after {seconds} s");
    }
}

#[test]
fn stability_is_asked_of_the_clock_where_the_timer_is_late() {
    let mut world = World::raw_with(Config {
        max_attempts: Some(2),
        ..Config::new(URL)
    });
    delays(&mut world, 1);
    world.accept();
    // A throttled tab: the close arrives before the timer that was due long ago.
    world.now = world.now + secs(30);
    world.breaks();
    assert_eq!(world.name(), "waiting");
}

#[test]
fn the_attempt_budget_ends_it_with_the_last_reason() {
    let mut world = World::raw_with(Config {
        max_attempts: Some(3),
        ..Config::new(URL)
    });
    delays(&mut world, 2);
    world.refuse();
    let reason = ClosedReason::OutOfAttempts(Box::new(Disconnect::Refused));
    assert_eq!(*world.state(), State::Closed { reason });
    world.advance_secs(3600);
    assert_eq!(world.sockets.len(), 3);
    world.open();
    world.refuse();
    assert_eq!(world.name(), "waiting", "open() gives a new budget");
}

#[test]
fn retry_now_does_not_wait() {
    let mut world = World::raw();
    world.open();
    world.refuse();
    world.input(Input::RetryNow);
    assert_eq!((world.name(), world.sockets.len()), ("connecting", 2));
}

#[test]
fn retry_now_means_nothing_unless_waiting() {
    let mut world = World::raw();
    world.input(Input::RetryNow);
    assert_eq!(world.name(), "idle");
    world.open();
    world.input(Input::RetryNow);
    world.accept();
    world.input(Input::RetryNow);
    assert_eq!((world.name(), world.sockets.len()), ("open", 1));
}

#[test]
fn open_while_waiting_tries_at_once() {
    let mut world = World::raw();
    world.open();
    world.refuse();
    world.open();
    assert_eq!(world.name(), "connecting");
}

// Rule 5

#[test]
fn a_close_code_that_the_browser_refuses_closes_nothing() {
    let mut world = World::raw().connected();
    for code in [
        0,
        999,
        1001,
        1002,
        1005,
        1006,
        1011,
        1015,
        2999,
        5000,
        u16::MAX,
    ] {
        let now = world.now;
        let refused = world.connection.close(code, "", now);
        assert_eq!(refused, Err(CloseError::Code(code)));
    }
    assert_eq!(world.name(), "open");
    assert_eq!(world.socket_state(world.socket()), SocketState::Open);
}

#[test]
fn codes_of_the_app_go_out_with_their_reason() {
    for code in [1000, 3000, 3999, 4999] {
        let mut world = World::raw().connected();
        let now = world.now;
        assert_eq!(world.connection.close(code, "bye", now), Ok(()));
        world.input(Input::Timeout);
        assert_eq!(world.sockets[0].closed_with, Some((code, "bye".into())));
    }
}

#[test]
fn a_reason_is_measured_in_bytes_of_utf8() {
    let mut world = World::raw().connected();
    let now = world.now;
    let long = "a".repeat(124);
    assert_eq!(
        world.connection.close(1000, &long, now),
        Err(CloseError::Reason(124))
    );
    let wide = "界".repeat(42);
    assert_eq!(
        world.connection.close(1000, &wide, now),
        Err(CloseError::Reason(126))
    );
    let fits = "界".repeat(41);
    assert_eq!(fits.len(), 123);
    assert_eq!(world.connection.close(1000, &fits, now), Ok(()));
}

#[test]
fn a_servers_1000_is_retried() {
    let world = end(1000);
    let close = CloseEvent {
        code: 1000,
        reason: "because".into(),
        was_clean: true,
    };
    assert!(
        world
            .events
            .contains(&Event::Disconnected(Disconnect::Closed(close)))
    );
    assert_eq!(world.name(), "waiting");
}

#[test]
fn ordinary_ends_are_retried() {
    for code in [
        1001, 1005, 1006, 1007, 1009, 1011, 1012, 1013, 1014, 4000, 4999,
    ] {
        assert_eq!(end(code).name(), "waiting", "{code}");
    }
}

#[test]
fn what_is_never_worth_a_retry_stops_with_a_readable_reason() {
    for code in [1002, 1003, 1008, 3000, 3003, 4401, 4403] {
        let mut world = end(code);
        let State::Closed { reason } = world.state().clone() else {
            panic!("{code} is retried")
        };
        assert!(matches!(reason, ClosedReason::Server(_)));
        let text = reason.to_string();
        assert!(
            text.contains("because") && text.contains(&code.to_string()),
            "{text}"
        );
        world.advance_secs(3600);
        assert_eq!(world.sockets.len(), 1);
    }
}

#[test]
fn the_policy_can_be_replaced() {
    let mut world = World::raw_with(Config {
        close_policy: ClosePolicy::new(|close| match close.reason.as_str() {
            "kicked" => Verdict::Stop,
            _ => Verdict::Retry,
        }),
        ..Config::new(URL)
    })
    .connected();
    world.server_closes(1008, "");
    assert_eq!(world.name(), "waiting");
    world.advance_to_timer();
    world.accept();
    world.server_closes(1000, "kicked");
    assert_eq!(world.name(), "closed");
}

#[test]
fn a_refused_handshake_is_retried_whatever_the_policy_says() {
    let mut world = World::raw_with(Config {
        close_policy: ClosePolicy::new(|_| Verdict::Stop),
        ..Config::new(URL)
    });
    world.open();
    world.refuse();
    assert_eq!(world.name(), "waiting");
    assert!(
        world
            .events
            .contains(&Event::Disconnected(Disconnect::Refused))
    );
}

#[test]
fn a_session_that_stops_gives_the_servers_words() {
    let mut world = World::new(Config::new(URL), Puppet::default()).connected();
    world.hear("stop wrong password");
    let reason = ClosedReason::Rejected(Reason::Server("wrong password".into()));
    assert_eq!(*world.state(), State::Closed { reason });
    assert_eq!(world.live(), []);
}

#[test]
fn the_session_speaks_before_the_close_policy() {
    let puppet = Puppet {
        on_close: Some(Action::Stop(Reason::Server("kicked by the server".into()))),
        ..Puppet::default()
    };
    let mut world = World::new(Config::new(URL), puppet).connected();
    world.server_closes(1005, "");
    let reason = ClosedReason::Rejected(Reason::Server("kicked by the server".into()));
    assert_eq!(*world.state(), State::Closed { reason });
}

// Rule 6

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
