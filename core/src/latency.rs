//! Pure: how fast the server answers, as it is told: anew only where that says something.

use std::time::Duration;

/// A network's own jitter.
const JITTER: Duration = Duration::from_millis(5);

/// Whether a server that was told to answer so fast has changed: by more than a quarter, and by more than five milliseconds. Each
/// heartbeat takes another time, and a view that is told of each is drawn for nothing.
#[must_use]
pub fn is_news(told: Option<Duration>, latency: Duration) -> bool {
    told.is_none_or(|told| told.abs_diff(latency) > JITTER.max(told / 4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_anew_where_it_is_another_one() {
        let is_news = |told: u64, now: u64| {
            is_news(
                Some(Duration::from_millis(told)),
                Duration::from_millis(now),
            )
        };
        for (told, now) in [(1, 6), (40, 48), (40, 31), (800, 1_000)] {
            assert!(!is_news(told, now), "{told} and {now}");
        }
        for (told, now) in [(1, 7), (40, 51), (40, 29), (800, 1_001)] {
            assert!(is_news(told, now), "{told} and {now}");
        }
        assert!(super::is_news(None, Duration::ZERO));
    }
}
