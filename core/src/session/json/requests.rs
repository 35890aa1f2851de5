//! What an app asks a JSON server in its own words, and the replies that carry its id.

use std::fmt;

use super::JsonSession;
use super::arriving::told;
use crate::json::{Map, Value};
use crate::search::contains;
use crate::session::plain_texts::message_ids;
use crate::session::{Action, Actions, Kind, MessageId};
use crate::wire::json::user_rank;

/// How many requests may wait for their replies, and how many bytes they may have.
const MAX_WAITING: usize = 64;
const MAX_BYTES: usize = 256 << 10;

/// Where servers say in what they hand on when, and as which line, it came.
const STAMPS: [&str; 6] = ["seq", "at", "time", "ts", "timestamp", "date"];

/// What knows the requests of an app, and the replies to them.
pub(super) trait Replies: fmt::Debug + Send {
    /// An app's own text goes out. It is a request where its id is in it.
    fn note(&mut self, id: MessageId, text: &str);

    /// The server acknowledges this. Returns whether it is a request whose reply may come.
    fn acknowledge(&mut self, id: MessageId, out: &mut Actions) -> bool;

    /// Hands on the reply to a request, as data, too. Returns whether this is one. `echoes`: own lines come back here, so that a copy
    /// of what was asked may say besides who asked, and when.
    fn take(&mut self, value: &Value, echoes: bool, out: &mut Actions) -> bool;
}

/// Says that a message goes as it is. With it comes what knows the replies to such messages: no other app links that.
#[derive(Clone, Copy, Debug)]
pub struct AsIs(fn() -> Box<dyn Replies>);

impl AsIs {
    pub(super) fn make(self) -> Box<dyn Replies> {
        (self.0)()
    }
}

impl Default for AsIs {
    fn default() -> Self {
        Self(|| Box::new(Requests::default()))
    }
}

/// There is one kind.
impl PartialEq for AsIs {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for AsIs {}

/// The requests whose replies may come, oldest first, with what they said.
#[derive(Debug, Default)]
pub(super) struct Requests {
    waiting: Vec<Request>,
    bytes: usize,
}

#[derive(Debug)]
struct Request {
    id: MessageId,
    text: String,
    /// The server has acknowledged it: its reply proves no more.
    acknowledged: bool,
}

impl Replies for Requests {
    fn note(&mut self, id: MessageId, text: &str) {
        if !contains(text, &id.to_string()) {
            return;
        }
        // Sent again: its reply comes once.
        if let Some(place) = self.place(id) {
            self.remove(place);
        }
        self.bytes += text.len();
        self.waiting.push(Request {
            id,
            text: text.to_owned(),
            acknowledged: false,
        });
        while self.waiting.len() > MAX_WAITING || self.bytes > MAX_BYTES {
            self.remove(0);
        }
    }

    fn acknowledge(&mut self, id: MessageId, out: &mut Actions) -> bool {
        let place = self.place(id);
        let request = place.and_then(|place| self.waiting.get_mut(place));
        request.is_some_and(|request| {
            if !std::mem::replace(&mut request.acknowledged, true) {
                out.push(Action::Delivered(id));
            }
            true
        })
    }

    fn take(&mut self, value: &Value, echoes: bool, out: &mut Actions) -> bool {
        let Some(request) = self.answered(value, echoes) else {
            return false;
        };
        let reply = told(value.to_string(), Kind::Data, value);
        out.push(Action::Reply(request.id, reply.clone()));
        if !request.acknowledged {
            out.push(Action::Delivered(request.id));
        }
        out.push(Action::Deliver(reply));
        true
    }
}

impl Requests {
    fn place(&self, id: MessageId) -> Option<usize> {
        self.waiting.iter().position(|request| request.id == id)
    }

    fn remove(&mut self, place: usize) -> Request {
        let taken = self.waiting.remove(place);
        self.bytes -= taken.text.len();
        taken
    }

    /// The request that this replies to. A copy of what was asked, from a server that tells everybody, is no reply. `echoes`: own
    /// lines come back here, so that a copy may say besides who asked, and when.
    fn answered(&mut self, value: &Value, echoes: bool) -> Option<Request> {
        if self.waiting.is_empty() {
            return None;
        }
        let text = value.to_string();
        let place = message_ids(&text).find_map(|id| self.place(id))?;
        let text = &self.waiting[place].text;
        let object = Value::parse(text).unwrap_or_default();
        let said = Said {
            text,
            object,
            echoes,
        };
        match said.is_in(value) {
            true => None,
            false => Some(self.remove(place)),
        }
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
                contains(text, self.text)
                    || Value::parse(text).is_ok_and(|inner| self.is_in(&inner))
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
        let echoes = self.dialect.echoes_ids();
        let replies = self.replies.as_mut();
        replies.is_some_and(|replies| replies.take(value, echoes, out))
    }

    /// Whether what the server acknowledges is a request whose reply may come.
    pub(super) fn acknowledge(&mut self, id: MessageId, out: &mut Actions) -> bool {
        let replies = self.replies.as_mut();
        replies.is_some_and(|replies| replies.acknowledge(id, out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A request of so many bytes.
    fn note(requests: &mut Requests, id: u128, bytes: usize) {
        let id = MessageId(id);
        let mut text = id.to_string();
        text.push_str(&" ".repeat(bytes - text.len()));
        requests.note(id, &text);
    }

    fn waiting(requests: &Requests) -> Vec<u128> {
        requests.waiting.iter().map(|one| one.id.0).collect()
    }

    #[test]
    fn as_many_wait_as_may_and_the_oldest_goes() {
        let mut requests = Requests::default();
        for id in 0..MAX_WAITING as u128 {
            note(&mut requests, id, 100);
        }
        assert_eq!(requests.waiting.len(), MAX_WAITING);
        note(&mut requests, 1_000, 100);
        assert_eq!(requests.waiting.len(), MAX_WAITING);
        assert_eq!(requests.place(MessageId(0)), None);
    }

    #[test]
    fn as_many_bytes_wait_as_may_and_those_that_were_answered_make_room() {
        let mut requests = Requests::default();
        for id in 0..4 {
            note(&mut requests, id, MAX_BYTES / 4);
        }
        assert_eq!(waiting(&requests), [0, 1, 2, 3]);
        requests.remove(1);
        note(&mut requests, 4, MAX_BYTES / 4);
        assert_eq!(waiting(&requests), [0, 2, 3, 4]);
        note(&mut requests, 5, 100);
        assert_eq!(waiting(&requests), [2, 3, 4, 5]);
    }

    #[test]
    fn a_request_that_is_acknowledged_twice_is_delivered_once() {
        let mut requests = Requests::default();
        note(&mut requests, 7, 100);
        let mut out = Actions::default();
        assert!(requests.acknowledge(MessageId(7), &mut out));
        assert_eq!(out.pop(), Some(Action::Delivered(MessageId(7))));
        assert!(requests.acknowledge(MessageId(7), &mut out));
        assert!(!requests.acknowledge(MessageId(8), &mut out));
        assert_eq!(out.pop(), None);
    }
}
