//! The messages on their way: queued while the link is down, kept while a sent one may still be lost. Bounded, in order.

mod waiting;

use std::collections::VecDeque;
use std::time::Duration;

use super::event::{Delivery, Failure};
use super::send_options::{Pending, SendOptions};
use crate::session::{MessageId, Outgoing};
use crate::time::Instant;

/// A server that is heard this long after a message left the page has read it, as far as one can know: its event loop runs. Not
/// so where the message still waits in front of a slow or broken uplink.
const SETTLED_AFTER: Duration = Duration::from_secs(5);

/// What is heard so long after that was not part of the same burst.
const HEARD_AGAIN_AFTER: Duration = Duration::from_secs(1);

#[derive(Debug)]
struct Entry {
    id: MessageId,
    outgoing: Outgoing,
    /// What is known since it was handed to the socket; `None` while it is queued.
    sent: Option<Sent>,
    /// How many ends of links it is blamed for.
    ends: u8,
    /// When it has waited for the link too long.
    expires: Option<Instant>,
    /// It is never sent a second time.
    volatile: bool,
}

#[derive(Clone, Copy, Debug)]
struct Sent {
    /// When it was handed to the socket.
    at: Instant,
    /// How many bytes the socket had been handed by then, with it.
    end: usize,
    /// When the socket's own buffer had let it go, in waking time.
    left: Option<Instant>,
    /// When the server was first heard long enough after that, in waking time.
    heard: Option<Instant>,
}

#[derive(Debug, Default)]
pub(super) struct Outbox {
    entries: VecDeque<Entry>,
    queued: usize,
    queued_bytes: usize,
    sent_bytes: usize,
    /// How many of the oldest are known by their ids only, and cannot be sent again.
    ids_only: usize,
}

impl Outbox {
    /// How many messages wait, and how many bytes they have.
    pub(super) fn queued(&self) -> (usize, usize) {
        (self.queued, self.queued_bytes)
    }

    pub(super) fn contains(&self, id: MessageId) -> bool {
        self.entries.iter().any(|entry| entry.id == id)
    }

    /// Whether it is on its way: handed to the socket, without its final state.
    pub(super) fn is_sent(&self, id: MessageId) -> bool {
        // Seen from the newest one: that is the one that is asked for.
        let sent = self.entries.range(..self.first_queued());
        sent.rev().any(|entry| entry.id == id)
    }

    pub(super) fn push(
        &mut self,
        id: MessageId,
        outgoing: Outgoing,
        options: &SendOptions,
        now: Instant,
    ) {
        self.queued += 1;
        self.queued_bytes += outgoing.body.len();
        self.entries.push_back(Entry {
            id,
            outgoing,
            sent: None,
            ends: 0,
            expires: options.expires_after.map(|time| now + time),
            volatile: options.volatile,
        });
    }

    /// Hands out the oldest queued message and counts it as sent.
    pub(super) fn next(&mut self, now: Instant) -> Option<(MessageId, Outgoing)> {
        let place = self.first_queued();
        let entry = self.entries.get_mut(place)?;
        entry.sent = Some(Sent {
            at: now,
            end: usize::MAX,
            left: None,
            heard: None,
        });
        let len = entry.outgoing.body.len();
        self.queued -= 1;
        self.queued_bytes -= len;
        self.sent_bytes += len;
        Some((entry.id, entry.outgoing.clone()))
    }

    /// The message that was handed out last ends at this byte of what the socket was handed.
    pub(super) fn note_end(&mut self, id: MessageId, end: usize) {
        let last = self.first_queued().checked_sub(1);
        if let Some(entry) = last.and_then(|last| self.entries.get_mut(last))
            && entry.id == id
            && let Some(sent) = &mut entry.sent
        {
            sent.end = end;
        }
    }

