//! Which events are lines, told by their names and by what they carry.

use crate::json::Value;

use crate::wire::json::{self, Chat, Frame, JsonFields};

/// Names that chats give to the event of a line.
const LINES: [&str; 3] = ["message", "chat message", "new message"];
/// What stands in the names of events that carry lines.
const SPOKEN: &[&str] = &[
    "message",
    "msg",
    "chat",
    "text",
    "line",
    "say",
    "said",
    "post",
    "comment",
    "response",
    "reply",
    "broadcast",
    "answer",
    "echo",
];
/// What stands in the names of events that are about lines or people, whatever else they carry.
const ABOUT: &[&str] = &[
    "typing",
    "join",
    "left",
    "leave",
    "connect",
    "online",
    "offline",
    "presence",
    "count",
    "seen",
    "read",
    "status",
    "delete",
    "remove",
    "edit",
    "react",
    "list",
    "history",
    "error",
    "exception",
];

/// Whether an event of this name carries lines in most chats.
pub(super) fn is_usual(name: &str) -> bool {
    LINES.contains(&name)
}

/// The line in an event's first argument, where the event is one of those that are shown (`told`), or where it reads like a
/// line. `Ok(None)` for a heartbeat.
pub(super) fn line(
    name: &str,
    first: &Value,
    told: bool,
    fields: &JsonFields,
) -> Result<Option<Chat>, NoLine> {
    match json::read(first, fields) {
        Ok(Frame::Chat(chat)) if told || is_line(name, first, &chat) => Ok(Some(chat)),
        Ok(Frame::Ping(_) | Frame::Pong(_)) => Ok(None),
        _ => Err(NoLine),
    }
}

/// The event carries no line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NoLine;

/// Whether this is an event that nobody has told us of, but a line: by its name and, in an object, by a sender or an id beside
/// the words.
fn is_line(name: &str, first: &Value, chat: &Chat) -> bool {
    let name = name.to_ascii_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
    let attributed = first.is_object() && (chat.user.is_some() || chat.id.is_some());
    let words = first.is_object() || first.is_string();
    words && !has(ABOUT) && !chat.text.trim().is_empty() && (attributed || has(SPOKEN))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    fn is_shown(name: &str, first: Value) -> bool {
        matches!(
            line(name, &first, false, &JsonFields::default()),
            Ok(Some(_))
        )
    }

    #[test]
    fn what_reads_like_a_line_is_one() {
        assert!(is_shown(
            "my_response",
            json!({"data": "hello", "count": 1})
        ));
        assert!(is_shown("chatMessage", json!("hello")));
        assert!(is_shown("news", json!({"text": "hello", "user": "bo"})));
        assert!(is_shown(
            "receive_message",
            json!({"message": "hi", "author": "bo"})
        ));
    }

    #[test]
    fn what_is_about_lines_or_people_is_none() {
        assert!(!is_shown("typing", json!({"user": "bo", "text": "hel"})));
        assert!(!is_shown(
            "user joined",
            json!({"username": "bo", "message": "hi"})
        ));
        assert!(!is_shown("score", json!("3:1")));
        assert!(!is_shown("move", json!({"text": "e4"})));
        assert!(!is_shown("message count", json!(7)));
        assert!(!is_shown("chat message", json!(null)));
    }
}
