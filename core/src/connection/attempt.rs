//! The life of one attempt: how it starts, and what is left when it is lost.

use std::time::Duration;

use super::timers::Timer;
use super::{
    ClosedReason, Connection, Delivery, Disconnect, Endpoint, Event, Failure, Output, Resend,
    ResolveError, ServerUrl, SocketId, State,
};
use crate::session::{Reason, Target};
use crate::time::Instant;

impl Connection {
    pub(super) fn open(&mut self, now: Instant) {
        match self.state {
            State::Idle | State::Closed { .. } | State::Closing => {
                self.abandon();
                self.doubt();
                self.backoff.reset();
                self.attempt(now);
            }
            State::Waiting { .. } => self.retry_now(now),
            State::Connecting | State::Handshaking | State::Open => {}
        }
    }

    pub(super) fn retry_now(&mut self, now: Instant) {
        if matches!(self.state, State::Waiting { .. }) {
            self.attempt(now);
        }
    }

    pub(super) fn attempt(&mut self, now: Instant) {
        self.timers.clear_all();
        if !self.online && !self.loopback {
            if !std::mem::replace(&mut self.told_offline, true) {
                self.tell(Event::Disconnected(Disconnect::Offline));
            }
            return self.wait(self.config.max_reconnect_delay, now);
        }
        self.told_offline = false;
        self.last_socket += 1;
        let socket = SocketId(self.last_socket);
        self.socket = Some(socket);
        self.socket_asked = false;
        self.ending = false;
        self.last_attempt = Some(now);
        self.buffered = 0;
        self.heartbeat_sent = None;
        self.answers = false;
        self.last_probe = None;
        self.timers
            .set(Timer::Connect, now + self.config.connect_timeout);
        self.enter(State::Connecting);
        match self.config.endpoint.clone() {
            Endpoint::Fixed(target) => self.begin(&target, now),
            Endpoint::Provided => {
                let refused = self.refused.take();
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
                self.loopback = url.is_loopback();
                let target = Target {
                    url: url.as_str().to_owned(),
                    ..target.clone()
                };
                self.session_does(now, |session, out| session.begin(&target, out));
            }
            Err(error) => self.end(ClosedReason::BadUrl(error)),
        }
    }

    /// The link is gone, and worth another attempt, unless the app has closed it.
    pub(super) fn lose(&mut self, why: Disconnect, now: Instant) {
        if self.state == State::Closing {
            return self.end(ClosedReason::App);
        }
        // The timer itself may be late; the clock counts.
        if self.timers.get(Timer::Stable).is_some_and(|at| at <= now) {
            self.backoff.reset();
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

    pub(super) fn wait(&mut self, delay: Duration, now: Instant) {
        let until = now + delay;
        self.timers.set(Timer::Retry, until);
        self.enter(State::Waiting { until });
    }

    /// The server refused us. Where the app provides the credentials, it may refresh them once; else it is over.
    pub(super) fn refuse(&mut self, reason: ClosedReason, now: Instant) {
        if self.config.endpoint == Endpoint::Provided && !self.refreshed {
            self.refreshed = true;
            self.refused = Some(reason.to_string());
            let why = match reason {
                ClosedReason::Rejected(reason) => Disconnect::Session(reason),
                ClosedReason::Server(close) => Disconnect::Closed(close),
                other => Disconnect::Session(Reason::App(other.to_string())),
            };
            self.lose(why, now);
        } else {
            self.end(reason);
        }
    }

    /// It is over, until the app opens it.
    pub(super) fn end(&mut self, reason: ClosedReason) {
        self.abandon();
        self.doubt();
        let reason = match self.state {
            State::Closing => ClosedReason::App,
            _ => reason,
        };
        self.enter(State::Closed { reason });
    }

    /// Lets go of the attempt at hand: no handler, no timer, no waiting for its end.
    pub(super) fn abandon(&mut self) {
        self.timers.clear_all();
        if let Some(socket) = self.socket.take() {
            self.outputs.push_back(Output::AbandonSocket { socket });
        }
    }

    /// What becomes of messages that were sent and not proved when the link goes.
    pub(super) fn doubt(&mut self) {
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
