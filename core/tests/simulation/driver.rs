//! The driver: it obeys the connection as the browser's does. One input, drain everything, next input; one timer.

use std::time::Duration;

use leptos_chat_core::chat::timeline::Change;
use leptos_chat_core::connection::{
    Disconnect, Event, Input, Output, ResolveError, SocketError, SocketId,
};
use leptos_chat_core::session::Target;
use leptos_chat_core::time::Instant;

use crate::link::{Browser, Link, Up};
use crate::world::{Plan, World, millis};

impl World {
    pub fn feed(&mut self, c: usize, input: Input) {
        self.look_at_socket(c);
        self.clients[c].inbox.push_back(input);
        self.drain(c);
    }

    /// No event tells that a socket begins to close.
    pub fn look_at_socket(&mut self, c: usize) {
        if let Some(l) = self.clients[c].link
            && matches!(self.links[l].browser, Browser::Closing | Browser::Closed)
        {
            let socket = self.links[l].socket;
            self.clients[c]
                .inbox
                .push_back(Input::SocketClosing { socket });
            self.drain(c);
        }
    }

    /// Drains outputs, then takes the next input, until there is neither.
    pub fn drain(&mut self, c: usize) {
        if std::mem::replace(&mut self.clients[c].draining, true) {
            return;
        }
        while self.violation.is_none() {
            if let Some(output) = self.clients[c].connection.poll_output() {
                self.note(|| format!("{c} {}", shorten(&format!("{output:?}"))));
                self.obey(c, output);
                continue;
            }
            let Some(input) = self.clients[c].inbox.pop_front() else {
                break;
            };
            self.note(|| format!("{c} {}", shorten(&format!("{input:?}"))));
            let now = self.now;
            self.clients[c].connection.handle_input(input, now);
        }
        self.clients[c].draining = false;
        self.arm_timer(c);
        self.check_client(c);
    }

    fn obey(&mut self, c: usize, output: Output) {
        self.judge_output(c, &output);
        match output {
            Output::Resolve { socket, .. } => {
                self.clients[c].attempt = socket.0;
                self.resolve(c, socket);
            }
            Output::Fetch { socket, url } => {
                self.clients[c].attempt = socket.0;
                let answer = self.http(&url);
                let stands = self.now < self.server.frozen_until;
                let after = millis(self.random.u64(1..200) + if stands { 30_000 } else { 0 });
                self.plan(c, after, Plan::Answer(Input::Fetched { socket, answer }));
            }
            Output::OpenSocket { socket, target } => {
                self.clients[c].attempt = socket.0;
                self.open_socket(c, socket, target);
            }
            Output::Send { socket, message } => {
                if let Some(l) = self.clients[c]
                    .link
                    .filter(|l| self.links[*l].socket == socket)
                {
                    let len = message.len();
                    self.up(l, Up::Message(message));
                    // What is handed over stands in the browser's own buffer until the next turn of its loop.
                    let mut input = self.buffered(l);
                    if let Input::Buffered { bytes, .. } = &mut input {
                        *bytes += len;
                    }
                    self.clients[c].inbox.push_back(input);
                }
            }
            Output::CloseSocket { code, .. } => {
                if let Some(l) = self.clients[c].link {
                    self.close_socket(l, code);
                }
            }
            Output::AbandonSocket { .. } => {
                if let Some(l) = self.clients[c].link.take() {
                    self.links[l].abandoned = true;
                    self.links[l].left = Some(self.links[l].browser);
                    self.close_socket(l, 0);
                }
            }
            Output::Event(event) => self.publish(c, &event),
        }
    }

    fn resolve(&mut self, c: usize, socket: SocketId) {
        let mode = std::mem::take(&mut self.clients[c].provider);
        let target = match mode {
            1 => Err(ResolveError::Retry("no token".into())),
            2 => Err(ResolveError::GiveUp("signed out".into())),
            _ => Ok(Target::new(self.server.url(self.setup.auto))),
        };
        let after = match mode {
            3 => return,
            5 => millis(30_000),
            _ => millis(self.random.u64(0..300)),
        };
        if mode == 4 {
            let input = Input::Resolved {
                socket,
                target: target.clone(),
            };
            self.plan(c, after + millis(50), Plan::Answer(input));
        }
        self.plan(c, after, Plan::Answer(Input::Resolved { socket, target }));
    }

    fn open_socket(&mut self, c: usize, socket: SocketId, target: Target) {
        if let Some(kind) = self.clients[c].forbid.take() {
            let error = match kind {
                0 => SocketError::Other("no".into()),
                _ => SocketError::Security("no".into()),
            };
            return self.clients[c]
                .inbox
                .push_back(Input::SocketFailed { socket, error });
        }
        let l = self.links.len();
        let mut link = Link::new(c, socket, self.now);
        link.disturb(self.clients[c].disturbed);
        // Another way within the attempt: the driver lets go of the first one.
        if let Some(old) = self.clients[c].link {
            self.links[old].abandoned = true;
            self.links[old].muted = true;
        }
        self.links.push(link);
        self.active.push(l);
        self.clients[c].link = Some(l);
        self.clients[c].last_link = Some(l);
        self.up(l, Up::Upgrade(target));
    }

    fn close_socket(&mut self, l: usize, code: u16) {
        match self.links[l].browser {
            Browser::Connecting => {
                self.links[l].browser = Browser::Closed;
                self.up(l, Up::End);
            }
            Browser::Open => {
                self.links[l].browser = Browser::Closing;
                self.up(l, Up::Close(code));
            }
            Browser::Closing | Browser::Closed => {}
        }
    }

    fn publish(&mut self, c: usize, event: &Event) {
        match event {
            Event::Delivery { id, delivery } => self.judge_delivery(c, *id, delivery),
            Event::State(state) => self.judge_state(c, state),
            Event::Disconnected(why) => self.judge_loss(c, why),
            Event::Gap => self.clients[c].seen.gap = true,
            Event::Latency(_) => {
                if let Some(l) = self.clients[c].link {
                    self.links[l].answered = true;
                }
            }
            Event::Unreadable { .. } => self.tally.unreadable += 1,
            Event::Message(_) | Event::Protocol(_) => {}
        }
        if let Event::Disconnected(Disconnect::Closed(close)) = event {
            *self.tally.codes.entry(close.code).or_default() += 1;
        }
        let change = self.clients[c].timeline.apply(event, Duration::ZERO);
        if let (Change::Added, Event::Message(incoming)) = (change, event) {
            self.judge_shown(c, incoming);
            self.answer(c, incoming);
        }
    }

    /// One `setTimeout`, throttled where the tab is hidden.
    fn arm_timer(&mut self, c: usize) {
        let now = self.now;
        let client = &mut self.clients[c];
        let Some(at) = client.connection.poll_timeout() else {
            client.timer = None;
            return;
        };
        if client.timer.is_some_and(|(old, _)| old == at) {
            return;
        }
        let whole = (at - now).as_nanos().div_ceil(1_000_000);
        let mut fires = now + millis(u64::try_from(whole).unwrap_or(u64::MAX));
        if let Some(since) = client.hidden_since {
            let step = if now - since > Duration::from_secs(300) {
                60
            } else {
                1
            };
            let whole = fires.since_start().as_secs().div_ceil(step) * step;
            fires = fires.max(Instant::from_start(Duration::from_secs(whole)));
        }
        client.timer = Some((at, fires + millis(client.late.into())));
    }
}

fn shorten(text: &str) -> String {
    text.chars().take(240).collect()
}
