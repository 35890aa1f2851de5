//! STOMP 1.0, 1.1 and 1.2: frames to bytes and back.
//!
//! [`Frame`] has a constructor for each client frame and [`Frame::encode`]; [`Decoder`] reads the server's side as a
//! stream, since one WebSocket message may hold no frame, several, or part of one; [`ServerFrame`] names what a server
//! frame says; [`HeartBeat`] negotiates. [`Encoding`] holds what both sides must agree on.

mod client;
mod decode;
mod encode;
mod error;
mod escape;
mod headers;
mod heart_beat;
mod server;

pub use client::{AckMode, Connect};
pub use decode::{Decoder, Event, Limits};
pub use error::{DecodeError, EncodeError};
pub use headers::Headers;
pub use heart_beat::{HEART_BEAT, HeartBeat, Intervals};
pub use server::{ConnectedView, ErrorView, MessageView, ReceiptView, ServerFrame};

use std::borrow::Cow;
use std::fmt;

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

/// What a frame is. Names are case sensitive.
///
/// # Source
/// STOMP 1.2, "Augmented BNF".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Command {
    /// A client sends a message.
    Send,
    /// A client subscribes to a destination.
    Subscribe,
    /// A client ends a subscription.
    Unsubscribe,
    /// A client begins a transaction.
    Begin,
    /// A client commits a transaction.
    Commit,
    /// A client takes a transaction back.
    Abort,
    /// A client has consumed a message.
    Ack,
    /// A client has not consumed a message. Not in 1.0.
    Nack,
    /// A client is about to close.
    Disconnect,
    /// A client's first frame.
    Connect,
    /// The same as CONNECT; not in 1.0.
    Stomp,
    /// The server's answer to CONNECT.
    Connected,
    /// A message from a subscription.
    Message,
    /// The server has processed a frame that asked for a receipt.
    Receipt,
    /// Something went wrong; the server closes after it.
    Error,
}

impl Command {
    /// All commands, in the order of the specification's grammar.
    pub const ALL: [Self; 15] = [
        Self::Send,
        Self::Subscribe,
        Self::Unsubscribe,
        Self::Begin,
        Self::Commit,
        Self::Abort,
        Self::Ack,
        Self::Nack,
        Self::Disconnect,
        Self::Connect,
        Self::Stomp,
        Self::Connected,
        Self::Message,
        Self::Receipt,
        Self::Error,
    ];

    /// The command on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Send => "SEND",
            Self::Subscribe => "SUBSCRIBE",
            Self::Unsubscribe => "UNSUBSCRIBE",
            Self::Begin => "BEGIN",
            Self::Commit => "COMMIT",
            Self::Abort => "ABORT",
            Self::Ack => "ACK",
            Self::Nack => "NACK",
            Self::Disconnect => "DISCONNECT",
            Self::Connect => "CONNECT",
            Self::Stomp => "STOMP",
            Self::Connected => "CONNECTED",
            Self::Message => "MESSAGE",
            Self::Receipt => "RECEIPT",
            Self::Error => "ERROR",
        }
    }

    fn parse(line: &[u8]) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|command| command.as_str().as_bytes() == line)
    }

    /// Whether a frame of this command may have a body.
    pub fn may_have_body(self) -> bool {
        matches!(self, Self::Send | Self::Message | Self::Error)
    }

    /// Whether the specification leaves the headers of this command unescaped. `STOMP` is handled as `CONNECT`.
    fn is_exempt_from_escaping(self) -> bool {
        matches!(self, Self::Connect | Self::Stomp | Self::Connected)
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A version of STOMP. They compare by age.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// 1.0: no escapes, no heart-beats.
    V1_0,
    /// 1.1: escapes, but none for the carriage return.
    V1_1,
    /// 1.2.
    #[default]
    V1_2,
}

impl Version {
    /// All versions, oldest first.
    pub const ALL: [Self; 3] = [Self::V1_0, Self::V1_1, Self::V1_2];

    /// The subprotocols to ask for, best first.
    pub const SUBPROTOCOLS: [&'static str; 3] = ["v12.stomp", "v11.stomp", "v10.stomp"];

    /// The version in headers: `1.2`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V1_0 => "1.0",
            Self::V1_1 => "1.1",
            Self::V1_2 => "1.2",
        }
    }

    /// The version that a `version` header names, if it is one of ours.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|version| version.as_str() == text)
    }

    /// The version as a WebSocket subprotocol: `v12.stomp`.
    pub fn subprotocol(self) -> &'static str {
        match self {
            Self::V1_0 => "v10.stomp",
            Self::V1_1 => "v11.stomp",
            Self::V1_2 => "v12.stomp",
        }
    }

    /// The version that a WebSocket subprotocol names, if it is one of ours.
    pub fn from_subprotocol(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|version| version.subprotocol() == name)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How headers are written. Until CONNECTED has told the version, 1.2 is right for both sides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Encoding {
    /// The version, which decides what can be escaped.
    pub version: Version,
    /// Escapes the headers of CONNECT and CONNECTED too. The specification exempts them, but RabbitMQ and Spring
    /// unescape them all the same, so that a passcode with a backslash or colon needs it there. Default: `false`.
    pub escape_connect: bool,
}

impl Encoding {
    fn escapes(self, command: Command) -> escape::Escapes {
        match self.version {
            _ if command.is_exempt_from_escaping() && !self.escape_connect => escape::Escapes::None,
            Version::V1_0 => escape::Escapes::None,
            Version::V1_1 => escape::Escapes::V1_1,
            Version::V1_2 => escape::Escapes::V1_2,
        }
    }
}
