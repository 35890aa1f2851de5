//! How a JSON session reads and writes: as a chat does, or by the configured names alone.

use std::fmt;

use super::JsonSession;
use crate::json::Value;
use crate::session::Actions;
use crate::time::Instant;
use crate::wire::json::{self, Chat, Frame, JsonFields, read_named};

/// What differs. Functions behind pointers, so that an app that is no chat does not link what reads any line.
pub(super) struct Strategy {
    /// The shape of messages is learnt from what is heard.
    pub(super) learns: bool,
    /// What a value says.
    pub(super) read: fn(&Value, &JsonFields) -> Vec<Frame>,
    /// Whether what no name gives away may be somebody's line.
    pub(super) may_be_line: fn(&Value) -> bool,
    pub(super) handle_value: fn(&mut JsonSession, &Value, Instant, &mut Actions),
    /// Takes a line: its words, the value it stood in alone, and whether its words are all that came.
    pub(super) handle_line: fn(&mut JsonSession, Chat, Option<&Value>, bool, Instant, &mut Actions),
    pub(super) write: fn(&JsonSession, &Chat) -> String,
}

impl fmt::Debug for Strategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.learns { "Chat" } else { "Named" })
    }
}

/// How an app reads and writes that speaks to a server of its own: what `JsonFields` names, and nothing else, is a line.
pub(super) static NAMED: Strategy = Strategy {
    learns: false,
    read: read_named,
    may_be_line: |_| false,
    handle_value: JsonSession::handle_named_value,
    handle_line: |session, chat, _, bare, now, out| {
        session.tell_line(chat, bare, now, out);
    },
    write: |session, chat| json::encode(chat, &session.dialect.fields),
};

impl JsonSession {
    fn handle_named_value(&mut self, value: &Value, now: Instant, out: &mut Actions) {
        let frames = self.read(value);
        self.see_announcement(value, &frames);
        for frame in frames {
            match frame {
                Frame::Chat(chat) => {
                    self.tell_line(chat, false, now, out);
                }
                frame => self.handle_other(frame, value, now, out),
            }
        }
    }
}
