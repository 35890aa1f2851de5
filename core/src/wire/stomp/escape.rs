//! Escapes in header names and values, each way in one pass from left to right.
//!
//! One pass matters: replacing `\n` first and `\\` later would turn the four characters `\\n` into the wrong text.

use std::borrow::Cow;

/// The escapes that hold for one frame.
///
/// # Source
/// STOMP 1.1 and 1.2, "Value Encoding".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Escapes {
    /// 1.0, and the exempt frames: a backslash is a backslash.
    None,
    /// `\n`, `\c`, `\\`.
    V1_1,
    /// `\r` too.
    V1_2,
}

/// Which part of a header line a text is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum HeaderPart {
    Name,
    Value,
}

impl Escapes {
    /// Appends `text`, escaped. `false` where it holds what these escapes cannot write: it would end the header, or
    /// the frame, and let the text smuggle in headers of its own.
    #[must_use]
    pub(super) fn push_escaped(self, out: &mut Vec<u8>, text: &str, part: HeaderPart) -> bool {
        for byte in text.bytes() {
            let escape = match (self, byte) {
                // A NUL has no escape in any version, and many servers end the frame there.
                (_, b'\0') => return false,
                (Self::V1_2, b'\r') => b'r',
                (Self::None | Self::V1_1, b'\r') => return false,
                (Self::None, b'\n') => return false,
                (Self::None, b':') if part == HeaderPart::Name => return false,
                (Self::None, _) => {
                    out.push(byte);
                    continue;
                }
                (_, b'\n') => b'n',
                (_, b':') => b'c',
                (_, b'\\') => b'\\',
                (_, _) => {
                    out.push(byte);
                    continue;
                }
            };
            out.extend([b'\\', escape]);
        }
        true
    }

    /// The text that `text` stands for; `None` where it holds an undefined escape.
    pub(super) fn unescape(self, text: &str) -> Option<Cow<'_, str>> {
        // Most headers hold no escape: they are not copied.
        if self == Self::None || !text.contains('\\') {
            return Some(Cow::Borrowed(text));
        }
        let mut plain = String::with_capacity(text.len());
        let mut chars = text.chars();
        while let Some(next) = chars.next() {
            let meant = match next {
                '\\' => self.meaning(chars.next()?)?,
                other => other,
            };
            plain.push(meant);
        }
        Some(Cow::Owned(plain))
    }

    fn meaning(self, escape: char) -> Option<char> {
        match escape {
            'n' => Some('\n'),
            'c' => Some(':'),
            '\\' => Some('\\'),
            'r' if self == Self::V1_2 => Some('\r'),
            // An undefined escape is a fatal error (STOMP 1.2, "Value Encoding").
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(escapes: Escapes, text: &str) -> Option<String> {
        let mut out = Vec::new();
        let fits = escapes.push_escaped(&mut out, text, HeaderPart::Value);
        fits.then(|| String::from_utf8(out).expect("escaping keeps UTF-8"))
    }

    #[test]
    fn one_pass_from_left_to_right() {
        assert_eq!(Escapes::V1_2.unescape(r"\\n").as_deref(), Some(r"\n"));
        assert_eq!(Escapes::V1_2.unescape(r"\\\n").as_deref(), Some("\\\n"));
        assert_eq!(Escapes::V1_2.unescape(r"\\c\c\\").as_deref(), Some(r"\c:\"));
        assert_eq!(escaped(Escapes::V1_2, "\\n\n").as_deref(), Some(r"\\n\n"));
    }

    #[test]
    fn what_is_undefined_is_refused() {
        for text in [r"\", r"a\", r"\t", r"\N", r"\\\", "\\\u{e9}"] {
            assert_eq!(Escapes::V1_2.unescape(text), None, "{text}");
        }
        assert_eq!(Escapes::V1_2.unescape(r"\r").as_deref(), Some("\r"));
        assert_eq!(Escapes::V1_1.unescape(r"\r"), None);
        assert_eq!(Escapes::None.unescape(r"\r\").as_deref(), Some(r"\r\"));
    }

    #[test]
    fn what_cannot_be_written_is_refused() {
        assert_eq!(
            escaped(Escapes::V1_2, "a\r\n:\\b").as_deref(),
            Some(r"a\r\n\c\\b")
        );
        assert_eq!(
            escaped(Escapes::V1_1, "a\n:\\b").as_deref(),
            Some(r"a\n\c\\b")
        );
        assert_eq!(escaped(Escapes::V1_1, "\r"), None);
        assert_eq!(escaped(Escapes::None, "a:\\b").as_deref(), Some("a:\\b"));
        assert_eq!(escaped(Escapes::None, "\n"), None);
        assert_eq!(escaped(Escapes::V1_2, "\0"), None);
        assert!(!Escapes::None.push_escaped(&mut Vec::new(), "a:b", HeaderPart::Name));
    }
}
