//! What must be true of each message: its way through its states, at the server, and at every receiver.

use std::time::Duration;

use leptos_chat_core::connection::{Delivery, Failure};
use leptos_chat_core::session::{Incoming, MessageId};
use leptos_chat_core::time::Instant;
use serde_json::Value;

use crate::app::token;
use crate::client::Book;
use crate::link::Up;
use crate::script::Kind;
use crate::simulation::{Simulation, secs};

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
    /// Whether a message may go from one state to the next. `never`: nothing is sent again; `marks`: what is in doubt is marked.
    fn may_go(
        &self,
        before: Option<&Delivery>,
        after: &Delivery,
        never: bool,
        marks: bool,
    ) -> bool {
        use Delivery::{Delivered, Failed, Queued, Sent};
        let legal = match (before, after) {
            (None, Queued)
            | (Some(Queued), Sent)
            | (Some(Queued | Sent), Failed(Failure::Refused(_))) => true,
            (Some(Sent), Failed(Failure::Unconfirmed)) => marks,
            (Some(Sent), Queued) => !never,
            (Some(Sent | Queued), Failed(Failure::EndsLinks { .. })) => !never,
            (Some(Failed(_)), Queued) => self.by_hand,
            (Some(Sent), Delivered) => true,
            // Proof that comes late.
            (
                Some(Queued | Failed(Failure::Unconfirmed | Failure::EndsLinks { .. })),
                Delivered,
            ) => self.doubted || self.requeued,
            _ => false,
        };
        // What is settled goes on only where the server speaks of it after all.
        legal && (!self.settled || matches!(after, Delivered | Failed(Failure::Refused(_))))
    }

    /// Whether this message stands where its sender put it. `there`: the receiver was there when the server read it first.
    fn keeps_its_order(&self, there: bool) -> bool {
        let once = !self.by_hand && !self.stray && !self.doubted;
        once && (!self.requeued || there)
    }
}

impl Simulation {
    /// Rules 3, 4 and 5: the way of one message's fate.
    pub fn judge_delivery(&mut self, c: usize, id: MessageId, delivery: &Delivery) {
        use Delivery::{Delivered, Failed, Queued, Sent};
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
        let legal = book.may_go(before.as_ref(), delivery, never, marks);
        let name = format!("{}.{}", book.client, book.number);
        match delivery {
            Sent => {
                book.to_be_proved = self.clients[c].proved;
                book.sent_at = self.now;
            }
            Delivered => self.clients[c].proved = true,
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
            Delivery::Delivered if received == 0 => {
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

    /// Rule 4, at the receiver: once, in order per sender, and what is missing is marked.
    pub fn judge_shown(&mut self, c: usize, incoming: &Incoming) {
        let text = incoming.body.as_text().unwrap_or_default();
        if is_heartbeat(text) {
            return self.judge_heartbeat(c, text);
        }
        let Some(name) = token(text) else { return };
        self.stats.shown += 1;
        let count = self.clients[c].seen.shown.entry(name).or_default();
        *count += 1;
        let count = *count;
        let book = self.clients[usize::from(name.0)].messages[name.1 as usize];
        let Some(book) = book.and_then(|id| self.book.get(&id)) else {
            return;
        };
        if self.setup.kind == Kind::Echo {
            if count > book.received {
                self.fail("4", format!("an answer to {name:?} is shown {count} times"));
            }
            return;
        }
        if usize::from(name.0) == c {
            return self.fail(
                "4",
                format!("client {c} shows its own {name:?} as another's"),
            );
        }
        // A copy without an id is a new line to whoever gets it.
        if count > 1 && !(book.nameless && count <= book.received) {
            self.stats.duplicated += 1;
            return self.fail("4", format!("client {c} shows {name:?} twice"));
        }
        // Where the server keeps no order, what is missing may come yet.
        if !self.server.keeps_order {
            return;
        }
        // Who came, or came back, after the first copy may get the second copy out of its order.
        let place = self.server.place.get(&name).copied().unwrap_or(0);
        let since = self.clients[c].link.map_or(0, |l| self.links[l].peer.since);
        let clean = count == 1 && book.keeps_its_order(place >= since);
        // A second copy may be much younger than its place in the log.
        let only_copy = book.received == 1;
        self.judge_order(c, name, clean && self.told_in_time(c));
        if only_copy {
            self.judge_gap(c, name);
        }
    }

    /// A heartbeat is never shown; but an echo server's words are not known at first, and then an answer that comes more than
    /// ten seconds late is not known for what it is.
    fn judge_heartbeat(&mut self, c: usize, text: &str) {
        let client = &self.clients[c];
        let link = client
            .link
            .map_or(Instant::START, |l| self.links[l].disturbed);
        let quiet = self.now - client.disturbed.max(client.woke).max(link);
        if self.setup.kind == Kind::Echo && quiet < secs(12) {
            self.stats.late_heartbeats += 1;
        } else {
            self.fail("4", format!("client {c} shows a heartbeat: {text}"));
        }
    }

    fn judge_order(&mut self, c: usize, name: (u8, u32), clean: bool) {
        if !clean {
            return;
        }
        let last = self.clients[c].seen.last_of.insert(name.0, name.1);
        if last.is_some_and(|last| last > name.1) {
            self.fail("4", format!("client {c} shows {name:?} after {last:?}"));
        }
    }

    /// Between two messages shown, all that the room heard was shown too, or a gap was told.
    fn judge_gap(&mut self, c: usize, name: (u8, u32)) {
        let Some(&place) = self.server.place.get(&name) else {
            return;
        };
        let numbered = self.server.kind.resumes() && self.server.resuming.serial == 0;
        let in_time = self.told_in_time(c);
        let seen = &mut self.clients[c].seen;
        if numbered && in_time && seen.last_place.is_some_and(|last| last > place) {
            return self.fail(
                "4",
                format!("client {c} shows {name:?} out of the log's order"),
            );
        }
        let Some(last) = seen.last_place.filter(|last| *last < place) else {
            // The first, or a late copy of an earlier one.
            seen.last_place.get_or_insert(place);
            return;
        };
        seen.last_place = Some(place);
        let told = std::mem::take(&mut seen.gap);
        let missing = self.server.log[last + 1..place]
            .iter()
            .find(|name| usize::from(name.0) != c && !seen.shown.contains_key(*name));
        if let Some(missing) = missing.filter(|_| !told) {
            self.fail(
                "4",
                format!("client {c} missed {missing:?} before {name:?}, and was not told"),
            );
        }
    }
}

fn is_heartbeat(text: &str) -> bool {
    let typed = |text: &str| {
        let value: Option<Value> = serde_json::from_str(text).ok();
        let kind = value
            .as_ref()
            .and_then(|value| value.get("type"))
            .and_then(Value::as_str);
        matches!(kind, Some("ping" | "pong"))
    };
    let bare = text.strip_prefix("Hello, you sent -> ").unwrap_or(text);
    matches!(bare, "ping" | "pong") || typed(bare)
}
