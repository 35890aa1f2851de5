//! The words in a server's JSON: for a person, and for what it refused.

use crate::json::Value;

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

/// Whether an event of this name tells of an error.
pub(super) fn is_error(name: &str) -> bool {
    matches!(
        name,
        "error" | "exception" | "errorMessage" | "error_message"
    )
}

/// The words of an error that the server tells in an event.
pub(super) fn error_words(value: &Value) -> Option<String> {
    match error_of(value) {
        Some(Reason::Server(words)) => Some(words),
        _ => text_in(value).or_else(|| message(value)),
    }
}

/// An acknowledgement that says no: `{"error":"…"}`, `{"error":{"message":"…"}}`, `{"status":"error","message":"…"}` or
/// `{"ok":false,"reason":"…"}`.
pub(super) fn error_of(answer: &Value) -> Option<Reason> {
    let server = |words: Option<String>| words.map_or(Reason::Refused, Reason::Server);
    match answer.get("error") {
        None | Some(Value::Null | Value::Bool(false)) => {
            let status = answer.get("status").and_then(Value::as_str);
            let failed = matches!(status, Some("error" | "fail" | "failed"));
            let denied =
                ["ok", "success"].map(|name| answer.get(name) == Some(&Value::Bool(false)));
            (failed || denied.contains(&true)).then(|| server(message(answer)))
        }
        Some(error) => {
            let told = text_in(error).or_else(|| message(error));
            Some(server(told.or_else(|| message(answer))))
        }
    }
}

fn text_in(value: &Value) -> Option<String> {
    let text = value.as_str().filter(|text| !text.is_empty());
    text.map(str::to_owned)
}

fn message(value: &Value) -> Option<String> {
    let named = |name| value.get(name).and_then(text_in);
    named("message").or_else(|| named("reason"))
}
