//! How a chat message is put into a protocol's payload and read from it; what every chat session shares.
//!
//! An own message that comes back proves delivery and is not shown again, and what came before is not shown twice: see [`echo`].
//!
//! [`echo`]: super::echo

use std::collections::VecDeque;
use std::time::Duration;

use super::echo::{Echo, HELD_FOR, Line, Verdict};
use super::own_ids::OwnIds;
use super::returns::Returns;
use super::{Action, Actions, Body, Incoming, Kind, MessageId};
use crate::time::Instant;
#[cfg(feature = "stomp")]
use crate::wire::json;
use crate::wire::json::{Chat, Frame, JsonFields};

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
}

/// A chat message that arrived, and what the protocol knows besides.
#[derive(Clone, Debug)]
pub(super) struct Arrived {
    pub(super) chat: Chat,
    /// Its words are all that came: no member named them.
    pub(super) bare: bool,
    pub(super) rest: Incoming,
}

impl Arrived {
    fn line(&self) -> Line<'_> {
        line_of(&self.chat, self.bare)
    }

    fn deliver(self, out: &mut Actions) {
        let Self { chat, rest, .. } = self;
        out.push(Action::Deliver(Incoming {
            body: Body::Text(chat.text),
            sender: chat.user,
            id: chat.id.or(rest.id),
            kind: if chat.system { Kind::System } else { rest.kind },
            resent: chat.resent,
            ..rest
        }));
    }
}

