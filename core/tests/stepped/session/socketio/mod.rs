//! Socket.IO: handshake, events, acknowledgements, binary, and every way in which a server ends it.

mod binary;
mod connecting;
mod endings;
mod messages;

use std::time::Duration;

use leptos_chat_core::connection::{Delivery, Event};
use leptos_chat_core::json;
use leptos_chat_core::json::Value;
use leptos_chat_core::session::options::{Credentials, SocketIoOptions};
use leptos_chat_core::session::{
    Body, FetchError, Kind, Protocol, Reason, Target, options::SessionOptions,
};
use leptos_chat_core::wire::Message;

use super::{harness, harness_with, options, refused};
use crate::harness::{Harness, SocketState};

pub const URL: &str = "ws://chat.example:3000";
pub const OPEN: &str =
    r#"0{"sid":"s","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000}"#;
const CONNECTED: &str = r#"40{"sid":"a"}"#;

/// A connection that has joined the main namespace.
pub fn joined() -> Harness {
    joined_with(options(Protocol::SocketIo), CONNECTED)
}

pub fn joined_with(options: SessionOptions, connected: &str) -> Harness {
    let mut harness = harness(URL, options);
    harness.accept();
    harness.hear(OPEN);
    harness.hear(connected);
    assert_eq!(
        (harness.name(), harness.protocol().as_str()),
        ("open", "socket.io")
    );
    harness
}

/// The ack id and the arguments of the last event that was sent in the main namespace.
fn last_event(harness: &Harness) -> (u64, Vec<Value>) {
    let text = harness.last_sent();
    let rest = text.strip_prefix("42").expect("an event");
    let json = rest.find('[').expect("an array");
    let args = Value::parse(&rest[json..]).expect("JSON");
    let args = args.as_array().expect("arguments").clone();
    (rest[..json].parse().expect("an ack id"), args)
}
