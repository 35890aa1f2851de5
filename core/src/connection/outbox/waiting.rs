//! The messages that wait, seen one by one: what is there, what is taken back, and what has waited too long.

use super::{Delivery, Entry, Failure, Instant, MessageId, Outbox, Outgoing, Pending};

impl Outbox {
    /// All that is on its way, in order.
    pub(in crate::connection) fn pending(&self) -> impl Iterator<Item = Pending> + '_ {
        let sent = self.first_queued();
        let entries = self.entries.iter().enumerate();
        entries.map(move |(place, entry)| Pending {
            id: entry.id,
            message: (place >= self.ids_only).then(|| entry.outgoing.clone()),
            delivery: match place < sent {
                true => Delivery::Sent,
                false => Delivery::Queued,
            },
        })
    }

    /// Takes back a message that waits. Returns whether it was there.
    pub(in crate::connection) fn cancel(&mut self, id: MessageId) -> bool {
        let sent = self.first_queued();
        let mut queued = self.entries.range(sent..);
        let place = queued.position(|entry| entry.id == id);
        place.is_some_and(|place| self.take(sent + place).is_some())
    }

    /// Takes out all that wait, in order.
    pub(in crate::connection) fn take_queued(&mut self) -> Vec<(MessageId, Outgoing)> {
        let queued = self.entries.split_off(self.first_queued());
        (self.queued, self.queued_bytes) = (0, 0);
        queued
            .into_iter()
            .map(|entry| (entry.id, entry.outgoing))
            .collect()
    }

    /// When the next of those that wait has waited too long.
    pub(in crate::connection) fn next_expiry(&self) -> Option<Instant> {
        let queued = self.entries.range(self.first_queued()..);
        queued.filter_map(|entry| entry.expires).min()
    }

    /// Takes out those that have waited too long. One that was sent before may have arrived then.
    pub(in crate::connection) fn take_expired(
        &mut self,
        now: Instant,
    ) -> Vec<(MessageId, Failure)> {
        let expired = |entry: &&Entry| entry.expires.is_some_and(|at| at <= now);
        let queued = self.entries.range(self.first_queued()..);
        let expired: Vec<_> = queued
            .filter(expired)
            .map(|entry| match entry.outgoing.resent {
                true => (entry.id, Failure::Unconfirmed),
                false => (entry.id, Failure::Expired),
            })
            .collect();
        for (id, _) in &expired {
            self.remove(*id);
        }
        expired
    }
}
