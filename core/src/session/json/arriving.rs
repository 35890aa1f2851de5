//! What arrives at the `json` session: lines, data, errors, and what they show of the server.

use crate::json::Value;

use super::JsonSession;
use super::announcement::is_servers;
use crate::session::dialect::Arrived;
use crate::session::trial::message_ids;
use crate::session::{Action, Actions, Body, Incoming, Kind, MessageId, Reason};
use crate::shape::{Answer, Path};
use crate::time::Instant;
use crate::wire::json::{self, Chat, Frame, Part};

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
        scalar && self.learnt.answer == Answer::Plain
    }

    pub(super) fn handle_value(&mut self, value: &Value, now: Instant, out: &mut Actions) {
        self.speech.handle_value(value, out);
        if self.is_reply(value, out) {
            return;
        }
        if self.speech.shape.text.is_some() {
            return self.handle_by_paths(value, now, out);
        }
        let fields = &self.dialect.fields;
        let frames = json::read_all(value, fields);
        let mut frames = self.learnt.habits.judge(value, frames, fields);
        self.see_announcement(value, &frames);
        // Lines in a list do not show how one is put that is alone.
        let record = value.as_array().is_none_or(|items| items.len() > 1);
        let alone = frames.len() == 1 && record;
        if frames.len() > 1 {
            self.dialect.take_heard(&mut frames);
        }
        for frame in frames {
            match frame {
                Frame::Chat(chat) => {
                    let shown = alone.then_some(value);
                    let bare = !value.is_object() && !value.is_array();
                    let unsure = self.learnt.answer == Answer::Unknown;
                    let line = (unsure && shown.is_some()).then(|| chat.clone());
                    match shown {
                        Some(_) if !self.link.opening => self.learn(&chat, shown),
                        _ => self.learnt.line_read |= !self.link.opening,
                    }
                    let own = self.handle_line(chat, shown, bare, now, out);
                    if let Some(line) = line.filter(|_| own) {
                        self.learnt.own_line(value, &line);
                    }
                }
                frame => self.handle_other(frame, value, now, out),
            }
        }
    }

    /// Where a path says where the words are, what has none there is no line.
    pub(super) fn handle_by_paths(&mut self, value: &Value, now: Instant, out: &mut Actions) {
        let shape = &self.speech.shape;
        let usual = json::read_all(value, &self.dialect.fields)
            .into_iter()
            .next();
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
            Frame::Data | Frame::Chat(_) => self.handle_data(value, self.knows_lines(), out),
        }
    }

    /// Whether JSON that is no line can be told from one.
    pub(super) fn knows_lines(&self) -> bool {
        self.learnt.line_read || self.speech.shape.text.is_some() || self.link.opening
    }

    /// Returns whether it was an own line, put as the server does it.
    pub(super) fn handle_line(
        &mut self,
        chat: Chat,
        value: Option<&Value>,
        bare: bool,
        now: Instant,
        out: &mut Actions,
    ) -> bool {
        if self.came_back_as_words(&chat, out) {
            return false;
        }
        if value.is_none() && bare && !self.link.opening {
            self.learn(&chat, None);
        }
        let rest = Incoming::default();
        let worded = value.is_some_and(|value| self.is_worded(value, &chat));
        let arrived = Arrived { chat, bare, rest };
        let own = self.dialect.arrived(arrived, now, out);
        self.link.came_back |= own;
        self.learnt.taken |= own;
        if worded {
            self.takes_words();
        }
        own && !worded
    }

    pub(super) fn learn(&mut self, chat: &Chat, value: Option<&Value>) {
        if !self.learnt.learns_from(chat) {
            return;
        }
        let own = chat.id.as_deref().is_some_and(|id| self.dialect.is_own(id));
        if own || !message_ids(&chat.text).all(|id| !self.is_own(id)) {
            return;
        }
        self.learnt.line(value, chat);
    }

    /// Whether what we sent came back whole, as the words of a line: the server takes words, and an object shows as such.
    pub(super) fn came_back_as_words(&mut self, chat: &Chat, out: &mut Actions) -> bool {
        if chat.id.as_deref().is_some_and(|id| self.dialect.is_own(id)) {
            return false;
        }
        let Some(id) = message_ids(&chat.text).find(|id| self.is_own(*id)) else {
            return false;
        };
        self.takes_words();
        self.dialect.proved(id, out);
        true
    }

    /// Whether the words of this line are what we sent as a whole, an object in a string.
    pub(super) fn is_worded(&self, value: &Value, chat: &Chat) -> bool {
        let id = chat.id.as_deref().filter(|id| self.dialect.is_own(id));
        let holds = |id: &str, value: &Value| {
            value
                .as_str()
                .is_some_and(|words| words.len() > id.len() && words.contains(id))
        };
        let members = value.as_object().into_iter().flatten();
        id.is_some_and(|id| {
            members
                .filter(|(name, _)| json::text_rank(name).is_some())
                .any(|(_, value)| holds(id, value))
        })
    }

    /// The server takes words, whatever was guessed.
    pub(super) fn takes_words(&mut self) {
        if self.speech.shape.send.is_none() {
            self.learnt.answer = Answer::Plain;
            self.learnt.line_read = true;
        }
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
        out.push(Action::Deliver(Incoming {
            body: Body::Text(text),
            kind: if quiet { Kind::Data } else { Kind::Chat },
            data: Some(value.clone()),
            ..Incoming::default()
        }));
    }

    /// The server tells an error: of the message whose id it carries, if it carries one.
    pub(super) fn handle_error(&mut self, words: String, value: &Value, out: &mut Actions) {
        let text = value.to_string();
        if let Some(id) = message_ids(&text).find(|id| self.is_own(*id)) {
            out.push(Action::Failed(id, Reason::Server(words.clone())));
        }
        out.push(Action::Deliver(Incoming {
            body: Body::Text(words),
            kind: Kind::Error,
            data: Some(value.clone()),
            ..Incoming::default()
        }));
    }

    /// `"heartbeat": true` in what the server itself tells: it speaks ours.
    pub(super) fn see_announcement(&mut self, value: &Value, frames: &[Frame]) {
        let says = value.get("heartbeat") == Some(&Value::Bool(true));
        self.learnt.heartbeats |= says && is_servers(frames);
    }
}
