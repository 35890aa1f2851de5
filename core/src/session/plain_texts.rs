//! What is told in plain texts, whatever stands around it: a heartbeat, its answer, the ids of messages.

use super::MessageId;
use crate::search::split_once;

/// How far ids are looked for, in bytes: a message of megabytes would stop the page.
const BEGINNING: usize = 16 << 10;

/// The ids of messages that stand at the beginning of a text, where ours have theirs, whatever stands around them.
pub(super) fn message_ids(text: &str) -> impl Iterator<Item = MessageId> {
    let end = text.len().min(BEGINNING);
    // By bytes, since each text that arrives is looked through.
    let words = text.as_bytes()[..end].split(|byte| !byte.is_ascii_alphanumeric());
    words
        .filter(|word| word.len() == 32)
        .filter_map(|word| MessageId::parse(std::str::from_utf8(word).ok()?))
}

/// Whether this is a heartbeat in plain words, and a ping: alone, or before a number or, as IRC has it, a name behind a colon.
pub(super) fn bare_heartbeat(text: &str) -> Option<bool> {
    let (word, mark) = split_once(text, " ").unwrap_or((text, ""));
    let marked = mark.starts_with(':') && !mark.contains(' ');
    let alone = marked || mark.bytes().all(|byte| byte.is_ascii_digit());
    match word {
        "ping" | "PING" | "Ping" if alone => Some(true),
        "pong" | "PONG" | "Pong" if alone => Some(false),
        _ => None,
    }
}

/// The server's own heartbeat, answered in its own words: ping becomes pong, and the rest is repeated.
pub(super) fn pong_for(ping: &str) -> String {
    const FORMS: [(&str, &str); 3] = [("ping", "pong"), ("PING", "PONG"), ("Ping", "Pong")];
    let first = FORMS
        .iter()
        .filter_map(|(from, to)| Some((split_once(ping, from)?, to)));
    match first.min_by_key(|((before, _), _)| before.len()) {
        Some(((before, after), to)) => [before, to, after].concat(),
        None => "pong".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ping_is_answered_in_its_own_words() {
        for (ping, pong) in [
            ("ping", "pong"),
            ("PING", "PONG"),
            (r#"{"type":"ping"}"#, r#"{"type":"pong"}"#),
            (
                r#"{"id":7,"event":"Ping","at":1}"#,
                r#"{"id":7,"event":"Pong","at":1}"#,
            ),
            (r#"{"ping":17}"#, r#"{"pong":17}"#),
        ] {
            assert_eq!(pong_for(ping), pong);
        }
    }

    #[test]
    fn a_heartbeat_in_plain_words_may_have_a_number_or_a_name_behind_a_colon() {
        for ping in ["ping", "PING", "PING 17", "PING :irc.example.org"] {
            assert_eq!(bare_heartbeat(ping), Some(true), "{ping}");
        }
        assert_eq!(bare_heartbeat("pong 17"), Some(false));
        for line in [
            "ping bo",
            "pong bo",
            "pinging",
            "PING :bo are you there",
            " ",
            "a ping",
        ] {
            assert_eq!(bare_heartbeat(line), None, "{line}");
        }
    }

    #[test]
    fn ids_are_found_in_any_words() {
        let id = MessageId(7);
        let text = format!("Client says: {{\"id\":\"{id}\"}} deadbeef");
        assert_eq!(message_ids(&text).collect::<Vec<_>>(), [id]);
        assert_eq!(message_ids(&format!("{id}0")).count(), 0);
    }
}
