//! Rule 12: frames that are too long or cannot be read.

use super::*;

#[test]
fn an_oversized_frame_is_an_event_and_closes_nothing() {
    let mut world = World::raw_with(Config {
        max_incoming: 100,
        ..Config::new(URL)
    })
    .connected();
    world.hear("x".repeat(101));
    world.hear(vec![0; 101]);
    world.hear("x".repeat(100));
    let unreadable = |event: &&Event| {
        matches!(event, Event::Unreadable { reason, message }
            if *reason == (Reason::TooLarge { len: 101, limit: 100 }) && message.is_empty())
    };
    assert_eq!(world.events.iter().filter(unreadable).count(), 2);
    assert_eq!((world.name(), world.shown().len()), ("open", 1));
}

#[test]
fn an_undecodable_frame_is_an_event_with_its_reason_and_content() {
    let mut world = World::json().connected();
    for frame in ["{", "{\"a\"", "", "[[[["] {
        world.take_events();
        world.hear(frame);
        let [Event::Unreadable { reason, message }] = &world.events[..] else {
            panic!("{frame}: {:?}", world.events);
        };
        assert!(!reason.to_string().is_empty());
        assert_eq!(message.as_text(), Some(frame));
    }
    world.hear(r#"{"text":"still here"}"#);
    assert_eq!((world.name(), world.texts()), ("open", vec!["still here"]));
}

#[test]
fn messages_are_shown_in_order_and_none_is_lost() {
    let mut world = World::raw().connected();
    let texts: Vec<String> = (0..1000).map(|n| n.to_string()).collect();
    for text in &texts {
        world.hear(text.as_str());
    }
    assert_eq!(world.texts(), texts);
    world.advance(secs(1));
}
