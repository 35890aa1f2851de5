//! Destinations that the app subscribes to while the connection runs.

use super::{SUBSCRIBED_WITHIN, StompSession};
use crate::session::{Action, Actions, Channel, ChannelState, Reason};
use crate::time::Instant;
use crate::wire::stomp::{AckMode, Frame};

/// How the ids of these subscriptions begin; the session's own are numbers.
const ID: &str = "channel-";

/// The destinations that the app has joined, in order.
#[derive(Debug, Default)]
pub(super) struct Channels {
    subscriptions: Vec<Subscription>,
    /// Of the last subscription: no id is used twice.
    last: u64,
    /// When the server is believed to have subscribed us to all of them.
    subscribed_by: Option<Instant>,
    /// The broker has given a receipt for the session's own subscriptions: it gives them for all, and those are good.
    pub(super) confirms: bool,
}

#[derive(Debug)]
struct Subscription {
    id: String,
    channel: Channel,
    joined: bool,
    /// Its SUBSCRIBE has gone out on this link.
    asked: bool,
    /// The server has shown on this link that it is there.
    confirmed: bool,
    /// Nothing that went out before its SUBSCRIBE on this link awaits a receipt.
    alone: bool,
    /// How many links in a row the server has closed before it was confirmed.
    closed: u8,
}

impl Channels {
    /// A new attempt: none of them is joined any more.
    pub(super) fn begin(&mut self, out: &mut Actions) {
        self.subscribed_by = None;
        for subscription in &mut self.subscriptions {
            (
                subscription.asked,
                subscription.confirmed,
                subscription.alone,
            ) = (false, false, true);
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
            subscription.confirm(out);
            return true;
        }
        false
    }

    /// Whether this id was one of these, and is none any more.
    pub(super) fn was_left(&self, id: &str) -> bool {
        let mut all = self.subscriptions.iter();
        id.starts_with(ID) && !all.any(|subscription| subscription.id == id)
    }

    /// The server refuses the subscription that this receipt names. Returns whether it is one of these.
    pub(super) fn refuse(&mut self, receipt: &str, why: &Reason, out: &mut Actions) -> bool {
        let mut all = self.subscriptions.iter();
        let place = all.position(|subscription| subscription.id == receipt);
        place.is_some_and(|place| self.refuse_at(place, why, out))
    }

    /// An ERROR names no receipt. Returns whether it is over one of these, which is refused.
    pub(super) fn refuse_unnamed(&mut self, why: &Reason, out: &mut Actions) -> bool {
        let place = self.suspect();
        place.is_some_and(|place| self.refuse_at(place, why, out))
    }

    /// The server has closed the link. Some do so over a SUBSCRIBE without a word: after the second time it is refused.
    pub(super) fn closed(&mut self, why: &Reason, out: &mut Actions) {
        let Some(place) = self.suspect() else {
            return;
        };
        self.subscriptions[place].closed += 1;
        if self.subscriptions[place].closed > 1 {
            self.refuse_at(place, why, out);
        }
    }

    /// The subscription that an end is over, if it is over one: the oldest that is not confirmed, since a broker handles frames in
    /// order. None, where a message before it may be meant.
    fn suspect(&self) -> Option<usize> {
        let mut all = self.subscriptions.iter();
        let place = all.position(|other| other.asked && !other.confirmed)?;
        (self.confirms && self.subscriptions[place].alone).then_some(place)
    }

    fn refuse_at(&mut self, place: usize, why: &Reason, out: &mut Actions) -> bool {
        let name = self.subscriptions.remove(place).channel.name;
        out.push(Action::Channel(name, ChannelState::Refused(why.clone())));
        true
    }

    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        self.subscribed_by
    }

    /// The time for receipts may be over. Returns whether it is just over.
    pub(super) fn handle_timeout(&mut self, now: Instant, out: &mut Actions) -> bool {
        let over = self.subscribed_by.take_if(|by| *by <= now).is_some();
        for subscription in self
            .subscriptions
            .iter_mut()
            .filter(|other| over && other.asked)
        {
            subscription.join(out);
        }
        over
    }

    /// Whether one of them may have ended the last link: then each is asked for when the one before it is there.
    fn is_careful(&self) -> bool {
        self.subscriptions.iter().any(|other| other.closed > 0)
    }

    /// The next one that is to be asked for, unless another one's answer is awaited.
    fn next(&self) -> Option<usize> {
        let mut all = self.subscriptions.iter();
        if self.is_careful() && all.clone().any(|other| other.asked && !other.joined) {
            return None;
        }
        all.position(|other| !other.asked)
    }
}

impl Subscription {
    fn confirm(&mut self, out: &mut Actions) {
        (self.confirmed, self.closed) = (true, 0);
        self.join(out);
    }

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
        if self.is_own_destination(&channel.name) {
            return false;
        }
        // Joined again, perhaps with other headers.
        self.leave_channel(&channel.name, out);
        self.channels.last += 1;
        let id = format!("{ID}{}", self.channels.last);
        let subscription = Subscription {
            id,
            channel,
            joined: false,
            asked: false,
            confirmed: false,
            alone: self.link.receipts.is_empty(),
            closed: 0,
        };
        self.channels.subscriptions.push(subscription);
        if self.link.connected.is_some() {
            self.ask_for_channels(now, out);
        }
        true
    }

    pub(super) fn leave_channel(&mut self, name: &str, out: &mut Actions) -> bool {
        let all = &mut self.channels.subscriptions;
        let place = all.iter().position(|other| other.channel.name == name);
        let left = place.map(|place| all.remove(place));
        let is_there = self.link.connected.is_some() && !self.is_own_destination(name);
        if let (Some(left), true) = (&left, is_there) {
            let frame = Frame::unsubscribe(&left.id);
            // A frame of an id alone is not too long for anybody.
            let _ = self.transmit(&frame, out);
        }
        left.is_some()
    }

    /// Whether the session itself subscribes to it.
    fn is_own_destination(&self, name: &str) -> bool {
        self.listening.contains(name)
    }

    /// CONNECTED has come: all that were joined are joined again. One of them may have become the session's own.
    pub(super) fn rejoin(&mut self, now: Instant, out: &mut Actions) {
        for subscription in &mut self.channels.subscriptions {
            if self.listening.contains(&subscription.channel.name) {
                subscription.asked = true;
                subscription.confirm(out);
            }
        }
        self.ask_for_channels(now, out);
    }

    /// Subscribes to those that are not asked for yet, as far as it is their turn.
    pub(super) fn ask_for_channels(&mut self, now: Instant, out: &mut Actions) {
        let careful = self.listening.is_careful() || self.channels.is_careful();
        if careful && self.link.opening.awaits_subscriptions() {
            return;
        }
        while let Some(place) = self.channels.next() {
            let subscription = &mut self.channels.subscriptions[place];
            subscription.asked = true;
            let frame = subscription.frame();
            self.subscribe_to(frame, now, out);
        }
    }

    fn subscribe_to(&mut self, frame: Frame, now: Instant, out: &mut Actions) {
        let frame = frame.with(&self.headers.subscribe);
        match self.transmit(&frame, out) {
            Ok(()) => self.channels.subscribed_by = Some(now + SUBSCRIBED_WITHIN),
            Err(why) => {
                let id = frame.headers.get("id").unwrap_or_default().to_owned();
                self.channels.refuse(&id, &why, out);
            }
        }
    }
}
