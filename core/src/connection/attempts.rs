//! How attempts start, and what is left when one is lost.

use std::time::Duration;

use super::attempt::Attempt;
use super::timers::Timer;
use super::{
    ClosedReason, Closer, Connection, Credentials, Delivery, Disconnect, Endpoint, Event, Failure,
    Output, Resend, Reshape, ResolveError, ServerUrl, SocketId, State,
};
use crate::session::{Reason, Target};
use crate::time::Instant;

impl Connection {
    pub(super) fn open(&mut self, now: Instant) {
        self.wanted = true;
        match self.state {
            State::Idle | State::Closed { .. } | State::CLOSING => {
                // A closing handshake that is under way may take seconds, and is not waited for.
                self.abandon();
                self.doubt();
                self.be_stable();
                self.credentials = Credentials::default();
                self.attempt(now);
            }
            State::Waiting { .. } => self.retry_now(now),
            State::Connecting | State::Handshaking | State::Open => {}
            // The server closes: the next attempt follows anyway.
            State::Closing { by: Closer::Server } => {}
        }
    }

    pub(super) fn retry_now(&mut self, now: Instant) {
        if matches!(self.state, State::Waiting { .. }) {
            self.attempt(now);
        }
    }

    pub(super) fn attempt(&mut self, now: Instant) {
        self.timers.clear_all();
        if !self.network.online && !self.network.loopback {
            if !std::mem::replace(&mut self.network.told_offline, true) {
                self.tell(Event::Disconnected(Disconnect::Offline));
            }
            // The browser's `online` ends this wait; it is for one that never says so.
            return self.wait(self.config.max_reconnect_delay, now);
        }
        self.network.told_offline = false;
        self.last_socket += 1;
        let socket = SocketId(self.last_socket);
        self.attempt = Some(Attempt::new(socket));
        self.last_attempt = Some(now);
        self.timers
            .set(Timer::Connect, now + self.config.connect_timeout);
        self.enter(State::Connecting);
        match self.endpoint.clone() {
            Endpoint::Fixed(target) => self.begin(&target, now),
            Endpoint::Provided => {
                let refused = self.credentials.refused.take();
                self.outputs.push_back(Output::Resolve { socket, refused });
            }
        }
    }

    pub(super) fn handle_resolved(&mut self, target: Result<Target, ResolveError>, now: Instant) {
        match target {
            Ok(target) => self.begin(&target, now),
            Err(ResolveError::Retry(reason)) => {
                self.lose(Disconnect::Unprepared(Reason::App(reason)), now)
            }
            Err(ResolveError::GiveUp(reason)) => {
                self.end(ClosedReason::Rejected(Reason::App(reason)))
            }
        }
    }

    pub(super) fn begin(&mut self, target: &Target, now: Instant) {
        match ServerUrl::parse(&target.url) {
            Ok(url) => {
                self.network.loopback = url.is_loopback();
                let target = Target {
                    url: url.as_str().to_owned(),
                    ..target.clone()
                };
                if let Some(attempt) = &mut self.attempt {
                    attempt.session_began = true;
                }
                self.session_does(now, |session, out| session.begin(&target, out));
            }
            Err(error) => self.end(ClosedReason::BadUrl(error)),
        }
    }

    /// The link is gone, and worth another attempt, unless the app has closed it.
    pub(super) fn lose(&mut self, why: Disconnect, now: Instant) {
        if matches!(self.state, State::CLOSING) {
            return self.end(ClosedReason::App);
        }
        // The timer itself may be late; the clock counts.
        if self.timers.get(Timer::Stable).is_some_and(|at| at <= now) {
            self.be_stable();
        }
        self.blame(&why);
        self.note_silence(&why, now);
        if let (true, Disconnect::Session(reason)) = (self.is_hopeless(&why), &why) {
            return self.end(ClosedReason::Rejected(reason.clone()));
        }
        self.abandon();
        self.doubt();
        self.tell(Event::Disconnected(why.clone()));
        let delay = self.backoff.next_delay();
        match self.config.max_attempts {
            Some(max) if self.backoff.failures() >= max => {
                self.end(ClosedReason::OutOfAttempts(Box::new(why)));
            }
            _ => self.wait(delay, now),
        }
    }

