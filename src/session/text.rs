//! The `text` session: plain text both ways, whatever it holds; bytes stay bytes.
//!
//! With a heartbeat, the text `ping` is sent. An echo server answers it like any other text (`Hello, you sent -> ping`); that
//! answer is known by its place among the answers and by the words the server puts before them, and is not shown. A server
//! that never answered one is never expected to.

use std::collections::VecDeque;

use super::{Action, Actions, Body, Heartbeat, Incoming, Liveness, MessageId, Outgoing, Session};
use crate::session::Target;
use crate::time::Instant;
use crate::wire::Message;

const PING: &str = "ping";
/// How many sent texts wait for an echo at the most.
const EXPECTED: usize = 256;

/// The `text` session; see the module's text.
#[derive(Debug, Default)]
pub struct TextSession {
    /// What was sent and may be echoed, oldest first; `None` for a heartbeat.
    expected: VecDeque<Option<String>>,
    /// What the server puts before each echo, once two different answers have shown it.
    prefix: Option<String>,
    candidate: Option<String>,
    answers: bool,
}

impl TextSession {
    /// A session for a server that speaks plain text.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn expect(&mut self, sent: Option<String>) {
        self.expected.push_back(sent);
        if self.expected.len() > EXPECTED {
            self.expected.pop_front();
        }
    }

    /// Whether this text is the answer to a heartbeat.
    fn is_answer(&mut self, text: &str) -> bool {
        let Some((place, prefix)) = self.echo(text) else {
            return false;
        };
        let known = match &self.prefix {
            Some(known) => known == prefix,
            // Before the server's words are known: an answer stands apart from what it repeats.
            None => !prefix.ends_with(char::is_alphanumeric),
        };
        if !known {
            return false;
        }
        let prefix = prefix.to_owned();
        if self.candidate.as_ref() == Some(&prefix) {
            self.prefix = Some(prefix.clone());
        }
        self.candidate = Some(prefix);
        let heartbeat = self.expected.get(place).is_some_and(Option::is_none);
        self.expected.drain(..=place);
        heartbeat
    }

    /// The first sent text that this one repeats at its end, and the words before it.
    fn echo<'a>(&self, text: &'a str) -> Option<(usize, &'a str)> {
        self.expected
            .iter()
            .enumerate()
            .find_map(|(place, sent)| {
                let sent = sent.as_deref().unwrap_or(PING);
                Some((place, text.strip_suffix(sent)?))
            })
    }
}

impl Session for TextSession {
    fn protocol(&self) -> &str {
        "text"
    }

    fn begin(&mut self, target: &Target, out: &mut Actions) {
        self.expected.clear();
        self.answers = false;
        out.push(Action::Open(target.clone()));
    }

    fn handle_message(&mut self, message: Message, _now: Instant, out: &mut Actions) {
        let body = match message {
            Message::Text(text) => Body::Text(text),
            Message::Binary(bytes) => String::from_utf8(bytes)
                .map_or_else(|error| Body::Binary(error.into_bytes()), Body::Text),
        };
        if let Body::Text(text) = &body {
            if matches!(text.as_str(), PING | "pong") {
                // Another client's, or the bare answer to ours.
                if self.is_answer(text) || text == "pong" && self.expected.contains(&None) {
                    self.answers = true;
                    out.push(Action::Answered);
                }
                return;
            }
            if self.is_answer(text) {
                self.answers = true;
                out.push(Action::Answered);
                return;
            }
        }
        out.push(Action::Deliver(Incoming {
            body,
            ..Incoming::default()
        }));
    }

    fn send(&mut self, _id: MessageId, outgoing: Outgoing, _now: Instant, out: &mut Actions) {
        if let Message::Text(text) = &outgoing.body
            && !text.is_empty()
        {
            self.expect(Some(text.clone()));
        }
        out.push(Action::Transmit(outgoing.body));
    }

    fn liveness(&self, wanted: Option<Heartbeat>) -> Liveness {
        Liveness {
            send_every: wanted.map(|heartbeat| heartbeat.send_every),
            answer_within: wanted.map(|heartbeat| heartbeat.expect_within),
            silence_limit: None,
        }
    }

    fn heartbeat(&mut self, _id: MessageId, _now: Instant, out: &mut Actions) -> bool {
        self.expect(None);
        out.push(Action::Transmit(PING.into()));
        self.answers
    }
}

/// Every message as it is, and no heartbeat: the session of a bare `use_socket`.
#[derive(Debug, Default)]
pub struct RawSession;

impl Session for RawSession {
    fn protocol(&self) -> &str {
        "raw"
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
