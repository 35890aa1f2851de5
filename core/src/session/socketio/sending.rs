//! What goes out: an event for each message, with the number of its acknowledgement.

use crate::json::Value;

use super::SocketIoSession;
use super::payload::Line;
use crate::session::{MessageId, Outgoing, Reason};
use crate::time::Instant;
use crate::wire::Message;
use crate::wire::socketio::{Packet, placeholder};

impl SocketIoSession {
    /// The packet for an outgoing message.
    pub(super) fn packet(
        &mut self,
        id: MessageId,
        outgoing: Outgoing,
        now: Instant,
    ) -> Result<Packet, Reason> {
        let event = outgoing.channel.as_deref().unwrap_or(self.payload.event());
        let event = Value::from(event);
        let namespace = match outgoing.namespace {
            Some(name) if !self.has_joined(&name) => return Err(Reason::NotJoined(name)),
            name => name.unwrap_or_else(|| self.joined.clone()),
        };
        let ack_id = Some(self.link.next_ack);
        Ok(match outgoing.body {
            Message::Binary(bytes) => Packet::BinaryEvent {
                namespace,
                ack_id,
                args: vec![event, placeholder(0)],
                attachments: vec![bytes],
            },
            Message::Text(text) => Packet::Event {
                namespace,
                ack_id,
                args: match outgoing.as_is.is_some() {
                    true => [vec![event], given(&text)?].concat(),
                    false => [vec![event], self.args(id, &text, outgoing.resent, now)].concat(),
                },
            },
        })
    }

    /// The arguments of a line, which may come back from now on.
    fn args(&mut self, id: MessageId, text: &str, resent: bool, now: Instant) -> Vec<Value> {
        self.dialect.sent(id, text, self.payload.has_id(), now);
        let id = &id.to_string();
        self.payload.args(&Line { text, id, resent })
    }

    /// The packet's messages, as far as this server takes them.
    pub(super) fn encoded(&self, packet: &Packet) -> Result<Vec<Message>, Reason> {
        let messages = packet
            .encode()
            .map_err(|error| Reason::Codec(error.to_string()))?;
        let limit = self
            .link
            .handshake
            .as_ref()
            .and_then(|handshake| usize::try_from(handshake.max_payload?).ok());
        let longest = messages.iter().map(Message::len).max().unwrap_or(0) + 1;
        match limit {
            Some(limit) if longest > limit => Err(Reason::TooLarge {
                len: longest,
                limit,
            }),
            _ => Ok(messages),
        }
    }
}

/// The arguments that an app gives as they are.
fn given(text: &str) -> Result<Vec<Value>, Reason> {
    match Value::parse(text) {
        Ok(Value::Array(args)) => Ok(args),
        _ => Err(Reason::NoArguments),
    }
}
