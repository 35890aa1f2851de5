//! The `sockjs` session: another session inside SockJS, on its websocket transport.
//!
//! `/info` first, then the raw endpoint, which is a plain WebSocket; where that is refused, the framed one. A STOMP server
//! may also be bare: then its own URL comes first, and SockJS is asked for only where that is refused.
//!
//! Where nobody said what is inside, the raw endpoint may be asked once: STOMP's subprotocols are offered behind a name that no
//! server knows. A STOMP server picks one of its own, `ws` the first, whatever it is, and others none: then the browser fails the
//! attempt, and the raw endpoint is opened without a question. Others see such a person come and go; so it is not asked of a
//! server whose `/info` wants no cookie: Spring's and other servlets' does.

mod base;
mod heartbeats;
mod routes;

use super::options::SessionOptions;
use super::{
    Action, Actions, Channel, CloseEvent, FetchError, HeartbeatSetting, Liveness, MessageId,
    Outgoing, Reason, RequestId, Session, Spoken, Target,
};
use crate::json::Value;
use crate::shape::Preview;
use crate::time::Instant;
use crate::wire::Message;
use crate::wire::sockjs::{self, Frame, Info};
pub(super) use base::is_framed;
use heartbeats::Heartbeats;
use routes::Route;

/// What SockJS says at a plain end, `c[3000,"Go away!"]`. (The registry of the WebSocket's codes has "unauthorized" there.)
const GO_AWAY: u16 = 3000;

/// The `sockjs` session; see the module's text.
pub struct SockJsSession {
    inner: Box<dyn Session>,
    spoken: Spoken,
    bare_first: bool,
    asks_info: bool,
    /// It is only guessed that this is SockJS: the server's `/info` or its first frame has to show it.
    guessed: bool,
    /// Nobody said what is inside: it may be STOMP.
    asks_stomp: bool,
    ids: fastrand::Rng,
    target: Target,
    route: Route,
    /// The route that has worked: there is no other from then on.
    known: Option<Route>,
    /// Why `/info` could not be had.
    info_error: Option<FetchError>,
    opened: bool,
    /// The server's `o` has come.
    ready: bool,
    heartbeats: Heartbeats,
}

impl SockJsSession {
    /// SockJS around `inner`. `seed` makes the session ids: nobody may guess it.
    #[must_use]
    pub fn new(inner: Box<dyn Session>, seed: u64) -> Self {
        Self {
            spoken: inner.protocol().over_sockjs(),
            inner,
            bare_first: false,
            asks_info: true,
            guessed: false,
            asks_stomp: false,
            ids: fastrand::Rng::with_seed(seed),
            target: Target::default(),
            route: Route::Raw,
            known: None,
            info_error: None,
            opened: false,
            ready: false,
            heartbeats: Heartbeats::default(),
        }
    }

    /// The same, for a server that may speak `inner` without SockJS too.
    #[must_use]
    pub fn bare_first(inner: Box<dyn Session>, seed: u64) -> Self {
        Self {
            spoken: inner.protocol(),
            bare_first: true,
            ..Self::new(inner, seed)
        }
    }

    /// The same, for a server that is only guessed to speak SockJS: its raw endpoint says nothing of itself, so it is opened
    /// once `/info` has answered as SockJS does. Where this page may not read that, the framed one has a first frame to show.
    #[must_use]
    pub(super) fn guessed(inner: Box<dyn Session>, seed: u64) -> Self {
        Self {
            guessed: true,
            ..Self::new(inner, seed)
        }
    }

    /// The same, for a URL that is one of SockJS's own: `/info` need not be asked for, and browsers complain of a document that is
    /// not for this page.
    #[must_use]
    pub(super) fn named(inner: Box<dyn Session>, seed: u64) -> Self {
        Self {
            asks_info: false,
            ..Self::new(inner, seed)
        }
    }

    /// The same, where nobody said what is inside.
    #[must_use]
    pub(super) fn asking(mut self) -> Self {
        self.asks_stomp = cfg!(feature = "stomp");
        self
    }

