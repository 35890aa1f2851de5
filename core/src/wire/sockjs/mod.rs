//! SockJS: its frames on the websocket transport, its info document, and the URLs under a base.
//!
//! The raw endpoint, [`raw_url`], needs none of the framing. SockJS carries text only: its messages are JSON strings.

mod url;

pub use url::{UrlError, info_url, raw_url, websocket_url};

use std::fmt;

use crate::json::{Value, quoted};

use crate::wire::Message;

/// What the server sends in one WebSocket message.
///
/// ```
/// use leptos_chat_core::wire::{Message, sockjs::Frame};
///
/// let frame = Frame::decode(&Message::Text(r#"a["m1","m2"]"#.to_owned()))?;
/// assert_eq!(frame, Frame::Array(vec!["m1".to_owned(), "m2".to_owned()]));
/// # Ok::<(), leptos_chat_core::wire::sockjs::DecodeError>(())
/// ```
///
/// # Source
/// sockjs-protocol 0.3.3, "Framing accepted by the client".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// `o`: the session is open. A second one means that the server lost the session and made a new one.
    Open,
    /// `h`: the server is alive.
    Heartbeat,
    /// `a[..]`: messages, oldest first; may be none.
    Array(Vec<String>),
    /// `m".."`: one message, as servers before 0.3 send it.
    Message(String),
    /// `c[..]`: the session is over. The WebSocket then closes with 1000, so this code is the one to keep.
    Close {
        /// The code.
        code: u16,
        /// The reason.
        reason: String,
    },
}

impl Frame {
    /// Decodes one WebSocket message from the server.
    ///
    /// # Errors
    /// The server's fault: a binary message, an unknown frame, or a broken payload. A retry does not help.
    pub fn decode(message: &Message) -> Result<Self, DecodeError> {
        let Message::Text(text) = message else {
            return Err(DecodeError::Binary);
        };
        let mut rest = text.chars();
        let kind = rest.next().ok_or(DecodeError::Empty)?;
        match (kind, rest.as_str()) {
            // Only bare letters count: `hello` from another kind of server is no heartbeat.
            ('o', "") => Ok(Self::Open),
            ('h', "") => Ok(Self::Heartbeat),
            ('a', json) => decode_array(json),
            ('m', json) => match parse(json)? {
                Value::String(text) => Ok(Self::Message(text)),
                _ => Err(DecodeError::Payload("a text")),
            },
            ('c', json) => decode_close(&parse(json)?),
            (other, _) => Err(DecodeError::UnknownFrame(other)),
        }
    }

    /// Encodes the frame as a server would. A client sends [`encode_messages`] instead.
    pub fn encode(&self) -> Message {
        Message::Text(match self {
            Self::Open => "o".to_owned(),
            Self::Heartbeat => "h".to_owned(),
            Self::Array(messages) => ["a", &encode_messages(messages)].concat(),
            Self::Message(text) => ["m", &quoted(text)].concat(),
            Self::Close { code, reason } => {
                ["c[", &code.to_string(), ",", &quoted(reason), "]"].concat()
            }
        })
    }
}

fn parse(json: &str) -> Result<Value, DecodeError> {
    Value::parse(json).map_err(|error| DecodeError::Json(error.to_string()))
}

fn decode_array(json: &str) -> Result<Frame, DecodeError> {
    const WANTED: DecodeError = DecodeError::Payload("an array of texts");
    let Value::Array(items) = parse(json)? else {
        return Err(WANTED);
    };
    let texts = items.into_iter().map(|item| match item {
        Value::String(text) => Ok(text),
        _ => Err(WANTED),
    });
    texts.collect::<Result<_, _>>().map(Frame::Array)
}

fn decode_close(value: &Value) -> Result<Frame, DecodeError> {
    let wanted = DecodeError::Payload("an array of a code and a reason");
    let Some([code, reason]) = value.as_array().map(Vec::as_slice) else {
        return Err(wanted);
    };
    // A close code has 16 bits (RFC 6455, 5.5.1).
    match (
        code.as_u64().and_then(|code| u16::try_from(code).ok()),
        reason.as_str(),
    ) {
        (Some(code), Some(reason)) => Ok(Frame::Close {
            code,
            reason: reason.to_owned(),
        }),
        _ => Err(wanted),
    }
}

/// Encodes what a client sends: one or more messages as one WebSocket text message. `[]` keeps a link alive and is
/// never answered.
///
/// # Source
/// sockjs-protocol 0.3.3, "WebSocket protocols".
pub fn encode_messages<S: AsRef<str>>(messages: &[S]) -> String {
    let mut text = String::from("[");
    for (index, message) in messages.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        text.push_str(&quoted(message.as_ref()));
    }
    text.push(']');
    text
}

