//! The loop that runs a [`Connection`]: one input, drain everything, next input; then one timer. The same in a browser and in
//! the tests, over a [`Host`].
//!
//! A subscriber may call back from within an event; what it causes waits its turn in the inbox.

mod burst;
mod unseen;

use std::collections::VecDeque;
use std::task::Poll;
use std::time::Duration;

use crate::connection::{
    CloseError, Connection, Delivery, Failure, Input, Output, Reshape, SendError, SendOptions,
    SocketEvent,
};
use crate::json::Value;
use crate::session::{Channel, MessageId, Outgoing, RequestId, Session};
use crate::time::Instant;
use burst::{Arrival, Burst};
pub use unseen::SocketView;
use unseen::{find_silent_end, look};

/// What is longer, in bytes, waits for nothing: it would take up memory, and costs what it costs.
const SHORT: usize = 4096;

/// A connection with its inbox. A [`Host`] keeps it.
pub struct Driver {
    /// The connection. Look at it freely; to act, call the [`Host`]'s methods, which do what follows.
    pub connection: Connection,
    /// What came, and when, if it has waited since: the page may have slept meanwhile.
    inbox: VecDeque<(Input, Option<Instant>)>,
    /// When something was done last.
    latest: Instant,
    burst: Burst,
    /// The loop runs: who calls from within it only adds to the inbox.
    running: bool,
    /// What the host's timer is set to.
    armed: Option<Instant>,
    phase: Phase,
}

/// Whether it still works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Running,
    /// It says goodbye, and does what was asked for before.
    Stopping,
    Stopped,
}

impl Driver {
    /// A driver at rest.
    #[must_use]
    pub fn new(connection: Connection) -> Self {
        Self {
            connection,
            inbox: VecDeque::new(),
            latest: Instant::START,
            burst: Burst::default(),
            running: false,
            armed: None,
            phase: Phase::Running,
        }
    }

    /// Adds an input whose turn comes when the loop runs: what became of an [`Output`] at once.
    pub fn push(&mut self, input: Input) {
        self.inbox.push_back((input, None));
    }

    /// Whether the loop runs, and a call comes from within it.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.running
    }

    /// Whether it was stopped. It does nothing more then.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.phase != Phase::Running
    }

    /// What is known of an own message, as [`Connection::fate`] has it; nothing is awaited once this has stopped.
    #[must_use]
    pub fn fate(&self, id: MessageId) -> Option<Poll<Delivery>> {
        let fate = self.connection.fate(id)?;
        if fate.is_ready() || self.phase != Phase::Stopped {
            return Some(fate);
        }
        let pending = self.connection.pending().find(|one| one.id == id)?;
        let failure = match pending.delivery {
            Delivery::Queued => Failure::Interrupted,
            _ => Failure::Unconfirmed,
        };
        Some(Poll::Ready(Delivery::Failed(failure)))
    }

    /// What to set the timer to, where that has changed.
    fn rearm(&mut self) -> Option<Option<Instant>> {
        let timers = self.connection.poll_timeout().into_iter();
        let due = timers.chain(self.burst.due()).min();
        (std::mem::replace(&mut self.armed, due) != due).then_some(due)
    }
}

/// The place a [`Driver`] runs in. The required methods are what the place can do; the provided ones are the loop.
///
/// None of the required methods may keep the driver borrowed while it calls an app: the app may call back.
pub trait Host {
    /// Lends the driver that this host keeps.
    fn driver<T>(&mut self, act: impl FnOnce(&mut Driver) -> T) -> T;

    /// The monotonic time.
    fn now(&self) -> Instant;

    /// The socket at hand, if there is one.
    fn socket(&self) -> Option<SocketView>;

    /// Whether a timer fires in time. A browser lets those of a hidden page wait.
    fn is_prompt(&self) -> bool;

    /// Does what the connection asks for. What fails at once goes to [`Driver::push`].
    fn perform(&mut self, output: Output);

    /// Sets the only timer, which calls [`Host::timer_fired`]; `None` takes it off. It may fire late, and never early.
    fn set_timer(&mut self, at: Option<Instant>);

    /// The driver has stopped, and all that it asked for is done: lets go of socket, timer and listeners.
    fn release(&mut self);

    /// Hands an input to the connection and does what follows.
    fn feed(&mut self, input: Input) {
        if self.driver(|driver| driver.is_stopped()) {
            return;
        }
        if input == Input::Resumed {
            find_silent_end(self);
        }
        match await_others(self, &input) {
            Arrival::Taken => {
                look(self);
                self.driver(|driver| driver.push(input));
                self.run();
            }
            Arrival::Waits { since, first } => {
                self.driver(|driver| driver.inbox.push_back((input, Some(since))));
                if first {
                    rest(self);
                }
            }
        }
    }

    /// Takes all that has happened, before an app decides by what it knows. It may stop the driver as it hears of that.
    fn catch_up(&mut self) {
        if look(self) || self.driver(|driver| !driver.inbox.is_empty()) {
            self.run();
        }
    }

    /// The id of the next message; see [`Connection::new_id`]. What waits is taken before: what an app says as it hears of it has
    /// the earlier id, and goes first.
    fn new_id(&mut self, time_of_day: Duration) -> MessageId {
        self.catch_up();
        self.driver(|driver| driver.connection.new_id(time_of_day))
    }

