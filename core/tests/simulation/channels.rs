//! A channel beside the chat, which the apps join and leave while they run: a STOMP destination, or a namespace of Socket.IO. The
//! server grants it always, and says a line of its own there.

use std::time::Duration;

use leptos_chat_core::session::{Channel, ChannelState, Incoming};
use leptos_chat_core::time::Instant;

use crate::simulation::Simulation;

/// STOMP's destination, and Socket.IO's namespace.
pub const DESTINATION: &str = "/topic/side";
const NAMESPACE: &str = "/side";
const LINE: &str = "aside";
/// A line that may be a history's may be held back until the next attempt, or until a hidden page's timer fires.
const HELD_BACK: Duration = Duration::from_secs(90);

impl Simulation {
    fn channel(&self) -> &'static str {
        match self.setup.kind.is_socketio() {
            true => NAMESPACE,
            false => DESTINATION,
        }
    }

    pub fn set_channel(&mut self, c: usize, state: Option<ChannelState>) -> Option<ChannelState> {
        let before = std::mem::replace(&mut self.clients[c].channel, state);
        if before == Some(ChannelState::Joined) {
            self.clients[c].joined_until = Some(self.now);
        }
        before
    }

    pub fn app_joins(&mut self, c: usize) {
        let before = self.set_channel(c, Some(ChannelState::Joining));
        if !self.join(c, Channel::new(self.channel())) {
            // No such protocol, or nobody knows yet which it is.
            self.clients[c].channel = before;
        }
    }

    pub fn app_leaves(&mut self, c: usize) {
        let is_there = self.clients[c].channel.is_some();
        let left = self.leave_channel(c, self.channel());
        if left != is_there {
            self.fail("13", format!("client {c} leaves, which gave {left}"));
        }
        self.set_channel(c, None);
    }

    /// Rule 13: the states of a channel follow each other, and the server has granted it where it is joined.
    pub fn judge_channel(&mut self, c: usize, state: &ChannelState) {
        use ChannelState::{Joined, Joining, Left, Refused};
        let before = &self.clients[c].channel;
        let legal = match (before, state) {
            (Some(Joining), Joined) => true,
            // Joined anew, or the link is another.
            (Some(Joining | Joined), Joining) => true,
            (Some(_), Left) => true,
            // A broker's end may look like its answer. Socket.IO names what it refuses.
            (Some(Joining | Joined), Refused(_)) => self.setup.kind.is_stomp(),
            _ => false,
        };
        if !legal {
            let what = format!("client {c}'s channel goes from {before:?} to {state:?}");
            return self.fail("13", what);
        }
        let refused = matches!(state, Refused(_));
        self.stats.channels_refused += u64::from(refused);
        self.stats.channels_joined += u64::from(*state == Joined);
        let wanted = Some(state.clone()).filter(|_| !refused && *state != Left);
        self.set_channel(c, wanted);
    }

    /// Rule 13: who has not joined it hears nothing of it, but for what a session had held back.
    pub fn judge_aside(&mut self, c: usize, incoming: &Incoming) {
        let aside = incoming.body.as_text().is_some_and(|text| text == LINE);
        let client = &self.clients[c];
        let just = |until: Instant| self.now - until.max(client.woke) <= HELD_BACK;
        let joined = client.channel == Some(ChannelState::Joined);
        if aside && !joined && !client.joined_until.is_some_and(just) {
            let state = client.channel.clone();
            self.fail(
                "13",
                format!("client {c} hears a channel that is {state:?}"),
            );
        }
    }

    /// Rule 13, at the end: each is joined where its app wants it, and nowhere else.
    pub fn check_channels(&mut self) {
        for c in 0..self.clients.len() {
            let wanted = self.clients[c].channel.clone();
            let granted = self.clients[c]
                .link
                .is_some_and(|l| self.links[l].peer.aside.is_some());
            let right = match &wanted {
                None => !granted,
                Some(state) => *state == ChannelState::Joined && granted,
            };
            if !right && self.violation.is_none() {
                let what = format!("client {c}'s channel is {wanted:?}; granted: {granted}");
                self.fail("13", what);
            }
        }
    }

    // ---- the server ----

    /// The server grants the channel under this name of the subscription.
    pub fn grants_aside(&mut self, l: usize, subscription: &str) {
        let before = self.links[l].peer.aside.replace(subscription.to_owned());
        if before.is_some() {
            return self.fail("13", format!("{l} joins the channel twice"));
        }
        if self.setup.kind.is_socketio() {
            self.say(l, format!(r#"40{NAMESPACE},{{"sid":"aside"}}"#).into());
            self.say(l, format!(r#"42{NAMESPACE},["news","{LINE}"]"#).into());
        } else {
            let frame = format!(
                "MESSAGE\nsubscription:{subscription}\ndestination:{DESTINATION}\nmessage-id:side\n\n{LINE}\0"
            );
            self.say(l, frame.into());
        }
    }

    /// What a client says of another namespace.
    pub fn sio_hears_aside(&mut self, l: usize, text: &str) {
        match &text[..2] {
            "40" => self.grants_aside(l, NAMESPACE),
            "41" if self.links[l].peer.aside.take().is_none() => {
                self.fail("13", format!("{l} leaves what it has not joined"));
            }
            _ => {}
        }
    }
}
