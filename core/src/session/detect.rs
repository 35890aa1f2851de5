//! The `auto` session: decides between the others from the subprotocol, the URL and what the server says first.
//!
//! - The URL: a path with `socket.io` in it, or Engine.IO's query; SockJS's own form, `/<server>/<session>/websocket`;
//!   `/stomp`, or RabbitMQ's port for it.
//! - A destination that was set: no other protocol has one.
//! - The subprotocol that the server chose.
//! - The first frame. A server that says nothing for [`DECIDE_WITHIN`] is taken for a JSON one, until it speaks: the first
//!   frame that is not JSON turns it into a text server.
//! - A refused WebSocket: the same server may be a SockJS one, or a Socket.IO one, at another path. Both are tried, within
//!   the same attempt: at the first, second, fourth and eighth of those that failed, then at each eighth, and never once a
//!   URL has worked. Such a guess counts once the server has shown that it fits: with the protocol's own first frame, or with
//!   SockJS's `/info`. One that does not fit ends nothing: the next attempt goes to the URL as it is.

mod clues;
mod guess;
mod session;

use std::collections::VecDeque;
use std::time::Duration;

use super::make::Protocols;
use super::options::{Place, Recipe};
use super::{Action, Actions, MessageId, Protocol, Session, Target};
use crate::address::address_of;
use crate::time::Instant;
use crate::wire::Message;
use clues::{other_protocols, protocol_of, protocol_of_url};

/// How long a server may take to say something before it is taken for a silent one.
pub const DECIDE_WITHIN: Duration = Duration::from_millis(300);

/// How long a server at a guessed path may take to say its first frame.
const PROVE_WITHIN: Duration = Duration::from_secs(2);
/// A server that said no more than its greeting in words may yet speak JSON.
const GREETINGS: u32 = 1;

/// A server is looked for at other paths at each attempt that is a multiple of this.
const OTHER_PATHS_EVERY: u32 = 8;
/// How many heartbeats that were sent on a guess are remembered.
const GUESSED_PINGS: usize = 16;

/// The `auto` session; see the module's text.
pub struct AutoSession {
    recipe: Recipe<'static>,
    protocols: Protocols,
    /// It is carried by another protocol, SockJS: the way to the server is not its business.
    carried: bool,
    target: Target,
    chosen: Option<Box<dyn Session>>,
    /// The session of a server that was taken for a JSON one and has said nothing: it knows its own messages again, should
    /// they come back over the next socket.
    silent: Option<Box<dyn Session>>,
    /// What the URL gives away.
    by_url: Option<Protocol>,
    certainty: Certainty,
    /// What is left to be tried at other paths of a server that refuses.
    other_protocols: Vec<Protocol>,
    attempts: u32,
    opened: bool,
    /// The URL as it is has worked.
    bare_works: bool,
    /// The heartbeats that were sent on a guess: a text server's answers to them repeat their ids.
    guessed_pings: VecDeque<MessageId>,
    decide_at: Option<Instant>,
    /// Socket.IO at its usual path: it counts how often it was refused, and asks for the reason then.
    socketio: Option<Box<dyn Session>>,
    /// The protocol that is tried at another path, until the server has shown it.
    guess: Option<Protocol>,
    /// The socket that was asked for last is SockJS's framed one, whose first frame is `o`.
    framed: bool,
    /// Until when a guessed path has to prove itself.
    prove_by: Option<Instant>,
    /// We have said something, on a guess.
    spoke: bool,
    /// How many texts a text server has said.
    texts: u32,
}

/// How much the choice is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Certainty {
    /// There is none, or one that only a socket which opens can confirm.
    Guess,
    /// Chosen by the server's silence: its first frame may still change it.
    Silence,
    /// The server has spoken, and it fits.
    Known,
}

impl AutoSession {
    /// A session that finds out what is spoken where it is reached so.
    pub(super) fn new(recipe: Recipe<'static>, place: Place, protocols: Protocols) -> Self {
        Self {
            recipe,
            protocols,
            carried: place == Place::Carried,
            target: Target::default(),
            chosen: None,
            silent: None,
            by_url: None,
            certainty: Certainty::Guess,
            other_protocols: Vec::new(),
            attempts: 0,
            opened: false,
            bare_works: false,
            guessed_pings: VecDeque::new(),
            decide_at: None,
            socketio: None,
            guess: None,
            framed: false,
            prove_by: None,
            spoke: false,
            texts: 0,
        }
    }

    /// How the server of a protocol is reached that was found out.
    fn place(&self) -> Place {
        match (self.carried, self.guess) {
            (true, _) => Place::Carried,
            (false, Some(_)) => Place::Guessed,
            (false, None) => Place::Named,
        }
    }

