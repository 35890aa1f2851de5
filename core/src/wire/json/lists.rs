//! Lists of lines: what is one, and whether it begins with the newest.

use super::MEMBERS;
use super::names;
use crate::json::{Map, Value};

/// Whether this is an array of objects: a list of lines, perhaps.
pub(super) fn is_lines(value: &Value) -> bool {
    let items = value.as_array().filter(|items| !items.is_empty());
    items.is_some_and(|items| items.iter().all(Value::is_object))
}

/// Whether these are several objects by their ids: a list of lines, where the name says so.
pub(super) fn is_lines_by_id(members: &Map) -> bool {
    members.len() > 1 && members.values().all(Value::is_object)
}

/// Whether a list of lines begins with the newest: by their times or, where they have none, by their numbers.
pub(super) fn is_backwards(items: &[Value]) -> bool {
    if items.len() < 2 || !items.iter().all(Value::is_object) {
        return false;
    }
    let ages = |is_it: fn(&str) -> bool| {
        let ages = items.iter().map(|item| age(item, is_it));
        let ages = ages.collect::<Option<Vec<_>>>();
        ages.filter(|ages| ages.first() != ages.last())
    };
    if let Some(times) = ages(names::tells_time) {
        return times.is_sorted_by(|one, next| one >= next);
    }
    // What comes twice is no line's own number.
    ages(|name| name == "id").is_some_and(|numbers| numbers.is_sorted_by(|one, next| one > next))
}

/// A number, or a time as ISO 8601 has it, in a form in which one can be compared with another: how many digits stand first, and all of
/// it. What begins with a day or an hour begins anew each month or night.
fn age(item: &Value, is_it: fn(&str) -> bool) -> Option<(usize, String)> {
    let members = item.as_object()?.iter().take(MEMBERS);
    let mut found = members.filter(|(name, _)| is_it(name));
    let age = found.find_map(|(_, value)| match value {
        Value::String(text) => Some(text.trim_end_matches('Z').to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })?;
    let digits = age.bytes().take_while(u8::is_ascii_digit).count();
    let (_, rest) = age.split_at(digits);
    let fraction = rest.strip_prefix('.').unwrap_or(rest);
    let is_number = digits > 0 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let is_date = digits == 4 && rest.starts_with('-');
    (is_number || is_date).then_some((digits, age))
}
