//! What a server repeats of what was sent: its answers to heartbeats, known by the words that it puts before them.

use std::collections::VecDeque;
use std::time::Duration;

use super::PING;
use crate::letters::is_letter;
use crate::session::plain_texts::bare_heartbeat;
use crate::time::Instant;

/// How many sent texts wait for an echo at the most.
const EXPECTED: usize = 256;
/// How soon an echo comes, from a server whose words are not known yet.
pub(super) const ECHO_WITHIN: Duration = Duration::from_secs(10);

/// What was sent and may be repeated, and in which words.
#[derive(Debug, Default)]
pub(super) struct Repeats {
    /// Oldest first.
    expected: VecDeque<Expected>,
    /// What the server puts before each echo, once two answers have shown it.
    prefix: Option<String>,
    candidate: Option<String>,
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
pub(super) enum Heard {
    /// The echo of a heartbeat of ours, sent at this time.
    OwnHeartbeat(Instant),
    /// The echo of a message of ours.
    OwnText,
    /// Another client's heartbeat, or the answer to one.
    Heartbeat,
    /// Anything else.
    Other,
}

impl Repeats {
    /// A new link: the words stay where they are a server's own. `asked`: an answer is held back that would show them.
    pub(super) fn begin(&mut self, asked: bool) {
        self.expected.clear();
        let own = |words: &String| !words.is_empty();
        self.prefix = self.prefix.take().filter(own);
        self.candidate = self.candidate.take().filter(|words| asked && own(words));
    }

    /// The words that the server puts before what it repeats, once they are known.
    pub(super) fn prefix(&self) -> Option<&str> {
        self.prefix.as_deref()
    }

    /// It repeats nothing: what it was known by was another client's.
    pub(super) fn forget_prefix(&mut self) {
        self.prefix = None;
    }

    /// The oldest heartbeat is answered. Returns whether there was one.
    pub(super) fn take_heartbeat(&mut self) -> bool {
        let place = self.expected.iter().position(Expected::is_heartbeat);
        place.is_some_and(|place| self.expected.remove(place).is_some())
    }

    /// A text was sent, or (`None`) a heartbeat.
    pub(super) fn expect(&mut self, text: Option<String>, sent: Instant) {
        self.expected.push_back(Expected { text, sent });
        if self.expected.len() > EXPECTED {
            self.expected.pop_front();
        }
    }

    /// What this text is that arrived.
    pub(super) fn judge(&mut self, text: &str, now: Instant) -> Heard {
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
            None if bare_heartbeat(text.trim_end()).is_some() => Heard::Heartbeat,
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
        let apart = words.is_some_and(|words| !words.ends_with(is_letter));
        if apart && self.prefix.is_none() {
            self.take_heartbeat();
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
                let apart = !prefix.ends_with(is_letter);
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
}
