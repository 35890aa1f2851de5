//! A raw socket with a ping of the app's own: what is found out with it, and what without.

use std::time::Duration;

use leptos_chat_core::connection::{Config, Disconnect, Event};
use leptos_chat_core::session::pinged::PingedSession;

use crate::harness::Harness;
use crate::secs;

fn pinged(answer: Option<&str>) -> Harness {
    let session = PingedSession::new("ping", answer.map(Into::into));
    Harness::new(Config::default(), session).connected()
}

fn is_silent(harness: &Harness) -> bool {
    let silent = Event::Disconnected(Disconnect::Silent);
    harness.events.contains(&silent)
}

#[test]
fn a_ping_that_is_not_answered_ends_the_link() {
    let mut harness = pinged(Some("pong"));
    assert_eq!(harness.sent(), ["ping"]);
    harness.advance_secs(9);
    assert!(!is_silent(&harness));
    harness.advance_secs(1);
    assert!(is_silent(&harness));
}

#[test]
fn the_answer_keeps_the_link_and_is_not_shown() {
    let mut harness = pinged(Some("pong"));
    for _ in 0..5 {
        harness.hear("pong");
        harness.advance_secs(20);
    }
    harness.hear("hello");
    assert!(!is_silent(&harness));
    let shown = harness.shown();
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0].body.as_text(), Some("hello"));
}

#[test]
fn anything_that_is_heard_is_life() {
    let mut harness = pinged(Some("pong"));
    harness.advance_secs(5);
    harness.hear("hello");
    harness.advance_secs(14);
    assert!(!is_silent(&harness));
}

#[test]
fn without_an_answer_to_expect_the_ping_only_keeps_the_link_from_being_cut() {
    let mut harness = pinged(None);
    harness.advance_secs(65);
    assert_eq!(harness.sent(), ["ping"; 4]);
    assert!(!is_silent(&harness));
    harness.hear("pong");
    assert_eq!(harness.shown().len(), 1);
}

#[test]
fn a_limit_of_silence_ends_the_link_without_a_ping() {
    let mut harness = Harness::raw_with(Config {
        silence_limit: Some(Duration::from_secs(30)),
        ..Config::default()
    })
    .connected();
    harness.advance(secs(29));
    harness.hear("tick");
    harness.advance(secs(29));
    assert!(!is_silent(&harness));
    harness.advance(secs(1));
    assert!(is_silent(&harness));
}
