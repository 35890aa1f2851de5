//! The ids of our own messages, as many as it takes to know an echo: bounded, oldest forgotten first.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use super::MessageId;
use crate::time::Instant;

/// How many own messages are remembered.
const LIMIT: usize = 10_000;

#[derive(Clone, Copy, Debug)]
struct Known {
    /// It was proved since it was sent last.
    proved: bool,
    /// It went out with its id.
    carried: bool,
    /// The link it was sent over first: a copy that comes back may be of that one.
    link: u64,
    sent: Instant,
}

#[derive(Debug, Default)]
pub(super) struct OwnIds {
    known: HashMap<MessageId, Known>,
    order: VecDeque<MessageId>,
    link: u64,
}

impl OwnIds {
    /// A new link.
    pub(super) fn begin(&mut self) {
        self.link += 1;
    }

    /// A message goes out under this id.
    pub(super) fn insert(&mut self, id: MessageId, now: Instant) {
        self.note(id, true, now);
    }

    /// A message goes out that does not say its id.
    pub(super) fn insert_without_id(&mut self, id: MessageId, now: Instant) {
        self.note(id, false, now);
    }

    fn note(&mut self, id: MessageId, carried: bool, now: Instant) {
        let first = self.known.get(&id).map(|known| known.link);
        let known = Known {
            proved: false,
            carried,
            link: first.unwrap_or(self.link),
            sent: now,
        };
        if self.known.insert(id, known).is_some() {
            return;
        }
        self.order.push_back(id);
        if self.order.len() > LIMIT
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
    }

    pub(super) fn contains(&self, id: MessageId) -> bool {
        self.known.contains_key(&id)
    }

    /// Whether the message went out with this id.
    pub(super) fn carried(&self, id: MessageId) -> bool {
        self.known.get(&id).is_some_and(|known| known.carried)
    }

    /// How long ago a message was sent, over the link at hand and no other.
    pub(super) fn age_on_this_link(&self, id: MessageId, now: Instant) -> Option<Duration> {
        let known = self.known.get(&id)?;
        (known.link == self.link).then(|| now - known.sent)
    }

    /// Notes a proof. Returns whether it is the first since the message was sent; of one that is forgotten, each is.
    pub(super) fn prove(&mut self, id: MessageId) -> bool {
        let known = self.known.get_mut(&id);
        known.is_none_or(|known| !std::mem::replace(&mut known.proved, true))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_is_forgotten_first() {
        let mut ids = OwnIds::default();
        for id in 0..=LIMIT as u128 {
            ids.insert(MessageId(id), Instant::START);
        }
        assert!(!ids.contains(MessageId(0)));
        assert!(ids.contains(MessageId(1)));
        assert!(ids.contains(MessageId(LIMIT as u128)));
    }
}
