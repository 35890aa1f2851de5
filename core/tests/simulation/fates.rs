//! What must be true of each message: its way through its states, and at the server. What receivers show is in `receivers`.

use std::time::Duration;

use leptos_chat_core::connection::{Delivery, Failure};
use leptos_chat_core::session::MessageId;
use leptos_chat_core::time::Instant;

use crate::app::token;
use crate::client::Book;
use crate::link::Up;
use crate::script::Kind;
use crate::simulation::Simulation;

/// So long must the page have run before it takes a message for read.
const GUESSES_AFTER: Duration = Duration::from_secs(4);

/// What a copy of a message says of itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Copy {
    /// It has an id, and is the first.
    Original,
    /// It may be a second one.
    Marked,
    /// It has no id, and cannot say which it is: to a server that closed on lines with more than words, words alone are sent.
    Nameless,
}

impl Book {
    /// A message that is not accepted yet.
    pub fn new(client: u8, number: u32, address: u32) -> Self {
        Self {
            client,
            number,
            state: None,
            doubted: false,
            requeued: false,
            by_hand: false,
            brief: false,
            volatile: false,
            sent_at: Instant::START,
            settled: false,
            confirmed: false,
            guessed_against: None,
            to_be_proved: false,
            stray: false,
            received: 0,
            originals: 0,
            nameless: false,
            went_nameless: false,
            address,
        }
    }

    /// Whether a message may go from one state to the next. `never`: nothing is sent again; `marks`: what is in doubt is marked;
    /// `left`: the client has gone to another address.
    fn may_go(
        &self,
        before: Option<&Delivery>,
        after: &Delivery,
        never: bool,
        marks: bool,
        left: bool,
    ) -> bool {
        use Delivery::{Delivered, Echoed, Failed, Queued, Sent};
        if left {
            return match (before, after) {
                (Some(Queued), Failed(Failure::Moved(_))) => !self.requeued && !self.by_hand,
                (Some(Queued), Failed(Failure::Unconfirmed)) => self.requeued || self.by_hand,
                (Some(Sent), Failed(Failure::Unconfirmed)) => !self.settled,
                _ => false,
            };
        }
        let legal = match (before, after) {
            (None, Queued)
            | (Some(Queued), Sent)
            | (Some(Queued | Sent), Failed(Failure::Refused(_))) => true,
            (Some(Sent), Failed(Failure::Unconfirmed)) => marks || self.volatile,
            (Some(Sent), Queued) => !never && !self.volatile,
            // Told as never sent, unless it was sent before.
            (Some(Queued), Failed(Failure::Cancelled | Failure::Expired)) => {
                self.brief && !self.requeued && self.received == 0
            }
            (Some(Queued), Failed(Failure::Unconfirmed)) => {
                self.brief && (self.requeued || self.by_hand)
            }
            (Some(Sent | Queued), Failed(Failure::EndsLinks { .. })) => !never,
            (Some(Failed(_)), Queued) => self.by_hand,
            (Some(Sent), Delivered | Echoed) | (Some(Echoed), Delivered) => true,
            // Proof that comes late.
            (
                Some(Queued | Failed(Failure::Unconfirmed | Failure::EndsLinks { .. })),
                Delivered | Echoed,
            ) => self.doubted || self.requeued,
            _ => false,
        };
        // What is settled goes on only where the server speaks of it after all.
        legal
            && (!self.settled || matches!(after, Delivered | Echoed | Failed(Failure::Refused(_))))
    }

    /// Whether this message stands where its sender put it. `there`: the receiver was there when the server read it first.
    pub fn keeps_its_order(&self, there: bool) -> bool {
        let once = !self.by_hand && !self.stray && !self.doubted;
        once && (!self.requeued || there)
    }
}

impl Simulation {
    /// Rules 3, 4 and 5: the way of one message's fate.
    pub fn judge_delivery(&mut self, c: usize, id: MessageId, delivery: &Delivery) {
        use Delivery::{Delivered, Echoed, Failed, Queued, Sent};
        // What is too much to keep in words is marked, even where it would be sent again.
        let (never, marks) = (self.setup.never, !self.setup.always || self.setup.small);
        let Some(book) = self.book.get_mut(&id) else {
            return self.fail(
                "3",
                format!("client {c} was told of {id}, which it never sent"),
            );
        };
        let before = book.state.replace(delivery.clone());
        // Refused after it was settled, and tried again by hand: it starts anew.
        let anew = book.by_hand && matches!((&before, delivery), (Some(Failed(_)), Queued));
        book.settled &= !anew;
        let left = book.address != self.clients[c].address;
        let legal = book.may_go(before.as_ref(), delivery, never, marks, left);
        let name = format!("{}.{}", book.client, book.number);
        match delivery {
            Sent => {
                book.to_be_proved = self.clients[c].proved;
                book.sent_at = self.now;
            }
            Delivered | Echoed => self.clients[c].proved = true,
            Failed(Failure::Unconfirmed | Failure::EndsLinks { .. }) => book.doubted = true,
            Queued if before.is_some() => book.requeued = true,
            _ => {}
        }
        let received = book.received;
        if !legal {
            return self.fail(
                "3",
                format!("message {name} went from {before:?} to {delivery:?}"),
            );
        }
        self.judge_end(&name, received, delivery);
    }

