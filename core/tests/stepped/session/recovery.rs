//! Socket.IO's connection state recovery: what was missed arrives once, in order, and a gap is told where it does not.

use leptos_chat_core::session::Protocol;

use super::options;
use super::socketio::{OPEN, joined_with};
use crate::harness::Harness;

const FIRST: &str = r#"40{"sid":"a","pid":"P"}"#;

/// A connection that has heard two messages and lost its link; the next socket is open and has heard the handshake.
fn cut() -> Harness {
    let mut harness = joined_with(options(Protocol::SocketIo), FIRST);
    harness.hear(r#"42["message","one","Q7yGWW5"]"#);
    harness.hear(r#"42["message",{"text":"two"},"Q7yGWW5.0"]"#);
    assert_eq!(harness.texts(), ["one", "two"]);
    harness.breaks();
    harness.advance_to_timer();
    harness.accept();
    assert!(harness.sent().is_empty());
    harness.hear(OPEN);
    harness
}

#[test]
fn it_is_asked_for_with_the_last_offset() {
    let harness = cut();
    assert_eq!(harness.sent(), [r#"40{"pid":"P","offset":"Q7yGWW5.0"}"#]);
}

#[test]
fn what_was_missed_comes_before_the_answer_and_is_shown_once_and_in_order() {
    let mut harness = cut();
    harness.hear(r#"42["message","three","Q7yGWXg"]"#);
    harness.hear(r#"451-["message",{"_placeholder":true,"num":0},"Q7yGWXg.0"]"#);
    harness.hear(vec![4]);
    harness.hear(r#"42["message","five","Q7yGWXg.1"]"#);
    assert_eq!(
        (harness.name(), harness.shown().len()),
        ("handshaking", 2),
        "it is not known yet whose they are"
    );
    harness.hear(FIRST);
    assert_eq!(harness.name(), "open");
    assert_eq!(harness.texts(), ["one", "two", "three", "five"]);
    assert_eq!(harness.shown()[3].attachments, [vec![4]]);
    assert_eq!(harness.gaps(), 0);
    harness.hear(r#"42["message","six","Q7yGWbJ"]"#);
    harness.breaks();
    harness.advance_to_timer();
    harness.accept();
    harness.hear(OPEN);
    assert_eq!(
        harness.sent(),
        [r#"40{"pid":"P","offset":"Q7yGWbJ"}"#],
        "the offset has moved on"
    );
}

#[test]
fn a_server_that_has_forgotten_us_leaves_a_gap() {
    let mut harness = cut();
    harness.hear(r#"40{"sid":"b","pid":"R"}"#);
    assert_eq!((harness.name(), harness.gaps()), ("open", 1));
    harness.breaks();
    harness.advance_to_timer();
    harness.accept();
    harness.hear(OPEN);
    assert_eq!(
        harness.sent(),
        ["40"],
        "there is no offset of the new session yet"
    );
}

#[test]
fn a_server_without_recovery_leaves_a_gap_and_keeps_its_words() {
    let mut harness = joined_with(options(Protocol::SocketIo), r#"40{"sid":"a"}"#);
    harness.hear(r#"42["message","text","Q7yGWW5"]"#);
    assert_eq!(
        harness.shown()[0].data,
        Some(leptos_chat_core::json!(["text", "Q7yGWW5"]))
    );
    harness.breaks();
    harness.advance_to_timer();
    harness.accept();
    harness.hear(OPEN);
    assert_eq!(harness.sent(), ["40"]);
    harness.hear(r#"40{"sid":"b"}"#);
    assert_eq!(harness.gaps(), 1);
}

#[test]
fn only_what_can_be_an_offset_is_taken_for_one() {
    let mut harness = joined_with(options(Protocol::SocketIo), FIRST);
    for packet in [
        r#"42["message","hi","bob"]"#,
        r#"42["message","hi",7]"#,
        r#"42["message","Welcome"]"#,
        r#"421["message","hi","Q7yGWW5"]"#,
    ] {
        harness.hear(packet);
    }
    assert_eq!(harness.texts(), ["hi", "hi", "Welcome", "hi"]);
    let data: Vec<usize> = harness
        .shown()
        .iter()
        .filter_map(|incoming| incoming.data.as_ref()?.as_array().map(Vec::len))
        .collect();
    assert_eq!(
        data,
        [2, 2, 1, 2],
        "the last one asks for an acknowledgement, so it has no offset"
    );
}

#[test]
fn an_own_message_among_the_missed_ones_is_proof() {
    let mut harness = joined_with(options(Protocol::SocketIo), FIRST);
    harness.hear(r#"42["message","one","Q7yGWW5"]"#);
    let id = harness.say("mine");
    harness.breaks();
    harness.advance_to_timer();
    harness.accept();
    harness.hear(OPEN);
    harness.hear(format!(
        r#"42["message",{{"id":"{id}","text":"mine","user":"ada"}},"Q7yGWXg"]"#
    ));
    harness.hear(FIRST);
    assert_eq!(harness.delivered(id), 1);
    assert_eq!(harness.texts(), ["one"]);
}

#[test]
fn a_missed_event_of_another_namespace_is_not_shown() {
    let mut harness = cut();
    harness.hear(r#"42/other,["message","elsewhere","Q7yGWXg"]"#);
    harness.hear(FIRST);
    assert_eq!(harness.texts(), ["one", "two"]);
}

#[test]
fn what_was_missed_by_a_link_that_breaks_again_is_asked_for_again() {
    let mut harness = cut();
    harness.hear(r#"42["message","three","Q7yGWXg"]"#);
    harness.breaks();
    harness.advance_to_timer();
    harness.accept();
    harness.hear(OPEN);
    assert_eq!(harness.sent(), [r#"40{"pid":"P","offset":"Q7yGWW5.0"}"#]);
    harness.hear(r#"42["message","three","Q7yGWXg"]"#);
    harness.hear(FIRST);
    assert_eq!(harness.texts(), ["one", "two", "three"]);
}

#[test]
fn a_missed_line_with_the_words_of_the_last_one_is_no_history() {
    let mut harness = cut();
    harness.hear(r#"42["message","two","Q7yGWXg"]"#);
    harness.hear(FIRST);
    harness.advance_secs(1);
    assert_eq!(harness.texts(), ["one", "two", "two"]);
}
