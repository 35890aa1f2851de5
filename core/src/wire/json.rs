//! The JSON of chat servers: what a text, a sender, a heartbeat looks like in "any JSON chat server".

use std::fmt;

use serde_json::{Map, Value};

use super::lenient::parse_value;

/// The member names that are written, and looked for first, in a JSON chat message.
///
/// On arrival the common names are understood as well, whatever is set here: `text`, `message`, `msg`, `content`, `body`
/// for the text, `user`, `username`, `name`, `nick`, `nickname`, `sender`, `from`, `author` for the sender and `id`,
/// `messageId`, `message_id`, `msgId`, `uuid` for the id.
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

const TEXT_NAMES: &[&str] = &["text", "message", "msg", "content", "body"];
const USER_NAMES: &[&str] = &[
    "user", "username", "userName", "name", "nick", "nickname", "sender", "from", "author",
];
const ID_NAMES: &[&str] = &["id", "messageId", "message_id", "msgId", "uuid"];
/// Members in which servers wrap the message proper.
const WRAPPERS: &[&str] = &["data", "payload", "message"];

/// What one JSON value says.
#[derive(Clone, Debug, PartialEq)]
pub enum Frame {
    /// `{"type":"ping"}`, with its `id` if it has one.
    Ping(Option<String>),
    /// `{"type":"pong"}`, with the `id` of the ping it answers, if it repeats one.
    Pong(Option<String>),
    /// Something to show.
    Chat(Chat),
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

/// Reads a JSON text. An array holds several messages, in order.
///
/// # Errors
/// [`JsonError::Syntax`] when it is not JSON, [`JsonError::NoText`] when there is nothing to show in it. The server is to
/// blame for both; trying again does not help.
pub fn decode(text: &str, fields: &JsonFields) -> Result<Vec<Frame>, JsonError> {
    let value = parse_value(text).map_err(|error| JsonError::Syntax(error.to_string()))?;
    match &value {
        Value::Array(items) => Ok(items.iter().map(|item| read_item(item, fields)).collect()),
        other => Ok(vec![read(other, fields)?]),
    }
}

/// One of several: what cannot be read is shown as it is, so that it does not take its neighbours with it.
fn read_item(value: &Value, fields: &JsonFields) -> Frame {
    read(value, fields).unwrap_or_else(|_| {
        Frame::Chat(Chat {
            text: plain(value),
            ..Chat::default()
        })
    })
}

/// Reads a JSON value that was parsed before, as an argument of a Socket.IO event is.
///
/// # Errors
/// [`JsonError::NoText`] when there is nothing to show in it.
pub fn read(value: &Value, fields: &JsonFields) -> Result<Frame, JsonError> {
    match value {
        Value::Object(object) => read_object(object, fields, 0),
        Value::Null => Err(JsonError::NoText),
        other => Ok(Frame::Chat(Chat {
            text: plain(other),
            ..Chat::default()
        })),
    }
}

fn read_object(
    object: &Map<String, Value>,
    fields: &JsonFields,
    depth: u8,
) -> Result<Frame, JsonError> {
    let id = find(object, &fields.id, ID_NAMES).and_then(scalar);
    let text = find(object, &fields.text, TEXT_NAMES);
    let kind = object.get("type").and_then(Value::as_str).unwrap_or("");
    if text.is_none_or(|text| text.as_str() == Some("")) {
        if kind.eq_ignore_ascii_case("ping") {
            return Ok(Frame::Ping(id));
        }
        if kind.eq_ignore_ascii_case("pong") {
            return Ok(Frame::Pong(id));
        }
    }
    let outer = Chat {
        text: String::new(),
        user: find(object, &fields.user, USER_NAMES).and_then(|user| user_name(user, fields)),
        id,
        system: object.get("system") == Some(&Value::Bool(true)) || kind == "system",
        resent: object.get("resent") == Some(&Value::Bool(true)),
    };
    match text {
        Some(value) if !value.is_object() => Ok(Frame::Chat(Chat {
            text: plain(value),
            ..outer
        })),
        _ => read_wrapped(object, fields, outer, depth),
    }
}

/// `{"type":"message","data":{"text":"hi"}}`: the message proper stands one level deeper.
fn read_wrapped(
    object: &Map<String, Value>,
    fields: &JsonFields,
    outer: Chat,
    depth: u8,
) -> Result<Frame, JsonError> {
    let inner = WRAPPERS.iter().find_map(|name| object.get(*name));
    match inner {
        Some(Value::Object(inner)) if depth < 2 => {
            let Frame::Chat(chat) = read_object(inner, fields, depth + 1)? else {
                return Err(JsonError::NoText);
            };
            Ok(Frame::Chat(Chat {
                user: chat.user.or(outer.user),
                id: chat.id.or(outer.id),
                system: chat.system || outer.system,
                resent: chat.resent || outer.resent,
                text: chat.text,
            }))
        }
        Some(Value::String(text)) => Ok(Frame::Chat(Chat {
            text: text.clone(),
            ..outer
        })),
        _ => Err(JsonError::NoText),
    }
}

fn find<'a>(object: &'a Map<String, Value>, own: &str, common: &[&str]) -> Option<&'a Value> {
    object
        .get(own)
        .or_else(|| common.iter().find_map(|name| object.get(*name)))
        .filter(|value| !value.is_null())
}

