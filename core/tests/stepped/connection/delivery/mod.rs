//! Rules 10 to 12: the outbox, the fate of each message, frames that cannot be read.

mod fates;
mod frames;
mod outbox;
mod resending;

use leptos_chat_core::connection::{Config, Delivery, Event, Failure, Input, Resend, SendError};
use leptos_chat_core::session::{HeartbeatSetting, MessageId, Outgoing, Reason, json::JsonSession};
use leptos_chat_core::wire::Message;

use crate::world::{URL, World, puppet::Puppet};
use crate::{millis, secs};

const UNCONFIRMED: Delivery = Delivery::Failed(Failure::Unconfirmed);

/// A puppet world without a heartbeat.
fn puppet(config: Config) -> World {
    World::new(
        Config {
            heartbeat: HeartbeatSetting::Off,
            ..config
        },
        Puppet::default(),
    )
}

fn reconnect(world: &mut World) {
    world.advance_to_timer();
    world.accept();
}
