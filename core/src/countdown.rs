//! Pure: a countdown in whole seconds, and when what it shows changes.

use std::time::Duration;

use crate::time::{Instant, millis};

/// A countdown to a point in time. It wakes nobody between two changes of what it shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Countdown {
    until: Instant,
}

impl Countdown {
    /// Counts down to `until`.
    #[must_use]
    pub const fn new(until: Instant) -> Self {
        Self { until }
    }

    /// What is left, in whole seconds, rounded up: 0 only when the time has come.
    #[must_use]
    pub fn shown(self, now: Instant) -> Duration {
        Duration::from_secs(millis(self.until - now).div_ceil(1000))
    }

    /// How long it shows what it shows; `None` once the time has come.
    #[must_use]
    pub fn changes_in(self, now: Instant) -> Option<Duration> {
        let left = self.until - now;
        let below = self.shown(now).checked_sub(Duration::from_secs(1))?;
        Some(left - below)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Instant {
        Instant::from_start(Duration::from_millis(millis))
    }

    #[test]
    fn it_shows_whole_seconds_rounded_up() {
        let countdown = Countdown::new(at(2_500));
        let shown = |millis| countdown.shown(at(millis)).as_secs();
        assert_eq!(
            [0, 500, 501, 1_500, 2_499, 2_500, 9_000].map(shown),
            [3, 2, 2, 1, 1, 0, 0]
        );
    }

    #[test]
    fn it_wakes_at_each_change_and_never_in_between() {
        let countdown = Countdown::new(at(2_500));
        let mut now = at(0);
        let mut seen = vec![countdown.shown(now).as_secs()];
        while let Some(wait) = countdown.changes_in(now) {
            assert!(wait > Duration::ZERO);
            now = now + wait;
            seen.push(countdown.shown(now).as_secs());
        }
        assert_eq!(seen, [3, 2, 1, 0]);
        assert_eq!(now, at(2_500));
    }
}
