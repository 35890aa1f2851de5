//! The pieces of a template, and why a text is none.

use std::fmt;

use crate::json::Value;

use super::path::{Path, PathError};

/// A name in braces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Placeholder {
    Text,
    User,
    Id,
    Secret,
    /// What was heard at this path, the newest or the first on a link, or else this.
    Heard {
        path: Path,
        first: bool,
        default: Option<Value>,
    },
}

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Literal(String),
    Placeholder(Placeholder, Place),
}

/// Where a name stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// In how many JSON strings.
    pub level: u8,
    /// Without quotes, in JSON.
    pub value: bool,
}

/// Why a text is no template. The person who wrote it is to blame.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TemplateError {
    /// There is nothing in it.
    Empty,
    /// There is no such name; the name.
    UnknownName(String),
    /// The path after `heard:` is none.
    Path(PathError),
    /// What follows `|` is no JSON value; the value.
    Default(String),
    /// It starts like JSON and is none; the parser's own words.
    NotJson(String),
    /// A name stands in more than four JSON strings, one in the other.
    TooDeep,
    /// A message's template without `{text}`.
    NoText,
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the template is empty"),
            Self::UnknownName(name) => write!(
                f,
                "there is no {{{name}}}, only {{text}}, {{user}}, {{id}}, {{secret}}, {{heard:path}} and {{first:path}}"
            ),
            Self::Path(error) => write!(f, "after heard: {error}"),
            Self::Default(value) => write!(f, "after the | stands no JSON value: {value}"),
            Self::NotJson(error) => write!(f, "not JSON: {error}"),
            Self::TooDeep => f.write_str("a name stands in more than four strings"),
            Self::NoText => f.write_str("the template has no {text}"),
        }
    }
}

impl std::error::Error for TemplateError {}