    /// The sessions that may come to speak.
    fn sessions(&mut self) -> impl Iterator<Item = &mut Box<dyn Session>> {
        let sessions = [&mut self.chosen, &mut self.silent, &mut self.socketio];
        sessions.into_iter().flatten()
    }

    fn choose(&mut self, protocol: Protocol) -> &mut dyn Session {
        self.decide_at = None;
        let silent = match protocol {
            Protocol::Json => self.silent.take(),
            _ => None,
        };
        let make = || self.recipe.make(self.protocols, protocol, self.place());
        let session = silent.unwrap_or_else(make);
        self.chosen.insert(session).as_mut()
    }

    /// What the URL gives away. Of what is carried it can only be STOMP, and who names a destination means STOMP.
    fn protocol_of_url(&self) -> Option<Protocol> {
        #[cfg(feature = "stomp")]
        if self.recipe.options.stomp.destination.is_some() {
            return Some(Protocol::Stomp);
        }
        let protocol = protocol_of_url(&self.target.url);
        #[cfg(feature = "stomp")]
        let protocol = protocol.filter(|protocol| !self.carried || *protocol == Protocol::Stomp);
        protocol
    }

    /// Chooses with a socket that is open already.
    fn start(&mut self, protocol: Protocol, subprotocol: &str, now: Instant, out: &mut Actions) {
        let target = self.target.clone();
        let session = self.choose(protocol);
        // It is told of a beginning as well, but its wish to open is granted already.
        session.begin(&target, &mut Actions::default());
        session.handle_open(subprotocol, now, out);
    }

    /// What is said first, also after a silence.
    fn handle_first(&mut self, message: Message, now: Instant, out: &mut Actions) {
        if matches!(message.as_text(), Some("ping" | "pong")) {
            // A heartbeat of another client says nothing of the server.
            return;
        }
        let protocol = protocol_of(&message);
        if self.chosen.is_none() {
            self.start(protocol, "", now, out);
        } else if protocol != Protocol::Json && !self.spoke {
            // What was said as JSON comes back in whatever words: its session knows it again, and reads words too.
            // The link is open for the app, and what is said first was said.
            self.start(protocol, "", now, &mut Actions::default());
        }
        self.certainty = Certainty::Known;
        if self.answers_a_guess(&message) {
            return;
        }
        if let Some(session) = &mut self.chosen {
            session.handle_message(message, now, out);
        }
    }

    /// Whether this is a text server's answer to a heartbeat of the JSON session it was taken for.
    fn answers_a_guess(&self, message: &Message) -> bool {
        let repeats = |text: &str| {
            self.guessed_pings
                .iter()
                .any(|id| text.contains(&id.to_string()))
        };
        !self.guessed_pings.is_empty()
            && self.protocol().protocol() == Some(Protocol::Text)
            && message.as_text().is_some_and(repeats)
    }

    /// A server that greeted in words, and says its lines in JSON.
    fn speaks_json_after_all(&self, message: &Message) -> bool {
        let text =
            self.chosen.as_ref().map(|session| session.protocol()) == Some(Protocol::Text.into());
        text && self.texts <= GREETINGS && protocol_of(message) == Protocol::Json
    }

    /// What the last attempt saw says nothing of the next one.
    fn forget_last_attempt(&mut self) {
        self.decide_at = None;
        self.opened = false;
        self.spoke = false;
        if self.guess.is_some() {
            self.drop_guess();
        }
        self.guessed_pings.clear();
    }

    /// Begins where the URL does not say what is spoken: the socket is to show it.
    fn begin_unknown(&mut self, target: &Target, out: &mut Actions) {
        self.by_url = None;
        let chosen = self.chosen.take();
        self.silent = chosen
            .filter(|session| session.protocol() == Protocol::Json.into())
            .or(self.silent.take());
        self.attempts = self.attempts.saturating_add(1);
        // Now and then for ever: a server that was down for an hour is to be found within minutes.
        let turn =
            self.attempts.is_power_of_two() || self.attempts.is_multiple_of(OTHER_PATHS_EVERY);
        if !self.bare_works && !self.carried && turn {
            self.other_protocols = other_protocols(&target.url);
        }
        out.push(Action::Open(target.clone()));
    }

    /// The URL is another one: what was found out of the old one is not of it.
    fn forget_other_address(&mut self, target: &Target) {
        let is_another = address_of(&self.target.url) != address_of(&target.url);
        if !self.target.url.is_empty() && is_another {
            let place = self.place();
            *self = Self::new(self.recipe.clone(), place, self.protocols);
        }
    }
}
