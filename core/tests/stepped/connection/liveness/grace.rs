//! Rule 8: a deadline that is found late.

use super::*;

#[test]
fn a_late_timer_grants_grace_and_an_answer_behind_it_saves_the_link() {
    let mut harness = answering();
    harness.advance(millis(19_990));
    harness.latency = secs(1);
    harness.advance(millis(20));
    assert_eq!(beats(&harness), 2);
    // The answer is on its way when the lid closes.
    harness.sleep(secs(3600));
    harness.advance_secs(100);
    assert_eq!((harness.name(), harness.sockets.len()), ("open", 1));
}

#[test]
fn a_late_timer_judges_after_its_grace() {
    let mut harness = puppet(true);
    harness.sleep(secs(3600));
    assert_eq!(harness.name(), "open");
    harness.advance(millis(999));
    assert_eq!(harness.name(), "open");
    harness.advance(millis(1));
    assert!(is_silent(&harness));
}

#[test]
fn a_timer_that_is_a_little_late_judges_at_once() {
    let mut harness = puppet(true);
    harness.advance_secs(9);
    harness.sleep(millis(1050));
    assert!(is_silent(&harness));
}

#[test]
fn grace_is_given_once_even_where_every_timer_is_late() {
    let mut harness = puppet(true);
    // A background tab whose timers fire once a minute.
    for _ in 0..3 {
        harness.sleep(secs(60));
    }
    assert!(
        is_silent(&harness),
        "a dead link lives on in a throttled tab"
    );
}

#[test]
fn a_dead_link_is_noticed_while_somebody_keeps_writing() {
    let mut harness = answering();
    harness.advance_secs(5);
    // From here on nothing arrives. Each line stands in the browser's buffer for a moment, and has gone when the next is written.
    harness.serve(|_| Vec::new());
    let Heartbeat {
        send_every,
        expect_within,
    } = Heartbeat::default();
    for _ in 0..(send_every + expect_within).as_secs() {
        harness.clogged = true;
        harness.say("is anybody there?");
        harness.advance_secs(1);
        harness.unclog();
    }
    assert!(is_silent(&harness));
}

#[test]
fn a_page_that_is_told_of_its_waking_gives_grace_anew() {
    let mut harness = puppet(true);
    // A throttled timer uses the grace; then the page is frozen, and the answer waits.
    harness.sleep(secs(60));
    harness.now = harness.now + secs(60);
    harness.input(Input::Resumed);
    harness.input(Input::Timeout);
    assert_eq!(harness.name(), "open");
    harness.hear("pong");
    harness.advance_secs(5);
    assert_eq!((harness.name(), harness.sockets.len()), ("open", 1));
}

#[test]
fn a_late_deadline_of_an_attempt_gets_grace() {
    let mut harness = Harness::raw();
    harness.open();
    harness.sleep(secs(60));
    assert_eq!(harness.name(), "connecting");
    harness.accept();
    assert_eq!(harness.name(), "open");
    harness.advance_secs(60);
    assert_eq!(harness.sockets.len(), 1);
}

#[test]
fn a_late_silence_gets_grace() {
    let puppet = Puppet {
        silence_limit: Some(secs(45)),
        ..Puppet::default()
    };
    let mut harness = Harness::new(Config::default(), puppet).connected();
    harness.sleep(secs(600));
    assert_eq!(harness.name(), "open");
    harness.hear("still here");
    harness.advance_secs(40);
    assert_eq!(harness.name(), "open");
}

#[test]
fn a_page_that_stood_still_grants_grace_to_a_deadline_that_has_just_come() {
    let puppet = Puppet {
        silence_limit: Some(secs(45)),
        ..Puppet::default()
    };
    let mut harness = Harness::new(Config::default(), puppet).connected();
    harness.advance_secs(21);
    // The heartbeat is five seconds late, the silence ten milliseconds.
    harness.sleep(millis(24_010));
    assert_eq!(harness.name(), "open");
    harness.hear("it waited behind the timer");
    harness.advance_secs(2);
    assert_eq!(harness.name(), "open");
}

#[test]
fn a_late_retry_is_made_at_once() {
    let mut harness = Harness::raw().connected();
    harness.breaks();
    harness.sleep(secs(600));
    assert_eq!(harness.name(), "connecting");
}

#[test]
fn a_long_sleep_sends_one_heartbeat_not_one_for_each_missed() {
    let mut harness = puppet(true);
    harness.hear("pong");
    harness.sleep(secs(3600));
    assert_eq!(beats(&harness), 2);
}

#[test]
fn a_sessions_deadline_is_late_only_after_more_than_a_moment() {
    for (late, spared) in [(millis(50), false), (millis(51), true)] {
        let puppet = Puppet {
            timer: Some((secs(1), Action::Reconnect(Reason::App("enough".into())))),
            ..Puppet::default()
        };
        let mut harness = Harness::new(Config::default(), puppet).connected();
        harness.sleep(secs(1) + late);
        assert_eq!(harness.state().is_open(), spared, "{late:?}");
    }
}

#[test]
fn a_buffer_that_stands_still_puts_no_deadline_off() {
    let mut harness = puppet(true);
    harness.hear("pong");
    harness.clogged = true;
    harness.say("x".repeat(1_000));
    harness.advance_secs(20);
    assert_eq!(beats(&harness), 2);
    harness.advance_secs(5);
    // It drains, and then no more.
    harness.sockets[0].buffered = 500;
    harness.happens(harness.socket(), SocketEvent::Buffered(500));
    harness.advance_secs(9);
    harness.happens(harness.socket(), SocketEvent::Buffered(500));
    assert_eq!(harness.name(), "open");
    harness.advance_secs(1);
    assert!(is_silent(&harness));
}
