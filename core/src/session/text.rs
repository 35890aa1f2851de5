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

use std::collections::VecDeque;
use std::time::Duration;

use super::dialect::{Arrived, Dialect};
use super::options::SessionOptions;
use super::speech::Speech;
use super::trial::{Trial, pong_for};
use super::{
    Action, Actions, Body, CloseEvent, Heartbeat, HeartbeatSetting, Incoming, Liveness, MessageId,
    Outgoing, Protocol, Reason, Session, Spoken,
};
use crate::session::Target;
use crate::shape::{Learnt, Preview};
use crate::time::Instant;
use crate::wire::Message;
use crate::wire::json::{Chat, JsonFields};

const PING: &str = "ping";
const PONG: &str = "pong";
/// How many sent texts wait for an echo at the most.
const EXPECTED: usize = 256;
/// How soon an echo comes, from a server whose words are not known yet.
const ECHO_WITHIN: Duration = Duration::from_secs(10);
/// A line that may be the answer to a heartbeat is held back for two round trips and this.
const HELD_FOR: Duration = Duration::from_secs(1);

/// The `text` session; see the module's text.
#[derive(Debug, Default)]
pub struct TextSession {
    dialect: Dialect,
    speech: Speech,
    subprotocols: Vec<String>,
    learnt: Learnt,
    trial: Trial,
    /// What may be the first answer to a heartbeat, and until when it is held back.
    held: Option<(String, Instant)>,
    /// A heartbeat asks whether it is.
    asked: bool,
    /// The link is open: what is held back can be asked for.
    open: bool,
    /// What was sent and may be echoed, oldest first.
    expected: VecDeque<Expected>,
    /// What the server puts before each echo, once two answers have shown it.
    prefix: Option<String>,
    candidate: Option<String>,
    /// The server has echoed a heartbeat on this socket.
    echoes: bool,
    /// Somebody has answered `pong` on this socket.
    ponged: bool,
    /// Other clients' heartbeats arrive on this socket.
    relays: bool,
}

#[derive(Debug)]
struct Expected {
    /// `None` for a heartbeat.
    text: Option<String>,
    sent: Instant,
}

impl Expected {
    fn text(&self) -> &str {
        self.text.as_deref().unwrap_or(PING)
    }

    fn is_heartbeat(&self) -> bool {
        self.text.is_none()
    }
}

