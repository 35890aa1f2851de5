//! The `auto` session: decides between the others from the subprotocol, the URL and what the server says first.
//!
//! A server that says nothing for [`DECIDE_WITHIN`] is taken for a JSON one, until it speaks: the first frame that is not JSON
//! turns it into a text server.

use std::time::Duration;

use serde_json::Value;

use super::options::{Protocol, SessionOptions};
use super::{Action, Actions, CloseEvent, Heartbeat, Liveness, MessageId, Outgoing, Session, Target};
use crate::time::Instant;
use crate::wire::lenient::parse_value;
use crate::wire::Message;

/// How long a server may take to say something before it is taken for a silent one.
pub const DECIDE_WITHIN: Duration = Duration::from_millis(300);

/// The `auto` session; see the module's text.
pub struct AutoSession {
    options: SessionOptions,
    chosen: Option<Box<dyn Session>>,
    /// Chosen by silence: the first frame may still change it.
    provisional: bool,
    decide_at: Option<Instant>,
}

impl AutoSession {
    /// A session that finds out.
    #[must_use]
    pub fn new(options: SessionOptions) -> Self {
        Self {
            options,
            chosen: None,
            provisional: false,
            decide_at: None,
        }
    }

    fn choose(&mut self, kind: Kind) -> &mut dyn Session {
        self.decide_at = None;
        let protocol = match kind {
            Kind::Json => Protocol::Json,
            Kind::Text => Protocol::Text,
        };
        let options = SessionOptions {
            protocol,
            ..self.options.clone()
        };
        let session = options.session();
        self.chosen.insert(session).as_mut()
    }

    fn start(&mut self, kind: Kind, now: Instant, out: &mut Actions) {
        self.choose(kind).handle_open("", now, out);
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Json,
    Text,
}

/// What a first frame gives away.
fn kind_of(message: &Message) -> Kind {
    match message.as_text().map(parse_value) {
        Some(Ok(Value::Object(_) | Value::Array(_))) => Kind::Json,
        _ => Kind::Text,
    }
}

impl Session for AutoSession {
    fn protocol(&self) -> &str {
        self.chosen.as_ref().map_or("auto", |session| session.protocol())
    }

    fn begin(&mut self, target: &Target, out: &mut Actions) {
        self.decide_at = None;
        match &mut self.chosen {
            Some(session) if !self.provisional => session.begin(target, out),
            chosen => {
                *chosen = None;
                self.provisional = false;
                out.push(Action::Open(target.clone()));
            }
        }
    }

    fn handle_fetched(&mut self, answer: Result<String, String>, out: &mut Actions) {
        if let Some(session) = &mut self.chosen {
            session.handle_fetched(answer, out);
        }
    }

    fn handle_open(&mut self, subprotocol: &str, now: Instant, out: &mut Actions) {
        match &mut self.chosen {
            Some(session) => session.handle_open(subprotocol, now, out),
            None => self.decide_at = Some(now + DECIDE_WITHIN),
        }
    }

    fn handle_message(&mut self, message: Message, now: Instant, out: &mut Actions) {
        let undecided = self.chosen.is_none() || self.provisional;
        if undecided && matches!(message.as_text(), Some("ping" | "pong")) {
            // A heartbeat of another client says nothing of the server.
            return;
        }
        let kind = kind_of(&message);
        if self.chosen.is_none() {
            self.start(kind, now, out);
        } else if self.provisional && kind == Kind::Text {
            self.choose(kind);
            if message.as_text().is_some_and(|text| text.contains(r#""type":"ping""#)) {
                // A text server's answer to the heartbeat of the JSON session it was taken for.
                self.provisional = false;
                return;
            }
        }
        self.provisional = false;
        if let Some(session) = &mut self.chosen {
            session.handle_message(message, now, out);
        }
    }

    fn handle_close(&mut self, close: &CloseEvent, out: &mut Actions) {
        if let Some(session) = &mut self.chosen {
            session.handle_close(close, out);
        }
    }

    fn handle_timeout(&mut self, now: Instant, out: &mut Actions) {
        if self.decide_at.is_some_and(|at| at <= now) {
            self.start(Kind::Json, now, out);
            self.provisional = true;
        } else if let Some(session) = &mut self.chosen {
            session.handle_timeout(now, out);
        }
    }

    fn poll_timeout(&self) -> Option<Instant> {
        let inner = self.chosen.as_ref().and_then(|session| session.poll_timeout());
        self.decide_at.into_iter().chain(inner).min()
    }

    fn send(&mut self, id: MessageId, outgoing: Outgoing, now: Instant, out: &mut Actions) {
        match &mut self.chosen {
            Some(session) => session.send(id, outgoing, now, out),
            None => out.push(Action::Failed(id, "the protocol is not known yet".into())),
        }
    }

    fn liveness(&self, wanted: Option<Heartbeat>) -> Liveness {
        self.chosen
            .as_ref()
            .map_or_else(Liveness::default, |session| session.liveness(wanted))
    }

    fn heartbeat(&mut self, id: MessageId, now: Instant, out: &mut Actions) -> bool {
        match &mut self.chosen {
            Some(session) => session.heartbeat(id, now, out),
            None => false,
        }
    }

    fn proves(&self) -> bool {
        self.chosen.as_ref().is_some_and(|session| session.proves())
    }

    fn goodbye(&mut self, out: &mut Actions) {
        if let Some(session) = &mut self.chosen {
            session.goodbye(out);
        }
    }
}
