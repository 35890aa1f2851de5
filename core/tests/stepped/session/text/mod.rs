//! The `text` session at an echo server and among other people.

mod content;
mod echo;
mod people;

use leptos_chat_core::connection::Config;
use leptos_chat_core::session::options::SessionOptions;
use leptos_chat_core::session::{
    Action, Body, CloseEvent, HeartbeatSetting, Incoming, Kind, MessageId, Outgoing, Reason,
    Session, Target, text::TextSession,
};
use leptos_chat_core::shape::Shape;
use leptos_chat_core::wire::Message;

use super::bench::{Bench, answered, shown};
use crate::harness::{Harness, asking};
use crate::secs;

const PREFIX: &str = "Hello, you sent -> ";

fn bench() -> Bench<TextSession> {
    Bench::new(TextSession::new())
}

fn echo(text: &str) -> String {
    format!("{PREFIX}{text}")
}

/// A bench whose server has shown how it echoes.
fn learned() -> Bench<TextSession> {
    let mut bench = bench();
    bench.beat();
    bench.hear(echo("ping"));
    bench.say("hello");
    bench.hear(echo("hello"));
    bench
}

/// The echo server of the tutorials.
fn echo_harness(prefix: &'static str) -> Harness {
    let mut harness = Harness::new(asking(), TextSession::new());
    harness.serve(move |message| {
        let text = message.as_text().expect("a text");
        vec![format!("{prefix}{text}").into()]
    });
    let mut harness = harness.connected();
    harness.hear("Hi there, I am a server");
    harness
}
