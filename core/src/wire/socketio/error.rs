//! What can be wrong with a Socket.IO packet, by culprit: the server's (`DecodeError`) or the app's (`EncodeError`).

use std::fmt;

/// Why messages are no Socket.IO packet. The server's fault, each time.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeError {
    /// A text message with nothing in it.
    Empty,
    /// The first character is none of the seven types.
    UnknownType(char),
    /// A binary packet without a number of attachments, or with none of them.
    Attachments,
    /// More attachments than the decoder allows; how many it allows.
    TooManyAttachments(usize),
    /// The packet is longer than the decoder allows; how many bytes it allows.
    TooLarge(usize),
    /// The acknowledgement id does not fit 64 bits, or an acknowledgement has none.
    AckId,
    /// The payload is no JSON; the parser's words.
    Json(String),
    /// The payload is missing, or of another kind than the packet's type asks for; what it should be.
    Payload(&'static str),
    /// An event with a reserved name.
    ReservedEvent(String),
    /// A placeholder names an attachment that is not there.
    PlaceholderOutOfRange,
    /// Text came while this many attachments were still to come.
    AttachmentsMissing(usize),
    /// A binary message came that belongs to no packet.
    UnexpectedAttachment,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("empty socket.io packet"),
            Self::UnknownType(other) => write!(f, "no socket.io packet starts with '{other}'"),
            Self::Attachments => {
                f.write_str("a binary socket.io packet must say how many attachments follow")
            }
            Self::TooManyAttachments(most) => {
                write!(
                    f,
                    "a socket.io packet has more than {most} attachments; raise the limit to take it"
                )
            }
            Self::TooLarge(most) => {
                write!(
                    f,
                    "a socket.io packet is longer than {most} bytes; raise the limit to take it"
                )
            }
            Self::AckId => f.write_str("a socket.io packet has no usable acknowledgement id"),
            Self::Json(reason) => write!(f, "a socket.io packet holds no valid json: {reason}"),
            Self::Payload(wanted) => write!(f, "the payload of a socket.io packet is not {wanted}"),
            Self::ReservedEvent(name) => {
                write!(f, "the server used the reserved event name \"{name}\"")
            }
            Self::PlaceholderOutOfRange => {
                f.write_str("a socket.io packet refers to an attachment that it does not have")
            }
            Self::AttachmentsMissing(missing) => {
                write!(
                    f,
                    "text came while {missing} attachments of a socket.io packet were awaited"
                )
            }
            Self::UnexpectedAttachment => {
                f.write_str("a binary message came that no socket.io packet announced")
            }
        }
    }
}

impl std::error::Error for DecodeError {}

/// Why a packet cannot be sent. The app's fault, each time; nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncodeError {
    /// The namespace does not start with `/`, or holds a comma, which would end it on the wire.
    Namespace(String),
    /// The payload is of another kind than the packet's type asks for; what it should be.
    Payload(&'static str),
    /// An event with a reserved name.
    ReservedEvent(String),
    /// A binary packet with no attachment: it would never end.
    NoAttachments,
    /// A placeholder names an attachment that is not there.
    PlaceholderOutOfRange,
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Namespace(name) => {
                write!(
                    f,
                    "the namespace \"{name}\" cannot be sent; start it with a slash and leave out commas"
                )
            }
            Self::Payload(wanted) => write!(f, "the payload must be {wanted}"),
            Self::ReservedEvent(name) => {
                write!(f, "\"{name}\" is a reserved event name; choose another")
            }
            Self::NoAttachments => {
                f.write_str("a binary packet needs an attachment; send an event or ack instead")
            }
            Self::PlaceholderOutOfRange => {
                f.write_str("a placeholder names an attachment that is not there; add it")
            }
        }
    }
}

impl std::error::Error for EncodeError {}

/// What the payload of each type must be, in the words of both errors.
pub(super) mod wanted {
    pub(crate) const OBJECT: &str = "an object";
    pub(crate) const NOTHING: &str = "empty";
    pub(crate) const EVENT: &str = "an array that starts with a text or a number";
    pub(crate) const ARRAY: &str = "an array";
    pub(crate) const TEXT_OR_OBJECT: &str = "a text or an object";
}
