//! What a link is watched for until it has shown that it bears it: our first line, our first heartbeat, the server's own ones.

use std::time::Duration;

use super::{Action, Actions, CloseEvent, Heartbeat, HeartbeatSetting, MessageId, Reason};
use crate::search::split_once;
use crate::shape::Learnt;
use crate::time::Instant;
use crate::wire::json::ids_in;

/// How far ids are looked for, in bytes: a message of megabytes would stop the page.
const BEGINNING: usize = 16 << 10;

/// A link that ends within this time of a frame of ours may have ended because of it.
const BLAMED_FOR: Duration = Duration::from_secs(2);
/// A link that ends within this time of the server's own heartbeat may have ended because nobody answered it.
const PATIENCE: Duration = Duration::from_secs(60);
/// We answer another's pings no more often than this.
const PONG_EVERY: Duration = Duration::from_secs(1);
/// Ends that a server means; another one has to happen twice before our line is blamed.
const CLEAN_ENDS: [u16; 4] = [1000, 1003, 1007, 1011];
/// Ends that are not worth a retry, and have the server's own words.
const FINAL_ENDS: [u16; 4] = [1002, 1003, 1008, 1010];

/// What is watched on the socket at hand. Each deadline stands while the link's end would have that cause.
#[derive(Debug, Default)]
pub(super) struct Trial {
    line: Option<Instant>,
    heartbeat: Option<Instant>,
    ping: Option<Instant>,
    beaten: bool,
    last_pong: Option<Instant>,
}

impl Trial {
    /// A line goes out that may end the link.
    pub(super) fn line_sent(&mut self, now: Instant) {
        self.line.get_or_insert(now + BLAMED_FOR);
    }

    /// A heartbeat goes out: the first one may end the link.
    pub(super) fn heartbeat_sent(&mut self, now: Instant) {
        if !std::mem::replace(&mut self.beaten, true) {
            self.heartbeat = Some(now + BLAMED_FOR);
        }
    }

    /// The server's own heartbeat came, and is answered with these words, if any.
    pub(super) fn pinged(&mut self, answer: Option<String>, now: Instant, out: &mut Actions) {
        let Some(answer) = answer else {
            self.ping = Some(now + PATIENCE);
            return;
        };
        if self.last_pong.is_none_or(|last| now - last >= PONG_EVERY) {
            self.last_pong = Some(now);
            out.push(Action::Transmit(answer.into()));
        }
    }

    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        [self.line, self.heartbeat, self.ping]
            .into_iter()
            .flatten()
            .min()
    }

    /// Returns whether a line and whether a heartbeat of ours has been borne.
    fn handle_timeout(&mut self, now: Instant) -> (bool, bool) {
        let over = |deadline: &mut Option<Instant>| deadline.take_if(|at| *at <= now).is_some();
        over(&mut self.ping);
        (over(&mut self.line), over(&mut self.heartbeat))
    }
}

impl Learnt {
    /// What the link has borne by now.
    pub(super) fn note_borne(&mut self, trial: &mut Trial, now: Instant) {
        let (line, heartbeat) = trial.handle_timeout(now);
        self.taken |= line;
        if heartbeat {
            self.ended_on_heartbeat = 0;
        }
    }

    /// A link has ended: what it was watched for, and what the person is told.
    pub(super) fn link_ended(&mut self, trial: &Trial, close: &CloseEvent, out: &mut Actions) {
        self.answers_pings |= trial.ping.is_some();
        // A server that has answered one does not end links over them: the network does.
        if trial.heartbeat.is_some() && !self.heartbeats {
            self.ended_on_heartbeat = self.ended_on_heartbeat.saturating_add(1);
        }
        if self.blames_line(trial, close) {
            out.push(Action::Reconnect(Reason::ClosedOnLine));
        }
    }

