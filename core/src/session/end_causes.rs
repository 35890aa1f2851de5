//! What a link's end may be blamed on: our first line, our first heartbeat, an answer that the server's own heartbeats did not get.

use std::time::Duration;

use super::{Action, Actions, CloseEvent, Heartbeat, HeartbeatSetting, Reason};
use crate::shape::Learnt;
use crate::time::Instant;

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

/// What may have ended the socket at hand, should it end now. Each deadline stands while the link's end would have that cause.
#[derive(Debug, Default)]
pub(super) struct EndCauses {
    line: Option<Instant>,
    heartbeat: Option<Instant>,
    ping: Option<Instant>,
    /// A heartbeat of ours went out.
    has_beaten: bool,
    last_pong: Option<Instant>,
}

impl EndCauses {
    /// A line goes out that may end the link.
    pub(super) fn line_sent(&mut self, now: Instant) {
        self.line.get_or_insert(now + BLAMED_FOR);
    }

    /// A heartbeat goes out: the first one may end the link.
    pub(super) fn heartbeat_sent(&mut self, now: Instant) {
        if !std::mem::replace(&mut self.has_beaten, true) {
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

    /// Returns whether the link has outlived a line, and whether a heartbeat, of ours.
    fn handle_timeout(&mut self, now: Instant) -> (bool, bool) {
        let over = |deadline: &mut Option<Instant>| deadline.take_if(|at| *at <= now).is_some();
        over(&mut self.ping);
        (over(&mut self.line), over(&mut self.heartbeat))
    }
}

impl Learnt {
    /// What the link has outlived by now.
    pub(super) fn note_outlived(&mut self, causes: &mut EndCauses, now: Instant) {
        let (line, heartbeat) = causes.handle_timeout(now);
        self.taken |= line;
        if heartbeat {
            self.ended_on_heartbeat = 0;
        }
    }

    /// A link has ended: what that is blamed on, and what the person is told.
    pub(super) fn link_ended(&mut self, causes: &EndCauses, close: &CloseEvent, out: &mut Actions) {
        self.answers_pings |= causes.ping.is_some();
        // A server that has answered one does not end links over them: the network does.
        if causes.heartbeat.is_some() && !self.heartbeats {
            self.ended_on_heartbeat = self.ended_on_heartbeat.saturating_add(1);
        }
        if self.blames_line(causes, close) {
            out.push(Action::Reconnect(Reason::ClosedOnLine));
        }
    }

    /// Whether the link ended on our first line: the next one goes without an id. Returns whether the person is to be told,
    /// where the server does not say itself why it ended.
    fn blames_line(&mut self, causes: &EndCauses, close: &CloseEvent) -> bool {
        if causes.line.is_none() || self.taken {
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
        let outlived = self.ended_on_heartbeat < Self::HEARTBEATS_TRIED;
        let pace = wanted.pace();
        pace.filter(|_| outlived && (unasked || wanted != HeartbeatSetting::Auto))
    }
}
