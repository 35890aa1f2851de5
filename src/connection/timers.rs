//! The connection's deadlines: at most one of each kind, by construction. Data, not callbacks.

use crate::time::Instant;

/// What a deadline is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Timer {
    /// The socket is to be open and the handshake done.
    Connect,
    /// The next attempt starts.
    Retry,
    /// The connection has been open for `stable_after`.
    Stable,
    /// The closing handshake is to be done.
    Close,
    /// The next heartbeat is due.
    Heartbeat,
    /// The heartbeat is to be answered.
    Answer,
    /// Something is to have arrived.
    Silence,
    /// Look again whether the socket's buffer has drained.
    Drain,
}

const ALL: [Timer; 8] = [
    Timer::Connect,
    Timer::Retry,
    Timer::Stable,
    Timer::Close,
    Timer::Heartbeat,
    Timer::Answer,
    Timer::Silence,
    Timer::Drain,
];

#[derive(Debug, Default)]
pub(super) struct Timers([Option<Instant>; ALL.len()]);

impl Timers {
    pub(super) fn set(&mut self, timer: Timer, at: Instant) {
        self.0[timer as usize] = Some(at);
    }

    pub(super) fn clear(&mut self, timer: Timer) {
        self.0[timer as usize] = None;
    }

    pub(super) fn clear_all(&mut self) {
        *self = Self::default();
    }

    pub(super) fn get(&self, timer: Timer) -> Option<Instant> {
        self.0[timer as usize]
    }

    /// The earliest deadline.
    pub(super) fn next(&self) -> Option<Instant> {
        self.0.iter().flatten().min().copied()
    }

    /// Takes the earliest of the deadlines that have come, with its time.
    pub(super) fn pop_due(&mut self, now: Instant) -> Option<(Timer, Instant)> {
        let (timer, at) = ALL
            .into_iter()
            .filter_map(|timer| Some((timer, self.get(timer)?)))
            .filter(|(_, at)| *at <= now)
            .min_by_key(|(_, at)| *at)?;
        self.clear(timer);
        Some((timer, at))
    }
}
