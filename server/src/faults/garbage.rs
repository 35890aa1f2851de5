//! Messages that no well-behaved server sends, and that no client may trip over.

use axum::extract::ws::Message;

const DEEP: usize = 100_000;
const LARGE: usize = 4 * 1024 * 1024;

/// Texts that are no JSON, or JSON that is no message.
const TEXTS: [&str; 19] = [
    "",
    "{",
    "{\"text\":",
    "{\"text\":\"unfinished",
    "{\"text\":\"one\"}{\"text\":\"two\"}",
    "plain text, no JSON",
    "null",
    "42",
    "1e999",
    "[]",
    "[[\"text\"]]",
    "{\"text\":{\"not\":\"a string\"}}",
    "{\"text\":null,\"id\":{}}",
    "{\"type\":7}",
    "{\"text\":\"twice\",\"text\":\"named\"}",
    "{\"text\":\"lone \\ud800 surrogate\"}",
    "{\"text\":\"\\udc00\\ud800\"}",
    "{\"text\":\"a \\u0000 in it\"}",
    "\u{feff}{\"text\":\"after a byte order mark\"}",
];

/// Bytes that are no text.
const BYTES: [&[u8]; 4] = [
    &[],
    &[0xff, 0xfe, 0x80],
    b"{\"text\":\"cut \xe2\x82",
    &[0; 64],
];

/// The broken messages, in the order they are sent. The WebSocket frames themselves are legal.
pub(crate) fn garbage() -> Vec<Message> {
    let (opening, closing) = ("[".repeat(DEEP), "]".repeat(DEEP));
    let deep = format!("{{\"text\":{opening}{closing}}}");
    let large = format!("{{\"text\":\"{}\"}}", "large ".repeat(LARGE / 6));
    let texts = TEXTS.into_iter().map(Message::text);
    texts
        .chain(BYTES.map(Message::binary))
        .chain([opening, deep, large].map(Message::text))
        .chain([Message::binary(vec![0xa5; LARGE])])
        .collect()
}
