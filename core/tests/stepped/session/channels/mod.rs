//! Channels that an app joins while the connection runs: their states, and that each link has them again.

mod socketio;
mod stomp;

use leptos_chat_core::connection::{
    Config, Delivery, Endpoint, Event, Input, Reshape, SendOptions, SocketEvent,
};
use leptos_chat_core::driver::Host;
use leptos_chat_core::json;
use leptos_chat_core::session::options::SessionOptions;
use leptos_chat_core::session::{
    Channel, ChannelState, HeartbeatSetting, MessageId, Outgoing, Protocol, Reason, Target,
};

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
