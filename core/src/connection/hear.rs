//! What the socket says, and what the session makes of it.

use super::timers::Timer;
use super::{
    ClosedReason, Connection, Delivery, Disconnect, Event, Failure, Output, SocketError, State,
    UrlError, Verdict,
};
use crate::session::{Action, Actions, CloseEvent, Reason, Session};
use crate::time::Instant;
use crate::wire::Message;

impl Connection {
    pub(super) fn handle_message(&mut self, message: Message, now: Instant) {
        self.timers.clear(Timer::Answer);
        // A server that answers heartbeats says by that what it has read.
        if !self.session.proves() && !self.answers {
            self.outbox.settle(now);
        }
        if message.len() > self.config.max_incoming {
            let reason = Reason::TooLarge {
                len: message.len(),
                limit: self.config.max_incoming,
            };
            let message = Message::Text(String::new());
            self.tell(Event::Unreadable { reason, message });
        } else {
            self.session_does(now, |session, out| {
                session.handle_message(message, now, out)
            });
        }
        self.watch_silence(now);
        self.beat_if_due(now);
    }

    /// The server closes the link: what is sent now would vanish, so it waits for the next one. Why, the close event says; it
    /// may be long in coming.
    pub(super) fn handle_closing(&mut self, now: Instant) {
        if self.ending || !matches!(self.state, State::Handshaking | State::Open) {
            return;
        }
        self.ending = true;
        for timer in [
            Timer::Connect,
            Timer::Heartbeat,
            Timer::Answer,
            Timer::Silence,
            Timer::Drain,
        ] {
            self.timers.clear(timer);
        }
        self.timers
            .set(Timer::Close, now + self.config.close_timeout);
    }

    pub(super) fn handle_closed(&mut self, close: &CloseEvent, now: Instant) {
        let attempt = self.socket;
        if self.state == State::Closing {
            // Our own close confirmed: all before it was read. A server that says another code closed by itself at the same
            // time, and one that proves each message has not proved these.
            let confirmed = close.was_clean && close.code == self.closing_code && !self.ending;
            if confirmed && !self.session.proves() {
                self.outbox.settle_all();
            }
            self.socket = None;
            return self.end(ClosedReason::App);
        }
        // The session may know another way, within this attempt.
        self.socket_asked = false;
        let outputs = self.outputs.len();
        self.session_does(now, |session, out| session.handle_close(close, out));
        let another_way = self.state == State::Connecting
            && self
                .outputs
                .range(outputs..)
                .any(|output| matches!(output, Output::OpenSocket { .. } | Output::Fetch { .. }));
        if self.socket == attempt && !another_way {
            self.judge(close, now);
        }
    }

    /// The connection has ended: is it worth another attempt?
    pub(super) fn judge(&mut self, close: &CloseEvent, now: Instant) {
        let opened = self.state != State::Connecting;
        if opened && self.config.close_policy.judge(close) == Verdict::Stop {
            self.refuse(ClosedReason::Server(close.clone()), now);
        } else if opened {
            self.lose(Disconnect::Closed(close.clone()), now);
        } else {
            self.lose(Disconnect::Refused, now);
        }
    }

    pub(super) fn handle_failed(&mut self, error: SocketError, now: Instant) {
        self.socket = None;
        match error {
            SocketError::Syntax(_) => self.end(ClosedReason::BadUrl(UrlError::Invalid)),
            SocketError::Security(reason) => self.end(ClosedReason::Forbidden(reason)),
            SocketError::Other(reason) => {
                self.lose(Disconnect::Session(Reason::Browser(reason)), now)
            }
        }
    }

    /// Lets the session act, then does what it asks for.
    pub(super) fn session_does(
        &mut self,
        now: Instant,
        act: impl FnOnce(&mut dyn Session, &mut Actions),
    ) {
        let attempt = self.socket;
        let mut actions = Actions::default();
        act(self.session.as_mut(), &mut actions);
        self.notice_protocol();
        while let Some(action) = actions.pop() {
            // What is asked of a link that is gone is not done.
            if self.socket != attempt {
                break;
            }
            self.obey(action, now);
        }
    }

    pub(super) fn obey(&mut self, action: Action, now: Instant) {
        let Some(socket) = self.socket else { return };
        match action {
            Action::Open(target) => {
                let connecting = self.state == State::Connecting;
                if connecting && !std::mem::replace(&mut self.socket_asked, true) {
                    self.outputs
                        .push_back(Output::OpenSocket { socket, target });
                }
            }
            Action::Fetch(url) => {
                self.socket_asked = false;
                self.outputs.push_back(Output::Fetch { socket, url });
            }
            Action::Transmit(message) => {
                if matches!(self.state, State::Handshaking | State::Open) && !self.ending {
                    self.buffered += message.len();
                    self.behind_heartbeat += message.len();
                    self.outputs.push_back(Output::Send { socket, message });
                }
            }
            Action::Ready => self.ready(now),
            Action::Deliver(incoming) => self.tell(Event::Message(incoming)),
            Action::Delivered(id) => {
                self.outbox.remove(id);
                self.tell_delivery(id, Delivery::Delivered);
            }
            Action::Failed(id, reason) => {
                self.outbox.remove(id);
                self.tell_delivery(id, Delivery::Failed(Failure::Refused(reason)));
            }
            Action::Answered => {
                // From the second answer on, it is known which heartbeat is answered.
                let known = std::mem::replace(&mut self.answers, true);
                if let Some(sent) = self.heartbeat_sent.take() {
                    if known && !self.session.proves() {
                        self.outbox.settle_before(sent);
                    }
                    self.tell(Event::Latency(now - sent));
                }
            }
            Action::Unreadable(reason, message) => self.tell(Event::Unreadable { reason, message }),
            Action::Closed(close) => self.judge(&close, now),
            Action::Reconnect(reason) => self.lose(Disconnect::Session(reason), now),
            Action::Stop(reason) => self.refuse(ClosedReason::Rejected(reason), now),
        }
    }

    pub(super) fn ready(&mut self, now: Instant) {
        if self.state != State::Handshaking || self.ending {
            return;
        }
        self.timers.clear(Timer::Connect);
        self.timers
            .set(Timer::Stable, now + self.config.stable_after);
        self.enter(State::Open);
        self.refreshed = false;
        if std::mem::replace(&mut self.was_open, true) && !self.session.recovered() {
            self.tell(Event::Gap);
        }
        let liveness = self.session.liveness(self.config.heartbeat);
        if let Some(send_every) = liveness.send_every {
            // Soon: its answer shows whether this server answers, so that it has a deadline from then on.
            let first = self.config.first_heartbeat.min(send_every);
            if first.is_zero() {
                self.beat(now);
            } else {
                self.timers.set(Timer::Heartbeat, now + first);
            }
        }
        self.watch_silence(now);
    }

    pub(super) fn notice_protocol(&mut self) {
        let spoken = self.session.protocol();
        if spoken != self.protocol {
            self.protocol = spoken;
            self.tell(Event::Protocol(self.protocol.clone()));
        }
    }
}