/// Encodes one message for the server.
///
/// # Errors
/// The app's fault: the message is binary, and SockJS has no way to send that. A retry does not help.
pub fn encode_message(message: &Message) -> Result<Message, BinaryUnsupported> {
    match message {
        Message::Text(text) => Ok(Message::Text(encode_messages(&[text]))),
        Message::Binary(_) => Err(BinaryUnsupported),
    }
}

/// What a SockJS server says of itself at [`info_url`].
///
/// # Source
/// sockjs-protocol 0.3.3, "Info test: `/info`".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Info {
    /// Whether the websocket transport is on. Without it this client cannot connect.
    pub websocket: bool,
    /// Whether a load balancer needs cookies. Means nothing to the websocket transport.
    pub cookie_needed: bool,
    /// Allowed origins. By the protocol, ignored.
    pub origins: Vec<String>,
    /// A random number for browsers without a source of their own. Spring sends negative ones.
    pub entropy: Option<i64>,
}

impl Info {
    /// Parses the info document. Unknown members are accepted, and all but `websocket` may be missing.
    ///
    /// # Errors
    /// The server's fault: no JSON, or no boolean `websocket`, so that it is no SockJS endpoint.
    pub fn parse(json: &str) -> Result<Self, DecodeError> {
        let value = parse(json)?;
        let websocket = value.get("websocket").and_then(Value::as_bool);
        let origins = value
            .get("origins")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        // Without `websocket` it may be any JSON document that stands at this path.
        Ok(Self {
            websocket: websocket.ok_or(DecodeError::Payload("an object with `websocket`"))?,
            cookie_needed: value
                .get("cookie_needed")
                .and_then(Value::as_bool)
                .unwrap_or(false),
            origins: origins
                .filter_map(|origin| origin.as_str().map(str::to_owned))
                .collect(),
            entropy: value.get("entropy").and_then(Value::as_i64),
        })
    }
}

/// Why a message is no SockJS frame, or a document no info. The server's fault, each time.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeError {
    /// A binary message: SockJS servers send none.
    Binary,
    /// A text message with nothing in it.
    Empty,
    /// No frame starts so, or an open or heartbeat frame has more than its letter.
    UnknownFrame(char),
    /// The payload is no JSON; the parser's words.
    Json(String),
    /// The payload is of another kind; what it should be.
    Payload(&'static str),
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Binary => f.write_str(
                "a sockjs server sent a binary message; check that the url is not the raw endpoint",
            ),
            Self::Empty => f.write_str("empty sockjs frame"),
            Self::UnknownFrame(other) => {
                write!(
                    f,
                    "no sockjs frame looks like this, it starts with '{other}'; check that this is a sockjs server"
                )
            }
            Self::Json(reason) => write!(f, "a sockjs frame holds no valid json: {reason}"),
            Self::Payload(wanted) => write!(f, "the payload of a sockjs frame is not {wanted}"),
        }
    }
}

impl std::error::Error for DecodeError {}

/// A binary message cannot go over SockJS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BinaryUnsupported;

impl fmt::Display for BinaryUnsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("sockjs carries text only; send text, or use the raw endpoint")
    }
}

impl std::error::Error for BinaryUnsupported {}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(text: &str) -> Result<Frame, DecodeError> {
        Frame::decode(&Message::Text(text.to_owned()))
    }

    #[test]
    fn a_word_is_no_frame() {
        assert_eq!(decode("hello"), Err(DecodeError::UnknownFrame('h')));
        assert_eq!(decode("ok"), Err(DecodeError::UnknownFrame('o')));
        assert_eq!(decode("[]"), Err(DecodeError::UnknownFrame('[')));
        assert_eq!(decode(""), Err(DecodeError::Empty));
        assert_eq!(
            Frame::decode(&Message::Binary(b"o".to_vec())),
            Err(DecodeError::Binary)
        );
    }

    #[test]
    fn payloads_are_checked_by_frame() {
        for text in [
            "a{}",
            "a[1]",
            "a[null]",
            "m1",
            "m[]",
            "c[]",
            "c[3000]",
            "c[3000,1]",
            "c{}",
        ] {
            assert!(
                matches!(decode(text), Err(DecodeError::Payload(_))),
                "{text}"
            );
        }
        for text in [
            "c[65536,\"\"]",
            "c[-1,\"\"]",
            "c[3000.5,\"\"]",
            "c[3000,\"\",null]",
        ] {
            assert!(
                matches!(decode(text), Err(DecodeError::Payload(_))),
                "{text}"
            );
        }
        for text in ["a", "apple", "a[\"x", "m", "c", "c3000"] {
            assert!(decode(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_lone_surrogate_costs_one_character_not_the_frame() {
        assert_eq!(
            decode(r#"a["\ud800!","b"]"#),
            Ok(Frame::Array(vec!["\u{fffd}!".into(), "b".into()]))
        );
    }

    #[test]
    fn bytes_are_refused_in_words() {
        assert!(BinaryUnsupported.to_string().contains("text only"));
    }
}
