//! SockJS's own heartbeat, `h`: on the framed endpoint the only sign of life, where what is inside has none. Some servers send it
//! (Spring, each 25 s), others send WebSocket pings, which no page sees: what is expected is learnt from those that came.

use std::time::Duration;

use crate::time::Instant;

/// The server may be late by as much as it took.
const TOLERANCE: u32 = 2;
/// Two that come closer together than this say nothing of an interval.
const LEAST: Duration = Duration::from_secs(1);
/// Two intervals are the same when they differ by less than a part of so many. One alone says nothing: where a page stood still,
/// what came meanwhile is found late, and the next soon after it.
const AGREE: u32 = 8;

/// What is known of a link's `h`.
#[derive(Debug, Default)]
pub(super) struct Heartbeats {
    last: Option<Instant>,
    interval: Option<Duration>,
    longest: Option<Duration>,
}

impl Heartbeats {
    /// An `h` came.
    pub(super) fn beat(&mut self, now: Instant) {
        let Some(since) = self.last.replace(now).map(|last| now - last) else {
            return;
        };
        let before = self.interval.replace(since);
        let agree = before.is_some_and(|before| before.abs_diff(since) * AGREE < since);
        if agree && since >= LEAST {
            self.longest = self.longest.max(Some(since));
        }
    }

    /// How long a server that lives may be silent, once that is known.
    pub(super) fn silence_limit(&self) -> Option<Duration> {
        self.longest.map(|longest| longest * TOLERANCE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits<const N: usize>(beats: [u64; N]) -> [Option<u64>; N] {
        let mut heartbeats = Heartbeats::default();
        beats.map(|at| {
            heartbeats.beat(Instant::START + Duration::from_secs(at));
            heartbeats.silence_limit().map(|limit| limit.as_secs())
        })
    }

    #[test]
    fn two_intervals_that_agree_are_known() {
        assert_eq!(limits([0, 25, 50]), [None, None, Some(50)]);
        assert_eq!(limits([0, 0, 0]), [None; 3]);
        assert_eq!(limits([0, 70, 150]), [None; 3]);
    }

    #[test]
    fn what_a_page_that_stood_still_finds_late_is_no_interval() {
        assert_eq!(limits([20, 25, 50, 75]), [None, None, None, Some(50)]);
    }
}
