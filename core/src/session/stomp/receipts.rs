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

    /// Whether none is waited for.
    pub(super) fn is_empty(&self) -> bool {
        self.awaited.is_empty()
    }

    /// The message that this receipt is for.
    pub(super) fn take(&mut self, receipt_id: &str) -> Option<MessageId> {
        MessageId::parse(receipt_id).filter(|id| self.awaited.remove(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_counts_once_and_for_what_was_sent() {
        let mut receipts = Receipts::default();
        let id = MessageId(7);
        receipts.insert(id);
        receipts.insert(id);
        assert_eq!(receipts.take("bye"), None);
        assert_eq!(receipts.take(&MessageId(8).to_string()), None);
        assert_eq!(receipts.take(&id.to_string()), Some(id));
        assert_eq!(receipts.take(&id.to_string()), None);
    }

    #[test]
    fn a_broker_that_never_sends_one_costs_no_more_than_so_many() {
        let mut receipts = Receipts::default();
        for number in 0..=MOST as u128 {
            receipts.insert(MessageId(number));
        }
        assert_eq!(receipts.take(&MessageId(0).to_string()), None);
        assert!(receipts.take(&MessageId(1).to_string()).is_some());
        assert!(receipts.order.len() <= MOST);
    }
}
