//! What goes out: an event for each message, with the number of its acknowledgement.

use serde_json::{Value, json};

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
        let event = json!(event);
        let namespace = self.joined.clone();
        let ack_id = Some(self.link.next_ack);
        let mut args = vec![event];
        match outgoing.body {
            Message::Binary(bytes) => {
                args.push(placeholder(0));
                let attachments = vec![bytes];
                return Ok(Packet::BinaryEvent {
                    namespace,
                    ack_id,
                    args,
                    attachments,
                });
            }
            Message::Text(text) if outgoing.as_is => {
                let given: Result<Vec<Value>, _> = serde_json::from_str(&text);
                args.extend(given.map_err(|_| Reason::NoArguments)?);
            }
            Message::Text(text) => {
                args.extend(self.payload.args(&Line {
                    text: &text,
                    id: &id.to_string(),
                    resent: outgoing.resent,
                }));
                self.dialect.sent(id, &text, self.payload.has_id(), now);
            }
        }
        Ok(Packet::Event {
            namespace,
            ack_id,
            args,
        })
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
