//! The host of each client's driver: what a browser would do for it.

use std::time::Duration;

use leptos_chat_core::chat::timeline::Change;
use leptos_chat_core::connection::{
    CloseError, Disconnect, Event, Input, Output, ReadyState, Reshape, ResolveError, SendError,
    SendOptions, SocketError, SocketEvent, SocketId,
};
use leptos_chat_core::driver::{Driver, Host, SocketView};
use leptos_chat_core::session::make::Protocols;
use leptos_chat_core::session::{Channel, MessageId, Outgoing, Session, Target};
use leptos_chat_core::time::Instant;

use crate::link::{Browser, Link, Up};
use crate::simulation::{Plan, Simulation, millis};

/// One client of the simulation, as a host of its driver.
struct At<'a> {
    simulation: &'a mut Simulation,
    c: usize,
}

impl Host for At<'_> {
    fn driver<T>(&mut self, act: impl FnOnce(&mut Driver) -> T) -> T {
        act(&mut self.simulation.clients[self.c].driver)
    }

    fn now(&self) -> Instant {
        self.simulation.now
    }

    fn socket(&self) -> Option<SocketView> {
        let link = self.simulation.clients[self.c].link?;
        Some(self.simulation.view(link))
    }

    fn is_prompt(&self) -> bool {
        true
    }

    fn perform(&mut self, output: Output) {
        self.simulation
            .note(|| format!("{} {}", self.c, shorten(&format!("{output:?}"))));
        self.simulation.obey(self.c, output);
    }

    fn set_timer(&mut self, at: Option<Instant>) {
        self.simulation.set_timer(self.c, at);
    }

    fn release(&mut self) {}
}

impl Simulation {
    pub fn feed(&mut self, c: usize, input: Input) {
        self.note(|| format!("{c} {}", shorten(&format!("{input:?}"))));
        self.drive(c, |host| host.feed(input));
    }

    pub fn fire_timer(&mut self, c: usize) {
        self.drive(c, |host| host.timer_fired());
    }

    pub fn catch_up(&mut self, c: usize) {
        self.drive(c, |host| host.catch_up());
    }

    pub fn new_id(&mut self, c: usize) -> MessageId {
        let time_of_day = self.now.since_start();
        self.drive(c, |host| host.new_id(time_of_day))
    }

    pub fn send(
        &mut self,
        c: usize,
        id: MessageId,
        outgoing: Outgoing,
        options: &SendOptions,
        accepted: impl FnOnce(&mut Simulation),
    ) -> Result<(), SendError> {
        let sent = self.drive(c, |host| {
            host.send(id, outgoing, options, |host| accepted(host.simulation))
        });
        sent.map_err(|(error, _)| error)
    }

    pub fn cancel(&mut self, c: usize, id: MessageId) -> bool {
        self.drive(c, |host| host.cancel(id))
    }

    pub fn move_to(&mut self, c: usize, url: &str, to: &Reshape, session: Box<dyn Session>) {
        self.drive(c, |host| host.move_to(url, to, session));
    }

    pub fn join(&mut self, c: usize, channel: Channel) -> bool {
        self.drive(c, |host| host.join(channel))
    }

    pub fn leave_channel(&mut self, c: usize, name: &str) -> bool {
        self.drive(c, |host| host.leave_channel(name))
    }

    pub fn close(&mut self, c: usize, code: u16) -> Result<(), CloseError> {
        self.drive(c, |host| host.close(code, "bye"))
    }

    /// Lets the driver of this client act. Where the call comes from within its loop, that goes on with it.
    fn drive<T>(&mut self, c: usize, act: impl FnOnce(&mut At) -> T) -> T {
        let within = self.clients[c].driver.is_running();
        let done = act(&mut At {
            simulation: self,
            c,
        });
        if !within {
            self.check_client(c);
        }
        done
    }

    /// What the page can see of a socket.
    fn view(&self, l: usize) -> SocketView {
        let link = &self.links[l];
        let stalled = self.clients[link.client].path.up.holds(self.now);
        SocketView {
            socket: link.socket,
            ready_state: match link.browser {
                Browser::Connecting => ReadyState::Connecting,
                Browser::Open => ReadyState::Open,
                Browser::Closing => ReadyState::Closing,
                Browser::Closed => ReadyState::Closed,
            },
            // What is handed over stands in the browser's own buffer until the next turn of its loop.
            buffered: link.up.buffered(self.now, stalled) + link.fresh(self.now),
        }
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
                let event = SocketEvent::Fetched(self.http(&url));
                let stands = self.now < self.server.frozen_until;
                let after = millis(self.random.u64(1..200) + if stands { 30_000 } else { 0 });
                self.plan(c, after, Plan::Answer(Input::Socket { socket, event }));
            }
            Output::Load { socket } => {
                let event = SocketEvent::Loaded(Ok(Protocols::linked()));
                let after = millis(self.random.u64(1..200));
                self.plan(c, after, Plan::Answer(Input::Socket { socket, event }));
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
                    self.links[l].hand_over(self.now, message.len());
                    self.up(l, Up::Message(message));
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
            let input = Input::Socket {
                socket,
                event: SocketEvent::Resolved(target.clone()),
            };
            self.plan(c, after + millis(50), Plan::Answer(input));
        }
        self.plan(
            c,
            after,
            Plan::Answer(Input::Socket {
                socket,
                event: SocketEvent::Resolved(target),
            }),
        );
    }

    fn open_socket(&mut self, c: usize, socket: SocketId, target: Target) {
        if let Some(kind) = self.clients[c].forbid.take() {
            let error = match kind {
                0 => SocketError::Other("no".into()),
                _ => SocketError::Security("no".into()),
            };
            return self.clients[c].driver.push(Input::Socket {
                socket,
                event: SocketEvent::Failed(error),
            });
        }
        let l = self.links.len();
        self.judge_address(c, &target.url);
        let mut link = Link::new(c, socket, self.now, self.clients[c].address);
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
            Event::Gap => {
                self.clients[c].seen.gap = true;
                self.judge_told_gap(c);
            }
            Event::Latency(_) => {
                if let Some(l) = self.clients[c].link {
                    self.links[l].answered = true;
                }
            }
            Event::Unreadable { .. } => self.stats.unreadable += 1,
            Event::Settled { id } => self.judge_settled(c, *id),
            Event::Channel { state, .. } => self.judge_channel(c, state),
            Event::Message(incoming) => self.judge_aside(c, incoming),
            _ => {}
        }
        if let Event::Disconnected(Disconnect::Closed(close)) = event {
            *self.stats.codes.entry(close.code).or_default() += 1;
        }
        let at = self.now.since_start();
        let change = self.clients[c].timeline.apply(event, at);
        if let (Change::Added, Event::Message(incoming)) = (change, event) {
            self.judge_place(c, incoming);
            self.judge_shown(c, incoming);
            self.answer(c, incoming);
        }
    }

    /// One `setTimeout`, throttled where the tab is hidden.
    fn set_timer(&mut self, c: usize, at: Option<Instant>) {
        let now = self.now;
        let client = &mut self.clients[c];
        let Some(at) = at else {
            client.timer = None;
            return;
        };
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
