//! What a socket is made with.

use std::future::Future;
use std::sync::Arc;

use crate::browser::{self, Driver, Provider};
use leptos_chat_core::connection::{Config, Connection, Endpoint, ResolveError};
use leptos_chat_core::session::{Protocol, options::SessionOptions};
use leptos_chat_core::session::{Session, Target};

type SessionMaker = Arc<dyn Fn() -> Box<dyn Session> + Send + Sync>;

/// What a socket is made with. A plain URL is enough: `"ws://…".into()`.
#[derive(Clone)]
pub struct SocketOptions {
    /// Deadlines, delays and bounds.
    pub config: Config,
    /// The protocol, and what it needs to know. Default [`Protocol::Raw`]: every message as it is.
    pub session: SessionOptions,
    /// Whether to connect at once. Default yes.
    pub connect: bool,
    custom: Option<SessionMaker>,
    provider: Option<Provider>,
}

impl SocketOptions {
    /// The default options, for this URL.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            config: Config::new(url),
            session: SessionOptions {
                protocol: Protocol::Raw,
                ..SessionOptions::default()
            },
            connect: true,
            custom: None,
            provider: None,
        }
    }

    /// Speaks this protocol.
    #[must_use]
    pub fn protocol(mut self, protocol: Protocol) -> Self {
        self.session.protocol = protocol;
        self
    }

    /// Offers these subprotocols to the server, in order of preference.
    #[must_use]
    pub fn subprotocols<T: Into<String>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        if let Endpoint::Fixed(target) = &mut self.config.endpoint {
            target.subprotocols = names.into_iter().map(Into::into).collect();
        }
        self
    }

    /// Speaks a protocol of the app's own; `make` gives its session, once.
    #[must_use]
    pub fn custom_session<S: Session + 'static>(
        mut self,
        make: impl Fn() -> S + Send + Sync + 'static,
    ) -> Self {
        self.custom = Some(Arc::new(move || Box::new(make())));
        self
    }

    /// Asks `provide` for the URL and the credentials before each attempt: for a token that expires.
    ///
    /// Its argument is `Some` after the server has refused what it gave last, with the server's words: time to refresh. A second
    /// refusal in a row ends the connection. While it is asked `connect_timeout` runs, so one that hangs is asked again.
    #[must_use]
    pub fn provided<F>(
        mut self,
        provide: impl Fn(Option<String>) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<Target, ResolveError>> + 'static,
    {
        self.config.endpoint = Endpoint::Provided;
        self.provider = Some(Arc::new(move |refused| Box::pin(provide(refused))));
        self
    }

    /// Does not connect before [`SocketHandle::open`](crate::SocketHandle::open).
    #[must_use]
    pub fn idle(mut self) -> Self {
        self.connect = false;
        self
    }

    pub(super) fn driver(mut self) -> Driver {
        self.session.seed = browser::seed();
        self.session.heartbeat = self.config.heartbeat.pace();
        let session = match &self.custom {
            Some(make) => make(),
            None => self.session.session(),
        };
        Driver::new(
            Connection::new(self.config, session, browser::seed()),
            self.provider,
        )
    }
}

impl<T: Into<String>> From<T> for SocketOptions {
    fn from(url: T) -> Self {
        Self::new(url)
    }
}
