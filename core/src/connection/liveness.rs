//! Whether the link is alive: heartbeats, deadlines, and what the page tells.

use std::time::Duration;

use super::timers::Timer;
use super::{Connection, Disconnect, Event, GRACE, State};
use crate::session::HeartbeatSetting;
use crate::time::Instant;

/// Page events that come this soon after a probe (visible, resumed and online come together) make no second one.
const PROBE_ONCE_IN: Duration = Duration::from_secs(1);
/// Throttled timers are late by a minute. More than this was sleep, or a page that the browser had frozen.
const SLEEP: Duration = Duration::from_secs(120);
/// How often it is looked whether the device slept, where a sleep matters.
const WATCH_EVERY: Duration = Duration::from_secs(30);
/// Heartbeats are no closer together than this, whatever a session or an app asks for.
const MIN_HEARTBEAT: Duration = Duration::from_millis(100);

impl Connection {
    /// The first heartbeat is sent soon: its answer shows whether this server answers, so that it has a deadline from then on.
    pub(super) fn begin_to_beat(&mut self, now: Instant) {
        let liveness = self.session.liveness(self.config.heartbeat);
        let Some(send_every) = liveness.send_every else {
            return;
        };
        let first = self.config.first_heartbeat.min(send_every);
        if first.is_zero() {
            self.beat(now);
        } else {
            self.timers.set(Timer::Heartbeat, now + first);
        }
    }

    /// Heartbeats like this from now on; with the next link, where the protocol agrees on them while it connects.
    #[inline(never)]
    pub(super) fn set_heartbeat(&mut self, setting: HeartbeatSetting, now: Instant) {
        self.config.heartbeat = setting;
        self.session.set_heartbeat(setting);
        self.timers.clear(Timer::Heartbeat);
        if self.state.is_open() {
            self.begin_to_beat(now);
            self.forget_answers();
            self.watch_sleep(now);
        }
    }

    /// Without heartbeats no answer shows any more what has arrived, nor whether the link lives.
    fn forget_answers(&mut self) {
        let beats = self.session.liveness(self.config.heartbeat).send_every;
        if let (None, Some(attempt)) = (beats, &mut self.attempt) {
            attempt.answers = false;
            attempt.heartbeat_sent = None;
        }
    }

    pub(super) fn beat(&mut self, now: Instant) {
        if self
            .session
            .liveness(self.config.heartbeat)
            .send_every
            .is_none()
        {
            return;
        }
        let answers = self.send_heartbeat(now);
        if !self.state.is_open() {
            return;
        }
        // Asked again: a session may have wanted only this one so soon.
        let liveness = self.session.liveness(self.config.heartbeat);
        if let Some(send_every) = liveness.send_every {
            self.timers
                .set(Timer::Heartbeat, now + send_every.max(MIN_HEARTBEAT));
        }
        if let (true, Some(within)) = (answers, liveness.answer_within) {
            self.timers.set_sooner(Timer::Answer, now + within);
        }
    }

    /// A hidden tab's timers fire once a minute, and its messages arrive in time: a heartbeat that is overdue goes out with
    /// them, or a broker that waits for it would end the connection each minute.
    pub(super) fn beat_if_due(&mut self, now: Instant) {
        let due = self
            .timers
            .get(Timer::Heartbeat)
            .is_some_and(|at| at <= now);
        if due && self.state.is_open() {
            self.beat(now);
        }
    }

    pub(super) fn send_heartbeat(&mut self, now: Instant) -> bool {
        let id = self.ids.any();
        let mut answers = false;
        self.session_does(now, |session, out| {
            answers = session.heartbeat(id, now, out)
        });
        let awaited = self.timers.get(Timer::Answer).is_some();
        if let Some(attempt) = &mut self.attempt {
            attempt.beat(answers, now);
            if !awaited {
                attempt.behind_heartbeat = 0;
            }
        }
        answers
    }

    /// What the socket's buffer holds by now. While it drains and the heartbeat still stands in it, the answer cannot be there.
    /// That the rest drains says nothing: the system's own buffers take a while to fill, on a dead link too.
    pub(super) fn handle_buffered(&mut self, bytes: usize, now: Instant) {
        let Some(attempt) = &mut self.attempt else {
            return;
        };
        let drains = bytes > attempt.behind_heartbeat && bytes < attempt.buffered;
        attempt.buffered = bytes;
        self.note_left();
        let liveness = self.session.liveness(self.config.heartbeat);
        let within = liveness.answer_within.or(liveness.returns_within);
        if let (true, Some(within), Some(_)) = (drains, within, self.timers.get(Timer::Answer)) {
            self.timers.set(Timer::Answer, now + within);
        }
    }

