//! Values as JSON text.

use std::fmt;

use super::Value;

impl fmt::Display for Value {
    /// Compact JSON.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        push(&mut text, self);
        f.write_str(&text)
    }
}

/// A text as a JSON string, in its quotes.
#[must_use]
pub fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

fn push(text: &mut String, value: &Value) {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(true) => text.push_str("true"),
        Value::Bool(false) => text.push_str("false"),
        Value::Number(number) => text.push_str(&number.to_string()),
        Value::String(words) => text.push_str(&quoted(words)),
        Value::Array(items) => {
            text.push('[');
            for (place, item) in items.iter().enumerate() {
                comma(text, place);
                push(text, item);
            }
            text.push(']');
        }
        Value::Object(members) => {
            text.push('{');
            for (place, (name, value)) in members.iter().enumerate() {
                comma(text, place);
                text.push_str(&quoted(name));
                text.push(':');
                push(text, value);
            }
            text.push('}');
        }
    }
}

fn comma(text: &mut String, place: usize) {
    if place > 0 {
        text.push(',');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_serde_json_writes_them() {
        for text in [
            "null",
            "[true,false,1,-2.5e3,\"\",[],{}]",
            r#"{"a":{"b":"\"\\\n\u0001\u001f"},"c":"é中😀"}"#,
        ] {
            let value = Value::parse(text).expect("JSON");
            assert_eq!(value.to_string(), text);
        }
    }
}
