//! The `json` session: one adaptive dialect for any JSON chat server, a relay to others or a channel to all.
//!
//! What it learns and from what:
//!
//! - An own message that comes back is known by its id (or, where a server drops ids, by our name and the same text). It
//!   proves delivery and is not shown again.
//! - A heartbeat is answered if our own ping comes back, or a pong with its id, or a pong at a server that relays no
//!   clients' pings. Only then has the next one a deadline: a relay that excludes the sender never answers, and is alive.
//! - A ping without an id is a server's or a tutorial page's, and is answered, once a second at most. One with an id is
//!   from a client like this one, which asks the server, not us.

use std::collections::VecDeque;
use std::time::Duration;

use super::own::OwnIds;
use super::{Action, Actions, Body, Heartbeat, Incoming, Liveness, MessageId, Outgoing, Session};
use crate::session::Target;
use crate::time::Instant;
use crate::wire::Message;
use crate::wire::json::{self, Chat, Frame, JsonFields};

/// How many unproved messages are compared by text, at a server that drops ids.
const COMPARED: usize = 64;
/// We answer another's pings no more often than this.
const PONG_EVERY: Duration = Duration::from_secs(1);

/// The `json` session; see the module's text.
#[derive(Debug, Default)]
pub struct JsonSession {
    fields: JsonFields,
    user: Option<String>,
    own: OwnIds,
    unproved: VecDeque<(MessageId, String)>,
    /// An own message has come back: they all do.
    echoes: bool,
    link: Link,
}

/// What is known of the socket at hand, and forgotten with it.
#[derive(Debug, Default)]
struct Link {
    pings: u64,
    answers: bool,
    relays_pings: bool,
    last_pong: Option<Instant>,
}

impl JsonSession {
    /// A session that writes `user` (if it is not empty) into each message, and uses these member names.
    #[must_use]
    pub fn new(user: Option<String>, fields: JsonFields) -> Self {
        Self {
            fields,
            user: user.filter(|name| !name.trim().is_empty()),
            ..Self::default()
        }
    }

    fn handle_frame(&mut self, frame: Frame, now: Instant, out: &mut Actions) {
        match frame {
            Frame::Ping(id) => self.handle_ping(id, now, out),
            Frame::Pong(id) => self.handle_pong(id.as_deref(), out),
            Frame::Chat(chat) => self.handle_chat(chat, out),
        }
    }

    fn handle_ping(&mut self, id: Option<String>, now: Instant, out: &mut Actions) {
        if let Some(id) = id {
            if self.is_own_ping(&id) {
                self.answered(out);
            } else {
                self.link.relays_pings = true;
            }
            return;
        }
        self.link.relays_pings = true;
        if self.link.last_pong.is_none_or(|last| now - last >= PONG_EVERY) {
            self.link.last_pong = Some(now);
            out.push(Action::Transmit(json::encode_pong(None).into()));
        }
    }

    fn handle_pong(&mut self, id: Option<&str>, out: &mut Actions) {
        let ours = match id {
            Some(id) => self.is_own_ping(id),
            None => self.link.pings > 0 && !self.link.relays_pings,
        };
        if ours {
            self.answered(out);
        }
    }

    fn answered(&mut self, out: &mut Actions) {
        self.link.answers = true;
        out.push(Action::Answered);
    }

    /// Our pings are numbered per socket, and carry the nonce of this session's messages.
    fn is_own_ping(&self, id: &str) -> bool {
        MessageId::parse(id).is_some_and(|id| self.own.contains(id))
    }

    fn handle_chat(&mut self, chat: Chat, out: &mut Actions) {
        if let Some(id) = self.echo_of(&chat) {
            self.echoes = true;
            self.unproved.retain(|(other, _)| *other != id);
            out.push(Action::Delivered(id));
            return;
        }
        out.push(Action::Deliver(Incoming {
            body: Body::Text(chat.text),
            sender: chat.user,
            id: chat.id,
            system: chat.system,
            resent: chat.resent,
            ..Incoming::default()
        }));
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

impl Session for JsonSession {
    fn protocol(&self) -> &str {
        "json"
    }

    fn begin(&mut self, target: &Target, out: &mut Actions) {
        self.link = Link::default();
        self.unproved.clear();
        out.push(Action::Open(target.clone()));
    }

    fn handle_message(&mut self, message: Message, now: Instant, out: &mut Actions) {
        let Some(text) = message.as_text() else {
            out.push(Action::Unreadable("binary that is not UTF-8".into(), message));
            return;
        };
        // A page that speaks plain text, on the same relay.
        if matches!(text, "ping" | "pong") {
            self.link.relays_pings = true;
            return;
        }
        match json::decode(text, &self.fields) {
            Ok(frames) => {
                for frame in frames {
                    self.handle_frame(frame, now, out);
                }
            }
            Err(error) => out.push(Action::Unreadable(error.to_string(), message)),
        }
    }

    fn send(&mut self, id: MessageId, outgoing: Outgoing, _now: Instant, out: &mut Actions) {
        let text = match outgoing.body {
            Message::Text(text) => text,
            // Bytes have no place in a JSON chat: they go as they are, and are nobody's echo.
            Message::Binary(bytes) => return out.push(Action::Transmit(Message::Binary(bytes))),
        };
        self.own.insert(id);
        self.unproved.push_back((id, text.clone()));
        if self.unproved.len() > COMPARED {
            self.unproved.pop_front();
        }
        let chat = Chat {
            text,
            user: self.user.clone(),
            id: Some(id.to_string()),
            system: false,
            resent: outgoing.resent,
        };
        out.push(Action::Transmit(json::encode(&chat, &self.fields).into()));
    }

    fn proves(&self) -> bool {
        self.echoes
    }

    fn liveness(&self, wanted: Option<Heartbeat>) -> Liveness {
        Liveness {
            send_every: wanted.map(|heartbeat| heartbeat.send_every),
            answer_within: wanted.map(|heartbeat| heartbeat.expect_within),
            silence_limit: None,
        }
    }

    fn heartbeat(&mut self, id: MessageId, _now: Instant, out: &mut Actions) -> bool {
        self.own.insert(id);
        self.link.pings += 1;
        out.push(Action::Transmit(json::encode_ping(&id.to_string()).into()));
        self.link.answers
    }
}
