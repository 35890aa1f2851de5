//! Sending what waits, in order, as long as the link takes it.

use std::time::Duration;

use super::timers::Timer;
use super::{Connection, Delivery, State};
use crate::time::Instant;

/// How often a full socket buffer is looked at.
const DRAIN_EVERY: Duration = Duration::from_millis(50);
/// The most sent messages whose proof is waited for.
const MAX_UNPROVED: usize = 10_000;

impl Connection {
    /// Sends what waits, in order, as long as the link takes it.
    pub(super) fn flush(&mut self, now: Instant) {
        while self.state == State::Open && !self.ending {
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
            self.outbox
                .forget_unproved(MAX_UNPROVED, self.config.max_queued_bytes);
            self.session_does(now, |session, out| session.send(id, outgoing, now, out));
            // Not when the session would not have it, or the link broke over it.
            if self.outbox.is_sent(id) {
                self.tell_delivery(id, Delivery::Sent);
            }
        }
    }
}
