//! Pure: one logical connection across many sockets. It decides everything and touches nothing.
//!
//! Feed it an [`Input`] and the time, then do every [`Output`] of [`Connection::poll_output`], then set one timer to
//! [`Connection::poll_timeout`]. One input, drain everything, next input. It never reads a clock: when a timer fires late,
//! only the time that is handed in counts.

mod attempt;
mod backoff;
mod close;
mod config;
mod event;
mod flush;
mod hear;
mod life;
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

use crate::session::{CloseEvent, MessageId, Outgoing, Session, Spoken};
use crate::shape::Preview;
use crate::time::Instant;
use backoff::Backoff;
use outbox::Outbox;
use timers::{Timer, Timers};

/// A deadline that is found more than this late: the page stood still, and the answer may wait behind the late timer.
const LATE: Duration = Duration::from_millis(50);
/// What a late deadline grants before it judges.
const GRACE: Duration = Duration::from_secs(1);

/// One logical connection; see the module's text.
pub struct Connection {
    config: Config,
    session: Box<dyn Session>,
    protocol: Spoken,
    state: State,
    /// The attempt at hand.
    socket: Option<SocketId>,
    /// Whether its socket was asked for and has not closed: one at a time, however often a provider answers.
    socket_asked: bool,
    last_socket: u64,
    /// The server has begun to close the socket: nothing more goes out.
    ending: bool,
    /// The code that the app closes with.
    closing_code: u16,
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
    /// Bytes sent after the heartbeat whose answer is awaited.
    behind_heartbeat: usize,
    /// When the heartbeat that is not answered yet was sent.
    heartbeat_sent: Option<Instant>,
    /// This server is known to answer heartbeats.
    answers: bool,
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
            protocol: session.protocol(),
            config,
            session,
            state: State::Idle,
            socket: None,
            socket_asked: false,
            ending: false,
            last_socket: 0,
            closing_code: 0,
            last_attempt: None,
            timers: Timers::default(),
            outbox: Outbox::default(),
            online: true,
            told_offline: false,
            buffered: 0,
            behind_heartbeat: 0,
            heartbeat_sent: None,
            answers: false,
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

    /// The protocol in use; [`Protocol::Auto`](crate::session::Protocol::Auto) until it is known.
    #[must_use]
    pub fn protocol(&self) -> &Spoken {
        &self.protocol
    }

    /// What would go out for this text, with secrets hidden; `None` while that is not known, or where there is nothing to tell.
    #[must_use]
    pub fn preview(&self, text: &str) -> Option<Preview> {
        self.session.preview(text)
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
        !self.state.is_open() || self.ending || self.buffered >= self.config.high_water
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
                self.timers
                    .set(Timer::Close, now + self.config.close_timeout);
                self.closing_code = code;
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
            Input::SocketClosing { socket } => {
                if self.is_current(socket) {
                    self.handle_closing(now);
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

    // ---- time ----

    fn handle_timeout(&mut self, now: Instant) {
        // One deadline found late shows that the page stood still, and then all of them are.
        let late = self.timers.next().is_some_and(|at| now - at > LATE);
        while let Some((timer, _)) = self.timers.pop_due(now) {
            let judges = matches!(timer, Timer::Connect | Timer::Answer | Timer::Silence);
            let spared = late && judges && self.timers.grant_grace(timer, now + GRACE);
            if !spared {
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
            Timer::Close if self.state == State::Closing => self.end(ClosedReason::App),
            Timer::Close => self.lose(Disconnect::Closed(CloseEvent::abnormal()), now),
            Timer::Heartbeat => self.beat(now),
            Timer::Answer | Timer::Silence => self.lose(Disconnect::Silent, now),
            // The flush that follows each input looks at what the driver said of the buffer.
            Timer::Drain => {}
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
        Endpoint::Fixed(target) => ServerUrl::parse(&target.url).is_ok_and(|url| url.is_loopback()),
        Endpoint::Provided => false,
    }
}
