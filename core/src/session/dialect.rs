//! How a chat message is put into a protocol's payload and read from it; what every chat session shares.
//!
//! An own message that comes back proves delivery and is not shown again, and what came before is not shown twice: see [`echo`].
//!
//! [`echo`]: super::echo

mod arriving;

use std::collections::VecDeque;
use std::time::Duration;

use super::echo::Echo;
use super::own_ids::OwnIds;
use super::returns::Returns;
use super::{Action, Actions, MessageId};
use crate::time::Instant;
use crate::wire::json::{Chat, Frame, JsonFields};

use arriving::line_of;
pub(super) use arriving::{Arrived, Order};

#[derive(Debug, Default)]
pub(super) struct Dialect {
    pub(super) fields: JsonFields,
    user: Option<String>,
    own: OwnIds,
    echo: Echo,
    /// What may have come before: the next lines tell.
    held: VecDeque<Arrived>,
    held_until: Option<Instant>,
    proves: bool,
    echoes_ids: bool,
    returns: Returns,
    /// Of the lines that are read now.
    pub(super) order: Order,
}

impl Dialect {
    pub(super) fn new(user: Option<String>, fields: JsonFields) -> Self {
        let user = user.filter(|name| !name.trim().is_empty());
        Self {
            fields,
            echo: Echo::new(user.clone()),
            user,
            ..Self::default()
        }
    }

    /// A new attempt: what is still held is shown.
    pub(super) fn begin(&mut self, url: &str, out: &mut Actions) {
        self.give_up(out);
        self.own.begin();
        match self.echo.begin(url) {
            true => self.returns.begin(),
            false => self.returns = Returns::default(),
        }
    }

    /// The link is open for the app: a server's history may follow.
    pub(super) fn opened(&mut self, now: Instant) {
        self.echo.opened(now);
    }

    /// Whether a message of ours was ever proved here: then they all are.
    pub(super) fn proves(&self) -> bool {
        self.proves
    }

    /// Whether a second copy of this message is known for one by those who get it: it was sent with its id, and ids come
    /// through this server.
    pub(super) fn recognisable(&self, id: MessageId) -> bool {
        self.echoes_ids && self.own.carried(id)
    }

    /// Whether own lines come back here, with their ids.
    pub(super) fn echoes_ids(&self) -> bool {
        self.echoes_ids
    }

    /// How soon the line that was sent last comes back, where own lines do.
    pub(super) fn returns_within(&self) -> Option<Duration> {
        self.returns.within()
    }

    /// The line that was sent last need not come back: it went to another place.
    #[cfg(feature = "stomp")]
    pub(super) fn may_stay_away(&mut self) {
        self.returns.may_stay_away();
    }

    /// Whether this message was sent with its id.
    pub(super) fn carried(&self, id: MessageId) -> bool {
        self.own.carried(id)
    }

    /// Remembers an id that only we have used.
    pub(super) fn remember(&mut self, id: MessageId, now: Instant) {
        self.own.insert(id, now);
    }

    pub(super) fn is_own(&self, id: &str) -> bool {
        MessageId::parse(id).is_some_and(|id| self.own.contains(id))
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
        }
    }

    /// An own message goes out in a shape of the session's. Without its id, it is known by its words alone.
    pub(super) fn sent(&mut self, id: MessageId, text: &str, with_id: bool, now: Instant) {
        match with_id {
            true => self.own.insert(id, now),
            false => self.own.insert_without_id(id, now),
        }
        self.returns.sent(id, text);
        self.echo.sent(id, text, now);
    }

    /// The server has proved this message: said once, though an acknowledgement and an echo may both come.
    pub(super) fn proved(&mut self, id: MessageId, out: &mut Actions) {
        self.proves = true;
        if self.order != Order::Unknown {
            self.echo.numbered(id);
        }
        if self.own.prove(id) {
            out.push(Action::Delivered(id));
        }
    }

    /// Takes those of a list's lines away that it told before: some servers tell the whole list each time.
    pub(super) fn take_heard(&self, list: &mut Vec<Frame>) {
        let others = |frame: &Frame| match frame {
            Frame::Chat(chat) => !chat.id.as_deref().is_some_and(|id| self.is_own(id)),
            _ => false,
        };
        let lines = list.iter().filter(|frame| others(frame));
        let lines = lines.filter_map(|frame| match frame {
            Frame::Chat(chat) => Some(line_of(chat, false)),
            _ => None,
        });
        let mut heard = self.echo.heard_of(lines);
        list.retain(|frame| {
            let again = heard > 0 && others(frame);
            heard -= usize::from(again);
            !again
        });
    }

    /// The server has given this message a number: a later line with its words is another.
    pub(super) fn numbered(&mut self, id: MessageId) {
        self.echo.numbered(id);
    }

    /// The server has confirmed this message as it does each: one whose confirmation stays away shows a dead link.
    pub(super) fn confirmed(&mut self, id: MessageId, now: Instant, out: &mut Actions) {
        self.came_back(id, now);
        self.proved(id, out);
    }

    fn came_back(&mut self, id: MessageId, now: Instant) {
        let took = self.own.age_on_this_link(id, now);
        self.returns.came_back(id, took);
    }
}
