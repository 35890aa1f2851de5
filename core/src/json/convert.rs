//! Values of what Rust has, and of `serde_json`'s.

use serde::{Serialize, Serializer};

use super::{Map, Number, Value};

impl From<serde_json::Value> for Value {
    fn from(value: serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(truth) => Self::Bool(truth),
            serde_json::Value::Number(number) => Self::Number(Number::written(number.to_string())),
            serde_json::Value::String(text) => Self::String(text),
            serde_json::Value::Array(items) => {
                Self::Array(items.into_iter().map(Self::from).collect())
            }
            serde_json::Value::Object(members) => {
                let members = members
                    .into_iter()
                    .map(|(name, value)| (name, Self::from(value)));
                Self::Object(members.collect())
            }
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Number(number.into())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number.into())
    }
}

impl From<Vec<Value>> for Value {
    fn from(items: Vec<Value>) -> Self {
        Self::Array(items)
    }
}

impl From<Vec<String>> for Value {
    fn from(items: Vec<String>) -> Self {
        Self::Array(items.into_iter().map(Self::String).collect())
    }
}

impl From<Map> for Value {
    fn from(members: Map) -> Self {
        Self::Object(members)
    }
}

/// As the same JSON. A number that is not whole goes out as `f64`.
impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(truth) => serializer.serialize_bool(*truth),
            Self::Number(number) => number.serialize(serializer),
            Self::String(text) => serializer.serialize_str(text),
            Self::Array(items) => serializer.collect_seq(items),
            Self::Object(members) => serializer.collect_map(members),
        }
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.to_string();
        match (text.parse::<u64>(), text.parse::<i64>()) {
            (Ok(number), _) => serializer.serialize_u64(number),
            (_, Ok(number)) => serializer.serialize_i64(number),
            // JSON's grammar is a part of Rust's.
            _ => serializer.serialize_f64(text.parse().unwrap_or_default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_go_to_serde_json_and_back() {
        let written = serde_json::json!({ "a": [1, -2.5, true, null, "x\n\u{2028}"], "b": {} });
        let value = Value::from(written.clone());
        assert_eq!(serde_json::to_value(&value).expect("JSON"), written);
        assert_eq!(value.read::<serde_json::Value>().expect("JSON"), written);
        let (list, members) = (
            vec![Value::Null],
            Map::from_iter([("a".into(), Value::Null)]),
        );
        assert_eq!(Value::from(list).to_string(), "[null]");
        assert_eq!(Value::from(members).to_string(), r#"{"a":null}"#);
        let truths: Vec<bool> = crate::json!([true]).read().expect("a list");
        assert_eq!(truths, [true]);
    }

    #[test]
    fn whole_numbers_go_to_serde_json_as_such() {
        let written = |text: &str| {
            let value = Value::parse(text).expect("JSON");
            serde_json::to_string(&value).expect("JSON")
        };
        for text in ["18446744073709551615", "-9223372036854775808", "2.5"] {
            assert_eq!(written(text), text);
        }
    }
}
