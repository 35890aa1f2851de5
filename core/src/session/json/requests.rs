//! What an app asks a JSON server in its own words, and the replies that carry its id.

use std::collections::VecDeque;

use super::JsonSession;
use crate::json::Value;
use crate::session::trial::message_ids;
use crate::session::{Action, Actions, Body, Incoming, Kind, MessageId};

/// How many requests may wait for their replies, and how many bytes they may have.
const MAX_WAITING: usize = 64;
const MAX_BYTES: usize = 256 << 10;

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
        // As a copy that comes back would be written.
        let said = Value::parse(text).map_or_else(|_| text.to_owned(), |value| value.to_string());
        self.bytes += said.len();
        self.waiting.push_back((id, said));
        while self.waiting.len() > MAX_WAITING || self.bytes > MAX_BYTES {
            self.take(0);
        }
    }

    fn take(&mut self, place: usize) {
        let taken = self.waiting.remove(place);
        self.bytes -= taken.map_or(0, |(_, said)| said.len());
    }

    /// The request that this replies to. A copy of what was asked, from a server that tells everybody, is no reply.
    fn answered(&mut self, value: &Value) -> Option<MessageId> {
        if self.waiting.is_empty() {
            return None;
        }
        let text = without_number(value);
        let place = |id| self.waiting.iter().position(|(other, _)| *other == id);
        let place = message_ids(&text).find_map(place)?;
        let (id, said) = &self.waiting[place];
        let id = (!text.contains(said.as_str())).then_some(*id)?;
        self.take(place);
        Some(id)
    }
}

/// Its words, without the number that a server with a log gives each line: a copy has it, too.
fn without_number(value: &Value) -> String {
    match value.as_object() {
        Some(object) if object.get("seq").is_some() => {
            let mut object = object.clone();
            object.remove("seq");
            Value::Object(object).to_string()
        }
        _ => value.to_string(),
    }
}

impl JsonSession {
    /// Whether this is the reply to a request. It is handed on as data, too.
    pub(super) fn is_reply(&mut self, value: &Value, out: &mut Actions) -> bool {
        let Some(id) = self.requests.answered(value) else {
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
