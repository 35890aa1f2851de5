//! The own messages of a session: their ids, which of them were proved, and how soon they come back.

use crate::session::own_ids::{OwnIds, Proof};
use crate::session::returns::Returns;
use crate::session::{Action, Actions, MessageId};
use crate::time::Instant;

/// What is known of the own messages at one address.
#[derive(Debug, Default)]
pub(super) struct Own {
    pub(super) ids: OwnIds,
    /// A message of ours was proved here: then they all are.
    pub(super) proves: bool,
    /// The last message went out with its id.
    pub(super) carries_ids: bool,
    /// Own messages come back with their ids.
    pub(super) echoes_ids: bool,
    pub(super) returns: Returns,
}

impl Own {
    /// A new attempt; to the address of the last one, or to another.
    pub(super) fn begin(&mut self, same: bool) {
        self.ids.begin();
        match same {
            true => self.returns.begin(),
            false => self.returns = Returns::default(),
        }
    }

    pub(super) fn is_own(&self, id: &str) -> bool {
        MessageId::parse(id).is_some_and(|id| self.ids.contains(id))
    }

    /// The server has proved this message: said once, though an acknowledgement and an echo may both come.
    pub(super) fn prove(&mut self, id: MessageId, out: &mut Actions) {
        self.proves = true;
        if self.ids.prove(id, Proof::Id) {
            out.push(Action::Delivered(id));
        }
    }

    /// Its words have come back: as good as a proof, where no better one was given.
    pub(super) fn prove_by_words(&mut self, id: MessageId, out: &mut Actions) {
        self.proves = true;
        if self.ids.prove(id, Proof::Words) {
            out.push(Action::Echoed(id));
        }
    }

    /// This message has come back.
    pub(super) fn came_back(&mut self, id: MessageId, now: Instant) {
        let took = self.ids.age_on_this_link(id, now);
        self.returns.came_back(id, took);
    }
}
