//! What must be true of each message at every receiver: shown once, in order, and no heartbeat among them.

use std::time::Duration;

use leptos_chat_core::session::Incoming;
use leptos_chat_core::time::Instant;
use serde_json::Value;

use crate::app::token;
use crate::script::Kind;
use crate::simulation::{Simulation, secs};

/// How far from the end, and for how long, a line's place is judged.
const NEAR: usize = 64;
const LATELY: Duration = Duration::from_secs(60);

impl Simulation {
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
            // One of the other address, which this session knows nothing of.
            if book.address != self.clients[c].address {
                return;
            }
            return self.fail(
                "4",
                format!("client {c} shows its own {name:?} as another's"),
            );
        }
        self.judge_copies(c, name, count);
    }

    /// The same, of a line that another client sent.
    fn judge_copies(&mut self, c: usize, name: (u8, u32), count: u32) {
        let book = self.clients[usize::from(name.0)].messages[name.1 as usize];
        let Some(book) = book.and_then(|id| self.book.get(&id)) else {
            return;
        };
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

    /// Rule 4, in the timeline: the lines of one sender that came lately stand in the order in which it wrote them, as far as ids tell.
    pub fn judge_place(&mut self, c: usize, incoming: &Incoming) {
        let name = incoming.body.as_text().and_then(token);
        let (Some(name), true) = (name, incoming.id.is_some() && !incoming.numbered) else {
            return;
        };
        let now = self.now.since_start();
        let timeline = &self.clients[c].timeline;
        let near = timeline
            .iter()
            .rev()
            .take(NEAR)
            .filter(|row| row.id.is_none());
        let near = near.take_while(|row| now.saturating_sub(row.at) <= LATELY);
        let names = near.filter_map(|row| token(row.body.as_text()?));
        let with_id = |name: &(u8, u32)| {
            let id = self.clients[usize::from(name.0)].messages[name.1 as usize];
            let book = id.and_then(|id| self.book.get(&id));
            book.is_some_and(|book| !book.went_nameless)
        };
        let of_sender = names.filter(|other| other.0 == name.0).filter(with_id);
        let numbers: Vec<u32> = of_sender.map(|(_, number)| number).collect();
        self.stats.late_lines += u64::from(numbers.first() != Some(&name.1));
        if !numbers.is_sorted_by(|later, earlier| later > earlier) {
            self.fail(
                "4",
                format!(
                    "client {c} shows {numbers:?} of {}, the newest first",
                    name.0
                ),
            );
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
        // As the app closes, what was heard out of turn is shown; what is missing before it is asked for when it opens again.
        let closes = self.clients[c].driver.connection.state().name() == "closing";
        let told = told || (numbered && closes);
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