    /// Rules 4 and 5: what is delivered was read, and what is refused has a reason.
    fn judge_end(&mut self, name: &str, received: u32, delivery: &Delivery) {
        match delivery {
            Delivery::Delivered | Delivery::Echoed if received == 0 => {
                self.fail(
                    "4",
                    format!("message {name} is delivered, and the server never read it"),
                );
            }
            Delivery::Failed(Failure::Refused(reason)) if reason.to_string().is_empty() => {
                self.fail("5", format!("message {name} failed without a reason"));
            }
            _ => {}
        }
    }

    /// Rule 3: what is settled was sent, and that is its end.
    pub fn judge_settled(&mut self, c: usize, id: MessageId) {
        let Some(book) = self.book.get_mut(&id) else {
            return self.fail("3", format!("client {c} is told that {id} is settled"));
        };
        let again = std::mem::replace(&mut book.settled, true);
        if again || book.state != Some(Delivery::Sent) {
            let state = book.state.clone();
            return self.fail("3", format!("{id} is settled when it is {state:?}"));
        }
        book.confirmed = self.clients[c].shut;
        let (name, received, sent_at) = ((book.client, book.number), book.received, book.sent_at);
        if received == 0 {
            let doubt = self.known_doubt(c, name, sent_at);
            if let Some(book) = self.book.get_mut(&id) {
                book.guessed_against = doubt;
            }
        }
    }

    /// Why the page could have known that this message may not have been read.
    fn known_doubt(&self, c: usize, name: (u8, u32), sent_at: Instant) -> Option<&'static str> {
        let client = &self.clients[c];
        let holds = |l| self.holds(l, name);
        if client.shut {
            // The server's own close crossed ours, with the same code: nobody can tell it from the answer.
            None
        } else if self.now - sent_at < GUESSES_AFTER {
            Some("it was sent just before")
        } else if self.now == client.thawed && client.woke_after(sent_at) < GUESSES_AFTER {
            Some("the page slept since then")
        } else if client.link.is_some_and(holds) {
            Some("it stood in the socket's buffer")
        } else {
            None
        }
    }

    /// Whether the browser's own buffer still holds this message.
    fn holds(&self, l: usize, name: (u8, u32)) -> bool {
        let stalled = self.clients[self.links[l].client].path.up.holds(self.now);
        let waiting = self.links[l].up.in_browser(self.now, stalled);
        waiting.iter().any(|up| match up {
            Up::Message(message) => message.as_text().and_then(token) == Some(name),
            _ => false,
        })
    }

    /// Rule 4, at the server: one copy, unless it says that it may be a second one; in order.
    pub fn read_token(&mut self, l: usize, text: &str, copy: Copy) {
        let Some((c, number)) = token(text) else {
            return;
        };
        let id = self
            .clients
            .get(usize::from(c))
            .and_then(|client| *client.messages.get(number as usize)?);
        let known = id.and_then(|id| Some((id, self.book.get_mut(&id)?)));
        let Some((id, book)) = known else {
            return self.fail(
                "3",
                format!("message {c}.{number} was sent, and was never accepted"),
            );
        };
        if matches!(
            book.state,
            Some(Delivery::Failed(Failure::Cancelled | Failure::Expired))
        ) {
            let state = book.state.clone();
            let why = format!("message {c}.{number} was read, though it is {state:?}");
            return self.fail("4", why);
        }
        if book.address != self.links[l].address {
            let why = format!("message {c}.{number} was read at another address");
            return self.fail("12", why);
        }
        book.received += 1;
        let first = book.received == 1;
        // It was taken for read when its link was lost, and was not: what came after it may have overtaken it.
        let stray = self.links[l].abandoned && book.state == Some(Delivery::Sent);
        if first && stray && !book.to_be_proved {
            book.stray = true;
            self.stats.strays += 1;
        }
        if first {
            self.server.place.insert((c, number), self.server.log.len());
            self.server.log.push((c, number));
        }
        self.judge_copy(l, id, copy);
    }

    /// Whether this copy may have come: the first or one that says that it is none, and in its order.
    fn judge_copy(&mut self, l: usize, id: MessageId, copy: Copy) {
        let Some(book) = self.book.get_mut(&id) else {
            return;
        };
        let (c, number, by_hand) = (book.client, book.number, book.by_hand);
        let first = book.received == 1;
        // The app, or the person, has asked for a second copy whatever the server takes: where it takes no ids, nothing can
        // tell that copy from a new line. Where second copies must be recognised, none goes without its id.
        let may_be_nameless = self.setup.always || by_hand;
        let asked = copy == Copy::Nameless && !first && may_be_nameless;
        book.went_nameless |= copy == Copy::Nameless;
        book.nameless |= asked || (book.went_nameless && !first && may_be_nameless);
        let known = !book.nameless && self.server.resuming.serial == 0;
        if !first && known && self.server.kind.resumes() {
            return self.fail("4", format!("message {c}.{number} stands in the log twice"));
        }
        if copy != Copy::Marked && !asked && self.server.kind != Kind::Echo {
            book.originals += 1;
        }
        let twice = book.originals > 1;
        self.stats.received += 1;
        if twice {
            self.fail(
                "4",
                format!("message {c}.{number} was sent twice, and does not say so"),
            );
        }
        if !by_hand {
            if number < self.links[l].last_read {
                self.fail(
                    "3",
                    format!("message {c}.{number} overtook another on the wire"),
                );
            }
            self.links[l].last_read = number;
        }
    }
}
