//! Which messages are second copies of one that was sent again, by their ids. [`Copies`].

use std::collections::VecDeque;

use crate::fingerprint::{Numbers, fingerprint};

/// How many ids are remembered, the oldest forgotten first.
pub(super) const REMEMBERED: usize = 10_000;

/// The ids that were seen.
#[derive(Clone, Debug, Default)]
pub(super) struct Copies {
    /// Their fingerprints, and whether a copy that said it may be a second one was among them.
    seen: Numbers,
    /// Oldest first.
    order: VecDeque<u64>,
}

impl Copies {
    /// Remembers an id, and tells whether it was seen. Only copies of a message that was sent again count, in whichever order
    /// they come: there are servers whose `id` is the sender's.
    #[inline(never)]
    pub(super) fn is_second(&mut self, id: &str, resent: bool) -> bool {
        let id = fingerprint(id);
        if let Some(earlier) = self.seen.get_mut(&id) {
            *earlier |= u64::from(resent);
            return *earlier > 0;
        }
        self.seen.insert(id, resent.into());
        self.order.push_back(id);
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.seen.remove(&oldest);
        }
        false
    }
}
