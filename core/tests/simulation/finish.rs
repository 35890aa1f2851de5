//! The end of a run: everything is mended, and then all must come right.

use leptos_chat_core::connection::{Delivery, State};
use leptos_chat_core::session::MessageId;

use crate::client::Client;
use crate::simulation::{Simulation, millis, secs};

/// A dead link is noticed within 46 s, an attempt that was under way ends within 10, the delay is 20, and the next attempt
/// finds a good network; the rest is for round trips.
const OPEN_AGAIN_WITHIN: u64 = 46 + 10 + 20 + 14;

impl Simulation {
    pub fn finish(&mut self) {
        self.heal();
        // The last of what was on the way, a final end too, arrives.
        self.run_until(self.now + secs(5));
        self.open_all();
        self.await_open();
        self.await_backlog();
        let last: Vec<MessageId> = (0..self.clients.len())
            .filter_map(|c| self.last_words(c))
            .collect();
        self.run_until(self.now + secs(12));
        self.check_last_words(&last);
        self.check_fates();
        self.check_channels();
        self.close_all();
    }

    fn open_all(&mut self) {
        for c in 0..self.clients.len() {
            let state = self.clients[c].connection().state();
            if matches!(
                state,
                State::Idle | State::Closing { .. } | State::Closed { .. }
            ) {
                self.app_opens(c);
            }
        }
    }

    /// Rule 7.
    fn await_open(&mut self) {
        // Who still looks for the right path does so at each eighth attempt.
        let looks =
            self.setup.auto && (self.setup.kind.is_socketio() || self.setup.kind.is_sockjs());
        let within = if looks {
            OPEN_AGAIN_WITHIN + 8 * 21
        } else {
            OPEN_AGAIN_WITHIN
        };
        for _ in 0..within {
            self.run_until(self.now + secs(1));
            let all = self.clients.iter().all(|client| {
                let dead = client.link.is_none_or(|l| {
                    self.links[l].dead_since.is_some()
                        || self.links[l].end != crate::link::End::Open
                });
                client.is_open() && !dead
            });
            if all || self.violation.is_some() {
                // Protocols may still be joining their room.
                return self.run_until(self.now + secs(3));
            }
        }
        let states: Vec<_> = self
            .clients
            .iter()
            .map(|client| client.connection().state().clone())
            .collect();
        self.fail("7", format!("all is well, and they are {states:?}"));
    }

    /// After a link that may have ended over one of them, messages without proof go one by one, a moment apart.
    fn await_backlog(&mut self) {
        let queued = |client: &Client| client.connection().queued().0;
        let most = self.clients.iter().map(queued).max().unwrap_or_default();
        self.run_until(self.now + millis(1_100) * most as u32);
    }

    fn last_words(&mut self, c: usize) -> Option<MessageId> {
        let before = self.stats.sent;
        // Neither a question nor one that the server refuses.
        while matches!(self.clients[c].messages.len() % 17, 5 | 16) {
            self.clients[c].messages.push(None);
        }
        self.app_sends(c, 3);
        if self.stats.sent == before {
            self.fail("7", format!("client {c} is open and takes no message"));
        }
        self.clients[c].messages.last().copied().flatten()
    }

    /// Rules 4 and 7: on a good network a message arrives, once, everywhere.
    fn check_last_words(&mut self, last: &[MessageId]) {
        if self.violation.is_some() {
            return;
        }
        for id in last {
            let Some(book) = self.book.get(id) else {
                continue;
            };
            let name = (book.client, book.number);
            let (state, received) = (book.state.clone(), book.received);
            if received != 1 || self.setup.kind.proves() && !is_proved(state.as_ref()) {
                return self.fail("7", format!("{name:?} was sent on a good network and is {state:?}, read {received} times"));
            }
            let blind = self
                .clients
                .iter()
                .find(|client| client.c != name.0 && client.seen.shown.get(&name) != Some(&1));
            if let Some(c) = blind.map(|client| client.c) {
                return self.fail("4", format!("client {c} does not show {name:?}"));
            }
        }
    }

