//! Rule 5: close codes, and which ends are final.

use super::*;

fn end(code: u16) -> Harness {
    let mut harness = Harness::raw().connected();
    harness.server_closes(code, "because");
    harness
}

#[test]
fn a_close_code_that_the_browser_refuses_closes_nothing() {
    let mut harness = Harness::raw().connected();
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
        let now = harness.now;
        let refused = harness.connection.close(code, "", now);
        assert_eq!(refused, Err(CloseError::Code(code)));
    }
    assert_eq!(harness.name(), "open");
    assert_eq!(harness.socket_state(harness.socket()), SocketState::Open);
}

#[test]
fn codes_of_the_app_go_out_with_their_reason() {
    for code in [1000, 3000, 3999, 4999] {
        let mut harness = Harness::raw().connected();
        let now = harness.now;
        assert_eq!(harness.connection.close(code, "bye", now), Ok(()));
        harness.input(Input::Timeout);
        assert_eq!(harness.sockets[0].closed_with, Some((code, "bye".into())));
    }
}

#[test]
fn a_reason_is_measured_in_bytes_of_utf8() {
    let mut harness = Harness::raw().connected();
    let now = harness.now;
    let long = "a".repeat(124);
    assert_eq!(
        harness.connection.close(1000, &long, now),
        Err(CloseError::Reason(124))
    );
    let wide = "界".repeat(42);
    assert_eq!(
        harness.connection.close(1000, &wide, now),
        Err(CloseError::Reason(126))
    );
    let fits = "界".repeat(41);
    assert_eq!(fits.len(), 123);
    assert_eq!(harness.connection.close(1000, &fits, now), Ok(()));
}

#[test]
fn a_servers_1000_is_retried() {
    let harness = end(1000);
    let close = CloseEvent {
        code: 1000,
        reason: "because".into(),
        was_clean: true,
    };
    assert!(
        harness
            .events
            .contains(&Event::Disconnected(Disconnect::Closed(close)))
    );
    assert_eq!(harness.name(), "waiting");
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
        let mut harness = end(code);
        let State::Closed { reason } = harness.state().clone() else {
            panic!("{code} is retried")
        };
        assert!(matches!(reason, ClosedReason::Server(_)));
        let text = reason.to_string();
        assert!(
            text.contains("because") && text.contains(&code.to_string()),
            "{text}"
        );
        harness.advance_secs(3600);
        assert_eq!(harness.sockets.len(), 1);
    }
}

#[test]
fn the_policy_can_be_replaced() {
    let mut harness = Harness::raw_with(Config {
        close_policy: ClosePolicy::new(|close| match close.reason.as_str() {
            "kicked" => Verdict::Stop,
            _ => Verdict::Retry,
        }),
        ..Config::default()
    })
    .connected();
    harness.server_closes(1008, "");
    assert_eq!(harness.name(), "waiting");
    harness.advance_to_timer();
    harness.accept();
    harness.server_closes(1000, "kicked");
    assert_eq!(harness.name(), "closed");
}

#[test]
fn a_refused_handshake_is_retried_whatever_the_policy_says() {
    let mut harness = Harness::raw_with(Config {
        close_policy: ClosePolicy::new(|_| Verdict::Stop),
        ..Config::default()
    });
    harness.open();
    harness.refuse();
    assert_eq!(harness.name(), "waiting");
    assert!(
        harness
            .events
            .contains(&Event::Disconnected(Disconnect::Refused))
    );
}

#[test]
fn a_session_that_stops_gives_the_servers_words() {
    let mut harness = Harness::new(Config::default(), Puppet::default()).connected();
    harness.hear("stop wrong password");
    let reason = ClosedReason::Rejected(Reason::Server("wrong password".into()));
    assert_eq!(*harness.state(), State::Closed { reason });
    assert_eq!(harness.live(), []);
}

#[test]
fn the_session_speaks_before_the_close_policy() {
    let puppet = Puppet {
        on_close: Some(Action::Stop(Reason::Server("kicked by the server".into()))),
        ..Puppet::default()
    };
    let mut harness = Harness::new(Config::default(), puppet).connected();
    harness.server_closes(1005, "");
    let reason = ClosedReason::Rejected(Reason::Server("kicked by the server".into()));
    assert_eq!(*harness.state(), State::Closed { reason });
}
