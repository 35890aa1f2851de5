//! Ids for messages that tell in which order one connection made them, and that nobody can foretell. [`Ids`].
//!
//! They are UUIDs of version 7, [RFC 9562 section 5.7](https://www.rfc-editor.org/rfc/rfc9562#section-5.7): 48 bits of the time of
//! day in milliseconds, the version, a counter of 12 bits, the variant, 30 bits that are the connection's own, and 32 random ones.

use std::time::Duration;

use crate::session::MessageId;

/// How many bits the counter has.
const COUNTER: u32 = 12;
/// The version and the variant, at their places.
const FORM: u128 = 7 << 76 | 0b10 << 62;

/// Where one connection's ids come from.
#[derive(Debug)]
pub(super) struct Ids {
    random: fastrand::Rng,
    /// It stands in each id: ids of one connection can be told from those of another.
    maker: u128,
    /// The time and the counter of the newest id. They only ever rise, also where many are made at once or the clock goes back.
    last: u64,
}

impl Ids {
    pub(super) fn new(mut random: fastrand::Rng) -> Self {
        let maker = u128::from(random.u32(..) >> 2) << 32;
        Self {
            random,
            maker,
            last: 0,
        }
    }

    /// The next id of a message, at this time of day.
    pub(super) fn next(&mut self, at: Duration) -> MessageId {
        let millis = at.as_secs() * 1_000 + u64::from(at.subsec_millis());
        self.last = (self.last + 1).max(millis << COUNTER) & (u64::MAX >> 4);
        let (millis, count) = (self.last >> COUNTER, self.last & ((1 << COUNTER) - 1));
        let time = u128::from(millis) << 80 | u128::from(count) << 64;
        MessageId(time | FORM | self.maker | u128::from(self.random.u32(..)))
    }

    /// The id of something that has no place among messages.
    pub(super) fn any(&mut self) -> MessageId {
        MessageId(self.random.u128(..))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(seed: u64) -> Ids {
        Ids::new(fastrand::Rng::with_seed(seed))
    }

    fn maker(id: MessageId) -> Option<u32> {
        id.made().map(|(maker, _)| maker)
    }

    #[test]
    fn it_is_the_form_that_the_specification_has() {
        // The time of its own example, 2022-02-22 19:22:22 UTC.
        let id = ids(1).next(Duration::from_millis(0x017F_22E2_79B0));
        let digits = id.to_string();
        assert_eq!(&digits[..16], "017f22e279b07000");
        assert!(matches!(&digits[16..17], "8" | "9" | "a" | "b"));
        assert_eq!(digits.len(), 32);
        let later = ids(1).next(Duration::from_millis(0x017F_22E2_79B0 + 1_001));
        assert_eq!(later.to_string()[..12], *"017f22e27d99");
    }

    #[test]
    fn they_rise_within_a_millisecond_and_when_the_clock_goes_back() {
        let mut ids = ids(2);
        let hour = Duration::from_secs(3_600);
        let mut last = ids.next(2 * hour);
        for _ in 0..10_000 {
            for at in [2 * hour, hour, Duration::ZERO] {
                let id = ids.next(at);
                assert!(id > last && maker(id) == maker(last));
                last = id;
            }
        }
        assert!(ids.next(3 * hour) > last);
    }

    #[test]
    fn those_of_two_connections_can_be_told_apart() {
        let (one, other) = (ids(3).next(Duration::ZERO), ids(4).next(Duration::ZERO));
        assert!(maker(one).is_some() && maker(one) != maker(other));
    }

    #[test]
    fn an_absurd_time_breaks_nothing() {
        let mut ids = ids(5);
        let id = ids.next(Duration::from_secs(u64::from(u32::MAX) << 16));
        assert!(maker(id).is_some());
    }
}