    /// Runs the inner session, and puts what it sends into frames.
    fn inside(&mut self, out: &mut Actions, act: impl FnOnce(&mut dyn Session, &mut Actions)) {
        let mut wishes = Actions::default();
        act(self.inner.as_mut(), &mut wishes);
        self.pass_on(wishes, out);
    }

    /// What the inner session wants. Apart from what it is asked, so that it stands once in the code.
    fn pass_on(&mut self, mut wishes: Actions, out: &mut Actions) {
        while let Some(action) = wishes.pop() {
            match action {
                Action::Transmit(message) if self.route == Route::Framed => {
                    match sockjs::encode_message(&message) {
                        Ok(frame) => out.push(Action::Transmit(frame)),
                        Err(error) => out.push(Action::Unreadable(
                            Reason::Codec(error.to_string()),
                            message,
                        )),
                    }
                }
                other => out.push(other),
            }
        }
        if !self.bare_first || self.route != Route::Bare {
            self.spoken = self.inner.protocol().over_sockjs();
        } else {
            self.spoken = self.inner.protocol();
        }
    }

    fn handle_frame(&mut self, frame: Frame, now: Instant, out: &mut Actions) {
        match frame {
            Frame::Open if self.ready => {
                out.push(Action::Reconnect(Reason::SessionLost));
            }
            Frame::Open => {
                self.ready = true;
                self.inside(out, |inner, out| inner.handle_open("", now, out));
            }
            Frame::Heartbeat => self.heartbeats.beat(now),
            Frame::Array(messages) => {
                for message in messages {
                    self.inside(out, |inner, out| {
                        inner.handle_message(message.into(), now, out)
                    });
                }
            }
            Frame::Message(message) => {
                self.inside(out, |inner, out| {
                    inner.handle_message(message.into(), now, out)
                });
            }
            Frame::Close {
                code: GO_AWAY,
                reason,
            } => out.push(Action::Reconnect(Reason::Server(reason))),
            // The WebSocket closes with 1000 next: this is the code to keep.
            Frame::Close { code, reason } => out.push(Action::Closed(CloseEvent {
                code,
                reason,
                was_clean: true,
            })),
        }
    }
}

impl Session for SockJsSession {
    fn protocol(&self) -> Spoken {
        self.spoken.clone()
    }

    fn reshape(&mut self, options: &SessionOptions) {
        self.inner.reshape(options);
    }

    fn set_heartbeat(&mut self, wanted: HeartbeatSetting) {
        self.inner.set_heartbeat(wanted);
    }

    fn begin(&mut self, target: &Target, out: &mut Actions) {
        self.opened = false;
        self.ready = false;
        self.heartbeats = Heartbeats::default();
        self.info_error = None;
        let mut wishes = Actions::default();
        self.inner.begin(target, &mut wishes);
        self.target = target.clone();
        while let Some(wish) = wishes.pop() {
            match wish {
                // The inner session may add its subprotocols.
                Action::Open(target) => self.target = target,
                // What it had held back of the last link, and its channels.
                other => out.push(other),
            }
        }
        match self.known {
            Some(route) => self.open(route, out),
            None if self.bare_first => self.open(Route::Bare, out),
            None if self.asks_info => self.ask_info(out),
            None => self.open_raw(out),
        }
    }

    fn handle_fetched(&mut self, answer: Result<String, FetchError>, out: &mut Actions) {
        match answer.map(|body| Info::parse(&body)) {
            Err(FetchError::Unreachable) if self.guessed => self.open(Route::Framed, out),
            Err(_) | Ok(Err(_)) if self.guessed => out.push(Action::Stop(Reason::NotSockJs)),
            Ok(Ok(info)) if !info.websocket => out.push(Action::Stop(Reason::WebSocketOff)),
            Ok(Ok(info)) => {
                self.asks_stomp &= info.cookie_needed;
                self.open_raw(out);
            }
            Ok(Err(_)) if self.bare_first => out.push(Action::Closed(CloseEvent::abnormal())),
            Ok(Err(_)) => out.push(Action::Reconnect(Reason::NotSockJs)),
            // A server that does not allow this page to read `/info` (CORS) may take its WebSocket all the same.
            Err(error) => {
                self.info_error = Some(error);
                self.open_raw(out);
            }
        }
    }

