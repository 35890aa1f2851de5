//! The STOMP broker: one topic, receipts, heart-beats, and frames that come in pieces. Spring's simple broker has no receipts but
//! for DISCONNECT, no heart-beats, and several threads for what comes in: a SUBSCRIBE takes effect a while after it has come. What goes
//! out has several threads too: unless it is told to keep the order, a line may come after those that were written after it.

use std::time::Duration;

use leptos_chat_core::time::Instant;
use serde_json::Value;

use crate::channels;
use crate::script::Kind;
use crate::simulation::Simulation;

/// A frame is never longer.
const MOST_PARTIAL: usize = 2 << 20;
/// How many milliseconds a SUBSCRIBE may wait for its thread.
const MOST_ON_THE_POOL: u64 = 120;

/// How many milliseconds a line may wait for its thread, where the order is not kept.
const MOST_OUT_OF_ORDER: u64 = 400;

/// What the broker knows of one link.
#[derive(Debug, Default)]
pub struct Broker {
    subscription: Option<String>,
    /// From when on the subscription counts.
    subscribed_at: Option<Instant>,
    send_every: Option<Duration>,
    send_at: Option<Instant>,
    expect_every: Option<Duration>,
    deadline: Option<Instant>,
    /// The beginning of a frame that comes in several messages.
    partial: String,
    /// What goes out later than what was published after it.
    late: Vec<(Instant, String)>,
}

impl Broker {
    pub fn next(&self) -> Option<Instant> {
        let late = self.late.iter().map(|(at, _)| *at);
        late.chain(self.send_at).chain(self.deadline).min()
    }
}

/// One frame, read by the broker's own means: a codec must not be its own judge.
struct Frame {
    command: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl Frame {
    fn read(text: &str) -> Option<Self> {
        let (head, rest) = text.split_once("\n\n")?;
        let mut lines = head.lines();
        let command = lines.next()?.to_owned();
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_owned(), unescape(value)))
            .collect();
        let len = headers.iter().find(|(name, _)| name == "content-length");
        let len = len
            .and_then(|(_, len)| len.parse().ok())
            .or_else(|| rest.find('\0'))?;
        let body = rest.get(..len)?.to_owned();
        // The end may come in a piece of its own.
        rest[len..].starts_with('\0').then_some(())?;
        Some(Self {
            command,
            headers,
            body,
        })
    }

    fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| value.as_str())
    }
}

fn unescape(value: &str) -> String {
    value
        .replace("\\c", ":")
        .replace("\\n", "\n")
        .replace("\\\\", "\\")
}

fn escape(value: &str) -> String {
    value
        .replace('\\', "\\\\")
        .replace('\n', "\\n")
        .replace(':', "\\c")
}

impl Simulation {
    pub fn broker_hears(&mut self, l: usize, text: &str) {
        let now = self.now;
        let broker = &mut self.links[l].peer.broker;
        broker.deadline = broker.expect_every.map(|every| now + every * 2);
        if broker.partial.is_empty() && text.trim_matches(['\r', '\n']).is_empty() {
            return;
        }
        broker.partial.push_str(text);
        let Some(frame) = Frame::read(&broker.partial) else {
            if broker.partial.len() > MOST_PARTIAL {
                self.broker_error(l, "a broken frame");
            }
            return;
        };
        broker.partial.clear();
        match frame.command.as_str() {
            "CONNECT" | "STOMP" => self.broker_connects(l, &frame),
            "SUBSCRIBE" if frame.header("destination") == Some(channels::DESTINATION) => {
                let id = frame.header("id").unwrap_or_default().to_owned();
                self.grants_aside(l, &id);
                self.receipt(l, &frame);
            }
            "UNSUBSCRIBE" => {
                let id = self.links[l].peer.aside.take();
                if id.as_deref() != frame.header("id") {
                    self.fail("13", format!("{l} leaves what it has not joined"));
                }
            }
            "SUBSCRIBE" => {
                let pool = (self.server.kind == Kind::Spring).then_some(MOST_ON_THE_POOL);
                let millis = self.server.random.u64(0..=pool.unwrap_or_default());
                let broker = &mut self.links[l].peer.broker;
                broker.subscribed_at = Some(now + Duration::from_millis(millis));
                broker.subscription = frame.header("id").map(str::to_owned);
                self.joins(l);
                self.receipt(l, &frame);
            }
            "SEND" => self.broker_takes(l, &frame),
            "DISCONNECT" => self.receipt(l, &frame),
            _ => self.broker_error(l, "an unknown command"),
        }
    }

