//! Waking time: how long the page was seen to run. A clock that goes on while a laptop sleeps would settle what never left it.

use std::time::Duration;

use crate::time::Instant;

/// A deadline that is found more than this late: the page stood still, and the answer may wait behind the late timer.
pub(super) const LATE: Duration = Duration::from_millis(50);

/// A clock that stands still while the page does.
#[derive(Debug, Default)]
pub(super) struct Awake {
    /// When the page was last seen to run.
    seen: Instant,
    asleep: Duration,
}

impl Awake {
    /// The page runs, now; `due` is when its timer was to fire. A timer that is late shows that it stood still, from an unknown
    /// moment after it was last seen. Returns for how long it may have.
    pub(super) fn see(&mut self, now: Instant, due: Option<Instant>) -> Duration {
        let late = due.is_some_and(|due| now - due > LATE);
        let gap = match late {
            true => now - self.seen,
            false => Duration::ZERO,
        };
        self.asleep += gap;
        self.seen = now;
        gap
    }

    /// The waking time, as of when it was last seen.
    pub(super) fn now(&self) -> Instant {
        Instant::START + (self.seen - Instant::START).saturating_sub(self.asleep)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: u64) -> Instant {
        Instant::from_start(Duration::from_secs(seconds))
    }

    #[test]
    fn it_goes_on_while_timers_are_in_time() {
        let mut awake = Awake::default();
        awake.see(at(10), None);
        assert_eq!(awake.see(at(20), Some(at(20))), Duration::ZERO);
        awake.see(at(25), Some(at(100)));
        assert_eq!(awake.now(), at(25));
        assert_eq!(awake.see(at(30) + LATE, Some(at(30))), Duration::ZERO);
    }

    #[test]
    fn all_since_the_page_was_last_seen_may_have_been_sleep() {
        let mut awake = Awake::default();
        awake.see(at(10), None);
        assert_eq!(
            awake.see(at(3_600), Some(at(15))),
            Duration::from_secs(3_590)
        );
        assert_eq!(awake.now(), at(10));
        awake.see(at(3_601), Some(at(3_601)));
        assert_eq!(awake.now(), at(11));
    }
}
