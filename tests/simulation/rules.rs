//! What must be true, looked at after every step. The numbers are those of the list in `simulation.rs`.

use std::time::Duration;

use leptos_chat::connection::{
    CloseError, ClosedReason, Delivery, Disconnect, Failure, Input, Output, SendError, SocketError,
    SocketId, State,
};
use leptos_chat::session::{CloseEvent, Incoming, MessageId, Target};
use leptos_chat::time::Instant;
use serde_json::Value;

use crate::client::token;
use crate::link::{Browser, End};
use crate::script::Kind;
use crate::world::{World, millis, secs};

/// A timer that fires late grants this.
const GRACE: Duration = Duration::from_secs(1);
/// Round trips, and the rounding of timers.
const SLACK: Duration = Duration::from_millis(3_000);
/// In so long a time there are no more attempts than `MAX_ATTEMPTS`, or the delay does not grow.
const PACE_WINDOW: Duration = Duration::from_secs(120);
const MAX_ATTEMPTS: usize = 44;

/// What was not true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    pub rule: &'static str,
    pub what: String,
}

/// One input of each kind, from this socket.
pub fn inputs_of(socket: SocketId) -> Vec<Input> {
    let close = |code, was_clean| CloseEvent {
        code,
        reason: String::new(),
        was_clean,
    };
    vec![
        Input::SocketOpened {
            socket,
            subprotocol: String::new(),
        },
        Input::SocketMessage {
            socket,
            message: r#"{"text":"old"}"#.into(),
        },
        Input::SocketMessage {
            socket,
            message: "41".into(),
        },
        Input::SocketClosed {
            socket,
            close: close(1008, true),
        },
        Input::SocketClosed {
            socket,
            close: close(1006, false),
        },
        Input::SocketFailed {
            socket,
            error: SocketError::Other("old".into()),
        },
        Input::Buffered {
            socket,
            bytes: 1 << 30,
        },
        Input::Resolved {
            socket,
            target: Ok(Target::new("wss://other.example")),
        },
        Input::Fetched {
            socket,
            answer: Err("old".into()),
        },
    ]
}

impl World {
    /// Notes the first thing that is not true; the run ends with it.
    pub fn fail(&mut self, rule: &'static str, what: String) {
        if self.violation.is_none() {
            let what = format!("at {:?}: {what}", self.now.since_start());
            self.violation = Some(Violation { rule, what });
        }
    }

    /// Rule 2: an input from an older socket changes nothing.
    pub fn stale(&mut self, c: usize, input: Input) {
        let now = self.now;
        let connection = &mut self.clients[c].connection;
        let before = (
            connection.state().clone(),
            connection.poll_timeout(),
            connection.queued(),
        );
        connection.handle_input(input.clone(), now);
        let output = connection.poll_output();
        let after = (
            connection.state().clone(),
            connection.poll_timeout(),
            connection.queued(),
        );
        self.tally.stale += 1;
        if output.is_some() || before != after {
            self.fail(
                "2",
                format!("{input:?} from an old socket led to {output:?}, {before:?} to {after:?}"),
            );
        }
    }

    // ---- what the machine asks for ----

    pub fn judge_output(&mut self, c: usize, output: &Output) {
        match output {
            Output::Resolve { socket, .. } | Output::Fetch { socket, .. } => {
                self.judge_attempt(c, *socket)
            }
            Output::OpenSocket { socket, .. } => {
                self.judge_attempt(c, *socket);
                let live = self.links.iter().filter(|link| {
                    link.client == c && !link.abandoned && link.browser != Browser::Closed
                });
                if live.count() > 0 {
                    self.fail("1", format!("a second live socket at client {c}"));
                }
            }
            Output::Send { socket, .. } => self.judge_transmission(c, *socket),
            Output::CloseSocket { socket, code, .. } => {
                let known = self.clients[c]
                    .link
                    .is_some_and(|l| self.links[l].socket == *socket);
                if !known || !is_closing_code(*code) {
                    self.fail("6", format!("closes {socket:?} with {code}"));
                }
            }
            Output::AbandonSocket { .. } | Output::Event(_) => {}
        }
    }

