//! What a session is made with: [`SessionOptions`].

use std::fmt;

use serde_json::Value;

use super::detect::AutoSession;
use super::json::JsonSession;
use super::text::{RawSession, TextSession};
use super::{Heartbeat, Protocol, Session};
use crate::shape::Shape;
use crate::wire::json::JsonFields;

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
    /// Socket.IO: the event to send, and to show besides the common ones. Default: that of the first line heard, `message`
    /// before.
    pub event: Option<String>,
    /// Socket.IO: the namespace. Default the URL's path, or `/`.
    pub namespace: Option<String>,
    /// Socket.IO: the auth payload, an object. A secret. A string in it that is one name in braces becomes that value, as
    /// `{"serverOffset":"{heard:1|0}"}`: the second argument of the last event that had one.
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
            Protocol::Json => Box::new(JsonSession::with_options(self)),
            Protocol::Text => Box::new(TextSession::with_options(self)),
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
            #[cfg(not(all(feature = "socketio", feature = "stomp", feature = "sockjs")))]
            missing => Box::new(super::missing::MissingSession(missing)),
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
