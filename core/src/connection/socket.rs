//! What the socket says, and what the session makes of it: its wishes, obeyed one by one.

use super::timers::Timer;
use super::{
    ClosedReason, Closer, Connection, Delivery, Disconnect, Event, Failure, Output, SocketError,
    SocketEvent, SocketId, State, UrlError, Verdict,
};
use crate::session::{Action, Actions, CloseEvent, MessageId, Reason, Session};
use crate::time::Instant;
use crate::wire::Message;

impl Connection {
    /// Takes in what happens to the attempt at hand.
    pub(super) fn handle_socket(&mut self, event: SocketEvent, now: Instant) {
        match event {
            SocketEvent::Resolved(target) => {
                if !self.has_socket() {
                    self.handle_resolved(target, now);
                }
            }
            SocketEvent::Fetched(answer) => {
                if !self.has_socket() {
                    self.session_does(now, |session, out| session.handle_fetched(answer, out));
                }
            }
            SocketEvent::Loaded(loaded) => {
                self.session_does(now, |session, out| session.handle_loaded(loaded, now, out));
            }
            SocketEvent::Opened { subprotocol } => {
                if matches!(self.state, State::Connecting) {
                    self.note_heard(now);
                    self.enter(State::Handshaking);
                    self.session_does(now, |session, out| {
                        session.handle_open(&subprotocol, now, out);
                    });
                }
            }
            SocketEvent::Message(message) => self.handle_message(message, now),
            SocketEvent::Closing => self.handle_closing(now),
            SocketEvent::Closed(close) => self.handle_closed(&close, now),
            SocketEvent::Failed(error) => self.handle_failed(error, now),
            SocketEvent::Buffered(bytes) => self.handle_buffered(bytes, now),
        }
    }

    fn note_heard(&mut self, now: Instant) {
        if let Some(attempt) = &mut self.attempt {
            attempt.heard = Some(now);
        }
    }

    fn has_socket(&self) -> bool {
        self.attempt
            .as_ref()
            .is_some_and(|attempt| attempt.socket_asked)
    }

    fn socket(&self) -> Option<SocketId> {
        self.attempt.as_ref().map(|attempt| attempt.socket)
    }

