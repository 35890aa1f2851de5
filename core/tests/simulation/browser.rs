//! The browser: its sockets, whose events may be late, and the page that freezes and wakes.

use leptos_chat_core::connection::{Input, SocketEvent, SocketId, State};
use leptos_chat_core::session::CloseEvent;

use crate::link::{Browser, Down, Up};
use crate::simulation::{Plan, Simulation, millis};

impl Simulation {
    pub fn browser_hears(&mut self, l: usize, down: Down) {
        let socket = self.links[l].socket;
        let browser = self.links[l].browser;
        match (down, browser) {
            (_, Browser::Closed) => {}
            (Down::Accept(subprotocol), Browser::Connecting) => {
                self.links[l].browser = Browser::Open;
                self.tell(
                    l,
                    Input::Socket {
                        socket,
                        event: SocketEvent::Opened { subprotocol },
                    },
                );
            }
            (Down::Message(message), Browser::Open) => {
                self.note_greeting(l, &message);
                self.tell(
                    l,
                    Input::Socket {
                        socket,
                        event: SocketEvent::Message(message),
                    },
                );
            }
            // A browser drops what arrives while it closes.
            (Down::Message(_) | Down::Accept(_), _) => {}
            (Down::Refuse | Down::End, _) => self.browser_ends(l),
            (Down::Close(code, reason), _) => {
                if browser == Browser::Open {
                    self.up(l, Up::Close(code));
                }
                self.browser_closed(
                    l,
                    CloseEvent {
                        code,
                        reason,
                        was_clean: true,
                    },
                );
            }
        }
    }

    /// The socket ends without a goodbye.
    pub fn browser_ends(&mut self, l: usize) {
        if self.links[l].browser != Browser::Closed {
            self.browser_closed(
                l,
                CloseEvent {
                    code: 1006,
                    reason: String::new(),
                    was_clean: false,
                },
            );
        }
    }

    /// The event may be late: what is sent meanwhile is dropped.
    fn browser_closed(&mut self, l: usize, close: CloseEvent) {
        self.links[l].browser = Browser::Closed;
        let late = match self.random.u32(0..6) {
            0 => self.random.u64(1..3_000),
            1 => self.random.u64(1..60),
            _ => 0,
        };
        let c = self.links[l].client;
        if late > 0 && !self.healed {
            self.links[l].disturb(self.now + millis(late));
            return self.plan(c, millis(late), Plan::Closed(l, close));
        }
        let socket = self.links[l].socket;
        self.tell(
            l,
            Input::Socket {
                socket,
                event: SocketEvent::Closed(close),
            },
        );
    }

    /// What a socket says reaches the machine, unless its handlers are off.
    pub fn tell(&mut self, l: usize, input: Input) {
        let c = self.links[l].client;
        if !self.links[l].abandoned {
            self.feed(c, input);
        } else if self.setup.leaky && !self.links[l].muted {
            self.stale(c, input);
        }
    }

    /// The page runs again: it is told, an overdue timer fires, and then comes what has waited in the sockets.
    pub fn wake(&mut self, c: usize, told: bool) {
        if self.clients[c]
            .frozen_until
            .is_none_or(|until| until > self.now)
        {
            return;
        }
        self.clients[c].frozen_until = None;
        self.clients[c].woke = self.now;
        self.clients[c].thawed = self.now;
        self.clients[c].told = told;
        // A browser tells of it before any timer fires.
        if told {
            self.resumed(c);
        }
        if self.clients[c]
            .next_timer()
            .is_some_and(|at| at <= self.now)
        {
            self.timer_fires(c);
        }
    }

    /// `pageshow`, `resume`, `visibilitychange`.
    pub fn resumed(&mut self, c: usize) {
        self.clients[c].excused = true;
        self.feed(c, Input::Resumed);
    }

    pub fn timer_fires(&mut self, c: usize) {
        if let Some((at, _)) = self.clients[c].timer.take() {
            self.clients[c].due = at;
        }
        self.clients[c].late = 0;
        self.count_spins(c);
        self.fire_timer(c);
    }

    /// Inputs from sockets that are not the current one, and answers that nobody waits for.
    pub fn stale_inputs(&mut self, c: usize) {
        let newest = self.clients[c].attempt;
        let current = self.clients[c].link.map_or(0, |l| self.links[l].socket.0);
        let pending = matches!(self.clients[c].connection().state(), State::Connecting);
        for id in [0, newest.saturating_sub(1), newest + 1, newest] {
            if id != current && !(pending && id == newest) {
                for input in crate::rules::inputs_of(SocketId(id)) {
                    self.stale(c, input);
                }
            }
        }
    }
}
