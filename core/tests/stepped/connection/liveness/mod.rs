//! Rules 7 to 9: heartbeats, late timers, and what the page tells.

mod grace;
mod heartbeats;
mod page;
mod silence;

use std::time::Duration;

use leptos_chat_core::connection::{Config, Disconnect, Event, Input};
use leptos_chat_core::session::json::JsonSession;
use leptos_chat_core::session::{Action, Heartbeat, HeartbeatSetting, Reason};

use crate::world::{SocketState, URL, World, puppet::Puppet};
use crate::{millis, secs};

fn puppet(answers: bool) -> World {
    let puppet = Puppet {
        answers,
        ..Puppet::default()
    };
    World::new(Config::new(URL), puppet).connected()
}

/// A server that answers each heartbeat.
fn answering() -> World {
    let puppet = Puppet {
        answers: true,
        ..Puppet::default()
    };
    let mut world = World::new(Config::new(URL), puppet);
    world.serve(|message| match message.as_text() {
        Some("beat") => vec!["pong".into()],
        _ => Vec::new(),
    });
    world.connected()
}

fn beats(world: &World) -> usize {
    world.sent().iter().filter(|text| *text == "beat").count()
}

fn is_silent(world: &World) -> bool {
    world
        .events
        .contains(&Event::Disconnected(Disconnect::Silent))
}

fn latencies(world: &World) -> Vec<std::time::Duration> {
    let latencies = world.events.iter().filter_map(|event| match event {
        Event::Latency(latency) => Some(*latency),
        _ => None,
    });
    latencies.collect()
}
