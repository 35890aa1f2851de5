//! What the server's frames say.

use super::command::Command;
use super::error::DecodeError;
use super::frame::Frame;
use super::heart_beat::HeartBeat;
use super::version::Version;

/// A server's frame, read.
///
/// ```
/// use leptos_chat_core::wire::stomp::{Command, Frame, ServerFrame};
///
/// let frame = Frame::new(Command::Receipt).header("receipt-id", "77");
/// let ServerFrame::Receipt(receipt) = ServerFrame::read(&frame)? else { panic!("a receipt") };
/// assert_eq!(receipt.receipt_id, "77");
/// # Ok::<(), leptos_chat_core::wire::stomp::DecodeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerFrame<'a> {
    /// We are connected.
    Connected(ConnectedView<'a>),
    /// A message.
    Message(MessageView<'a>),
    /// A frame of ours has been processed.
    Receipt(ReceiptView<'a>),
    /// Something went wrong, and the server closes.
    Error(ErrorView<'a>),
}

/// What CONNECTED says.
///
/// # Source
/// STOMP 1.2, "CONNECTED Frame".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectedView<'a> {
    /// The version of the session; 1.0 where the frame names none.
    pub version: Version,
    /// What the server can send and wants to get; nothing where the frame has no such header.
    pub heart_beat: HeartBeat,
    /// The session's id.
    pub session: Option<&'a str>,
    /// The server's name, version and comments.
    pub server: Option<&'a str>,
}

/// What MESSAGE says. A `receipt` header on it is left out on purpose: RabbitMQ hands the sender's on to every
/// subscriber, and it is no answer to anything.
///
/// # Source
/// STOMP 1.2, "MESSAGE".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MessageView<'a> {
    /// Where the message was sent.
    pub destination: &'a str,
    /// The message's id; empty where the server leaves it out, as some do.
    pub message_id: &'a str,
    /// The id of our subscription; 1.0 servers may leave it out.
    pub subscription: Option<&'a str>,
    /// What an ACK must name in 1.2; none where the subscription acknowledges by itself.
    pub ack: Option<&'a str>,
    /// The body's media type.
    pub content_type: Option<&'a str>,
    /// The body.
    pub body: &'a [u8],
}

/// What RECEIPT says.
///
/// # Source
/// STOMP 1.2, "RECEIPT".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReceiptView<'a> {
    /// The `receipt` of our frame.
    pub receipt_id: &'a str,
}

/// What ERROR says.
///
/// # Source
/// STOMP 1.2, "ERROR".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErrorView<'a> {
    /// A short description.
    pub message: Option<&'a str>,
    /// The `receipt` of the frame of ours that caused it.
    pub receipt_id: Option<&'a str>,
    /// The body's media type.
    pub content_type: Option<&'a str>,
    /// More about it; may be empty.
    pub body: &'a [u8],
}

impl<'a> ServerFrame<'a> {
    /// Reads a decoded frame.
    ///
    /// # Errors
    /// The server's fault: a client's command, a missing header, or one that does not hold what it must.
    pub fn read(frame: &'a Frame) -> Result<Self, DecodeError> {
        match frame.command {
            Command::Connected => connected(frame).map(Self::Connected),
            Command::Message => message(frame).map(Self::Message),
            Command::Receipt => {
                let receipt_id = required(frame, "receipt-id")?;
                Ok(Self::Receipt(ReceiptView { receipt_id }))
            }
            Command::Error => Ok(Self::Error(error(frame))),
            other => Err(DecodeError::NotFromServer(other)),
        }
    }
}

fn required<'a>(frame: &'a Frame, name: &'static str) -> Result<&'a str, DecodeError> {
    frame
        .headers
        .get(name)
        .ok_or(DecodeError::MissingHeader(frame.command, name))
}

fn connected(frame: &Frame) -> Result<ConnectedView<'_>, DecodeError> {
    // 1.0 has no such header.
    let version = frame
        .headers
        .get("version")
        .unwrap_or(Version::V1_0.as_str());
    // A missing header counts as 0,0 (STOMP 1.2, "Heart-beating").
    let heart_beat = frame.headers.get("heart-beat").map(HeartBeat::parse);
    Ok(ConnectedView {
        version: Version::parse(version).ok_or_else(|| DecodeError::Version(version.to_owned()))?,
        heart_beat: heart_beat
            .unwrap_or(Some(HeartBeat::default()))
            .ok_or(DecodeError::InvalidHeader("heart-beat"))?,
        session: frame.headers.get("session"),
        server: frame.headers.get("server"),
    })
}

fn message(frame: &Frame) -> Result<MessageView<'_>, DecodeError> {
    Ok(MessageView {
        destination: required(frame, "destination")?,
        // Required, and left out by some brokers: only an ACK needs it.
        message_id: frame.headers.get("message-id").unwrap_or_default(),
        subscription: frame.headers.get("subscription"),
        ack: frame.headers.get("ack"),
        content_type: frame.headers.get("content-type"),
        body: &frame.body,
    })
}

fn error(frame: &Frame) -> ErrorView<'_> {
    ErrorView {
        message: frame.headers.get("message"),
        receipt_id: frame.headers.get("receipt-id"),
        content_type: frame.headers.get("content-type"),
        body: &frame.body,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connected_says_what_holds_for_the_session() {
        let frame = Frame::new(Command::Connected)
            .header("version", "1.1")
            .header("heart-beat", "0,10");
        let Ok(ServerFrame::Connected(view)) = ServerFrame::read(&frame) else {
            panic!("connected")
        };
        assert_eq!((view.version, view.session), (Version::V1_1, None));
        assert_eq!(view.heart_beat.to_header(), "0,10");
    }

    #[test]
    fn connected_of_an_old_server_is_1_0() {
        let frame = Frame::new(Command::Connected).header("session", " 7");
        let Ok(ServerFrame::Connected(view)) = ServerFrame::read(&frame) else {
            panic!("connected")
        };
        assert_eq!((view.version, view.session), (Version::V1_0, Some(" 7")));
        assert_eq!(view.heart_beat, HeartBeat::default());
    }

    #[test]
    fn what_a_frame_must_have_is_asked_for() {
        let read = |frame: &Frame| ServerFrame::read(frame).map(|_| ());
        let message = Frame::new(Command::Message);
        assert_eq!(
            read(&message),
            Err(DecodeError::MissingHeader(Command::Message, "destination"))
        );
        assert_eq!(read(&message.header("destination", "/a")), Ok(()));
        let receipt = Frame::new(Command::Receipt);
        assert_eq!(
            read(&receipt),
            Err(DecodeError::MissingHeader(Command::Receipt, "receipt-id"))
        );
        assert_eq!(
            read(&Frame::new(Command::Send)),
            Err(DecodeError::NotFromServer(Command::Send))
        );
        assert_eq!(read(&Frame::new(Command::Error)), Ok(()));
        let unknown = Frame::new(Command::Connected).header("version", "2.0");
        assert_eq!(read(&unknown), Err(DecodeError::Version("2.0".to_owned())));
        let broken = Frame::new(Command::Connected).header("heart-beat", "x");
        assert_eq!(read(&broken), Err(DecodeError::InvalidHeader("heart-beat")));
    }
}
