//! The `text` session: plain text both ways, whatever it holds; bytes stay bytes.
//!
//! Where heartbeats were asked for, or this address has answered one before, the text `ping` is sent. An echo server answers it
//! like any other text (`Hello, you sent -> ping`); that answer is known by the words the server puts before what it repeats, and
//! is not shown. Until two answers have shown these words, an answer is only believed soon after what it repeats, and never
//! once a heartbeat has gone unanswered. One answer is no proof, for it may be somebody's line: it is held back, a second
//! heartbeat asks at once, and what is not confirmed is shown.
//!
//! The server's own `ping` is answered once a link has ended with it unanswered: at a relay it is another client's.
//!
//! What is a heartbeat's answer and what another client's heartbeat looks the same where only the bare `ping` comes back.
//! So that alone is no proof that a server answers: it must have echoed messages as well.

mod repeats;

use std::time::Duration;

use super::dialect::{Arrived, Dialect};
use super::end_causes::EndCauses;
use super::options::SessionOptions;
use super::plain_texts::{bare_heartbeat, pong_for};
pub use super::raw::RawSession;
use super::templates::Templates;
use super::{
    Action, Actions, Body, CloseEvent, HeartbeatSetting, Incoming, Kind, Liveness, MessageId,
    Outgoing, Protocol, Session, Spoken,
};
use crate::session::Target;
use crate::shape::{Learnt, Preview};
use crate::time::Instant;
use crate::wire::Message;
use crate::wire::json::{Chat, JsonFields};
use repeats::{ECHO_WITHIN, Heard, Repeats};

const PING: &str = "ping";
/// A line that may be the answer to a heartbeat is held back for two round trips and this.
const HELD_FOR: Duration = Duration::from_secs(1);

/// The `text` session; see the module's text.
#[derive(Debug, Default)]
pub struct TextSession {
    dialect: Dialect,
    templates: Templates,
    subprotocols: Vec<String>,
    learnt: Learnt,
    end_causes: EndCauses,
    /// What may be the first answer to a heartbeat, and until when it is held back.
    held: Option<(String, Instant)>,
    /// A heartbeat asks whether it is.
    asked: bool,
    /// The link is open: what is held back can be asked for.
    open: bool,
    repeats: Repeats,
    /// The server has echoed a heartbeat on this socket.
    echoes: bool,
    /// Somebody has answered `pong` on this socket.
    ponged: bool,
    /// Other clients' heartbeats arrive on this socket.
    relays: bool,
}

impl TextSession {
    /// A session for a server that speaks plain text.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same, where the server may write this name before the lines.
    #[must_use]
    pub fn named(user: Option<String>) -> Self {
        Self::with_options(&SessionOptions {
            user,
            ..SessionOptions::default()
        })
    }

    /// A session with these options: `user`, `shape`, `secret`, `subprotocols`.
    #[must_use]
    pub fn with_options(options: &SessionOptions) -> Self {
        Self {
            dialect: Dialect::for_chat(options.user.clone(), JsonFields::default()),
            templates: Templates::new(options),
            subprotocols: options.subprotocols.clone(),
            ..Self::default()
        }
    }

    fn answers(&self) -> bool {
        self.echoes || self.ponged && !self.relays
    }

    /// The frame for a message: its words, or what the template says.
    fn frame(&mut self, id: MessageId, text: String, now: Instant) -> String {
        if !self.learnt.taken {
            self.end_causes.line_sent(now);
        }
        if text.is_empty() {
            return text;
        }
        self.repeats.expect(Some(text.clone()), now);
        let (frame, with_id) = match self.templates.message(&text, id) {
            Some(message) => message,
            None => (text.clone(), false),
        };
        self.dialect.sent(id, &text, with_id, now);
        frame
    }

    fn arrived(&mut self, body: Body, now: Instant, out: &mut Actions) {
        let rest = Incoming::default();
        match body {
            // Nobody's line: some keep links alive so.
            Body::Text(text) if text.trim().is_empty() => out.push(Action::Deliver(Incoming {
                body: Body::Text(text),
                kind: Kind::Data,
                ..rest
            })),
            Body::Text(text) => {
                let chat = Chat {
                    text,
                    ..Chat::default()
                };
                let bare = true;
                self.dialect.arrived(Arrived { chat, bare, rest }, now, out);
            }
            body @ Body::Binary(_) => out.push(Action::Deliver(Incoming { body, ..rest })),
        }
    }

    fn handle_own_heartbeat(&mut self, text: &str, sent: Instant, now: Instant, out: &mut Actions) {
        if self.repeats.prefix().is_some() {
            self.echoes = true;
            self.answered(out);
        } else if text != PING {
            self.release(now, out);
            self.held = Some((
                text.to_owned(),
                now + (2 * (now - sent) + HELD_FOR).min(ECHO_WITHIN),
            ));
            self.asked = false;
        }
    }

    fn answered(&mut self, out: &mut Actions) {
        self.learnt.heartbeats = true;
        self.learnt.ended_on_heartbeat = 0;
        out.push(Action::Answered);
    }

    /// When what is held back is shown. Where its link has ended meanwhile, the next one tells first.
    fn held_until(&self) -> Option<Instant> {
        let held = self.held.as_ref().filter(|_| self.open);
        held.map(|(_, until)| *until)
    }

