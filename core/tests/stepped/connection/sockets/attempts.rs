//! Rule 3: the deadline of an attempt, and what its address is asked of.

use super::*;

#[test]
fn a_socket_that_never_opens_is_given_up_after_the_deadline() {
    let mut world = World::raw();
    world.open();
    world.advance(millis(9_999));
    assert_eq!(world.name(), "connecting");
    world.advance(millis(1));
    assert_eq!(world.name(), "waiting");
    assert_eq!(world.socket_state(world.socket()), SocketState::Abandoned);
    assert!(
        world
            .events
            .contains(&Event::Disconnected(Disconnect::ConnectTimeout))
    );
}

#[test]
fn connecting_and_handshaking_share_one_deadline() {
    let puppet = Puppet {
        shakes_hands: true,
        ..Puppet::default()
    };
    let mut world = World::new(Config::new(URL), puppet);
    world.open();
    world.advance_secs(6);
    world.accept();
    assert_eq!(world.name(), "handshaking");
    world.advance_secs(4);
    assert_eq!(world.name(), "waiting");
}

#[test]
fn a_handshake_in_time_clears_the_deadline() {
    let puppet = Puppet {
        shakes_hands: true,
        ..Puppet::default()
    };
    let mut world = World::new(Config::new(URL), puppet);
    world.open();
    world.accept();
    world.advance_secs(9);
    world.hear("ready");
    world.advance_secs(3600);
    assert_eq!(world.name(), "open");
}

#[test]
fn a_provider_that_never_answers_runs_into_the_deadline() {
    let mut world = provided();
    world.open();
    assert_eq!(world.name(), "connecting");
    world.advance_secs(10);
    assert!(
        world
            .events
            .contains(&Event::Disconnected(Disconnect::ConnectTimeout))
    );
    world.advance_to_timer();
    assert_eq!(world.resolves.len(), 2);
}

#[test]
fn a_fetch_that_never_answers_runs_into_the_deadline() {
    let puppet = Puppet {
        fetches: true,
        ..Puppet::default()
    };
    let mut world = World::new(Config::new(URL), puppet);
    world.open();
    world.advance_secs(10);
    assert_eq!(world.name(), "waiting");
}

#[test]
fn a_provider_is_asked_before_each_attempt_and_obeyed() {
    let mut world = provided();
    world.open();
    world.happens(world.resolves[0], SocketEvent::Resolved(Ok(target())));
    assert_eq!(world.sockets[0].target, target());
    world.accept();
    world.breaks();
    world.advance_to_timer();
    assert_eq!(world.resolves.len(), 2);
}

#[test]
fn a_provider_that_says_retry_is_asked_again() {
    let mut world = provided();
    world.open();
    let answer = Err(ResolveError::Retry("no token".into()));
    world.happens(world.resolves[0], SocketEvent::Resolved(answer));
    let why = Disconnect::Unprepared(Reason::App("no token".into()));
    assert!(world.events.contains(&Event::Disconnected(why)));
    world.advance_to_timer();
    assert_eq!(world.resolves.len(), 2);
}

#[test]
fn a_provider_that_gives_up_ends_it_with_its_reason() {
    let mut world = provided();
    world.open();
    let answer = Err(ResolveError::GiveUp("log in first".into()));
    world.happens(world.resolves[0], SocketEvent::Resolved(answer));
    let reason = ClosedReason::Rejected(Reason::App("log in first".into()));
    assert_eq!(*world.state(), State::Closed { reason });
    world.advance_secs(3600);
    assert_eq!(world.resolves.len(), 1);
}
