//! `Instant`: monotonic time since the page started, the only clock type that pure code knows.

use std::ops::{Add, Sub};
use std::time::Duration;

/// A point in time, counted from the start of the page.
///
/// `std::time::Instant` panics on `wasm32-unknown-unknown`, and a clock that is read in the middle
/// of a decision cannot be stepped by a test. So time is an argument everywhere: the browser's driver
/// makes it from `performance.now()`, a test from a number.
///
/// Arithmetic saturates; it never panics.
///
/// ```
/// use std::time::Duration;
/// use leptos_chat_core::time::Instant;
///
/// let later = Instant::START + Duration::from_secs(3);
/// assert_eq!(later - Instant::START, Duration::from_secs(3));
/// assert_eq!(Instant::START - later, Duration::ZERO);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant {
    /// Since the start. One number, which is compared and copied with less code than a `Duration`.
    nanos: u64,
}

impl Instant {
    /// The moment the page started.
    pub const START: Self = Self { nanos: 0 };

    /// The point that lies `elapsed` after the start of the page.
    #[must_use]
    pub const fn from_start(elapsed: Duration) -> Self {
        let whole = elapsed.as_secs().saturating_mul(1_000_000_000);
        Self {
            nanos: whole.saturating_add(elapsed.subsec_nanos() as u64),
        }
    }

    /// The time that has passed since the start of the page.
    #[must_use]
    pub const fn since_start(self) -> Duration {
        Duration::from_nanos(self.nanos)
    }
}

/// A time in whole milliseconds. `Duration::as_millis` counts in 128 bits, which a page would have to learn to divide and print.
#[must_use]
pub fn millis(time: Duration) -> u64 {
    let whole = time.as_secs().saturating_mul(1_000);
    whole.saturating_add(time.subsec_millis().into())
}

/// The same, rounded up.
#[must_use]
pub fn millis_up(time: Duration) -> u64 {
    millis(time.saturating_add(Duration::from_nanos(999_999)))
}

impl Add<Duration> for Instant {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        let nanos = self.nanos.saturating_add(Self::from_start(duration).nanos);
        Self { nanos }
    }
}

impl Sub for Instant {
    type Output = Duration;

    /// How long after `earlier` this is; zero when it is not after.
    fn sub(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.nanos.saturating_sub(earlier.nanos))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_in_milliseconds_are_cut_or_rounded_up() {
        let time = Duration::from_micros(1_500_001);
        assert_eq!((millis(time), millis_up(time)), (1_500, 1_501));
        assert_eq!(millis_up(Duration::from_millis(7)), 7);
        assert_eq!(millis_up(Duration::ZERO), 0);
        assert_eq!(millis(Duration::MAX), u64::MAX);
        assert_eq!(millis_up(Duration::MAX), u64::MAX);
    }
}
