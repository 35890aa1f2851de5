//! JSON servers that acknowledge, number their lines and tell again what was missed; and those that say so and don't.

mod acknowledgements;
mod missed;
mod order;
mod untrusted;

use leptos_chat_core::connection::{
    Config, Delivery, Endpoint, Event, Failure, Resend, SendOptions, SocketEvent,
};
use leptos_chat_core::driver::Host;
use leptos_chat_core::session::json::JsonSession;
use leptos_chat_core::session::options::SessionOptions;
use leptos_chat_core::session::{Kind, MessageId, Outgoing, Target};
use leptos_chat_core::shape::Shape;
use leptos_chat_core::wire::json::JsonFields;

use super::bench::{Bench, shown};
use crate::harness::{Harness, URL};
use crate::secs;

const WELCOME: &str =
    r#"{"system":true,"text":"Welcome","ack":true,"resume":true,"log":"a","seq":41}"#;

/// A link to a server that has said this first.
fn greeted(welcome: &str) -> Harness {
    let session = JsonSession::new(Some("ada".into()), JsonFields::default());
    let mut harness = Harness::new(Config::default(), session).connected();
    harness.hear(welcome);
    harness
}

fn line(seq: u64, text: &str) -> String {
    format!(r#"{{"text":"{text}","user":"bo","id":"b{seq}","seq":{seq}}}"#)
}

fn ack(id: MessageId, seq: u64) -> String {
    format!(r#"{{"type":"ack","id":"{id}","seq":{seq}}}"#)
}

fn welcome(log: &str, seq: u64) -> String {
    WELCOME
        .replace(r#""a""#, &format!(r#""{log}""#))
        .replace("41", &seq.to_string())
}

fn resumed(complete: bool, seq: u64) -> String {
    format!(r#"{{"type":"resumed","log":"a","seq":{seq},"complete":{complete}}}"#)
}

/// What is shown of others, without what the server says of itself.
fn lines(harness: &Harness) -> Vec<String> {
    let chat = |kind| kind == Kind::Chat;
    let shown = harness.shown();
    let lines = shown.iter().filter(|incoming| chat(incoming.kind));
    lines.map(|incoming| incoming.to_string()).collect()
}

/// The link breaks, and the next one is open for the browser.
fn again(harness: &mut Harness) {
    harness.breaks();
    harness.advance_to_timer();
    harness.accept();
}

/// The place of the mark of a gap among the lines.
fn gap_before(harness: &Harness) -> Option<String> {
    let mut events = harness
        .events
        .iter()
        .skip_while(|event| **event != Event::Gap);
    events.next()?;
    events.find_map(|event| match event {
        Event::Message(incoming) if incoming.kind == Kind::Chat => Some(incoming.to_string()),
        _ => None,
    })
}
