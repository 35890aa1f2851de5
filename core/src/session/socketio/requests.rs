//! Requests: the answer to ours is an acknowledgement with data; the server's are answered by the app, or at once.

use super::awaited::Awaited;
use super::errors::plain;
use super::{SocketIoSession, transmit};
use crate::json::Value;
use crate::session::{Action, Actions, Body, Incoming, Kind, MessageId, RequestId};
use crate::wire::socketio::Packet;

/// The server's requests that wait for the app, by number, with their namespace and the number of their acknowledgement.
#[derive(Debug, Default)]
pub(super) struct Requests {
    /// Of the last one, on any link: no answer reaches another's.
    last: u64,
    waiting: Awaited<(String, u64)>,
}

impl Requests {
    /// The link at hand is another: what was asked over the last one cannot be answered.
    pub(super) fn begin(&mut self) {
        self.waiting.clear();
    }
}

impl SocketIoSession {
    /// The server asks for an acknowledgement: the app gives it, where it has said so of this event, else it goes at once.
    pub(super) fn take_request(
        &mut self,
        namespace: &str,
        ack_id: u64,
        name: Option<&Value>,
        out: &mut Actions,
    ) -> Option<RequestId> {
        let name = name.and_then(Value::as_str).unwrap_or_default();
        if !self.answers.iter().any(|event| event == name) {
            acknowledge(namespace.to_owned(), ack_id, Vec::new(), out);
            return None;
        }
        let requests = &mut self.requests;
        requests.last += 1;
        let asked = (namespace.to_owned(), ack_id);
        requests.waiting.insert(requests.last, asked);
        Some(RequestId(requests.last))
    }

    pub(super) fn answer_request(
        &mut self,
        request: RequestId,
        args: Vec<Value>,
        out: &mut Actions,
    ) -> bool {
        let asked = self.requests.waiting.remove(request.0);
        let is_there = |name: &str| name == self.joined || self.has_joined(name);
        match asked.filter(|(namespace, _)| is_there(namespace)) {
            Some((namespace, ack_id)) => {
                acknowledge(namespace, ack_id, args, out);
                true
            }
            None => false,
        }
    }
}

fn acknowledge(namespace: String, ack_id: u64, args: Vec<Value>, out: &mut Actions) {
    let packet = Packet::Ack {
        namespace,
        ack_id,
        args,
    };
    transmit(&packet, out);
}

/// What the server answered to a message.
pub(super) fn reply(id: MessageId, args: &[Value], attachments: Vec<Vec<u8>>) -> Action {
    let reply = Incoming {
        body: Body::Text(args.first().map(plain).unwrap_or_default()),
        kind: Kind::Data,
        data: Some(Value::Array(args.to_vec())),
        attachments,
        ..Incoming::default()
    };
    Action::Reply(id, reply)
}
