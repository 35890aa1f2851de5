//! Connection state recovery: what a Socket.IO client must remember to get the events it missed.

use crate::json::{Map, Value};

use super::offset;

/// The private id, and the offset of the last event, of the connection that may be recovered.
#[derive(Debug, Default)]
pub(super) struct Recovery {
    pid: Option<String>,
    offset: Option<String>,
    recovered: bool,
}

impl Recovery {
    /// Asks for recovery, where there is something to recover from: without an offset there is not.
    pub(super) fn ask(&self, data: &mut Map) {
        if let (Some(pid), Some(offset)) = (&self.pid, &self.offset) {
            data.insert("pid".into(), pid.as_str().into());
            data.insert("offset".into(), offset.as_str().into());
        }
    }

    /// The server's CONNECT came with this `pid`. The same one as before means: recovered, and the offset still counts.
    pub(super) fn granted(&mut self, pid: Option<&str>) {
        self.recovered = pid.is_some() && self.pid.as_deref() == pid;
        if !self.recovered {
            self.pid = pid.map(str::to_owned);
            self.offset = None;
        }
    }

    /// Whether the server's last CONNECT was a recovery.
    pub(super) fn is_recovered(&self) -> bool {
        self.recovered
    }

    /// The server adds the offset as the last argument of an event, where recovery is on; but not to a volatile event, so
    /// the only argument of a chat event stays: it may be a message.
    pub(super) fn take_offset(&mut self, args: &mut Vec<Value>, is_chat: bool) {
        if self.pid.is_none() || args.len() < 2 {
            return;
        }
        let last = args.last().and_then(Value::as_str);
        if let Some(last) = last.filter(|last| offset::is_plausible(last)) {
            self.offset = Some(last.to_owned());
            if args.len() > 2 || !is_chat {
                args.pop();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    fn asked(recovery: &Recovery) -> Value {
        let mut data = Map::new();
        recovery.ask(&mut data);
        Value::Object(data)
    }

    #[test]
    fn nothing_is_asked_before_an_offset_was_seen() {
        let mut recovery = Recovery::default();
        recovery.granted(Some("P"));
        assert_eq!(asked(&recovery), json!({}));
        let mut args = vec![json!("hi"), json!("there"), json!("Q7abcde")];
        recovery.take_offset(&mut args, true);
        assert_eq!(args.len(), 2);
        assert_eq!(asked(&recovery), json!({"pid":"P","offset":"Q7abcde"}));
    }

    #[test]
    fn a_new_pid_forgets_the_old_offset_and_the_same_keeps_it() {
        let mut recovery = Recovery::default();
        recovery.granted(Some("P"));
        recovery.take_offset(&mut vec![json!("hi"), json!("Q7abcde")], false);
        recovery.granted(Some("P"));
        assert_ne!(asked(&recovery), json!({}));
        recovery.granted(Some("R"));
        assert_eq!(asked(&recovery), json!({}));
    }

    #[test]
    fn the_only_words_of_a_chat_event_are_never_taken_away() {
        let mut recovery = Recovery::default();
        recovery.granted(Some("P"));
        // A word that could be a time, from `socket.volatile.emit("message", "Welcome")`.
        let mut args = vec![json!("message"), json!("Welcome")];
        recovery.take_offset(&mut args, true);
        assert_eq!(args.len(), 2);
        recovery.take_offset(&mut args, false);
        assert_eq!(args.len(), 1);
    }

    #[test]
    fn without_recovery_a_text_stays_a_text() {
        let mut recovery = Recovery::default();
        recovery.granted(None);
        let mut args = vec![json!("message"), json!("Q7abcde")];
        recovery.take_offset(&mut args, true);
        assert_eq!(args.len(), 2);
    }
}
