//! [`AutoSession`] as a session.

use std::borrow::Cow;

use super::super::make::Protocols;
use super::super::options::SessionOptions;
use super::super::{
    Action, Actions, Channel, CloseEvent, FetchError, HeartbeatSetting, Liveness, LoadError,
    MessageId, Outgoing, Protocol, Reason, RequestId, Session, Spoken, Target,
};
use super::clues::{is_socketio, protocol_of_subprotocol};
use super::{AutoSession, Certainty, DECIDE_WITHIN, GUESSED_PINGS, PROVE_WITHIN};
use crate::json::Value;
use crate::shape::Preview;
use crate::time::Instant;
use crate::wire::Message;

impl Session for AutoSession {
    fn protocol(&self) -> Spoken {
        let sure = self.opened || self.certainty == Certainty::Known;
        let chosen = self.chosen.as_ref().filter(|_| sure);
        chosen.map_or(Protocol::Auto.into(), |session| session.protocol())
    }

    fn reshape(&mut self, options: &SessionOptions) {
        self.recipe.options = Cow::Owned(options.clone());
        let chosen = self.chosen.as_ref();
        let chosen = chosen.and_then(|session| session.protocol().protocol());
        let destined = self.protocol_of_url();
        // What was set may mean another protocol, and a text server in whose lines a path leads is read as JSON.
        let pathed = chosen == Some(Protocol::Text) && options.shape.text.is_some();
        if destined.is_some() && destined != chosen || pathed {
            self.chosen = None;
            self.certainty = Certainty::Guess;
        }
        for session in self.sessions() {
            session.reshape(options);
        }
    }

    fn set_heartbeat(&mut self, wanted: HeartbeatSetting) {
        self.recipe.heartbeat = wanted;
        for session in self.sessions() {
            session.set_heartbeat(wanted);
        }
    }

    fn begin(&mut self, target: &Target, out: &mut Actions) {
        let target = &target.offering(&self.recipe.options.subprotocols);
        self.forget_other_address(target);
        self.forget_last_attempt();
        self.target = target.clone();
        if self.certainty == Certainty::Known
            && let Some(session) = &mut self.chosen
        {
            return session.begin(target, out);
        }
        self.certainty = Certainty::Guess;
        match (self.protocol_of_url(), &mut self.chosen) {
            // It may have learnt from the last attempt.
            (Some(protocol), Some(session)) if self.by_url == Some(protocol) => {
                session.begin(target, out)
            }
            (Some(protocol), _) => {
                self.by_url = Some(protocol);
                self.choose(protocol).begin(target, out);
            }
            (None, _) => self.begin_unknown(target, out),
        }
    }

    fn handle_fetched(&mut self, answer: Result<String, FetchError>, out: &mut Actions) {
        self.chosen_does(out, |session, out| session.handle_fetched(answer, out));
    }

    fn handle_loaded(
        &mut self,
        loaded: Result<Protocols, LoadError>,
        now: Instant,
        out: &mut Actions,
    ) {
        self.chosen_does(out, |session, out| session.handle_loaded(loaded, now, out));
    }

    fn handle_open(&mut self, subprotocol: &str, now: Instant, out: &mut Actions) {
        self.opened = true;
        if self.chosen.is_some() {
            if self.guess.is_some_and(is_socketio) || self.guess.is_some() && self.framed {
                self.prove_by = Some(now + PROVE_WITHIN);
            }
            self.chosen_does(out, |session, out| {
                session.handle_open(subprotocol, now, out)
            });
        } else if let Some(protocol) = protocol_of_subprotocol(subprotocol) {
            self.start(protocol, subprotocol, now, out);
            self.certainty = Certainty::Known;
        } else {
            self.bare_works = true;
            self.other_protocols.clear();
            self.decide_at = Some(now + DECIDE_WITHIN);
        }
    }

    fn handle_message(&mut self, message: Message, now: Instant, out: &mut Actions) {
        if self.answers_a_guess(&message) {
            return;
        }
        if self.chosen.is_none() || self.certainty == Certainty::Silence {
            return self.handle_first(message, now, out);
        }
        if self.guess.is_some() && !self.proves_guess(&message) {
            return self.give_up_guess(out);
        }
        if self.speaks_json_after_all(&message) {
            self.start(Protocol::Json, "", now, &mut Actions::default());
        }
        self.guess = None;
        self.prove_by = None;
        self.certainty = Certainty::Known;
        self.texts = self.texts.saturating_add(1);
        self.chosen_does(out, |session, out| {
            session.handle_message(message, now, out)
        });
    }

