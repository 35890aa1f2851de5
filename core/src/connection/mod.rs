//! Pure: one logical connection across many sockets. It decides everything and touches nothing.
//!
//! Feed it an [`Input`] and the time, then do every [`Output`] of [`Connection::poll_output`], then set one timer to
//! [`Connection::poll_timeout`]. One input, drain everything, next input. It never reads a clock: when a timer fires late,
//! only the time that is handed in counts.

mod attempt;
mod attempts;
mod awake;
mod backoff;
mod blame;
mod close;
mod config;
mod event;
mod fates;
mod ids;
mod liveness;
mod moving;
mod outbox;
mod send_options;
mod sending;
mod settling;
mod silence;
mod socket;
mod state;
mod timers;
mod url;

use std::collections::VecDeque;
use std::time::Duration;

pub use close::{CloseError, ClosePolicy, ClosedReason, Disconnect, Verdict};
pub use config::{Config, Endpoint, Resend};
pub use event::{
    Delivery, Event, Failure, Input, Output, Reshape, ResolveError, SendError, SocketError,
    SocketEvent, SocketId,
};
pub use send_options::{Pending, SendOptions};
pub use state::{Closer, ReadyState, State};
pub use url::{ServerUrl, UrlError, schemed};

use crate::session::{CloseEvent, MessageId, Session, Spoken};
use crate::shape::Preview;
use crate::time::Instant;
use attempt::Attempt;
use awake::{Awake, LATE};
use backoff::Backoff;
use fates::Fates;
use ids::Ids;
use outbox::Outbox;
use silence::Silences;
use timers::{Timer, Timers};

/// What a late deadline grants before it judges.
const GRACE: Duration = Duration::from_secs(1);

/// The same for a session's timer, which is short: what it waits for comes with the page's next turn.
const SESSION_GRACE: Duration = Duration::from_millis(100);

/// One logical connection; see the module's text.
pub struct Connection {
    endpoint: Endpoint,
    config: Config,
    session: Box<dyn Session>,
    protocol: Spoken,
    state: State,
    /// The attempt at hand, with all that belongs to its socket.
    attempt: Option<Attempt>,
    last_socket: u64,
    last_attempt: Option<Instant>,
    timers: Timers,
    awake: Awake,
    backoff: Backoff,
    outbox: Outbox,
    fates: Fates,
    ids: Ids,
    network: Network,
    credentials: Credentials,
    /// The app has opened it, and not closed it since.
    wanted: bool,
    /// It was open before, so that a further opening may leave a gap.
    was_open: bool,
    /// How many errors the server reported in a row, none of them on a stable connection.
    errors: u32,
    /// How long it was silent before links ended.
    silences: Silences,
    outputs: VecDeque<Output>,
}

/// What is known of the way to the server.
#[derive(Debug)]
struct Network {
    online: bool,
    /// Whether the app was told that being offline holds the attempts back.
    told_offline: bool,
    /// The server is on this machine: being offline does not matter.
    loopback: bool,
}

/// What became of the credentials that the app provides.
#[derive(Debug, Default)]
struct Credentials {
    /// Why the server refused them: the next [`Output::Resolve`] says it.
    refused: Option<ClosedReason>,
    /// The app was asked to refresh them, and no connection was open since.
    refreshed: bool,
}

