//! What the app does: open, close, send as `use_chat` does, try again, and answer from within a subscriber's call.

use std::time::Duration;

use leptos_chat_core::connection::{Closer, Delivery, Input, SendError, SendOptions, State};
use leptos_chat_core::session::{Incoming, MessageId, Outgoing};

use crate::client::Book;
use crate::rules::is_closing_code;
use crate::script::Kind;
use crate::simulation::Simulation;

/// The text of a message: its name, then `size` more bytes of what is hard to write down.
fn text(c: u8, number: u32, size: usize) -> String {
    let name = match number % 17 {
        16 => format!("#{c}.{number}; refuse me "),
        5 => format!("#{c}.{number}; ? "),
        _ => format!("#{c}.{number}; "),
    };
    let filler = ["x", "\u{e9}\"\\\n:", "\u{2028}<b>\u{1f600}"][number as usize % 3];
    name + &filler.repeat(size / filler.len())
}

/// The name that a text carries: sender and number.
pub fn token(text: &str) -> Option<(u8, u32)> {
    let (_, rest) = text.split_once('#')?;
    let (name, _) = rest.split_once(';')?;
    let (c, number) = name.split_once('.')?;
    Some((c.parse().ok()?, number.parse().ok()?))
}

impl Simulation {
    pub fn app_opens(&mut self, c: usize) {
        self.clients[c].shut = false;
        self.clients[c].ended = false;
        self.clients[c].excused = true;
        if !matches!(
            self.clients[c].connection().state(),
            State::Connecting
                | State::Handshaking
                | State::Open
                | State::Closing { by: Closer::Server }
                | State::Waiting { .. }
        ) {
            self.clients[c].pace.failures = 0;
            let seen = &mut self.clients[c].seen;
            seen.opened_at = seen.last_place.map(|_| self.now);
        }
        self.feed(c, Input::Open);
    }

    pub fn app_closes(&mut self, c: usize, code: u16) {
        // Before it is closed: what follows is judged by it.
        self.clients[c].shut |= is_closing_code(code);
        let closed = self.close(c, code);
        self.judge_close(code, closed);
    }

    pub fn app_sends(&mut self, c: usize, size: usize) {
        self.app_sends_with(c, size, &SendOptions::default());
    }

    /// Sends what is worth nothing after this time, or later than now.
    pub fn app_sends_briefly(&mut self, c: usize, size: usize, time: Duration) {
        let options = match time.is_zero() {
            true => SendOptions::default().volatile(),
            false => SendOptions::default().expires_after(time),
        };
        self.app_sends_with(c, size, &options);
    }

    /// The app takes back its oldest message that waits.
    pub fn app_takes_back(&mut self, c: usize) {
        let mut messages = self.clients[c].messages.iter().flatten().copied();
        let waits = |id: &MessageId| self.book.get(id).is_some_and(Book::waits);
        let Some(id) = messages.find(waits) else {
            return;
        };
        if let Some(book) = self.book.get_mut(&id) {
            book.brief = true;
        }
        let cancelled = self.cancel(c, id);
        // It may have gone, or have failed, as what was not taken yet was taken.
        let waits = self.book.get(&id).is_some_and(Book::waits);
        if !cancelled && waits {
            self.fail("3", format!("{id} waits, and cannot be taken back"));
        }
    }

    /// As `use_chat` does it: the row as soon as the message is accepted, before anything is told of it.
    fn app_sends_with(&mut self, c: usize, size: usize, options: &SendOptions) {
        let id = self.new_id(c);
        let client = &mut self.clients[c];
        let number = client.messages.len() as u32;
        let text = text(client.c, number, size);
        let len = text.len();
        client.messages.push(Some(id));
        let book = Book {
            brief: *options != SendOptions::default(),
            volatile: options.volatile,
            ..Book::new(client.c, number, client.address)
        };
        let replaced = self.book.insert(id, book);
        let outgoing = Outgoing::from(text.clone());
        let sent = self.send(c, id, outgoing, options, |simulation| {
            let timeline = &mut simulation.clients[c].timeline;
            timeline.push_own(id, None, text, Duration::ZERO);
        });
        if replaced.is_some() {
            self.fail("3", format!("the id {id} came twice"));
        }
        self.judge_send(c, len, options.volatile, sent);
        match sent {
            Ok(()) => self.stats.sent += 1,
            Err(error) => {
                *self.stats.refused.entry(error_name(&error)).or_default() += 1;
                self.clients[c].messages[number as usize] = None;
                self.book.remove(&id);
            }
        }
    }

    /// The person tries the oldest failed message once more.
    pub fn app_tries_again(&mut self, c: usize) {
        // As `ChatHandle::retry` does it.
        self.catch_up(c);
        let failed = self.clients[c]
            .messages
            .iter()
            .flatten()
            .copied()
            .find(|id| {
                let book = self.book.get(id);
                // The rows of an address that was left are gone with it.
                book.is_some_and(|book| {
                    matches!(book.state, Some(Delivery::Failed(_)))
                        && book.address == self.clients[c].address
                })
            });
        let Some(id) = failed else { return };
        let text = self.clients[c]
            .timeline
            .own_message(id)
            .and_then(|row| row.body.as_text().map(str::to_owned));
        let Some(text) = text else {
            return self.fail("5", format!("the row of {id} has disappeared"));
        };
        let outgoing = Outgoing {
            resent: true,
            ..Outgoing::from(text)
        };
        let before = self.mark_by_hand(id, true);
        match self.send(c, id, outgoing, &SendOptions::default(), |_| {}) {
            Ok(()) => {
                self.stats.again += 1;
                // This time it may wait, and go again.
                if let Some(book) = self.book.get_mut(&id) {
                    (book.brief, book.volatile) = (false, false);
                }
            }
            Err(_) => {
                self.mark_by_hand(id, before);
            }
        }
    }

    /// Notes whether the person has tried this one again; returns what it was.
    fn mark_by_hand(&mut self, id: MessageId, by_hand: bool) -> bool {
        let book = self.book.get_mut(&id);
        book.is_some_and(|book| std::mem::replace(&mut book.by_hand, by_hand))
    }

    /// A subscriber that sends from within its call.
    pub fn answer(&mut self, c: usize, incoming: &Incoming) {
        let asks = incoming
            .body
            .as_text()
            .is_some_and(|text| text.contains(" ? "));
        if self.setup.chatty && asks && self.setup.kind != Kind::Echo {
            // An answer to an answer would never end.
            if self.clients[c].messages.len() % 17 == 5 {
                self.clients[c].messages.push(None);
            }
            self.app_sends(c, 10);
        }
    }
}

fn error_name(error: &SendError) -> &'static str {
    match error {
        SendError::Closed => "closed",
        SendError::Full => "full",
        SendError::WouldWait => "would wait",
        SendError::TooLarge { .. } => "too large",
        _ => "another",
    }
}
