//! Destinations that the app subscribes to while the connection runs.

use std::time::Duration;

use super::StompSession;
use crate::session::{Action, Actions, Channel, ChannelState, Reason};
use crate::time::Instant;
use crate::wire::stomp::{AckMode, Frame};

/// A server that gives no receipt for SUBSCRIBE is given this time.
const SUBSCRIBED_WITHIN: Duration = Duration::from_millis(150);

/// The destinations that the app has joined, in order.
#[derive(Debug, Default)]
pub(super) struct Channels {
    subscriptions: Vec<Subscription>,
    /// Of the last subscription: no id is used twice.
    last: u64,
    /// When the server is believed to have subscribed us to all of them.
    subscribed_by: Option<Instant>,
}

#[derive(Debug)]
struct Subscription {
    id: String,
    channel: Channel,
    joined: bool,
}

impl Channels {
    /// A new attempt: none of them is joined any more.
    pub(super) fn begin(&mut self, out: &mut Actions) {
        self.subscribed_by = None;
        for subscription in &mut self.subscriptions {
            if std::mem::take(&mut subscription.joined) {
                let name = subscription.channel.name.clone();
                out.push(Action::Channel(name, ChannelState::Joining));
            }
        }
    }

    /// The server shows that it has subscribed us under this id. Returns whether it is one of these.
    pub(super) fn is_joined(&mut self, id: &str, out: &mut Actions) -> bool {
        let mut all = self.subscriptions.iter_mut();
        let found = all.find(|subscription| subscription.id == id);
        if let Some(subscription) = found {
            subscription.join(out);
            return true;
        }
        false
    }

    /// The server refuses this subscription.
    pub(super) fn refused(&mut self, id: &str, why: &Reason, out: &mut Actions) {
        let place = self.subscriptions.iter().position(|other| other.id == id);
        if let Some(place) = place {
            let name = self.subscriptions.remove(place).channel.name;
            out.push(Action::Channel(name, ChannelState::Refused(why.clone())));
        }
    }

    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        self.subscribed_by
    }

    /// The time for receipts may be over.
    pub(super) fn handle_timeout(&mut self, now: Instant, out: &mut Actions) {
        if self.subscribed_by.take_if(|by| *by <= now).is_some() {
            for subscription in &mut self.subscriptions {
                subscription.join(out);
            }
        }
    }
}

impl Subscription {
    fn join(&mut self, out: &mut Actions) {
        if !std::mem::replace(&mut self.joined, true) {
            let name = self.channel.name.clone();
            out.push(Action::Channel(name, ChannelState::Joined));
        }
    }

    fn frame(&self) -> Frame {
        let frame = Frame::subscribe(&self.id, &self.channel.name, AckMode::Auto);
        frame.with(&self.channel.headers).receipt(&self.id)
    }
}

impl StompSession {
    pub(super) fn join_channel(
        &mut self,
        channel: Channel,
        now: Instant,
        out: &mut Actions,
    ) -> bool {
        if self.destinations.contains(&channel.name) {
            return false;
        }
        // Joined again, perhaps with other headers.
        self.leave_channel(&channel.name, out);
        self.channels.last += 1;
        let id = format!("channel-{}", self.channels.last);
        let joined = false;
        let subscription = Subscription {
            id,
            channel,
            joined,
        };
        let frame = subscription.frame();
        self.channels.subscriptions.push(subscription);
        if self.link.connected.is_some() {
            self.subscribe_to(frame, now, out);
        }
        true
    }

    pub(super) fn leave_channel(&mut self, name: &str, out: &mut Actions) -> bool {
        let all = &mut self.channels.subscriptions;
        let place = all.iter().position(|other| other.channel.name == name);
        let left = place.map(|place| all.remove(place));
        if let (Some(left), true) = (&left, self.link.connected.is_some()) {
            let frame = Frame::unsubscribe(&left.id);
            // A frame of an id alone is not too long for anybody.
            let _ = self.transmit(&frame, out);
        }
        left.is_some()
    }

    /// CONNECTED has come: all that were joined are joined again.
    pub(super) fn rejoin(&mut self, now: Instant, out: &mut Actions) {
        let all = self.channels.subscriptions.iter();
        let frames: Vec<Frame> = all.map(Subscription::frame).collect();
        for frame in frames {
            self.subscribe_to(frame, now, out);
        }
    }

    fn subscribe_to(&mut self, frame: Frame, now: Instant, out: &mut Actions) {
        let frame = frame.with(&self.headers.subscribe);
        match self.transmit(&frame, out) {
            Ok(()) => self.channels.subscribed_by = Some(now + SUBSCRIBED_WITHIN),
            Err(why) => {
                let id = frame.headers.get("id").unwrap_or_default().to_owned();
                self.channels.refused(&id, &why, out);
            }
        }
    }
}