    /// An own line that comes back is an answer: one that is overdue is a heartbeat that was not answered.
    pub(super) fn expect_return(&mut self, now: Instant) {
        let liveness = self.session.liveness(self.config.heartbeat);
        let Some(within) = liveness.returns_within else {
            return;
        };
        let awaited = self.timers.get(Timer::Answer).is_some();
        if let Some(attempt) = self.attempt.as_mut().filter(|_| !awaited) {
            attempt.behind_heartbeat = 0;
        }
        self.timers.set_sooner(Timer::Answer, now + within);
    }

    /// Something arrived, or the connection just opened: the time of silence starts anew.
    pub(super) fn watch_silence(&mut self, now: Instant) {
        if !self.state.is_open() {
            return;
        }
        let liveness = self.session.liveness(self.config.heartbeat);
        let limits = [liveness.silence_limit, self.config.silence_limit];
        match limits.into_iter().flatten().min() {
            Some(limit) => self.timers.set(Timer::Silence, now + limit),
            None => self.timers.clear(Timer::Silence),
        }
        if let Some(send_every) = liveness.send_every {
            // The session may want the next one sooner, by what it has learned.
            self.timers.set_sooner(Timer::Heartbeat, now + send_every);
        }
    }

    #[inline(never)]
    pub(super) fn handle_resumed(&mut self, now: Instant) {
        // What keeps the link may wait behind this event, whether a throttled timer had its grace before or not.
        for timer in [Timer::Connect, Timer::Answer, Timer::Silence] {
            if self.timers.get(timer).is_some_and(|at| at <= now) {
                self.timers.set(timer, now + GRACE);
            }
        }
        self.look_again(now);
    }

    /// Whether the link is open, and nothing can show soon whether it lives.
    fn cannot_be_asked(&self) -> bool {
        let liveness = self.session.liveness(self.config.heartbeat);
        let limited = liveness.silence_limit.or(self.config.silence_limit);
        let answers = self.attempt.as_ref().is_some_and(|at| at.answers);
        self.state.is_open() && !answers && limited.is_none()
    }

    /// After a real sleep a link that cannot be asked is made anew, before anything is trusted to it.
    pub(super) fn distrust_after(&mut self, slept: Duration, now: Instant) {
        if slept >= SLEEP && self.cannot_be_asked() {
            self.renew(now);
        }
    }

    /// Replaces the link at once: nobody failed, so there is no delay.
    fn renew(&mut self, now: Instant) {
        if self.timers.get(Timer::Stable).is_some_and(|at| at <= now) {
            self.be_stable();
        }
        self.abandon();
        self.doubt();
        self.tell(Event::Disconnected(Disconnect::Stale));
        self.attempt(now);
    }

    /// Looks again in a while whether the device slept.
    pub(super) fn watch_sleep(&mut self, now: Instant) {
        if self.cannot_be_asked() {
            self.timers.set(Timer::Watch, now + WATCH_EVERY);
        }
    }

    /// The link may be dead or, while there is none, worth an attempt.
    fn look_again(&mut self, now: Instant) {
        match self.state {
            State::Open => self.probe(now),
            State::Waiting { .. } => {
                let rested = self
                    .last_attempt
                    .is_none_or(|at| now - at >= self.config.min_reconnect_delay);
                if rested {
                    self.attempt(now);
                }
            }
            _ => {}
        }
    }

    /// The page slept, or the network changed: ask whether the link still lives, with a short deadline.
    pub(super) fn probe(&mut self, now: Instant) {
        let Some(attempt) = &mut self.attempt else {
            return;
        };
        let last = attempt.last_probe;
        if last.is_some_and(|last| now - last < PROBE_ONCE_IN) {
            return;
        }
        attempt.last_probe = Some(now);
        let liveness = self.session.liveness(self.config.heartbeat);
        if liveness.send_every.is_some() && self.send_heartbeat(now) {
            self.timers
                .set_sooner(Timer::Answer, now + self.config.probe_within);
        }
    }

    pub(super) fn handle_online(&mut self, online: bool, now: Instant) {
        let was_online = std::mem::replace(&mut self.network.online, online);
        if online && !was_online && self.cannot_be_asked() {
            self.renew(now);
        } else if online {
            self.look_again(now);
        }
    }
}
