//! What cannot be read.

use super::*;

#[test]
fn a_lone_surrogate_costs_one_character() {
    let actions = bench().hear(r#"{"text":"a\ud800b","user":"\udc00"}"#);
    assert_eq!(shown(&actions), ["a\u{fffd}b"]);
}

#[test]
fn deep_json_is_unreadable_and_no_overflow() {
    for text in [
        "[".repeat(100_000),
        format!(r#"{{"text":{}1{}}}"#, "[".repeat(500), "]".repeat(500)),
    ] {
        let actions = bench().hear(text);
        assert!(
            matches!(&actions[..], [Action::Unreadable(..)]),
            "{actions:?}"
        );
    }
}

#[test]
fn bytes_that_are_no_utf8_are_unreadable_and_kept() {
    let bytes = vec![0xff, 0xfe, 0x00];
    let actions = bench().hear(bytes.clone());
    let [Action::Unreadable(reason, Message::Binary(kept))] = &actions[..] else {
        panic!("{actions:?}");
    };
    assert_eq!(*reason, Reason::NotText);
    assert_eq!(*kept, bytes);
}

#[test]
fn garbage_closes_nothing() {
    let mut harness = relay();
    for frame in ["{", "[[", r#"{"text":"#, "", "{\"a\":1"] {
        harness.hear(frame);
    }
    harness.hear(vec![0xff]);
    let unreadable = |event: &&Event| matches!(event, Event::Unreadable { .. });
    assert_eq!(harness.events.iter().filter(unreadable).count(), 6);
    harness.hear(r#"{"text":"fine"}"#);
    assert_eq!(harness.texts(), ["fine"]);
    harness.advance(secs(60));
    assert_eq!(harness.name(), "open");
}
