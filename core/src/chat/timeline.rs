//! Pure: the messages of a chat. Their order, what is a second copy, and what became of the own ones.

mod copies;
mod late;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use super::message::{Author, ChatMessage};
use super::other_messages::OtherMessages;
use crate::connection::{Delivery, Event, Failure};
use crate::fingerprint::{Numbers, fingerprint};
use crate::session::{Body, Incoming, Kind, MessageId, Reason};
use crate::wire::Message;
use copies::Copies;
use late::Late;

/// How many messages are held by default; the oldest go first.
pub const MAX_MESSAGES: usize = 100_000;
/// How many bytes of words, names and reasons they hold at most; the oldest go first. A hundred thousand messages may be long ones.
const MAX_BYTES: usize = 64 << 20;

/// What an event changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Nothing that is shown.
    Nothing,
    /// There is a message more.
    Added,
    /// The delivery of this own message.
    Delivery(MessageId),
    /// There is more that is no line of the chat: see [`Timeline::other_messages`].
    Other,
}

/// The messages of one chat, oldest first.
#[derive(Clone, Debug)]
pub struct Timeline {
    messages: VecDeque<Arc<ChatMessage>>,
    limit: usize,
    /// The bytes of all words and names.
    bytes: usize,
    /// The key of the next message; also how often the timeline has grown.
    next_key: u64,
    own: Numbers,
    last_own: Option<u64>,
    copies: Copies,
    /// Messages may be missing after the last one.
    gap: bool,
    late: Late,
    others: OtherMessages,
}

impl Default for Timeline {
    fn default() -> Self {
        Self::new(MAX_MESSAGES)
    }
}

