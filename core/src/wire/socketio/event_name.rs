//! What an event may be called.

use crate::json::Value;

/// Event names that mean something to the libraries themselves. No event carries one of them.
///
/// # Source
/// The reference parser, `RESERVED_EVENTS`.
pub const RESERVED_EVENTS: [&str; 6] = [
    "connect",
    "connect_error",
    "disconnect",
    "disconnecting",
    "newListener",
    "removeListener",
];

/// The first argument of an event, or what is wrong with it.
pub(super) enum EventName {
    Good,
    Reserved(String),
    Missing,
}

pub(super) fn event_name(args: &[Value]) -> EventName {
    match args.first() {
        Some(Value::Number(_)) => EventName::Good,
        Some(Value::String(name)) if RESERVED_EVENTS.contains(&name.as_str()) => {
            EventName::Reserved(name.clone())
        }
        Some(Value::String(_)) => EventName::Good,
        _ => EventName::Missing,
    }
}
