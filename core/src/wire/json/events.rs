//! What names an event: a member, the first of an array, or a word where words stand.

use super::MEMBERS;
use super::lists::is_lines;
use super::names::{self, EventKind};
use super::read::WRAPPERS;
use crate::json::{Map, Value};

/// The member that names the event of an object, and the event.
pub(crate) fn event_in(object: &Map) -> Option<(&str, &str)> {
    let named = object.iter().take(MEMBERS).filter_map(|(name, value)| {
        let event = value.as_str().filter(|event| names::is_identifier(event))?;
        Some((names::event_rank(name)?, (name.as_str(), event)))
    });
    let first = named.min_by_key(|(rank, _)| *rank).map(|(_, event)| event);
    first.or_else(|| {
        let deep = object.values().take(MEMBERS).any(is_container);
        deep.then(|| event_in_words(object)).flatten()
    })
}

/// `{"msg":"chat","data":{…}}`: a word of nobody's, beside what is meant.
#[inline(never)]
fn event_in_words(object: &Map) -> Option<(&str, &str)> {
    let says_who = |object: &Map| {
        let mut names = object.iter().map(|(name, _)| name);
        names.any(|name| names::user_rank(name).is_some())
    };
    let meant = || WRAPPERS.iter().filter_map(|name| object.get(name));
    if !meant().any(is_container) || says_who(object) {
        return None;
    }
    let words = object.iter().filter_map(|(name, value)| {
        let word = value.as_str().filter(|word| !word.is_empty())?;
        Some((names::text_rank(name)?, (name.as_str(), word)))
    });
    let (_, (name, word)) = words.min_by_key(|(rank, _)| *rank)?;
    let is_known = || {
        let says_who = meant().filter_map(Value::as_object).any(says_who);
        says_who || names::event_kind(word) != EventKind::Unknown
    };
    let is_event = names::is_identifier(word) && names::is_word(word) && is_known();
    (is_event || names::is_success(word)).then_some((name, word))
}

/// `["typing","bo"]`: an event that is no line, and what it is about.
pub(super) fn is_silent(items: &[Value]) -> bool {
    let event = items.first().and_then(Value::as_str);
    let silent = |name: &str| names::is_word(name) && names::event_kind(name) == EventKind::Silent;
    matches!(items.len(), 2 | 3) && event.is_some_and(silent) && !items.iter().any(is_container)
}

pub(super) fn is_container(value: &Value) -> bool {
    value.is_object() || value.is_array()
}

/// Who says what in an array of scalars with a number among them, `[3,"bo","hi"]`, or behind a chat's event, `["chat","bo","hi"]`:
/// the last string is what was said, and the one before it who said it. An event that is no line says nothing.
pub(super) fn record_of(items: &[Value]) -> Option<(Option<&str>, &str)> {
    let scalars = (2..=8).contains(&items.len()) && !items.iter().any(is_container);
    let strings: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
    let numbered = strings.len() < items.len();
    let chat = |name: &&str| names::is_word(name) && names::event_kind(name) == EventKind::Chat;
    let called = strings.len() == 3 && strings.first().is_some_and(chat);
    let (text, before) = strings.split_last()?;
    (scalars && (numbered || called)).then(|| (before.last().copied(), *text))
}

/// The event's name and its object in an array like `["new_msg",{…}]` or Phoenix' `[null,"1","room:1","new_msg",{…}]`.
pub(super) fn event_of(items: &[Value]) -> Option<(&Value, &Value)> {
    let (payload, before) = items.split_last()?;
    let event = before.last()?;
    let named = event.as_str().is_some_and(names::is_identifier);
    let scalars = before
        .iter()
        .all(|item| !item.is_object() && !item.is_array());
    let words = payload.is_string()
        && before.len() == 1
        && names::event_kind(event.as_str()?) == EventKind::Chat;
    (named && scalars && (payload.is_object() || is_lines(payload) || words))
        .then_some((event, payload))
}
