//! Rules 7 to 9: heartbeats, late timers, and what the page tells.

mod grace;
mod heartbeats;
mod page;
mod silence;

use std::time::Duration;

use leptos_chat_core::connection::{Config, Delivery, Disconnect, Event, Input, SocketEvent};
use leptos_chat_core::session::json::JsonSession;
use leptos_chat_core::session::text::RawSession;
use leptos_chat_core::session::{Action, Heartbeat, HeartbeatSetting, Reason};

use crate::harness::{Harness, SocketState, fixed, puppet::Puppet};
use crate::{millis, secs};

fn puppet(answers: bool) -> Harness {
    let puppet = Puppet {
        answers,
        ..Puppet::default()
    };
    Harness::new(Config::default(), puppet).connected()
}

/// A server that answers each heartbeat.
fn answering() -> Harness {
    let puppet = Puppet {
        answers: true,
        ..Puppet::default()
    };
    let mut harness = Harness::new(Config::default(), puppet);
    harness.serve(|message| match message.as_text() {
        Some("beat") => vec!["pong".into()],
        _ => Vec::new(),
    });
    harness.connected()
}

fn beats(harness: &Harness) -> usize {
    harness.sent().iter().filter(|text| *text == "beat").count()
}

fn is_silent(harness: &Harness) -> bool {
    harness
        .events
        .contains(&Event::Disconnected(Disconnect::Silent))
}

fn latencies(harness: &Harness) -> Vec<std::time::Duration> {
    let latencies = harness.events.iter().filter_map(|event| match event {
        Event::Latency(latency) => Some(*latency),
        _ => None,
    });
    latencies.collect()
}