    /// Shows what was held back: it was somebody's line.
    fn release(&mut self, now: Instant, out: &mut Actions) {
        if let Some((text, _)) = self.held.take() {
            self.arrived(Body::Text(text), now, out);
        }
    }

    fn handle_heartbeat(&mut self, text: &str, now: Instant, out: &mut Actions) {
        if bare_heartbeat(text.trim_end()) == Some(true) {
            self.relays = true;
            let learnt = self.learnt.answers_pings.then(|| pong_for(text));
            let answer = self.templates.pong().or(learnt);
            self.end_causes.pinged(answer, now, out);
            if self.repeats.prefix() == Some("") {
                // It is no echo server after all.
                self.repeats.forget_prefix();
                self.echoes = false;
            }
        } else if self.repeats.take_heartbeat() {
            self.ponged = true;
            if self.answers() {
                self.answered(out);
            }
        }
    }
}

impl Session for TextSession {
    fn protocol(&self) -> Spoken {
        Protocol::Text.into()
    }

    fn reshape(&mut self, options: &SessionOptions) {
        self.templates = Templates::new(options);
        self.subprotocols = options.subprotocols.clone();
    }

    fn begin(&mut self, target: &Target, out: &mut Actions) {
        let mut dialect = std::mem::take(&mut self.dialect);
        dialect.begin(&target.url, out);
        self.learnt.at(&target.url);
        self.templates.begin();
        self.repeats.begin(self.held.is_some());
        *self = Self {
            dialect,
            templates: std::mem::take(&mut self.templates),
            subprotocols: std::mem::take(&mut self.subprotocols),
            learnt: std::mem::take(&mut self.learnt),
            repeats: std::mem::take(&mut self.repeats),
            held: self.held.take(),
            ..Self::default()
        };
        out.push(Action::Open(target.offering(&self.subprotocols)));
    }

    fn handle_message(&mut self, message: Message, now: Instant, out: &mut Actions) {
        let body = match message {
            Message::Text(text) => Body::Text(text),
            Message::Binary(bytes) => String::from_utf8(bytes)
                .map_or_else(|error| Body::Binary(error.into_bytes()), Body::Text),
        };
        let text = body.as_text().unwrap_or_default();
        self.templates.handle_text(text, out);
        let known = self.repeats.prefix().is_some();
        let heard = self.repeats.judge(text, now);
        if !known && self.repeats.prefix().is_some() {
            // The answer that was held back is confirmed.
            self.held = None;
        }
        match heard {
            Heard::OwnHeartbeat(sent) => self.handle_own_heartbeat(text, sent, now, out),
            Heard::Heartbeat => self.handle_heartbeat(text, now, out),
            Heard::OwnText | Heard::Other => self.arrived(body, now, out),
        }
    }

    fn handle_open(&mut self, _subprotocol: &str, now: Instant, out: &mut Actions) {
        self.dialect.opened(now);
        self.templates.open(now, out);
        self.open = true;
        if let Some((_, until)) = &mut self.held {
            *until = now + ECHO_WITHIN;
        }
    }

    fn handle_timeout(&mut self, now: Instant, out: &mut Actions) {
        self.dialect.handle_timeout(now, out);
        self.templates.handle_timeout(now, out);
        if self.held_until().is_some_and(|until| until <= now) {
            self.release(now, out);
        }
        self.learnt.note_outlived(&mut self.end_causes, now);
    }

    fn poll_timeout(&self) -> Option<Instant> {
        let inner = [
            self.dialect.poll_timeout(),
            self.templates.poll_timeout(),
            self.end_causes.poll_timeout(),
        ];
        inner.into_iter().chain([self.held_until()]).flatten().min()
    }

    fn handle_close(&mut self, close: &CloseEvent, out: &mut Actions) {
        self.open = false;
        self.learnt.link_ended(&self.end_causes, close, out);
    }

    fn goodbye(&mut self, out: &mut Actions) {
        self.open = false;
        self.dialect.give_up(out);
    }

    fn proves(&self) -> bool {
        self.dialect.proves()
    }

    fn send(&mut self, id: MessageId, outgoing: Outgoing, now: Instant, out: &mut Actions) {
        let message = match outgoing.body {
            Message::Text(text) if outgoing.as_is.is_none() => self.frame(id, text, now).into(),
            other => other,
        };
        out.push(Action::Transmit(message));
    }

    fn preview(&self, text: &str) -> Option<Preview> {
        let plain = Preview {
            text: text.to_owned(),
            guessed: false,
        };
        Some(self.templates.preview(text).unwrap_or(plain))
    }

    fn liveness(&self, wanted: HeartbeatSetting) -> Liveness {
        let pace = self
            .learnt
            .pace(wanted, self.templates.shape.ping.is_some());
        // What is held back is asked for at once.
        let at_once = self.held.is_some() && !self.asked;
        Liveness {
            returns_within: self.dialect.returns_within(),
            ..Liveness::asking(pace, at_once)
        }
    }

    fn heartbeat(&mut self, id: MessageId, now: Instant, out: &mut Actions) -> bool {
        self.asked = true;
        self.repeats.expect(None, now);
        self.end_causes.heartbeat_sent(now);
        let ping = self.templates.ping(id).unwrap_or_else(|| PING.to_owned());
        out.push(Action::Transmit(ping.into()));
        self.answers()
    }
}
