//! Links that end when nothing is said.

use super::*;

fn hints(world: &World) -> Vec<u64> {
    let hints = world.events.iter().filter_map(|event| match event {
        Event::Hint(Reason::EndsWhenSilent { seconds }) => Some(*seconds),
        _ => None,
    });
    hints.collect()
}

fn ends_after(world: &mut World, seconds: u64) {
    world.advance_secs(seconds);
    world.breaks();
    world.advance_to_timer();
    world.accept();
}

#[test]
fn two_ends_after_the_same_silence_are_told_and_heartbeats_keep_the_link() {
    let mut world = World::raw();
    world.open();
    world.accept();
    world.hear("a line");
    world.advance_secs(30);
    world.say("another");
    ends_after(&mut world, 60);
    assert!(hints(&world).is_empty());
    world.hear("a third");
    ends_after(&mut world, 60);
    assert_eq!(hints(&world), [60]);
}

#[test]
fn links_that_end_after_other_silences_or_beside_heartbeats_say_nothing_of_silence() {
    let mut world = World::raw();
    world.open();
    world.accept();
    for seconds in [60, 20, 90] {
        ends_after(&mut world, seconds);
    }
    assert!(hints(&world).is_empty());
    let mut world = answering();
    for _ in 0..2 {
        ends_after(&mut world, 10);
    }
    assert!(hints(&world).is_empty());
}

#[test]
fn heartbeats_that_are_turned_on_begin_at_once_and_stop_when_they_are_turned_off() {
    let mut world = World::new(Config::new(URL), JsonSession::default()).connected();
    world.advance_secs(60);
    assert_eq!(world.sent().len(), 0);
    let every = HeartbeatSetting::Every(Heartbeat::every(secs(20)));
    world.input(Input::Heartbeat(every));
    world.advance_secs(59);
    assert_eq!(world.sent().len(), 3);
    world.input(Input::Heartbeat(HeartbeatSetting::Off));
    world.advance_secs(60);
    assert_eq!(world.sent().len(), 3);
}
