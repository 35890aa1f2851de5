//! WebSocket messages to Socket.IO packets: a text, and the attachments that it announces.

mod head;

use super::error::DecodeError;
use super::packet::Packet;
use super::placeholder::placeholders_fit;
use crate::wire::Message;
use head::Head;

/// Puts packets together from the messages of one connection. Each connection has its own.
///
/// A packet without attachments comes out at once, a binary one when its last attachment has come.
///
/// ```
/// use leptos_chat_core::wire::{Message, socketio::{Decoder, Packet, attachment}};
///
/// let mut decoder = Decoder::default();
/// let text = r#"51-["file",{"_placeholder":true,"num":0}]"#;
/// assert_eq!(decoder.decode(Message::Text(text.to_owned()))?, None);
/// let Some(Packet::BinaryEvent { args, attachments, .. }) = decoder.decode(Message::Binary(vec![1, 2]))? else {
///     panic!("the packet is complete");
/// };
/// assert_eq!(attachment(&args[1], &attachments), Some(&[1, 2][..]));
/// # Ok::<(), leptos_chat_core::wire::socketio::DecodeError>(())
/// ```
#[derive(Debug)]
pub struct Decoder {
    max_attachments: usize,
    max_bytes: usize,
    pending: Option<Pending>,
}

/// A binary packet of which attachments are still to come.
#[derive(Debug)]
struct Pending {
    head: Packet,
    missing: usize,
    bytes: usize,
}

impl Default for Decoder {
    /// At most 100 attachments and 16 MiB in one packet.
    fn default() -> Self {
        Self::new(100, 16 << 20)
    }
}

impl Decoder {
    /// A decoder that takes at most `max_attachments` attachments in one packet, and at most `max_bytes` bytes, text
    /// and attachments together. It never holds more than one packet.
    pub fn new(max_attachments: usize, max_bytes: usize) -> Self {
        Self {
            max_attachments,
            max_bytes,
            pending: None,
        }
    }

    /// Takes the payload of one Engine.IO message packet, and gives the packet that it completes, if it does.
    ///
    /// # Errors
    /// The server's fault. The packet that was under way, and this message, are dropped; what comes next is read
    /// afresh. The reference closes the connection here.
    ///
    /// # Source
    /// Socket.IO protocol 5, "Packet encoding", and the reference parser's checks.
    pub fn decode(&mut self, message: Message) -> Result<Option<Packet>, DecodeError> {
        match (self.pending.take(), message) {
            (None, Message::Text(text)) => self.decode_text(&text),
            (None, Message::Binary(_)) => Err(DecodeError::UnexpectedAttachment),
            (Some(pending), Message::Text(_)) => {
                Err(DecodeError::AttachmentsMissing(pending.missing))
            }
            (Some(pending), Message::Binary(bytes)) => self.add_attachment(pending, bytes),
        }
    }

    fn decode_text(&mut self, text: &str) -> Result<Option<Packet>, DecodeError> {
        if text.len() > self.max_bytes {
            return Err(DecodeError::TooLarge(self.max_bytes));
        }
        let head = Head::parse(text, self.max_attachments)?;
        let packet = head.packet()?;
        if head.attachments == 0 {
            return Ok(Some(packet));
        }
        self.pending = Some(Pending {
            head: packet,
            missing: head.attachments,
            bytes: text.len(),
        });
        Ok(None)
    }

    fn add_attachment(
        &mut self,
        mut pending: Pending,
        bytes: Vec<u8>,
    ) -> Result<Option<Packet>, DecodeError> {
        pending.bytes = pending.bytes.saturating_add(bytes.len());
        if pending.bytes > self.max_bytes {
            return Err(DecodeError::TooLarge(self.max_bytes));
        }
        pending.missing -= 1;
        let (Packet::BinaryEvent {
            args, attachments, ..
        }
        | Packet::BinaryAck {
            args, attachments, ..
        }) = &mut pending.head
        else {
            return Err(DecodeError::UnexpectedAttachment);
        };
        attachments.push(bytes);
        if pending.missing > 0 {
            self.pending = Some(pending);
            return Ok(None);
        }
        if !placeholders_fit(args, attachments.len()) {
            return Err(DecodeError::PlaceholderOutOfRange);
        }
        Ok(Some(pending.head))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Message {
        Message::Text(text.to_owned())
    }

    fn decode(packet: &str) -> Result<Option<Packet>, DecodeError> {
        Decoder::default().decode(text(packet))
    }

    #[test]
    fn an_error_leaves_the_decoder_ready_for_the_next_packet() {
        let mut decoder = Decoder::default();
        assert_eq!(decoder.decode(text(r#"52-["a"]"#)), Ok(None));
        assert_eq!(decoder.decode(Message::Binary(vec![1])), Ok(None));
        assert_eq!(
            decoder.decode(text(r#"2["b"]"#)),
            Err(DecodeError::AttachmentsMissing(1))
        );
        assert_eq!(
            decoder.decode(Message::Binary(vec![2])),
            Err(DecodeError::UnexpectedAttachment)
        );
        assert!(matches!(
            decoder.decode(text(r#"2["b"]"#)),
            Ok(Some(Packet::Event { .. }))
        ));
    }

    #[test]
    fn a_placeholder_out_of_range_is_an_error() {
        let mut decoder = Decoder::default();
        assert_eq!(
            decoder.decode(text(r#"51-["a",{"_placeholder":true,"num":1}]"#)),
            Ok(None)
        );
        assert_eq!(
            decoder.decode(Message::Binary(vec![])),
            Err(DecodeError::PlaceholderOutOfRange)
        );
    }

    #[test]
    fn the_cap_counts_text_and_attachments() {
        let mut decoder = Decoder::new(9, 12);
        assert_eq!(
            decoder
                .decode(text(r#"2["toolong"]"#))
                .map(|packet| packet.is_some()),
            Ok(true)
        );
        assert_eq!(
            decoder.decode(text(r#"2["toolong!"]"#)),
            Err(DecodeError::TooLarge(12))
        );
        assert_eq!(decoder.decode(text(r#"52-["a"]"#)), Ok(None));
        assert_eq!(decoder.decode(Message::Binary(vec![0; 4])), Ok(None));
        assert_eq!(
            decoder.decode(Message::Binary(vec![0])),
            Err(DecodeError::TooLarge(12))
        );
    }

    #[test]
    fn a_lone_surrogate_costs_one_character_not_the_packet() {
        let Ok(Some(Packet::Event { args, .. })) = decode(r#"2["x","\ud83d"]"#) else {
            panic!("an event")
        };
        assert_eq!(args[1], "\u{fffd}");
    }
}
