//! Rule 8: a deadline that is found late.

use super::*;

#[test]
fn a_late_timer_grants_grace_and_an_answer_behind_it_saves_the_link() {
    let mut world = answering();
    world.advance(millis(19_990));
    world.latency = secs(1);
    world.advance(millis(20));
    assert_eq!(beats(&world), 2);
    // The answer is on its way when the lid closes.
    world.sleep(secs(3600));
    world.advance_secs(100);
    assert_eq!((world.name(), world.sockets.len()), ("open", 1));
}

#[test]
fn a_late_timer_judges_after_its_grace() {
    let mut world = puppet(true);
    world.sleep(secs(3600));
    assert_eq!(world.name(), "open");
    world.advance(millis(999));
    assert_eq!(world.name(), "open");
    world.advance(millis(1));
    assert!(is_silent(&world));
}

#[test]
fn a_timer_that_is_a_little_late_judges_at_once() {
    let mut world = puppet(true);
    world.advance_secs(9);
    world.sleep(millis(1050));
    assert!(is_silent(&world));
}

#[test]
fn grace_is_given_once_even_where_every_timer_is_late() {
    let mut world = puppet(true);
    // A background tab whose timers fire once a minute.
    for _ in 0..3 {
        world.sleep(secs(60));
    }
    assert!(is_silent(&world), "a dead link lives on in a throttled tab");
}

#[test]
fn a_dead_link_is_noticed_while_somebody_keeps_writing() {
    let mut world = answering();
    world.advance_secs(5);
    // From here on nothing arrives. Each line stands in the browser's buffer for a moment, and has gone when the next is written.
    world.serve(|_| Vec::new());
    let Heartbeat {
        send_every,
        expect_within,
    } = Heartbeat::default();
    for _ in 0..(send_every + expect_within).as_secs() {
        world.clogged = true;
        world.say("is anybody there?");
        world.advance_secs(1);
        world.unclog();
    }
    assert!(is_silent(&world));
}

#[test]
fn a_page_that_is_told_of_its_waking_gives_grace_anew() {
    let mut world = puppet(true);
    // A throttled timer uses the grace; then the page is frozen, and the answer waits.
    world.sleep(secs(60));
    world.now = world.now + secs(60);
    world.input(Input::Resumed);
    world.input(Input::Timeout);
    assert_eq!(world.name(), "open");
    world.hear("pong");
    world.advance_secs(5);
    assert_eq!((world.name(), world.sockets.len()), ("open", 1));
}

#[test]
fn a_late_deadline_of_an_attempt_gets_grace() {
    let mut world = World::raw();
    world.open();
    world.sleep(secs(60));
    assert_eq!(world.name(), "connecting");
    world.accept();
    assert_eq!(world.name(), "open");
    world.advance_secs(60);
    assert_eq!(world.sockets.len(), 1);
}

#[test]
fn a_late_silence_gets_grace() {
    let puppet = Puppet {
        silence_limit: Some(secs(45)),
        ..Puppet::default()
    };
    let mut world = World::new(Config::new(URL), puppet).connected();
    world.sleep(secs(600));
    assert_eq!(world.name(), "open");
    world.hear("still here");
    world.advance_secs(40);
    assert_eq!(world.name(), "open");
}

#[test]
fn a_page_that_stood_still_grants_grace_to_a_deadline_that_has_just_come() {
    let puppet = Puppet {
        silence_limit: Some(secs(45)),
        ..Puppet::default()
    };
    let mut world = World::new(Config::new(URL), puppet).connected();
    world.advance_secs(21);
    // The heartbeat is five seconds late, the silence ten milliseconds.
    world.sleep(millis(24_010));
    assert_eq!(world.name(), "open");
    world.hear("it waited behind the timer");
    world.advance_secs(2);
    assert_eq!(world.name(), "open");
}

#[test]
fn a_late_retry_is_made_at_once() {
    let mut world = World::raw().connected();
    world.breaks();
    world.sleep(secs(600));
    assert_eq!(world.name(), "connecting");
}

#[test]
fn a_long_sleep_sends_one_heartbeat_not_one_for_each_missed() {
    let mut world = puppet(true);
    world.hear("pong");
    world.sleep(secs(3600));
    assert_eq!(beats(&world), 2);
}
