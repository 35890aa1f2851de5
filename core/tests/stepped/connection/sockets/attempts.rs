//! Rule 3: the deadline of an attempt, and what its address is asked of.

use super::*;

#[test]
fn a_socket_that_never_opens_is_given_up_after_the_deadline() {
    let mut harness = Harness::raw();
    harness.open();
    harness.advance(millis(9_999));
    assert_eq!(harness.name(), "connecting");
    harness.advance(millis(1));
    assert_eq!(harness.name(), "waiting");
    assert_eq!(
        harness.socket_state(harness.socket()),
        SocketState::Abandoned
    );
    assert!(
        harness
            .events
            .contains(&Event::Disconnected(Disconnect::ConnectTimeout))
    );
}

#[test]
fn connecting_and_handshaking_share_one_deadline() {
    let mut harness = Harness::new(Config::default(), Puppet::shaking_hands());
    harness.open();
    harness.advance_secs(6);
    harness.accept();
    assert_eq!(harness.name(), "handshaking");
    harness.advance_secs(4);
    assert_eq!(harness.name(), "waiting");
}

#[test]
fn a_handshake_in_time_clears_the_deadline() {
    let mut harness = Harness::new(Config::default(), Puppet::shaking_hands());
    harness.open();
    harness.accept();
    harness.advance_secs(9);
    harness.hear("ready");
    harness.advance_secs(3600);
    assert_eq!(harness.name(), "open");
}

#[test]
fn a_provider_that_never_answers_runs_into_the_deadline() {
    let mut harness = provided();
    harness.open();
    assert_eq!(harness.name(), "connecting");
    harness.advance_secs(10);
    assert!(
        harness
            .events
            .contains(&Event::Disconnected(Disconnect::ConnectTimeout))
    );
    harness.advance_to_timer();
    assert_eq!(harness.resolves.len(), 2);
}

#[test]
fn a_fetch_that_never_answers_runs_into_the_deadline() {
    let puppet = Puppet {
        fetches: true,
        ..Puppet::default()
    };
    let mut harness = Harness::new(Config::default(), puppet);
    harness.open();
    harness.advance_secs(10);
    assert_eq!(harness.name(), "waiting");
}

#[test]
fn a_provider_is_asked_before_each_attempt_and_obeyed() {
    let mut harness = provided();
    harness.open();
    harness.happens(harness.resolves[0], SocketEvent::Resolved(Ok(target())));
    assert_eq!(harness.sockets[0].target, target());
    harness.accept();
    harness.breaks();
    harness.advance_to_timer();
    assert_eq!(harness.resolves.len(), 2);
}

#[test]
fn a_provider_that_says_retry_is_asked_again() {
    let mut harness = provided();
    harness.open();
    let answer = Err(ResolveError::Retry("no token".into()));
    harness.happens(harness.resolves[0], SocketEvent::Resolved(answer));
    let why = Disconnect::Unprepared(Reason::App("no token".into()));
    assert!(harness.events.contains(&Event::Disconnected(why)));
    harness.advance_to_timer();
    assert_eq!(harness.resolves.len(), 2);
}

#[test]
fn a_provider_that_gives_up_ends_it_with_its_reason() {
    let mut harness = provided();
    harness.open();
    let answer = Err(ResolveError::GiveUp("log in first".into()));
    harness.happens(harness.resolves[0], SocketEvent::Resolved(answer));
    let reason = ClosedReason::Rejected(Reason::App("log in first".into()));
    assert_eq!(*harness.state(), State::Closed { reason });
    harness.advance_secs(3600);
    assert_eq!(harness.resolves.len(), 1);
}
