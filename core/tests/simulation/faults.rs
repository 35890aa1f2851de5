//! What each step of a script does to the simulation.

use std::time::Duration;

use leptos_chat_core::connection::Input;
use leptos_chat_core::session::CloseEvent;
use leptos_chat_core::time::Instant;

use crate::link::{Browser, End};
use crate::script::{Op, Step};
use crate::simulation::{Plan, Simulation, millis, secs};

/// Without acknowledgements, the way that still works starves after this.
const STARVES_AFTER: Duration = Duration::from_millis(1_200);
/// A server's system gives up on a client that acknowledges nothing.
const TCP_GIVES_UP: Duration = Duration::from_secs(900);

impl Simulation {
    pub fn take(&mut self, step: Step) {
        let Step { op, a, b, .. } = step;
        let c = usize::from(step.c) % self.clients.len();
        self.app_step(op, c, (a, b));
        if self.is_fault(op, c) {
            *self.stats.faults.entry(op.name()).or_default() += 1;
        }
        self.network_step(op, c, a, b);
        self.server_step(op, c, a, b);
        self.page_step(op, c, a, b);
    }

    /// Whether this step does harm: what needs a link does none without.
    fn is_fault(&self, op: Op, c: usize) -> bool {
        match op {
            Op::Open
            | Op::Close
            | Op::RetryNow
            | Op::Send
            | Op::Burst
            | Op::Brief
            | Op::Cancel
            | Op::Again
            | Op::Move
            | Op::Join
            | Op::Leave
            | Op::Say
            | Op::Show => false,
            Op::Cut
            | Op::Reset
            | Op::ServerClose
            | Op::StallLink
            | Op::Bye
            | Op::Garbage
            | Op::BfCache => self.clients[c].link.is_some(),
            _ => true,
        }
    }

    fn app_step(&mut self, op: Op, c: usize, (a, b): (u32, u32)) {
        // A frozen page runs no code of the app.
        if self.clients[c].frozen_until.is_some() {
            return;
        }
        match op {
            Op::Open => self.app_opens(c),
            Op::Close => self.app_closes(c, u16::try_from(a).unwrap_or(0)),
            Op::RetryNow => {
                self.clients[c].excused = true;
                self.feed(c, Input::RetryNow);
            }
            Op::Send => self.app_sends(c, a as usize),
            Op::Burst => (0..a.min(50)).for_each(|_| self.app_sends(c, 0)),
            Op::Brief => self.app_sends_briefly(c, a as usize, millis(b.into())),
            Op::Cancel => self.app_takes_back(c),
            Op::Again => self.app_tries_again(c),
            Op::Move => self.app_moves(c),
            Op::Join => self.app_joins(c),
            Op::Leave => self.app_leaves(c),
            Op::Stale => self.stale_inputs(c),
            Op::Provider => self.clients[c].provider = a,
            Op::Forbid => self.clients[c].forbid = Some(a),
            _ => {}
        }
    }

    fn network_step(&mut self, op: Op, c: usize, a: u32, b: u32) {
        let now = self.now;
        let until = now + millis(a.into());
        let starves = now + STARVES_AFTER;
        let link = self.clients[c].link;
        match op {
            Op::Stall => self.stall(c, (now, until), (now, until)),
            Op::StallUp => self.stall(c, (now, until), (starves.min(until), until)),
            Op::StallDown => self.stall(c, (starves.min(until), until), (now, until)),
            Op::StallLink => {
                if let Some(l) = link {
                    let link = &mut self.links[l];
                    link.up.window.add(now, until);
                    link.down.window.add(now, until);
                    link.disturb(until + millis(50));
                }
            }
            Op::Slow => {
                let path = &mut self.clients[c].path;
                (path.rate, path.slow_until) = (b.max(20), until);
                // What is in the queue takes its time after that, too.
                self.disturb(c, until + secs(3_600));
            }
            Op::Lag => {
                let path = &mut self.clients[c].path;
                (path.lag, path.lag_until) = (b, until);
            }
            Op::Cut => {
                if let Some(l) = link {
                    self.cut(l, a);
                }
            }
            Op::Reset => {
                if let Some(l) = link {
                    self.reset(l);
                }
            }
            _ => {}
        }
    }

