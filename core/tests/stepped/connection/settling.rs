//! When `Sent` is the end of a message that nobody proves, and when it is not.

use leptos_chat_core::connection::{Config, Delivery, Event, Failure, Input};
use leptos_chat_core::session::MessageId;
use leptos_chat_core::session::json::JsonSession;
use leptos_chat_core::session::pinged::PingedSession;

use crate::harness::{Harness, asking, puppet::Puppet};
use crate::{millis, secs};

fn harness() -> Harness {
    Harness::new(Config::default(), Puppet::default()).connected()
}

fn is_settled(harness: &Harness, id: MessageId) -> bool {
    harness.events.contains(&Event::Settled { id })
}

/// The server is heard twice, a while apart.
fn chat(harness: &mut Harness) {
    harness.hear("chatter");
    harness.advance(millis(1_100));
    harness.hear("more of it");
}

#[test]
fn what_is_heard_five_seconds_later_settles() {
    let mut harness = harness();
    let id = harness.say("x");
    harness.advance(millis(5_100));
    assert!(!is_settled(&harness, id), "nothing was heard");
    harness.hear("chatter");
    assert!(
        !is_settled(&harness, id),
        "it may be the last that this link has brought"
    );
    chat(&mut harness);
    assert!(is_settled(&harness, id));
    harness.breaks();
    assert_eq!(harness.fate(id), [Delivery::Queued, Delivery::Sent]);
}

/// Much arrives at once when a link goes on, and its end with it.
#[test]
fn a_burst_settles_nothing() {
    let mut harness = harness();
    let id = harness.say("x");
    harness.advance_secs(8);
    for _ in 0..10 {
        harness.hear("chatter");
    }
    assert!(!is_settled(&harness, id));
}

#[test]
fn what_is_heard_at_once_settles_nothing() {
    let mut harness = harness();
    let id = harness.say("x");
    harness.advance_secs(4);
    harness.hear("chatter");
    assert!(!is_settled(&harness, id));
}

/// The frame had waited in the system's buffers: it says nothing of what was written after it.
#[test]
fn what_waited_through_a_sleep_settles_nothing() {
    let mut harness = harness();
    let id = harness.say("x");
    harness.sleep(secs(100));
    harness.hear("this was sent before the sleep");
    assert!(!is_settled(&harness, id));
    harness.breaks();
    let unconfirmed = Delivery::Failed(Failure::Unconfirmed);
    assert_eq!(harness.fate(id).last(), Some(&unconfirmed));
}

#[test]
fn after_a_sleep_the_time_awake_counts() {
    let mut harness = harness();
    let id = harness.say("x");
    harness.sleep(secs(100));
    harness.advance(millis(5_100));
    chat(&mut harness);
    assert!(is_settled(&harness, id));
}

#[test]
fn chatter_settles_nothing_that_stands_in_the_buffer() {
    let mut harness = harness();
    harness.clogged = true;
    let id = harness.say("x");
    for _ in 0..20 {
        harness.advance_secs(1);
        harness.hear("chatter");
    }
    assert!(!is_settled(&harness, id));
    harness.unclog();
    harness.advance(millis(5_100));
    chat(&mut harness);
    assert!(is_settled(&harness, id), "the time counts since it left");
}

#[test]
fn a_page_at_rest_looks_no_more() {
    let mut harness = harness();
    harness.say("x");
    harness.advance_secs(10);
    assert!(harness.timer.is_none_or(|at| at - harness.now > secs(5)));
}

/// Answers without ids come in the order of the heartbeats: one that was long on its way says nothing of what was sent since.
#[test]
fn the_late_answer_to_an_older_heartbeat_settles_nothing_that_came_after_that() {
    let session = PingedSession::new("ping", Some("pong".into()));
    let mut harness = Harness::new(Config::default(), session).connected();
    harness.hear("pong");
    harness.input(Input::Resumed);
    harness.advance_secs(2);
    harness.input(Input::Resumed);
    harness.hear("pong");
    let id = harness.say("x");
    harness.advance_secs(2);
    harness.input(Input::Resumed);
    assert_eq!(harness.sent(), ["ping", "ping", "ping", "x", "ping"]);
    harness.hear("pong");
    assert!(!is_settled(&harness, id), "it answers the third ping");
    harness.hear("pong");
    assert!(is_settled(&harness, id), "it answers the fourth");
}

/// A JSON server that answers each heartbeat by its id, and the link to it.
fn answering() -> Harness {
    let mut harness = Harness::with_config(asking(), Box::new(JsonSession::default()));
    harness.serve(|message| {
        let ping = message.as_text().filter(|text| text.contains("ping"));
        ping.map(|ping| ping.replace("ping", "pong").into())
            .into_iter()
            .collect()
    });
    harness.connected()
}

#[test]
fn the_first_answer_on_a_link_settles_nothing_and_the_next_does() {
    let mut harness = answering();
    let id = harness.say("x");
    harness.advance_secs(3);
    assert!(!is_settled(&harness, id));
    harness.advance_secs(20);
    assert!(is_settled(&harness, id));
}

#[test]
fn where_each_message_is_proved_no_answer_to_a_heartbeat_settles_one() {
    let mut harness = answering();
    let proved = harness.say("x");
    harness.hear(format!(r#"{{"id":"{proved}","text":"x"}}"#));
    assert_eq!(harness.fate(proved).last(), Some(&Delivery::Delivered));
    let id = harness.say("/quiet");
    harness.advance_secs(60);
    assert_eq!(harness.name(), "open");
    assert!(!is_settled(&harness, id));
}
