//! Rule 12: frames that are too long or cannot be read.

use super::*;

#[test]
fn an_oversized_frame_is_an_event_and_closes_nothing() {
    let mut harness = Harness::raw_with(Config {
        max_incoming: 100,
        ..Config::default()
    })
    .connected();
    harness.hear("x".repeat(101));
    harness.hear(vec![0; 101]);
    harness.hear("x".repeat(100));
    let unreadable = |event: &&Event| {
        matches!(event, Event::Unreadable { reason, message }
            if *reason == (Reason::TooLarge { len: 101, limit: 100 }) && message.is_empty())
    };
    assert_eq!(harness.events.iter().filter(unreadable).count(), 2);
    assert_eq!((harness.name(), harness.shown().len()), ("open", 1));
}

#[test]
fn an_undecodable_frame_is_an_event_with_its_reason_and_content() {
    let mut harness = Harness::json().connected();
    for frame in ["{", "{\"a\"", "", "[[[["] {
        harness.take_events();
        harness.hear(frame);
        let [Event::Unreadable { reason, message }] = &harness.events[..] else {
            panic!("{frame}: {:?}", harness.events);
        };
        assert!(!reason.to_string().is_empty());
        assert_eq!(message.as_text(), Some(frame));
    }
    harness.hear(r#"{"text":"still here"}"#);
    assert_eq!(
        (harness.name(), harness.texts()),
        ("open", vec!["still here"])
    );
}

#[test]
fn messages_are_shown_in_order_and_none_is_lost() {
    let mut harness = Harness::raw().connected();
    let texts: Vec<String> = (0..1000).map(|n| n.to_string()).collect();
    for text in &texts {
        harness.hear(text.as_str());
    }
    assert_eq!(harness.texts(), texts);
    harness.advance(secs(1));
}
