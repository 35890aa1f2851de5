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

    /// Takes back a message that waits. Returns what became of it; `None` where it does not wait.
    pub(in crate::connection) fn cancel(
        &mut self,
        id: MessageId,
        failure: Failure,
    ) -> Option<Failure> {
        let sent = self.first_queued();
        let mut queued = self.entries.range(sent..);
        let place = queued.position(|entry| entry.id == id)?;
        let entry = self.take(sent + place)?;
        Some(unless_sent(entry.outgoing, |_| failure))
    }

    /// Takes out all that wait, in order, for a connection that goes to another address.
    pub(in crate::connection) fn take_queued(&mut self) -> Vec<(MessageId, Failure)> {
        let queued = self.entries.split_off(self.first_queued());
        (self.queued, self.queued_bytes) = (0, 0);
        let moved = |outgoing| Failure::Moved(Box::new(outgoing));
        queued
            .into_iter()
            .map(|entry| (entry.id, unless_sent(entry.outgoing, moved)))
            .collect()
    }

    /// When the next of those that wait has waited too long.
    pub(in crate::connection) fn next_expiry(&self) -> Option<Instant> {
        let queued = self.entries.range(self.first_queued()..);
        queued.filter_map(|entry| entry.expires).min()
    }

    /// Takes out those that have waited too long.
    pub(in crate::connection) fn take_expired(
        &mut self,
        now: Instant,
    ) -> Vec<(MessageId, Failure)> {
        let expired = |entry: &&Entry| entry.expires.is_some_and(|at| at <= now);
        let queued = self.entries.range(self.first_queued()..);
        let ids: Vec<_> = queued.filter(expired).map(|entry| entry.id).collect();
        let end = |id| Some((id, self.cancel(id, Failure::Expired)?));
        ids.into_iter().filter_map(end).collect()
    }
}

/// What becomes of a message that waits no longer. One that was sent before may have arrived then.
fn unless_sent(outgoing: Outgoing, otherwise: impl FnOnce(Outgoing) -> Failure) -> Failure {
    match outgoing.resent {
        true => Failure::Unconfirmed,
        false => otherwise(outgoing),
    }
}
