//! Rule 4: when the next attempt is.

use super::*;

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
