//! What a server tells besides lines: errors in its own words, and heartbeats without a type.

use crate::json::{Map, Value};

use super::frame::Frame;
use super::names::{self, EventKind};
use super::scalar::{plain, scalar};

/// Members that hold the words of an error, the likeliest first.
const WORDS: &[&str] = &[
    "message",
    "reason",
    "msg",
    "detail",
    "description",
    "error_description",
    "text",
    "error",
    "title",
    "details",
    "response",
    "data",
    "payload",
    "body",
    "code",
];

/// The words of an error, if the object tells one. `spoken` says that somebody wrote a line in it.
pub(super) fn error(object: &Map, kind: EventKind, spoken: bool) -> Option<String> {
    if kind == EventKind::Error {
        return Some(words_or_whole(object));
    }
    if let Some(words) = refusal(object) {
        return Some(words);
    }
    let error = ["error", "err", "errors", "exception"]
        .iter()
        .find_map(|name| object.get(name));
    let told = error.filter(|error| !is_nothing(error) && !spoken)?;
    words_of_error(told, object)
}

/// The words of a member that names an error, or what stands beside it.
#[inline(never)]
fn words_of_error(told: &Value, object: &Map) -> Option<String> {
    let beside = || words_at(object, &["message", "reason", "detail"]);
    match told {
        Value::String(code) if !code.contains(' ') => beside().or(Some(code.clone())),
        Value::String(text) => Some(text.clone()),
        Value::Object(inner) => words(inner).or_else(beside),
        Value::Array(items) => items.first().and_then(words_of),
        other => beside().or_else(|| Some(plain(other))),
    }
}

/// The words of an object that says in a member of its own that something did not work: `{"status":"error",…}`.
pub(super) fn refusal(object: &Map) -> Option<String> {
    let says_no = |name: &str| object.get(name).and_then(Value::as_bool) == Some(false);
    let status = object.get("status").and_then(Value::as_str);
    let failed = status.is_some_and(|status| names::event_kind(status) == EventKind::Error);
    let inside = || {
        let inner = ["data", "payload"]
            .iter()
            .find_map(|name| object.get(name)?.as_object());
        inner.and_then(refusal)
    };
    match failed || says_no("ok") || says_no("success") || is_bad(object) {
        true => Some(words_or_whole(object)),
        false => inside(),
    }
}

#[inline(never)]
fn words_or_whole(object: &Map) -> String {
    words(object).unwrap_or_else(|| whole(object))
}

/// How it went, by a number: `{"code":403,"message":"login first"}`. Nobody has said the words beside it.
fn is_bad(object: &Map) -> bool {
    let bad = outcome(object).is_some_and(|code| (400..600).contains(&code));
    bad && is_nobodys(object)
}

fn is_nobodys(object: &Map) -> bool {
    let mut names = object.iter().map(|(name, _)| name);
    names.all(|name| names::user_rank(name).is_none())
}

/// Whether an object tells that something went well, and no more: `{"code":200,"msg":"success","data":null}`, `{"status":200,"message":"OK"}`.
pub(crate) fn is_success(object: &Map) -> bool {
    let good = outcome(object).is_some_and(|code| code == 0 || (200..300).contains(&code));
    good && (has_nothing(object) || is_nobodys(object) && is_told_well(object))
}

fn has_nothing(object: &Map) -> bool {
    let null = |name: &&str| object.get(name).is_some_and(Value::is_null);
    ["data", "result"].iter().any(null)
}

/// Whether all that is in it, beside numbers and flags, is a word like `ok`.
fn is_told_well(object: &Map) -> bool {
    let words = |value: &Value| value.as_str().is_some_and(names::is_success);
    let mut values = object.iter().map(|(_, value)| value);
    values.all(|value| value.is_number() || value.is_true() || words(value))
}

/// `{"info":"bo has left"}`: the server's own words, and nothing else.
pub(super) fn bare_notice(object: &Map) -> Option<&str> {
    let (name, value) = object.iter().next().filter(|_| object.len() == 1)?;
    let words = value.as_str().filter(|words| words.contains(' '))?;
    (names::event_kind(name) == EventKind::Notice).then_some(words)
}

fn outcome(object: &Map) -> Option<u32> {
    let code = ["code", "status", "statusCode", "errcode"];
    let code = code.iter().find_map(|name| object.get(name))?;
    scalar(code)?.parse().ok()
}

/// `{"ping":1}`, `{"pong":true}`: nothing else in it.
pub(super) fn bare_heartbeat(object: &Map) -> Option<Frame> {
    let (name, value) = object.iter().next().filter(|_| object.len() == 1)?;
    let id = || scalar(value);
    let bare = !value.is_object() && !value.is_array();
    match names::event_kind(name) {
        EventKind::Ping if bare => Some(Frame::Ping(id())),
        EventKind::Pong if bare => Some(Frame::Pong(id())),
        _ => None,
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Number(number) => number.is_zero(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(true) => false,
    }
}

fn words(object: &Map) -> Option<String> {
    words_at(object, WORDS)
}

fn words_at(object: &Map, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| words_of(object.get(name)?))
}

fn words_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(inner) => words(inner),
        _ => None,
    }
}

fn whole(object: &Map) -> String {
    Value::Object(object.clone()).to_string()
}
