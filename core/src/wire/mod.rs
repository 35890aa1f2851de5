//! Pure and stateless: text or bytes to typed frames and back, in the words of each specification.

pub mod json;

#[cfg(feature = "socketio")]
pub mod engineio;
#[cfg(feature = "socketio")]
pub mod socketio;
#[cfg(feature = "sockjs")]
pub mod sockjs;
#[cfg(feature = "stomp")]
pub mod stomp;

/// One WebSocket message, [RFC 6455 section 5.6](https://www.rfc-editor.org/rfc/rfc6455#section-5.6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// A text message.
    Text(String),
    /// A binary message.
    Binary(Vec<u8>),
}

impl Message {
    /// The length of the payload in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Binary(bytes) => bytes.len(),
        }
    }

    /// Whether the payload is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The payload as text: a text message, or a binary one that holds UTF-8.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Binary(bytes) => std::str::from_utf8(bytes).ok(),
        }
    }
}

impl From<&str> for Message {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Message {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Vec<u8>> for Message {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Binary(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_messages_length_is_that_of_its_bytes() {
        for (message, len) in [
            (Message::from("你"), 3),
            (vec![0, 1].into(), 2),
            ("".into(), 0),
        ] {
            assert_eq!((message.len(), message.is_empty()), (len, len == 0));
        }
    }
}