/// What an arriving text is.
enum Heard {
    /// The echo of a heartbeat of ours, sent at this time.
    OwnHeartbeat(Instant),
    /// The echo of a message of ours.
    OwnText,
    /// Another client's heartbeat, or the answer to one.
    Heartbeat,
    /// Anything else.
    Other,
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
            dialect: Dialect::new(options.user.clone(), JsonFields::default()),
            speech: Speech::new(options),
            subprotocols: options.subprotocols.clone(),
            ..Self::default()
        }
    }

    fn expect(&mut self, text: Option<String>, sent: Instant) {
        self.expected.push_back(Expected { text, sent });
        if self.expected.len() > EXPECTED {
            self.expected.pop_front();
        }
    }

    fn answers(&self) -> bool {
        self.echoes || self.ponged && !self.relays
    }

    fn hear(&mut self, text: &str, now: Instant) -> Heard {
        let echo = match &self.prefix {
            Some(prefix) => self.known_echo(text, prefix).map(|place| {
                // Answers come in order: what was sent before is answered or never will be.
                self.expected.drain(..place);
                0
            }),
            None => self.likely_echo(text, now),
        };
        match echo.and_then(|place| self.expected.remove(place)) {
            Some(expected) => {
                self.learn(text, &expected);
                match expected.is_heartbeat() {
                    true => Heard::OwnHeartbeat(expected.sent),
                    false => Heard::OwnText,
                }
            }
            None if is_heartbeat(text) => Heard::Heartbeat,
            None => {
                self.take_late_answer(text);
                Heard::Other
            }
        }
    }

    /// What looks like the answer to our oldest heartbeat, and comes too late to be believed, is shown. But that heartbeat
    /// does not go unanswered any more, so that the next answer is believed again.
    fn take_late_answer(&mut self, text: &str) {
        let words = text.strip_suffix(PING).filter(|words| !words.is_empty());
        let apart = words.is_some_and(|words| !words.ends_with(char::is_alphanumeric));
        if apart
            && self.prefix.is_none()
            && let Some(place) = self.expected.iter().position(Expected::is_heartbeat)
        {
            self.expected.remove(place);
        }
    }

    fn known_echo(&self, text: &str, prefix: &str) -> Option<usize> {
        let repeated = text.strip_prefix(prefix)?;
        self.expected
            .iter()
            .position(|sent| sent.text() == repeated)
    }

    /// Before the server's words are known: an answer comes soon, and stands apart from what it repeats.
    fn likely_echo(&self, text: &str, now: Instant) -> Option<usize> {
        let oldest_heartbeat = self.expected.iter().position(Expected::is_heartbeat);
        self.expected
            .iter()
            .enumerate()
            .find_map(|(place, expected)| {
                let prefix = text.strip_suffix(expected.text())?;
                let apart = !prefix.ends_with(char::is_alphanumeric);
                let soon = now - expected.sent <= ECHO_WITHIN;
                let next = !expected.is_heartbeat() || oldest_heartbeat == Some(place);
                (apart && soon && next).then_some(place)
            })
    }

    fn learn(&mut self, text: &str, expected: &Expected) {
        let prefix = text.strip_suffix(expected.text()).unwrap_or_default();
        // A bare `ping` may be another client's.
        if self.prefix.is_some() || prefix.is_empty() && expected.is_heartbeat() {
            return;
        }
        if self.candidate.as_deref() == Some(prefix) {
            self.prefix = self.candidate.take();
            self.held = None;
        } else {
            self.candidate = Some(prefix.to_owned());
        }
    }

    /// The frame for a message: its words, or what the template says.
    fn frame(&mut self, id: MessageId, text: String, now: Instant) -> String {
        if !self.learnt.taken {
            self.trial.line_sent(now);
        }
        if text.is_empty() {
            return text;
        }
        self.expect(Some(text.clone()), now);
        let (frame, with_id) = match self.speech.message(&text, id) {
            Some(message) => message,
            None => (text.clone(), false),
        };
        self.dialect.sent(id, &text, with_id, now);
        frame
    }

    fn arrived(&mut self, body: Body, now: Instant, out: &mut Actions) {
        let rest = Incoming::default();
        match body {
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
        if self.prefix.is_some() {
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
        if !text.eq_ignore_ascii_case(PONG) {
            self.relays = true;
            let learnt = self.learnt.answers_pings.then(|| pong_for(text));
            let answer = self.speech.pong().or(learnt);
            self.trial.pinged(answer, now, out);
            if self.prefix.as_deref() == Some("") {
                // It is no echo server after all.
                self.prefix = None;
                self.echoes = false;
            }
        } else if let Some(place) = self.expected.iter().position(Expected::is_heartbeat) {
            self.expected.remove(place);
            self.ponged = true;
            if self.answers() {
                self.answered(out);
            }
        }
    }
}

fn is_heartbeat(text: &str) -> bool {
    matches!(text, PING | PONG | "PING" | "PONG")
}

impl Session for TextSession {
    fn protocol(&self) -> Spoken {
        Protocol::Text.into()
    }

    fn reshape(&mut self, options: &SessionOptions) {
        self.speech = Speech::new(options);
        self.subprotocols.clone_from(&options.subprotocols);
    }

    fn begin(&mut self, target: &Target, out: &mut Actions) {
        let mut dialect = std::mem::take(&mut self.dialect);
        dialect.begin(&target.url, out);
        self.learnt.at(&target.url);
        self.speech.begin();
        *self = Self {
            dialect,
            speech: std::mem::take(&mut self.speech),
            subprotocols: std::mem::take(&mut self.subprotocols),
            learnt: std::mem::take(&mut self.learnt),
            prefix: self.prefix.take().filter(|prefix| !prefix.is_empty()),
            candidate: self
                .candidate
                .take()
                .filter(|prefix| !prefix.is_empty() && self.held.is_some()),
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
        self.speech.hear(text, out);
        match self.hear(text, now) {
            Heard::OwnHeartbeat(sent) => self.handle_own_heartbeat(text, sent, now, out),
            Heard::Heartbeat => self.handle_heartbeat(text, now, out),
            Heard::OwnText | Heard::Other => self.arrived(body, now, out),
        }
    }

    fn handle_open(&mut self, _subprotocol: &str, now: Instant, out: &mut Actions) {
        self.dialect.opened(now);
        self.speech.open(now, out);
        self.open = true;
        if let Some((_, until)) = &mut self.held {
            *until = now + ECHO_WITHIN;
        }
    }

    fn handle_timeout(&mut self, now: Instant, out: &mut Actions) {
        self.dialect.handle_timeout(now, out);
        self.speech.handle_timeout(now, out);
        if self.held_until().is_some_and(|until| until <= now) {
            self.release(now, out);
        }
        let (line, heartbeat) = self.trial.handle_timeout(now);
        self.learnt.taken |= line;
        if heartbeat {
            self.learnt.ended_on_heartbeat = 0;
        }
    }

    fn poll_timeout(&self) -> Option<Instant> {
        let inner = [
            self.dialect.poll_timeout(),
            self.speech.poll_timeout(),
            self.trial.poll_timeout(),
        ];
        inner.into_iter().chain([self.held_until()]).flatten().min()
    }

    fn handle_close(&mut self, close: &CloseEvent, out: &mut Actions) {
        self.open = false;
        self.learnt.link_ended(&self.trial);
        if self.learnt.blames_line(&self.trial, close) {
            out.push(Action::Reconnect(Reason::ClosedOnLine));
        }
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
            Message::Text(text) if !outgoing.as_is => self.frame(id, text, now).into(),
            other => other,
        };
        out.push(Action::Transmit(message));
    }

    fn preview(&self, text: &str) -> Option<Preview> {
        let plain = Preview {
            text: text.to_owned(),
            guessed: false,
        };
        Some(self.speech.preview(text).unwrap_or(plain))
    }

    fn liveness(&self, wanted: HeartbeatSetting) -> Liveness {
        let pace = self.learnt.pace(wanted, self.speech.shape.ping.is_some());
        // What is held back is asked for at once.
        let at_once = self.held.is_some() && !self.asked;
        let send_every = |heartbeat: Heartbeat| match at_once {
            true => Duration::ZERO,
            false => heartbeat.send_every,
        };
        Liveness {
            send_every: pace.map(send_every),
            answer_within: pace.map(|heartbeat| heartbeat.expect_within),
            silence_limit: None,
            returns_within: self.dialect.returns_within(),
        }
    }

    fn heartbeat(&mut self, id: MessageId, now: Instant, out: &mut Actions) -> bool {
        self.asked = true;
        self.expect(None, now);
        self.trial.heartbeat_sent(now);
        let ping = self.speech.ping(id).unwrap_or_else(|| PING.to_owned());
        out.push(Action::Transmit(ping.into()));
        self.answers()
    }
}

/// Every message as it is, and no heartbeat: the session of a bare `use_socket`.
#[derive(Debug, Default)]
pub struct RawSession;

impl Session for RawSession {
    fn protocol(&self) -> Spoken {
        Protocol::Raw.into()
    }

    fn handle_message(&mut self, message: Message, _now: Instant, out: &mut Actions) {
        let body = match message {
            Message::Text(text) => Body::Text(text),
            Message::Binary(bytes) => Body::Binary(bytes),
        };
        out.push(Action::Deliver(Incoming {
            body,
            ..Incoming::default()
        }));
    }

    fn send(&mut self, _id: MessageId, outgoing: Outgoing, _now: Instant, out: &mut Actions) {
        out.push(Action::Transmit(outgoing.body));
    }
}
