//! What waits for an answer, by numbers that only grow: bounded, the oldest forgotten first.

use std::collections::VecDeque;

/// How many acknowledgements are waited for: some servers never send one.
const MAX_AWAITED: usize = 10_000;

/// In the order of its numbers, so that answers, which mostly come in order, are found at once. A tree would weigh 5 kB.
#[derive(Debug)]
pub(super) struct Awaited<T>(VecDeque<(u64, T)>);

impl<T> Default for Awaited<T> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

impl<T> Awaited<T> {
    /// Waits for the answer to this number, which is higher than all before.
    pub(super) fn insert(&mut self, number: u64, what: T) {
        self.0.push_back((number, what));
        if self.0.len() > MAX_AWAITED {
            self.0.pop_front();
        }
    }

    /// The answer came.
    pub(super) fn remove(&mut self, number: u64) -> Option<T> {
        let place = self.0.binary_search_by_key(&number, |(known, _)| *known);
        self.0.remove(place.ok()?).map(|(_, what)| what)
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_found_in_any_order_once_and_the_oldest_are_forgotten() {
        let mut awaited = Awaited::default();
        for number in 0..=MAX_AWAITED as u64 {
            awaited.insert(number, number * 2);
        }
        assert_eq!(awaited.remove(0), None);
        assert_eq!(awaited.remove(7), Some(14));
        assert_eq!(awaited.remove(7), None);
        assert_eq!(awaited.remove(1), Some(2));
        awaited.clear();
        assert_eq!(awaited.remove(8), None);
    }
}
