//! Heart-beats, as both sides agree on them.

use super::*;

/// A heart-beat of one second each way.
fn each_second() -> Config {
    Config {
        heartbeat: HeartbeatSetting::Every(Heartbeat {
            send_every: Duration::from_secs(1),
            expect_within: Duration::from_secs(10),
        }),
        ..Config::new(URL)
    }
}

#[test]
fn without_a_heartbeat_none_is_offered() {
    let mut world = world_with(
        Config {
            heartbeat: HeartbeatSetting::Off,
            ..each_second()
        },
        options(Protocol::Stomp),
    );
    world.opened(world.socket(), "v12.stomp");
    assert!(world.last_sent().contains("heart-beat:0,0\n"));
    world.hear("CONNECTED\nversion:1.2\nheart-beat:1000,1000\n\n\0");
    world.hear(SUBSCRIBED);
    let before = world.sent().len();
    world.advance_secs(3600);
    assert_eq!((world.sent().len(), world.name()), (before, "open"));
}

#[test]
fn the_slower_side_sets_the_heart_beat_and_we_send_a_little_early() {
    let mut world = world_with(each_second(), options(Protocol::Stomp));
    join(
        &mut world,
        "CONNECTED\nversion:1.2\nheart-beat:0,5000\n\n\0",
    );
    // The first one may come sooner.
    world.advance_secs(4);
    assert_eq!(world.last_sent(), "\n");
    let before = world.sent().len();
    world.advance_secs(40);
    assert_eq!(world.sent().len(), before + 10);
    assert_eq!(world.name(), "open", "the server promised nothing");
}

#[test]
fn a_server_that_misses_its_heart_beat_twice_is_dead() {
    let mut world = world_with(each_second(), options(Protocol::Stomp));
    join(
        &mut world,
        "CONNECTED\nversion:1.2\nheart-beat:3000,0\n\n\0",
    );
    let before = world.sent().len();
    for _ in 0..5 {
        world.advance(Duration::from_millis(5_900));
        world.hear("\n");
    }
    assert_eq!(
        (world.name(), world.sent().len()),
        ("open", before),
        "late, but there; and it wants none"
    );
    world.advance(Duration::from_millis(6_001));
    assert_eq!(world.name(), "waiting");
}

#[test]
fn a_heart_beat_that_the_server_missed_never_stops() {
    let mut world = joined();
    for _ in 0..5 {
        // So soon that no link is a stable one.
        world.advance(Duration::from_secs(2));
        world.hear("ERROR\nmessage:Session closed.\n\n\0");
        assert_eq!(
            world.lost(),
            "the server did not hear our heartbeat in time"
        );
        world.advance_to_timer();
        join(&mut world, CONNECTED);
    }
}
