//! What became of the last messages: for those who ask after it was told.

use std::collections::VecDeque;

use super::event::Delivery;
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

    pub(super) fn of(&self, id: MessageId) -> Option<&Delivery> {
        let mut newest = self.0.iter().rev();
        newest
            .find(|(other, _)| *other == id)
            .map(|(_, delivery)| delivery)
    }
}
