//! When `Sent` is the end of a message that nobody proves, and when it is not.

use leptos_chat_core::connection::{Config, Delivery, Event, Failure};
use leptos_chat_core::session::MessageId;

use crate::world::{URL, World, puppet::Puppet};
use crate::{millis, secs};

fn world() -> World {
    World::new(Config::new(URL), Puppet::default()).connected()
}

fn is_settled(world: &World, id: MessageId) -> bool {
    world.events.contains(&Event::Settled { id })
}

/// The server is heard twice, a while apart.
fn chat(world: &mut World) {
    world.hear("chatter");
    world.advance(millis(1_100));
    world.hear("more of it");
}

#[test]
fn what_is_heard_five_seconds_later_settles() {
    let mut world = world();
    let id = world.say("x");
    world.advance(millis(5_100));
    assert!(!is_settled(&world, id), "nothing was heard");
    world.hear("chatter");
    assert!(
        !is_settled(&world, id),
        "it may be the last that this link has brought"
    );
    chat(&mut world);
    assert!(is_settled(&world, id));
    world.breaks();
    assert_eq!(world.fate(id), [Delivery::Queued, Delivery::Sent]);
}

/// Much arrives at once when a link goes on, and its end with it.
#[test]
fn a_burst_settles_nothing() {
    let mut world = world();
    let id = world.say("x");
    world.advance_secs(8);
    for _ in 0..10 {
        world.hear("chatter");
    }
    assert!(!is_settled(&world, id));
}

#[test]
fn what_is_heard_at_once_settles_nothing() {
    let mut world = world();
    let id = world.say("x");
    world.advance_secs(4);
    world.hear("chatter");
    assert!(!is_settled(&world, id));
}

/// The frame had waited in the system's buffers: it says nothing of what was written after it.
#[test]
fn what_waited_through_a_sleep_settles_nothing() {
    let mut world = world();
    let id = world.say("x");
    world.sleep(secs(100));
    world.hear("this was sent before the sleep");
    assert!(!is_settled(&world, id));
    world.breaks();
    let unconfirmed = Delivery::Failed(Failure::Unconfirmed);
    assert_eq!(world.fate(id).last(), Some(&unconfirmed));
}

#[test]
fn after_a_sleep_the_time_awake_counts() {
    let mut world = world();
    let id = world.say("x");
    world.sleep(secs(100));
    world.advance(millis(5_100));
    chat(&mut world);
    assert!(is_settled(&world, id));
}

#[test]
fn chatter_settles_nothing_that_stands_in_the_buffer() {
    let mut world = world();
    world.clogged = true;
    let id = world.say("x");
    for _ in 0..20 {
        world.advance_secs(1);
        world.hear("chatter");
    }
    assert!(!is_settled(&world, id));
    world.unclog();
    world.advance(millis(5_100));
    chat(&mut world);
    assert!(is_settled(&world, id), "the time counts since it left");
}

#[test]
fn a_page_at_rest_looks_no_more() {
    let mut world = world();
    world.say("x");
    world.advance_secs(10);
    assert!(world.timer.is_none_or(|at| at - world.now > secs(5)));
}