    fn handle_message(&mut self, message: Message, now: Instant) {
        self.timers.clear(Timer::Answer);
        self.note_heard(now);
        self.settle_by_hearing();
        if message.len() > self.config.max_incoming {
            let reason = Reason::TooLarge {
                len: message.len(),
                limit: self.config.max_incoming,
            };
            // Its content is not kept: that is what the bound is for.
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
    #[inline(never)]
    fn handle_closing(&mut self, now: Instant) {
        if matches!(self.state, State::Handshaking | State::Open) {
            let stable = self.timers.get(Timer::Stable);
            self.await_close(now);
            // Its time goes on: the link was good.
            if let Some(at) = stable {
                self.timers.set(Timer::Stable, at);
            }
            self.enter(State::Closing { by: Closer::Server });
        }
    }

    pub(super) fn handle_closed(&mut self, close: &CloseEvent, now: Instant) {
        if matches!(self.state, State::CLOSING) {
            return self.handle_own_close(close);
        }
        let socket = self.socket();
        // The session may know another way, within this attempt.
        if let Some(attempt) = &mut self.attempt {
            attempt.socket_asked = false;
        }
        let outputs = self.outputs.len();
        self.session_does(now, |session, out| session.handle_close(close, out));
        let is_way = |output: &Output| {
            matches!(
                output,
                Output::OpenSocket { .. } | Output::Fetch { .. } | Output::Load { .. }
            )
        };
        let another_way =
            matches!(self.state, State::Connecting) && self.outputs.range(outputs..).any(is_way);
        if self.socket() == socket && !another_way {
            self.judge(close, now);
        }
    }

    #[inline(never)]
    fn handle_own_close(&mut self, close: &CloseEvent) {
        let code = self.attempt.take().and_then(|attempt| attempt.closing_code);
        // Our own close confirmed: all before it was read. A server that says another code closed by itself at the same
        // time, and one that proves each message has not proved these.
        if close.was_clean && code == Some(close.code) && !self.session.proves() {
            let settled = self.outbox.take_sent();
            self.tell_settled(settled);
        }
        self.end(ClosedReason::App);
    }

    /// The connection has ended: is it worth another attempt?
    pub(super) fn judge(&mut self, close: &CloseEvent, now: Instant) {
        let opened = !matches!(self.state, State::Connecting);
        if opened && self.config.close_policy.judge(close) == Verdict::Stop {
            self.refuse(ClosedReason::Server(close.clone()), now);
        } else if opened {
            self.lose(Disconnect::Closed(close.clone()), now);
        } else {
            // A socket that never opened ends with 1006 whatever was wrong: browsers hide the reason from the page.
            self.lose(Disconnect::Refused, now);
        }
    }

    #[inline(never)]
    pub(super) fn handle_failed(&mut self, error: SocketError, now: Instant) {
        self.attempt = None;
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
        let socket = self.socket();
        let mut actions = Actions::default();
        act(self.session.as_mut(), &mut actions);
        self.obey_all(socket, actions, now);
    }

    /// Apart from what the session is asked, so that it stands once in the code.
    fn obey_all(&mut self, socket: Option<SocketId>, mut actions: Actions, now: Instant) {
        self.notice_protocol();
        while let Some(action) = actions.pop() {
            // What is asked of a link that is gone is not done.
            if self.socket() != socket {
                break;
            }
            self.obey(action, now);
        }
    }

    pub(super) fn obey(&mut self, action: Action, now: Instant) {
        let Some(attempt) = &mut self.attempt else {
            return;
        };
        let socket = attempt.socket;
        match action {
            Action::Open(target) => {
                if matches!(self.state, State::Connecting) && attempt.needs_socket() {
                    let open = Output::OpenSocket { socket, target };
                    self.outputs.push_back(open);
                }
            }
            Action::Fetch(url) => {
                // A session that fetches looks for another way, and may ask for another socket.
                attempt.socket_asked = false;
                self.outputs.push_back(Output::Fetch { socket, url });
            }
            Action::Load => self.outputs.push_back(Output::Load { socket }),
            Action::Transmit(message) => {
                if matches!(self.state, State::Handshaking | State::Open) {
                    attempt.hand_over(message.len(), now);
                    self.outputs.push_back(Output::Send { socket, message });
                }
            }
            Action::Ready => self.ready(now),
            Action::Deliver(incoming) => self.tell(Event::Message(incoming)),
            Action::Channel(name, state) => self.tell(Event::Channel { name, state }),
            Action::Reply(id, reply) => self.tell(Event::Reply { id, reply }),
            Action::Delivered(id) => self.settle(id, Delivery::Delivered),
            Action::Echoed(id) => self.settle(id, Delivery::Echoed),
            Action::Failed(id, reason) => {
                self.settle(id, Delivery::Failed(Failure::Refused(reason)));
            }
            Action::Gap => self.tell(Event::Gap),
            Action::Answered => self.answered(now),
            Action::Unreadable(reason, message) => self.tell(Event::Unreadable { reason, message }),
            Action::Hint(reason) => self.tell(Event::Hint(reason)),
            Action::Closed(close) => self.judge(&close, now),
            Action::Reconnect(reason) => self.lose(Disconnect::Session(reason), now),
            Action::Stop(reason) => self.refuse(ClosedReason::Rejected(reason), now),
        }
    }

    /// The session knows what became of a message.
    fn settle(&mut self, id: MessageId, delivery: Delivery) {
        self.outbox.remove(id);
        self.tell_delivery(id, delivery);
    }

    /// The server has answered a heartbeat.
    #[inline(never)]
    fn answered(&mut self, now: Instant) {
        let Some(attempt) = &mut self.attempt else {
            return;
        };
        // The last answer may come after heartbeats were turned off: no further one will.
        let liveness = self.session.liveness(self.config.heartbeat);
        let answers = liveness.send_every.is_some();
        // From the second answer on, it is known which heartbeat is answered.
        let known = std::mem::replace(&mut attempt.answers, answers);
        let latency = attempt.heartbeat_sent.take().map(|sent| now - sent);
        // It may have been long on its way: what was sent since the heartbeat that it answers need not have arrived.
        if let Some(sent) = attempt.unanswered.pop_front()
            && known
            && !self.session.proves()
        {
            let settled = self.outbox.settle_before(sent);
            self.tell_settled(settled);
        }
        if let Some(latency) = latency {
            self.tell(Event::Latency(latency));
        }
    }

    pub(super) fn ready(&mut self, now: Instant) {
        if !matches!(self.state, State::Handshaking) {
            return;
        }
        self.timers.clear(Timer::Connect);
        self.timers
            .set(Timer::Stable, now + self.config.stable_after);
        self.enter(State::Open);
        // What the app gave is good: should it expire, the app is asked for fresh ones again.
        self.credentials.refreshed = false;
        if std::mem::replace(&mut self.was_open, true) && !self.session.recovered() {
            self.tell(Event::Gap);
        }
        self.begin_to_beat(now);
        self.watch_silence(now);
        self.watch_sleep(now);
    }

    pub(super) fn notice_protocol(&mut self) {
        let spoken = self.session.protocol();
        if spoken != self.protocol {
            self.protocol = spoken;
            self.tell(Event::Protocol(self.protocol.clone()));
        }
    }
}
