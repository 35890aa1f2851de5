//! The session of a protocol whose code is loaded when it is needed: it asks for that, keeps what happens until it is there, and
//! is that protocol's session from then on.

use std::borrow::Cow;

use super::make::Protocols;
use super::options::{Place, Recipe, SessionOptions};
use super::{
    Action, Actions, Channel, CloseEvent, FetchError, HeartbeatSetting, Liveness, LoadError,
    MessageId, Outgoing, Protocol, Reason, RequestId, Session, Spoken, Target,
};
use crate::json::Value;
use crate::shape::Preview;
use crate::time::Instant;
use crate::wire::Message;

/// More than this is not kept while the code is on its way.
const MOST_HEARD: usize = 4 << 20;

pub(super) struct LazySession {
    protocol: Protocol,
    recipe: Recipe<'static>,
    place: Place,
    /// Once its code is there.
    session: Option<Box<dyn Session>>,
    waiting: Waiting,
}

/// What happened in this attempt while the code was on its way.
#[derive(Default)]
struct Waiting {
    began: Option<Target>,
    /// The subprotocol of the socket that opened.
    opened: Option<String>,
    heard: Vec<Message>,
    /// How many bytes were heard.
    len: usize,
}

impl LazySession {
    pub(super) fn boxed(protocol: Protocol, recipe: &Recipe<'_>, place: Place) -> Box<dyn Session> {
        Box::new(Self {
            protocol,
            recipe: recipe.owned(),
            place,
            session: None,
            waiting: Waiting::default(),
        })
    }
}

impl Waiting {
    /// Keeps a message. A server that says too much is asked again later, when the code is there.
    fn keep(&mut self, message: Message, out: &mut Actions) {
        self.len += message.len();
        if self.len > MOST_HEARD {
            let (len, limit) = (self.len, MOST_HEARD);
            return out.push(Action::Reconnect(Reason::TooLarge { len, limit }));
        }
        self.heard.push(message);
    }

    /// Tells the session what it has missed.
    fn tell(self, session: &mut dyn Session, now: Instant, out: &mut Actions) {
        if let Some(target) = self.began {
            session.begin(&target, out);
        }
        if let Some(subprotocol) = self.opened {
            session.handle_open(&subprotocol, now, out);
        }
        for message in self.heard {
            session.handle_message(message, now, out);
        }
    }
}

impl Session for LazySession {
    fn protocol(&self) -> Spoken {
        match &self.session {
            Some(session) => session.protocol(),
            None => self.protocol.into(),
        }
    }

    fn reshape(&mut self, options: &SessionOptions) {
        self.recipe.options = Cow::Owned(options.clone());
        if let Some(session) = &mut self.session {
            session.reshape(options);
        }
    }

    fn set_heartbeat(&mut self, wanted: HeartbeatSetting) {
        self.recipe.heartbeat = wanted;
        if let Some(session) = &mut self.session {
            session.set_heartbeat(wanted);
        }
    }

    fn begin(&mut self, target: &Target, out: &mut Actions) {
        if let Some(session) = &mut self.session {
            return session.begin(target, out);
        }
        self.waiting = Waiting {
            began: Some(target.clone()),
            ..Waiting::default()
        };
        out.push(Action::Load);
    }

    fn handle_loaded(
        &mut self,
        loaded: Result<Protocols, LoadError>,
        now: Instant,
        out: &mut Actions,
    ) {
        // It may have been asked for twice.
        if self.session.is_some() {
            return;
        }
        match loaded {
            Ok(protocols) => {
                let session = self.recipe.make(protocols, self.protocol, self.place);
                let session = self.session.insert(session).as_mut();
                std::mem::take(&mut self.waiting).tell(session, now, out);
            }
            Err(error) => out.push(Action::Reconnect(Reason::Load(error))),
        }
    }

    fn handle_fetched(&mut self, answer: Result<String, FetchError>, out: &mut Actions) {
        if let Some(session) = &mut self.session {
            session.handle_fetched(answer, out);
        }
    }

    fn handle_open(&mut self, subprotocol: &str, now: Instant, out: &mut Actions) {
        if let Some(session) = &mut self.session {
            return session.handle_open(subprotocol, now, out);
        }
        // Chosen only now, by what the server said: nothing was asked for before.
        self.waiting.opened = Some(subprotocol.to_owned());
        out.push(Action::Load);
    }

    fn handle_message(&mut self, message: Message, now: Instant, out: &mut Actions) {
        match &mut self.session {
            Some(session) => session.handle_message(message, now, out),
            None => self.waiting.keep(message, out),
        }
    }

    fn handle_close(&mut self, close: &CloseEvent, out: &mut Actions) {
        match &mut self.session {
            Some(session) => session.handle_close(close, out),
            None => self.waiting = Waiting::default(),
        }
    }

    fn handle_timeout(&mut self, now: Instant, out: &mut Actions) {
        if let Some(session) = &mut self.session {
            session.handle_timeout(now, out);
        }
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.session.as_ref()?.poll_timeout()
    }

    fn send(&mut self, id: MessageId, outgoing: Outgoing, now: Instant, out: &mut Actions) {
        match &mut self.session {
            Some(session) => session.send(id, outgoing, now, out),
            None => out.push(Action::Failed(id, Reason::ProtocolUnknown)),
        }
    }

    fn liveness(&self, wanted: HeartbeatSetting) -> Liveness {
        let session = self.session.as_ref();
        session.map_or_else(Liveness::default, |session| session.liveness(wanted))
    }

    fn heartbeat(&mut self, id: MessageId, now: Instant, out: &mut Actions) -> bool {
        let session = self.session.as_mut();
        session.is_some_and(|session| session.heartbeat(id, now, out))
    }

    fn holds_back(&self) -> bool {
        self.session
            .as_ref()
            .is_some_and(|session| session.holds_back())
    }

    fn preview(&self, text: &str) -> Option<Preview> {
        self.session.as_ref()?.preview(text)
    }

    fn proves(&self) -> bool {
        self.session
            .as_ref()
            .is_some_and(|session| session.proves())
    }

    fn recognisable(&self, id: MessageId) -> bool {
        let session = self.session.as_ref();
        session.is_some_and(|session| session.recognisable(id))
    }

    fn recovered(&self) -> bool {
        self.session
            .as_ref()
            .is_some_and(|session| session.recovered())
    }

    fn answer(&mut self, request: RequestId, answer: Vec<Value>, out: &mut Actions) -> bool {
        let session = self.session.as_mut();
        session.is_some_and(|session| session.answer(request, answer, out))
    }

    fn join(&mut self, channel: Channel, now: Instant, out: &mut Actions) -> bool {
        let session = self.session.as_mut();
        session.is_some_and(|session| session.join(channel, now, out))
    }

    fn leave(&mut self, name: &str, out: &mut Actions) -> bool {
        let session = self.session.as_mut();
        session.is_some_and(|session| session.leave(name, out))
    }

    fn goodbye(&mut self, out: &mut Actions) {
        if let Some(session) = &mut self.session {
            session.goodbye(out);
        }
    }
}
