//! The `raw` session: every message as it is.

use super::{Action, Actions, Body, Incoming, MessageId, Outgoing, Protocol, Session, Spoken};
use crate::time::Instant;
use crate::wire::Message;

/// Every message as it is, and no heartbeat: the session of a bare `use_socket`.
#[derive(Debug, Default)]
pub struct RawSession;

impl Session for RawSession {
    fn protocol(&self) -> Spoken {
        Protocol::Raw.into()
    }

    fn handle_message(&mut self, message: Message, _now: Instant, out: &mut Actions) {
        let body = match message {
            Message::Text(text) => Body::Text(text),
            Message::Binary(bytes) => Body::Binary(bytes),
        };
        out.push(Action::Deliver(Incoming {
            body,
            ..Incoming::default()
        }));
    }

    fn send(&mut self, _id: MessageId, outgoing: Outgoing, _now: Instant, out: &mut Actions) {
        out.push(Action::Transmit(outgoing.body));
    }
}
