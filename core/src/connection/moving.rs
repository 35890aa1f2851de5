//! Another address: the connection goes there, and takes nothing along.

use super::silence::Silences;
use super::{
    Closer, Connection, Credentials, Delivery, Endpoint, Event, Failure, Output, Reshape, State,
    is_loopback,
};
use crate::address::address_of;
use crate::session::{Channel, ChannelState, Session};
use crate::time::Instant;

impl Connection {
    /// Goes to another address, with a `session` that knows nothing of the old one, and what `to` says of subprotocols and
    /// heartbeats.
    ///
    /// What waits ends as [`Failure::Moved`], which gives it back; of what was sent without proof nobody knows more. Where
    /// the app wants the connection, it connects at once; an empty URL only disconnects. What the app has closed, or not
    /// opened yet, stays so.
    pub fn move_to(&mut self, url: &str, to: &Reshape, session: Box<dyn Session>, now: Instant) {
        self.leave(now);
        self.session = session;
        if let Endpoint::Fixed(target) = &mut self.endpoint {
            url.clone_into(&mut target.url);
        }
        self.take_shape(to);
        self.network.loopback = is_loopback(&self.endpoint);
        self.credentials = Credentials::default();
        self.was_open = false;
        self.silences = Silences::default();
        self.be_stable();
        let place = address_of(url);
        self.tell(Event::Moved(place.to_owned()));
        self.notice_protocol();
        if self.wanted {
            self.attempt(now);
        }
    }

    /// Joins a channel over this connection: now or when it is open, and again after each reconnection, until it is left or the
    /// connection goes to another address. One that was joined is joined anew, with what this says. Returns whether the
    /// protocol has such channels, and this is another than the session's own.
    ///
    /// With [`Protocol::Auto`](crate::session::Protocol::Auto) there are channels once the protocol is known.
    pub fn join(&mut self, channel: Channel, now: Instant) -> bool {
        let (name, mut joins) = (channel.name.clone(), false);
        // Told first: the session may tell more at once.
        let place = self.outputs.len();
        self.session_does(now, |session, out| joins = session.join(channel, now, out));
        if joins {
            let state = ChannelState::Joining;
            let joining = super::Output::Event(Event::Channel { name, state });
            self.outputs.insert(place, joining);
        }
        joins
    }

    /// Leaves a channel that was joined. Returns whether it was.
    pub fn leave_channel(&mut self, name: &str, now: Instant) -> bool {
        let mut left = false;
        self.session_does(now, |session, out| left = session.leave(name, out));
        if left {
            let (name, state) = (name.to_owned(), ChannelState::Left);
            self.tell(Event::Channel { name, state });
        }
        left
    }

    /// Lets go of the old address, and of all that was meant for it.
    fn leave(&mut self, now: Instant) {
        if matches!(self.state, State::Handshaking | State::Open) {
            self.session_does(now, |session, out| session.goodbye(out));
            if let Some(attempt) = &self.attempt {
                self.outputs.push_back(Output::CloseSocket {
                    socket: attempt.socket,
                    code: 1000,
                    reason: String::new(),
                });
            }
        }
        self.abandon();
        for id in self.outbox.take_sent() {
            self.tell_delivery(id, Delivery::Failed(Failure::Unconfirmed));
        }
        for (id, failure) in self.outbox.take_queued() {
            self.tell_delivery(id, Delivery::Failed(failure));
        }
        if let State::Closing { by: Closer::App } = self.state {
            self.end(super::ClosedReason::App);
        }
    }
}
