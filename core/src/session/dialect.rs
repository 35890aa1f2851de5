//! How a chat message is put into a protocol's payload and read from it; what every chat session shares.
//!
//! An own message that comes back with its id proves its delivery, and is not shown again. What else a chat wants to know of lines
//! (own ones without their ids, those that came before) is a part of its own, which only a chat has: [`recognition`].

mod arriving;
mod own;
mod recognition;

use std::time::Duration;

use super::{Actions, MessageId};
use crate::address::address_of;
use crate::time::Instant;
use crate::wire::json::{Chat, Frame, JsonFields};

pub(super) use arriving::{Arrived, Order};
use own::Own;
use recognition::{Recognise, Recognition};

#[derive(Debug, Default)]
pub(super) struct Dialect {
    pub(super) fields: JsonFields,
    user: Option<String>,
    own: Own,
    /// The URL of the last attempt without its query.
    address: String,
    /// What knows lines by more than their ids, in a chat.
    lines: Option<Box<dyn Recognise>>,
    /// Of the lines that are read now.
    pub(super) order: Order,
}

impl Dialect {
    /// For a chat: own lines are known in whatever shape they come back, and no line is shown twice.
    pub(super) fn for_chat(user: Option<String>, fields: JsonFields) -> Self {
        let mut dialect = Self::new(user, fields);
        dialect.lines = Some(Box::new(Recognition::new(dialect.user.clone())));
        dialect
    }

    /// For an app that says what it likes: messages are known by their ids.
    pub(super) fn new(user: Option<String>, fields: JsonFields) -> Self {
        Self {
            fields,
            user: user.filter(|name| !name.trim().is_empty()),
            own: Own::default(),
            address: String::new(),
            lines: None,
            order: Order::Unknown,
        }
    }

    /// A new attempt: what is still held is shown.
    pub(super) fn begin(&mut self, url: &str, out: &mut Actions) {
        self.give_up(out);
        let address = address_of(url);
        self.own.begin(self.address == address);
        address.clone_into(&mut self.address);
        if let Some(lines) = &mut self.lines {
            lines.begin(url);
        }
    }

    /// The link is open for the app: a server's history may follow.
    pub(super) fn opened(&mut self, now: Instant) {
        if let Some(lines) = &mut self.lines {
            lines.opened(now);
        }
    }

    /// Whether a message of ours was ever proved here: then they all are.
    pub(super) fn proves(&self) -> bool {
        self.own.proves
    }

    /// Whether a second copy of this message is known for one by those who get it: it was sent with its id, and ids come
    /// through this server.
    pub(super) fn recognisable(&self, id: MessageId) -> bool {
        self.own.echoes_ids && self.own.ids.carried(id)
    }

    /// Whether own lines come back here, with their ids.
    pub(super) fn echoes_ids(&self) -> bool {
        self.own.echoes_ids
    }

    /// How soon the line that was sent last comes back, where own lines do.
    pub(super) fn returns_within(&self) -> Option<Duration> {
        self.own.returns.within()
    }

    /// The line that was sent last need not come back: it went to another place, or out too early.
    #[cfg(feature = "stomp")]
    pub(super) fn may_stay_away(&mut self) {
        self.own.returns.may_stay_away();
    }

    /// Whether this message was sent with its id.
    pub(super) fn carried(&self, id: MessageId) -> bool {
        self.own.ids.carried(id)
    }

    /// Remembers an id that only we have used.
    pub(super) fn remember(&mut self, id: MessageId, now: Instant) {
        self.own.ids.insert(id, now);
    }

    pub(super) fn is_own(&self, id: &str) -> bool {
        self.own.is_own(id)
    }

    /// Our name, if we have one.
    pub(super) fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// An own message, ready to be written with its id.
    pub(super) fn outgoing(
        &mut self,
        id: MessageId,
        text: String,
        resent: bool,
        now: Instant,
    ) -> Chat {
        self.sent(id, &text, true, now);
        Chat {
            text,
            user: self.user.clone(),
            id: Some(id.to_string()),
            system: false,
            resent,
            mine: false,
        }
    }

    /// An own message goes out in a shape of the session's. Without its id, it is known by its words alone.
    pub(super) fn sent(&mut self, id: MessageId, text: &str, with_id: bool, now: Instant) {
        self.own.carries_ids = with_id;
        match with_id {
            true => self.own.ids.insert(id, now),
            false => {
                self.own.ids.insert_without_id(id, now);
                self.expect_ids(false);
            }
        }
        self.own.returns.sent(id, text);
        if let Some(lines) = &mut self.lines {
            lines.sent(id, text, now);
        }
    }

    /// The server has proved this message: said once, though an acknowledgement and an echo may both come.
    pub(super) fn proved(&mut self, id: MessageId, out: &mut Actions) {
        if self.order != Order::Unknown {
            self.numbered(id);
        }
        self.own.prove(id, out);
    }

    /// The frame of an own line has come back as words, under this sender: what stands before it stands before the others, too.
    pub(super) fn hear_own(&mut self, sender: Option<&str>, words: &str) {
        if let (Some(lines), Some((before, _))) = (&mut self.lines, words.split_once('{')) {
            lines.hear_own(sender, before);
        }
    }

    /// The server has given this message a number: a later line with its words is another.
    pub(super) fn numbered(&mut self, id: MessageId) {
        if let Some(lines) = &mut self.lines {
            lines.numbered(id);
        }
    }

    /// Takes those of a list's lines away that it told before: some servers tell the whole list each time.
    pub(super) fn take_heard(&self, list: &mut Vec<Frame>) {
        if let Some(lines) = &self.lines {
            lines.take_heard(&self.own, list);
        }
    }

    /// The server has confirmed this message as it does each: one whose confirmation stays away shows a dead link.
    pub(super) fn confirmed(&mut self, id: MessageId, now: Instant, out: &mut Actions) {
        self.own.came_back(id, now);
        self.proved(id, out);
    }

    /// When [`Dialect::handle_timeout`] wants to be called.
    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        self.lines.as_ref()?.poll_timeout()
    }

    /// What was held is no history: nothing follows it.
    pub(super) fn handle_timeout(&mut self, now: Instant, out: &mut Actions) {
        if let Some(lines) = &mut self.lines {
            lines.handle_timeout(&mut self.own, now, out);
        }
    }

    /// What was held is shown, where no time is at hand: no own line is looked for among it.
    pub(super) fn give_up(&mut self, out: &mut Actions) {
        if let Some(lines) = &mut self.lines {
            lines.give_up(out);
        }
    }
}
