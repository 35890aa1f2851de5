//! The protocols by name: which one to speak, and which one is spoken.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// The protocols this crate speaks. All have a name in every build; a feature decides which can be made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Protocol {
    /// Find out, from the subprotocol, the URL and what the server says first.
    #[default]
    Auto,
    /// JSON chat messages.
    Json,
    /// Plain text, with `ping` as a heartbeat.
    Text,
    /// Every message as it is, no heartbeat.
    Raw,
    /// Socket.IO 3 and 4. Feature `socketio`.
    SocketIo,
    /// STOMP 1.0 to 1.2; bare, or over SockJS where the bare URL is refused. Feature `stomp`.
    Stomp,
    /// SockJS, with `inside` in it. Feature `sockjs`.
    SockJs,
}

impl Protocol {
    /// Those that a person chooses from, in this order.
    pub const ALL: &'static [Self] = &[
        Self::Auto,
        Self::Json,
        Self::Text,
        Self::SocketIo,
        Self::Stomp,
        Self::SockJs,
    ];

    /// Whether this build speaks it.
    #[must_use]
    pub const fn is_available(self) -> bool {
        match self {
            Self::Auto | Self::Json | Self::Text | Self::Raw => true,
            Self::SocketIo => cfg!(feature = "socketio"),
            Self::Stomp => cfg!(feature = "stomp"),
            Self::SockJs => cfg!(feature = "sockjs"),
        }
    }

    /// The name, as a URL parameter has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Json => "json",
            Self::Text => "text",
            Self::Raw => "raw",
            Self::SocketIo => "socket.io",
            Self::Stomp => "stomp",
            Self::SockJs => "sockjs",
        }
    }

    /// The name as those write it who made the protocol; for the others as [`Protocol::name`] has it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::SocketIo => "Socket.IO",
            Self::Stomp => "STOMP",
            Self::SockJs => "SockJS",
            other => other.name(),
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// There is no protocol of this name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownProtocol;

impl fmt::Display for UnknownProtocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("there is no such protocol")
    }
}

impl std::error::Error for UnknownProtocol {}

impl FromStr for Protocol {
    type Err = UnknownProtocol;

    fn from_str(name: &str) -> Result<Self, UnknownProtocol> {
        Self::ALL
            .iter()
            .chain(&[Self::Raw])
            .find(|protocol| protocol.name() == name)
            .copied()
            .ok_or(UnknownProtocol)
    }
}

/// What a connection speaks, as its status shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Spoken {
    /// One of this crate's protocols, straight on the WebSocket. With [`Protocol::Auto`] it is not known yet.
    Plain(Protocol),
    /// The same inside of SockJS.
    OverSockJs(Protocol),
    /// A protocol that the app brought, by its name.
    Custom(Cow<'static, str>),
}

impl Spoken {
    /// The protocol, whatever carries it; `None` for one that the app brought.
    #[must_use]
    pub const fn protocol(&self) -> Option<Protocol> {
        match self {
            Self::Plain(protocol) | Self::OverSockJs(protocol) => Some(*protocol),
            Self::Custom(_) => None,
        }
    }

    /// The same inside of SockJS.
    #[must_use]
    pub fn over_sockjs(self) -> Self {
        match self {
            Self::Plain(protocol) => Self::OverSockJs(protocol),
            other => other,
        }
    }
}

impl From<Protocol> for Spoken {
    fn from(protocol: Protocol) -> Self {
        Self::Plain(protocol)
    }
}

impl fmt::Display for Spoken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain(protocol) => protocol.fmt(f),
            Self::OverSockJs(protocol) => write!(f, "{}, {protocol}", Protocol::SockJs),
            Self::Custom(name) => f.write_str(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_leads_back_to_its_protocol() {
        for protocol in Protocol::ALL {
            assert_eq!(protocol.name().parse(), Ok(*protocol));
        }
        assert_eq!("raw".parse(), Ok(Protocol::Raw));
        assert_eq!("smtp".parse::<Protocol>(), Err(UnknownProtocol));
    }

    #[test]
    fn what_sockjs_carries_is_told_with_it() {
        assert_eq!(
            Spoken::from(Protocol::Stomp).over_sockjs().to_string(),
            "sockjs, stomp"
        );
    }

    #[test]
    fn what_needs_no_feature_is_in_each_build() {
        assert!(Protocol::Json.is_available() && Protocol::Auto.is_available());
        assert_eq!(Protocol::Stomp.is_available(), cfg!(feature = "stomp"));
        assert!(UnknownProtocol.to_string().contains("no such protocol"));
    }
}
