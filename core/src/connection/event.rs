//! What goes into a connection and what comes out of it: [`Input`], [`Output`], [`Event`], and the fate of a message.

use std::fmt;

use super::close::{ClosedReason, Disconnect};
use super::state::State;
use crate::session::make::Protocols;
use crate::session::options::SessionOptions;
use crate::session::{
    ChannelState, CloseEvent, FetchError, HeartbeatSetting, Incoming, LoadError, MessageId,
    Outgoing, Reason, Spoken, Target,
};
use crate::wire::Message;

/// One attempt's socket. An input that carries an old one changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SocketId(pub u64);

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// The app wants the connection.
    Open,
    /// The app, or a person, wants the next attempt now.
    RetryNow,
    /// The time of [`Connection::poll_timeout`](super::Connection::poll_timeout) has come, or may have.
    Timeout,
    /// The browser says whether there is a network.
    Online(bool),
    /// The page is visible, or running, again.
    Resumed,
    /// The app, or a person, wants heartbeats like this from now on.
    Heartbeat(HeartbeatSetting),
    /// The app, or a person, wants other messages at the same server; they go over a new link.
    Reshape(Box<Reshape>),
    /// What one attempt's socket does, and the answers that its attempt waits for.
    Socket {
        /// The attempt.
        socket: SocketId,
        /// What happened to it.
        event: SocketEvent,
    },
}

/// What is to be another at the same server. The address, the protocol and the name stay, and with them what was learnt.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reshape {
    /// What the messages look like, and what is said and offered at each opening.
    pub session: SessionOptions,
    /// Whether heartbeats are sent.
    pub heartbeat: HeartbeatSetting,
}

/// What happens to one attempt and its socket.
#[derive(Clone, Debug, PartialEq)]
pub enum SocketEvent {
    /// The answer to [`Output::Resolve`]: where to go, or why that is not known.
    Resolved(Result<Target, ResolveError>),
    /// The answer to [`Output::Fetch`]: the body of a 2xx answer, or why there is none.
    Fetched(Result<String, FetchError>),
    /// The answer to [`Output::Load`].
    Loaded(Result<Protocols, LoadError>),
    /// The socket is open.
    Opened {
        /// The subprotocol the server chose, or nothing.
        subprotocol: String,
    },
    /// A message arrived.
    Message(Message),
    /// The server closes the socket, which drops what is sent from now on (`readyState` is `CLOSING`). May be told again.
    Closing,
    /// The socket closed.
    Closed(CloseEvent),
    /// The browser would not make the socket.
    Failed(SocketError),
    /// How many bytes wait in the socket's own buffer.
    Buffered(usize),
}

/// Why the browser would not make a socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SocketError {
    /// `SyntaxError`: the URL or a subprotocol is malformed.
    Syntax(String),
    /// `SecurityError`: this page must not connect there.
    Security(String),
    /// Anything else, in the browser's words.
    Other(String),
}

/// Why an app's provider has no target for this attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResolveError {
    /// Try again later.
    Retry(String),
    /// Trying again does not help; what to tell the person.
    GiveUp(String),
}

/// What the driver has to do, in this order.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Ask the app where this attempt goes.
    Resolve {
        /// The attempt.
        socket: SocketId,
        /// Why the server refused what the app gave for the attempt before, if it did: time to refresh it.
        refused: Option<ClosedReason>,
    },
    /// Get this URL.
    Fetch {
        /// The attempt.
        socket: SocketId,
        /// An `http(s)` URL.
        url: String,
    },
    /// Get the code of the protocols that are loaded when they are needed.
    Load {
        /// The attempt.
        socket: SocketId,
    },
    /// Open a socket.
    OpenSocket {
        /// Its id.
        socket: SocketId,
        /// Where to.
        target: Target,
    },
    /// Send a message.
    Send {
        /// Over this socket.
        socket: SocketId,
        /// The message.
        message: Message,
    },
    /// Start the closing handshake.
    CloseSocket {
        /// Which.
        socket: SocketId,
        /// 1000 or 3000 to 4999.
        code: u16,
        /// At most 123 bytes.
        reason: String,
    },
    /// Forget the attempt: take the handlers off, then close, and don't wait for anything.
    AbandonSocket {
        /// Which.
        socket: SocketId,
    },
    /// Tell the subscribers.
    Event(Event),
}

