//! What became of the last messages: for those who ask after it was told.

use std::collections::VecDeque;
use std::task::Poll;

use super::{Connection, Delivery};
use crate::session::MessageId;

/// How many are remembered.
const REMEMBERED: usize = 256;

/// The last messages whose fate is known, oldest first.
#[derive(Debug, Default)]
pub(super) struct Fates(VecDeque<(MessageId, Delivery)>);

impl Fates {
    pub(super) fn remember(&mut self, id: MessageId, delivery: Delivery) {
        if self.0.len() == REMEMBERED {
            self.0.pop_front();
        }
        self.0.push_back((id, delivery));
    }

    fn of(&self, id: MessageId) -> Option<&Delivery> {
        let mut newest = self.0.iter().rev();
        newest
            .find(|(other, _)| *other == id)
            .map(|(_, delivery)| delivery)
    }
}

impl Connection {
    /// What is known of an own message: [`Poll::Pending`] while it is on its way, then its last state. That is
    /// [`Delivery::Sent`] where the server shows that it has read it and proves no message by itself. `None`: there is no such
    /// message, or hundreds have met their fate since.
    #[must_use]
    pub fn fate(&self, id: MessageId) -> Option<Poll<Delivery>> {
        if self.outbox.contains(id) {
            return Some(Poll::Pending);
        }
        self.fates.of(id).cloned().map(Poll::Ready)
    }
}