fn line_of(chat: &Chat, bare: bool) -> Line<'_> {
    Line {
        text: &chat.text,
        sender: chat.user.as_deref(),
        id: chat.id.as_deref(),
        bare,
        resent: chat.resent,
    }
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

    /// The server has confirmed this message as it does each: one whose confirmation stays away shows a dead link.
    pub(super) fn confirmed(&mut self, id: MessageId, now: Instant, out: &mut Actions) {
        self.came_back(id, now);
        self.proved(id, out);
    }

    /// A message that arrived: proof of an own one, something to show, or what came before. Returns whether it was an own one.
    pub(super) fn arrived(&mut self, arrived: Arrived, now: Instant, out: &mut Actions) -> bool {
        if self.is_echo(&arrived, now, out) {
            return true;
        }
        // What the system says is nobody's echo.
        if arrived.chat.system {
            arrived.deliver(out);
            return false;
        }
        let verdict = self.echo.judge(&arrived.line(), now);
        self.judge(verdict, arrived, now, out)
    }

    /// The same where the server's own numbers say that it is no history. `again`: it is told again after a reconnection, and may be
    /// of an earlier link.
    pub(super) fn arrived_in_order(
        &mut self,
        arrived: Arrived,
        again: bool,
        now: Instant,
        out: &mut Actions,
    ) -> bool {
        if self.is_echo(&arrived, now, out) {
            return true;
        }
        if arrived.chat.system {
            arrived.deliver(out);
            return false;
        }
        let verdict = self.echo.hear_in_order(&arrived.line(), again);
        self.judge(verdict, arrived, now, out)
    }

    /// Whether this is an own message, by its id: its proof.
    fn is_echo(&mut self, arrived: &Arrived, now: Instant, out: &mut Actions) -> bool {
        let id = arrived.chat.id.as_deref().and_then(MessageId::parse);
        let Some(id) = id.filter(|id| self.own.contains(*id)) else {
            return false;
        };
        self.echoes_ids = true;
        self.came_back(id, now);
        self.echo.came_back_by_id();
        self.proved(id, out);
        true
    }

    /// Another's line, or an own one that is not known by its id. Returns whether it was an own one.
    fn judge(
        &mut self,
        verdict: Verdict,
        arrived: Arrived,
        now: Instant,
        out: &mut Actions,
    ) -> bool {
        match verdict {
            Verdict::Held => {
                self.held.push_back(arrived);
                self.held_until = Some(now + HELD_FOR);
                false
            }
            Verdict::History => {
                self.held.clear();
                self.held_until = None;
                false
            }
            Verdict::Repeated(own) => {
                own.into_iter().for_each(|id| self.proved(id, out));
                own.is_some()
            }
            Verdict::New => {
                // What was held came before this.
                self.release(now, out);
                match self.is_several(&arrived, now) {
                    true => self.settle_each(&arrived, now, out),
                    false => self.settle(arrived, now, out),
                }
            }
        }
    }

    /// Shows what was held: it is new after all.
    fn release(&mut self, now: Instant, out: &mut Actions) {
        self.held_until = None;
        for arrived in std::mem::take(&mut self.held) {
            self.settle(arrived, now, out);
        }
    }

    /// The same, where no time is at hand: no own line is looked for among them.
    pub(super) fn give_up(&mut self, out: &mut Actions) {
        self.held_until = None;
        for arrived in std::mem::take(&mut self.held) {
            self.echo.settle_anothers(&arrived.line());
            arrived.deliver(out);
        }
    }

    fn settle(&mut self, arrived: Arrived, now: Instant, out: &mut Actions) -> bool {
        let echo = match self.is_anothers(&arrived.chat) {
            true => {
                self.echo.settle_anothers(&arrived.line());
                None
            }
            false => self.echo.settle(&arrived.line(), now),
        };
        match echo {
            Some(id) => {
                self.came_back(id, now);
                self.proved(id, out);
            }
            None => arrived.deliver(out),
        }
        echo.is_some()
    }

    fn came_back(&mut self, id: MessageId, now: Instant) {
        let took = self.own.age_on_this_link(id, now);
        self.returns.came_back(id, took);
    }

    /// Whether a server has put several lines into one frame, as those do that write what waits at once: one of them is ours.
    fn is_several(&self, arrived: &Arrived, now: Instant) -> bool {
        let own = |text| {
            self.echo.is_own(
                &Line {
                    text,
                    ..arrived.line()
                },
                now,
            )
        };
        let text = arrived.chat.text.trim();
        arrived.bare && text.contains('\n') && !own(text) && text.lines().any(own)
    }

    fn settle_each(&mut self, arrived: &Arrived, now: Instant, out: &mut Actions) -> bool {
        let lines = arrived.chat.text.lines().filter(|line| !line.is_empty());
        let mut own = false;
        for text in lines {
            let mut line = arrived.clone();
            text.clone_into(&mut line.chat.text);
            own |= self.settle(line, now, out);
        }
        own
    }

    /// Whether its id says that it is another's: one of our form from a client like this one, or any where ours come back.
    fn is_anothers(&self, chat: &Chat) -> bool {
        let id = chat.id.as_deref();
        let ours = |id| MessageId::parse(id).is_some_and(|id| !id.may_be_a_servers());
        id.is_some_and(|id| self.echoes_ids || ours(id))
    }

    /// When [`Dialect::handle_timeout`] wants to be called.
    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        self.held_until
    }

    /// What was held is no history: nothing follows it.
    pub(super) fn handle_timeout(&mut self, now: Instant, out: &mut Actions) {
        if self.held_until.is_some_and(|until| until <= now) {
            self.release(now, out);
        }
    }

    /// A payload of unknown shape: JSON in any form that is understood, or plain text. Heartbeats are swallowed.
    #[cfg(feature = "stomp")]
    pub(super) fn arrived_text(
        &mut self,
        text: &str,
        rest: Incoming,
        now: Instant,
        out: &mut Actions,
    ) {
        let object = text.trim_start().starts_with(['{', '[']);
        let frames = object
            .then(|| json::decode(text, &self.fields).ok())
            .flatten()
            .filter(|frames| frames.iter().any(|frame| *frame != Frame::Data));
        let bare = frames.is_none();
        let plain = || {
            vec![Frame::Chat(Chat {
                text: text.to_owned(),
                ..Chat::default()
            })]
        };
        for frame in frames.unwrap_or_else(plain) {
            let rest = rest.clone();
            match frame {
                Frame::Chat(chat) => {
                    self.arrived(Arrived { chat, bare, rest }, now, out);
                }
                Frame::Error(words) => out.push(told(words, rest)),
                Frame::Ping(_) | Frame::Pong(_) | Frame::Data => {}
            }
        }
    }
}

/// An error that the server tells.
#[cfg(feature = "stomp")]
fn told(words: String, rest: Incoming) -> Action {
    Action::Deliver(Incoming {
        body: Body::Text(words),
        kind: Kind::Error,
        ..rest
    })
}
