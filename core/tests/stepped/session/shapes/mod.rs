//! The `json` and the `text` session at servers that other people wrote: what is learnt, and what is left alone.

mod ends;
mod frameworks;
mod heartbeats;
mod incoming;
mod outgoing;
mod text;

use leptos_chat_core::connection::{Config, Delivery, Disconnect, Event, Input, Reshape};
use leptos_chat_core::json;
use leptos_chat_core::json::Value;
use leptos_chat_core::session::options::{Credentials, SessionOptions};
use leptos_chat_core::session::{
    Action, HeartbeatSetting, Incoming, Kind, MessageId, Outgoing, Reason, Session,
    json::JsonSession, text::TextSession,
};
use leptos_chat_core::shape::{Shape, Template, preset};

use super::bench::{Bench, shown};
use crate::harness::{Harness, asking};
use crate::millis;

fn options(shape: Shape) -> SessionOptions {
    SessionOptions {
        user: Some("ada".into()),
        shape,
        ..SessionOptions::default()
    }
}

fn session(shape: Shape) -> JsonSession {
    JsonSession::with_options(&options(shape))
}

fn bench() -> Bench<JsonSession> {
    Bench::new(session(Shape::default()))
}

fn sending(template: &str) -> Shape {
    Shape {
        send: Some(Template::message(template).expect("a template")),
        ..Shape::default()
    }
}

/// A harness as it is by default: nobody asked for heartbeats.
fn harness(shape: Shape) -> Harness {
    Harness::new(Config::default(), session(shape)).connected()
}

fn parsed(text: &str) -> Value {
    Value::parse(text).unwrap_or_else(|_| panic!("{text} is no JSON"))
}

fn kinds(actions: &[Action]) -> Vec<Kind> {
    let kinds = actions.iter().filter_map(|action| match action {
        Action::Deliver(Incoming { kind, .. }) => Some(*kind),
        _ => None,
    });
    kinds.collect()
}

fn nothing_sent(harness: &Harness) -> bool {
    harness.sockets.iter().all(|socket| socket.sent.is_empty())
}
