//! One WebSocket: two ways that keep order and lose nothing while they live, and an end at either side.

use std::collections::VecDeque;
use std::time::Duration;

use leptos_chat_core::connection::SocketId;
use leptos_chat_core::session::Target;
use leptos_chat_core::time::Instant;
use leptos_chat_core::wire::Message;

use crate::server::Peer;

/// What the systems' own buffers hold before the browser's grows.
const KERNEL_BUFFER: usize = 64 << 10;

/// From the client to the server.
#[derive(Clone, Debug)]
pub enum Up {
    Upgrade(Target),
    Message(Message),
    Close(u16),
    End,
}

/// From the server to the client.
#[derive(Clone, Debug)]
pub enum Down {
    Accept(String),
    Refuse,
    Message(Message),
    Close(u16, String),
    End,
}

/// A time in which nothing arrives. What is on the way then arrives at its end.
#[derive(Clone, Copy, Debug, Default)]
pub struct Window {
    pub from: Instant,
    pub until: Instant,
}

impl Window {
    /// Adds a time; both become one where they meet.
    pub fn add(&mut self, from: Instant, until: Instant) {
        if from > self.until {
            *self = Self { from, until };
        } else {
            self.from = self.from.min(from);
            self.until = self.until.max(until);
        }
    }

    pub fn end(&mut self, now: Instant) {
        self.until = self.until.min(now);
    }

    pub fn shift(&self, at: Instant) -> Instant {
        if at >= self.from && at < self.until {
            self.until
        } else {
            at
        }
    }

    pub fn holds(&self, at: Instant) -> bool {
        self.shift(at) != at
    }
}

#[derive(Debug)]
struct Item<T> {
    left: Instant,
    at: Instant,
    bytes: usize,
    what: T,
}

/// One way.
#[derive(Debug)]
pub struct Pipe<T> {
    items: VecDeque<Item<T>>,
    free_at: Instant,
    last: Instant,
    pub window: Window,
    pub dead: bool,
}

impl<T> Pipe<T> {
    pub fn new() -> Self {
        Self {
            items: VecDeque::new(),
            free_at: Instant::START,
            last: Instant::START,
            window: Window::default(),
            dead: false,
        }
    }

    /// Puts something in at `now`; `rate` is in bytes a second, 0 for no limit.
    pub fn push(&mut self, now: Instant, latency: Duration, rate: u32, bytes: usize, what: T) {
        if self.dead {
            return;
        }
        let takes = match rate {
            0 => Duration::ZERO,
            rate => Duration::from_micros(bytes as u64 * 1_000_000 / u64::from(rate)),
        };
        let left = now.max(self.free_at) + takes;
        self.free_at = left;
        self.last = self.last.max(left + latency);
        self.items.push_back(Item {
            left,
            at: self.last,
            bytes,
            what,
        });
    }

    /// When the next thing arrives.
    pub fn next(&self) -> Option<Instant> {
        let item = self.items.front().filter(|_| !self.dead)?;
        Some(self.window.shift(item.at))
    }

    pub fn pop(&mut self) -> Option<T> {
        self.items.pop_front().map(|item| item.what)
    }

    pub fn is_empty(&self) -> bool {
        self.items.is_empty() || self.dead
    }

    /// Bytes that the browser still holds.
    pub fn buffered(&self, now: Instant, stalled: bool) -> usize {
        let stalled = stalled || self.window.holds(now) || self.dead;
        let waiting = self.items.iter().filter(|item| stalled || item.left > now);
        waiting
            .map(|item| item.bytes)
            .sum::<usize>()
            .saturating_sub(KERNEL_BUFFER)
    }

    /// What the browser still holds: the newest of what waits, beyond what the system's own buffers take.
    pub fn in_browser(&self, now: Instant, stalled: bool) -> Vec<&T> {
        let held = self.buffered(now, stalled);
        let mut bytes = 0;
        let newest = self.items.iter().rev().take_while(|item| {
            bytes += item.bytes;
            bytes <= held
        });
        newest.map(|item| &item.what).collect()
    }

    /// Loses everything but the oldest `kept`, which go on.
    pub fn lose(&mut self, kept: usize) {
        self.items.truncate(kept);
    }

    /// The narrow place is wide again: what waits before it passes.
    pub fn hurry(&mut self, now: Instant) {
        for item in &mut self.items {
            item.left = item.left.min(now);
            item.at = item.at.min(now);
        }
        self.free_at = self.free_at.min(now);
        self.last = self.last.min(now);
    }

    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Nothing arrives any more.
    pub fn kill(&mut self) {
        self.items.clear();
        self.dead = true;
    }
}

/// The state of the browser's socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Browser {
    Connecting,
    Open,
    Closing,
    Closed,
}

/// The server's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Fresh,
    Open,
    /// The server has said goodbye, and hears nothing more.
    Closing,
    Gone,
}

/// One socket with both its ends.
#[derive(Debug)]
pub struct Link {
    pub client: usize,
    pub socket: SocketId,
    pub up: Pipe<Up>,
    pub down: Pipe<Down>,
    pub browser: Browser,
    /// The machine has let go of it.
    pub abandoned: bool,
    /// What it was when the machine let go.
    pub left: Option<Browser>,
    /// The driver has put another in its place, under the same id.
    pub muted: bool,
    pub end: End,
    pub peer: Peer,
    /// Since when it is dead without a word.
    pub dead_since: Option<Instant>,
    /// When the client's system gives up on a dead link.
    pub tcp_death: Option<Instant>,
    /// Until when something was wrong with it, or with what is around it.
    pub disturbed: Instant,
    /// The server has answered a heartbeat on it.
    pub answered: bool,
    /// The number of the last message that the server read here, to see that order is kept.
    pub last_read: u32,
    /// What was handed over in this turn of the browser's loop.
    handed: (Instant, usize),
    /// The client's address when it was opened.
    pub address: u32,
}

impl Link {
    pub fn new(client: usize, socket: SocketId, now: Instant, address: u32) -> Self {
        Self {
            address,
            client,
            socket,
            up: Pipe::new(),
            down: Pipe::new(),
            browser: Browser::Connecting,
            abandoned: false,
            left: None,
            muted: false,
            end: End::Fresh,
            peer: Peer::default(),
            dead_since: None,
            tcp_death: None,
            disturbed: now,
            answered: false,
            last_read: 0,
            handed: (now, 0),
        }
    }

    /// The page hands over so many bytes.
    pub fn hand_over(&mut self, now: Instant, bytes: usize) {
        let before = self.fresh(now);
        self.handed = (now, before + bytes);
    }

    /// What was handed over in this turn.
    pub fn fresh(&self, now: Instant) -> usize {
        let (at, bytes) = self.handed;
        if at == now { bytes } else { 0 }
    }

    pub fn disturb(&mut self, until: Instant) {
        self.disturbed = self.disturbed.max(until);
    }

    /// Whether nothing can happen here any more.
    pub fn is_over(&self) -> bool {
        let client = self.browser == Browser::Closed;
        client && self.end == End::Gone && self.up.is_empty() && self.down.is_empty()
    }
}
