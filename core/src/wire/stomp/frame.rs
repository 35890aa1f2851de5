//! One frame: a command, headers, and a body.

use std::borrow::Cow;

use super::command::Command;
use super::headers::Headers;

/// One STOMP frame.
///
/// ```
/// use leptos_chat_core::wire::stomp::{Encoding, Frame};
///
/// let frame = Frame::send("/queue/a", "text/plain", "hello");
/// let bytes = frame.encode(Encoding::default())?;
/// assert_eq!(bytes, b"SEND\ndestination:/queue/a\ncontent-type:text/plain\ncontent-length:5\n\nhello\0");
/// # Ok::<(), leptos_chat_core::wire::stomp::EncodeError>(())
/// ```
///
/// # Source
/// STOMP 1.2, "STOMP Frames".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// What the frame is.
    pub command: Command,
    /// Its headers, in order, unescaped.
    pub headers: Headers,
    /// Its body, in octets. Only SEND, MESSAGE and ERROR may have one.
    pub body: Vec<u8>,
}

impl Frame {
    /// A frame without headers and body.
    pub fn new(command: Command) -> Self {
        Self {
            command,
            headers: Headers::default(),
            body: Vec::new(),
        }
    }

    /// The frame with one more header.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push(name, value);
        self
    }

    /// The frame with these headers behind its own. Of a name that stands twice, receivers take the first.
    #[must_use]
    pub fn with(self, headers: &[(String, String)]) -> Self {
        let add = |frame: Self, (name, value): &(String, String)| frame.header(name, value);
        headers.iter().fold(self, add)
    }

    /// The body as text, where it is UTF-8; each broken sequence becomes U+FFFD.
    pub fn body_text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }
}
