//! The `text` session: plain text both ways, whatever it holds; bytes stay bytes.
//!
//! With a heartbeat, the text `ping` is sent. An echo server answers it like any other text (`Hello, you sent -> ping`); that
//! answer is known by the words the server puts before what it repeats, and is not shown. Until two answers have shown these
//! words, an answer is only believed soon after what it repeats, and never once a heartbeat has gone unanswered.
//!
//! What is a heartbeat's answer and what another client's heartbeat looks the same where only the bare `ping` comes back.
//! So that alone is no proof that a server answers: it must have echoed messages as well.

use std::collections::VecDeque;
use std::time::Duration;

use super::dialect::{Arrived, Dialect};
use super::{
    Action, Actions, Body, HeartbeatSetting, Incoming, Liveness, MessageId, Outgoing, Protocol,
    Session, Spoken,
};
use crate::session::Target;
use crate::time::Instant;
use crate::wire::Message;
use crate::wire::json::{Chat, JsonFields};

const PING: &str = "ping";
const PONG: &str = "pong";
/// How many sent texts wait for an echo at the most.
const EXPECTED: usize = 256;
/// How soon an echo comes, from a server whose words are not known yet.
const ECHO_WITHIN: Duration = Duration::from_secs(10);

/// The `text` session; see the module's text.
#[derive(Debug, Default)]
pub struct TextSession {
    dialect: Dialect,
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
    /// The echo of a heartbeat of ours.
    OwnHeartbeat,
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
        Self {
            dialect: Dialect::new(user, JsonFields::default()),
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
                    true => Heard::OwnHeartbeat,
                    false => Heard::OwnText,
                }
            }
            None if matches!(text, PING | PONG) => Heard::Heartbeat,
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
        } else {
            self.candidate = Some(prefix.to_owned());
        }
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

    fn handle_own_heartbeat(&mut self, text: &str, out: &mut Actions) {
        if text != PING || self.prefix.is_some() {
            self.echoes = true;
            out.push(Action::Answered);
        }
    }

    fn handle_heartbeat(&mut self, text: &str, out: &mut Actions) {
        if text == PING {
            self.relays = true;
            if self.prefix.as_deref() == Some("") {
                // It is no echo server after all.
                self.prefix = None;
                self.echoes = false;
            }
        } else if let Some(place) = self.expected.iter().position(Expected::is_heartbeat) {
            self.expected.remove(place);
            self.ponged = true;
            if self.answers() {
                out.push(Action::Answered);
            }
        }
    }
}

impl Session for TextSession {
    fn protocol(&self) -> Spoken {
        Protocol::Text.into()
    }

    fn begin(&mut self, target: &Target, out: &mut Actions) {
        let mut dialect = std::mem::take(&mut self.dialect);
        dialect.begin(out);
        *self = Self {
            dialect,
            prefix: self.prefix.take().filter(|prefix| !prefix.is_empty()),
            ..Self::default()
        };
        out.push(Action::Open(target.clone()));
    }

    fn handle_message(&mut self, message: Message, now: Instant, out: &mut Actions) {
        let body = match message {
            Message::Text(text) => Body::Text(text),
            Message::Binary(bytes) => String::from_utf8(bytes)
                .map_or_else(|error| Body::Binary(error.into_bytes()), Body::Text),
        };
        let text = body.as_text().unwrap_or_default();
        match self.hear(text, now) {
            Heard::OwnHeartbeat => self.handle_own_heartbeat(text, out),
            Heard::Heartbeat => self.handle_heartbeat(text, out),
            Heard::OwnText | Heard::Other => self.arrived(body, now, out),
        }
    }

    fn handle_open(&mut self, _subprotocol: &str, now: Instant, out: &mut Actions) {
        self.dialect.opened(now);
        out.push(Action::Ready);
    }

    fn handle_timeout(&mut self, now: Instant, out: &mut Actions) {
        self.dialect.handle_timeout(now, out);
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.dialect.poll_timeout()
    }

    fn goodbye(&mut self, out: &mut Actions) {
        self.dialect.give_up(out);
    }

    fn proves(&self) -> bool {
        self.dialect.proves()
    }

    fn send(&mut self, id: MessageId, outgoing: Outgoing, now: Instant, out: &mut Actions) {
        if let Message::Text(text) = &outgoing.body
            && !text.is_empty()
        {
            self.dialect.sent(id, text, false, now);
            self.expect(Some(text.clone()), now);
        }
        out.push(Action::Transmit(outgoing.body));
    }

    fn liveness(&self, wanted: HeartbeatSetting) -> Liveness {
        Liveness {
            send_every: wanted.pace().map(|heartbeat| heartbeat.send_every),
            answer_within: wanted.pace().map(|heartbeat| heartbeat.expect_within),
            silence_limit: None,
        }
    }

    fn heartbeat(&mut self, _id: MessageId, now: Instant, out: &mut Actions) -> bool {
        self.expect(None, now);
        out.push(Action::Transmit(PING.into()));
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
