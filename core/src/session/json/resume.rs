//! Asking for what was missed: on a new link the server speaks first, then we ask, and only then does what is queued go out.

use std::time::Duration;

use crate::json::Value;

use crate::session::{Action, Actions};
use crate::time::Instant;

/// How long the server's first words, and all that was missed, may hold back the opening. A connection that is not open after ten
/// seconds is given up.
const READY_WITHIN: Duration = Duration::from_secs(8);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Phase {
    /// Nothing is waited for.
    #[default]
    Idle,
    /// The server's first words say whether it still has the log.
    Greeting,
    /// It was asked what came after the last line that we know.
    Asked,
}

/// What is waited for on one link.
#[derive(Debug, Default)]
pub(super) struct Resume {
    phase: Phase,
    until: Option<Instant>,
    /// The server was asked on this link, whether or not its answer is still waited for.
    was_asked: bool,
    /// But for this, the connection would be open for the app.
    ready: bool,
    recovered: bool,
}

impl Resume {
    /// A new link, to a server of which a log is known, or not.
    pub(super) fn begin(&mut self, knows_log: bool) {
        let phase = match knows_log {
            true => Phase::Greeting,
            false => Phase::Idle,
        };
        *self = Self {
            phase,
            ..Self::default()
        };
    }

    pub(super) fn open(&mut self, now: Instant) {
        let waits = self.is_waiting();
        self.until = waits.then_some(now + READY_WITHIN);
    }

    /// Whether the server may yet tell what was missed.
    pub(super) fn is_waiting(&self) -> bool {
        self.phase != Phase::Idle
    }

    /// Whether the server tells what was missed.
    pub(super) fn is_asked(&self) -> bool {
        self.phase == Phase::Asked
    }

    /// Whether what the server says of what was missed is an answer to us.
    pub(super) fn was_asked(&self) -> bool {
        self.was_asked
    }

    /// Whether nothing was missed between the last link and this one, or all of it was told.
    pub(super) fn recovered(&self) -> bool {
        self.recovered
    }

    /// Asks for what came after this line.
    pub(super) fn ask(&mut self, log: &str, after: u64, now: Instant, out: &mut Actions) {
        let log = Value::from(log);
        let frame = format!(r#"{{"type":"resume","log":{log},"after":{after}}}"#);
        out.push(Action::Transmit(frame.into()));
        self.phase = Phase::Asked;
        self.was_asked = true;
        self.until.get_or_insert(now + READY_WITHIN);
    }

    /// Holds the opening back while something is waited for.
    pub(super) fn hold_ready(&mut self, out: &mut Actions) {
        if self.is_waiting() {
            self.hold(out);
        }
    }

    #[inline(never)]
    fn hold(&mut self, out: &mut Actions) {
        let before = out.0.len();
        out.0.retain(|action| *action != Action::Ready);
        self.ready |= out.0.len() < before;
    }

    /// Nothing is waited for any more: what was missed was told, or never will be.
    pub(super) fn finish(&mut self, recovered: bool, out: &mut Actions) {
        self.phase = Phase::Idle;
        self.until = None;
        self.recovered = recovered;
        if std::mem::take(&mut self.ready) {
            out.push(Action::Ready);
        }
    }

    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        self.until
    }
}
