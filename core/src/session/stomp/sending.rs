//! What goes out: frames, in parts where they are large, and the app's messages in the shape that the server wants.

use super::StompSession;
use super::body::{Written, content_type};
use crate::session::{Action, Actions, MessageId, Outgoing, Reason};
use crate::time::Instant;
use crate::wire::Message;
use crate::wire::stomp::Frame;

impl StompSession {
    pub(super) fn transmit(&mut self, frame: &Frame, out: &mut Actions) -> Result<(), Reason> {
        self.transmit_for(None, frame, out)
    }

    /// Sends a frame, in parts where it is a large one.
    pub(super) fn transmit_for(
        &mut self,
        id: Option<MessageId>,
        frame: &Frame,
        out: &mut Actions,
    ) -> Result<(), Reason> {
        let message = frame
            .to_message(self.link.decoder.encoding())
            .map_err(|error| Reason::Codec(error.to_string()))?;
        if let Some(reason) = self.sizes.refuses(message.len()) {
            return Err(reason);
        }
        for part in self.sizes.parts(message, id) {
            out.push(Action::Transmit(part));
        }
        Ok(())
    }

    pub(super) fn frame(&mut self, id: MessageId, outgoing: Outgoing, now: Instant) -> Frame {
        let (content_type, body) = match outgoing.body {
            Message::Text(text) if outgoing.as_is.is_some() => {
                (content_type(&text), text.into_bytes())
            }
            Message::Text(text) => self.written(id, text, outgoing.resent, now),
            Message::Binary(bytes) => ("application/octet-stream", bytes),
        };
        let place = outgoing.channel.as_deref().unwrap_or(&self.send_to);
        let frame = Frame::send(place, content_type, body);
        frame.with(&self.headers.send).receipt(&id.to_string())
    }

    /// A chat message in the shape that was set, else as JSON with its id.
    fn written(
        &mut self,
        id: MessageId,
        text: String,
        resent: bool,
        now: Instant,
    ) -> (&'static str, Vec<u8>) {
        if let Some(written) = self.bodies.write(id, &text) {
            let with_id = self.bodies.sends_ids();
            self.dialect.sent(id, &text, with_id, now);
            return (written.content_type, written.body.into_bytes());
        }
        let chat = self.dialect.outgoing(id, text, resent, now);
        let body = self.bodies.json(&chat, &self.dialect.fields);
        ("application/json", body.into_bytes())
    }

    pub(super) fn frame_of_hello(&self, hello: Written) -> Frame {
        let place = hello.destination.as_deref().unwrap_or(&self.send_to);
        Frame::send(place, hello.content_type, hello.body).with(&self.headers.send)
    }
}
