//! Rules 1 to 3 and 13: one socket at a time, dead ones abandoned, attempts with a deadline, no panics.

mod attempts;
mod failures;
mod one_at_a_time;

use leptos_chat_core::connection::{
    ClosedReason, Config, Disconnect, Endpoint, Event, Input, ResolveError, SocketError,
    SocketEvent, State, UrlError,
};
use leptos_chat_core::session::{Reason, Target, text::RawSession};

use crate::harness::{Harness, SocketState, URL, fixed, puppet::Puppet};
use crate::{millis, secs};

fn provided() -> Harness {
    Harness::to(Endpoint::Provided, Config::default(), Box::new(RawSession))
}

fn target() -> Target {
    Target {
        subprotocols: vec!["v12.stomp".into()],
        ..Target::new(URL)
    }
}
