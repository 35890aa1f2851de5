//! What a session is made with: [`SessionOptions`].

use std::borrow::Cow;
use std::fmt;

use crate::json::Value;

use super::heartbeat::HeartbeatSetting;
use super::make::MakeJson;
use super::protocol::Protocol;
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
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SessionOptions {
    /// The protocol. Default [`Protocol::Auto`].
    pub protocol: Protocol,
    /// The own name, written into messages where the protocol has a place for one. Default none.
    pub user: Option<String>,
    /// Who connects, and what proves it.
    pub credentials: Credentials,
    /// The member names of JSON messages.
    pub fields: JsonFields,
    /// The shape of messages. Default: nothing set, learnt from what is heard.
    pub shape: Shape,
    /// Socket.IO: further events to show, `*` for all. STOMP: the destinations to subscribe to; default the one that is sent to.
    pub listen: Vec<String>,
    /// The subprotocols to offer, in order of preference. Default none, or the protocol's own.
    pub subprotocols: Vec<String>,
    /// What Socket.IO alone asks for.
    pub socketio: SocketIoOptions,
    /// What STOMP alone asks for.
    pub stomp: StompOptions,
    /// What SockJS alone asks for.
    pub sockjs: SockJsOptions,
}

/// Who connects, and what proves it. All of it is secret but the login.
#[derive(Clone, Default, PartialEq)]
pub struct Credentials {
    /// STOMP: who connects.
    pub login: Option<String>,
    /// STOMP: the password.
    pub passcode: Option<String>,
    /// Socket.IO: the auth payload, an object. A string in it that is one name in braces becomes that value, as
    /// `{"serverOffset":"{heard:1|0}"}`: the second argument of the last event that had one.
    pub auth: Option<Value>,
    /// What `{secret}` in a template stands for.
    pub secret: Option<String>,
}

impl fmt::Debug for Credentials {
    /// Without the secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("login", &self.login)
            .finish_non_exhaustive()
    }
}

/// What Socket.IO alone asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SocketIoOptions {
    /// The event to send, and to show besides the common ones. Default: that of the first line heard, `message` before.
    pub event: Option<String>,
    /// The namespace. Default the URL's path, or `/`.
    pub namespace: Option<String>,
    /// The events, in whatever namespace, whose acknowledgement the app gives itself, where the server asks for one:
    /// [`Incoming::request`](super::Incoming::request). Default none: each is acknowledged at once, without data.
    pub answers: Vec<String>,
}

/// What STOMP alone asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StompOptions {
    /// Where to send. Default the first of `listen`, else `/topic/chat`. Spring's tutorials send to `/app/…` and listen at
    /// `/topic/…`.
    pub destination: Option<String>,
    /// The virtual host. Default none: the broker takes its own, RabbitMQ `/`.
    pub vhost: Option<String>,
    /// Further headers. Those of CONNECT are secrets.
    pub headers: StompHeaders,
}

/// What SockJS alone asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SockJsOptions {
    /// What is inside. Default [`Protocol::Auto`].
    pub inside: Protocol,
}

/// How the server of a session is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// On the socket, as the app named it.
    Socket,
    /// Inside of SockJS.
    Carried,
    /// At a path that is only a guess.
    Guessed,
    /// By a URL that gives the protocol away.
    Named,
}

/// All that it takes to make a session, for one that chooses another later.
#[derive(Clone)]
#[cfg_attr(
    not(all(feature = "stomp", feature = "sockjs")),
    allow(dead_code, reason = "a protocol that is left out needs less")
)]
pub(super) struct Recipe<'a> {
    pub(super) options: Cow<'a, SessionOptions>,
    pub(super) seed: u64,
    pub(super) heartbeat: HeartbeatSetting,
    /// Makes what speaks JSON, where that is a chat.
    pub(super) chat: Option<MakeJson>,
}

impl Recipe<'_> {
    /// The same, for a session that chooses another later: it alone pays for the copy.
    pub(super) fn owned(&self) -> Recipe<'static> {
        Recipe {
            options: Cow::Owned(self.options.clone().into_owned()),
            seed: self.seed,
            heartbeat: self.heartbeat,
            chat: self.chat,
        }
    }
}
