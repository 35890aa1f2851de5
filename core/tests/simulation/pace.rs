//! What must be true of attempts: when they are made, and how long is waited between them.

use std::time::Duration;

use leptos_chat_core::connection::{ClosedReason, Disconnect, Endpoint, SocketId, State};

use crate::simulation::Simulation;

/// In so long a time there are no more attempts than `MAX_ATTEMPTS`, or the delay does not grow.
const PACE_WINDOW: Duration = Duration::from_secs(120);
const MAX_ATTEMPTS: usize = 44;
/// What no retry can mend, of the codes that the scripts use.
const FINAL_CODES: [u16; 4] = [1002, 1008, 3000, 4401];

impl Simulation {
    /// Rules 6 and 10: nobody tries what was closed, nor too often.
    pub fn judge_attempt(&mut self, c: usize, socket: SocketId) {
        let now = self.now;
        let client = &mut self.clients[c];
        if client.shut || client.ended {
            return self.fail("6", format!("client {c} is closed and connects"));
        }
        if socket.0 <= client.attempt {
            return;
        }
        if !client.online {
            return self.fail("6", format!("client {c} is offline and connects"));
        }
        self.stats.attempts += 1;
        if std::mem::take(&mut client.excused) {
            client.pace.attempts.clear();
            return;
        }
        let least = client.config.min_reconnect_delay;
        if client.pace.lost_at.is_some_and(|lost| now - lost < least) {
            return self.fail("10", format!("client {c} tries again at once"));
        }
        client.pace.attempts.push_back(now);
        while client
            .pace
            .attempts
            .front()
            .is_some_and(|at| now - *at > PACE_WINDOW)
        {
            client.pace.attempts.pop_front();
        }
        if client.pace.attempts.len() > MAX_ATTEMPTS {
            self.fail(
                "10",
                format!("client {c} tries {MAX_ATTEMPTS} times in {PACE_WINDOW:?}"),
            );
        }
    }

    pub fn judge_state(&mut self, c: usize, state: &State) {
        let now = self.now;
        let client = &mut self.clients[c];
        match state {
            State::Open => {
                client.pace.opened_at = Some(now);
            }
            State::Waiting { until } if client.online => {
                let delay = *until - now;
                let failures = client.pace.failures;
                let min = client.config.min_reconnect_delay;
                let max = client
                    .config
                    .max_reconnect_delay
                    .min(min * 2_u32.saturating_pow(failures.min(16)));
                self.stats.delays[failures.min(7) as usize].add(delay);
                if delay < min || delay > max {
                    self.fail(
                        "10",
                        format!("client {c} waits {delay:?} after {failures} failures"),
                    );
                }
            }
            State::Closed { reason } => {
                client.ended = true;
                client.pace.opened_at = None;
                let by_app = *reason == ClosedReason::App;
                if by_app && !client.shut {
                    self.fail("6", format!("client {c} says that the app closed it"));
                }
            }
            _ => {}
        }
    }

    /// A link that cannot be asked is replaced at once, after a sleep or a change of network alone.
    fn renewed(&mut self, c: usize) {
        *self.stats.losses.entry("stale").or_default() += 1;
        let now = self.now;
        let client = &mut self.clients[c];
        client.excused = true;
        let opened = client.pace.opened_at.take();
        if opened.is_some_and(|at| now - at >= client.config.stable_after) {
            client.pace.failures = 0;
        }
    }

    pub fn judge_loss(&mut self, c: usize, why: &Disconnect) {
        let now = self.now;
        if *why == Disconnect::Offline {
            return;
        }
        if *why == Disconnect::Stale {
            return self.renewed(c);
        }
        *self.stats.losses.entry(kind_of_loss(why)).or_default() += 1;
        if let Disconnect::Closed(close) = why
            && FINAL_CODES.contains(&close.code)
            // An app that provides the credentials is asked once for fresh ones.
            && self.clients[c].endpoint != Endpoint::Provided
        {
            return self.fail(
                "10",
                format!("client {c} was told {} and tries again", close.code),
            );
        }
        let client = &mut self.clients[c];
        let pace = &mut client.pace;
        if pace
            .opened_at
            .take()
            .is_some_and(|at| now - at >= client.config.stable_after)
        {
            pace.failures = 0;
        }
        pace.failures += 1;
        pace.lost_at = Some(now);
        if *why == Disconnect::Silent {
            self.judge_silence(c);
        }
    }
}

fn kind_of_loss(why: &Disconnect) -> &'static str {
    match why {
        Disconnect::Closed(_) => "closed",
        Disconnect::Refused => "refused",
        Disconnect::ConnectTimeout => "connect timeout",
        Disconnect::Silent => "silent",
        Disconnect::Session(_) => "session",
        Disconnect::Unprepared(_) => "unprepared",
        Disconnect::Offline => "offline",
        Disconnect::Stale => "stale",
        _ => "another",
    }
}