    /// Rules 6 and 10: nobody tries what was closed, nor too often.
    fn judge_attempt(&mut self, c: usize, socket: SocketId) {
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
        self.tally.attempts += 1;
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

    fn judge_transmission(&mut self, c: usize, socket: SocketId) {
        let link = self.clients[c]
            .link
            .filter(|l| self.links[*l].socket == socket);
        match link.map(|l| self.links[l].browser) {
            None => self.fail(
                "1",
                format!("client {c} sends over {socket:?}, which is gone"),
            ),
            Some(Browser::Connecting) => {
                self.fail("1", format!("client {c} sends while connecting"))
            }
            Some(_) => {}
        }
    }

    // ---- what the app is told ----

    pub fn judge_state(&mut self, c: usize, state: &State) {
        let now = self.now;
        let client = &mut self.clients[c];
        match state {
            State::Open => {
                client.pace.opened_at = Some(now);
                client.seen.since = self.server.log.len();
            }
            State::Waiting { until } if client.online => {
                let delay = *until - now;
                let failures = client.pace.failures;
                let min = client.config.min_reconnect_delay;
                let max = client
                    .config
                    .max_reconnect_delay
                    .min(min * 2_u32.saturating_pow(failures.min(16)));
                self.tally.delays[failures.min(7) as usize].add(delay);
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

    pub fn judge_loss(&mut self, c: usize, why: &Disconnect) {
        let now = self.now;
        if *why == Disconnect::Offline {
            return;
        }
        *self.tally.losses.entry(kind_of_loss(why)).or_default() += 1;
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

    /// Rule 8: a good link is never declared dead.
    fn judge_silence(&mut self, c: usize) {
        let Some(l) = self.clients[c].last_link else {
            return;
        };
        let link = &self.links[l];
        // A page that stood still to within 50 ms of its deadline cannot know that it did.
        let client = &self.clients[c];
        if client.woke == self.now && self.now - client.due <= millis(50) {
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
            Kind::Channel | Kind::Echo | Kind::SockRaw | Kind::SockChannel => {
                self.links[l].answered.then_some(secs(30) + GRACE)
            }
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
        let legal = match (&before, delivery) {
            (None, Queued)
            | (Some(Queued), Sent)
            | (Some(Queued | Sent), Failed(Failure::Refused(_))) => true,
            (Some(Sent), Failed(Failure::Unconfirmed)) => marks,
            (Some(Sent), Queued) => !never,
            (Some(Failed(_)), Queued) => book.by_hand,
            (Some(Sent), Delivered) => true,
            // Proof that comes late.
            (Some(Queued | Failed(Failure::Unconfirmed)), Delivered) => {
                book.doubted || book.requeued
            }
            _ => false,
        };
        let name = format!("{}.{}", book.client, book.number);
        match delivery {
            Sent => book.to_be_proved = self.clients[c].proved,
            Delivered => self.clients[c].proved = true,
            Failed(Failure::Unconfirmed) => book.doubted = true,
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
        match delivery {
            Delivered if received == 0 => {
                self.fail(
                    "4",
                    format!("message {name} is delivered, and the server never read it"),
                );
            }
            Failed(Failure::Refused(reason)) if reason.is_empty() => {
                self.fail("5", format!("message {name} failed without a reason"));
            }
            _ => {}
        }
    }

    /// Rule 4, at the server: one copy, unless it says that it may be a second one; in order.
    pub fn read_token(&mut self, l: usize, text: &str, resent: bool) {
        let Some((c, number)) = token(text) else {
            return;
        };
        let id = self
            .clients
            .get(usize::from(c))
            .and_then(|client| *client.messages.get(number as usize)?);
        let Some(book) = id.and_then(|id| self.book.get_mut(&id)) else {
            return self.fail(
                "3",
                format!("message {c}.{number} was sent, and was never accepted"),
            );
        };
        book.received += 1;
        let first = book.received == 1;
        let by_hand = book.by_hand;
        if !resent && self.server.kind != Kind::Echo {
            book.originals += 1;
        }
        let twice = book.originals > 1;
        self.tally.received += 1;
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
        if first {
            self.server.place.insert((c, number), self.server.log.len());
            self.server.log.push((c, number));
        }
    }

    /// Rule 4, at the receiver: once, in order per sender, and what is missing is marked.
    pub fn judge_shown(&mut self, c: usize, incoming: &Incoming) {
        let text = incoming.body.as_text().unwrap_or_default();
        if is_heartbeat(text) {
            return self.judge_heartbeat(c, text);
        }
        let Some(name) = token(text) else { return };
        self.tally.shown += 1;
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
        if count > 1 {
            self.tally.duplicated += 1;
            return self.fail("4", format!("client {c} shows {name:?} twice"));
        }
        // Who came, or came back, after the first copy may get the second copy out of its order.
        let place = self.server.place.get(&name).copied().unwrap_or(0);
        let there = place >= self.clients[c].seen.since;
        let clean = !book.by_hand && !book.doubted && (!book.requeued || there);
        // A second copy may be much younger than its place in the log.
        let only_copy = book.received == 1;
        self.judge_order(c, name, clean);
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
            self.tally.late_heartbeats += 1;
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
        let seen = &mut self.clients[c].seen;
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

    // ---- after every input ----

    pub fn check_client(&mut self, c: usize) {
        let client = &self.clients[c];
        let state = client.connection.state().clone();
        let timeout = client.connection.poll_timeout();
        let (queued, bytes) = client.connection.queued();
        let over = matches!(state, State::Idle | State::Closed { .. });
        let waits = matches!(
            state,
            State::Connecting | State::Handshaking | State::Waiting { .. } | State::Closing
        );
        if waits && timeout.is_none() {
            self.fail(
                "6",
                format!("client {c} is {} without a deadline", state.name()),
            );
        } else if over && (timeout.is_some() || client.link.is_some_and(|l| self.is_live(l))) {
            self.fail(
                "6",
                format!("client {c} is {} and not at rest", state.name()),
            );
        } else if client.shut && !over && state != State::Closing {
            self.fail(
                "6",
                format!("client {c} was closed and is {}", state.name()),
            );
        } else if self.setup.never
            && (queued > client.config.max_queued || bytes > client.config.max_queued_bytes)
        {
            self.fail(
                "11",
                format!("client {c} holds {queued} messages, {bytes} bytes"),
            );
        } else if state.is_open()
            && queued > 0
            && timeout.is_none_or(|at| at > self.now + millis(60))
        {
            self.fail(
                "5",
                format!("client {c} is open and does not send what waits"),
            );
        }
    }

    fn is_live(&self, l: usize) -> bool {
        !self.links[l].abandoned && self.links[l].browser != Browser::Closed
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

    pub fn judge_close(&mut self, code: u16, closed: Result<(), CloseError>) {
        if closed.is_ok() != is_closing_code(code) {
            self.fail("6", format!("close({code}) gave {closed:?}"));
        }
    }

    pub fn judge_send(&mut self, c: usize, len: usize, sent: Result<(), SendError>) {
        let client = &self.clients[c];
        let config = &client.config;
        let (queued, bytes) = client.connection.queued();
        let shut = matches!(
            client.connection.state(),
            State::Closing | State::Closed { .. }
        );
        let fits = match sent {
            Ok(()) => len <= config.max_outgoing && !shut,
            Err(SendError::TooLarge { .. }) => len > config.max_outgoing,
            Err(SendError::Closed) => shut,
            Err(SendError::Full) => {
                queued >= config.max_queued || bytes + len > config.max_queued_bytes
            }
        };
        if !fits {
            self.fail(
                "3",
                format!("send of {len} bytes gave {sent:?} with {queued} queued"),
            );
        }
    }
}

fn is_closing_code(code: u16) -> bool {
    code == 1000 || (3000..=4999).contains(&code)
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

fn kind_of_loss(why: &Disconnect) -> &'static str {
    match why {
        Disconnect::Closed(_) => "closed",
        Disconnect::Refused => "refused",
        Disconnect::ConnectTimeout => "connect timeout",
        Disconnect::Silent => "silent",
        Disconnect::Session(_) => "session",
        Disconnect::Unprepared(_) => "unprepared",
        Disconnect::Offline => "offline",
    }
}
