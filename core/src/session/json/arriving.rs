//! What arrives at the `json` session: lines, data, errors, and what they show of the server.

use crate::json::Value;

use super::JsonSession;
use super::announcement::is_servers;
use crate::session::dialect::Arrived;
use crate::session::plain_texts::message_ids;
use crate::session::{Action, Actions, Body, Incoming, Kind, MessageId, Reason};
use crate::shape::{Answer, Path};
use crate::time::Instant;
use crate::wire::json::{Chat, Frame, Part};

impl JsonSession {
    pub(super) fn handle_part(&mut self, part: Part, now: Instant, out: &mut Actions) {
        if self.take_greeting(&part, now, out) {
            return;
        }
        match part {
            Part::Plain(text) => {
                let chat = Chat {
                    text,
                    ..Chat::default()
                };
                self.handle_line(chat, None, true, now, out);
            }
            Part::Json(value) if self.is_word(&value) => {
                self.handle_part(Part::Plain(value.to_string()), now, out);
            }
            Part::Json(value) => self.handle_json(&value, now, out),
        }
    }

    /// Whether this is somebody's word, where words are what is said: `42`, `null`.
    pub(super) fn is_word(&self, value: &Value) -> bool {
        let scalar = !value.is_object() && !value.is_array() && !value.is_string();
        scalar && matches!(self.learnt.answer, Answer::Plain)
    }

    pub(super) fn handle_value(&mut self, value: &Value, now: Instant, out: &mut Actions) {
        self.templates.handle_value(value, out);
        if self.is_reply(value, out) {
            return;
        }
        if self.templates.shape.text.is_some() {
            return self.handle_by_paths(value, now, out);
        }
        (self.strategy.handle_value)(self, value, now, out);
    }

    /// Where a path says where the words are, what has none there is no line.
    #[inline(never)]
    pub(super) fn handle_by_paths(&mut self, value: &Value, now: Instant, out: &mut Actions) {
        let shape = &self.templates.shape;
        let usual = self.read(value).into_iter().next();
        let text = shape.text.as_ref().and_then(|path| path.text(value));
        let usual_chat = match &usual {
            Some(Frame::Chat(chat)) => chat.clone(),
            _ => Chat::default(),
        };
        match (text, usual) {
            (Some(text), _) => {
                let at = |path: &Option<Path>, usual: Option<String>| match path {
                    Some(path) => path.text(value),
                    None => usual,
                };
                let chat = Chat {
                    text,
                    user: at(&shape.from, usual_chat.user),
                    id: at(&shape.id, usual_chat.id),
                    ..usual_chat
                };
                self.learnt.line_read = true;
                self.handle_line(chat, Some(value), false, now, out);
            }
            (None, Some(Frame::Chat(_)) | None) => self.handle_data(value, true, out),
            (None, Some(frame)) => self.handle_other(frame, value, now, out),
        }
    }

    pub(super) fn handle_other(
        &mut self,
        frame: Frame,
        value: &Value,
        now: Instant,
        out: &mut Actions,
    ) {
        match frame {
            Frame::Ping(id) => self.handle_ping(id.as_deref(), value, now, out),
            Frame::Pong(id) => self.handle_pong(id.as_deref(), out),
            Frame::Error(words) => self.handle_error(words, value, out),
            Frame::Data | Frame::Chat(_) => {
                let quiet = self.knows_lines() || !(self.strategy.may_be_line)(value);
                self.handle_data(value, quiet, out);
            }
        }
    }

    /// Whether JSON that is no line can be told from one.
    pub(super) fn knows_lines(&self) -> bool {
        self.learnt.line_read
            || !self.strategy.learns
            || self.templates.shape.text.is_some()
            || self.link.opening
    }

    pub(super) fn handle_line(
        &mut self,
        chat: Chat,
        value: Option<&Value>,
        bare: bool,
        now: Instant,
        out: &mut Actions,
    ) {
        (self.strategy.handle_line)(self, chat, value, bare, now, out);
    }

    /// Tells a line. Returns whether it was an own one.
    pub(super) fn tell_line(
        &mut self,
        chat: Chat,
        bare: bool,
        now: Instant,
        out: &mut Actions,
    ) -> bool {
        let rest = Incoming {
            numbered: self.is_in_order(),
            ..Incoming::default()
        };
        if !self.learnt.taken {
            self.learnt.taken = shows_that_ids_are_taken(&chat);
        }
        let arrived = Arrived { chat, bare, rest };
        let own = self.dialect.arrived(arrived, now, out);
        self.link.came_back |= own;
        self.learnt.taken |= own;
        own
    }

    /// What a value says.
    pub(super) fn read(&self, value: &Value) -> Vec<Frame> {
        (self.strategy.read)(value, &self.dialect.fields)
    }

    pub(super) fn is_own(&self, id: MessageId) -> bool {
        self.dialect.is_own(&id.to_string()) && !self.pings.contains(&id)
    }

    /// JSON that is no line. It proves a message whose id it carries.
    pub(super) fn handle_data(&mut self, value: &Value, quiet: bool, out: &mut Actions) {
        let text = value.to_string();
        let own: Vec<MessageId> = message_ids(&text).filter(|id| self.is_own(*id)).collect();
        for id in &own {
            self.dialect.proved(*id, out);
        }
        let quiet = quiet || !own.is_empty();
        let kind = if quiet { Kind::Data } else { Kind::Chat };
        out.push(Action::Deliver(told(text, kind, value)));
    }

    /// The server tells an error: of the message whose id it carries, if it carries one.
    #[inline(never)]
    pub(super) fn handle_error(&mut self, words: String, value: &Value, out: &mut Actions) {
        let text = value.to_string();
        if let Some(id) = message_ids(&text).find(|id| self.is_own(*id)) {
            out.push(Action::Failed(id, Reason::Server(words.clone())));
        }
        out.push(Action::Deliver(told(words, Kind::Error, value)));
    }

    /// `"heartbeat": true` in what the server itself tells: it speaks ours.
    pub(super) fn see_announcement(&mut self, value: &Value, frames: &[Frame]) {
        let says = value.get("heartbeat").is_some_and(Value::is_true);
        self.learnt.heartbeats |= says && is_servers(frames);
    }
}

/// Whether the server passes on what another of these clients has sent with its id.
#[inline(never)]
fn shows_that_ids_are_taken(chat: &Chat) -> bool {
    let id = chat.id.as_deref().and_then(MessageId::parse);
    id.and_then(MessageId::made).is_some()
}

/// What JSON told, in these words.
pub(super) fn told(words: String, kind: Kind, value: &Value) -> Incoming {
    Incoming {
        body: Body::Text(words),
        kind,
        data: Some(value.clone()),
        ..Incoming::default()
    }
}
