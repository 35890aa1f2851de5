//! What a JSON value says, and the names under which it is written.

use std::fmt;

/// The member names that are written, and looked for first, in a JSON chat message.
///
/// On arrival the common names are understood as well, whatever is set here, in compounds and cases of any kind: `text`,
/// `message`, `msg`, `content`, `body` for the text, `user`, `username`, `name`, `nick`, `sender`, `from`, `author` and more for
/// the sender and `id`, `_id`, `messageId`, `uuid` for the id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonFields {
    /// The member that holds the text. Default `text`.
    pub text: String,
    /// The member that holds the sender's name. Default `user`.
    pub user: String,
    /// The member that holds the message's id. Default `id`.
    pub id: String,
}

impl Default for JsonFields {
    fn default() -> Self {
        Self {
            text: "text".into(),
            user: "user".into(),
            id: "id".into(),
        }
    }
}

/// What one JSON value says.
#[derive(Clone, Debug, PartialEq)]
pub enum Frame {
    /// `{"type":"ping"}`, with its `id` if it has one.
    Ping(Option<String>),
    /// `{"type":"pong"}`, with the `id` of the ping it answers, if it repeats one.
    Pong(Option<String>),
    /// Something to show.
    Chat(Chat),
    /// An error that the server tells, in its words.
    Error(String),
    /// JSON that is no line: presence, typing, counts.
    Data,
}

/// One chat message as it stands in JSON.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chat {
    /// The text; never markup.
    pub text: String,
    /// The sender's name, if there is one that is not empty.
    pub user: Option<String>,
    /// The id, a JSON string or number.
    pub id: Option<String>,
    /// `"system": true` or `"type": "system"`.
    pub system: bool,
    /// `"resent": true`: the sender was not sure that an earlier copy with the same id arrived.
    pub resent: bool,
    /// `"mine": true`, `"self": true` and their like: the server says that who hears it has said it.
    pub mine: bool,
}

/// Why a text is no JSON chat message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JsonError {
    /// Not JSON, or nested deeper than 128 levels; the parser's own words.
    Syntax(String),
    /// JSON without anything to show.
    NoText,
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(error) => write!(f, "not JSON: {error}"),
            Self::NoText => f.write_str("JSON without a text"),
        }
    }
}

impl std::error::Error for JsonError {}
