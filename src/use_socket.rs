//! The Leptos edge of a connection: [`use_socket`] and its handle.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use gloo_timers::callback::Interval;
use leptos::prelude::*;
use leptos::reactive::wrappers::read::ArcSignal;
use send_wrapper::SendWrapper;

use crate::browser::{self, Driver, Provider};
use crate::connection::{
    CloseError, Config, Connection, Disconnect, Endpoint, Event, Input, ReadyState, ResolveError,
    SendError, State,
};
use crate::session::options::{Protocol, SessionOptions};
use crate::session::{Incoming, MessageId, Outgoing, Session, Target};

/// How often the countdown to the next attempt moves.
const COUNTDOWN_EVERY: Duration = Duration::from_millis(250);

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

    /// Does not connect before [`SocketHandle::open`].
    #[must_use]
    pub fn idle(mut self) -> Self {
        self.connect = false;
        self
    }

    fn driver(mut self) -> Driver {
        self.session.seed = browser::seed();
        self.session.heartbeat = self.config.heartbeat;
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

/// Opens a reactive WebSocket that lives as long as the component that calls this.
///
/// It reconnects by itself, queues what is sent while the link is down, and stops when its owner is cleaned up. On a server
/// (`ssr`) it stays idle.
///
/// ```
/// use leptos::prelude::*;
/// use leptos_chat::use_socket;
///
/// #[component]
/// fn Ticker() -> impl IntoView {
///     let socket = use_socket("ws://127.0.0.1:4181/echo");
///     let last = RwSignal::new(String::new());
///     socket.subscribe(move |message| {
///         last.set(message.body.as_text().unwrap_or("bytes").to_owned());
///     });
///     let ready = socket.ready_state();
///     view! {
///         <p>{move || ready.get().to_string()} ": " {last}</p>
///         <button on:click=move |_| {
///             if let Err(error) = socket.send("hello") {
///                 last.set(error.to_string());
///             }
///         }>"Say hello"</button>
///     }
/// }
/// # let _ = Ticker;
/// ```
pub fn use_socket(options: impl Into<SocketOptions>) -> SocketHandle {
    let handle = SocketHandle::new(options.into());
    on_cleanup({
        let handle = handle.clone();
        move || handle.stop()
    });
    handle
}

/// Opens a socket as [`use_socket`] does and shares it with all components below through the context.
pub fn provide_socket(options: impl Into<SocketOptions>) -> SocketHandle {
    let handle = use_socket(options);
    provide_context(handle.clone());
    handle
}

/// The socket that a component above shares with [`provide_socket`].
#[must_use]
pub fn shared_socket() -> Option<SocketHandle> {
    use_context::<SocketHandle>()
}

/// A handle to one connection. Clones are the same connection; it ends with the owner of [`use_socket`].
#[derive(Clone)]
pub struct SocketHandle {
    driver: Option<SendWrapper<Driver>>,
    signals: Signals,
    countdown: Arc<Mutex<Option<SendWrapper<Interval>>>>,
}

#[derive(Clone)]
struct Signals {
    state: ArcRwSignal<State>,
    protocol: ArcRwSignal<String>,
    disconnect: ArcRwSignal<Option<Disconnect>>,
    latency: ArcRwSignal<Option<Duration>>,
    retry_in: ArcRwSignal<Option<Duration>>,
}

impl SocketHandle {
    fn new(options: SocketOptions) -> Self {
        let connect = options.connect;
        let protocol = options.session.protocol.to_string();
        let handle = Self {
            driver: in_browser().then(|| SendWrapper::new(options.driver())),
            signals: Signals {
                state: ArcRwSignal::new(State::Idle),
                protocol: ArcRwSignal::new(protocol),
                disconnect: ArcRwSignal::new(None),
                latency: ArcRwSignal::new(None),
                retry_in: ArcRwSignal::new(None),
            },
            countdown: Arc::default(),
        };
        if let Some(driver) = &handle.driver {
            let signals = handle.signals.clone();
            let countdown = Arc::downgrade(&handle.countdown);
            driver.subscribe(move |event| {
                signals.follow(event);
                if let (Event::State(state), Some(countdown)) = (event, countdown.upgrade()) {
                    count_down(state, &signals.retry_in, &countdown);
                }
            });
            if connect {
                driver.feed(Input::Open);
            }
        }
        handle
    }

    /// The browser's ready state, 0 to 3.
    #[must_use]
    pub fn ready_state(&self) -> ArcSignal<ReadyState> {
        let state = self.signals.state.clone();
        ArcSignal::from(ArcMemo::new(move |_| state.read().ready_state()))
    }

    /// Where the connection stands.
    #[must_use]
    pub fn state(&self) -> ArcSignal<State> {
        self.signals.state.read_only().into()
    }

    /// The name of the protocol in use; `auto` until it is known.
    #[must_use]
    pub fn protocol(&self) -> ArcSignal<String> {
        self.signals.protocol.read_only().into()
    }

    /// Why the last link was lost; `None` again once a connection is open.
    #[must_use]
    pub fn last_disconnect(&self) -> ArcSignal<Option<Disconnect>> {
        self.signals.disconnect.read_only().into()
    }

    /// How long the server took to answer the last heartbeat, if it answers any.
    #[must_use]
    pub fn latency(&self) -> ArcSignal<Option<Duration>> {
        self.signals.latency.read_only().into()
    }

    /// The time until the next attempt, in whole seconds; `None` while none is awaited.
    #[must_use]
    pub fn retry_in(&self) -> ArcSignal<Option<Duration>> {
        self.signals.retry_in.read_only().into()
    }

    /// Calls `listener` with every message, in order, none lost, until the current owner is cleaned up.
    pub fn subscribe(&self, listener: impl Fn(&Incoming) + 'static) {
        self.subscribe_events(move |event| {
            if let Event::Message(message) = event {
                listener(message);
            }
        });
    }

    /// Calls `listener` with every event, in order, until the current owner is cleaned up.
    pub fn subscribe_events(&self, listener: impl Fn(&Event) + 'static) {
        let Some(driver) = self.driver.clone() else {
            return;
        };
        let subscription = driver.subscribe(listener);
        if Owner::current().is_some() {
            on_cleanup(move || driver.unsubscribe(subscription));
        }
    }

    /// Sends a message: now, or when the link is there.
    ///
    /// # Errors
    /// [`SendError`] says why nothing was queued: closed, full, or too large.
    pub fn send(&self, message: impl Into<Outgoing>) -> Result<MessageId, SendError> {
        let driver = self.driver.as_ref().ok_or(SendError::Closed)?;
        let id = driver.new_id();
        driver.send(id, message.into()).map(|()| id)
    }

    /// A fresh id, for [`SocketHandle::send_as`].
    pub(crate) fn new_id(&self) -> Option<MessageId> {
        self.driver.as_ref().map(|driver| driver.new_id())
    }

    /// Sends under an id that is known before: its fate is then told under that id from the first event on.
    pub(crate) fn send_as(&self, id: MessageId, message: Outgoing) -> Result<(), SendError> {
        let driver = self.driver.as_ref().ok_or(SendError::Closed)?;
        driver.send(id, message)
    }

    /// Opens the connection, or tries again at once where it waits.
    pub fn open(&self) {
        self.feed(Input::Open);
    }

    /// Starts the next attempt now, where one is awaited.
    pub fn retry_now(&self) {
        self.feed(Input::RetryNow);
    }

    /// Closes the connection with code 1000. Nothing but [`SocketHandle::open`] opens it again.
    pub fn close(&self) {
        let closed = self.close_with(1000, "");
        debug_assert!(closed.is_ok(), "1000 without a reason is always allowed");
    }

    /// Closes the connection with a code (1000, or 3000 to 4999) and a reason (at most 123 bytes of UTF-8).
    ///
    /// # Errors
    /// [`CloseError`] when the browser would refuse them; nothing was closed then.
    pub fn close_with(&self, code: u16, reason: &str) -> Result<(), CloseError> {
        match &self.driver {
            Some(driver) => driver.close(code, reason),
            None => Ok(()),
        }
    }

    fn feed(&self, input: Input) {
        if let Some(driver) = &self.driver {
            driver.feed(input);
        }
    }

    fn stop(&self) {
        if let Some(driver) = &self.driver {
            driver.stop();
        }
        stop_countdown(&self.countdown);
    }
}

impl Signals {
    fn follow(&self, event: &Event) {
        match event {
            Event::State(state) => {
                if state.is_open() {
                    self.disconnect.set(None);
                } else {
                    self.latency.set(None);
                }
                self.state.set(state.clone());
            }
            Event::Protocol(name) => self.protocol.set(name.clone()),
            Event::Disconnected(why) => self.disconnect.set(Some(why.clone())),
            Event::Latency(latency) => self.latency.set(Some(*latency)),
            Event::Gap | Event::Message(_) | Event::Unreadable { .. } | Event::Delivery { .. } => {}
        }
    }
}

/// Keeps `retry_in` up to date while the state is `Waiting`.
fn count_down(
    state: &State,
    retry_in: &ArcRwSignal<Option<Duration>>,
    countdown: &Mutex<Option<SendWrapper<Interval>>>,
) {
    stop_countdown(countdown);
    let State::Waiting { until } = *state else {
        retry_in.set(None);
        return;
    };
    let tick = {
        let retry_in = retry_in.clone();
        move || {
            let left = (until - browser::now()).as_millis().div_ceil(1000);
            let left = Some(Duration::from_secs(u64::try_from(left).unwrap_or(u64::MAX)));
            if retry_in.get_untracked() != left {
                retry_in.set(left);
            }
        }
    };
    tick();
    let millis = COUNTDOWN_EVERY.as_millis() as u32;
    let interval = SendWrapper::new(Interval::new(millis, tick));
    *countdown.lock().unwrap_or_else(PoisonError::into_inner) = Some(interval);
}

fn stop_countdown(countdown: &Mutex<Option<SendWrapper<Interval>>>) {
    countdown
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
}

/// Whether there is a browser around: not on a server that renders, and not in native tests.
const fn in_browser() -> bool {
    cfg!(target_arch = "wasm32") && !cfg!(feature = "ssr")
}