    /// Sends a message under an id of [`Host::new_id`], as these options say; their own id counts for nothing here.
    /// `accepted` is called once it is known that the message is, and before anything is told of it.
    ///
    /// # Errors
    /// [`SendError`], and the message; nothing was queued then.
    fn send(
        &mut self,
        id: MessageId,
        outgoing: Outgoing,
        options: &SendOptions,
        accepted: impl FnOnce(&mut Self),
    ) -> Result<(), (SendError, Outgoing)> {
        self.catch_up();
        if self.driver(|driver| driver.is_stopped()) {
            return Err((SendError::Closed, outgoing));
        }
        if let Err(why) = self.driver(|driver| driver.connection.accepts(&outgoing, options)) {
            return Err((why, outgoing));
        }
        accepted(self);
        let now = now(self);
        let sent = self.driver(|driver| driver.connection.send(id, outgoing, options, now));
        debug_assert!(sent.is_ok(), "what is accepted is sent");
        self.run();
        Ok(())
    }

    /// Takes back a message that waits for the link. Returns whether it still did.
    fn cancel(&mut self, id: MessageId) -> bool {
        self.catch_up();
        let cancelled = self.driver(|driver| driver.connection.cancel(id));
        self.run();
        cancelled
    }

    /// Answers what the server has asked. Returns whether it went out.
    fn answer(&mut self, request: RequestId, answer: Vec<Value>) -> bool {
        act(self, |it, now| it.answer(request, answer, now)).unwrap_or(false)
    }

    /// Joins a channel; see [`Connection::join`].
    fn join(&mut self, channel: Channel) -> bool {
        act(self, |it, now| it.join(channel, now)).unwrap_or(false)
    }

    /// Leaves a channel; see [`Connection::leave_channel`].
    fn leave_channel(&mut self, name: &str) -> bool {
        act(self, |it, now| it.leave_channel(name, now)).unwrap_or(false)
    }

    /// Goes to another address, with a session that knows nothing of the old one; see [`Connection::move_to`].
    fn move_to(&mut self, url: &str, to: &Reshape, session: Box<dyn Session>) {
        act(self, |it, now| it.move_to(url, to, session, now));
    }

    /// Closes the connection.
    ///
    /// # Errors
    /// [`CloseError`]; nothing was closed then.
    fn close(&mut self, code: u16, reason: &str) -> Result<(), CloseError> {
        act(self, |it, now| it.close(code, reason, now)).unwrap_or(Ok(()))
    }

    /// The timer of [`Host::set_timer`] has fired.
    fn timer_fired(&mut self) {
        self.driver(|driver| {
            driver.armed = None;
            driver.burst.timer_fired();
        });
        self.feed(Input::Timeout);
    }

    /// Ends it for good. What was accepted before still goes out where it can, and the server is told goodbye.
    fn stop(&mut self) {
        self.catch_up();
        let now = now(self);
        self.driver(|driver| {
            driver.phase = Phase::Stopping;
            let closed = driver.connection.close(1000, "", now);
            debug_assert!(closed.is_ok(), "1000 without a reason is always allowed");
        });
        self.run();
    }

    /// Drains outputs, then takes the next input, until there is neither; then sets the timer.
    fn run(&mut self) {
        if self.driver(|driver| std::mem::replace(&mut driver.running, true)) {
            return;
        }
        drain(self);
        while let Some((input, since)) = self.driver(|driver| driver.inbox.pop_front()) {
            take(self, input, since);
        }
        self.driver(|driver| {
            driver.burst.taken();
            driver.running = false;
        });
        rest(self);
    }
}

/// Does all that the connection asks for.
fn drain(host: &mut (impl Host + ?Sized)) {
    while let Some(output) = host.driver(|driver| driver.connection.poll_output()) {
        host.perform(output);
    }
}

/// Takes an input as of when it came, if it has waited since; but for the connection no time goes back.
fn take(host: &mut (impl Host + ?Sized), input: Input, since: Option<Instant>) {
    let at = match since {
        Some(since) => host.driver(|driver| driver.latest).max(since),
        None => now(host),
    };
    host.driver(|driver| {
        driver.latest = at;
        driver.connection.handle_input(input, at);
    });
    drain(host);
}

/// The time at which something is done.
fn now(host: &mut (impl Host + ?Sized)) -> Instant {
    let now = host.now();
    host.driver(|driver| driver.latest = now);
    now
}

/// Whether it waits for those behind it: a short message in a burst. What else happens is taken now, and all that waits before it.
#[inline(never)]
fn await_others(host: &mut (impl Host + ?Sized), input: &Input) -> Arrival {
    let event = match input {
        Input::Socket { event, .. } => Some(event),
        _ => None,
    };
    let is_short = matches!(event, Some(SocketEvent::Message(message)) if message.len() <= SHORT);
    if !is_short || host.driver(|driver| driver.running) {
        return Arrival::Taken;
    }
    let now = host.now();
    let arrival = host.driver(|driver| driver.burst.arrived(now));
    if matches!(arrival, Arrival::Waits { first: true, .. }) && !host.is_prompt() {
        host.driver(|driver| driver.burst.timer_fired());
        return Arrival::Taken;
    }
    arrival
}

/// Does to the connection what an app asks for, and what follows; `None` where it has stopped.
fn act<T>(
    host: &mut (impl Host + ?Sized),
    act: impl FnOnce(&mut Connection, Instant) -> T,
) -> Option<T> {
    host.catch_up();
    if host.driver(|driver| driver.is_stopped()) {
        return None;
    }
    let now = now(host);
    let done = host.driver(|driver| act(&mut driver.connection, now));
    host.run();
    Some(done)
}

/// Nothing is left to do: sets the timer, or lets go of everything.
fn rest(host: &mut (impl Host + ?Sized)) {
    match host.driver(|driver| driver.phase) {
        Phase::Running => {
            if let Some(due) = host.driver(Driver::rearm) {
                host.set_timer(due);
            }
        }
        Phase::Stopping => {
            host.driver(|driver| {
                driver.phase = Phase::Stopped;
                driver.inbox.clear();
            });
            host.release();
        }
        Phase::Stopped => {}
    }
}
