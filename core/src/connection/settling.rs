//! When a message that nobody proves has arrived, as far as one can know.

use std::time::Duration;

use super::Connection;
use super::timers::Timer;
use crate::time::Instant;

/// How often the page looks at what is on its way: whether the socket's buffer has let it go, and whether it slept meanwhile.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// The first look: by then a good link has let it go.
const FIRST_LOOK: Duration = Duration::from_millis(50);

impl Connection {
    /// What happens now, happens in a page that runs; what was due before tells whether it slept.
    pub(super) fn wake(&mut self, now: Instant) {
        let due = self.poll_timeout();
        let slept = self.awake.see(now, due);
        self.distrust_after(slept, now);
    }

    /// The server was heard. What left this page long enough before has arrived, unless the server says so in better ways.
    pub(super) fn settle_by_hearing(&mut self) {
        if !self.proves_or_answers() {
            let settled = self.outbox.settle(self.awake.now());
            self.tell_settled(settled);
        }
    }

    /// Whether this server shows what it has read: by a proof of each message, or by the answers to heartbeats.
    fn proves_or_answers(&self) -> bool {
        let answers = self.attempt.as_ref().is_some_and(|at| at.answers);
        answers || self.session.proves()
    }

    /// Notes which messages the socket's own buffer has let go: time counts for them from now on.
    pub(super) fn note_left(&mut self) {
        if let Some(attempt) = &self.attempt {
            let gone = attempt.handed_over.saturating_sub(attempt.buffered);
            self.outbox.note_left(gone, self.awake.now());
        }
    }

    /// Looks again soon while something is on its way: no frame of the server need come meanwhile.
    pub(super) fn watch_unsettled(&mut self, now: Instant) {
        let watch = self.state.is_open()
            && self.timers.get(Timer::Settle).is_none()
            && !self.proves_or_answers()
            && self.outbox.is_unsettled(self.awake.now());
        if watch {
            let first = self.outbox.sent_last_at() == Some(now);
            let after = if first { FIRST_LOOK } else { LOOK_EVERY };
            self.timers.set(Timer::Settle, now + after);
        }
    }
}
