//! What words are known by when they come back: a fingerprint, so that no text is kept for it.

use crate::fingerprint::fingerprint;
use crate::letters::is_letter;
use std::borrow::Cow;

/// What is longer comes back to the letter or is not known again: to look at each letter of megabytes would stop the page.
pub(super) const LONG: usize = 16 << 10;
/// So many letters show whether a text is longer than a word.
const LETTERS: usize = 256;
/// A word of so many letters says as much as a line. No more of them are counted, in each line that arrives.
const ENOUGH: usize = 16;

/// What stands for a line's words: as they were said, but for the kind and the length of the space around and between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Digest {
    fingerprint: u64,
    len: usize,
}

impl Digest {
    pub(super) fn of(text: &str) -> Self {
        let text = spaced_once(text);
        Self {
            fingerprint: fingerprint(text.as_ref()),
            len: text.len(),
        }
    }

    /// What stands before these words in a text that ends in them, and is longer. The text is [`spaced_once`].
    pub(super) fn end_of<'a>(&self, text: &'a str) -> Option<&'a str> {
        let at = text.len().checked_sub(self.len).filter(|at| *at > 0)?;
        let (before, words) = text.split_at_checked(at)?;
        (fingerprint(words) == self.fingerprint).then_some(before)
    }
}

/// With one blank for each row of white space, as some servers hand lines on.
pub(super) fn spaced_once(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    if text.len() > LONG {
        return Cow::Borrowed(text);
    }
    match is_spaced_once(text) {
        true => Cow::Borrowed(text),
        false => {
            let mut spaced = String::new();
            for word in text.split_whitespace() {
                if !spaced.is_empty() {
                    spaced.push(' ');
                }
                spaced.push_str(word);
            }
            Cow::Owned(spaced)
        }
    }
}

/// Each line that arrives is looked through: byte by byte, where it is ASCII.
fn is_spaced_once(text: &str) -> bool {
    let mut is_blank = false;
    let mut all = 0;
    for byte in text.bytes() {
        all |= byte;
        if byte > b' ' {
            is_blank = false;
        } else if byte == b' ' && is_blank || matches!(byte, b'\t'..=b'\r') {
            return false;
        } else {
            is_blank = byte == b' ';
        }
    }
    let other = |letter: char| letter.is_whitespace() && letter != ' ';
    all.is_ascii() || !text.contains(other)
}

/// Whether a text is longer than a word, so that two people hardly say it at the same moment.
pub(super) fn is_distinctive(text: &str) -> bool {
    // A letter of Chinese or Japanese says as much as two of ours at least, and needs no space between words.
    let weigh = |letter: char| if letter.is_ascii() { 1 } else { 2 };
    let end = (text.len() > LETTERS).then(|| text.char_indices().nth(LETTERS));
    let text = end
        .flatten()
        .and_then(|(end, _)| text.get(..end))
        .unwrap_or(text);
    let letters = text.chars().filter(|letter| is_letter(*letter));
    let weight: usize = letters.map(weigh).take(ENOUGH).sum();
    match text.split_whitespace().nth(1) {
        None => weight >= ENOUGH || !text.is_ascii() && weight >= 8,
        Some(_) => weight >= 6,
    }
}

/// Whether `before` says who speaks, as in `ada: `, `Client #3 says: `, `<ada> ` and `[12:03] ada> `. An arrow does not: what it
/// points at is a server's answer.
pub(super) fn is_name(before: &str) -> bool {
    let before = before.trim_end();
    let bracketed = |open, close| before.ends_with(close) && before.contains(open);
    let arrow = before.ends_with("->") || before.ends_with("=>");
    let named = before.ends_with([':', '：'])
        || bracketed('[', ']')
        || before.ends_with(['>', '|', '»']) && !arrow;
    named && before.len() <= 100 && !before.contains('\n')
}

/// A server's words before a line, without the time of day that some of them hold.
pub(super) fn without_clock(before: &str) -> String {
    let digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
    let bytes = before.as_bytes();
    let is_clock = |at: usize| {
        bytes[at] == b':' && at > 0 && digit(bytes.get(at - 1)) && digit(bytes.get(at + 1))
    };
    let has_clock = (0..bytes.len()).any(is_clock);
    match has_clock {
        true => without_numbers(before),
        false => before.to_owned(),
    }
}

/// With one sign for each row of digits: `guest 7` and `guest 12` are the same kind of name.
pub(super) fn without_numbers(name: &str) -> String {
    let mut plain = String::new();
    for letter in name.chars() {
        match letter.is_ascii_digit() {
            true if plain.ends_with('#') => {}
            true => plain.push('#'),
            false => plain.push(letter),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_and_the_length_of_space_do_not_count() {
        for same in [" a\r\nb \n", "a\tb", "a\u{3000}b", "a\u{a0} b", "a\u{85}b"] {
            assert_eq!(Digest::of(same), Digest::of("a b"), "{same:?}");
        }
        assert_ne!(Digest::of("a b"), Digest::of("ab"));
    }

    #[test]
    fn what_is_very_long_comes_back_to_the_letter_or_is_not_known_again() {
        let ends = |len: usize, end: &str| "x".repeat(len - end.len()) + end;
        let of = |len, end| Digest::of(&ends(len, end));
        assert_eq!(of(LONG, "a  b"), of(LONG - 1, "a b"));
        assert_ne!(of(LONG + 1, "a  b"), of(LONG, "a b"));
    }

    #[test]
    fn what_stands_before_the_words_is_told() {
        assert_eq!(Digest::of("hello").end_of("ada: hello"), Some("ada: "));
        assert_eq!(Digest::of("hello").end_of("hello"), None);
        assert_eq!(Digest::of("é").end_of("xé"), Some("x"));
        assert_eq!(Digest::of("ab").end_of("éb"), None);
    }

    #[test]
    fn a_word_is_a_coincidence_and_a_sentence_is_not() {
        for word in ["", "ok", "hello", "hi !", "好", "你好", "a b"] {
            assert!(!is_distinctive(word), "{word}");
        }
        for line in ["see you there", "你好，世界", "0123456789abcdef"] {
            assert!(is_distinctive(line), "{line}");
        }
    }

    #[test]
    fn a_name_stands_before_a_colon_or_in_brackets() {
        for before in [
            "ada: ",
            "Client #3 says: ",
            "<ada> ",
            "[ada] ",
            "12:03 ada> ",
            "You wrote: ",
        ] {
            assert!(is_name(before), "{before}");
        }
        for before in [
            "Hello, you sent -> ",
            "re",
            "",
            "echo ",
            "=> ",
            "as in [1",
            "1]",
        ] {
            assert!(!is_name(before), "{before}");
        }
    }

    #[test]
    fn the_time_of_day_is_no_part_of_a_name_and_a_number_is() {
        assert_eq!(
            without_clock("[12:03] ada: "),
            without_clock("[9:41] ada: ")
        );
        assert_ne!(without_clock("Client #3: "), without_clock("Client #4: "));
        assert_ne!(without_clock("Client:3: "), without_clock("Client:4: "));
    }

    #[test]
    fn names_are_of_one_kind_that_differ_in_their_number_and_not_without_one() {
        assert_eq!(without_numbers("guest 7"), without_numbers("guest 12"));
        assert_ne!(without_numbers("guest 7"), without_numbers("guest "));
    }
}
