//! Which protocol to speak, and what it needs to know: [`Protocol`] and [`SessionOptions`].

use std::fmt;
use std::str::FromStr;

use super::Session;
use super::detect::AutoSession;
use super::json::JsonSession;
use super::text::{RawSession, TextSession};
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
}

impl Protocol {
    /// The names, in the order in which a person chooses from them.
    pub const ALL: &'static [Self] = &[Self::Auto, Self::Json, Self::Text];

    /// The name, as a URL parameter has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Json => "json",
            Self::Text => "text",
            Self::Raw => "raw",
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

/// What a session is made with. What a protocol has no use for is ignored.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SessionOptions {
    /// The protocol. Default [`Protocol::Auto`].
    pub protocol: Protocol,
    /// The own name, written into messages where the protocol has a place for one. Default none.
    pub user: Option<String>,
    /// The member names of JSON messages.
    pub fields: JsonFields,
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
        }
    }
}
