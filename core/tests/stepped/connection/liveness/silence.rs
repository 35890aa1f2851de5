//! Links that end when nothing is said.

use super::*;

fn hints(harness: &Harness) -> Vec<u64> {
    let hints = harness.events.iter().filter_map(|event| match event {
        Event::Hint(Reason::EndsWhenSilent { seconds }) => Some(*seconds),
        _ => None,
    });
    hints.collect()
}

fn ends_after(harness: &mut Harness, seconds: u64) {
    harness.advance_secs(seconds);
    harness.breaks();
    harness.advance_to_timer();
    harness.accept();
}

#[test]
fn two_ends_after_the_same_silence_are_told_and_heartbeats_keep_the_link() {
    let mut harness = Harness::raw();
    harness.open();
    harness.accept();
    harness.hear("a line");
    harness.advance_secs(30);
    harness.say("another");
    ends_after(&mut harness, 60);
    assert!(hints(&harness).is_empty());
    harness.hear("a third");
    ends_after(&mut harness, 60);
    assert_eq!(hints(&harness), [60]);
}

#[test]
fn links_that_end_after_other_silences_or_beside_heartbeats_say_nothing_of_silence() {
    let mut harness = Harness::raw();
    harness.open();
    harness.accept();
    for seconds in [60, 20, 90] {
        ends_after(&mut harness, seconds);
    }
    assert!(hints(&harness).is_empty());
    let mut harness = answering();
    for _ in 0..2 {
        ends_after(&mut harness, 10);
    }
    assert!(hints(&harness).is_empty());
}

#[test]
fn heartbeats_that_are_turned_on_begin_at_once_and_stop_when_they_are_turned_off() {
    let mut harness = Harness::new(Config::default(), JsonSession::default()).connected();
    harness.advance_secs(60);
    assert_eq!(harness.sent().len(), 0);
    let every = HeartbeatSetting::Every(Heartbeat::every(secs(20)));
    harness.input(Input::Heartbeat(every));
    harness.advance_secs(59);
    assert_eq!(harness.sent().len(), 3);
    harness.input(Input::Heartbeat(HeartbeatSetting::Off));
    harness.advance_secs(60);
    assert_eq!(harness.sent().len(), 3);
}