impl Connection {
    /// A connection that is idle. `seed` decides the jitter and the ids of messages: take it from a good source, so that
    /// ids are unique over all clients.
    #[must_use]
    pub fn new(
        endpoint: Endpoint,
        config: Config,
        mut session: Box<dyn Session>,
        seed: u64,
    ) -> Self {
        session.set_heartbeat(config.heartbeat);
        let mut random = fastrand::Rng::with_seed(seed);
        Self {
            backoff: Backoff::new(
                config.min_reconnect_delay,
                config.max_reconnect_delay,
                random.u64(..),
            ),
            ids: Ids::new(random),
            network: Network {
                online: true,
                told_offline: false,
                loopback: is_loopback(&endpoint),
            },
            protocol: session.protocol(),
            endpoint,
            config,
            session,
            state: State::Idle,
            attempt: None,
            last_socket: 0,
            last_attempt: None,
            timers: Timers::default(),
            awake: Awake::default(),
            outbox: Outbox::default(),
            fates: Fates::default(),
            credentials: Credentials::default(),
            wanted: false,
            was_open: false,
            errors: 0,
            silences: Silences::default(),
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

    /// When the server was heard last on the link at hand; whatever it said counts, and the opening too.
    #[must_use]
    pub fn last_heard(&self) -> Option<Instant> {
        self.attempt.as_ref()?.heard
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

    /// Bytes in the socket's own buffer, as far as is known.
    pub(crate) fn buffered(&self) -> usize {
        self.attempt.as_ref().map_or(0, |attempt| attempt.buffered)
    }

    /// What the driver has to do next.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When [`Input::Timeout`] is due; `None` while nothing is awaited.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        let timers = self.timers.next().into_iter();
        let session = self.session_timeout();
        timers.chain(session).chain(self.outbox.next_expiry()).min()
    }

    /// When the session's timer is due, its grace included.
    fn session_timeout(&self) -> Option<Instant> {
        let attempt = self.attempt.as_ref().filter(|at| at.session_began)?;
        let at = self.session.poll_timeout()?;
        let graced = attempt.session_grace.filter(|(late, _)| *late == at);
        Some(graced.map_or(at, |(_, until)| until))
    }

    /// Closes the connection. Nothing but [`Input::Open`] opens it again. What is queued stays queued.
    ///
    /// # Errors
    /// [`CloseError`]: the browser would refuse this code or this reason; nothing was closed.
    pub fn close(&mut self, code: u16, reason: &str, now: Instant) -> Result<(), CloseError> {
        close::check(code, reason)?;
        self.wanted = false;
        match self.state {
            State::Handshaking | State::Open => self.say_goodbye(code, reason, now),
            State::Closing { by: Closer::Server } => self.enter(State::CLOSING),
            State::Closing { by: Closer::App } | State::Closed { .. } => {}
            State::Idle | State::Connecting | State::Waiting { .. } => self.end(ClosedReason::App),
        }
        Ok(())
    }

    fn say_goodbye(&mut self, code: u16, reason: &str, now: Instant) {
        self.session_does(now, |session, out| session.goodbye(out));
        self.await_close(now);
        if let Some(attempt) = &mut self.attempt {
            attempt.closing_code = Some(code);
            self.outputs.push_back(Output::CloseSocket {
                socket: attempt.socket,
                code,
                reason: reason.to_owned(),
            });
        }
        self.enter(State::CLOSING);
    }

    /// The only deadline that is left is that of the closing handshake.
    fn await_close(&mut self, now: Instant) {
        self.timers.clear_all();
        self.timers
            .set(Timer::Close, now + self.config.close_timeout);
    }

    /// Takes in what happened.
    pub fn handle_input(&mut self, input: Input, now: Instant) {
        // What an older socket says changes nothing.
        if let Input::Socket { socket, .. } = &input
            && self.attempt.as_ref().is_none_or(|at| at.socket != *socket)
        {
            return;
        }
        self.wake(now);
        match input {
            Input::Open => self.open(now),
            Input::RetryNow => self.retry_now(now),
            Input::Timeout => self.handle_timeout(now),
            Input::Online(online) => self.handle_online(online, now),
            Input::Resumed => self.handle_resumed(now),
            Input::Heartbeat(setting) => self.set_heartbeat(setting, now),
            Input::Reshape(reshape) => self.reshape(&reshape, now),
            // Again: the link may just have been made anew.
            Input::Socket { socket, event } => {
                if self.attempt.as_ref().is_some_and(|at| at.socket == socket) {
                    self.handle_socket(event, now);
                }
            }
        }
        self.flush(now);
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
        if self.session_timeout().is_some_and(|at| at <= now) && !self.spare_session(now) {
            self.session_does(now, |session, out| session.handle_timeout(now, out));
        }
    }

    /// Whether the session's deadline was found late for the first time: what it waits for may wait behind the late timer.
    #[inline(never)]
    fn spare_session(&mut self, now: Instant) -> bool {
        let due = self.session_timeout();
        let (Some(at), Some(attempt)) = (self.session.poll_timeout(), &mut self.attempt) else {
            return false;
        };
        // Where it had its grace, another time counts.
        let late = due == Some(at) && now - at > LATE;
        if late {
            attempt.session_grace = Some((at, now + SESSION_GRACE));
        }
        late
    }

    fn handle_timer(&mut self, timer: Timer, now: Instant) {
        match timer {
            Timer::Connect => self.lose(Disconnect::ConnectTimeout, now),
            Timer::Retry => self.attempt(now),
            Timer::Stable => self.be_stable(),
            Timer::Close => self.lose(Disconnect::Closed(CloseEvent::abnormal()), now),
            Timer::Heartbeat => self.beat(now),
            Timer::Answer | Timer::Silence => self.lose(Disconnect::Silent, now),
            // The flush that follows each input looks at what the driver said of the buffer.
            Timer::Drain => {}
            Timer::Settle => self.note_left(),
            // That it fires in time shows that nobody slept.
            Timer::Watch => self.watch_sleep(now),
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
        if !matches!(delivery, Delivery::Queued | Delivery::Sent) {
            self.fates.remember(id, delivery.clone());
        }
        self.tell(Event::Delivery { id, delivery });
    }

    fn tell_settled(&mut self, ids: Vec<MessageId>) {
        for id in ids {
            self.fates.remember(id, Delivery::Sent);
            self.tell(Event::Settled { id });
        }
    }

    fn tell(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }
}

/// A handle may keep a connection in any thread's hands.
const _: fn() = || {
    fn is_send<T: Send>() {}
    is_send::<Connection>();
};

fn is_loopback(endpoint: &Endpoint) -> bool {
    match endpoint {
        Endpoint::Fixed(target) => ServerUrl::parse(&target.url).is_ok_and(|url| url.is_loopback()),
        Endpoint::Provided => false,
    }
}
