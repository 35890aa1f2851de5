//! STOMP, bare: handshake, heart-beats, subscriptions, receipts, errors, and frames that come in pieces.

mod connecting;
mod errors;
mod frames;
mod heart_beats;
mod messages;
mod subscribing;

use std::time::Duration;

use leptos_chat_core::connection::{Config, Delivery, Event, Failure, Input};
use leptos_chat_core::session::options::StompHeaders;
use leptos_chat_core::session::options::{Credentials, StompOptions};
use leptos_chat_core::session::{
    Body, ChannelState, Heartbeat, HeartbeatSetting, Protocol, Reason, options::SessionOptions,
};
use leptos_chat_core::wire::Message;

use super::{harness, harness_with, options, refused};
use crate::harness::{Harness, fixed};

const URL: &str = "ws://chat.example:15674/ws";
const CONNECTED: &str =
    "CONNECTED\nserver:RabbitMQ/3.10.8\nsession:session-A\nheart-beat:0,0\nversion:1.2\n\n\0\n";

/// The answer to the last SUBSCRIBE, of a broker that gives receipts.
const SUBSCRIBED: &str = "RECEIPT\nreceipt-id:subscribed\n\n\0";

fn joined() -> Harness {
    joined_with(options(Protocol::Stomp), CONNECTED)
}

fn joined_with(options: SessionOptions, connected: &str) -> Harness {
    let mut harness = harness(URL, options);
    join(&mut harness, connected);
    harness
}

fn join(harness: &mut Harness, connected: &str) {
    harness.opened(harness.socket(), "v12.stomp");
    harness.hear(connected);
    harness.hear(SUBSCRIBED);
    assert_eq!(
        (harness.name(), harness.protocol().as_str()),
        ("open", "stomp")
    );
}

/// A frame's lines, without the beats before it.
fn lines(frame: &str) -> Vec<&str> {
    frame.trim_end_matches('\0').lines().collect()
}

fn message(headers: &str, body: &str) -> String {
    format!(
        "MESSAGE\nsubscription:0\ndestination:/topic/chat\nmessage-id:T_0@@1\n{headers}\n{body}\0\n"
    )
}
