//! Makes the session that the options ask for.

use super::detect::AutoSession;
use super::json::JsonSession;
use super::options::{Place, Recipe, SessionOptions};
#[cfg(feature = "sockjs")]
use super::sockjs::SockJsSession;
use super::text::{RawSession, TextSession};
use super::{Heartbeat, Protocol, Session};

impl SessionOptions {
    /// The session for these options. `seed` makes SockJS's session ids: nobody may guess it. `heartbeat` is what STOMP offers to
    /// its broker; `None` for none.
    #[must_use]
    pub fn session(&self, seed: u64, heartbeat: Option<Heartbeat>) -> Box<dyn Session> {
        let recipe = Recipe {
            options: self.clone(),
            seed,
            heartbeat,
            make,
        };
        make(&recipe, self.protocol, Place::Socket)
    }
}

fn make(recipe: &Recipe, protocol: Protocol, place: Place) -> Box<dyn Session> {
    let options = &recipe.options;
    match protocol {
        Protocol::Auto => Box::new(AutoSession::new(recipe.clone(), place)),
        Protocol::Json => Box::new(JsonSession::with_options(options)),
        Protocol::Text if options.shape.text.is_some() => Box::new(JsonSession::worded(options)),
        Protocol::Text => Box::new(TextSession::with_options(options)),
        Protocol::Raw => Box::new(RawSession),
        #[cfg(feature = "socketio")]
        Protocol::SocketIo => Box::new(super::socketio::SocketIoSession::new(options)),
        #[cfg(feature = "stomp")]
        Protocol::Stomp => stomp(recipe, place),
        #[cfg(feature = "sockjs")]
        Protocol::SockJs => Box::new(sockjs(recipe, place)),
        #[cfg(not(all(feature = "socketio", feature = "stomp", feature = "sockjs")))]
        missing => Box::new(super::missing::MissingSession(missing)),
    }
}

/// On a socket of its own, SockJS is looked for where the bare URL is refused.
#[cfg(feature = "stomp")]
fn stomp(recipe: &Recipe, place: Place) -> Box<dyn Session> {
    let stomp = super::stomp::StompSession::new(&recipe.options, recipe.heartbeat);
    #[cfg(feature = "sockjs")]
    if place != Place::Carried {
        return Box::new(SockJsSession::bare_first(Box::new(stomp), recipe.seed));
    }
    let _ = place;
    Box::new(stomp)
}

#[cfg(feature = "sockjs")]
fn sockjs(recipe: &Recipe, place: Place) -> SockJsSession {
    let inside = match recipe.options.sockjs.inside {
        // There is never another SockJS in it.
        Protocol::SockJs => Protocol::Auto,
        inside => inside,
    };
    let session = make(recipe, inside, Place::Carried);
    let session = match place {
        Place::Guessed => SockJsSession::guessed(session, recipe.seed),
        Place::Named => SockJsSession::named(session, recipe.seed),
        Place::Socket | Place::Carried => SockJsSession::new(session, recipe.seed),
    };
    match recipe.options.sockjs.inside {
        Protocol::Auto => session.asking(),
        _ => session,
    }
}
