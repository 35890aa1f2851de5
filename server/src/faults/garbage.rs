//! Messages that no well-behaved server sends, and that no client may trip over.

use axum::extract::ws::Message;

const DEEP: usize = 100_000;
const LARGE: usize = 4 * 1024 * 1024;

/// The broken messages, in the order they are sent. The WebSocket frames themselves are legal.
pub(crate) fn garbage() -> Vec<Message> {
    let broken = [
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
    let mut garbage: Vec<Message> = broken.into_iter().map(Message::text).collect();
    garbage.extend(
        [
            &[][..],
            &[0xff, 0xfe, 0x80],
            b"{\"text\":\"cut \xe2\x82",
            &[0; 64],
        ]
        .map(Message::binary::<&[u8]>),
    );
    garbage.push(Message::text("[".repeat(DEEP)));
    garbage.push(Message::text(format!(
        "{{\"text\":{}{}}}",
        "[".repeat(DEEP),
        "]".repeat(DEEP)
    )));
    garbage.push(Message::text(format!(
        "{{\"text\":\"{}\"}}",
        "large ".repeat(LARGE / 6)
    )));
    garbage.push(Message::binary(vec![0xa5; LARGE]));
    garbage
}
