//! Makes the session that the options ask for.

use std::borrow::Cow;
use std::fmt;

use super::detect::AutoSession;
use super::json::JsonSession;
use super::lazy::LazySession;
use super::options::{Place, Recipe, SessionOptions};
#[cfg(feature = "sockjs")]
use super::sockjs::SockJsSession;
use super::text::{RawSession, TextSession};
use super::{HeartbeatSetting, Protocol, Session};

/// A protocol, with what makes its session. An app links those protocols alone that it names: a name that stands in the code picks
/// one, a name that comes at run time any. [`Protocol::Auto`] picks all.
#[derive(Clone, Copy)]
pub struct Maker {
    protocol: Protocol,
    make: Make,
    /// Makes what speaks JSON, where that is a chat. Not there otherwise, since what is named is linked.
    chat: Option<MakeJson>,
}

type Make = fn(&Recipe<'_>, Place) -> Box<dyn Session>;
pub(super) type MakeJson = fn(&SessionOptions) -> JsonSession;

impl Maker {
    /// The protocol that it makes sessions of.
    #[must_use]
    pub const fn protocol(self) -> Protocol {
        self.protocol
    }

    /// The same, for a chat: its JSON sessions know lines of any shape, and own ones that come back without their ids. Without this,
    /// they know the lines that [`SessionOptions::fields`] names, and own messages by their ids: an app that says what it likes to a
    /// server of its own needs no more, and links less.
    #[must_use]
    pub const fn for_chat(mut self) -> Self {
        self.chat = Some(JsonSession::with_options);
        self
    }

    /// The session for these options, whose protocol is this one's. `seed` makes SockJS's session ids: nobody may guess it.
    #[must_use]
    pub fn session(self, options: &SessionOptions, seed: u64) -> Box<dyn Session> {
        let recipe = Recipe {
            options: Cow::Borrowed(options),
            seed,
            heartbeat: HeartbeatSetting::default(),
            chat: self.chat,
        };
        (self.make)(&recipe, Place::Socket)
    }
}

/// How the sessions of each protocol are made. Whoever names it links what it leads to.
#[derive(Clone, Copy, Debug)]
pub struct Protocols(fn(Protocol) -> Maker);

impl PartialEq for Protocols {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::fn_addr_eq(self.0, other.0)
    }
}

impl Protocols {
    /// All protocols of this build, at once.
    #[must_use]
    pub const fn linked() -> Self {
        Self(|protocol| protocol.into())
    }

    /// The same, but Socket.IO, STOMP and SockJS are asked for when one of them is needed: [`Action::Load`](super::Action::Load).
    #[must_use]
    pub const fn lazy() -> Self {
        Self(lazy)
    }

    /// What makes the sessions of this protocol.
    #[must_use]
    pub fn maker(self, protocol: Protocol) -> Maker {
        (self.0)(protocol)
    }
}

/// What asks for the code of a protocol, if that is not linked at once.
fn lazy(protocol: Protocol) -> Maker {
    let make: Make = match protocol {
        Protocol::Auto => |recipe, place| auto_among(Protocols::lazy(), recipe, place),
        Protocol::Json => json,
        Protocol::Text => text,
        Protocol::Raw => raw,
        Protocol::SocketIo => |recipe, place| LazySession::boxed(Protocol::SocketIo, recipe, place),
        Protocol::Stomp => |recipe, place| LazySession::boxed(Protocol::Stomp, recipe, place),
        Protocol::SockJs => |recipe, place| LazySession::boxed(Protocol::SockJs, recipe, place),
    };
    Maker {
        protocol,
        make,
        chat: None,
    }
}

impl fmt::Debug for Maker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.protocol.fmt(f)
    }
}

impl From<Protocol> for Maker {
    // Inlined, so that of a name in the code one branch is left, and of the protocols one.
    #[inline(always)]
    fn from(protocol: Protocol) -> Self {
        let make = match protocol {
            Protocol::Auto => auto,
            Protocol::Json => json,
            Protocol::Text => text,
            Protocol::Raw => raw,
            #[cfg(feature = "socketio")]
            Protocol::SocketIo => socketio,
            #[cfg(feature = "stomp")]
            Protocol::Stomp => stomp,
            #[cfg(feature = "sockjs")]
            Protocol::SockJs => sockjs,
            #[cfg(not(all(feature = "socketio", feature = "stomp", feature = "sockjs")))]
            _ => missing,
        };
        Self {
            protocol,
            make,
            chat: None,
        }
    }
}

impl SessionOptions {
    /// A chat's session for these options, as [`Maker::session`] makes it.
    #[must_use]
    pub fn session(&self, seed: u64) -> Box<dyn Session> {
        let maker = Maker::from(self.protocol).for_chat();
        maker.session(self, seed)
    }
}