    /// TCP sends again what was lost, each way in its own time: the longer it was down, the later.
    fn stall(&mut self, c: usize, up: (Instant, Instant), down: (Instant, Instant)) {
        let longest = (up.1 - self.now).as_millis() as u64;
        let up_until = up.1 + millis(self.random.u64(0..=longest / 2));
        let down_until = down.1 + millis(self.random.u64(0..=longest / 2));
        let path = &mut self.clients[c].path;
        path.up.add(up.0, up_until);
        path.down.add(down.0, down_until);
        self.disturb(c, up_until.max(down_until));
    }

    fn cut(&mut self, l: usize, told: u32) {
        let now = self.now;
        let link = &mut self.links[l];
        if link.dead_since.is_some() || link.browser == Browser::Closed {
            return;
        }
        link.dead_since = Some(now);
        link.up.kill();
        link.down.kill();
        match told {
            1 => self.server_lets_go(l, true),
            2 => self.browser_ends(l),
            _ => {}
        }
        if told != 1 {
            let c = self.links[l].client;
            self.plan(c, TCP_GIVES_UP, Plan::ServerEnd(l));
        }
    }

    /// Both ends are told; the oldest of what was on the way arrives all the same, at the server even later.
    fn reset(&mut self, l: usize) {
        let now = self.now;
        let link = &mut self.links[l];
        if link.browser == Browser::Closed {
            return;
        }
        let kept = self.random.usize(0..=link.up.len());
        link.up.lose(kept);
        link.down.kill();
        link.dead_since.get_or_insert(now);
        let c = link.client;
        let after = if kept > 0 { secs(2) } else { millis(0) };
        self.plan(c, after, Plan::ServerEnd(l));
        self.browser_ends(l);
    }

