//! What an app joins while the connection runs: [`Channel`].

use std::fmt;

use super::reason::Reason;
use crate::json::Value;

/// A further channel over the same connection: a destination of STOMP's to subscribe to, or another namespace of Socket.IO's.
///
/// ```
/// use leptos_chat_core::session::Channel;
///
/// let room = Channel::new("/topic/rooms.7").header("x-queue-name", "ada");
/// let admin = Channel::new("/admin");
/// assert_eq!((room.name.as_str(), admin.name.as_str()), ("/topic/rooms.7", "/admin"));
/// ```
#[derive(Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Channel {
    /// STOMP's destination, or Socket.IO's namespace, which begins with `/`.
    pub name: String,
    /// STOMP: further headers of its SUBSCRIBE, such as a selector. They win over those of all SUBSCRIBEs.
    pub headers: Vec<(String, String)>,
    /// Socket.IO: the auth payload, an object.
    pub auth: Option<Value>,
}

impl Channel {
    /// The channel of this name.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    /// Adds a header to STOMP's SUBSCRIBE.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Joins Socket.IO's namespace with this auth payload.
    #[must_use]
    pub fn auth(mut self, auth: Value) -> Self {
        self.auth = Some(auth);
        self
    }
}

impl fmt::Debug for Channel {
    /// Without what may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Channel")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// Where a channel stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChannelState {
    /// It is joined as soon as the connection is there, and again after each reconnection.
    #[default]
    Joining,
    /// What is said there arrives. A server that confirms no subscription is believed after a moment.
    Joined,
    /// The server will not have us there; why. It is not tried again by itself.
    Refused(Reason),
    /// The app has left it.
    Left,
}
