//! What the vectors and properties of all protocols share.
#![allow(
    dead_code,
    reason = "which helpers are used depends on the crate's features"
)]

use leptos_chat_core::json::Value;
use leptos_chat_core::wire::Message;
use proptest::prelude::*;

/// A text message.
pub fn text(text: &str) -> Message {
    Message::Text(text.to_owned())
}

/// Any WebSocket message, half of them of the shape that `grammar` (a regular expression) describes.
pub fn messages(grammar: &'static str) -> impl Strategy<Value = Message> {
    prop_oneof![
        any::<String>().prop_map(Message::Text),
        proptest::collection::vec(any::<u8>(), 0..40).prop_map(Message::Binary),
        grammar.prop_map(Message::Text),
        grammar.prop_map(|text| Message::Binary(text.into_bytes())),
    ]
}

/// Any JSON value of modest size. Numbers are whole, since others need not survive being written and read.
pub fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            objects(inner).boxed(),
        ]
    })
}

/// Any JSON object whose members come from `members`.
pub fn objects(members: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    proptest::collection::vec((any::<String>(), members), 0..4)
        .prop_map(|members| Value::Object(members.into_iter().collect()))
}

/// A string of JavaScript as `JSON.stringify` writes it: UTF-16, with each lone surrogate as an escape.
pub fn stringify(units: &[u16]) -> String {
    let mut json = String::from("\"");
    for unit in char::decode_utf16(units.iter().copied()) {
        match unit {
            Ok(character @ ('"' | '\\')) => json.extend(['\\', character]),
            Ok(control @ '\0'..='\u{1f}') => {
                json.push_str(&format!("\\u{:04x}", u32::from(control)))
            }
            Ok(character) => json.push(character),
            Err(lone) => json.push_str(&format!("\\u{:04x}", lone.unpaired_surrogate())),
        }
    }
    json + "\""
}

/// UTF-16 that is full of surrogates, whole pairs and lone ones, and of what is easily mistaken for them.
pub fn utf16() -> impl Strategy<Value = Vec<u16>> {
    let unit = prop_oneof![
        0xd800..=0xdfff_u16,
        Just(u16::from(b'\\')),
        Just(u16::from(b'u')),
        Just(u16::from(b'd')),
        Just(u16::from(b'8')),
        any::<u16>(),
    ];
    proptest::collection::vec(unit, 0..30)
}