    fn handle_open(&mut self, subprotocol: &str, now: Instant, out: &mut Actions) {
        self.opened = true;
        // On the framed endpoint it is the server's `o` that opens the session.
        if self.route != Route::Framed {
            self.known = Some(self.route);
            self.inside(out, |inner, out| inner.handle_open(subprotocol, now, out));
        }
    }

    fn handle_message(&mut self, message: Message, now: Instant, out: &mut Actions) {
        if self.route != Route::Framed {
            return self.inside(out, |inner, out| inner.handle_message(message, now, out));
        }
        match Frame::decode(&message) {
            Ok(frame) => {
                self.known = Some(Route::Framed);
                self.handle_frame(frame, now, out);
            }
            Err(error) => out.push(Action::Unreadable(
                Reason::Codec(error.to_string()),
                message,
            )),
        }
    }

    fn handle_close(&mut self, close: &CloseEvent, out: &mut Actions) {
        if self.opened {
            return self.inside(out, |inner, out| inner.handle_close(close, out));
        }
        // Refused: the next route, within the same attempt.
        match self.route {
            _ if self.known.is_some() => {}
            Route::Bare => self.ask_info(out),
            Route::Asked => self.open(Route::Raw, out),
            Route::Raw => self.open(Route::Framed, out),
            Route::Framed => {
                // Of a server that need not be a SockJS one, the missing `/info` says nothing.
                if let Some(error) = self.info_error.take().filter(|_| !self.bare_first) {
                    out.push(Action::Reconnect(Reason::Fetch(error)));
                }
            }
        }
    }

    fn handle_timeout(&mut self, now: Instant, out: &mut Actions) {
        self.inside(out, |inner, out| inner.handle_timeout(now, out));
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.inner.poll_timeout()
    }

    fn send(&mut self, id: MessageId, outgoing: Outgoing, now: Instant, out: &mut Actions) {
        if self.route == Route::Framed && matches!(outgoing.body, Message::Binary(_)) {
            return out.push(Action::Failed(id, Reason::BinaryInSockJs));
        }
        self.inside(out, |inner, out| inner.send(id, outgoing, now, out));
    }

    fn liveness(&self, wanted: HeartbeatSetting) -> Liveness {
        let inner = self.inner.liveness(wanted);
        let own = self.heartbeats.silence_limit();
        Liveness {
            silence_limit: inner.silence_limit.or(own),
            ..inner
        }
    }

    fn heartbeat(&mut self, id: MessageId, now: Instant, out: &mut Actions) -> bool {
        let mut answers = false;
        self.inside(out, |inner, out| answers = inner.heartbeat(id, now, out));
        answers
    }

    fn holds_back(&self) -> bool {
        self.inner.holds_back()
    }

    fn preview(&self, text: &str) -> Option<Preview> {
        self.inner.preview(text)
    }

    fn recognisable(&self, id: MessageId) -> bool {
        self.inner.recognisable(id)
    }

    fn proves(&self) -> bool {
        self.inner.proves()
    }

    fn recovered(&self) -> bool {
        self.inner.recovered()
    }

    fn answer(&mut self, request: RequestId, answer: Vec<Value>, out: &mut Actions) -> bool {
        let mut answered = false;
        self.inside(out, |inner, out| {
            answered = inner.answer(request, answer, out);
        });
        answered
    }

    fn join(&mut self, channel: Channel, now: Instant, out: &mut Actions) -> bool {
        let mut joins = false;
        self.inside(out, |inner, out| joins = inner.join(channel, now, out));
        joins
    }

    fn leave(&mut self, name: &str, out: &mut Actions) -> bool {
        let mut left = false;
        self.inside(out, |inner, out| left = inner.leave(name, out));
        left
    }

    fn goodbye(&mut self, out: &mut Actions) {
        self.inside(out, |inner, out| inner.goodbye(out));
    }
}
