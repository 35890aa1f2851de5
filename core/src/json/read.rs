//! JSON text to values, as JavaScript's servers write it: a lone surrogate becomes U+FFFD.
//!
//! A JavaScript string may hold half of a surrogate pair, and `JSON.stringify` then writes `"\ud800"`. That is legal
//! JSON text, but no Unicode string. One such character must not cost the whole message.

use std::fmt;

use serde::de::IgnoredAny;
use serde_json::{Deserializer, StreamDeserializer};

use super::{Map, Number, Value};

/// Arrays and objects in each other, at most.
const MAX_DEPTH: u8 = 127;

/// Why a text is no JSON value. Whoever wrote it is to blame; a retry does not help.
#[derive(Debug)]
pub enum Error {
    /// The grammar does not allow it; in `serde_json`'s words.
    Syntax(serde_json::Error),
    /// Nested deeper than 127 levels.
    TooDeep,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(error) => error.fmt(f),
            Self::TooDeep => f.write_str("nested too deeply"),
        }
    }
}

impl std::error::Error for Error {}

impl Value {
    /// Reads a text that is one JSON value, with each lone surrogate in it read as U+FFFD.
    ///
    /// # Errors
    /// [`Error`]
    ///
    /// # Source
    /// RFC 8259 sections 7 and 8.2.
    pub fn parse(text: &str) -> Result<Self, Error> {
        // Judges the grammar alone: in one pass, without recursion, and without reading a number.
        serde_json::from_str::<IgnoredAny>(text).map_err(Error::Syntax)?;
        read(text)
    }
}

/// Reads JSON values that follow each other, with white space between them or nothing.
///
/// # Errors
/// [`Error`]
pub fn several(text: &str) -> Result<Vec<Value>, Error> {
    let mut texts: StreamDeserializer<'_, _, IgnoredAny> = Deserializer::from_str(text).into_iter();
    let (mut values, mut start) = (Vec::new(), 0);
    while let Some(judged) = texts.next() {
        judged.map_err(Error::Syntax)?;
        let end = texts.byte_offset();
        values.push(read(text.get(start..end).unwrap_or_default())?);
        start = end;
    }
    Ok(values)
}

/// The value of a text that was judged.
fn read(text: &str) -> Result<Value, Error> {
    Reader { text, at: 0 }.value(0)
}

/// Goes through a text that the grammar allows.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    /// The byte at hand; 0 behind the end.
    fn byte(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    /// Goes on as long as bytes are of this kind. Returns what was passed.
    fn pass(&mut self, of_kind: impl Fn(u8) -> bool) -> &'a str {
        let start = self.at;
        let rest = self.text.as_bytes().get(start..).unwrap_or_default();
        self.at += rest.iter().take_while(|byte| of_kind(**byte)).count();
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// Goes over white space and what stands between values. What stands where was judged before.
    fn next_token(&mut self) -> u8 {
        self.pass(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'\t' | b',' | b':'));
        self.byte()
    }

    fn value(&mut self, depth: u8) -> Result<Value, Error> {
        match self.next_token() {
            b'{' | b'[' if depth >= MAX_DEPTH => Err(Error::TooDeep),
            b'{' => self.object(depth + 1),
            b'[' => self.array(depth + 1),
            b'"' => Ok(Value::String(self.string())),
            _ => Ok(self.scalar()),
        }
    }

    fn object(&mut self, depth: u8) -> Result<Value, Error> {
        self.at += 1;
        let mut members = Map::new();
        while self.next_token() == b'"' {
            let name = self.string();
            members.add(name, self.value(depth)?);
        }
        self.at += 1;
        Ok(Value::Object(members))
    }

    fn array(&mut self, depth: u8) -> Result<Value, Error> {
        self.at += 1;
        let mut items = Vec::new();
        while !matches!(self.next_token(), b']' | 0) {
            items.push(self.value(depth)?);
        }
        self.at += 1;
        Ok(Value::Array(items))
    }

    fn scalar(&mut self) -> Value {
        let text =
            self.pass(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.'));
        match text {
            "null" => Value::Null,
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            number => Value::Number(Number::written(number.to_owned())),
        }
    }

    fn string(&mut self) -> String {
        self.at += 1;
        let mut string = self.letters().to_owned();
        loop {
            let is_escape = self.byte() == b'\\';
            self.at += 1;
            if !is_escape {
                return string;
            }
            string.push(self.escaped());
            string.push_str(self.letters());
        }
    }

    /// What stands before the end of a string, or an escape.
    fn letters(&mut self) -> &'a str {
        self.pass(|byte| !matches!(byte, b'"' | b'\\'))
    }

    /// The character that the escape at hand stands for.
    fn escaped(&mut self) -> char {
        let byte = self.byte();
        self.at += 1;
        match byte {
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => self.unicode(),
            other => char::from(other),
        }
    }

    /// Four digits, and four more behind the first half of a pair.
    fn unicode(&mut self) -> char {
        let first = self.digits(0);
        self.at += 4;
        let second = match self.text.get(self.at..self.at + 2) {
            Some("\\u") => self.digits(2),
            _ => 0,
        };
        let is_pair = (0xd800..0xdc00).contains(&first) && (0xdc00..0xe000).contains(&second);
        let code = match is_pair {
            true => {
                self.at += 6;
                0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)
            }
            false => first,
        };
        char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    fn digits(&self, ahead: usize) -> u32 {
        let at = self.at + ahead;
        let digits = self.text.get(at..at + 4).unwrap_or_default();
        u32::from_str_radix(digits, 16).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> String {
        Value::parse(text)
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
        let value = Value::parse(r#"{"\ud800":1}"#).expect("valid");
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
            r#""\"#,
        ] {
            assert!(Value::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn deep_nesting_is_an_error_not_an_overflow() {
        assert!(Value::parse(&"[".repeat(100_000)).is_err());
        assert!(Value::parse(&format!("{}{}", "[".repeat(200), "]".repeat(200))).is_err());
        assert!(Value::parse(&format!("{}{}", "[".repeat(100), "]".repeat(100))).is_ok());
    }

    #[test]
    fn arrays_and_objects_are_nested_127_levels_deep_and_no_deeper() {
        for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
            let nested = |levels: usize| {
                let text = [&open.repeat(levels), "1", &close.repeat(levels)].concat();
                Value::parse(&text)
            };
            assert!(nested(127).is_ok());
            let error = nested(128).expect_err("too deep");
            assert_eq!(error.to_string(), "nested too deeply");
        }
    }
}
