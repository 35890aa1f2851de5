//! What becomes of a message that arrived: proof of an own one, something to show, or what came before.

use super::Dialect;
use crate::session::echo::{HELD_FOR, Line, Verdict};
use crate::session::{Action, Actions, Body, Incoming, Kind, MessageId};
use crate::time::Instant;
use crate::wire::json::Chat;
#[cfg(feature = "stomp")]
use crate::wire::json::{self, Frame};

/// How many bytes of words are held back that may have come before: a page has better uses for them.
const MOST_HELD_BYTES: usize = 4 << 20;

/// A chat message that arrived, and what the protocol knows besides.
#[derive(Clone, Debug)]
pub(in crate::session) struct Arrived {
    pub(in crate::session) chat: Chat,
    /// Its words are all that came: no member named them.
    pub(in crate::session) bare: bool,
    pub(in crate::session) rest: Incoming,
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

pub(super) fn line_of(chat: &Chat, bare: bool) -> Line<'_> {
    Line {
        text: &chat.text,
        sender: chat.user.as_deref(),
        id: chat.id.as_deref(),
        bare,
        resent: chat.resent,
        anothers: false,
    }
}

/// What is known of the order of the lines that are read now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::session) enum Order {
    /// Nothing: they may be a history.
    #[default]
    Unknown,
    /// Their numbers say that they never came.
    Numbered,
    /// The same, of what was missed: they may be of an earlier link.
    Missed,
}

impl Dialect {
    /// A message that arrived: proof of an own one, something to show, or what came before. Returns whether it was an own one.
    pub(in crate::session) fn arrived(
        &mut self,
        arrived: Arrived,
        now: Instant,
        out: &mut Actions,
    ) -> bool {
        if self.is_echo(&arrived, now, out) {
            return true;
        }
        // What the system says is nobody's echo.
        if arrived.chat.system {
            arrived.deliver(out);
            return false;
        }
        let line = Line {
            anothers: self.is_anothers(&arrived.chat),
            ..arrived.line()
        };
        let verdict = match self.order {
            Order::Unknown => self.echo.judge(&line, now),
            order => self.echo.hear_in_order(&line, order == Order::Missed),
        };
        self.act_on(verdict, arrived, now, out)
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
    fn act_on(
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
                let bytes: usize = self.held.iter().map(|held| held.chat.text.len()).sum();
                if bytes > MOST_HELD_BYTES {
                    self.release(now, out);
                }
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
    pub(in crate::session) fn give_up(&mut self, out: &mut Actions) {
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
    pub(in crate::session) fn poll_timeout(&self) -> Option<Instant> {
        self.held_until
    }

    /// What was held is no history: nothing follows it.
    pub(in crate::session) fn handle_timeout(&mut self, now: Instant, out: &mut Actions) {
        if self.held_until.is_some_and(|until| until <= now) {
            self.release(now, out);
        }
    }

    /// A payload of unknown shape: JSON in any form that is understood, or plain text. Heartbeats are swallowed.
    #[cfg(feature = "stomp")]
    pub(in crate::session) fn arrived_text(
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