    /// The socket's buffer has let go so many bytes by now, in waking time.
    pub(super) fn note_left(&mut self, gone: usize, awake: Instant) {
        let sent = self.first_queued();
        let sent = self.entries.range_mut(..sent).rev();
        // Those before one that has left have left, too.
        for sent in sent.filter_map(|entry| entry.sent.as_mut()) {
            if sent.left.is_some() {
                return;
            }
            if sent.end <= gone {
                sent.left = Some(awake);
            }
        }
    }

    /// The server has ended the link, over one of the sent messages that left at such a time, unless there are more than `most`:
    /// after a burst nobody knows which one it was.
    pub(super) fn suspect(&mut self, most: usize, is_likely: impl Fn(Instant) -> bool) {
        let sent = self.first_queued();
        let likely = |entry: &&mut Entry| {
            let left = entry.sent.map(|sent| sent.left);
            left.is_some_and(|left| left.is_none_or(&is_likely))
        };
        let mut suspects: Vec<_> = self
            .entries
            .range_mut(self.ids_only..sent)
            .filter(likely)
            .collect();
        match &mut suspects[..] {
            [only] => only.ends += 1,
            many if many.len() > most => {}
            many => many
                .iter_mut()
                .for_each(|entry| entry.ends = entry.ends.max(1)),
        }
    }

    /// Takes out the sent ones that are blamed for two ends, with their lengths.
    pub(super) fn take_blamed(&mut self) -> Vec<(MessageId, usize)> {
        let is_blamed = |entry: &Entry| entry.sent.is_some() && entry.ends > 1;
        let ids = self.entries.iter().filter(|entry| is_blamed(entry));
        let taken: Vec<_> = ids
            .map(|entry| (entry.id, entry.outgoing.body.len()))
            .collect();
        for (id, _) in &taken {
            self.remove(*id);
        }
        taken
    }

    /// Whether the next message has to wait: it, or the one before it, is suspected of having ended a link, and goes alone. Until
    /// the fate of the one before is known, or it left this long ago.
    pub(super) fn must_go_alone(&self, awake: Instant, moment: Duration) -> bool {
        let next = self.entries.get(self.first_queued());
        let last = self
            .first_queued()
            .checked_sub(1)
            .map(|last| &self.entries[last]);
        let (Some(next), Some(last)) = (next, last) else {
            return false;
        };
        let left = last.sent.and_then(|sent| sent.left);
        let fresh = left.is_none_or(|left| awake - left < moment);
        fresh && next.ends + last.ends > 0
    }

    /// Whether time has still to pass for some of the sent ones before the server's next words settle them.
    pub(super) fn is_unsettled(&self, awake: Instant) -> bool {
        let newest = self.newest_sent();
        newest.is_some_and(|sent| sent.left.is_none_or(|left| awake - left < SETTLED_AFTER))
    }

    /// When the newest of those on their way was handed to the socket.
    pub(super) fn sent_last_at(&self) -> Option<Instant> {
        self.newest_sent().map(|sent| sent.at)
    }

    fn newest_sent(&self) -> Option<Sent> {
        let newest = self.first_queued().checked_sub(1)?;
        self.entries[newest].sent
    }

    /// Whether there are some that were sent, and are not proved.
    pub(super) fn has_sent(&self) -> bool {
        self.first_queued() > 0
    }

    /// Sent ones stand before queued ones, always.
    fn first_queued(&self) -> usize {
        self.entries.len() - self.queued
    }

    /// Takes a message out: it has its final state. Returns whether it was there.
    pub(super) fn remove(&mut self, id: MessageId) -> bool {
        let place = self.entries.iter().position(|entry| entry.id == id);
        place.is_some_and(|place| self.take(place).is_some())
    }

    fn take(&mut self, place: usize) -> Option<Entry> {
        let entry = self.entries.remove(place)?;
        self.ids_only -= usize::from(place < self.ids_only);
        let len = entry.outgoing.body.len();
        if entry.sent.is_some() {
            self.sent_bytes -= len;
        } else {
            self.queued -= 1;
            self.queued_bytes -= len;
        }
        Some(entry)
    }

