//! What a socket is made with.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use crate::browser::{self, Driver, Loader, Provider};
use leptos_chat_core::connection::{
    Config, Connection, Endpoint, Reshape, ResolveError, SocketEvent,
};
use leptos_chat_core::session::make::{Maker, Protocols};
use leptos_chat_core::session::options::SessionOptions;
use leptos_chat_core::session::pinged::PingedSession;
use leptos_chat_core::session::{HeartbeatSetting, LoadError, Protocol, Session, Target};
use leptos_chat_core::wire::Message;

type SessionMaker = Arc<dyn Fn() -> Box<dyn Session> + Send + Sync>;

/// What a socket is made with, beside its URL.
#[derive(Clone)]
#[non_exhaustive]
pub struct SocketOptions {
    /// Deadlines, delays and bounds.
    pub config: Config,
    /// Whether to connect at once. Default yes.
    pub connect: bool,
    session: SessionOptions,
    /// Of the protocol that was named last: none but those that are named are linked.
    maker: Maker,
    custom: Option<SessionMaker>,
    provider: Option<Provider>,
    loader: Option<Loader>,
}

impl Default for SocketOptions {
    fn default() -> Self {
        Self {
            config: Config::default(),
            connect: true,
            session: SessionOptions {
                protocol: Protocol::Raw,
                ..SessionOptions::default()
            },
            maker: Protocol::Raw.into(),
            custom: None,
            provider: None,
            loader: None,
        }
    }
}

impl fmt::Debug for SocketOptions {
    /// Without secrets: a session's are left out by its own `Debug`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SocketOptions")
            .field("config", &self.config)
            .field("session", &self.session)
            .field("connect", &self.connect)
            .finish_non_exhaustive()
    }
}

impl SocketOptions {
    /// Speaks this protocol. Default [`Protocol::Raw`]: every message as it is.
    ///
    /// With [`Protocol::Json`], a line is what has its words in the member that
    /// [`fields`](SessionOptions::fields) names, own messages are known by their ids, and all else is data, in
    /// [`Incoming::data`](crate::Incoming::data). What recognises any chat's lines is linked by [`use_chat`](crate::use_chat) alone.
    #[must_use]
    #[inline(always)]
    pub fn protocol(mut self, protocol: impl Into<Maker>) -> Self {
        self.maker = protocol.into();
        self.session.protocol = self.maker.protocol();
        self
    }

    /// Speaks the protocol of these options, with what it needs to know.
    #[must_use]
    #[inline(always)]
    pub fn session(mut self, options: SessionOptions) -> Self {
        self.maker = options.protocol.into();
        self.session = options;
        self
    }

    /// The protocol, and what it needs to know.
    #[must_use]
    pub fn session_options(&self) -> &SessionOptions {
        &self.session
    }

    /// The same, to be changed; but for the protocol, which [`SocketOptions::protocol`] names.
    pub fn session_mut(&mut self) -> &mut SessionOptions {
        &mut self.session
    }

    /// Sends heartbeats like this: a [`Heartbeat`](leptos_chat_core::session::Heartbeat) turns them on, `None` off. Default:
    /// where the server has shown that it speaks them.
    #[must_use]
    pub fn heartbeat(mut self, heartbeat: impl Into<HeartbeatSetting>) -> Self {
        self.config.heartbeat = heartbeat.into();
        self
    }

