//! [`Value`]: any JSON value, small enough for a page.
//!
//! `serde_json` judges what is JSON and writes its strings. Its own `Value` and whatever reads numbers into `f64` stay out: they
//! alone were a ninth of an app's bytes.

mod convert;
mod map;
mod number;
mod read;
mod write;

pub use map::{Iter, Map};
pub use number::Number;
pub use read::{Error, several};
pub use write::quoted;

use std::ops::Index;

use serde::de::DeserializeOwned;

/// Any JSON value. Numbers are kept as they were written, members in the order in which they came.
///
/// ```
/// use leptos_chat_core::json::Value;
///
/// let value = Value::parse(r#"{"user": "ada", "at": 1.50}"#)?;
/// assert_eq!(value.get("user").and_then(Value::as_str), Some("ada"));
/// assert_eq!(value.to_string(), r#"{"user":"ada","at":1.50}"#);
/// # Ok::<(), leptos_chat_core::json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Value {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as it was written.
    Number(Number),
    /// A string.
    String(String),
    /// An array.
    Array(Vec<Value>),
    /// An object.
    Object(Map),
}

const NULL: Value = Value::Null;

impl Value {
    /// The member of this name, where this is an object that has it.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.as_object()?.get(name)
    }

    /// The item at this place from 0, where this is an array that has it.
    #[must_use]
    pub fn item(&self, place: usize) -> Option<&Self> {
        self.as_array()?.get(place)
    }

    /// The string that this is.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The truth value that this is.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(truth) => Some(*truth),
            _ => None,
        }
    }

    /// The number that this is, where it is whole, not negative and in range.
    #[must_use]
    pub fn as_u64(&self) -> Option<u64> {
        self.as_number()?.to_string().parse().ok()
    }

    /// The number that this is, where it is whole and in range.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        self.as_number()?.to_string().parse().ok()
    }

    /// The number that this is.
    #[must_use]
    pub fn as_number(&self) -> Option<&Number> {
        match self {
            Self::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The items of the array that this is.
    #[must_use]
    pub fn as_array(&self) -> Option<&Vec<Self>> {
        match self {
            Self::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The members of the object that this is.
    #[must_use]
    pub fn as_object(&self) -> Option<&Map> {
        match self {
            Self::Object(members) => Some(members),
            _ => None,
        }
    }

    /// The members of the object that this is, to be changed.
    #[must_use]
    pub fn as_object_mut(&mut self) -> Option<&mut Map> {
        match self {
            Self::Object(members) => Some(members),
            _ => None,
        }
    }

    /// Whether this is `true`: comparing whole values takes more code.
    pub(crate) fn is_true(&self) -> bool {
        matches!(self, Self::Bool(true))
    }

    /// Whether this is `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether this is a string.
    #[must_use]
    pub fn is_string(&self) -> bool {
        matches!(self, Self::String(_))
    }

    /// Whether this is a number.
    #[must_use]
    pub fn is_number(&self) -> bool {
        matches!(self, Self::Number(_))
    }

    /// Whether this is an array.
    #[must_use]
    pub fn is_array(&self) -> bool {
        matches!(self, Self::Array(_))
    }

    /// Whether this is an object.
    #[must_use]
    pub fn is_object(&self) -> bool {
        matches!(self, Self::Object(_))
    }

    /// Reads this into a type of the app's own, as `serde_json` does. Costs a page some 30 kB the first time it is used.
    ///
    /// # Errors
    /// The value does not have the type's shape.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(&self.to_string())
    }
}

/// Makes a [`Value`] of JSON with expressions in it, by the macro of the same name in `serde_json`. Meant for tests and for where
/// bytes do not matter: it links what [`Value`] is there to avoid.
///
/// ```
/// use leptos_chat_core::json;
///
/// let name = "ada";
/// assert_eq!(json!({ "user": name, "n": [1, null] }).to_string(), r#"{"n":[1,null],"user":"ada"}"#);
/// ```
#[macro_export]
macro_rules! json {
    ($($json:tt)+) => {
        $crate::json::Value::from($crate::for_macros::serde_json::json!($($json)+))
    };
}

impl Index<&str> for Value {
    type Output = Self;

    /// The member of this name, or `null`.
    fn index(&self, name: &str) -> &Self {
        self.get(name).unwrap_or(&NULL)
    }
}

impl Index<usize> for Value {
    type Output = Self;

    /// The item at this place, or `null`.
    fn index(&self, place: usize) -> &Self {
        self.item(place).unwrap_or(&NULL)
    }
}

impl PartialEq<str> for Value {
    fn eq(&self, text: &str) -> bool {
        self.as_str() == Some(text)
    }
}

impl PartialEq<i64> for Value {
    fn eq(&self, number: &i64) -> bool {
        self.as_i64() == Some(*number)
    }
}

impl PartialEq<&str> for Value {
    fn eq(&self, text: &&str) -> bool {
        self == *text
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_is_not_there_is_null_by_index_and_none_by_name() {
        let value = json!({ "a": ["x"] });
        assert_eq!(value["a"][0], "x");
        assert!(value["b"]["c"][7].is_null());
        assert_eq!(value.get("b"), None);
        assert_eq!(value.item(0), None);
    }

    #[test]
    fn a_value_is_of_one_kind_and_equals_what_it_holds() {
        let mut value = json!({ "a": 1 });
        assert!(value["a"].is_number() && !value.is_number());
        assert!(value["a"] == 1 && value["a"] != 2 && value["a"] != "1");
        let text = json!("x");
        assert!(text == *"x" && text != *"y" && text == "x" && text != "y");
        let members = value.as_object_mut().expect("an object");
        members.insert("b".into(), super::Value::Null);
        assert_eq!(value.to_string(), r#"{"a":1,"b":null}"#);
        assert!(value["a"].clone().as_object_mut().is_none());
    }
}