impl Timeline {
    /// An empty timeline that holds at most `limit` messages with 64 MiB of words and names, and at least one.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self {
            messages: VecDeque::new(),
            limit: limit.max(1),
            bytes: 0,
            next_key: 0,
            own: Numbers::default(),
            last_own: None,
            copies: Copies::default(),
            gap: false,
            late: Late::default(),
            others: OtherMessages::default(),
        }
    }

    /// What came and is no line of the chat.
    #[must_use]
    pub fn other_messages(&self) -> &OtherMessages {
        &self.others
    }

    /// How many messages it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.messages.len()
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// How many lines came later than ones that their sender wrote after them, and were put before those.
    #[must_use]
    pub fn late(&self) -> u64 {
        self.late.count
    }

    /// The keys that late lines got, as they came, since there were `count` of them. Each moved the messages from that key on: they
    /// have the next keys since. `None` where there were more than are remembered: any message may have moved.
    #[must_use]
    pub fn late_since(&self, count: u64) -> Option<&[u64]> {
        self.late.since(count)
    }

    /// The key of the oldest message held; equal to [`Timeline::end_key`] when there is none.
    #[must_use]
    pub fn first_key(&self) -> u64 {
        self.next_key - self.messages.len() as u64
    }

    /// The key that the next message will get.
    #[must_use]
    pub fn end_key(&self) -> u64 {
        self.next_key
    }

    /// Whether messages may be missing after the last one; the next one is then marked with `gap_before`.
    #[must_use]
    pub fn has_gap_at_end(&self) -> bool {
        self.gap
    }

    /// The key of the last own message, if there is one.
    #[must_use]
    pub fn last_own_key(&self) -> Option<u64> {
        self.last_own
    }

    /// The message with this key, if it is held.
    #[must_use]
    pub fn get(&self, key: u64) -> Option<&Arc<ChatMessage>> {
        let place = key.checked_sub(self.first_key())?;
        self.messages.get(usize::try_from(place).ok()?)
    }

    /// The own message with this id, if it is held.
    #[must_use]
    pub fn own_message(&self, id: MessageId) -> Option<&Arc<ChatMessage>> {
        let message = self.get(*self.own.get(&fingerprint(id))?)?;
        (message.id == Some(id)).then_some(message)
    }

    /// All messages, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Arc<ChatMessage>> + ExactSizeIterator {
        self.messages.iter()
    }

    /// Adds an own message, which is shown at once, at the end.
    pub fn push_own(&mut self, id: MessageId, sender: Option<String>, text: String, at: Duration) {
        let key = self.next_key;
        self.own.insert(fingerprint(id), key);
        self.push(ChatMessage {
            id: Some(id),
            delivery: Some(Delivery::Queued),
            ..line(Author::Me, sender, Body::Text(text), at)
        });
        self.last_own = Some(key);
    }

    /// Puts in what was sent while the link was down, fetched afterwards, and so closes the gap at the end. What is there
    /// already, by its id, is not shown twice.
    pub fn fill_gap(&mut self, missed: Vec<Incoming>, at: Duration) {
        self.gap = false;
        for incoming in missed {
            let own = incoming.id.as_deref().and_then(MessageId::parse);
            // A history has our own lines, too: that is their proof.
            match own.filter(|id| self.own.contains_key(&fingerprint(id))) {
                Some(id) => {
                    self.deliver(id, &Delivery::Delivered);
                }
                None => {
                    self.receive(
                        &Incoming {
                            resent: true,
                            ..incoming
                        },
                        at,
                    );
                }
            }
        }
    }

    /// Takes in what happened, `at` this time of day. [`Event::Moved`] empties it.
    pub fn apply(&mut self, event: &Event, at: Duration) -> Change {
        match event {
            Event::Message(incoming) if incoming.kind == Kind::Data => {
                self.others.add(incoming, at);
                Change::Other
            }
            Event::Message(incoming) => self.receive(incoming, at),
            Event::Unreadable { reason, message } => self.push_unreadable(reason, message, at),
            // The status tells it, with what can be done.
            Event::Hint(Reason::EndsWhenSilent { .. }) => Change::Nothing,
            Event::Hint(reason) => self.push_reason(reason, Body::default(), at),
            Event::Delivery { id, delivery } => self.deliver(*id, delivery),
            // Before the first message nothing is missing between two.
            Event::Gap if self.is_empty() || self.gap => Change::Nothing,
            Event::Gap => {
                self.gap = true;
                Change::Added
            }
            Event::Moved(_) => {
                self.clear();
                Change::Added
            }
            Event::State(_)
            | Event::Protocol(_)
            | Event::Disconnected(_)
            | Event::Latency(_)
            | Event::Reply { .. }
            | Event::Channel { .. }
            | Event::Settled { .. } => Change::Nothing,
        }
    }

    #[inline(never)]
    fn push_unreadable(&mut self, reason: &Reason, message: &Message, at: Duration) -> Change {
        let body = match message {
            Message::Binary(bytes) if message.as_text().is_none() => Body::Binary(bytes.clone()),
            _ => Body::Text(message.as_text().unwrap_or_default().to_owned()),
        };
        self.push_reason(reason, body, at)
    }

    /// A line that says why something cannot be read, or what may be the matter.
    #[inline(never)]
    fn push_reason(&mut self, reason: &Reason, body: Body, at: Duration) -> Change {
        self.push(ChatMessage {
            unreadable: Some(reason.clone()),
            ..line(Author::System, None, body, at)
        });
        Change::Added
    }

    /// Another address is another chat. Keys go on: no row is taken for another.
    #[inline(never)]
    fn clear(&mut self) {
        let next_key = self.next_key;
        let mut late = std::mem::take(&mut self.late);
        late.clear();
        *self = Self {
            next_key,
            late,
            ..Self::new(self.limit)
        };
    }

    fn receive(&mut self, incoming: &Incoming, at: Duration) -> Change {
        if let Some(id) = &incoming.id
            && self.copies.is_second(id, incoming.resent)
        {
            return Change::Nothing;
        }
        let author = if matches!(incoming.kind, Kind::System | Kind::Error) {
            Author::System
        } else {
            Author::Other
        };
        let held = self.first_key()..self.next_key;
        let key = self.late.place(incoming, at, held);
        let message = ChatMessage {
            error: incoming.kind == Kind::Error,
            ..line(author, incoming.sender.clone(), incoming.body.clone(), at)
        };
        self.insert(key, message);
        Change::Added
    }

    #[inline(never)]
    fn deliver(&mut self, id: MessageId, delivery: &Delivery) -> Change {
        let Some(place) = self
            .own
            .get(&fingerprint(id))
            .and_then(|key| key.checked_sub(self.first_key()))
            .and_then(|place| usize::try_from(place).ok())
        else {
            return Change::Nothing;
        };
        let Some(message) = self.message_mut(place) else {
            return Change::Nothing;
        };
        // Proof is proof: nothing that comes later takes it back, and a better one takes its place.
        let settled = match message.delivery {
            Some(Delivery::Echoed) => *delivery != Delivery::Delivered,
            ref told => *told == Some(Delivery::Delivered),
        };
        if settled {
            return Change::Nothing;
        }
        let before = bytes(message);
        message.delivery = Some(delivery.clone());
        let now = bytes(message);
        self.bytes = self.bytes + now - before;
        Change::Delivery(id)
    }

    fn message_mut(&mut self, place: usize) -> Option<&mut ChatMessage> {
        self.messages.get_mut(place).map(Arc::make_mut)
    }

    fn push(&mut self, message: ChatMessage) {
        self.insert(self.next_key, message);
    }

    /// Puts a message where this key is, behind a gap that is marked there; the messages from there on get the next keys.
    fn insert(&mut self, key: u64, message: ChatMessage) {
        let place = (key - self.first_key()) as usize;
        let gap_before = match place < self.messages.len() {
            true => self.make_room(key, place),
            false => std::mem::take(&mut self.gap),
        };
        let message = ChatMessage {
            key,
            gap_before,
            ..message
        };
        self.bytes += bytes(&message);
        self.next_key += 1;
        self.messages.push_back(Arc::new(message));
        // There are few behind it.
        for last in (place + 1..self.messages.len()).rev() {
            self.messages.swap(last, last - 1);
        }
        while self.messages.len() > self.limit || self.bytes > MAX_BYTES && self.messages.len() > 1
        {
            self.drop_oldest();
        }
    }

    /// Gives the messages from here on the next keys. Returns whether a gap was marked here.
    #[inline(never)]
    fn make_room(&mut self, key: u64, place: usize) -> bool {
        for place in place..self.messages.len() {
            let Some(moved) = self.message_mut(place) else {
                break;
            };
            moved.key += 1;
            let (id, key) = (moved.id, moved.key);
            if let Some(own) = id.and_then(|id| self.own.get_mut(&fingerprint(id))) {
                *own = key;
            }
        }
        if let Some(own) = self.last_own.as_mut().filter(|own| **own >= key) {
            *own += 1;
        }
        let next = self.message_mut(place);
        next.is_some_and(|next| std::mem::take(&mut next.gap_before))
    }

    #[inline(never)]
    fn drop_oldest(&mut self) {
        let Some(oldest) = self.messages.pop_front() else {
            return;
        };
        self.bytes -= bytes(&oldest);
        if let Some(id) = oldest.id {
            self.own.remove(&fingerprint(id));
        }
    }
}

/// What a message holds that a server may make as long as it likes.
fn bytes(message: &ChatMessage) -> usize {
    let refused = match &message.delivery {
        Some(Delivery::Failed(Failure::Refused(reason))) => reason.words(),
        _ => "",
    };
    let unreadable = message.unreadable.as_ref().map_or("", Reason::words);
    let sender = message.sender.as_deref().unwrap_or_default();
    message.body.len() + sender.len() + refused.len() + unreadable.len()
}

fn line(author: Author, sender: Option<String>, body: Body, at: Duration) -> ChatMessage {
    ChatMessage {
        author,
        sender,
        body,
        at,
        ..ChatMessage::default()
    }
}

#[cfg(test)]
mod tests;