    /// Offers these subprotocols to the server, in order of preference; to one that [`SocketOptions::provided`] names, where
    /// its target has none.
    #[must_use]
    pub fn subprotocols<T: Into<String>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.session.subprotocols = names.into_iter().map(Into::into).collect();
        self
    }

    /// Speaks a protocol of the app's own; `make` gives its session: once, and again for each URL that follows.
    #[must_use]
    pub fn custom_session<S: Session + 'static>(
        mut self,
        make: impl Fn() -> S + Send + Sync + 'static,
    ) -> Self {
        self.custom = Some(Arc::new(move || Box::new(make())));
        self
    }

    /// Sends this ping over a raw socket, as often as [`SocketOptions::heartbeat`] says, every 20 s by default. With an
    /// `answer`, a link is given up where neither that nor anything else comes within 10 s, and the answer is not handed on.
    ///
    /// Without a ping, a link that died silently is found out by [`Config::silence_limit`], where the server is known to speak;
    /// by what the browser tells, which may take a quarter of an hour while something is sent and for ever else; and after a
    /// sleep of two minutes or a change of the network, when the link is made anew unasked.
    ///
    /// ```
    /// # use leptos_chat::SocketOptions;
    /// let options = SocketOptions::default().ping("ping", Some("pong".into()));
    /// # let _ = options;
    /// ```
    #[must_use]
    pub fn ping(self, ping: impl Into<Message>, answer: Option<Message>) -> Self {
        let session = PingedSession::new(ping, answer);
        self.custom_session(move || session.clone())
    }

    /// Asks `provide` for the URL and the credentials before each attempt: for a token that expires.
    ///
    /// Its argument is `Some` after the server has refused what it gave last, with the server's words: time to refresh. A second
    /// refusal in a row ends the connection. While it is asked `connect_timeout` runs, so one that hangs is asked again. The
    /// URL that the socket is opened with then only names the place, under which a chat keeps what was not sent.
    #[must_use]
    pub fn provided<F>(
        mut self,
        provide: impl Fn(Option<String>) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<Target, ResolveError>> + 'static,
    {
        self.provider = Some(Arc::new(move |refused, subprotocols| {
            let target = provide(refused.map(|why| why.to_string()));
            Box::pin(async move {
                let mut target = target.await;
                if let Ok(target) = &mut target
                    && target.subprotocols.is_empty()
                {
                    target.subprotocols = subprotocols;
                }
                SocketEvent::Resolved(target)
            })
        }));
        self
    }

    /// Speaks this protocol, and gets the code of Socket.IO, STOMP and SockJS with `load` when a server turns out to need it: an app
    /// that has them in a file of its own is that much smaller until then. What the server says meanwhile is kept. A file that cannot
    /// be had ends the attempt with [`Reason::Load`](crate::Reason::Load), and the next one asks for it again; so `load` is cheap
    /// where it is there already.
    #[must_use]
    pub fn protocol_on_demand<F>(
        mut self,
        protocol: Protocol,
        load: impl Fn() -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<Protocols, LoadError>> + 'static,
    {
        self.maker = Protocols::lazy().maker(protocol);
        self.session.protocol = protocol;
        self.loader = Some(Arc::new(move || {
            let loading = load();
            Box::pin(async move { SocketEvent::Loaded(loading.await) })
        }));
        self
    }

    /// Does not connect before [`SocketHandle::open`](crate::SocketHandle::open).
    #[must_use]
    pub fn idle(mut self) -> Self {
        self.connect = false;
        self
    }

    /// The sessions of a chat know more of lines; see [`Maker::for_chat`].
    pub(crate) fn for_chat(mut self) -> Self {
        self.maker = self.maker.for_chat();
        self
    }

    pub(super) fn make_session(&self) -> Box<dyn Session> {
        match &self.custom {
            Some(make) => make(),
            None => self.maker.session(&self.session, browser::seed()),
        }
    }

    /// What these options say of a connection that is there already.
    pub(super) fn reshape(&self) -> Reshape {
        Reshape {
            session: self.session.clone(),
            heartbeat: self.config.heartbeat,
        }
    }

    pub(super) fn driver(self, url: &str) -> Driver {
        let session = self.make_session();
        let subprotocols = self.session.subprotocols;
        let endpoint = match &self.provider {
            Some(_) => Endpoint::Provided,
            None => Endpoint::Fixed(Target {
                subprotocols: subprotocols.clone(),
                ..Target::new(url)
            }),
        };
        let connection = Connection::new(endpoint, self.config, session, browser::seed());
        Driver::new(connection, self.provider, subprotocols, self.loader)
    }
}
