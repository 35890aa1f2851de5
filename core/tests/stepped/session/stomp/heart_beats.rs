//! Heart-beats, as both sides agree on them.

use super::*;
use leptos_chat_core::connection::{Input, Reshape};

/// A heart-beat of one second each way.
fn each_second() -> Config {
    Config {
        heartbeat: HeartbeatSetting::Every(Heartbeat {
            send_every: Duration::from_secs(1),
            expect_within: Duration::from_secs(10),
        }),
        ..Config::default()
    }
}

#[test]
fn without_a_heartbeat_none_is_offered() {
    let mut harness = harness_with(
        fixed(URL),
        Config {
            heartbeat: HeartbeatSetting::Off,
            ..each_second()
        },
        options(Protocol::Stomp),
    );
    harness.opened(harness.socket(), "v12.stomp");
    assert!(harness.last_sent().contains("heart-beat:0,0\n"));
    harness.hear("CONNECTED\nversion:1.2\nheart-beat:1000,1000\n\n\0");
    harness.hear(SUBSCRIBED);
    let before = harness.sent().len();
    harness.advance_secs(3600);
    assert_eq!((harness.sent().len(), harness.name()), (before, "open"));
}

#[test]
fn a_heart_beat_that_was_changed_is_what_the_next_link_offers() {
    for protocol in [Protocol::Stomp, Protocol::Auto] {
        let mut harness = harness_with(fixed(URL), Config::default(), options(protocol));
        join(&mut harness, CONNECTED);
        harness.input(Input::Heartbeat(HeartbeatSetting::Off));
        harness.breaks();
        harness.advance_to_timer();
        harness.opened(harness.socket(), "v12.stomp");
        assert!(harness.last_sent().contains("heart-beat:0,0\n"));
        harness.input(Input::Reshape(Box::new(Reshape {
            session: options(protocol),
            heartbeat: Heartbeat::every(Duration::from_secs(5)).into(),
        })));
        harness.opened(harness.socket(), "v12.stomp");
        assert!(harness.last_sent().contains("heart-beat:5000,5000\n"));
    }
}

#[test]
fn the_slower_side_sets_the_heart_beat_and_we_send_a_little_early() {
    let mut harness = harness_with(fixed(URL), each_second(), options(Protocol::Stomp));
    join(
        &mut harness,
        "CONNECTED\nversion:1.2\nheart-beat:0,5000\n\n\0",
    );
    // The first one may come sooner.
    harness.advance_secs(4);
    assert_eq!(harness.last_sent(), "\n");
    let before = harness.sent().len();
    harness.advance_secs(40);
    assert_eq!(harness.sent().len(), before + 10);
    assert_eq!(harness.name(), "open", "the server promised nothing");
}

#[test]
fn a_server_that_misses_its_heart_beat_twice_is_dead() {
    let mut harness = harness_with(fixed(URL), each_second(), options(Protocol::Stomp));
    join(
        &mut harness,
        "CONNECTED\nversion:1.2\nheart-beat:3000,0\n\n\0",
    );
    let before = harness.sent().len();
    for _ in 0..5 {
        harness.advance(Duration::from_millis(5_900));
        harness.hear("\n");
    }
    assert_eq!(
        (harness.name(), harness.sent().len()),
        ("open", before),
        "late, but there; and it wants none"
    );
    harness.advance(Duration::from_millis(6_001));
    assert_eq!(harness.name(), "waiting");
}

#[test]
fn a_heart_beat_that_the_server_missed_never_stops() {
    let mut harness = joined();
    for _ in 0..5 {
        // So soon that no link is a stable one.
        harness.advance(Duration::from_secs(2));
        harness.hear("ERROR\nmessage:Session closed.\n\n\0");
        assert_eq!(
            harness.lost(),
            "the server did not hear our heartbeat in time"
        );
        harness.advance_to_timer();
        join(&mut harness, CONNECTED);
    }
}
