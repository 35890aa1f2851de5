//! Socket.IO's connection state recovery: what was missed arrives once, in order, and a gap is told where it does not.

use leptos_chat_core::session::Protocol;

use super::options;
use super::socketio::{OPEN, joined_with};
use crate::world::World;

const FIRST: &str = r#"40{"sid":"a","pid":"P"}"#;

/// A connection that has heard two messages and lost its link; the next socket is open and has heard the handshake.
fn cut() -> World {
    let mut world = joined_with(options(Protocol::SocketIo), FIRST);
    world.hear(r#"42["message","one","Q7yGWW5"]"#);
    world.hear(r#"42["message",{"text":"two"},"Q7yGWW5.0"]"#);
    assert_eq!(world.texts(), ["one", "two"]);
    world.breaks();
    world.advance_to_timer();
    world.accept();
    assert!(world.sent().is_empty());
    world.hear(OPEN);
    world
}

#[test]
fn it_is_asked_for_with_the_last_offset() {
    let world = cut();
    assert_eq!(world.sent(), [r#"40{"pid":"P","offset":"Q7yGWW5.0"}"#]);
}

#[test]
fn what_was_missed_comes_before_the_answer_and_is_shown_once_and_in_order() {
    let mut world = cut();
    world.hear(r#"42["message","three","Q7yGWXg"]"#);
    world.hear(r#"451-["message",{"_placeholder":true,"num":0},"Q7yGWXg.0"]"#);
    world.hear(vec![4]);
    world.hear(r#"42["message","five","Q7yGWXg.1"]"#);
    assert_eq!(
        (world.name(), world.shown().len()),
        ("handshaking", 2),
        "it is not known yet whose they are"
    );
    world.hear(FIRST);
    assert_eq!(world.name(), "open");
    assert_eq!(world.texts(), ["one", "two", "three", "five"]);
    assert_eq!(world.shown()[3].attachments, [vec![4]]);
    assert_eq!(world.gaps(), 0);
    world.hear(r#"42["message","six","Q7yGWbJ"]"#);
    world.breaks();
    world.advance_to_timer();
    world.accept();
    world.hear(OPEN);
    assert_eq!(
        world.sent(),
        [r#"40{"pid":"P","offset":"Q7yGWbJ"}"#],
        "the offset has moved on"
    );
}

#[test]
fn a_server_that_has_forgotten_us_leaves_a_gap() {
    let mut world = cut();
    world.hear(r#"40{"sid":"b","pid":"R"}"#);
    assert_eq!((world.name(), world.gaps()), ("open", 1));
    world.breaks();
    world.advance_to_timer();
    world.accept();
    world.hear(OPEN);
    assert_eq!(
        world.sent(),
        ["40"],
        "there is no offset of the new session yet"
    );
}

#[test]
fn a_server_without_recovery_leaves_a_gap_and_keeps_its_words() {
    let mut world = joined_with(options(Protocol::SocketIo), r#"40{"sid":"a"}"#);
    world.hear(r#"42["message","text","Q7yGWW5"]"#);
    assert_eq!(
        world.shown()[0].data,
        Some(leptos_chat_core::json!(["text", "Q7yGWW5"]))
    );
    world.breaks();
    world.advance_to_timer();
    world.accept();
    world.hear(OPEN);
    assert_eq!(world.sent(), ["40"]);
    world.hear(r#"40{"sid":"b"}"#);
    assert_eq!(world.gaps(), 1);
}

#[test]
fn only_what_can_be_an_offset_is_taken_for_one() {
    let mut world = joined_with(options(Protocol::SocketIo), FIRST);
    for packet in [
        r#"42["message","hi","bob"]"#,
        r#"42["message","hi",7]"#,
        r#"42["message","Welcome"]"#,
        r#"421["message","hi","Q7yGWW5"]"#,
    ] {
        world.hear(packet);
    }
    assert_eq!(world.texts(), ["hi", "hi", "Welcome", "hi"]);
    let data: Vec<usize> = world
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
    let mut world = joined_with(options(Protocol::SocketIo), FIRST);
    world.hear(r#"42["message","one","Q7yGWW5"]"#);
    let id = world.say("mine");
    world.breaks();
    world.advance_to_timer();
    world.accept();
    world.hear(OPEN);
    world.hear(format!(
        r#"42["message",{{"id":"{id}","text":"mine","user":"ada"}},"Q7yGWXg"]"#
    ));
    world.hear(FIRST);
    assert_eq!(world.delivered(id), 1);
    assert_eq!(world.texts(), ["one"]);
}

#[test]
fn a_missed_event_of_another_namespace_is_not_shown() {
    let mut world = cut();
    world.hear(r#"42/other,["message","elsewhere","Q7yGWXg"]"#);
    world.hear(FIRST);
    assert_eq!(world.texts(), ["one", "two"]);
}

#[test]
fn what_was_missed_by_a_link_that_breaks_again_is_asked_for_again() {
    let mut world = cut();
    world.hear(r#"42["message","three","Q7yGWXg"]"#);
    world.breaks();
    world.advance_to_timer();
    world.accept();
    world.hear(OPEN);
    assert_eq!(world.sent(), [r#"40{"pid":"P","offset":"Q7yGWW5.0"}"#]);
    world.hear(r#"42["message","three","Q7yGWXg"]"#);
    world.hear(FIRST);
    assert_eq!(world.texts(), ["one", "two", "three"]);
}

#[test]
fn a_missed_line_with_the_words_of_the_last_one_is_no_history() {
    let mut world = cut();
    world.hear(r#"42["message","two","Q7yGWXg"]"#);
    world.hear(FIRST);
    world.advance_secs(1);
    assert_eq!(world.texts(), ["one", "two", "two"]);
}
