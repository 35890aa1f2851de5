//! What comes in events and acknowledgements: lines, errors, data, proof.

use crate::json::Value;

use super::errors::{error_of, error_words, is_error, plain};
use super::requests::reply;
use super::{SocketIoSession, events};
use crate::session::dialect::Arrived;
use crate::session::{Action, Actions, Body, Incoming, Kind};
use crate::shape::Path;
use crate::time::Instant;
use crate::wire::json::Chat;
use crate::wire::socketio::attachment;

impl SocketIoSession {
    pub(super) fn handle_event(
        &mut self,
        ack_id: Option<u64>,
        mut args: Vec<Value>,
        attachments: Vec<Vec<u8>>,
        now: Instant,
        out: &mut Actions,
    ) {
        let request = match ack_id {
            Some(ack_id) => {
                let namespace = self.joined.clone();
                self.take_request(&namespace, ack_id, args.first(), out)
            }
            None => {
                let is_chat = self.is_chat(args.first());
                self.recovery.take_offset(&mut args, is_chat);
                None
            }
        };
        self.see_ready(&args, out);
        let is_chat = args.len() > 1 && self.is_chat(args.first());
        let name = (!args.is_empty()).then(|| plain(&args.remove(0)));
        let first = args.first().cloned().unwrap_or_default();
        let bytes = attachment(&first, &attachments).map(<[u8]>::to_vec);
        let args = Value::Array(args);
        self.payload.note(&args);
        let rest = Incoming {
            channel: name,
            kind: if is_chat { Kind::Chat } else { Kind::Data },
            data: Some(args),
            attachments,
            request,
            ..Incoming::default()
        };
        match bytes.map(Body::Binary) {
            Some(body) => out.push(Action::Deliver(Incoming { body, ..rest })),
            None => self.handle_args(&first, rest, now, out),
        }
    }

    /// An event without bytes: a line, an error that the server tells, or data.
    fn handle_args(&mut self, first: &Value, rest: Incoming, now: Instant, out: &mut Actions) {
        let name = rest.channel.clone().unwrap_or_default();
        let told = rest.kind == Kind::Chat || self.payload.is_learnt(&name);
        let args = rest.data.as_ref().and_then(Value::as_array).cloned();
        let args = args.unwrap_or_default();
        match self.line(&name, first, &args, told) {
            Ok(Some(chat)) => {
                self.link.unanswered_at = None;
                let (bare, kind) = (first.is_string(), Kind::Chat);
                let rest = Incoming { kind, ..rest };
                let line = chat.clone();
                let arrived = Arrived { chat, bare, rest };
                if !self.dialect.arrived(arrived, now, out) {
                    self.payload.learn(&name, &args, &line);
                }
            }
            Ok(None) => {}
            // No line: for the app's own listeners, or to be shown as it is.
            Err(_) => {
                let words = is_error(&name).then(|| error_words(first)).flatten();
                let kind = if words.is_some() {
                    Kind::Error
                } else {
                    rest.kind
                };
                let body = Body::Text(words.unwrap_or_else(|| plain(first)));
                out.push(Action::Deliver(Incoming { body, kind, ..rest }));
            }
        }
    }

    /// The line in an event, where the paths say that it is, or where it reads like one.
    fn line(
        &self,
        name: &str,
        first: &Value,
        args: &[Value],
        told: bool,
    ) -> Result<Option<Chat>, events::NoLine> {
        let shape = self.payload.shape();
        let all = Value::Array(args.to_vec());
        let at = |path: &Path| path.text(first).or_else(|| path.text(&all));
        let mut chat = match &shape.text {
            Some(path) => Some(Chat {
                text: at(path).ok_or(events::NoLine)?,
                ..Chat::default()
            }),
            None => events::line(name, first, told, &self.payload.fields)?,
        };
        if let Some(chat) = &mut chat {
            // A number behind the words is the row's, at a server that keeps its lines.
            let row = args
                .get(1)
                .filter(|row| first.is_string() && row.is_number());
            chat.id = chat.id.take().or_else(|| row.map(plain));
            chat.user = shape.from.as_ref().and_then(at).or(chat.user.take());
            chat.id = shape.id.as_ref().and_then(at).or(chat.id.take());
        }
        Ok(chat)
    }

    fn is_chat(&self, name: Option<&Value>) -> bool {
        let name = name.and_then(Value::as_str);
        name.is_some_and(|name| events::is_usual(name) || self.payload.is_told(name))
    }

    fn see_ready(&mut self, args: &[Value], out: &mut Actions) {
        let awaited = self.payload.shape().ready.as_deref();
        let came = |piece: &str| Value::Array(args.to_vec()).to_string().contains(piece);
        if self.link.ready_at.is_some() && awaited.is_some_and(came) {
            self.link.ready_at = None;
            out.push(Action::Ready);
        }
    }

    pub(super) fn handle_ack(
        &mut self,
        ack_id: u64,
        args: &[Value],
        attachments: Vec<Vec<u8>>,
        out: &mut Actions,
    ) {
        let Some(id) = self.link.awaiting.remove(ack_id) else {
            return;
        };
        self.link.unanswered_at = None;
        out.push(reply(id, args, attachments));
        match args.first().and_then(error_of) {
            Some(reason) => out.push(Action::Failed(id, reason)),
            None => self.dialect.proved(id, out),
        }
    }
}
