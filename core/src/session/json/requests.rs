//! What an app asks a JSON server in its own words, and the replies that carry its id.

use std::collections::VecDeque;

use super::JsonSession;
use crate::json::{Map, Value};
use crate::session::trial::message_ids;
use crate::session::{Action, Actions, Body, Incoming, Kind, MessageId};
use crate::wire::json::user_rank;

/// How many requests may wait for their replies, and how many bytes they may have.
const MAX_WAITING: usize = 64;
const MAX_BYTES: usize = 256 << 10;

/// Where servers say in what they hand on when, and as which line, it came.
const STAMPS: [&str; 6] = ["seq", "at", "time", "ts", "timestamp", "date"];

/// The requests whose replies may come, oldest first, with what they said.
#[derive(Debug, Default)]
pub(super) struct Requests {
    waiting: VecDeque<(MessageId, String)>,
    bytes: usize,
}

impl Requests {
    /// An app's own text goes out. It is a request where its id is in it.
    pub(super) fn note(&mut self, id: MessageId, text: &str) {
        if !text.contains(&id.to_string()) {
            return;
        }
        // Sent again: its reply comes once.
        if let Some(place) = self.place(id) {
            self.take(place);
        }
        self.bytes += text.len();
        self.waiting.push_back((id, text.to_owned()));
        while self.waiting.len() > MAX_WAITING || self.bytes > MAX_BYTES {
            self.take(0);
        }
    }

    /// Whether the reply to this request may come.
    pub(super) fn has(&self, id: MessageId) -> bool {
        self.place(id).is_some()
    }

    fn place(&self, id: MessageId) -> Option<usize> {
        self.waiting.iter().position(|(other, _)| *other == id)
    }

    fn take(&mut self, place: usize) {
        let taken = self.waiting.remove(place);
        self.bytes -= taken.map_or(0, |(_, text)| text.len());
    }

    /// The request that this replies to. A copy of what was asked, from a server that tells everybody, is no reply. `echoes`: own
    /// lines come back here, so that a copy may say besides who asked, and when.
    fn answered(&mut self, value: &Value, echoes: bool) -> Option<MessageId> {
        if self.waiting.is_empty() {
            return None;
        }
        let text = value.to_string();
        let place = message_ids(&text).find_map(|id| self.place(id))?;
        let (id, text) = &self.waiting[place];
        let object = Value::parse(text).unwrap_or_default();
        let said = Said {
            text,
            object,
            echoes,
        };
        let id = (!said.is_in(value)).then_some(*id)?;
        self.take(place);
        Some(id)
    }
}

/// What was asked, as it may come back.
struct Said<'a> {
    text: &'a str,
    object: Value,
    echoes: bool,
}

impl Said<'_> {
    /// Whether a copy stands anywhere in this.
    fn is_in(&self, value: &Value) -> bool {
        match value {
            Value::Object(members) => {
                self.is_copied(members) || members.values().any(|value| self.is_in(value))
            }
            Value::Array(items) => {
                *value == self.object || items.iter().any(|item| self.is_in(item))
            }
            Value::String(text) => {
                text.contains(self.text) || Value::parse(text).is_ok_and(|inner| self.is_in(&inner))
            }
            _ => false,
        }
    }

    /// Whether these are the members of what was asked, in whatever order, and nothing that would be an answer.
    fn is_copied(&self, members: &Map) -> bool {
        let Some(said) = self.object.as_object() else {
            return false;
        };
        let stamp = |name: &str| STAMPS.contains(&name) || user_rank(name).is_some();
        let added = |name: &str| name == "seq" || self.echoes && stamp(name);
        said.iter()
            .all(|(name, value)| members.get(name) == Some(value))
            && members
                .iter()
                .all(|(name, _)| said.contains_key(name) || added(name))
    }
}

impl JsonSession {
    /// Whether this is the reply to a request. It is handed on as data, too.
    pub(super) fn is_reply(&mut self, value: &Value, out: &mut Actions) -> bool {
        let Some(id) = self.requests.answered(value, self.dialect.echoes_ids()) else {
            return false;
        };
        let reply = Incoming {
            body: Body::Text(value.to_string()),
            kind: Kind::Data,
            data: Some(value.clone()),
            ..Incoming::default()
        };
        out.push(Action::Reply(id, reply.clone()));
        out.push(Action::Delivered(id));
        out.push(Action::Deliver(reply));
        true
    }
}