/// A name is a string or a number, or an object that holds one.
fn user_name(value: &Value, fields: &JsonFields) -> Option<String> {
    match value {
        Value::Object(object) => find(object, &fields.user, USER_NAMES).and_then(scalar),
        other => scalar(other),
    }
    .filter(|name| !name.trim().is_empty())
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Writes a chat message: `{"id":…,"text":…,"user":…}`, without the members that are absent.
#[must_use]
pub fn encode(chat: &Chat, fields: &JsonFields) -> String {
    to_value(chat, fields).to_string()
}

/// The same as [`encode`], as a value: for protocols that put it into JSON of their own.
#[must_use]
pub fn to_value(chat: &Chat, fields: &JsonFields) -> Value {
    let mut object = Map::new();
    if let Some(id) = &chat.id {
        object.insert(fields.id.clone(), id.as_str().into());
    }
    object.insert(fields.text.clone(), chat.text.as_str().into());
    if let Some(user) = &chat.user {
        object.insert(fields.user.clone(), user.as_str().into());
    }
    if chat.resent {
        object.insert("resent".into(), true.into());
    }
    Value::Object(object)
}

/// Writes a heartbeat, `{"type":"ping","id":…}`.
#[must_use]
pub fn encode_ping(id: &str) -> String {
    serde_json::json!({ "type": "ping", "id": id }).to_string()
}

/// Writes the answer to another's heartbeat, `{"type":"pong"}`, with the ping's `id` if it had one.
#[must_use]
pub fn encode_pong(id: Option<&str>) -> String {
    match id {
        Some(id) => serde_json::json!({ "type": "pong", "id": id }).to_string(),
        None => r#"{"type":"pong"}"#.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Frame {
        let mut frames = decode(text, &JsonFields::default()).unwrap();
        assert_eq!(frames.len(), 1);
        frames.remove(0)
    }

    fn chat(text: &str) -> Chat {
        match one(text) {
            Frame::Chat(chat) => chat,
            other => panic!("{other:?} is no chat"),
        }
    }

    #[test]
    fn the_tutorials_shapes_are_read() {
        assert_eq!(chat(r#"{"text":"hi"}"#).text, "hi");
        let channel = chat(r#"{"id":"u1","text":"hi"}"#);
        assert_eq!(channel.id.as_deref(), Some("u1"));
        assert!(chat(r#"{"system":true,"text":"welcome"}"#).system);
        assert!(chat(r#"{"type":"system","message":"welcome"}"#).system);
    }

    #[test]
    fn common_names_and_wrappers_are_understood() {
        let named = chat(r#"{"username":"ada","msg":"hi","messageId":7}"#);
        assert_eq!(named.user.as_deref(), Some("ada"));
        assert_eq!(named.id.as_deref(), Some("7"));
        let wrapped = chat(r#"{"type":"message","data":{"content":"hi","from":{"name":"bo"}}}"#);
        assert_eq!(
            (wrapped.text.as_str(), wrapped.user.as_deref()),
            ("hi", Some("bo"))
        );
        assert_eq!(chat(r#"{"event":"message","data":"hi"}"#).text, "hi");
        assert_eq!(chat(r#"{"message":{"text":"hi"}}"#).text, "hi");
    }

    #[test]
    fn configured_names_win() {
        let fields = JsonFields {
            text: "words".into(),
            ..JsonFields::default()
        };
        let frames = decode(r#"{"text":"no","words":"yes"}"#, &fields).unwrap();
        assert!(matches!(&frames[0], Frame::Chat(chat) if chat.text == "yes"));
        assert_eq!(
            encode(
                &Chat {
                    text: "x".into(),
                    ..Chat::default()
                },
                &fields
            ),
            r#"{"words":"x"}"#
        );
    }

    #[test]
    fn heartbeats_are_not_chat_but_a_text_in_one_is() {
        assert_eq!(one(r#"{"type":"ping"}"#), Frame::Ping(None));
        assert_eq!(
            one(r#"{"type":"PING","id":"a"}"#),
            Frame::Ping(Some("a".into()))
        );
        assert_eq!(one(r#"{"type":"pong","text":""}"#), Frame::Pong(None));
        assert_eq!(chat(r#"{"type":"ping","text":"hi"}"#).text, "hi");
    }

    #[test]
    fn wrong_types_are_shown_as_they_are() {
        assert_eq!(chat(r#"{"text":5}"#).text, "5");
        assert_eq!(chat(r#"{"text":[1,2]}"#).text, "[1,2]");
        assert_eq!(chat(r#""just a string""#).text, "just a string");
        assert_eq!(chat("42").text, "42");
        assert_eq!(chat(r#"{"text":"x","user":"  "}"#).user, None);
    }

    #[test]
    fn nothing_to_show_is_said() {
        let fields = JsonFields::default();
        for text in ["{}", r#"{"text":null}"#, "null", r#"{"type":"typing"}"#] {
            assert_eq!(decode(text, &fields), Err(JsonError::NoText), "{text}");
        }
        assert!(matches!(decode("{", &fields), Err(JsonError::Syntax(_))));
        let deep = "[".repeat(10_000);
        assert!(matches!(decode(&deep, &fields), Err(JsonError::Syntax(_))));
    }

    #[test]
    fn an_array_holds_several_messages() {
        let frames = decode(
            r#"[{"text":"a"},{"n":1},{"text":"b"}]"#,
            &JsonFields::default(),
        );
        assert_eq!(frames.unwrap().len(), 3);
    }

    #[test]
    fn what_is_written_is_read_back() {
        let written = Chat {
            text: "a \"b\" \u{2028} </script>".into(),
            user: Some("ada".into()),
            id: Some("1".into()),
            system: false,
            resent: true,
        };
        assert_eq!(chat(&encode(&written, &JsonFields::default())), written);
    }
}
