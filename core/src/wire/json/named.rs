//! What a JSON value says by the configured names alone, for an app that speaks to a server of its own.

use super::frame::{Chat, Frame, JsonFields};
use super::scalar::scalar;
use crate::json::Value;

/// Reads a JSON value: a line where it is an object with words under the configured name, or a string; a heartbeat or an error that
/// says so in `type`, `event` or `op`; an error in a member `error`; else data.
pub(crate) fn read_named(value: &Value, fields: &JsonFields) -> Vec<Frame> {
    vec![match value {
        Value::String(text) => Frame::Chat(Chat {
            text: text.clone(),
            ..Chat::default()
        }),
        Value::Object(_) => object(value, fields),
        _ => Frame::Data,
    }]
}

fn object(value: &Value, fields: &JsonFields) -> Frame {
    let member = |name: &str| value.get(name).and_then(scalar);
    let is_set = |name| value.get(name).is_some_and(Value::is_true);
    let kind = ["type", "event", "op"].into_iter().find_map(member);
    let text = value.get(&fields.text).and_then(Value::as_str);
    let words = || text.map(str::to_owned).or_else(|| member("message"));
    match (kind.as_deref(), text) {
        (Some("ping"), None) => Frame::Ping(member(&fields.id)),
        (Some("pong"), None) => Frame::Pong(member(&fields.id)),
        (Some("error"), _) => {
            let words = words().or_else(|| member("error"));
            Frame::Error(words.unwrap_or_else(|| value.to_string()))
        }
        (_, Some(text)) => Frame::Chat(Chat {
            text: text.to_owned(),
            user: member(&fields.user),
            id: member(&fields.id),
            system: is_set("system"),
            resent: is_set("resent"),
            mine: false,
        }),
        (_, None) => match member("error") {
            Some(code) => Frame::Error(words().unwrap_or(code)),
            None => Frame::Data,
        },
    }
}