    fn broker_connects(&mut self, l: usize, frame: &Frame) {
        let beats = self.server.kind != Kind::Spring;
        let wanted = frame
            .header("heart-beat")
            .and_then(|value| value.split_once(','));
        let millis = |text: &str| text.parse().map(Duration::from_millis).unwrap_or_default();
        let (send, receive) = wanted.map_or_else(Default::default, |(x, y)| (millis(x), millis(y)));
        let own = Duration::from_secs(15);
        let agree = |theirs: Duration| (beats && !theirs.is_zero()).then(|| theirs.max(own));
        let now = self.now;
        let broker = &mut self.links[l].peer.broker;
        broker.expect_every = agree(send);
        broker.send_every = agree(receive);
        broker.deadline = broker.expect_every.map(|every| now + every * 2);
        broker.send_at = broker.send_every.map(|every| now + every);
        let heart = if beats { "15000,15000" } else { "0,0" };
        self.broker_says(
            l,
            &format!("CONNECTED\nversion:1.2\nheart-beat:{heart}\n\n\0"),
        );
    }

    fn broker_takes(&mut self, l: usize, frame: &Frame) {
        let chat: Value = serde_json::from_str(&frame.body).unwrap_or_default();
        self.read_chat(l, &chat);
        // Both orders are seen.
        let receipt_first = self.server.random.bool();
        if receipt_first {
            self.receipt(l, frame);
        }
        self.broker_publishes(frame);
        if !receipt_first {
            self.receipt(l, frame);
        }
    }

    fn broker_publishes(&mut self, frame: &Frame) {
        self.server.memory.serial += 1;
        let number = self.server.memory.serial;
        for to in self.active.clone() {
            let peer = &mut self.links[to].peer;
            let broker = &peer.broker;
            let counts = broker.subscribed_at.is_some_and(|at| at <= self.now);
            let Some(subscription) = broker.subscription.clone().filter(|_| counts) else {
                // It is in the room from what comes next on.
                peer.since = self.server.log.len();
                continue;
            };
            let destination = escape(frame.header("destination").unwrap_or_default());
            // RabbitMQ passes the sender's header on.
            let receipt = frame.header("receipt").unwrap_or_default();
            let text = format!(
                "MESSAGE\ndestination:{destination}\nmessage-id:T_{number}\nsubscription:{subscription}\n\
                 receipt:{receipt}\ncontent-length:{}\n\n{}\0",
                frame.body.len(),
                frame.body
            );
            self.broker_passes_on(to, text);
        }
    }

    fn broker_passes_on(&mut self, to: usize, text: String) {
        if self.server.keeps_order || self.server.random.bool() {
            return self.broker_says(to, &text);
        }
        let millis = self.server.random.u64(0..=MOST_OUT_OF_ORDER);
        let at = self.now + Duration::from_millis(millis);
        self.links[to].peer.broker.late.push((at, text));
    }

    fn receipt(&mut self, l: usize, frame: &Frame) {
        let receipts = self.server.kind != Kind::Spring || frame.command == "DISCONNECT";
        if let Some(receipt) = frame.header("receipt").filter(|_| receipts) {
            let receipt = escape(receipt);
            self.broker_says(l, &format!("RECEIPT\nreceipt-id:{receipt}\n\n\0"));
        }
    }

    /// A frame, sometimes in two pieces, sometimes with a line end after it.
    fn broker_says(&mut self, l: usize, text: &str) {
        let now = self.now;
        let broker = &mut self.links[l].peer.broker;
        broker.send_at = broker.send_every.map(|every| now + every);
        match self.server.random.u32(0..8) {
            0 if text.is_char_boundary(text.len() / 2) => {
                let (first, second) = text.split_at(text.len() / 2);
                self.say(l, first.into());
                self.say(l, second.into());
            }
            1 => self.say(l, format!("{text}\n").into()),
            _ => self.say(l, text.into()),
        }
    }

    pub fn broker_error(&mut self, l: usize, words: &str) {
        let code = if self.server.kind == Kind::Spring {
            1002
        } else {
            1000
        };
        self.broker_says(l, &format!("ERROR\nmessage:{words}\n\n\0"));
        self.server_closes(l, code);
    }

    pub fn broker_timer(&mut self, l: usize) {
        let now = self.now;
        let broker = &mut self.links[l].peer.broker;
        if let Some(place) = broker.late.iter().position(|(at, _)| *at <= now) {
            let (_, text) = broker.late.swap_remove(place);
            return self.broker_says(l, &text);
        }
        if self.links[l]
            .peer
            .broker
            .deadline
            .is_some_and(|at| at <= now)
        {
            self.server_closes(l, 1000);
        } else if self.links[l]
            .peer
            .broker
            .send_at
            .is_some_and(|at| at <= now)
        {
            let broker = &mut self.links[l].peer.broker;
            broker.send_at = broker.send_every.map(|every| now + every);
            self.say(l, "\n".into());
        }
    }
}
