//! How a chat reads and writes JSON: lines of any shape, learnt from what is heard.

use super::JsonSession;
use super::strategy::Strategy;
use crate::json::Value;
use crate::search::contains;
use crate::session::Actions;
use crate::session::plain_texts::message_ids;
use crate::shape::{Answer, may_hold_words};
use crate::time::Instant;
use crate::wire::json::{self, Chat, Frame};

/// How a chat reads and writes.
pub(super) static CHAT: Strategy = Strategy {
    learns: true,
    read: json::read_all,
    may_be_line: may_hold_words,
    handle_value: JsonSession::handle_any_value,
    handle_line: |session, chat, value, bare, now, out| {
        session.handle_any_line(chat, value, bare, now, out);
    },
    write: JsonSession::write_as_heard,
};

impl JsonSession {
    /// The frame for a message, as far as it is known what the server wants.
    fn write_as_heard(&self, chat: &Chat) -> String {
        match self.answer() {
            Answer::Plain => chat.text.clone(),
            Answer::Quoted => Value::from(chat.text.as_str()).to_string(),
            Answer::Object(envelope) if self.learns() => {
                envelope.write(chat, &self.dialect.fields).to_string()
            }
            Answer::Array(record) if self.learns() => record.write(chat).to_string(),
            Answer::Object(_) | Answer::Array(_) | Answer::Unknown => {
                json::encode(chat, &self.dialect.fields)
            }
        }
    }

    fn handle_any_value(&mut self, value: &Value, now: Instant, out: &mut Actions) {
        if self.stands_in_its_place(value, out) {
            return;
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
                    let own = self.handle_any_line(chat, shown, bare, now, out);
                    if let Some(line) = line.filter(|_| own) {
                        self.learnt.own_line(value, &line);
                    }
                }
                frame => self.handle_other(frame, value, now, out),
            }
        }
    }

    /// Returns whether it was an own line, put as the server does it.
    fn handle_any_line(
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
        let whole_in_words = value.is_some_and(|value| self.is_whole_in_words(value, &chat));
        let own = self.tell_line(chat, bare, now, out);
        if whole_in_words {
            self.takes_words();
        }
        own && !whole_in_words
    }

    fn learn(&mut self, chat: &Chat, value: Option<&Value>) {
        if !self.learnt.learns_from(chat) {
            return;
        }
        let own = chat.id.as_deref().is_some_and(|id| self.dialect.is_own(id));
        if own || message_ids(&chat.text).any(|id| self.is_own(id)) {
            return;
        }
        self.learnt.line(value, chat);
    }

    /// Whether what we sent came back whole, as the words of a line: the server takes words, and an object shows as such.
    fn came_back_as_words(&mut self, chat: &Chat, out: &mut Actions) -> bool {
        if chat.id.as_deref().is_some_and(|id| self.dialect.is_own(id)) {
            return false;
        }
        let Some(id) = message_ids(&chat.text).find(|id| self.is_own(*id)) else {
            return false;
        };
        self.takes_words();
        self.dialect.hear_own(chat.user.as_deref(), &chat.text);
        self.dialect.proved(id, out);
        true
    }

    /// Whether what we sent came back whole, where this server's lines have their words.
    fn stands_in_its_place(&mut self, value: &Value, out: &mut Actions) -> bool {
        matches!(self.learnt.answer, Answer::Object(_)) && self.stands_in_words(value, out)
    }

    #[inline(never)]
    fn stands_in_words(&mut self, value: &Value, out: &mut Actions) -> bool {
        let Answer::Object(envelope) = &self.learnt.answer else {
            return false;
        };
        let Some((words, sender)) = envelope
            .words(value)
            .filter(|(words, _)| words.contains('{'))
        else {
            return false;
        };
        let own = message_ids(words).find(|id| self.is_own(*id));
        if let Some(id) = own {
            self.takes_words();
            self.dialect.hear_own(sender, words);
            self.dialect.proved(id, out);
        }
        own.is_some()
    }

    /// Whether the words of this line are what we sent as a whole, an object in a string.
    #[inline(never)]
    fn is_whole_in_words(&self, value: &Value, chat: &Chat) -> bool {
        let id = chat.id.as_deref().filter(|id| self.dialect.is_own(id));
        let holds = |id: &str, value: &Value| {
            value
                .as_str()
                .is_some_and(|words| words.len() > id.len() && contains(words, id))
        };
        let members = value.as_object().into_iter().flatten();
        id.is_some_and(|id| {
            members
                .filter(|(name, _)| json::text_rank(name).is_some())
                .any(|(_, value)| holds(id, value))
        })
    }

    /// The server takes words, whatever was guessed.
    #[inline(never)]
    fn takes_words(&mut self) {
        if self.templates.shape.send.is_none() {
            self.learnt.answer = Answer::Plain;
            self.learnt.line_read = true;
        }
    }
}
