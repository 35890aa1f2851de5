//! Which protocol to speak, and what it needs to know: [`Protocol`] and [`SessionOptions`].

use std::fmt;
use std::str::FromStr;

use serde_json::Value;

use super::detect::AutoSession;
use super::json::JsonSession;
use super::text::{RawSession, TextSession};
use super::{Heartbeat, Session};
use crate::shape::Shape;
use crate::wire::json::JsonFields;

/// The protocols this crate speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
    /// Socket.IO 3 and 4.
    #[cfg(feature = "socketio")]
    SocketIo,
    /// STOMP 1.0 to 1.2; bare, or over SockJS where the bare URL is refused.
    #[cfg(feature = "stomp")]
    Stomp,
    /// SockJS, with `inside` in it.
    #[cfg(feature = "sockjs")]
    SockJs,
}

impl Protocol {
    /// Those that a person chooses from, in this order.
    pub const ALL: &'static [Self] = &[
        Self::Auto,
        Self::Json,
        Self::Text,
        #[cfg(feature = "socketio")]
        Self::SocketIo,
        #[cfg(feature = "stomp")]
        Self::Stomp,
        #[cfg(feature = "sockjs")]
        Self::SockJs,
    ];

    /// The name, as a URL parameter has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Json => "json",
            Self::Text => "text",
            Self::Raw => "raw",
            #[cfg(feature = "socketio")]
            Self::SocketIo => "socket.io",
            #[cfg(feature = "stomp")]
            Self::Stomp => "stomp",
            #[cfg(feature = "sockjs")]
            Self::SockJs => "sockjs",
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// There is no protocol of this name, or this build leaves it out.
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

/// Further headers of STOMP's frames, by name and value: a token, a selector, what an application wants of its own. A name that
/// the frame has already does not count a second time.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct StompHeaders {
    /// Of CONNECT, such as `Authorization` or a CSRF token. Secrets.
    pub connect: Vec<(String, String)>,
    /// Of each SUBSCRIBE.
    pub subscribe: Vec<(String, String)>,
    /// Of each SEND.
    pub send: Vec<(String, String)>,
}

impl fmt::Debug for StompHeaders {
    /// Without their values.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StompHeaders").finish_non_exhaustive()
    }
}

/// What a session is made with. What a protocol has no use for is ignored.
#[derive(Clone, Default, PartialEq)]
pub struct SessionOptions {
    /// The protocol. Default [`Protocol::Auto`].
    pub protocol: Protocol,
    /// The own name, written into messages where the protocol has a place for one. Default none.
    pub user: Option<String>,
    /// The member names of JSON messages.
    pub fields: JsonFields,
    /// The shape of messages. Default: nothing set, learnt from what is heard.
    pub shape: Shape,
    /// What `{secret}` in a template stands for. A secret.
    pub secret: Option<String>,
    /// Socket.IO: further events to show, `*` for all. STOMP: what to subscribe to, in place of `destinations`.
    pub listen: Vec<String>,
    /// The subprotocols to offer, in order of preference. Default none, or the protocol's own.
    pub subprotocols: Vec<String>,
    /// Socket.IO: the event to send, and to show besides the common ones. Default `message`.
    pub event: Option<String>,
    /// Socket.IO: the namespace. Default the URL's path, or `/`.
    pub namespace: Option<String>,
    /// Socket.IO: the auth payload, an object. A secret.
    pub auth: Option<Value>,
    /// STOMP: what to subscribe to. Default `send_to`, else `/topic/chat`.
    pub destinations: Vec<String>,
    /// STOMP: where to send. Default the first of `destinations`. Spring's tutorials have two: `/app/…` and `/topic/…`.
    pub send_to: Option<String>,
    /// STOMP: who connects.
    pub login: Option<String>,
    /// STOMP: the password. A secret.
    pub passcode: Option<String>,
    /// STOMP: the virtual host. Default none: the broker takes its own, RabbitMQ `/`.
    pub vhost: Option<String>,
    /// STOMP: further headers. Those of CONNECT are secrets.
    pub stomp_headers: StompHeaders,
    /// STOMP: the heart-beat to offer; `None` for none. Set from the connection's own setting.
    pub heartbeat: Option<Heartbeat>,
    /// SockJS: what is inside. Default [`Protocol::Auto`].
    pub inside: Protocol,
    /// SockJS: makes the session's id. Set by the driver, from the browser's secure randomness.
    pub seed: u64,
}

impl SessionOptions {
    /// The session for these options.
    #[must_use]
    pub fn session(&self) -> Box<dyn Session> {
        match self.protocol {
            Protocol::Auto => Box::new(AutoSession::new(self.clone())),
            Protocol::Json => Box::new(JsonSession::new(self.user.clone(), self.fields.clone())),
            Protocol::Text => Box::new(TextSession::new()),
            Protocol::Raw => Box::new(RawSession),
            #[cfg(feature = "socketio")]
            Protocol::SocketIo => Box::new(super::socketio::SocketIoSession::new(self)),
            #[cfg(all(feature = "stomp", feature = "sockjs"))]
            Protocol::Stomp => {
                let stomp = Box::new(super::stomp::StompSession::new(self));
                Box::new(super::sockjs::SockJsSession::bare_first(stomp, self.seed))
            }
            #[cfg(all(feature = "stomp", not(feature = "sockjs")))]
            Protocol::Stomp => Box::new(super::stomp::StompSession::new(self)),
            #[cfg(feature = "sockjs")]
            Protocol::SockJs => {
                let session = super::sockjs::SockJsSession::new(self.inside(), self.seed);
                Box::new(match self.inside {
                    Protocol::Auto => session.asking(),
                    _ => session,
                })
            }
        }
    }

    /// The session inside SockJS: never another SockJS.
    #[cfg(feature = "sockjs")]
    pub(super) fn inside(&self) -> Box<dyn Session> {
        let inside = Self {
            protocol: self.inside,
            ..self.clone()
        };
        match self.inside {
            #[cfg(feature = "stomp")]
            Protocol::Stomp => Box::new(super::stomp::StompSession::new(&inside)),
            Protocol::SockJs | Protocol::Auto => Box::new(AutoSession::carried(inside)),
            _ => inside.session(),
        }
    }
}

impl fmt::Debug for SessionOptions {
    /// Without the secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionOptions")
            .field("protocol", &self.protocol)
            .field("user", &self.user)
            .field("login", &self.login)
            .finish_non_exhaustive()
    }
}
