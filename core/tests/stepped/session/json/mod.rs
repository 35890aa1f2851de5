//! The `json` session at a channel, which sends to all, and at a relay, which excludes the sender.

mod channel;
mod heartbeats;
mod relay;
mod unreadable;

use leptos_chat_core::connection::{Delivery, Event};
use leptos_chat_core::session::options::SessionOptions;
use leptos_chat_core::session::{Action, Kind, Reason, Session, json::JsonSession};
use leptos_chat_core::shape::Shape;
use leptos_chat_core::wire::Message;
use leptos_chat_core::wire::json::JsonFields;

use super::bench::{Bench, answered, shown};
use crate::harness::{Harness, asking};
use crate::{millis, secs};

fn session(user: &str) -> JsonSession {
    JsonSession::new(Some(user.into()), JsonFields::default())
}

fn bench() -> Bench<JsonSession> {
    Bench::new(session("ada"))
}

fn harness(serve: impl FnMut(&Message) -> Vec<Message> + 'static) -> Harness {
    let mut harness = Harness::new(asking(), session("ada"));
    harness.serve(serve);
    harness.connected()
}

/// Sends everything to everybody, the sender too, as binary frames.
fn channel() -> Harness {
    harness(|message| {
        let text = message.as_text().expect("JSON").to_owned();
        if text.contains(r#""type":"ping""#) {
            return vec![text.replace("ping", "pong").into_bytes().into()];
        }
        vec![text.into_bytes().into()]
    })
}

/// Sends everything to all others, and never answers.
fn relay() -> Harness {
    harness(|_| Vec::new())
}