    /// Whether links end when nothing is said: without heartbeats, that is what a proxy does.
    fn note_silence(&mut self, why: &Disconnect, now: Instant) {
        let beats = self.session.liveness(self.config.heartbeat).send_every;
        let said = self
            .attempt
            .as_ref()
            .and_then(|attempt| attempt.heard.max(attempt.spoke));
        match (why, said) {
            (Disconnect::Closed(_), Some(said)) if beats.is_none() => {
                if let Some(seconds) = self.silences.end(now - said) {
                    self.tell(Event::Hint(Reason::EndsWhenSilent { seconds }));
                }
            }
            _ => self.silences.forget(),
        }
    }

    /// Other messages at the same server, over a new link: the old one may have said another hello.
    #[inline(never)]
    pub(super) fn reshape(&mut self, to: &Reshape, now: Instant) {
        self.take_shape(to);
        self.session.reshape(&to.session);
        self.wanted = true;
        self.abandon();
        self.doubt();
        self.be_stable();
        self.credentials = Credentials::default();
        self.attempt(now);
    }

    /// What the session leaves to the connection: which subprotocols are offered, and whether heartbeats are sent.
    pub(super) fn take_shape(&mut self, to: &Reshape) {
        if let Endpoint::Fixed(target) = &mut self.endpoint {
            target.subprotocols = to.session.subprotocols.clone();
        }
        self.config.heartbeat = to.heartbeat;
        self.session.set_heartbeat(to.heartbeat);
    }

    /// The link was good for long enough, or the app starts anew: failures before count no more.
    #[inline(never)]
    pub(super) fn be_stable(&mut self) {
        self.backoff.reset();
        self.errors = 0;
    }

    pub(super) fn wait(&mut self, delay: Duration, now: Instant) {
        let until = now + delay;
        self.timers.set(Timer::Retry, until);
        self.enter(State::Waiting { until });
    }

    /// The server refused us. Where the app provides the credentials, it may refresh them once; else it is over.
    pub(super) fn refuse(&mut self, reason: ClosedReason, now: Instant) {
        let may_refresh = self.endpoint == Endpoint::Provided && !self.credentials.refreshed;
        let why = match &reason {
            ClosedReason::Rejected(why) if may_refresh => Disconnect::Session(why.clone()),
            ClosedReason::Server(close) if may_refresh => Disconnect::Closed(close.clone()),
            _ => return self.end(reason),
        };
        self.credentials.refreshed = true;
        self.credentials.refused = Some(reason);
        self.lose(why, now);
    }

    /// It is over, until the app opens it.
    pub(super) fn end(&mut self, reason: ClosedReason) {
        self.abandon();
        self.doubt();
        let reason = match self.state {
            State::CLOSING => ClosedReason::App,
            _ => reason,
        };
        self.enter(State::Closed { reason });
    }

    /// Lets go of the attempt at hand: no handler, no timer, no waiting for its end.
    pub(super) fn abandon(&mut self) {
        self.timers.clear_all();
        if let Some(Attempt { socket, .. }) = self.attempt.take() {
            self.outputs.push_back(Output::AbandonSocket { socket });
        }
    }

    /// What becomes of messages that were sent and not proved when the link goes.
    pub(super) fn doubt(&mut self) {
        if self.outbox.has_sent() {
            self.doubt_sent();
        }
    }

    #[inline(never)]
    fn doubt_sent(&mut self) {
        let (session, resend) = (&self.session, self.config.resend);
        let lost = self.outbox.take_lost(|id| match resend {
            Resend::Never => false,
            Resend::Recognised => session.recognisable(id),
            Resend::Always => true,
        });
        for id in lost {
            self.tell_delivery(id, Delivery::Failed(Failure::Unconfirmed));
        }
        for id in self.outbox.requeue_doubtful() {
            self.tell_delivery(id, Delivery::Queued);
        }
    }
}
