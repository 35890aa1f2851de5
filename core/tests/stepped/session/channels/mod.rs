//! Channels that an app joins while the connection runs: their states, and that each link has them again.

mod socketio;
mod stomp;

use leptos_chat_core::connection::{
    Config, Delivery, Endpoint, Event, Input, Reshape, SendOptions, SocketEvent,
};
use leptos_chat_core::driver::Host;
use leptos_chat_core::json;
use leptos_chat_core::session::options::SessionOptions;
use leptos_chat_core::session::stomp::StompSession;
use leptos_chat_core::session::{
    Action, Body, Channel, ChannelState, HeartbeatSetting, Kind, MessageId, Outgoing, Protocol,
    Reason, Session, Target,
};

use super::bench::Bench;
use super::socketio::{OPEN, joined};
use super::{harness, harness_with, options};
use crate::harness::Harness;
use crate::millis;

const ROOM: &str = "/topic/room";

fn states(harness: &Harness, channel: &str) -> Vec<ChannelState> {
    let states = harness.events.iter().filter_map(|event| match event {
        Event::Channel { name, state } if name == channel => Some(state.clone()),
        _ => None,
    });
    states.collect()
}

fn reshape(harness: &mut Harness, session: SessionOptions) {
    let heartbeat = HeartbeatSetting::Auto;
    harness.input(Input::Reshape(Box::new(Reshape { session, heartbeat })));
}

/// At another path of a server that refuses: most often there is none, and the app would wait for ever.
#[test]
fn while_a_protocol_is_only_tried_there_are_no_channels() {
    let mut harness = harness("ws://chat.example", options(Protocol::Auto));
    harness.refuse();
    assert!(harness.url().contains("socket.io"));
    assert!(!Host::join(&mut harness, Channel::new("/admin")));
    harness.accept();
    harness.hear(OPEN);
    harness.hear(r#"40{"sid":"a"}"#);
    assert!(Host::join(&mut harness, Channel::new("/admin")));
}
