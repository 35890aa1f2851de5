//! Pure: one logical connection across many sockets. It decides everything and touches nothing.
//!
//! Feed it an [`Input`] and the time, then do every [`Output`] of [`Connection::poll_output`], then set one timer to
//! [`Connection::poll_timeout`]. One input, drain everything, next input. It never reads a clock: when a timer fires late,
//! only the time that is handed in counts.

mod backoff;
mod close;
mod config;
mod event;
mod outbox;
mod state;
mod timers;
mod url;

use std::collections::VecDeque;
use std::time::Duration;

pub use close::{CloseError, ClosePolicy, ClosedReason, Disconnect, Verdict};
pub use config::{Config, Endpoint, Resend};
pub use event::{
    Delivery, Event, Failure, Input, Output, ResolveError, SendError, SocketError, SocketId,
};
pub use state::{ReadyState, State};
pub use url::{ServerUrl, UrlError};

use crate::session::{
    Action, Actions, CloseEvent, MessageId, Outgoing, Session, Target,
};
use crate::time::Instant;
use crate::wire::Message;
use backoff::Backoff;
use outbox::Outbox;
use timers::{Timer, Timers};

/// A deadline that is found more than this late grants the same again: the answer may wait behind the late timer.
const LATE: Duration = Duration::from_secs(1);
/// Page events that come this soon after a probe (visible, resumed and online come together) make no second one.
const PROBE_ONCE_IN: Duration = Duration::from_secs(1);
/// Heartbeats are no closer together than this, whatever a session or an app asks for.
const MIN_HEARTBEAT: Duration = Duration::from_millis(100);
/// How often a full socket buffer is looked at.
const DRAIN_EVERY: Duration = Duration::from_millis(50);
/// The most sent messages whose proof is waited for.
const MAX_UNPROVED: usize = 10_000;

/// One logical connection; see the module's text.
pub struct Connection {
    config: Config,
    session: Box<dyn Session>,
    protocol: String,
    state: State,
    /// The attempt at hand.
    socket: Option<SocketId>,
    /// Whether its socket was asked for and has not closed: one at a time, however often a provider answers.
    socket_asked: bool,
    last_socket: u64,
    last_attempt: Option<Instant>,
    timers: Timers,
    backoff: Backoff,
    outbox: Outbox,
    ids: fastrand::Rng,
    online: bool,
    /// Whether it was told that being offline holds the attempts back.
    told_offline: bool,
    loopback: bool,
    /// Bytes in the socket's own buffer, as last told, and what was sent since.
    buffered: usize,
    /// When the heartbeat that is not answered yet was sent.
    heartbeat_sent: Option<Instant>,
    /// It was open before, so that a further opening may leave a gap.
    was_open: bool,
    /// Why the server refused the app's credentials, for the app that refreshes them; and whether it did.
    refused: Option<String>,
    refreshed: bool,
    last_probe: Option<Instant>,
    outputs: VecDeque<Output>,
}

impl Connection {
    /// A connection that is idle. `seed` decides the jitter and the ids of messages: take it from a good source, so that
    /// ids are unique over all clients.
    #[must_use]
    pub fn new(config: Config, session: Box<dyn Session>, seed: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        Self {
            backoff: Backoff::new(
                config.min_reconnect_delay,
                config.max_reconnect_delay,
                random.u64(..),
            ),
            ids: random,
            loopback: is_loopback(&config.endpoint),
            protocol: session.protocol().to_owned(),
            config,
            session,
            state: State::Idle,
            socket: None,
            socket_asked: false,
            last_socket: 0,
            last_attempt: None,
            timers: Timers::default(),
            outbox: Outbox::default(),
            online: true,
            told_offline: false,
            buffered: 0,
            heartbeat_sent: None,
            was_open: false,
            refused: None,
            refreshed: false,
            last_probe: None,
            outputs: VecDeque::new(),
        }
    }

