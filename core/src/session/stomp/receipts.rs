//! The messages whose RECEIPT may come.

use std::collections::{HashSet, VecDeque};

use crate::session::MessageId;

/// How many receipts are waited for: Spring's simple broker never sends one.
const MOST: usize = 10_000;

/// The messages whose receipt may come: bounded, oldest forgotten first.
#[derive(Default)]
pub(super) struct Receipts {
    awaited: HashSet<MessageId>,
    order: VecDeque<MessageId>,
}

impl Receipts {
    pub(super) fn insert(&mut self, id: MessageId) {
        if !self.awaited.insert(id) {
            return;
        }
        self.order.push_back(id);
        if self.order.len() > MOST
            && let Some(oldest) = self.order.pop_front()
        {
            self.awaited.remove(&oldest);
        }
    }

    /// The message that this receipt is for.
    pub(super) fn take(&mut self, receipt_id: &str) -> Option<MessageId> {
        MessageId::parse(receipt_id).filter(|id| self.awaited.remove(id))
    }
}
