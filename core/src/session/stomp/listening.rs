//! The destinations that the session itself subscribes to: all at once, and one by one after a link that ended over them.
//!
//! Brokers end the link over a destination that is not there, or not for us, and do not say which one they mean: RabbitMQ says no more
//! than "STOMP died", and may not get round to the receipts of those before.

use super::{SUBSCRIBED, StompSession};
use crate::session::{Action, Actions, ChannelState, Reason};
use crate::time::Instant;
use crate::wire::stomp::{AckMode, Frame};

/// So many links in a row may end over the only one: a broker that was just started may not have it yet.
const MOST_OVER_ONE: u8 = 3;

/// The destinations, and how far this link has come with them.
#[derive(Debug)]
pub(super) struct Listening {
    names: Vec<String>,
    /// How many have been asked for on this link.
    asked: usize,
    /// They are asked for one by one.
    alone: bool,
    /// How many links in a row have ended before all of them were there.
    ended: u8,
}

impl Listening {
    pub(super) fn new(names: Vec<String>) -> Self {
        Self {
            names,
            asked: 0,
            alone: false,
            ended: 0,
        }
    }

    pub(super) fn contains(&self, name: &str) -> bool {
        self.names.iter().any(|own| own == name)
    }

    /// Whether this link has reason to wait for each answer.
    pub(super) fn is_careful(&self) -> bool {
        self.ended > 0
    }

    /// A new link.
    fn begin(&mut self) {
        (self.asked, self.alone) = (0, self.is_careful());
    }

    pub(super) fn all_asked(&self) -> bool {
        self.asked == self.names.len()
    }

    /// Whether a message of this subscription shows that the last one that was asked for is there.
    pub(super) fn is_shown_by(&self, subscription: Option<&str>) -> bool {
        let last = self.asked.checked_sub(1).map(|last| last.to_string());
        !self.alone || subscription.is_none() || subscription == last.as_deref()
    }

    /// The link has ended while they were awaited. Gives the one that is to blame, unless it is the only one: `named` says that the
    /// last one was.
    fn end(&mut self, named: bool) -> Option<String> {
        self.ended += 1;
        let last = self.asked.checked_sub(1)?;
        if self.names.len() < 2 || !(self.alone || named) {
            return None;
        }
        self.ended = 0;
        Some(self.names.remove(last))
    }
}

impl StompSession {
    /// CONNECTED has come.
    pub(super) fn subscribe(&mut self, now: Instant, out: &mut Actions) {
        self.listening.begin();
        self.ask_for_destinations(now, out);
    }

    fn ask_for_destinations(&mut self, now: Instant, out: &mut Actions) {
        let Listening { asked, alone, .. } = self.listening;
        let all = self.listening.names.len();
        let end = if alone { asked + 1 } else { all };
        for place in asked..end {
            let name = &self.listening.names[place];
            let frame = Frame::subscribe(&place.to_string(), name, AckMode::Auto);
            let mut frame = frame.with(&self.headers.subscribe);
            // A broker handles frames in order: the last one's receipt stands for all.
            if place + 1 == end {
                frame = frame.receipt(SUBSCRIBED);
            }
            if let Err(reason) = self.transmit(&frame, out) {
                out.push(Action::Stop(reason));
            }
        }
        self.listening.asked = end;
        self.link.opening.subscribe(now, alone);
    }

    /// The server shows that the subscriptions that were asked for are there.
    pub(super) fn subscribed(&mut self, now: Instant, out: &mut Actions) {
        if self.link.opening.is_subscribed() {
            self.go_on(now, out);
        }
    }

    /// Those that were asked for are there, as far as one can know.
    pub(super) fn go_on(&mut self, now: Instant, out: &mut Actions) {
        if !self.listening.all_asked() {
            return self.ask_for_destinations(now, out);
        }
        self.listening.ended = 0;
        self.ask_for_channels(now, out);
        self.say_hello(now, out);
    }

    /// A server that confirms nothing in time: all that are left at once, and none is blamed.
    pub(super) fn stop_waiting_for_each(&mut self) {
        self.listening.alone = false;
    }

    /// The server has ended the link, or refuses a subscription that it does not name. Returns whether its subscriptions were
    /// awaited, and what follows is said.
    pub(super) fn end_over_destinations(
        &mut self,
        named: bool,
        why: &Reason,
        out: &mut Actions,
    ) -> bool {
        if !self.link.opening.awaits_subscriptions() {
            return false;
        }
        if let Some(name) = self.listening.end(named) {
            out.push(Action::Hint(Reason::NotJoined(name.clone())));
            let refused = ChannelState::Refused(why.clone());
            out.push(Action::Channel(name, refused));
        } else if self.listening.ended >= MOST_OVER_ONE && self.listening.names.len() == 1 {
            self.listening.ended = 0;
            out.push(Action::Stop(why.clone()));
        }
        true
    }
}
