//! Pure: what the row of a message says, and how.

use std::time::Duration;

use leptos_chat_core::chat::language::one_line;
use leptos_chat_core::chat::language::phrases::Phrases;
use leptos_chat_core::chat::message::{Author, ChatMessage};

/// A longer text is cut, until the reader asks for all of it.
const SHOWN_CHARS: usize = 4_000;
/// How many bytes of binary data are shown.
const SHOWN_BYTES: usize = 32;
/// A message this soon after another by the same sender belongs to it.
const TOGETHER: Duration = Duration::from_secs(5 * 60);
/// How many colours there are for senders; the style sheet has them.
const HUES: u32 = 8;

/// Whether a message goes on where the one before left off: its sender need not be named again.
pub(super) fn continues(message: &ChatMessage, before: Option<&ChatMessage>) -> bool {
    before.is_some_and(|before| {
        !message.gap_before
            && message.author != Author::System
            && message.author == before.author
            && message.sender == before.sender
            && message.at.abs_diff(before.at) < TOGETHER
    })
}

/// The first part of a long text; `None` for one that is shown whole.
pub(super) fn beginning(text: &str) -> Option<&str> {
    if text.len() <= SHOWN_CHARS {
        return None;
    }
    let (cut, _) = text.char_indices().nth(SHOWN_CHARS)?;
    text.get(..cut)
}

/// The first bytes in hexadecimal, in pairs.
pub(super) fn hex(bytes: &[u8]) -> String {
    let mut shown = String::new();
    for byte in bytes.iter().take(SHOWN_BYTES) {
        let space = if shown.is_empty() { "" } else { " " };
        shown += &format!("{space}{byte:02x}");
    }
    if bytes.len() > SHOWN_BYTES {
        shown += " …";
    }
    shown
}

/// The sender's name as the row has it.
pub(super) fn sender_name(message: &ChatMessage, words: &'static Phrases) -> String {
    match (
        message.sender.as_deref().and_then(one_line::name),
        message.author,
    ) {
        (Some(name), _) => name,
        (_, Author::Me) => words.you.into(),
        (_, Author::Other) => words.someone.into(),
        (_, Author::System) if message.error => words.server_tells_error.into(),
        (_, Author::System) => words.server.into(),
    }
}

/// A colour for a name: the same one for the same name.
pub(super) fn hue(name: &str) -> u32 {
    name.bytes().fold(7, |hash: u32, byte| {
        hash.wrapping_mul(31).wrapping_add(byte.into())
    }) % HUES
}

#[cfg(test)]
mod tests {
    use super::*;
    use leptos_chat_core::chat::language::Language;
    use leptos_chat_core::session::Body;

    fn message(author: Author, sender: Option<&str>, seconds: u64) -> ChatMessage {
        ChatMessage {
            author,
            sender: sender.map(Into::into),
            body: Body::Text("x".into()),
            at: Duration::from_secs(seconds),
            ..ChatMessage::default()
        }
    }

    #[test]
    fn the_same_sender_soon_after_goes_on() {
        let first = message(Author::Other, Some("Bob"), 0);
        let goes_on = |next: &ChatMessage| continues(next, Some(&first));
        assert!(goes_on(&message(Author::Other, Some("Bob"), 10)));
        assert!(!goes_on(&message(Author::Other, Some("Eve"), 10)));
        assert!(!goes_on(&message(Author::Other, Some("Bob"), 10_000)));
        assert!(!goes_on(&message(Author::Me, Some("Bob"), 10)));
        let after_gap = ChatMessage {
            gap_before: true,
            ..message(Author::Other, Some("Bob"), 10)
        };
        assert!(!goes_on(&after_gap));
        assert!(!continues(&message(Author::Other, None, 0), None));
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(beginning(&"x".repeat(SHOWN_CHARS)), None);
        assert_eq!(
            beginning(&"x".repeat(SHOWN_CHARS + 1)).map(str::len),
            Some(SHOWN_CHARS)
        );
        let wide = "漢".repeat(SHOWN_CHARS);
        assert_eq!(beginning(&wide), None);
        let wider = "漢".repeat(SHOWN_CHARS + 7);
        assert_eq!(
            beginning(&wider).map(|text| text.chars().count()),
            Some(SHOWN_CHARS)
        );
    }

    #[test]
    fn bytes_are_shown_as_what_they_are() {
        assert_eq!(hex(&[]), "");
        assert_eq!(hex(&[0, 255, 16]), "00 ff 10");
        assert!(hex(&[1; 33]).ends_with("01 …"));
    }

    #[test]
    fn a_missing_name_has_a_stand_in() {
        let name =
            |author, sender| sender_name(&message(author, sender, 0), Language::English.phrases());
        assert_eq!(name(Author::Me, None), "You");
        assert_eq!(name(Author::Me, Some("Ada")), "Ada");
        assert_eq!(name(Author::Other, Some(" ")), "Someone");
        assert_eq!(name(Author::System, None), "Server");
        assert_eq!(name(Author::Other, Some("\n")), "Someone");
    }

    #[test]
    fn who_has_the_own_name_is_still_another_one() {
        let own = message(Author::Me, Some("Ada"), 0);
        assert!(!continues(
            &message(Author::Other, Some("Ada"), 1),
            Some(&own)
        ));
        let other = message(Author::Other, Some("Ada"), 0);
        assert!(!continues(
            &message(Author::Other, Some("Ada\u{200b}"), 1),
            Some(&other)
        ));
    }
}
