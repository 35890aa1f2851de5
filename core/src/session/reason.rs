//! Why a session gave up a link, a connection, a message or a frame.

use std::fmt;

use super::protocol::Protocol;

/// A reason that a view can tell in any language. Only [`Reason::Server`] and [`Reason::App`] are somebody's own words.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The server's own words.
    Server(String),
    /// The app's own words: of its provider, or of a session that it brought.
    App(String),
    /// The browser's own words, for an error that has no name here.
    Browser(String),
    /// The codec's words, in English: what came is malformed, or what was to go out cannot be written.
    Codec(String),
    /// The server closed the link right after our first line: it may want messages of another shape.
    ClosedOnLine,
    /// Binary that is not UTF-8, where text was due.
    NotText,
    /// The app's provider gave no URL.
    NoUrl,
    /// A document that the attempt needs could not be fetched.
    Fetch(FetchError),
    /// The code of the protocol could not be loaded.
    Load(LoadError),
    /// What was to be sent as it is, is no JSON array: Socket.IO's arguments.
    NoArguments,
    /// It was for this namespace, and that is not joined.
    NotJoined(String),
    /// More bytes than are taken at once.
    TooLarge {
        /// How many it has.
        len: usize,
        /// The most that is taken.
        limit: usize,
    },
    /// This build leaves this protocol out.
    NotInThisBuild(Protocol),
    /// Nobody knows yet what protocol the server speaks.
    ProtocolUnknown,
    /// The server sent its protocol's closing packet.
    ServerClosed,
    /// The server disconnected this client.
    Disconnected,
    /// The server lost the session.
    SessionLost,
    /// The server refused the connection or the message, without words.
    Refused,
    /// The server reported an error, without words.
    ErrorReported,
    /// The server did not hear our heartbeat in time, and ended the link: a page that slept, or was busy.
    HeartbeatMissed,
    /// What was sent with this Socket.IO event was not answered in any way: as it seems, nobody listens to the event.
    NobodyListens(String),
    /// Two links in a row ended after the same silence: something on the way, or the server, ends silent ones. A hint.
    EndsWhenSilent {
        /// How long nothing was said, in seconds.
        seconds: u64,
    },
    /// The server does not speak Socket.IO.
    NotSocketIo,
    /// The server speaks Socket.IO 2.
    SocketIo2,
    /// The Socket.IO server offers its polling transport only.
    PollingOnly,
    /// The server does not speak SockJS.
    NotSockJs,
    /// The SockJS server has its websocket transport turned off.
    WebSocketOff,
    /// Framed SockJS carries text only.
    BinaryInSockJs,
    /// The server does not speak STOMP.
    NotStomp,
    /// The broker sends text frames only; bytes would break every subscriber's connection.
    BrokerSendsTextOnly,
}

impl Reason {
    /// Whether it is a hint about the settings, after which all goes on.
    #[must_use]
    pub const fn is_hint(&self) -> bool {
        matches!(self, Self::NobodyListens(_) | Self::EndsWhenSilent { .. })
    }

    /// What it holds that somebody else may make as long as they like.
    pub(crate) fn words(&self) -> &str {
        match self {
            Self::Server(words)
            | Self::App(words)
            | Self::Browser(words)
            | Self::Codec(words)
            | Self::NotJoined(words)
            | Self::NobodyListens(words) => words,
            _ => "",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Server(words) | Self::App(words) | Self::Browser(words) | Self::Codec(words) => {
                words
            }
            Self::Fetch(error) => return error.fmt(f),
            Self::Load(error) => return error.fmt(f),
            Self::ClosedOnLine => {
                "the server closed the connection right after the first message; it may want another shape of messages"
            }
            Self::NotText => "binary that is not UTF-8",
            Self::NoUrl => "no URL was given",
            Self::NoArguments => "the arguments are no JSON array",
            Self::NotJoined(name) => return write!(f, "{name} is not joined"),
            Self::TooLarge { len, limit } => {
                return write!(f, "it has {len} bytes, and no more than {limit} are taken");
            }
            Self::NotInThisBuild(protocol) => {
                return write!(f, "this build leaves out {protocol}");
            }
            Self::ProtocolUnknown => "the protocol is not known yet",
            Self::ServerClosed => "the server closed the connection",
            Self::Disconnected => "the server disconnected this client",
            Self::SessionLost => "the server lost the session",
            Self::Refused => "the server refused it",
            Self::ErrorReported => "the server reported an error",
            Self::HeartbeatMissed => "the server did not hear our heartbeat in time",
            Self::NobodyListens(event) => {
                return write!(
                    f,
                    "as it seems, nobody at the server listens to the event \"{event}\"; set the event that it wants"
                );
            }
            Self::EndsWhenSilent { seconds } => {
                return write!(
                    f,
                    "the connection ends when nothing is said for {seconds} s; heartbeats keep it"
                );
            }
            Self::NotSocketIo => "this is not a Socket.IO server",
            Self::SocketIo2 => "this is a Socket.IO 2 server; this client needs Socket.IO 3 or 4",
            Self::PollingOnly => {
                "this Socket.IO server offers polling only; turn its websocket transport on"
            }
            Self::NotSockJs => "this is not a SockJS server",
            Self::WebSocketOff => "this SockJS server has its websocket transport turned off",
            Self::BinaryInSockJs => "SockJS frames carry text only",
            Self::NotStomp => "this is not a STOMP server",
            Self::BrokerSendsTextOnly => {
                "this broker sends text only; bytes would break every subscriber's connection"
            }
        })
    }
}

/// Why a document could not be fetched. It never names the URL, which may hold a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FetchError {
    /// No answer: nobody is there, or the server does not allow this page to read it (CORS). A browser does not say which.
    Unreachable,
    /// An answer with this HTTP status, outside 200 to 299.
    Status(u16),
    /// This build cannot fetch.
    Unsupported,
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable => f.write_str(
                "the server's description could not be reached, or is not for this page (CORS)",
            ),
            Self::Status(status) => {
                write!(
                    f,
                    "the server answered {status} when asked for its description"
                )
            }
            Self::Unsupported => {
                f.write_str("this build cannot fetch: it lacks the features sockjs and socketio")
            }
        }
    }
}

impl std::error::Error for FetchError {}

/// A file of the page's own program could not be had. Another attempt may get it; one that was replaced by a newer program needs the
/// page to be loaded again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoadError;

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a part of this page could not be loaded; if that goes on, load the page again")
    }
}

impl std::error::Error for LoadError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_ends_nothing_and_somebody_elses_words_are_told_apart() {
        let hint = Reason::NobodyListens("chat".into());
        let server = Reason::Server("go away".into());
        assert!(hint.is_hint() && !server.is_hint());
        assert_eq!((hint.words(), server.words()), ("chat", "go away"));
        assert_eq!(Reason::Refused.words(), "");
    }
}
