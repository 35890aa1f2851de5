//! The words in a server's JSON: for a person, and for what it refused.

use serde_json::Value;

use crate::session::Reason;

/// A text without its quotes, nothing as nothing, and any other value as it is.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// The server's own words for a refused CONNECT.
pub(super) fn refusal(data: Option<&Value>) -> Reason {
    let message = data.and_then(|data| data.get("message").or(Some(data)));
    match message {
        Some(Value::String(words)) => Reason::Server(words.clone()),
        _ => Reason::Refused,
    }
}

/// An acknowledgement that says no: `{"error":"…"}`, `{"error":{"message":"…"}}` or `{"status":"error","message":"…"}`.
pub(super) fn error_of(answer: &Value) -> Option<Reason> {
    let words = |value: &Value| {
        value
            .as_str()
            .filter(|text| !text.is_empty())
            .map(|text| Reason::Server(text.to_owned()))
    };
    let message = |value: &Value| value.get("message").and_then(words);
    match answer.get("error") {
        None | Some(Value::Null | Value::Bool(false)) => {
            let failed = answer.get("status").and_then(Value::as_str) == Some("error");
            failed.then(|| message(answer).unwrap_or(Reason::Refused))
        }
        Some(error) => {
            let text = words(error)
                .or_else(|| message(error))
                .or_else(|| message(answer));
            Some(text.unwrap_or(Reason::Refused))
        }
    }
}
