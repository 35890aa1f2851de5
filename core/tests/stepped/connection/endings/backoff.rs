//! Rule 4: when the next attempt is.

use super::*;

/// How long the machine waits after each of some failed attempts in a row.
fn delays(harness: &mut Harness, count: usize) -> Vec<Duration> {
    harness.open();
    let wait = |_| {
        harness.refuse();
        let delay = harness.delay();
        harness.advance_to_timer();
        delay
    };
    (0..count).map(wait).collect()
}

#[test]
fn delays_grow_from_the_least_to_the_ceiling_and_jitter() {
    let delays = delays(&mut Harness::raw(), 40);
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
    let mut harness = Harness::raw();
    harness.open();
    harness.refuse();
    let State::Waiting { until } = *harness.state() else {
        panic!("not waiting")
    };
    assert_eq!(harness.connection.poll_timeout(), Some(until));
    assert!(
        harness
            .events
            .contains(&Event::State(State::Waiting { until }))
    );
}

#[test]
fn accept_and_close_at_once_keeps_backing_off() {
    let mut harness = Harness::raw();
    harness.open();
    let start = harness.now;
    while harness.now - start < secs(120) {
        harness.accept();
        harness.advance(millis(100));
        harness.breaks();
        harness.advance_to_timer();
    }
    assert!(
        harness.sockets.len() < 40,
        "{} attempts in two minutes",
        harness.sockets.len()
    );
}

#[test]
fn a_connection_that_was_stable_starts_again_from_the_least_delay() {
    let mut harness = Harness::raw();
    delays(&mut harness, 10);
    harness.accept();
    harness.advance_secs(5);
    harness.breaks();
    assert!(harness.delay() <= secs(1), "{:?}", harness.delay());
}

#[test]
fn a_connection_that_was_almost_stable_does_not() {
    for seconds in 0..5 {
        let mut harness = Harness::raw_with(Config {
            max_attempts: Some(11),
            ..Config::default()
        });
        delays(&mut harness, 10);
        harness.accept();
        harness.advance_secs(seconds);
        harness.breaks();
        assert_eq!(harness.name(), "closed", "after {seconds} s");
    }
}

#[test]
fn stability_is_asked_of_the_clock_where_the_timer_is_late() {
    let mut harness = Harness::raw_with(Config {
        max_attempts: Some(2),
        ..Config::default()
    });
    delays(&mut harness, 1);
    harness.accept();
    // A throttled tab: the close arrives before the timer that was due long ago.
    harness.now = harness.now + secs(30);
    harness.breaks();
    assert_eq!(harness.name(), "waiting");
}

#[test]
fn the_attempt_budget_ends_it_with_the_last_reason() {
    let mut harness = Harness::raw_with(Config {
        max_attempts: Some(3),
        ..Config::default()
    });
    delays(&mut harness, 2);
    harness.refuse();
    let reason = ClosedReason::OutOfAttempts(Box::new(Disconnect::Refused));
    assert_eq!(*harness.state(), State::Closed { reason });
    harness.advance_secs(3600);
    assert_eq!(harness.sockets.len(), 3);
    harness.open();
    harness.refuse();
    assert_eq!(harness.name(), "waiting", "open() gives a new budget");
}

#[test]
fn retry_now_does_not_wait() {
    let mut harness = Harness::raw();
    harness.open();
    harness.refuse();
    harness.input(Input::RetryNow);
    assert_eq!((harness.name(), harness.sockets.len()), ("connecting", 2));
}

#[test]
fn retry_now_means_nothing_unless_waiting() {
    let mut harness = Harness::raw();
    harness.input(Input::RetryNow);
    assert_eq!(harness.name(), "idle");
    harness.open();
    harness.input(Input::RetryNow);
    harness.accept();
    harness.input(Input::RetryNow);
    assert_eq!((harness.name(), harness.sockets.len()), ("open", 1));
}

#[test]
fn open_while_waiting_tries_at_once() {
    let mut harness = Harness::raw();
    harness.open();
    harness.refuse();
    harness.open();
    assert_eq!(harness.name(), "connecting");
}
