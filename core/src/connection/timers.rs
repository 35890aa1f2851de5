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
    /// Look again at what is on its way.
    Settle,
    /// Look again whether the device slept.
    Watch,
}

const ALL: [Timer; 10] = [
    Timer::Connect,
    Timer::Retry,
    Timer::Stable,
    Timer::Close,
    Timer::Heartbeat,
    Timer::Answer,
    Timer::Silence,
    Timer::Drain,
    Timer::Settle,
    Timer::Watch,
];

#[derive(Debug, Default)]
pub(super) struct Timers {
    due: [Option<Instant>; ALL.len()],
    /// Which deadlines had their grace.
    graced: [bool; ALL.len()],
}

impl Timers {
    pub(super) fn set(&mut self, timer: Timer, at: Instant) {
        self.due[timer as usize] = Some(at);
        self.graced[timer as usize] = false;
    }

    /// Sets a deadline, unless the one that is set comes as soon.
    pub(super) fn set_sooner(&mut self, timer: Timer, at: Instant) {
        if self.get(timer).is_none_or(|old| at < old) {
            self.set(timer, at);
        }
    }

    /// Sets a deadline that was found late again, once: where every timer is late, as in a throttled tab, the second one
    /// judges. Returns whether it was set.
    pub(super) fn grant_grace(&mut self, timer: Timer, at: Instant) -> bool {
        let first = !self.graced[timer as usize];
        if first {
            self.set(timer, at);
            self.graced[timer as usize] = true;
        }
        first
    }

    pub(super) fn clear(&mut self, timer: Timer) {
        self.due[timer as usize] = None;
        self.graced[timer as usize] = false;
    }

    pub(super) fn clear_all(&mut self) {
        *self = Self::default();
    }

    pub(super) fn get(&self, timer: Timer) -> Option<Instant> {
        self.due[timer as usize]
    }

    /// The earliest deadline.
    pub(super) fn next(&self) -> Option<Instant> {
        self.due.iter().flatten().min().copied()
    }

    /// Takes the earliest of the deadlines that have come, with its time.
    pub(super) fn pop_due(&mut self, now: Instant) -> Option<(Timer, Instant)> {
        let (timer, at) = ALL
            .into_iter()
            .filter_map(|timer| Some((timer, self.get(timer)?)))
            .filter(|(_, at)| *at <= now)
            .min_by_key(|(_, at)| *at)?;
        // Its grace stays on record until it is set or cleared.
        self.due[timer as usize] = None;
        Some((timer, at))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_deadline_that_had_its_grace_gets_no_other_by_one_that_comes_no_sooner() {
        let at = |seconds| Instant::from_start(Duration::from_secs(seconds));
        let mut timers = Timers::default();
        timers.set(Timer::Answer, at(10));
        assert!(timers.grant_grace(Timer::Answer, at(11)));
        timers.set_sooner(Timer::Answer, at(11));
        assert!(!timers.grant_grace(Timer::Answer, at(12)));
        timers.set_sooner(Timer::Answer, at(10));
        assert_eq!(timers.get(Timer::Answer), Some(at(10)));
        assert!(timers.grant_grace(Timer::Answer, at(12)));
    }
}
