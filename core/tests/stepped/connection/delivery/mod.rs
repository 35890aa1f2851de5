//! Rules 10 to 12: the outbox, the fate of each message, frames that cannot be read.

mod fates;
mod frames;
mod outbox;
mod resending;

use leptos_chat_core::connection::{
    Config, Delivery, Event, Failure, Input, Resend, SendError, SendOptions,
};
use leptos_chat_core::session::{HeartbeatSetting, MessageId, Outgoing, Reason, json::JsonSession};
use leptos_chat_core::wire::Message;

use crate::harness::{Harness, puppet::Puppet};
use crate::{millis, secs};

const UNCONFIRMED: Delivery = Delivery::Failed(Failure::Unconfirmed);

/// A harness with a puppet, without a heartbeat.
fn puppet(config: Config) -> Harness {
    Harness::new(
        Config {
            heartbeat: HeartbeatSetting::Off,
            ..config
        },
        Puppet::default(),
    )
}

fn reconnect(harness: &mut Harness) {
    harness.advance_to_timer();
    harness.accept();
}
