//! When to try again: exponential, with full jitter between the least delay and the ceiling, seeded.

use std::time::Duration;

use crate::time::millis;

/// The delays between attempts.
#[derive(Debug)]
pub(super) struct Backoff {
    min: Duration,
    max: Duration,
    failures: u32,
    random: fastrand::Rng,
}

impl Backoff {
    pub(super) fn new(min: Duration, max: Duration, seed: u64) -> Self {
        Self {
            min,
            max: max.max(min),
            failures: 0,
            random: fastrand::Rng::with_seed(seed),
        }
    }

    /// How many attempts have failed since the last [`Backoff::reset`].
    pub(super) fn failures(&self) -> u32 {
        self.failures
    }

    /// Counts a failure and says how long to wait: evenly distributed between `min` and `min * 2^failures`, `max` at the most.
    pub(super) fn next_delay(&mut self) -> Duration {
        self.failures = self.failures.saturating_add(1);
        // After 31 failures the shift would overflow, and the product long before: the ceiling is `max` by then.
        let ceiling = 1_u32
            .checked_shl(self.failures)
            .and_then(|factor| self.min.checked_mul(factor))
            .map_or(self.max, |ceiling| ceiling.min(self.max));
        // Full jitter: the clients of a server that restarts do not come back in one wave.
        let more = self.random.u64(..=millis(ceiling.saturating_sub(self.min)));
        self.min.saturating_add(Duration::from_millis(more))
    }

    pub(super) fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIN: Duration = Duration::from_millis(500);
    const MAX: Duration = Duration::from_secs(20);

    #[test]
    fn delays_stay_between_their_bounds_and_grow_to_the_ceiling() {
        let mut longest = Duration::ZERO;
        for seed in 0..200 {
            let mut backoff = Backoff::new(MIN, MAX, seed);
            for failure in 1..40 {
                let delay = backoff.next_delay();
                assert!(delay >= MIN && delay <= MAX);
                if failure == 1 {
                    assert!(delay <= MIN * 2);
                }
                longest = longest.max(delay);
            }
        }
        assert!(longest > MAX.mul_f64(0.9));
    }

    #[test]
    fn the_same_seed_gives_the_same_delays_and_others_differ() {
        let delays = |seed| {
            let mut backoff = Backoff::new(MIN, MAX, seed);
            (0..8).map(|_| backoff.next_delay()).collect::<Vec<_>>()
        };
        assert_eq!(delays(1), delays(1));
        assert_ne!(delays(1), delays(2));
    }
}
