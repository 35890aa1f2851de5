//! The words in a server's JSON: for a person, and for what it refused.

use serde_json::Value;

/// A text without its quotes, nothing as nothing, and any other value as it is.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// The server's own words for a refused CONNECT.
pub(super) fn refusal(data: Option<&Value>) -> String {
    let message = data.and_then(|data| data.get("message").or(Some(data)));
    match message {
        Some(Value::String(words)) => format!("the server refused: {words}"),
        _ => "the server refused the connection".into(),
    }
}

/// An acknowledgement that says no: `{"error":"…"}`, `{"error":{"message":"…"}}` or `{"status":"error","message":"…"}`.
pub(super) fn error_of(answer: &Value) -> Option<String> {
    let words = |value: &Value| {
        value
            .as_str()
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    let message = |value: &Value| value.get("message").and_then(words);
    let refused = || "the server refused the message".to_owned();
    match answer.get("error") {
        None | Some(Value::Null | Value::Bool(false)) => {
            let failed = answer.get("status").and_then(Value::as_str) == Some("error");
            failed.then(|| message(answer).unwrap_or_else(refused))
        }
        Some(error) => {
            let text = words(error)
                .or_else(|| message(error))
                .or_else(|| message(answer));
            Some(text.unwrap_or_else(refused))
        }
    }
}
