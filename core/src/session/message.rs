//! What goes through a session: the messages of an app, out and in, and their ids.

use std::fmt;

use super::json::AsIs;
use crate::json::Value;
use crate::wire::Message;

/// The id of one outgoing message: unique over all clients, the same when it is sent again.
///
/// Its text form is 32 hexadecimal digits; that is what stands on the wire. [`Connection::new_id`] makes it a UUID of version 7.
///
/// [`Connection::new_id`]: crate::connection::Connection::new_id
// A message that is held would be 16 bytes larger by a number's own alignment, and as much again by what the allocator adds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(Rust, packed(8))]
pub struct MessageId(pub u128);

impl MessageId {
    /// Reads the text form back; `None` for any other text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let plain = text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit());
        plain
            .then(|| u128::from_str_radix(text, 16).ok())?
            .map(Self)
    }

    /// Which connection of this client's made it, and when, where its form tells: a UUID of version 7, of the variant that there is.
    /// Of two by the same connection, the one with the greater number was made later.
    pub(crate) fn made(self) -> Option<(u32, u64)> {
        let (made, rest) = ((self.0 >> 64) as u64, self.0 as u64);
        (made >> 12 & 0xf == 7 && rest >> 62 == 0b10).then_some(((rest >> 32) as u32, made))
    }

    /// Whether a server may have made it: a random UUID without its hyphens has a version and a variant at their places.
    pub(crate) fn may_be_a_servers(self) -> bool {
        let digit = |place: u32| (self.0 >> (4 * (31 - place))) & 0xf;
        digit(12) == 4 && digit(16) & 0xc == 0x8
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", { self.0 })
    }
}

impl fmt::Debug for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MessageId({self})")
    }
}

/// One request of the server's, which the app answers. It is its link's: no answer goes over another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RequestId(pub u64);

/// What an app hands to `send`: words or bytes, and where they go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// The words or the bytes. A chat protocol puts words into its own shape.
    pub body: Message,
    /// Socket.IO's event name or STOMP's destination; `None` for the session's default.
    pub channel: Option<String>,
    /// Socket.IO's namespace, where the app has joined it beside the session's own; `None` for that.
    pub namespace: Option<String>,
    /// Whether an earlier copy may have arrived already, so that receivers show one of them only.
    pub resent: bool,
    /// Sends text as it is, not in the shape of a chat message: STOMP's body; for Socket.IO a JSON array, the event's arguments.
    /// [`Outgoing::exactly`] sets it.
    pub as_is: Option<AsIs>,
}

impl Outgoing {
    /// A Socket.IO event of this name, with these arguments.
    #[must_use]
    pub fn event(name: impl Into<String>, arguments: Vec<Value>) -> Self {
        Self {
            channel: Some(name.into()),
            ..Self::exactly(Value::Array(arguments).to_string())
        }
    }

    /// The same, in this namespace of Socket.IO's, which the app has joined.
    #[must_use]
    pub fn in_namespace(mut self, name: impl Into<String>) -> Self {
        self.namespace = Some(name.into());
        self
    }

    /// This text, or these bytes, as they are, in no shape of a chat message's; see [`Outgoing::as_is`].
    #[must_use]
    pub fn exactly(body: impl Into<Message>) -> Self {
        Self {
            as_is: Some(AsIs::default()),
            ..Self::from(body)
        }
    }
}

impl<T: Into<Message>> From<T> for Outgoing {
    fn from(body: T) -> Self {
        Self {
            body: body.into(),
            channel: None,
            namespace: None,
            resent: false,
            as_is: None,
        }
    }
}

/// What an arriving message is to a chat.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// Somebody's line.
    #[default]
    Chat,
    /// The server itself speaks.
    System,
    /// The server tells an error, in its own words; mostly about what was sent last.
    Error,
    /// No line: presence, typing, an event of another name. A chat leaves it aside; an app's own listeners get all of it.
    Data,
}

/// What a server sent, decoded as far as the protocol goes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Incoming {
    /// The words to show, or the bytes.
    pub body: Body,
    /// Who sent it, where the protocol says so.
    pub sender: Option<String>,
    /// The id given to it by its sender or by the server.
    pub id: Option<String>,
    /// What it is to a chat.
    pub kind: Kind,
    /// Whether it may be a second copy of what was sent before, under the same id.
    pub resent: bool,
    /// Whether the server numbers its lines, and this one stands where its number says, whatever its id.
    pub numbered: bool,
    /// Socket.IO's event name or STOMP's destination.
    pub channel: Option<String>,
    /// Socket.IO's namespace, where it is another than the session's own.
    pub namespace: Option<String>,
    /// All of it, where `body` is only a part: the arguments of a Socket.IO event, the headers of a STOMP frame.
    pub data: Option<crate::json::Value>,
    /// Socket.IO's binary attachments, which `data` names by number; see [`attachment`](crate::wire::socketio::attachment).
    pub attachments: Vec<Vec<u8>>,
    /// The server waits for an answer of the app's: Socket.IO, for the events that
    /// [`answers`](super::options::SocketIoOptions::answers) names.
    pub request: Option<RequestId>,
}

impl fmt::Display for Incoming {
    /// The words alone; see [`Body`].
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.body.fmt(f)
    }
}

/// The content of an [`Incoming`]. Shown, it is its words, or how many bytes there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Words.
    Text(String),
    /// Bytes that are no text.
    Binary(Vec<u8>),
}

impl Default for Body {
    fn default() -> Self {
        Self::Text(String::new())
    }
}

impl Body {
    /// The words, if it is words.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Binary(_) => None,
        }
    }

    /// The length in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Binary(bytes) => bytes.len(),
        }
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl fmt::Display for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Binary(bytes) => write!(f, "({} bytes)", bytes.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_a_servers_form_has_its_version_and_its_variant() {
        let may_be = |id: &str| MessageId::parse(id).is_some_and(MessageId::may_be_a_servers);
        assert!(may_be("00000000000040008000000000000000"));
        for other in [
            "00000000000070008000000000000000",
            "0000000000004000c000000000000000",
            "00000000000000008000000000000000",
        ] {
            assert!(!may_be(other), "{other}");
        }
    }

    #[test]
    fn a_bodys_length_is_that_of_its_bytes() {
        for (body, len) in [
            (Body::Text("你".into()), 3),
            (Body::Binary(vec![0, 1]), 2),
            (Body::default(), 0),
        ] {
            assert_eq!((body.len(), body.is_empty()), (len, len == 0));
        }
    }
}