/// What an app is told, in order.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// The connection is in another state.
    State(State),
    /// The protocol is known.
    Protocol(Spoken),
    /// Messages may be missing here: the link is back, and what others sent in between was not replayed, or not all of it.
    Gap,
    /// A link was lost, or an attempt failed; the next follows.
    Disconnected(Disconnect),
    /// A message arrived.
    Message(Incoming),
    /// The state of a channel that the app has joined.
    Channel {
        /// Which.
        name: String,
        /// Its state.
        state: ChannelState,
    },
    /// The server has answered an own message; its delivery is told next.
    Reply {
        /// Which.
        id: MessageId,
        /// What it says: Socket.IO's arguments in `data`, a JSON reply whole.
        reply: Incoming,
    },
    /// A frame arrived that could not be read. Nothing else happened.
    Unreadable {
        /// Why.
        reason: Reason,
        /// The frame; without its content where that was over the limit.
        message: Message,
    },
    /// The fate of an own message.
    Delivery {
        /// Which.
        id: MessageId,
        /// Its state.
        delivery: Delivery,
    },
    /// `Sent` is the last state of an own message: the server shows that it has read it, and proves no message by itself.
    Settled {
        /// Which.
        id: MessageId,
    },
    /// What may be wrong with the settings, for the person. Nothing else happened.
    Hint(Reason),
    /// The connection goes to another address: this URL, without its query, which may hold a token. What is told from now on
    /// happens there.
    Moved(String),
    /// How long the server took to answer the last heartbeat.
    Latency(std::time::Duration),
}

/// The fate of an own message.
///
/// `Queued -> Sent -> Delivered` or `Echoed`, or `Failed`. Where the server gives no proof, `Sent` is the last state, which
/// [`Event::Settled`] tells. Two things may still happen to a failed one: the person sends it again, or its proof comes late
/// after all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Accepted, and waiting for the link.
    Queued,
    /// Handed to the socket.
    Sent,
    /// The server has it: its acknowledgement, its receipt, or the message coming back.
    Delivered,
    /// Its words came back, once and soon, at a server that hands no ids on: it is the server's, unless somebody else said the same
    /// words at the same moment. [`Delivery::Delivered`] may still follow.
    Echoed,
    /// It did not arrive, or nobody knows.
    Failed(Failure),
}

impl Delivery {
    /// The state's name in lower case, as the page's `data-delivery` has it: one that came back is `delivered`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Delivered | Self::Echoed => "delivered",
            Self::Failed(_) => "failed",
        }
    }
}

/// Why a message failed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// It was sent, and the link died before the server proved that it has it. It may have arrived.
    Unconfirmed,
    /// The page was closed, or crashed, before it was sent.
    Interrupted,
    /// The server ended the connection over it, twice, the second time when it went alone. It is not sent again by itself.
    EndsLinks {
        /// How many bytes it has: too many, it may be.
        len: usize,
    },
    /// The protocol or the server would not have it; why.
    Refused(Reason),
    /// It had a time to live, and was not sent by then.
    Expired,
    /// The app took it back before it was sent.
    Cancelled,
    /// The connection goes to another address, and it was for the old one. It comes back: send it again where that is wanted.
    Moved(Box<Outgoing>),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unconfirmed => f.write_str("the connection broke; it may not have arrived"),
            Self::Interrupted => f.write_str("the page was closed before it was sent"),
            Self::EndsLinks { len } => write!(
                f,
                "the server ended the connection over it, twice; it has {len} bytes"
            ),
            Self::Refused(reason) => write!(f, "{reason}"),
            Self::Expired => f.write_str("it was not sent in time"),
            Self::Cancelled => f.write_str("it was taken back before it was sent"),
            Self::Moved(_) => f.write_str("it was for another address"),
        }
    }
}

/// Why `send` did not take a message. Nothing was queued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SendError {
    /// The app closed the connection, or it is over; `open()` it first.
    Closed,
    /// As many messages or bytes wait as may wait; try again when the link is back.
    Full,
    /// It was to be sent at once or not at all, and the link is not there, or full.
    WouldWait,
    /// The message has this many bytes and may have no more than `limit`.
    TooLarge {
        /// Its length.
        len: usize,
        /// The most that is sent.
        limit: usize,
    },
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed => f.write_str("the connection is closed; connect first"),
            Self::Full => f.write_str("too many messages wait for the connection"),
            Self::WouldWait => f.write_str("it cannot be sent at once"),
            Self::TooLarge { len, limit } => {
                write!(
                    f,
                    "the message has {len} bytes; no more than {limit} can be sent"
                )
            }
        }
    }
}

impl std::error::Error for SendError {}
