//! JSON as JavaScript servers write it: lone surrogates become U+FFFD.
//!
//! A JavaScript string may hold half of a surrogate pair, and `JSON.stringify` then writes `"\ud800"`. That is legal
//! JSON text, but no Unicode string, so `serde_json` rejects it. One such character must not cost the whole message.

use serde_json::{Error, Value};

/// The JSON escape of U+FFFD. It is as long as the escape it replaces, so the text keeps its length.
const REPLACEMENT: &[u8; 6] = b"\\ufffd";

/// Parses `text` as one JSON value, with each lone surrogate escape read as U+FFFD.
///
/// Valid text is parsed once. Only text that `serde_json` refuses is looked through for lone surrogates, and parsed
/// again if it holds one. Nesting is bounded by `serde_json`: 128 levels.
///
/// # Errors
/// The peer's fault: `text` is no JSON, is nested too deeply, or holds a number out of range. A retry does not help.
///
/// # Source
/// RFC 8259 sections 7 and 8.2.
pub fn parse_value(text: &str) -> Result<Value, Error> {
    serde_json::from_str(text).or_else(|error| match replace_lone_surrogates(text) {
        Some(repaired) => serde_json::from_slice(&repaired),
        None => Err(error),
    })
}

/// `text` with each lone surrogate escape replaced, or `None` where there is none.
fn replace_lone_surrogates(text: &str) -> Option<Vec<u8>> {
    let bytes = text.as_bytes();
    let mut repaired: Option<Vec<u8>> = None;
    let mut at = 0;
    while at < bytes.len() {
        at += match surrogate(bytes, at) {
            // Any other escape is two bytes here: `\\` must not lend its second half to a `u`.
            None if bytes[at] == b'\\' => 2,
            None => 1,
            Some(Half::High) if surrogate(bytes, at + 6) == Some(Half::Low) => 12,
            Some(_) => {
                let copy = repaired.get_or_insert_with(|| bytes.to_vec());
                copy[at..at + 6].copy_from_slice(REPLACEMENT);
                6
            }
        };
    }
    repaired
}

/// One half of a UTF-16 surrogate pair.
#[derive(PartialEq)]
enum Half {
    High,
    Low,
}

/// The surrogate whose escape `\uXXXX` starts at `at`, if one does.
fn surrogate(bytes: &[u8], at: usize) -> Option<Half> {
    let [b'\\', b'u', b'd' | b'D', second, third, fourth] = bytes.get(at..at + 6)? else {
        return None;
    };
    if !third.is_ascii_hexdigit() || !fourth.is_ascii_hexdigit() {
        return None;
    }
    match second {
        b'8' | b'9' | b'a' | b'b' | b'A' | b'B' => Some(Half::High),
        b'c'..=b'f' | b'C'..=b'F' => Some(Half::Low),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> String {
        parse_value(text)
            .expect("valid")
            .as_str()
            .expect("a string")
            .to_owned()
    }

    #[test]
    fn lone_surrogates_become_the_replacement_character() {
        assert_eq!(parsed(r#""\ud800""#), "\u{fffd}");
        assert_eq!(parsed(r#""a\uDFFFb""#), "a\u{fffd}b");
        assert_eq!(parsed(r#""\ud800\ud800""#), "\u{fffd}\u{fffd}");
        assert_eq!(parsed(r#""\udc00\ud800""#), "\u{fffd}\u{fffd}");
        assert_eq!(parsed(r#""\ud83d\n""#), "\u{fffd}\n");
        assert_eq!(parsed(r#""\ud83dx\ude00""#), "\u{fffd}x\u{fffd}");
    }

    #[test]
    fn valid_pairs_beside_a_lone_half_are_kept() {
        assert_eq!(parsed(r#""\ud83d\ude00\ud83d""#), "\u{1f600}\u{fffd}");
        assert_eq!(parsed(r#""\ud83d\ud83d\ude00""#), "\u{fffd}\u{1f600}");
    }

    #[test]
    fn an_escaped_backslash_is_no_escape() {
        assert_eq!(parsed(r#""\\ud800""#), "\\ud800");
        assert_eq!(parsed(r#""\\ud800\ud800""#), "\\ud800\u{fffd}");
        assert_eq!(parsed(r#""\\\ud800""#), "\\\u{fffd}");
        assert_eq!(parsed(r#""\ud800\\udc00""#), "\u{fffd}\\udc00");
    }

    #[test]
    fn member_names_are_repaired_too() {
        let value = parse_value(r#"{"\ud800":1}"#).expect("valid");
        assert_eq!(value["\u{fffd}"], 1);
    }

    #[test]
    fn what_is_no_json_stays_an_error() {
        for text in [
            "",
            "{",
            r#""\ud8""#,
            r#""\ud800"#,
            r#""\ud8g0""#,
            r#""\ud80g""#,
            "\\ud800",
            "nul",
            "1e999",
            r#""\"#,
        ] {
            assert!(parse_value(text).is_err(), "{text}");
        }
    }

    #[test]
    fn deep_nesting_is_an_error_not_an_overflow() {
        assert!(parse_value(&"[".repeat(100_000)).is_err());
        assert!(parse_value(&format!("{}{}", "[".repeat(200), "]".repeat(200))).is_err());
        assert!(parse_value(&format!("{}{}", "[".repeat(100), "]".repeat(100))).is_ok());
    }
}