    fn handle_close(&mut self, close: &CloseEvent, out: &mut Actions) {
        let mut wishes = Actions::default();
        if let Some(session) = &mut self.chosen {
            session.handle_close(close, &mut wishes);
        }
        let guessing = !self.opened && self.certainty == Certainty::Guess && self.by_url.is_none();
        match wishes.pop() {
            // The guess has another way of its own.
            Some(action @ (Action::Open(_) | Action::Fetch(_))) => self.push(action, out),
            _ if guessing => {
                self.try_other_path(out);
            }
            Some(action) => {
                self.push(action, out);
                self.pass(wishes, out);
            }
            None => {}
        }
    }

    fn handle_timeout(&mut self, now: Instant, out: &mut Actions) {
        if self.decide_at.is_some_and(|at| at <= now) {
            self.start(Protocol::Json, "", now, out);
            self.certainty = Certainty::Silence;
        } else if self.prove_by.is_some_and(|at| at <= now) {
            self.give_up_guess(out);
        } else {
            self.chosen_does(out, |session, out| session.handle_timeout(now, out));
        }
    }

    fn poll_timeout(&self) -> Option<Instant> {
        let inner = self
            .chosen
            .as_ref()
            .and_then(|session| session.poll_timeout());
        let own = self.decide_at.into_iter().chain(self.prove_by);
        own.chain(inner).min()
    }

    fn send(&mut self, id: MessageId, outgoing: Outgoing, now: Instant, out: &mut Actions) {
        self.spoke = true;
        match &mut self.chosen {
            Some(session) => session.send(id, outgoing, now, out),
            None => out.push(Action::Failed(id, Reason::ProtocolUnknown)),
        }
    }

    fn liveness(&self, wanted: HeartbeatSetting) -> Liveness {
        self.chosen
            .as_ref()
            .map_or_else(Liveness::default, |session| session.liveness(wanted))
    }

    fn heartbeat(&mut self, id: MessageId, now: Instant, out: &mut Actions) -> bool {
        if self.certainty == Certainty::Silence {
            self.guessed_pings.push_back(id);
            if self.guessed_pings.len() > GUESSED_PINGS {
                self.guessed_pings.pop_front();
            }
        }
        match &mut self.chosen {
            Some(session) => session.heartbeat(id, now, out),
            None => false,
        }
    }

    fn holds_back(&self) -> bool {
        let chosen = self.chosen.as_ref();
        chosen.is_some_and(|session| session.holds_back())
    }

    fn preview(&self, text: &str) -> Option<Preview> {
        self.chosen.as_ref()?.preview(text)
    }

    fn recognisable(&self, id: MessageId) -> bool {
        self.chosen
            .as_ref()
            .is_some_and(|session| session.recognisable(id))
    }

    fn proves(&self) -> bool {
        self.chosen.as_ref().is_some_and(|session| session.proves())
    }

    fn recovered(&self) -> bool {
        self.chosen
            .as_ref()
            .is_some_and(|session| session.recovered())
    }

    fn answer(&mut self, request: RequestId, answer: Vec<Value>, out: &mut Actions) -> bool {
        let chosen = self.chosen.as_mut();
        chosen.is_some_and(|session| session.answer(request, answer, out))
    }

    fn join(&mut self, channel: Channel, now: Instant, out: &mut Actions) -> bool {
        // One that is only tried goes away again, and its channels with it.
        let chosen = self.chosen.as_mut().filter(|_| self.guess.is_none());
        chosen.is_some_and(|session| session.join(channel, now, out))
    }

    fn leave(&mut self, name: &str, out: &mut Actions) -> bool {
        let chosen = self.chosen.as_mut();
        chosen.is_some_and(|session| session.leave(name, out))
    }

    fn goodbye(&mut self, out: &mut Actions) {
        if let Some(session) = &mut self.chosen {
            session.goodbye(out);
        }
    }
}