    /// Rules 3 and 5: each message has one final state, which its row shows; nothing has disappeared.
    fn check_fates(&mut self) {
        for c in 0..self.clients.len() {
            if self.violation.is_some() {
                return;
            }
            if self.clients[c].connection().queued() != (0, 0) {
                return self.fail(
                    "5",
                    format!(
                        "client {c} is open and keeps {:?}",
                        self.clients[c].connection().queued()
                    ),
                );
            }
            let ids: Vec<MessageId> = self.clients[c].messages.iter().flatten().copied().collect();
            for id in ids {
                self.check_fate(c, id);
            }
        }
    }

    fn check_fate(&mut self, c: usize, id: MessageId) {
        let row = self.clients[c]
            .timeline
            .own_message(id)
            .and_then(|row| row.delivery.clone());
        let Some(book) = self.book.get(&id) else {
            return self.fail("5", format!("{id} has disappeared"));
        };
        let name = (book.client, book.number);
        let received = book.received;
        // The rows of an address that was left are gone with it.
        let left = book.address != self.clients[c].address;
        if row != book.state && !left {
            let state = book.state.clone();
            return self.fail(
                "5",
                format!("the row of {name:?} says {row:?}, and it is {state:?}"),
            );
        }
        match &book.state {
            None | Some(Delivery::Queued) => {
                self.fail("3", format!("{name:?} has no end: {row:?}"))
            }
            Some(Delivery::Delivered | Delivery::Echoed) => self.stats.delivered += 1,
            Some(Delivery::Failed(reason)) => {
                // One reason for all sizes.
                let reason = reason.to_string().replace(|c: char| c.is_ascii_digit(), "");
                *self.stats.failed.entry(reason).or_default() += 1;
                if received > 0 {
                    self.stats.needless += 1;
                }
            }
            Some(Delivery::Sent) if received == 0 => {
                let guess = (book.to_be_proved, book.settled, book.confirmed);
                let against = book.guessed_against;
                self.judge_unread(name, guess, against);
            }
            Some(Delivery::Sent) => self.stats.unproved += 1,
        }
    }

    /// It is marked as sent, and was never read. Where the server is known to give proof that must not be, nor where the page
    /// could have known better; elsewhere "sent" is no promise.
    fn judge_unread(
        &mut self,
        name: (u8, u32),
        (to_be_proved, settled, confirmed): (bool, bool, bool),
        against: Option<&str>,
    ) {
        if let Some(why) = against {
            return self.fail("5", format!("{name:?} is taken for read, though {why}"));
        }
        if confirmed {
            self.stats.crossed += 1;
            return;
        }
        if !to_be_proved && !self.setup.kind.resumes() {
            let kind = self.setup.kind.name();
            *self.stats.unread.entry(kind).or_default() += 1;
            self.stats.unsettled += u64::from(!settled);
            return;
        }
        self.stats.lost += 1;
        self.fail(
            "5",
            format!("{name:?} is said to be sent, and nobody read it"),
        );
    }

    /// Rule 6: after `close()` nothing happens.
    fn close_all(&mut self) {
        for c in 0..self.clients.len() {
            self.app_closes(c, 1000);
        }
        self.run_until(self.now + secs(3));
        let open = self
            .clients
            .iter()
            .find(|client| !matches!(client.connection().state(), State::Closed { .. }));
        if let Some(c) = open.map(|client| client.c) {
            self.fail("6", format!("client {c} was closed and is not"));
        }
        let attempts = self.stats.attempts;
        self.run_until(self.now + secs(90));
        if self.stats.attempts != attempts {
            self.fail("6", "a closed client connects".into());
        }
    }
}

fn is_proved(state: Option<&Delivery>) -> bool {
    matches!(state, Some(Delivery::Delivered | Delivery::Echoed))
}