    /// Where the connection stands.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The name of the protocol in use; `auto` until it is known.
    #[must_use]
    pub fn protocol(&self) -> &str {
        &self.protocol
    }

    /// How many messages wait for the link, and how many bytes they have.
    #[must_use]
    pub fn queued(&self) -> (usize, usize) {
        self.outbox.queued()
    }

    /// What the driver has to do next.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When [`Input::Timeout`] is due; `None` while nothing is awaited.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        let session = self.socket.and_then(|_| self.session.poll_timeout());
        self.timers.next().into_iter().chain(session).min()
    }

    /// Takes a message to send: now, or when the link is there.
    ///
    /// # Errors
    /// [`SendError`]; nothing was queued then.
    pub fn send(&mut self, outgoing: Outgoing, now: Instant) -> Result<MessageId, SendError> {
        let id = self.new_id();
        self.send_as(id, outgoing, now)?;
        Ok(id)
    }

    /// A fresh id, for [`Connection::send_as`].
    pub fn new_id(&mut self) -> MessageId {
        MessageId(self.ids.u128(..))
    }

    /// Takes a message under an id that it already has: one that failed, to be sent again. Receivers that know ids show it
    /// once.
    ///
    /// # Errors
    /// [`SendError`]; nothing was queued then.
    pub fn send_as(
        &mut self,
        id: MessageId,
        outgoing: Outgoing,
        now: Instant,
    ) -> Result<(), SendError> {
        let len = outgoing.body.len();
        let limit = self.config.max_outgoing;
        if len > limit {
            return Err(SendError::TooLarge { len, limit });
        }
        if matches!(self.state, State::Closing | State::Closed { .. }) {
            return Err(SendError::Closed);
        }
        if self.must_wait() && self.is_full(len) {
            return Err(SendError::Full);
        }
        if !self.outbox.contains(id) {
            self.outbox.push(id, outgoing);
            self.tell_delivery(id, Delivery::Queued);
            self.flush(now);
        }
        Ok(())
    }

    /// Whether a message would wait here, not go out at once.
    fn must_wait(&self) -> bool {
        !self.state.is_open() || self.buffered >= self.config.high_water
    }

    fn is_full(&self, len: usize) -> bool {
        let (queued, bytes) = self.outbox.queued();
        queued >= self.config.max_queued || bytes + len > self.config.max_queued_bytes
    }

    /// Closes the connection. Nothing but [`Input::Open`] opens it again. What is queued stays queued.
    ///
    /// # Errors
    /// [`CloseError`]: the browser would refuse this code or this reason; nothing was closed.
    pub fn close(&mut self, code: u16, reason: &str, now: Instant) -> Result<(), CloseError> {
        close::check(code, reason)?;
        match (&self.state, self.socket) {
            (State::Handshaking | State::Open, Some(socket)) => {
                self.session_does(now, |session, out| session.goodbye(out));
                self.timers.clear_all();
                self.timers.set(Timer::Close, now + self.config.close_timeout);
                self.outputs.push_back(Output::CloseSocket {
                    socket,
                    code,
                    reason: reason.to_owned(),
                });
                self.enter(State::Closing);
            }
            (State::Closing | State::Closed { .. }, _) => {}
            _ => self.end(ClosedReason::App),
        }
        Ok(())
    }

    /// Takes in what happened.
    pub fn handle_input(&mut self, input: Input, now: Instant) {
        match input {
            Input::Open => self.open(now),
            Input::RetryNow => self.retry_now(now),
            Input::Timeout => self.handle_timeout(now),
            Input::Online(online) => self.handle_online(online, now),
            Input::Resumed => self.handle_resumed(now),
            Input::Resolved { socket, target } => {
                if self.is_current(socket) && !self.socket_asked {
                    self.handle_resolved(target, now);
                }
            }
            Input::Fetched { socket, answer } => {
                if self.is_current(socket) && !self.socket_asked {
                    self.session_does(now, |session, out| session.handle_fetched(answer, out));
                }
            }
            Input::SocketOpened {
                socket,
                subprotocol,
            } => {
                if self.is_current(socket) && self.state == State::Connecting {
                    self.enter(State::Handshaking);
                    self.session_does(now, |session, out| {
                        session.handle_open(&subprotocol, now, out);
                    });
                }
            }
            Input::SocketMessage { socket, message } => {
                if self.is_current(socket) {
                    self.handle_message(message, now);
                }
            }
            Input::SocketClosed { socket, close } => {
                if self.is_current(socket) {
                    self.handle_closed(&close, now);
                }
            }
            Input::SocketFailed { socket, error } => {
                if self.is_current(socket) {
                    self.handle_failed(error, now);
                }
            }
            Input::Buffered { socket, bytes } => {
                if self.is_current(socket) {
                    self.handle_buffered(bytes, now);
                }
            }
        }
        self.flush(now);
    }

    fn is_current(&self, socket: SocketId) -> bool {
        self.socket == Some(socket)
    }

    // ---- attempts ----

    fn open(&mut self, now: Instant) {
        match self.state {
            State::Idle | State::Closed { .. } | State::Closing => {
                self.abandon();
                self.doubt();
                self.backoff.reset();
                self.attempt(now);
            }
            State::Waiting { .. } => self.retry_now(now),
            State::Connecting | State::Handshaking | State::Open => {}
        }
    }

    fn retry_now(&mut self, now: Instant) {
        if matches!(self.state, State::Waiting { .. }) {
            self.attempt(now);
        }
    }

    fn attempt(&mut self, now: Instant) {
        self.timers.clear_all();
        if !self.online && !self.loopback {
            if !std::mem::replace(&mut self.told_offline, true) {
                self.tell(Event::Disconnected(Disconnect::Offline));
            }
            return self.wait(self.config.max_reconnect_delay, now);
        }
        self.told_offline = false;
        self.last_socket += 1;
        let socket = SocketId(self.last_socket);
        self.socket = Some(socket);
        self.socket_asked = false;
        self.last_attempt = Some(now);
        self.buffered = 0;
        self.heartbeat_sent = None;
        self.last_probe = None;
        self.timers.set(Timer::Connect, now + self.config.connect_timeout);
        self.enter(State::Connecting);
        match self.config.endpoint.clone() {
            Endpoint::Fixed(target) => self.begin(&target, now),
            Endpoint::Provided => {
                let refused = self.refused.take();
                self.outputs.push_back(Output::Resolve { socket, refused });
            }
        }
    }

    fn handle_resolved(&mut self, target: Result<Target, ResolveError>, now: Instant) {
        match target {
            Ok(target) => self.begin(&target, now),
            Err(ResolveError::Retry(reason)) => self.lose(Disconnect::Unprepared(reason), now),
            Err(ResolveError::GiveUp(reason)) => self.end(ClosedReason::Rejected(reason)),
        }
    }

    fn begin(&mut self, target: &Target, now: Instant) {
        match ServerUrl::parse(&target.url) {
            Ok(url) => {
                self.loopback = url.is_loopback();
                let target = Target {
                    url: url.as_str().to_owned(),
                    ..target.clone()
                };
                self.session_does(now, |session, out| session.begin(&target, out));
            }
            Err(error) => self.end(ClosedReason::BadUrl(error)),
        }
    }

    /// The link is gone, and worth another attempt, unless the app has closed it.
    fn lose(&mut self, why: Disconnect, now: Instant) {
        if self.state == State::Closing {
            return self.end(ClosedReason::App);
        }
        // The timer itself may be late; the clock counts.
        if self.timers.get(Timer::Stable).is_some_and(|at| at <= now) {
            self.backoff.reset();
        }
        self.abandon();
        self.doubt();
        self.tell(Event::Disconnected(why.clone()));
        let delay = self.backoff.next_delay();
        match self.config.max_attempts {
            Some(max) if self.backoff.failures() >= max => {
                self.end(ClosedReason::OutOfAttempts(Box::new(why)));
            }
            _ => self.wait(delay, now),
        }
    }

    fn wait(&mut self, delay: Duration, now: Instant) {
        let until = now + delay;
        self.timers.set(Timer::Retry, until);
        self.enter(State::Waiting { until });
    }

    /// The server refused us. Where the app provides the credentials, it may refresh them once; else it is over.
    fn refuse(&mut self, reason: ClosedReason, now: Instant) {
        if self.config.endpoint == Endpoint::Provided && !self.refreshed {
            self.refreshed = true;
            self.refused = Some(reason.to_string());
            self.lose(Disconnect::Session(reason.to_string()), now);
        } else {
            self.end(reason);
        }
    }

    /// It is over, until the app opens it.
    fn end(&mut self, reason: ClosedReason) {
        self.abandon();
        self.doubt();
        let reason = match self.state {
            State::Closing => ClosedReason::App,
            _ => reason,
        };
        self.enter(State::Closed { reason });
    }

    /// Lets go of the attempt at hand: no handler, no timer, no waiting for its end.
    fn abandon(&mut self) {
        self.timers.clear_all();
        if let Some(socket) = self.socket.take() {
            self.outputs.push_back(Output::AbandonSocket { socket });
        }
    }

    /// What becomes of messages that were sent and not proved when the link goes.
    fn doubt(&mut self) {
        let again = match self.config.resend {
            Resend::Never => false,
            Resend::Recognised => self.session.echoes_ids(),
            Resend::Always => true,
        };
        if again {
            for id in self.outbox.requeue_doubtful() {
                self.tell_delivery(id, Delivery::Queued);
            }
        } else {
            for id in self.outbox.take_doubtful() {
                self.tell_delivery(id, Delivery::Failed(Failure::Unconfirmed));
            }
        }
    }

    // ---- the socket speaks ----

    fn handle_message(&mut self, message: Message, now: Instant) {
        self.timers.clear(Timer::Answer);
        if !self.session.proves() {
            self.outbox.settle(now);
        }
        if message.len() > self.config.max_incoming {
            let reason = format!(
                "a message of {} bytes is over the limit of {}",
                message.len(),
                self.config.max_incoming
            );
            let message = Message::Text(String::new());
            self.tell(Event::Unreadable { reason, message });
        } else {
            self.session_does(now, |session, out| session.handle_message(message, now, out));
        }
        self.watch_silence(now);
    }

    fn handle_closed(&mut self, close: &CloseEvent, now: Instant) {
        let attempt = self.socket;
        if self.state == State::Closing {
            if close.was_clean {
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
            && self.outputs.range(outputs..).any(|output| {
                matches!(output, Output::OpenSocket { .. } | Output::Fetch { .. })
            });
        if self.socket == attempt && !another_way {
            self.judge(close, now);
        }
    }

    /// The connection has ended: is it worth another attempt?
    fn judge(&mut self, close: &CloseEvent, now: Instant) {
        let opened = self.state != State::Connecting;
        if opened && self.config.close_policy.judge(close) == Verdict::Stop {
            self.refuse(ClosedReason::Server(close.clone()), now);
        } else if opened {
            self.lose(Disconnect::Closed(close.clone()), now);
        } else {
            self.lose(Disconnect::Refused, now);
        }
    }

    fn handle_failed(&mut self, error: SocketError, now: Instant) {
        self.socket = None;
        match error {
            SocketError::Syntax(_) => self.end(ClosedReason::BadUrl(UrlError::Invalid)),
            SocketError::Security(reason) => self.end(ClosedReason::Forbidden(reason)),
            SocketError::Other(reason) => self.lose(Disconnect::Session(reason), now),
        }
    }

    // ---- the session speaks ----

    /// Lets the session act, then does what it asks for.
    fn session_does(&mut self, now: Instant, act: impl FnOnce(&mut dyn Session, &mut Actions)) {
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

    fn obey(&mut self, action: Action, now: Instant) {
        let Some(socket) = self.socket else { return };
        match action {
            Action::Open(target) => {
                let connecting = self.state == State::Connecting;
                if connecting && !std::mem::replace(&mut self.socket_asked, true) {
                    self.outputs.push_back(Output::OpenSocket { socket, target });
                }
            }
            Action::Fetch(url) => {
                self.socket_asked = false;
                self.outputs.push_back(Output::Fetch { socket, url });
            }
            Action::Transmit(message) => {
                if matches!(self.state, State::Handshaking | State::Open) {
                    self.buffered += message.len();
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
                if let Some(sent) = self.heartbeat_sent.take() {
                    self.tell(Event::Latency(now - sent));
                }
            }
            Action::Unreadable(reason, message) => self.tell(Event::Unreadable { reason, message }),
            Action::Closed(close) => self.judge(&close, now),
            Action::Reconnect(reason) => self.lose(Disconnect::Session(reason), now),
            Action::Stop(reason) => self.refuse(ClosedReason::Rejected(reason), now),
        }
    }

    fn ready(&mut self, now: Instant) {
        if self.state != State::Handshaking {
            return;
        }
        self.timers.clear(Timer::Connect);
        self.timers.set(Timer::Stable, now + self.config.stable_after);
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

    fn notice_protocol(&mut self) {
        if self.session.protocol() != self.protocol {
            self.protocol = self.session.protocol().to_owned();
            self.tell(Event::Protocol(self.protocol.clone()));
        }
    }

    // ---- is it alive? ----

    fn beat(&mut self, now: Instant) {
        if self.session.liveness(self.config.heartbeat).send_every.is_none() {
            return;
        }
        let answers = self.send_heartbeat(now);
        if self.state != State::Open {
            return;
        }
        // Asked again: a session may have wanted only this one so soon.
        let liveness = self.session.liveness(self.config.heartbeat);
        if let Some(send_every) = liveness.send_every {
            self.timers.set(Timer::Heartbeat, now + send_every.max(MIN_HEARTBEAT));
        }
        if let (true, Some(within)) = (answers, liveness.answer_within) {
            self.expect_answer(now + within);
        }
    }

    fn send_heartbeat(&mut self, now: Instant) -> bool {
        let id = self.new_id();
        let mut answers = false;
        self.session_does(now, |session, out| answers = session.heartbeat(id, now, out));
        // Answers come in order, from a server that answers; from another, an older heartbeat says nothing.
        if !answers || self.heartbeat_sent.is_none() {
            self.heartbeat_sent = Some(now);
        }
        answers
    }

    /// What the socket's buffer holds by now. While it drains the link is alive, and the heartbeat may still stand in it.
    fn handle_buffered(&mut self, bytes: usize, now: Instant) {
        let drains = bytes > 0 && bytes < self.buffered;
        self.buffered = bytes;
        let within = self.session.liveness(self.config.heartbeat).answer_within;
        if let (true, Some(within), Some(_)) = (drains, within, self.timers.get(Timer::Answer)) {
            self.timers.set(Timer::Answer, now + within);
        }
    }

    fn expect_answer(&mut self, at: Instant) {
        let sooner = self.timers.get(Timer::Answer).is_none_or(|old| at < old);
        if sooner {
            self.timers.set(Timer::Answer, at);
        }
    }

    /// Something arrived, or the connection just opened: the time of silence starts anew.
    fn watch_silence(&mut self, now: Instant) {
        if self.state != State::Open {
            return;
        }
        let liveness = self.session.liveness(self.config.heartbeat);
        match liveness.silence_limit {
            Some(limit) => self.timers.set(Timer::Silence, now + limit),
            None => self.timers.clear(Timer::Silence),
        }
        if let Some(send_every) = liveness.send_every {
            // The session may want the next one sooner, by what it has learned.
            let at = now + send_every;
            if self.timers.get(Timer::Heartbeat).is_none_or(|old| at < old) {
                self.timers.set(Timer::Heartbeat, at);
            }
        }
    }

    fn handle_resumed(&mut self, now: Instant) {
        match self.state {
            State::Open => self.probe(now),
            State::Waiting { .. } => {
                let rested = self.last_attempt.is_none_or(|at| {
                    now - at >= self.config.min_reconnect_delay
                });
                if rested {
                    self.attempt(now);
                }
            }
            _ => {}
        }
    }

    /// The page slept, or the network changed: ask whether the link still lives, with a short deadline.
    fn probe(&mut self, now: Instant) {
        if self.last_probe.is_some_and(|last| now - last < PROBE_ONCE_IN) {
            return;
        }
        self.last_probe = Some(now);
        let liveness = self.session.liveness(self.config.heartbeat);
        if liveness.send_every.is_some() && self.send_heartbeat(now) {
            self.expect_answer(now + self.config.probe_within);
        }
    }

    fn handle_online(&mut self, online: bool, now: Instant) {
        self.online = online;
        if online {
            self.handle_resumed(now);
        }
    }

    // ---- time ----

    fn handle_timeout(&mut self, now: Instant) {
        while let Some((timer, at)) = self.timers.pop_due(now) {
            let judges = matches!(timer, Timer::Connect | Timer::Answer | Timer::Silence);
            let late = judges && now - at > LATE;
            if !late || !self.timers.grant_grace(timer, now + LATE) {
                self.handle_timer(timer, now);
            }
        }
        if self.socket.is_some() && self.session.poll_timeout().is_some_and(|at| at <= now) {
            self.session_does(now, |session, out| session.handle_timeout(now, out));
        }
    }

    fn handle_timer(&mut self, timer: Timer, now: Instant) {
        match timer {
            Timer::Connect => self.lose(Disconnect::ConnectTimeout, now),
            Timer::Retry => self.attempt(now),
            Timer::Stable => self.backoff.reset(),
            Timer::Close => self.end(ClosedReason::App),
            Timer::Heartbeat => self.beat(now),
            Timer::Answer | Timer::Silence => self.lose(Disconnect::Silent, now),
            // The flush that follows each input looks at what the driver said of the buffer.
            Timer::Drain => {}
        }
    }

    // ---- sending ----

    /// Sends what waits, in order, as long as the link takes it.
    fn flush(&mut self, now: Instant) {
        while self.state == State::Open {
            if self.buffered >= self.config.high_water {
                // Not set anew while it runs, or a busy server would postpone the look at the buffer for ever.
                if self.outbox.queued().0 > 0 && self.timers.get(Timer::Drain).is_none() {
                    self.timers.set(Timer::Drain, now + DRAIN_EVERY);
                }
                return;
            }
            let Some((id, outgoing)) = self.outbox.next(now) else {
                return;
            };
            self.outbox.forget_unproved(MAX_UNPROVED, self.config.max_queued_bytes);
            self.session_does(now, |session, out| session.send(id, outgoing, now, out));
            // Not when the session would not have it, or the link broke over it.
            if self.outbox.is_sent(id) {
                self.tell_delivery(id, Delivery::Sent);
            }
        }
    }

    // ---- telling ----

    fn enter(&mut self, state: State) {
        if self.state != state {
            self.state = state.clone();
            self.tell(Event::State(state));
        }
    }

    fn tell_delivery(&mut self, id: MessageId, delivery: Delivery) {
        self.tell(Event::Delivery { id, delivery });
    }

    fn tell(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }
}

fn is_loopback(endpoint: &Endpoint) -> bool {
    match endpoint {
        Endpoint::Fixed(target) => {
            ServerUrl::parse(&target.url).is_ok_and(|url| url.is_loopback())
        }
        Endpoint::Provided => false,
    }
}
