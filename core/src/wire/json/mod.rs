//! The JSON of chat servers: what a text, a sender, a heartbeat looks like in "any JSON chat server".

mod events;
mod frame;
mod lists;
mod named;
mod names;
mod read;
mod scalar;
mod told;

pub(crate) use events::event_in;
pub use frame::{Chat, Frame, JsonError, JsonFields};
pub(crate) use named::read_named;
pub(crate) use names::{EventKind, event_kind, event_rank, is_never_text, text_rank, user_rank};
pub(crate) use told::is_success;

use crate::json::{self, Map, Value};

/// What of one object is looked at, in members.
const MEMBERS: usize = 64;

/// Reads a text as JSON: one JSON text, several that follow each other (one a line, say, or each behind the other with 0x1E between
/// them), or a mixture of JSON lines and plain ones. What is no JSON at all is one plain line.
///
/// # Errors
/// [`JsonError::Syntax`] when it starts like a JSON object and is none. The server is to blame; trying again does not help.
pub fn decode(text: &str, fields: &JsonFields) -> Result<Vec<Frame>, JsonError> {
    let mut frames = Vec::new();
    for part in split(text)? {
        match part {
            Part::Json(value) => frames.extend(read_all(&value, fields)),
            Part::Plain(text) => frames.push(Frame::Chat(Chat {
                text,
                ..Chat::default()
            })),
        }
    }
    Ok(frames)
}

/// One of the texts in a frame.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// A JSON text.
    Json(Value),
    /// Words that are no JSON.
    Plain(String),
}

/// Takes the texts of a frame apart; see [`decode`].
///
/// # Errors
/// [`JsonError::Syntax`], as [`decode`].
pub fn split(text: &str) -> Result<Vec<Part>, JsonError> {
    let error = match Value::parse(text) {
        Ok(value) => return Ok(vec![Part::Json(value)]),
        Err(error) => error,
    };
    if text.contains(RECORD) {
        return parts(text, RECORD).map(one).collect();
    }
    if is_container(text)
        && let Some(values) = several(text)
    {
        return Ok(values.into_iter().map(Part::Json).collect());
    }
    if parts(text, LINE).any(|line| is_container(line) && Value::parse(line).is_ok()) {
        return parts(text, LINE).map(one).collect();
    }
    match text.trim_start().starts_with("{\"") || is_deep(text) || text.is_empty() {
        true => Err(JsonError::Syntax(error.to_string())),
        false => Ok(vec![Part::Plain(text.to_owned())]),
    }
}

/// What stands between the records of SignalR and its like, and between lines.
const RECORD: char = '\u{1e}';
const LINE: char = '\n';

/// What stands between these, but for what is blank.
fn parts(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let parts = text.split(separator);
    let parts = parts.map(|part| part.strip_suffix('\r').unwrap_or(part));
    parts.filter(|part| !part.trim().is_empty())
}

fn one(text: &str) -> Result<Part, JsonError> {
    match Value::parse(text) {
        Ok(value) => Ok(Part::Json(value)),
        Err(error) if text.trim_start().starts_with("{\"") => {
            Err(JsonError::Syntax(error.to_string()))
        }
        Err(_) => Ok(Part::Plain(text.to_owned())),
    }
}

/// JSON texts that follow each other.
fn several(text: &str) -> Option<Vec<Value>> {
    json::several(text).ok()
}

fn is_container(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}

/// Nothing but the beginning of arrays or objects: no words that anybody wrote.
fn is_deep(text: &str) -> bool {
    text.len() > 1
        && text
            .bytes()
            .take(64)
            .all(|byte| matches!(byte, b'[' | b'{' | b':' | b'"'))
        || text.trim() == "{"
}

/// Reads a JSON value that was parsed before: each line in it, in order, or one frame that says what else it is. By its structure
/// and the names in it: usual words in compounds and cases (`message_text`, `userName`), an event's name before the object or in it,
/// wrappers, lists, JSON held in strings.
#[must_use]
pub fn read_all(value: &Value, fields: &JsonFields) -> Vec<Frame> {
    read::read(value, fields)
}

/// The first thing that a JSON value says; see [`read_all`].
///
/// # Errors
/// [`JsonError::NoText`] when there is nothing to show in it.
pub fn read(value: &Value, fields: &JsonFields) -> Result<Frame, JsonError> {
    let frame = read_all(value, fields).into_iter().next();
    frame
        .filter(|frame| *frame != Frame::Data)
        .ok_or(JsonError::NoText)
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
    let members = [("type", "ping"), ("id", id)];
    let members = members.map(|(name, value)| (name.to_owned(), value.into()));
    Value::Object(Map::from_iter(members)).to_string()
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
    fn json_that_is_no_chat_is_data() {
        let fields = JsonFields::default();
        for text in [
            "{}",
            r#"{"text":null}"#,
            "null",
            "[]",
            r#"{"type":"typing"}"#,
        ] {
            assert_eq!(decode(text, &fields), Ok(vec![Frame::Data]), "{text}");
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
            mine: false,
        };
        assert_eq!(chat(&encode(&written, &JsonFields::default())), written);
    }
}
