//! The codecs under test, and how a fuzzer's bytes become WebSocket messages.
#![forbid(unsafe_code)]

pub use leptos_chat_core::{json, shape, wire};

use wire::Message;

/// A text message where `data` is UTF-8, else a binary one.
pub fn message(data: &[u8]) -> Message {
    String::from_utf8(data.to_vec()).map_or_else(|_| Message::Binary(data.to_vec()), Message::Text)
}

/// The messages in `data`, each up to an octet 255, which no UTF-8 holds. One that starts with a NUL is binary.
pub fn messages(data: &[u8]) -> impl Iterator<Item = Message> {
    data.split(|&byte| byte == 0xff)
        .map(|part| match part.strip_prefix(b"\0") {
            Some(bytes) => Message::Binary(bytes.to_vec()),
            None => message(part),
        })
}
