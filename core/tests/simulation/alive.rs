//! What must be true of links: a good one is kept, a dead one is noticed, and no timer spins.

use std::time::Duration;

use crate::link::{Browser, End};
use crate::script::Kind;
use crate::simulation::{Simulation, millis, secs};

/// A timer that fires late grants this.
const GRACE: Duration = Duration::from_secs(1);
/// Round trips, and the rounding of timers.
const SLACK: Duration = Duration::from_millis(3_000);

impl Simulation {
    /// Rule 8: a good link is never declared dead.
    pub fn judge_silence(&mut self, c: usize) {
        let Some(l) = self.clients[c].last_link else {
            return;
        };
        let link = &self.links[l];
        // A page that stood still to within 50 ms of its deadline cannot know that it did.
        let client = &self.clients[c];
        if client.woke == self.now && self.now - client.due <= millis(50) {
            return;
        }
        // Nor can one that is throttled, whose deadline had its grace before it stood still, unless it is told.
        if client.woke == self.now && !client.told && client.hidden_since.is_some() {
            return;
        }
        let good =
            link.dead_since.is_none() && link.left == Some(Browser::Open) && link.end == End::Open;
        let since = link.disturbed.max(self.clients[c].disturbed);
        let window = match self.setup.kind {
            kind if kind.is_socketio() => secs(45),
            kind if kind.is_stomp() => secs(40),
            _ => secs(10),
        };
        if good && self.now - since > window + SLACK {
            let quiet = self.now - since;
            self.fail(
                "8",
                format!("client {c} gives up a link that has been good for {quiet:?}"),
            );
        }
    }

    /// How soon a dead link must be noticed, where anything is promised.
    pub fn notices_within(&self, l: usize) -> Option<Duration> {
        match self.setup.kind {
            kind if kind.is_socketio() => Some(secs(45) + GRACE),
            Kind::Stomp | Kind::SockStomp => Some(secs(40) + GRACE),
            Kind::Channel
            | Kind::Echo
            | Kind::SockRaw
            | Kind::SockChannel
            | Kind::Resuming
            | Kind::ResumingAll => self.links[l].answered.then_some(secs(30) + GRACE),
            _ => None,
        }
    }

    /// Rule 9: a dead link is noticed.
    pub fn watch_dead_links(&mut self) {
        for c in 0..self.clients.len() {
            let client = &self.clients[c];
            let Some(l) = client
                .link
                .filter(|_| client.is_open() && client.frozen_until.is_none())
            else {
                continue;
            };
            let Some(dead) = self.links[l].dead_since else {
                continue;
            };
            let Some(within) = self.notices_within(l) else {
                continue;
            };
            let throttled = if client.hidden_since.is_some() {
                secs(200)
            } else {
                Duration::ZERO
            };
            let allowed = within + SLACK + throttled + millis(client.latest.into());
            let since = dead.max(client.woke);
            if self.now - since > allowed {
                return self.fail(
                    "9",
                    format!(
                        "client {c} has not noticed a dead link since {:?}",
                        since.since_start()
                    ),
                );
            }
        }
    }

    /// Timers that are due again and again at the same moment.
    pub fn count_spins(&mut self, c: usize) {
        let now = self.now;
        let spins = &mut self.clients[c].spins;
        *spins = if spins.0 == now {
            (now, spins.1 + 1)
        } else {
            (now, 1)
        };
        if spins.1 > 40 {
            self.fail("6", format!("the timer of client {c} spins"));
        }
    }
}
