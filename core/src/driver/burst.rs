//! Pure: in a burst, messages are taken together. One alone is taken at once; of a hundred in a row, each waits a moment for those
//! behind it.
//!
//! A browser hands over each message in a task of its own, and does much else between two: what takes a message is out of the
//! processor's caches each time. Taken in a row they cost about half.

use std::time::Duration;

use crate::time::Instant;

/// Messages are counted for so long, about a frame.
const WINDOW: Duration = Duration::from_millis(16);
/// So many within that time are no burst.
const AT_ONCE: u32 = 8;
/// A message waits at most so long, where timers fire in time.
const LONGEST: Duration = Duration::from_millis(8);
/// So many wait at most. More would make it no cheaper, and keep a key waiting.
const MOST: u32 = 32;

/// What becomes of a message that has arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrival {
    /// It is taken now, with all that wait.
    Taken,
    /// It waits for those behind it, since now. Where it is the first, the timer is to be set.
    Waits { since: Instant, first: bool },
}

/// How many messages come, and how many wait.
#[derive(Debug, Default)]
pub(super) struct Burst {
    began: Instant,
    count: u32,
    /// There were too many in the last window.
    lasts: bool,
    waiting: u32,
    /// When the first of those that wait arrived.
    oldest: Instant,
    /// When the timer is to fire. It stays where those for which it was set are taken before: it fires for the next.
    due: Option<Instant>,
}

impl Burst {
    /// A message has arrived.
    pub(super) fn arrived(&mut self, now: Instant) -> Arrival {
        self.count(now);
        if self.waiting == 0 {
            self.oldest = now;
        }
        let is_burst = self.lasts || self.count > AT_ONCE;
        // A browser that is flooded lets timers wait.
        if !is_burst || self.waiting + 1 >= MOST || now - self.oldest >= LONGEST {
            return Arrival::Taken;
        }
        self.waiting += 1;
        let first = self.due.is_none();
        self.due.get_or_insert(now + LONGEST);
        Arrival::Waits { since: now, first }
    }

    fn count(&mut self, now: Instant) {
        let age = now - self.began;
        if age >= WINDOW {
            self.lasts = self.count > AT_ONCE && age < 2 * WINDOW;
            (self.began, self.count) = (now, 0);
        }
        self.count += 1;
    }

    /// Nothing waits any more.
    pub(super) fn taken(&mut self) {
        self.waiting = 0;
    }

    /// When what waits is to be taken, at the latest.
    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// The timer has fired, for whatever reason.
    pub(super) fn timer_fired(&mut self) {
        self.due = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(micros: u64) -> Instant {
        Instant::from_start(Duration::from_micros(1_000_000 + micros))
    }

    /// Messages so many microseconds apart, where timers fire in time; returns when each was taken.
    fn taken(count: u64, every: u64) -> Vec<u64> {
        let mut burst = Burst::default();
        let (mut waiting, mut taken) = (0, Vec::new());
        for micros in (0..count).map(|message| message * every) {
            if let Some(due) = burst.due().filter(|due| *due <= at(micros)) {
                burst.timer_fired();
                burst.taken();
                let due = u64::try_from((due - at(0)).as_micros()).expect("short");
                taken.extend(std::iter::repeat_n(due, std::mem::take(&mut waiting)));
            }
            waiting += 1;
            if burst.arrived(at(micros)) == Arrival::Taken {
                burst.taken();
                taken.extend(std::iter::repeat_n(micros, std::mem::take(&mut waiting)));
            }
        }
        taken
    }

    #[test]
    fn what_comes_at_leisure_is_taken_at_once_however_long_it_goes_on() {
        let each: Vec<u64> = (0..1_000).map(|message| message * 2_000).collect();
        assert_eq!(taken(1_000, 2_000), each);
    }

    #[test]
    fn eight_in_a_row_are_no_burst_and_those_behind_them_are_taken_together() {
        let taken = taken(200, 10);
        assert_eq!(taken[..8], [0, 10, 20, 30, 40, 50, 60, 70]);
        assert_eq!(taken[8..40], [390; 32]);
        assert_eq!(taken[40..72], [710; 32]);
    }

    #[test]
    fn nothing_waits_longer_than_eight_milliseconds_and_a_burst_that_goes_on_is_one() {
        let taken = taken(200, 1_000);
        let waits = (0..200).zip(&taken).map(|(at, taken)| taken - at * 1_000);
        assert_eq!(waits.max(), Some(8_000));
        let mut groups = taken[8..].to_vec();
        groups.dedup();
        assert!(groups.len() <= 25, "{groups:?}");
    }

    #[test]
    fn after_a_burst_what_comes_is_taken_at_once_again() {
        let mut burst = Burst::default();
        for micros in 0..100 {
            burst.arrived(at(micros));
        }
        burst.timer_fired();
        burst.taken();
        assert_eq!(burst.arrived(at(40_000)), Arrival::Taken);
    }

    #[test]
    fn where_the_timer_does_not_come_the_next_message_finds_that_it_is_time() {
        let waits = |micros, first| Arrival::Waits {
            since: at(micros),
            first,
        };
        let mut burst = Burst::default();
        let arrivals = (0..9).map(|_| burst.arrived(at(0))).collect::<Vec<_>>();
        assert_eq!(arrivals[7..], [Arrival::Taken, waits(0, true)]);
        assert_eq!(burst.arrived(at(7_999)), waits(7_999, false));
        assert_eq!(burst.arrived(at(8_000)), Arrival::Taken);
        burst.taken();
        assert_eq!(
            burst.arrived(at(8_001)),
            waits(8_001, false),
            "for the timer that is set"
        );
        assert_eq!(burst.due(), Some(at(8_000)));
    }
}