impl Recipe<'_> {
    /// The session of this protocol, reached so.
    pub(super) fn make(
        &self,
        protocols: Protocols,
        protocol: Protocol,
        place: Place,
    ) -> Box<dyn Session> {
        #[cfg(not(all(feature = "socketio", feature = "stomp", feature = "sockjs")))]
        if !protocol.is_available() {
            return Box::new(super::missing::MissingSession(protocol));
        }
        let mut session = (protocols.maker(protocol).make)(self, place);
        session.set_heartbeat(self.heartbeat);
        session
    }
}

/// What it finds is a chat's: who leaves the protocol open knows no shape either.
fn auto(recipe: &Recipe<'_>, place: Place) -> Box<dyn Session> {
    auto_among(Protocols::linked(), recipe, place)
}

fn auto_among(protocols: Protocols, recipe: &Recipe<'_>, place: Place) -> Box<dyn Session> {
    let recipe = Recipe {
        chat: Some(JsonSession::with_options),
        ..recipe.owned()
    };
    Box::new(AutoSession::new(recipe, place, protocols))
}

fn json(recipe: &Recipe<'_>, _: Place) -> Box<dyn Session> {
    let make = recipe.chat.unwrap_or(JsonSession::named);
    Box::new(make(&recipe.options))
}

fn text(recipe: &Recipe<'_>, _: Place) -> Box<dyn Session> {
    match recipe.options.shape.text {
        Some(_) => Box::new(JsonSession::sending_text(&recipe.options)),
        None => Box::new(TextSession::with_options(&recipe.options)),
    }
}

fn raw(_: &Recipe<'_>, _: Place) -> Box<dyn Session> {
    Box::new(RawSession)
}

#[cfg(feature = "socketio")]
fn socketio(recipe: &Recipe<'_>, _: Place) -> Box<dyn Session> {
    Box::new(super::socketio::SocketIoSession::new(&recipe.options))
}

#[cfg(not(all(feature = "socketio", feature = "stomp", feature = "sockjs")))]
fn missing(recipe: &Recipe<'_>, _: Place) -> Box<dyn Session> {
    Box::new(super::missing::MissingSession(recipe.options.protocol))
}

/// On a socket of its own, SockJS is looked for where the bare URL is refused.
#[cfg(feature = "stomp")]
fn stomp(recipe: &Recipe<'_>, place: Place) -> Box<dyn Session> {
    let stomp = super::stomp::StompSession::new(&recipe.options);
    #[cfg(feature = "sockjs")]
    if place != Place::Carried {
        return Box::new(SockJsSession::bare_first(Box::new(stomp), recipe.seed));
    }
    let _ = place;
    Box::new(stomp)
}

#[cfg(feature = "sockjs")]
fn sockjs(recipe: &Recipe<'_>, place: Place) -> Box<dyn Session> {
    let inside = match recipe.options.sockjs.inside {
        // There is never another SockJS in it.
        Protocol::SockJs => Protocol::Auto,
        inside => inside,
    };
    let session = recipe.make(Protocols::linked(), inside, Place::Carried);
    let session = match place {
        Place::Guessed => SockJsSession::guessed(session, recipe.seed),
        Place::Named => SockJsSession::named(session, recipe.seed),
        Place::Socket | Place::Carried => SockJsSession::new(session, recipe.seed),
    };
    Box::new(match recipe.options.sockjs.inside {
        Protocol::Auto => session.asking(),
        _ => session,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{Action, Actions, Target};
    use crate::time::Instant;

    #[test]
    fn a_maker_knows_its_protocol_whether_it_is_linked_or_loaded_late() {
        let (linked, lazy) = (Protocols::linked(), Protocols::lazy());
        for protocol in Protocol::ALL {
            assert_eq!(Maker::from(*protocol).protocol(), *protocol);
            assert_eq!(lazy.maker(*protocol).protocol(), *protocol);
        }
        let same = linked;
        assert!(linked == same && linked != lazy);
    }

    #[test]
    fn what_is_found_out_is_spoken() {
        let (mut out, now) = (Actions::default(), Instant::START);
        let mut session = SessionOptions::default().session(7);
        session.begin(&Target::new("ws://chat.example"), &mut out);
        session.handle_open("", now, &mut out);
        session.handle_message(r#"{"text":"hi"}"#.into(), now, &mut out);
        let done: Vec<Action> = std::iter::from_fn(|| out.pop()).collect();
        assert!(
            matches!(
                done[..],
                [Action::Open(_), Action::Ready, Action::Deliver(_)]
            ),
            "{done:?}"
        );
    }
}
