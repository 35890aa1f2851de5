//! The routes to a SockJS server, and how each is opened: the URL as it is, the raw endpoint, the framed one.

use super::SockJsSession;
use super::base::base_of;
use crate::session::{Action, Actions, Reason, Target};
use crate::wire::sockjs;

/// A name that no server knows: it stands before STOMP's subprotocols where they are a question.
#[cfg(feature = "stomp")]
const UNKNOWN: &str = "any";

/// How the server is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Route {
    /// The URL as it is, without SockJS.
    Bare,
    /// `base/websocket`, without framing, with the question whether it is STOMP.
    Asked,
    /// `base/websocket`, without framing.
    Raw,
    /// `base/<server>/<session>/websocket`.
    Framed,
}

impl SockJsSession {
    /// The raw endpoint, with the question first where there is one.
    pub(super) fn open_raw(&mut self, out: &mut Actions) {
        let asks = self.asks_stomp && self.target.subprotocols.is_empty();
        self.open(if asks { Route::Asked } else { Route::Raw }, out);
    }

    pub(super) fn open(&mut self, route: Route, out: &mut Actions) {
        self.route = route;
        let base = base_of(&self.target.url);
        let url = match route {
            Route::Bare => Ok(self.target.url.clone()),
            Route::Asked | Route::Raw => sockjs::raw_url(&base),
            Route::Framed => {
                // A session's name must be new each time; the number before it is for load balancers.
                let session = format!("{:032x}", self.ids.u128(..));
                sockjs::websocket_url(&base, self.ids.u16(0..1000), &session)
            }
        };
        match url {
            Ok(url) => out.push(Action::Open(Target {
                url,
                subprotocols: match route {
                    // What is spoken there is SockJS, whatever is inside of it.
                    Route::Framed => Vec::new(),
                    Route::Asked => question(),
                    Route::Bare | Route::Raw => self.target.subprotocols.clone(),
                },
                ..Target::default()
            })),
            Err(error) => out.push(Action::Stop(Reason::Codec(error.to_string()))),
        }
    }

    pub(super) fn ask_info(&self, out: &mut Actions) {
        match sockjs::info_url(&base_of(&self.target.url)) {
            Ok(url) => out.push(Action::Fetch(url)),
            Err(error) => out.push(Action::Stop(Reason::Codec(error.to_string()))),
        }
    }
}

/// The subprotocols that ask whether this is a STOMP server.
fn question() -> Vec<String> {
    #[cfg(feature = "stomp")]
    {
        let stomp = crate::wire::stomp::Version::SUBPROTOCOLS;
        [UNKNOWN].into_iter().chain(stomp).map(Into::into).collect()
    }
    #[cfg(not(feature = "stomp"))]
    Vec::new()
}