    fn server_step(&mut self, op: Op, c: usize, a: u32, b: u32) {
        let until = self.now + millis(a.into());
        let link = self.clients[c].link;
        match op {
            Op::ServerClose => {
                if let Some(l) = link {
                    self.server_closes(l, u16::try_from(a).unwrap_or(1000));
                }
            }
            Op::CloseAll => {
                for l in self.active.clone() {
                    self.server_closes(l, u16::try_from(a).unwrap_or(1000));
                }
            }
            Op::AcceptClose => {
                self.server.accept_close_until = until;
                self.server.accept_close_code = u16::try_from(b).unwrap_or(1000);
            }
            Op::Refuse => self.server.refuse_until = self.server.refuse_until.max(until),
            Op::FreezeServer => {
                self.server.frozen_until = self.server.frozen_until.max(until);
                self.disturb_all(until);
            }
            Op::Kill => {
                self.kill_server(until);
                self.restart_log(a.is_multiple_of(2));
            }
            Op::Garbage => {
                if let Some(l) = link {
                    self.garbage(l, a);
                }
            }
            Op::Bye => {
                if let Some(l) = link {
                    self.bye(l);
                }
            }
            Op::Say if self.server.kind.is_relay() => {
                self.say_to_room(&r#"{"text":"the server speaks"}"#.into(), None);
            }
            _ => {}
        }
    }

    fn kill_server(&mut self, until: Instant) {
        self.server.refuse_until = self.server.refuse_until.max(until);
        for l in self.active.clone() {
            if self.links[l].end != End::Gone && self.links[l].end != End::Fresh {
                self.links[l].up.lose(0);
                self.server_lets_go(l, false);
                self.down(l, crate::link::Down::End);
            }
        }
        let serial = self.server.memory.serial;
        self.server.memory = Default::default();
        self.server.memory.serial = serial;
    }

    fn bye(&mut self, l: usize) {
        if self.links[l].end != End::Open {
            return;
        }
        match self.server.kind {
            kind if kind.is_socketio() => self.sio_bye(l),
            kind if kind.is_stomp() => self.broker_error(l, "going down"),
            _ => self.server_closes(l, 1001),
        }
    }

    fn page_step(&mut self, op: Op, c: usize, a: u32, b: u32) {
        let lasts = millis(a.into());
        match op {
            Op::Offline if self.clients[c].online => self.go_offline(c, lasts, b == 1),
            Op::Hide => {
                self.clients[c].hidden_since.get_or_insert(self.now);
            }
            Op::Show => self.show(c),
            Op::FreezePage => self.freeze(c, lasts, Plan::Wake(b == 0)),
            Op::BfCache => self.put_away(c, lasts),
            Op::Sleep => self.sleep(lasts, b == 1),
            Op::Late => {
                self.clients[c].late = a;
                self.clients[c].latest = self.clients[c].latest.max(a);
            }
            _ => {}
        }
    }

    fn go_offline(&mut self, c: usize, lasts: Duration, cuts: bool) {
        let now = self.now;
        if let Some(l) = self.clients[c].link.filter(|_| cuts) {
            self.cut(l, 0);
        }
        self.stall(c, (now, now + lasts), (now, now + lasts));
        if self.clients[c].frozen_until.is_none() {
            self.clients[c].online = false;
            self.feed(c, Input::Online(false));
            self.plan(c, lasts, Plan::Online);
        }
    }

    pub fn show(&mut self, c: usize) {
        if self.clients[c].hidden_since.take().is_none() {
            return;
        }
        self.clients[c].woke = self.now;
        // The browser lets throttled timers go, be it when the page runs again.
        if let Some((at, fires)) = self.clients[c].timer {
            self.clients[c].timer = Some((at, fires.min(at.max(self.now) + millis(1))));
        }
        if self.clients[c].frozen_until.is_none() {
            self.resumed(c);
        }
    }

    fn freeze(&mut self, c: usize, lasts: Duration, then: Plan) {
        let until = self.now + lasts;
        if self.clients[c].frozen_until.is_none() {
            self.clients[c].froze = self.now;
        }
        if self.clients[c].frozen_until.is_none_or(|old| old < until) {
            self.clients[c].frozen_until = Some(until);
            self.plan(c, lasts, then);
        }
    }

    /// The page goes into the back/forward cache: the browser ends its link, and tells of it after the restore.
    fn put_away(&mut self, c: usize, lasts: Duration) {
        if let Some(l) = self.clients[c].link
            && self.links[l].browser != Browser::Closed
        {
            self.links[l].browser = Browser::Closed;
            self.links[l].down.kill();
            let close = CloseEvent {
                code: 1006,
                reason: String::new(),
                was_clean: false,
            };
            self.plan(c, lasts + millis(1), Plan::Closed(l, close));
            self.plan(c, millis(20), Plan::ServerEnd(l));
        }
        self.freeze(c, lasts, Plan::Wake(true));
    }

    /// The lid is closed. After long enough the server's system gives up on what is not acknowledged.
    fn sleep(&mut self, lasts: Duration, cuts: bool) {
        let now = self.now;
        for c in 0..self.clients.len() {
            if let Some(l) = self.clients[c]
                .link
                .filter(|_| cuts || lasts > TCP_GIVES_UP)
            {
                self.cut(l, 0);
            }
            self.clients[c].path.up.add(now, now + lasts);
            self.clients[c].path.down.add(now, now + lasts);
            self.disturb(c, now + lasts);
            self.freeze(c, lasts, Plan::Wake(true));
        }
        self.run_until(now + lasts);
    }

    /// All faults end; what is not noticed by any protocol is told by the network.
    pub fn heal(&mut self) {
        let now = self.now;
        self.healed = true;
        self.server.frozen_until = now;
        self.server.refuse_until = now;
        self.server.accept_close_until = now;
        for c in 0..self.clients.len() {
            let client = &mut self.clients[c];
            client.path.up.end(now);
            client.path.down.end(now);
            client.path.slow_until = now;
            client.path.lag_until = now;
            client.provider = 0;
            client.forbid = None;
            client.late = 0;
            if client.frozen_until.is_some() {
                client.frozen_until = Some(now);
                self.wake(c, true);
            }
            self.online(c);
            self.show(c);
            if let Some((at, _)) = self.clients[c].timer {
                self.clients[c].timer = Some((at, at.max(now) + millis(1)));
            }
        }
        for l in self.active.clone() {
            self.links[l].up.hurry(now);
            self.links[l].up.window.end(now);
            self.links[l].down.window.end(now);
            let dead = self.links[l].dead_since.is_some() || self.links[l].end == End::Gone;
            if dead && self.notices_within(l).is_none() {
                self.links[l].tcp_death = Some(now + secs(2));
            }
        }
    }
}
