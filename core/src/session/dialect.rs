//! How a chat message is put into a protocol's payload and read from it; what every chat session shares.
//!
//! An own message that comes back is known by its id or, where a server drops ids, by our name and the same text. It proves
//! delivery and is not shown again.

use std::collections::VecDeque;

#[cfg(feature = "socketio")]
use serde_json::Value;

use super::own::OwnIds;
use super::{Action, Actions, Body, Incoming, Kind, MessageId};
#[cfg(any(feature = "socketio", feature = "stomp"))]
use crate::wire::json::{self, Frame};
use crate::wire::json::{Chat, JsonFields};

/// How many unproved messages are compared by text, at a server that drops ids.
const COMPARED: usize = 64;

#[derive(Debug, Default)]
pub(super) struct Dialect {
    pub(super) fields: JsonFields,
    user: Option<String>,
    own: OwnIds,
    unproved: VecDeque<(MessageId, String)>,
    proves: bool,
    echoes_ids: bool,
}

impl Dialect {
    pub(super) fn new(user: Option<String>, fields: JsonFields) -> Self {
        Self {
            fields,
            user: user.filter(|name| !name.trim().is_empty()),
            ..Self::default()
        }
    }

    /// A new socket: what was not proved on the old one is no longer waited for.
    pub(super) fn begin(&mut self) {
        self.unproved.clear();
    }

    /// Whether a message of ours was ever proved here: then they all are.
    pub(super) fn proves(&self) -> bool {
        self.proves
    }

    /// Whether a second copy of this message is known for one by those who get it: it was sent with its id, and ids come
    /// through this server.
    pub(super) fn recognisable(&self, id: MessageId) -> bool {
        self.echoes_ids && self.own.contains(id)
    }

    /// Remembers an id that only we have used.
    pub(super) fn remember(&mut self, id: MessageId) {
        self.own.insert(id);
    }

    pub(super) fn is_own(&self, id: &str) -> bool {
        MessageId::parse(id).is_some_and(|id| self.own.contains(id))
    }

    /// An own message, ready to be written.
    pub(super) fn outgoing(&mut self, id: MessageId, text: String, resent: bool) -> Chat {
        self.own.insert(id);
        self.unproved.push_back((id, text.clone()));
        if self.unproved.len() > COMPARED {
            self.unproved.pop_front();
        }
        Chat {
            text,
            user: self.user.clone(),
            id: Some(id.to_string()),
            system: false,
            resent,
        }
    }

    /// The server has proved this message: said once, though an acknowledgement and an echo may both come.
    pub(super) fn proved(&mut self, id: MessageId, out: &mut Actions) {
        self.proves = true;
        self.unproved.retain(|(other, _)| *other != id);
        if self.own.prove(id) {
            out.push(Action::Delivered(id));
        }
    }

    /// A message that arrived: proof of an own one, or something to show. `rest` holds what the protocol knows besides. Returns
    /// whether it was an own one.
    pub(super) fn arrived(&mut self, chat: Chat, rest: Incoming, out: &mut Actions) -> bool {
        if let Some(id) = self.echo_of(&chat) {
            self.echoes_ids |= chat.id.is_some();
            self.proved(id, out);
            return true;
        }
        out.push(Action::Deliver(Incoming {
            body: Body::Text(chat.text),
            sender: chat.user,
            id: chat.id.or(rest.id),
            kind: if chat.system { Kind::System } else { rest.kind },
            resent: chat.resent,
            ..rest
        }));
        false
    }

    /// A payload of unknown shape: JSON in any form that is understood, or plain text. Heartbeats are swallowed.
    #[cfg(feature = "stomp")]
    pub(super) fn arrived_text(&mut self, text: &str, rest: Incoming, out: &mut Actions) {
        let object = text.trim_start().starts_with(['{', '[']);
        let frames = object
            .then(|| json::decode(text, &self.fields).ok())
            .flatten();
        let plain = || {
            vec![Frame::Chat(Chat {
                text: text.to_owned(),
                ..Chat::default()
            })]
        };
        for frame in frames.unwrap_or_else(plain) {
            if let Frame::Chat(chat) = frame {
                self.arrived(chat, rest.clone(), out);
            }
        }
    }

    /// A value that was parsed before. Returns whether there was anything to show.
    #[cfg(feature = "socketio")]
    pub(super) fn arrived_value(
        &mut self,
        value: &Value,
        rest: Incoming,
        out: &mut Actions,
    ) -> bool {
        match json::read(value, &self.fields) {
            Ok(Frame::Chat(chat)) => {
                self.arrived(chat, rest, out);
            }
            Ok(Frame::Ping(_) | Frame::Pong(_)) => {}
            Err(_) => return false,
        }
        true
    }

    fn echo_of(&self, chat: &Chat) -> Option<MessageId> {
        if let Some(id) = &chat.id {
            return MessageId::parse(id).filter(|id| self.own.contains(*id));
        }
        let same_user = self.user.is_some() && chat.user == self.user;
        same_user
            .then(|| self.unproved.iter().find(|(_, text)| *text == chat.text))?
            .map(|(id, _)| *id)
    }
}
