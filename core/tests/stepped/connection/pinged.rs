//! A raw socket with a ping of the app's own: what is found out with it, and what without.

use std::time::Duration;

use leptos_chat_core::connection::{Config, Disconnect, Event};
use leptos_chat_core::session::pinged::PingedSession;

use crate::secs;
use crate::world::{URL, World};

fn pinged(answer: Option<&str>) -> World {
    let session = PingedSession::new("ping", answer.map(Into::into));
    World::new(Config::new(URL), session).connected()
}

fn is_silent(world: &World) -> bool {
    let silent = Event::Disconnected(Disconnect::Silent);
    world.events.contains(&silent)
}

#[test]
fn a_ping_that_is_not_answered_ends_the_link() {
    let mut world = pinged(Some("pong"));
    assert_eq!(world.sent(), ["ping"]);
    world.advance_secs(9);
    assert!(!is_silent(&world));
    world.advance_secs(1);
    assert!(is_silent(&world));
}

#[test]
fn the_answer_keeps_the_link_and_is_not_shown() {
    let mut world = pinged(Some("pong"));
    for _ in 0..5 {
        world.hear("pong");
        world.advance_secs(20);
    }
    world.hear("hello");
    assert!(!is_silent(&world));
    let shown = world.shown();
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0].body.as_text(), Some("hello"));
}

#[test]
fn anything_that_is_heard_is_life() {
    let mut world = pinged(Some("pong"));
    world.advance_secs(5);
    world.hear("hello");
    world.advance_secs(14);
    assert!(!is_silent(&world));
}

#[test]
fn without_an_answer_to_expect_the_ping_only_keeps_the_link_from_being_cut() {
    let mut world = pinged(None);
    world.advance_secs(65);
    assert_eq!(world.sent(), ["ping"; 4]);
    assert!(!is_silent(&world));
    world.hear("pong");
    assert_eq!(world.shown().len(), 1);
}

#[test]
fn a_limit_of_silence_ends_the_link_without_a_ping() {
    let mut world = World::raw_with(Config {
        silence_limit: Some(Duration::from_secs(30)),
        ..Config::new(URL)
    })
    .connected();
    world.advance(secs(29));
    world.hear("tick");
    world.advance(secs(29));
    assert!(!is_silent(&world));
    world.advance(secs(1));
    assert!(is_silent(&world));
}
