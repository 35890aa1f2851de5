//! Sending: what is accepted, and how what waits goes out, in order, as long as the link takes it.

use std::task::Poll;
use std::time::Duration;

use super::blame::MOMENT;
use super::timers::Timer;
use super::{Connection, Delivery, Failure, Pending, SendError, SendOptions, State};
use crate::json::Value;
use crate::session::{MessageId, Outgoing, RequestId};
use crate::time::Instant;

/// How often a full socket buffer is looked at.
const DRAIN_EVERY: Duration = Duration::from_millis(50);
/// The most sent messages whose proof is waited for.
const MAX_UNPROVED: usize = 10_000;

impl Connection {
    /// What is known of an own message: [`Poll::Pending`] while it is on its way, then its last state. That is
    /// [`Delivery::Sent`] where the server shows that it has read it and proves no message by itself. `None`: there is no such
    /// message, or hundreds have met their fate since.
    #[must_use]
    pub fn fate(&self, id: MessageId) -> Option<Poll<Delivery>> {
        if self.outbox.contains(id) {
            return Some(Poll::Pending);
        }
        self.fates.of(id).cloned().map(Poll::Ready)
    }

    /// A fresh id, for [`Connection::send`], made at this time of day, since 1970-01-01T00:00Z. Each is greater than those before,
    /// whatever the clock says: receivers like this one put a line that arrives late before those that were written after it.
    pub fn new_id(&mut self, time_of_day: Duration) -> MessageId {
        self.ids.next(time_of_day)
    }

    /// Takes a message to send: now, or when the link is there, as these options say; their own id counts for nothing here.
    /// Under the id of one that failed it is sent again: receivers that know ids show it once.
    ///
    /// # Errors
    /// [`SendError`]; nothing was queued then.
    pub fn send(
        &mut self,
        id: MessageId,
        outgoing: Outgoing,
        options: &SendOptions,
        now: Instant,
    ) -> Result<(), SendError> {
        self.accepts(&outgoing, options)?;
        self.wake(now);
        if !self.outbox.contains(id) {
            self.expire(now);
            self.outbox.push(id, outgoing, options, now);
            self.tell_delivery(id, Delivery::Queued);
            // What goes out at once does not wait, however short its time is.
            self.send_queued(now);
            // It had to wait after all: the one before it is suspected of ending links, or the link is made anew.
            if options.volatile {
                self.take_back(id, Failure::Expired);
            }
            self.flush(now);
        }
        Ok(())
    }

    /// Takes back a message that waits for the link. Returns whether it still did; its fate is then
    /// [`Failure::Cancelled`], or [`Failure::Unconfirmed`] where it was sent over an earlier link and waits to be sent again.
    /// What was handed to the socket cannot be taken back.
    pub fn cancel(&mut self, id: MessageId) -> bool {
        self.take_back(id, Failure::Cancelled)
    }

    fn take_back(&mut self, id: MessageId, failure: Failure) -> bool {
        let failure = self.outbox.cancel(id, failure);
        let cancelled = failure.is_some();
        if let Some(failure) = failure {
            self.tell_delivery(id, Delivery::Failed(failure));
        }
        cancelled
    }

    /// Answers what the server has asked with [`Incoming::request`](crate::session::Incoming::request). Returns whether it went
    /// out: no answer goes over another link than the request.
    pub fn answer(&mut self, request: RequestId, answer: Vec<Value>, now: Instant) -> bool {
        let mut answered = false;
        if self.state.is_open() {
            self.session_does(now, |session, out| {
                answered = session.answer(request, answer, out);
            });
        }
        answered
    }

    /// The messages on their way, in order: those whose proof is awaited, then those that wait for the link.
    pub fn pending(&self) -> impl Iterator<Item = Pending> + '_ {
        self.outbox.pending()
    }

    /// Whether [`Connection::send`] would take this message now.
    ///
    /// # Errors
    /// [`SendError`]: why it would not.
    pub fn accepts(&self, outgoing: &Outgoing, options: &SendOptions) -> Result<(), SendError> {
        let len = outgoing.body.len();
        let limit = self.config.max_outgoing;
        if len > limit {
            return Err(SendError::TooLarge { len, limit });
        }
        if matches!(self.state, State::CLOSING | State::Closed { .. }) {
            return Err(SendError::Closed);
        }
        if options.volatile && (self.must_wait() || self.outbox.queued().0 > 0) {
            return Err(SendError::WouldWait);
        }
        if self.must_wait() && self.is_full(len) {
            return Err(SendError::Full);
        }
        Ok(())
    }

    /// Whether a message would wait here, not go out at once.
    fn must_wait(&self) -> bool {
        !self.state.is_open() || self.is_clogged() || self.session.holds_back()
    }

    fn is_full(&self, len: usize) -> bool {
        let (queued, bytes) = self.outbox.queued();
        queued >= self.config.max_queued || bytes + len > self.config.max_queued_bytes
    }

    /// Whether the socket's own buffer is full.
    fn is_clogged(&self) -> bool {
        self.attempt
            .as_ref()
            .is_some_and(|attempt| attempt.buffered >= self.config.high_water)
    }

    /// Sends what waits, in order, as long as the link takes it.
    pub(super) fn flush(&mut self, now: Instant) {
        self.expire(now);
        self.send_queued(now);
        self.watch_unsettled(now);
    }

    fn expire(&mut self, now: Instant) {
        for (id, failure) in self.outbox.take_expired(now) {
            self.tell_delivery(id, Delivery::Failed(failure));
        }
    }

    fn send_queued(&mut self, now: Instant) {
        // What the session holds back, its own timer lets go.
        while self.state.is_open() && !self.session.holds_back() {
            if self.is_clogged() || self.outbox.must_go_alone(self.awake.now(), MOMENT) {
                // Not set anew while it runs, or a busy server would postpone the look at the buffer for ever.
                if self.outbox.queued().0 > 0 && self.timers.get(Timer::Drain).is_none() {
                    self.timers.set(Timer::Drain, now + DRAIN_EVERY);
                }
                return;
            }
            let Some((id, outgoing)) = self.outbox.next(now) else {
                return;
            };
            self.hand_over(id, outgoing, now);
        }
    }

    #[inline(never)]
    fn hand_over(&mut self, id: MessageId, outgoing: Outgoing, now: Instant) {
        let max_bytes = self.config.max_queued_bytes;
        let forgotten = self.outbox.forget_unproved(MAX_UNPROVED, max_bytes);
        self.tell_settled(forgotten);
        self.session_does(now, |session, out| session.send(id, outgoing, now, out));
        if let Some(attempt) = &self.attempt {
            self.outbox.note_end(id, attempt.handed_over);
        }
        // Not when the session would not have it, or the link broke over it.
        if self.outbox.is_sent(id) {
            self.tell_delivery(id, Delivery::Sent);
            self.expect_return(now);
        }
    }
}
