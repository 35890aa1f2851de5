//! The ids of our own messages, as many as it takes to know an echo: bounded, oldest forgotten first.

use std::collections::{HashMap, VecDeque};

use super::MessageId;

/// How many own messages are remembered.
const LIMIT: usize = 10_000;

#[derive(Debug, Default)]
pub(super) struct OwnIds {
    /// Whether each was proved since it was sent last.
    known: HashMap<MessageId, bool>,
    order: VecDeque<MessageId>,
}

impl OwnIds {
    pub(super) fn insert(&mut self, id: MessageId) {
        if self.known.insert(id, false).is_some() {
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

    /// Notes a proof. Returns whether it is the first since the message was sent; of one that is forgotten, each is.
    pub(super) fn prove(&mut self, id: MessageId) -> bool {
        let known = self.known.get_mut(&id);
        known.is_none_or(|proved| !std::mem::replace(proved, true))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_is_forgotten_first() {
        let mut ids = OwnIds::default();
        for id in 0..=LIMIT as u128 {
            ids.insert(MessageId(id));
        }
        assert!(!ids.contains(MessageId(0)));
        assert!(ids.contains(MessageId(1)));
        assert!(ids.contains(MessageId(LIMIT as u128)));
    }
}