    /// The server was heard, now in waking time: takes out what it has read by then, as far as one can know. That is what left
    /// long enough before it was heard, and was heard again since: at the end of a standstill much is heard at once, and the
    /// link may be gone with it.
    pub(super) fn settle(&mut self, awake: Instant) -> Vec<MessageId> {
        let sent = self.first_queued();
        let sent = self.entries.range_mut(..sent);
        for sent in sent.filter_map(|entry| entry.sent.as_mut()) {
            match sent.left {
                Some(left) if awake - left >= SETTLED_AFTER => {
                    sent.heard.get_or_insert(awake);
                }
                _ => break,
            }
        }
        self.take_while(|sent| {
            sent.heard
                .is_some_and(|heard| awake - heard >= HEARD_AGAIN_AFTER)
        })
    }

    /// The server has answered what was sent at `at`: takes out all that was sent before. The server has read it.
    pub(super) fn settle_before(&mut self, at: Instant) -> Vec<MessageId> {
        self.take_while(|sent| sent.at < at)
    }

    /// Takes out the oldest of the sent messages, as long as they are like this.
    fn take_while(&mut self, like: impl Fn(&Sent) -> bool) -> Vec<MessageId> {
        let mut ids = Vec::new();
        while let Some(Entry {
            sent: Some(sent), ..
        }) = self.entries.front()
            && like(sent)
        {
            ids.extend(self.take(0).map(|entry| entry.id));
        }
        ids
    }

    /// Takes out all sent messages, in order: the link is gone and nobody knows their fate, or it is known of all of them.
    pub(super) fn take_sent(&mut self) -> Vec<MessageId> {
        self.sent_bytes = 0;
        self.ids_only = 0;
        let end = self.first_queued();
        self.entries.drain(..end).map(|entry| entry.id).collect()
    }

    /// The link is gone: takes out those of the doubtful that cannot or must not be sent again, in order.
    pub(super) fn take_lost(&mut self, may_go_again: impl Fn(MessageId) -> bool) -> Vec<MessageId> {
        let count = std::mem::take(&mut self.ids_only);
        let mut lost: Vec<MessageId> = self.entries.drain(..count).map(|entry| entry.id).collect();
        let end = self.first_queued();
        let doubtful: Vec<Entry> = self.entries.drain(..end).collect();
        for entry in doubtful.into_iter().rev() {
            if !entry.volatile && may_go_again(entry.id) {
                self.entries.push_front(entry);
            } else {
                self.sent_bytes -= entry.outgoing.body.len();
                lost.push(entry.id);
            }
        }
        lost[count..].reverse();
        lost
    }

    /// The link is gone, and receivers know a second copy: sends the doubtful ones again, first and in order.
    pub(super) fn requeue_doubtful(&mut self) -> Vec<MessageId> {
        let end = self.first_queued();
        let mut ids = Vec::new();
        for entry in self.entries.range_mut(..end) {
            entry.sent = None;
            entry.outgoing.resent = true;
            ids.push(entry.id);
        }
        self.queued += end;
        self.queued_bytes += std::mem::take(&mut self.sent_bytes);
        ids
    }

    /// Forgets the oldest of the unproved ones, as long as there is more to remember than this: their content first, since their
    /// doubt can be told without them. Returns those of which nothing is left.
    pub(super) fn forget_unproved(&mut self, most: usize, most_bytes: usize) -> Vec<MessageId> {
        let mut forgotten = Vec::new();
        while self.first_queued() > most.max(1) {
            forgotten.extend(self.take(0).map(|entry| entry.id));
        }
        while self.sent_bytes > most_bytes && self.ids_only + 1 < self.first_queued() {
            let entry = &mut self.entries[self.ids_only];
            let words = std::mem::replace(&mut entry.outgoing, Outgoing::from(String::new()));
            self.sent_bytes -= words.body.len();
            self.ids_only += 1;
        }
        forgotten
    }
}

#[cfg(test)]
mod tests;
