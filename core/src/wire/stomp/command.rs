//! The first line of a frame: what it is.

use std::fmt;

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

    pub(super) fn parse(line: &[u8]) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|command| command.as_str().as_bytes() == line)
    }

    /// Whether a frame of this command may have a body.
    pub fn may_have_body(self) -> bool {
        matches!(self, Self::Send | Self::Message | Self::Error)
    }

    /// Whether the specification leaves the headers of this command unescaped. `STOMP` is handled as `CONNECT`.
    pub(super) fn is_exempt_from_escaping(self) -> bool {
        matches!(self, Self::Connect | Self::Stomp | Self::Connected)
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
