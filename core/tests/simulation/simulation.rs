//! The simulation: clock, network, server and clients, and the loop that lets the next thing happen.

use std::collections::HashMap;
use std::time::Duration;

use leptos_chat_core::connection::{Input, SocketEvent};
use leptos_chat_core::session::{CloseEvent, MessageId};
use leptos_chat_core::time::Instant;

use crate::client::{Book, Client};
use crate::link::{Down, End, Link, Up};
use crate::rules::Violation;
use crate::script::{Script, Setup};
use crate::server::Server;
use crate::stats::Stats;

/// Not zero, so that nothing works because time started there.
const START: Instant = Instant::from_start(Duration::from_secs(100));
/// More events than this in one run are a hot loop.
const MAX_EVENTS: u64 = 400_000;
/// Anything is wrong with a link for this much longer than its cause.
const AFTERMATH: Duration = Duration::from_millis(50);

pub const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// What is going to happen to a client at a certain time.
#[derive(Clone, Debug)]
pub enum Plan {
    /// It wakes; `true` where an event tells of it.
    Wake(bool),
    /// The browser has a network again.
    Online,
    /// An answer arrives.
    Answer(Input),
    /// The browser tells that this link has closed.
    Closed(usize, CloseEvent),
    /// The server learns that this link is gone.
    ServerEnd(usize),
}

/// What happens next.
#[derive(Clone, Copy, Debug)]
enum Next {
    Plan(usize),
    ClientTimer(usize),
    ServerTimer(usize),
    Up(usize),
    Down(usize),
    TcpDeath(usize),
}

pub struct Simulation {
    pub setup: Setup,
    pub now: Instant,
    pub random: fastrand::Rng,
    pub clients: Vec<Client>,
    pub links: Vec<Link>,
    /// The links where something may still happen.
    pub active: Vec<usize>,
    pub server: Server,
    pub book: HashMap<MessageId, Book>,
    pub plans: Vec<(Instant, usize, Plan)>,
    pub violation: Option<Violation>,
    pub stats: Stats,
    /// Faults are over.
    pub healed: bool,
    events: u64,
    pub trace: Option<Trace>,
}

/// What happened, as a number; and as text where it is asked for.
#[derive(Debug, Default)]
pub struct Trace {
    pub hash: u64,
    pub print: bool,
}

impl Simulation {
    pub fn new(script: &Script) -> Self {
        let setup = script.setup.clone();
        let server = Server::new(setup.kind, setup.seed);
        let clients = (0..setup.clients)
            .map(|c| Client::new(c, &setup, &server))
            .collect();
        Self {
            now: START,
            random: fastrand::Rng::with_seed(setup.seed ^ 0x3e_7a),
            clients,
            links: Vec::new(),
            active: Vec::new(),
            server,
            book: HashMap::new(),
            plans: Vec::new(),
            violation: None,
            stats: Stats::default(),
            healed: false,
            events: 0,
            trace: None,
            setup,
        }
    }

    /// Runs the script, then mends everything and looks at what is left.
    pub fn run(&mut self, script: &Script) {
        for step in &script.steps {
            let at = self.now + millis(step.gap.into());
            self.run_until(at);
            if self.violation.is_some() {
                return;
            }
            self.note(|| format!("STEP {step:?}"));
            self.take(*step);
        }
        self.finish();
        self.stats.runs = 1;
        self.stats.millis = (self.now - START).as_millis() as u64;
        self.stats.steps = script.steps.len() as u64;
    }

