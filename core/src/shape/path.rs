//! [`Path`]: where in a JSON value something is.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use crate::json::Value;

/// More steps than this lead nowhere that a chat message is.
const MAX_STEPS: usize = 16;

/// Where in a JSON value something is: the names of members and the numbers of array items, from 0, with dots between.
///
/// JSON that is held in a string is looked into as if it stood there itself. A dot in a name is written `\.`; a dot alone is
/// the whole value.
///
/// ```
/// use leptos_chat_core::shape::Path;
/// use leptos_chat_core::json;
///
/// let path: Path = "data.author.name".parse()?;
/// let value = json!({ "data": { "author": { "name": "ada" } } });
/// assert_eq!(path.text(&value).as_deref(), Some("ada"));
///
/// let inside = json!({ "data": "{\"author\":{\"name\":\"bo\"}}" });
/// assert_eq!(path.text(&inside).as_deref(), Some("bo"));
///
/// let second: Path = "1".parse()?;
/// assert_eq!(second.text(&json!(["ada", "hello"])).as_deref(), Some("hello"));
/// # Ok::<(), leptos_chat_core::shape::PathError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    source: String,
    steps: Vec<String>,
}

/// Why a path is none. The person who wrote it is to blame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PathError {
    /// There is nothing in it.
    Empty,
    /// Two dots follow each other, or one stands at an end.
    EmptyStep,
    /// More than 16 steps.
    TooLong,
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the path is empty",
            Self::EmptyStep => "a name is missing between two dots of the path",
            Self::TooLong => "the path has more than 16 steps",
        })
    }
}

impl std::error::Error for PathError {}

impl FromStr for Path {
    type Err = PathError;

    fn from_str(source: &str) -> Result<Self, PathError> {
        let source = source.trim();
        let steps = match source {
            "" => return Err(PathError::Empty),
            "." => Vec::new(),
            _ => split(source),
        };
        if steps.iter().any(String::is_empty) {
            return Err(PathError::EmptyStep);
        }
        if steps.len() > MAX_STEPS {
            return Err(PathError::TooLong);
        }
        let source = source.to_owned();
        Ok(Self { source, steps })
    }
}

/// The names between the dots.
fn split(source: &str) -> Vec<String> {
    let mut steps = vec![String::new()];
    let mut chars = source.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '.' => steps.push(String::new()),
            '\\' if chars.peek() == Some(&'.') => {
                chars.next();
                push(&mut steps, '.');
            }
            _ => push(&mut steps, char),
        }
    }
    steps
}

fn push(steps: &mut [String], char: char) {
    if let Some(step) = steps.last_mut() {
        step.push(char);
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)
    }
}

impl Path {
    /// What stands there; `None` where the way ends before, or at `null`.
    #[must_use]
    pub fn find<'a>(&self, value: &'a Value) -> Option<Cow<'a, Value>> {
        let mut at = Cow::Borrowed(value);
        for step in &self.steps {
            if let Value::String(text) = at.as_ref() {
                at = Cow::Owned(Value::parse(text).ok()?);
            }
            at = match at {
                Cow::Borrowed(value) => Cow::Borrowed(enter(value, step)?),
                Cow::Owned(value) => Cow::Owned(enter(&value, step)?.clone()),
            };
        }
        (!at.is_null()).then_some(at)
    }

    /// The words that stand there: a string, or a number or a truth value as JSON writes it.
    #[must_use]
    pub fn text(&self, value: &Value) -> Option<String> {
        match self.find(value)?.as_ref() {
            Value::String(text) => Some(text.clone()),
            value @ (Value::Number(_) | Value::Bool(_)) => Some(value.to_string()),
            _ => None,
        }
    }
}

fn enter<'a>(value: &'a Value, step: &str) -> Option<&'a Value> {
    match value {
        Value::Object(members) => members.get(step),
        Value::Array(items) => items.get(step.parse::<usize>().ok()?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::json;

    use super::*;

    fn path(source: &str) -> Path {
        source.parse().unwrap()
    }

    #[test]
    fn members_items_and_json_in_strings_are_entered() {
        let value = json!({"a": [{"b.c": "{\"d\":\"[1,2]\"}"}]});
        assert_eq!(path(r"a.0.b\.c.d.1").text(&value).as_deref(), Some("2"));
        assert_eq!(path("a.1").find(&value), None);
        assert_eq!(path("a.b").find(&value), None);
        assert_eq!(path(".").text(&json!("hi")).as_deref(), Some("hi"));
    }

    #[test]
    fn a_backslash_stands_for_itself_but_before_a_dot() {
        let value = json!({"a\\b": {"c.d": 1}});
        assert_eq!(path(r"a\b.c\.d").text(&value).as_deref(), Some("1"));
    }

    #[test]
    fn a_path_has_as_many_steps_as_it_may() {
        let of = |steps: usize| vec!["a"; steps].join(".").parse::<Path>().map(|_| ());
        assert_eq!(of(MAX_STEPS), Ok(()));
        assert_eq!(of(MAX_STEPS + 1), Err(PathError::TooLong));
    }

    #[test]
    fn a_number_may_be_a_members_name() {
        assert_eq!(path("1").text(&json!({"1": "x"})).as_deref(), Some("x"));
    }

    #[test]
    fn null_is_nothing_and_containers_are_no_words() {
        assert_eq!(path("a").find(&json!({"a": null})), None);
        assert_eq!(path("a").text(&json!({"a": {}})), None);
        assert_eq!(path("a").text(&json!({"a": true})).as_deref(), Some("true"));
    }

    #[test]
    fn what_is_no_path_is_told() {
        let error = |source: &str| source.parse::<Path>().unwrap_err();
        assert_eq!(error(" "), PathError::Empty);
        assert_eq!(error("a..b"), PathError::EmptyStep);
        assert_eq!(error("a."), PathError::EmptyStep);
        assert_eq!(error(&["a"; 17].join(".")), PathError::TooLong);
    }

    #[test]
    fn it_gives_its_source_back() {
        assert_eq!(path(" data.body ").to_string(), "data.body");
    }
}
