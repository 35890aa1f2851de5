//! What is told in plain texts, whatever stands around it: a heartbeat, its answer, the ids of messages.

use super::MessageId;
use crate::search::split_once;

/// How far ids are looked for, in bytes: a message of megabytes would stop the page.
const BEGINNING: usize = 16 << 10;

/// How long an id of a message is, in letters and digits.
const LENGTH: usize = 32;

/// The ids of messages that stand at the beginning of a text, where ours have theirs, whatever stands around them.
pub(super) fn message_ids(text: &str) -> impl Iterator<Item = MessageId> {
    let bytes = &text.as_bytes()[..text.len().min(BEGINNING)];
    let mut start = 0;
    // Each text that arrives is looked through: where a shorter word ends within the length of an id, all before that is passed.
    std::iter::from_fn(move || {
        loop {
            let word = bytes.get(start..start + LENGTH)?;
            if let Some(end) = word.iter().rposition(|byte| !byte.is_ascii_alphanumeric()) {
                start += end + 1;
                continue;
            }
            start += LENGTH;
            let rest = bytes[start..].iter();
            let rest = rest.take_while(|byte| byte.is_ascii_alphanumeric()).count();
            start += rest;
            let id = || MessageId::parse(std::str::from_utf8(word).ok()?);
            if let Some(id) = (rest == 0).then(id).flatten() {
                return Some(id);
            }
        }
    })
}

/// Whether this is a heartbeat in plain words, and a ping: alone, or before a number or, as IRC has it, a name behind a colon.
pub(super) fn bare_heartbeat(text: &str) -> Option<bool> {
    // Each text that arrives is looked at.
    if !text.starts_with(['p', 'P']) {
        return None;
    }
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

    #[test]
    fn ids_are_found_wherever_words_end_and_begin() {
        let (one, other) = (MessageId(7), MessageId(u128::MAX));
        for blanks in 0..2 * LENGTH {
            for filler in [
                " ",
                "x ",
                "é",
                "{\"text\":\"",
                "0123456789abcdef0123456789abcdef0123 ",
            ] {
                let space = filler.repeat(blanks);
                let text = format!("{space}{one} {other}é{one}x {space}{other}");
                let found: Vec<_> = message_ids(&text).collect();
                assert_eq!(found, [one, other, other], "{text}");
            }
        }
        assert_eq!(message_ids(&"x".repeat(LENGTH - 1)).count(), 0);
        assert_eq!(message_ids("").count(), 0);
    }

    #[test]
    fn ids_are_looked_for_at_the_beginning_alone() {
        let text = |before: usize| format!("{}{}", " ".repeat(before), MessageId(7));
        assert_eq!(message_ids(&text(BEGINNING - LENGTH)).count(), 1);
        assert_eq!(message_ids(&text(BEGINNING - LENGTH + 1)).count(), 0);
    }
}