    /// Whether the link ended on our first line: the next one goes without an id. Returns whether the person is to be told,
    /// where the server does not say itself why it ended.
    fn blames_line(&mut self, trial: &Trial, close: &CloseEvent) -> bool {
        if trial.line.is_none() || self.taken {
            return false;
        }
        self.ended_on_line = self.ended_on_line.saturating_add(1);
        let meant = self.ended_on_line > 1 || CLEAN_ENDS.contains(&close.code);
        self.without_id |= meant;
        meant && close.reason.is_empty() && !FINAL_ENDS.contains(&close.code)
    }

    /// How often a heartbeat is sent, if at all. `given` says that a person wrote what one looks like.
    pub(super) fn pace(&self, wanted: HeartbeatSetting, given: bool) -> Option<Heartbeat> {
        let unasked = self.heartbeats || given;
        let borne = self.ended_on_heartbeat < Self::HEARTBEATS_TRIED;
        let pace = wanted.pace();
        pace.filter(|_| borne && (unasked || wanted != HeartbeatSetting::Auto))
    }
}

/// The ids of messages that stand at the beginning of a text, where ours have theirs, whatever stands around them.
pub(super) fn message_ids(text: &str) -> impl Iterator<Item = MessageId> {
    let end = text.len().min(BEGINNING);
    ids_in(&text.as_bytes()[..end]).filter_map(MessageId::parse)
}

/// Whether this is a heartbeat in plain words, and a ping: alone, or before a number or, as IRC has it, a name behind a colon.
pub(super) fn bare_heartbeat(text: &str) -> Option<bool> {
    let (word, mark) = split_once(text, " ").unwrap_or((text, ""));
    let marked = mark.starts_with(':') && !mark.contains(' ');
    let alone = marked || mark.bytes().all(|byte| byte.is_ascii_digit());
    match word {
        "ping" | "PING" | "Ping" if alone => Some(true),
        "pong" | "PONG" | "Pong" if alone => Some(false),
        _ => None,
    }
}

/// The server's own heartbeat, answered in its own words: ping becomes pong, and the rest is repeated.
pub(super) fn pong_for(ping: &str) -> String {
    const FORMS: [(&str, &str); 3] = [("ping", "pong"), ("PING", "PONG"), ("Ping", "Pong")];
    let first = FORMS
        .iter()
        .filter_map(|(from, to)| Some((split_once(ping, from)?, to)));
    match first.min_by_key(|((before, _), _)| before.len()) {
        Some(((before, after), to)) => [before, to, after].concat(),
        None => "pong".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ping_is_answered_in_its_own_words() {
        for (ping, pong) in [
            ("ping", "pong"),
            ("PING", "PONG"),
            (r#"{"type":"ping"}"#, r#"{"type":"pong"}"#),
            (
                r#"{"id":7,"event":"Ping","at":1}"#,
                r#"{"id":7,"event":"Pong","at":1}"#,
            ),
            (r#"{"ping":17}"#, r#"{"pong":17}"#),
        ] {
            assert_eq!(pong_for(ping), pong);
        }
    }

    #[test]
    fn a_heartbeat_in_plain_words_may_have_a_number_or_a_name_behind_a_colon() {
        for ping in ["ping", "PING", "PING 17", "PING :irc.example.org"] {
            assert_eq!(bare_heartbeat(ping), Some(true), "{ping}");
        }
        assert_eq!(bare_heartbeat("pong 17"), Some(false));
        for line in [
            "ping bo",
            "pinging",
            "PING :bo are you there",
            " ",
            "a ping",
        ] {
            assert_eq!(bare_heartbeat(line), None, "{line}");
        }
    }

    #[test]
    fn ids_are_found_in_any_words() {
        let id = MessageId(7);
        let text = format!("Client says: {{\"id\":\"{id}\"}} deadbeef");
        assert_eq!(message_ids(&text).collect::<Vec<_>>(), [id]);
        assert_eq!(message_ids(&format!("{id}0")).count(), 0);
    }
}