    /// Writes into the trace.
    pub fn note(&mut self, what: impl FnOnce() -> String) {
        let Some(trace) = &mut self.trace else { return };
        let line = format!("{:?} {}", self.now.since_start(), what());
        if trace.print {
            println!("{line}");
        }
        for byte in line.bytes() {
            trace.hash = (trace.hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    /// Lets everything happen up to `end`.
    pub fn run_until(&mut self, end: Instant) {
        while self.violation.is_none()
            && let Some((at, next)) = self.next()
            && at <= end
        {
            self.now = self.now.max(at);
            self.events += 1;
            if self.events > MAX_EVENTS {
                return self.fail("6", "it never comes to rest".into());
            }
            self.happen(next);
            self.watch_dead_links();
        }
        self.now = self.now.max(end);
    }

    /// The earliest of all that waits; of several at once, plans come first, then timers: after a sleep an overdue timer
    /// runs before the data that waits.
    fn next(&self) -> Option<(Instant, Next)> {
        let plans = self
            .plans
            .iter()
            .enumerate()
            .map(|(place, (at, ..))| (*at, Next::Plan(place)));
        let timers = self
            .clients
            .iter()
            .enumerate()
            .filter_map(|(c, client)| Some((client.next_timer()?, Next::ClientTimer(c))));
        let mut best: Option<(Instant, Next)> = None;
        let mut offer = |at: Instant, next: Next| {
            if best.is_none_or(|(other, _)| at < other) {
                best = Some((at, next));
            }
        };
        plans.chain(timers).for_each(|(at, next)| offer(at, next));
        for &l in &self.active {
            if let Some(at) = self.next_server_timer(l) {
                offer(at, Next::ServerTimer(l));
            }
            if let Some(at) = self.links[l].tcp_death {
                offer(at, Next::TcpDeath(l));
            }
            if let Some(at) = self.next_up(l) {
                offer(at, Next::Up(l));
            }
            if let Some(at) = self.next_down(l) {
                offer(at, Next::Down(l));
            }
        }
        best
    }

    fn next_up(&self, l: usize) -> Option<Instant> {
        let link = &self.links[l];
        let at = self.clients[link.client].path.up.shift(link.up.next()?);
        Some(at.max(self.server.frozen_until))
    }

    fn next_down(&self, l: usize) -> Option<Instant> {
        let link = &self.links[l];
        let client = &self.clients[link.client];
        let at = client.path.down.shift(link.down.next()?);
        Some(client.frozen_until.map_or(at, |until| at.max(until)))
    }

    fn happen(&mut self, next: Next) {
        match next {
            Next::Plan(place) => {
                let (_, c, plan) = self.plans.remove(place);
                self.carry_out(c, plan);
            }
            Next::ClientTimer(c) => self.timer_fires(c),
            Next::ServerTimer(l) => self.server_timer(l),
            Next::Up(l) => {
                if let Some(up) = self.links[l].up.pop() {
                    self.note(|| format!("server hears on {l}: {}", short(&up)));
                    self.server_hears(l, up);
                }
                self.tidy();
            }
            Next::Down(l) => {
                if let Some(down) = self.links[l].down.pop() {
                    self.note(|| format!("browser hears on {l}: {}", short(&down)));
                    self.browser_hears(l, down);
                }
                self.tidy();
            }
            Next::TcpDeath(l) => {
                self.links[l].tcp_death = None;
                self.browser_ends(l);
            }
        }
    }

    fn tidy(&mut self) {
        let links = &self.links;
        self.active.retain(|l| !links[*l].is_over());
    }

    pub fn plan(&mut self, c: usize, after: Duration, plan: Plan) {
        self.plans.push((self.now + after, c, plan));
    }

    fn carry_out(&mut self, c: usize, plan: Plan) {
        match plan {
            Plan::ServerEnd(l) => return self.server_lets_go(l, true),
            Plan::Wake(told) => return self.wake(c, told),
            _ => {}
        }
        // A frozen page hears nothing until it wakes.
        if let Some(until) = self.clients[c].frozen_until {
            return self.plans.push((until + millis(1), c, plan));
        }
        match plan {
            Plan::Online => self.online(c),
            Plan::Answer(input) => self.feed(c, input),
            Plan::Closed(l, close) => {
                let socket = self.links[l].socket;
                self.tell(
                    l,
                    Input::Socket {
                        socket,
                        event: SocketEvent::Closed(close),
                    },
                );
            }
            Plan::ServerEnd(_) | Plan::Wake(_) => {}
        }
    }

    pub fn online(&mut self, c: usize) {
        if !self.clients[c].online {
            self.clients[c].online = true;
            self.clients[c].excused = true;
            self.feed(c, Input::Online(true));
        }
    }

    // ---- the network ----

    /// A time on the way for the client of this link.
    fn latency(&mut self, c: usize) -> Duration {
        let jitter = self.random.u32(0..=self.setup.jitter);
        let path = &self.clients[c].path;
        let lag = if self.now < path.lag_until {
            path.lag
        } else {
            0
        };
        millis(u64::from(self.setup.latency + jitter + lag))
    }

    pub fn up(&mut self, l: usize, up: Up) {
        let c = self.links[l].client;
        let latency = self.latency(c);
        let path = &self.clients[c].path;
        let rate = if self.now < path.slow_until {
            path.rate
        } else {
            0
        };
        let bytes = match &up {
            Up::Message(message) => message.len() + 6,
            _ => 100,
        };
        let link = &mut self.links[l];
        link.up.push(self.now, latency, rate, bytes, up);
        // A system gives up on a link that acknowledges nothing after a quarter of an hour.
        if link.up.dead && link.tcp_death.is_none() {
            link.tcp_death = Some(self.now + secs(900));
        }
    }

    pub fn down(&mut self, l: usize, down: Down) {
        if self.links[l].end == End::Gone && matches!(down, Down::Message(_)) {
            return;
        }
        let latency = self.latency(self.links[l].client);
        self.links[l].down.push(self.now, latency, 0, 0, down);
    }

    /// Something is wrong with all links of this client until then.
    pub fn disturb(&mut self, c: usize, until: Instant) {
        for l in self.active.clone() {
            if self.links[l].client == c {
                self.links[l].disturb(until + AFTERMATH);
            }
        }
        self.clients[c].disturbed = self.clients[c].disturbed.max(until + AFTERMATH);
    }

    pub fn disturb_all(&mut self, until: Instant) {
        for c in 0..self.clients.len() {
            self.disturb(c, until);
        }
    }
}

fn short(what: &impl std::fmt::Debug) -> String {
    let text = format!("{what:?}");
    text.chars().take(300).collect()
}
