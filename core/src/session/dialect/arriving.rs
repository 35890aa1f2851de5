//! What becomes of a message that arrived: proof of an own one, or something to show.

use super::Dialect;
use crate::session::{Action, Actions, Body, Incoming, Kind, MessageId};
use crate::time::Instant;
use crate::wire::json::Chat;
#[cfg(feature = "stomp")]
use crate::wire::json::{self, Frame};

/// A chat message that arrived, and what the protocol knows besides.
#[derive(Clone, Debug)]
pub(in crate::session) struct Arrived {
    pub(in crate::session) chat: Chat,
    /// Its words are all that came: no member named them.
    pub(in crate::session) bare: bool,
    pub(in crate::session) rest: Incoming,
}

impl Arrived {
    pub(super) fn deliver(self, out: &mut Actions) {
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
        match &mut self.lines {
            // What the system says is nobody's echo.
            Some(lines) if !arrived.chat.system => {
                lines.arrived(arrived, self.order, &mut self.own, now, out)
            }
            _ => {
                arrived.deliver(out);
                false
            }
        }
    }

    /// Whether this is an own message, by its id: its proof.
    fn is_echo(&mut self, arrived: &Arrived, now: Instant, out: &mut Actions) -> bool {
        let id = arrived.chat.id.as_deref().and_then(MessageId::parse);
        let Some(id) = id.filter(|id| self.own.ids.contains(*id)) else {
            return false;
        };
        if self.own.carries_ids {
            self.expect_ids(true);
        }
        self.own.came_back(id, now);
        self.proved(id, out);
        true
    }

    pub(super) fn expect_ids(&mut self, expected: bool) {
        self.own.echoes_ids = expected;
        if let Some(lines) = &mut self.lines {
            lines.expect_ids(expected);
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
