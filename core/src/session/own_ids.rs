//! The ids of our own messages, as many as it takes to know an echo: bounded, oldest forgotten first.

use std::collections::VecDeque;
use std::time::Duration;

use super::MessageId;
use crate::time::Instant;

/// How many own messages are remembered.
const LIMIT: usize = 10_000;

/// What shows that the server has a message, the weaker first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Proof {
    /// Its words came back.
    Words,
    /// Its id did, or was acknowledged.
    Id,
}

#[derive(Clone, Copy, Debug)]
struct Known {
    /// How it was proved since it was sent last.
    proved: Option<Proof>,
    /// It went out with its id.
    carried: bool,
    /// The link it was sent over first: a copy that comes back may be of that one.
    link: u64,
    sent: Instant,
}

#[derive(Debug, Default)]
pub(super) struct OwnIds {
    /// By id: a list weighs less than a map, and is as quick for so few.
    known: Vec<(MessageId, Known)>,
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
        let known = |link| Known {
            proved: None,
            carried,
            link,
            sent: now,
        };
        match self.place(id) {
            Ok(place) => self.known[place].1 = known(self.known[place].1.link),
            Err(place) => {
                self.known.insert(place, (id, known(self.link)));
                self.order.push_back(id);
            }
        }
        if self.order.len() > LIMIT
            && let Some(oldest) = self.order.pop_front()
            && let Ok(place) = self.place(oldest)
        {
            self.known.remove(place);
        }
    }

    /// Where this id stands, or belongs.
    fn place(&self, id: MessageId) -> Result<usize, usize> {
        self.known.binary_search_by_key(&id, |(id, _)| *id)
    }

    fn known(&self, id: MessageId) -> Option<&Known> {
        self.place(id).ok().map(|place| &self.known[place].1)
    }

    pub(super) fn contains(&self, id: MessageId) -> bool {
        self.place(id).is_ok()
    }

    /// Whether the message went out with this id.
    pub(super) fn carried(&self, id: MessageId) -> bool {
        self.known(id).is_some_and(|known| known.carried)
    }

    /// How long ago a message was sent, over the link at hand and no other.
    pub(super) fn age_on_this_link(&self, id: MessageId, now: Instant) -> Option<Duration> {
        let known = self.known(id)?;
        (known.link == self.link).then(|| now - known.sent)
    }

    /// Notes a proof. Returns whether it is the best since the message was sent; of one that is forgotten, each is.
    pub(super) fn prove(&mut self, id: MessageId, proof: Proof) -> bool {
        let Ok(place) = self.place(id) else {
            return true;
        };
        let before = &mut self.known[place].1.proved;
        let better = *before < Some(proof);
        *before = (*before).max(Some(proof));
        better
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

    #[test]
    fn how_long_ago_a_message_was_sent_is_told_over_its_own_link() {
        let mut ids = OwnIds::default();
        ids.begin();
        ids.insert(MessageId(1), Instant::START);
        let now = Instant::START + Duration::from_secs(2);
        let age = |ids: &OwnIds| ids.age_on_this_link(MessageId(1), now);
        assert_eq!(age(&ids), Some(Duration::from_secs(2)));
        ids.begin();
        assert_eq!(age(&ids), None);
    }
}
