//! The handle to a connection: its signals, its listeners, and what an app can do.

mod sending;

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use send_wrapper::SendWrapper;

use super::countdown::{Ticking, count_down, stop_countdown};
use super::options::SocketOptions;
use super::server_check::ServerCheck;
use super::subscription::Subscription;
use crate::browser::{self, Driver, IN_BROWSER};
use leptos_chat_core::connection::{CloseError, Disconnect, Event, Input, ReadyState, State};
use leptos_chat_core::latency;
use leptos_chat_core::session::{HeartbeatSetting, Incoming, Spoken};
use leptos_chat_core::shape::Preview;
use leptos_chat_core::time::Instant;

/// A handle to one connection, with its signals as fields: those of [`SocketSignals`]. Clones are the same connection; it ends with
/// the owner of [`use_socket`](crate::use_socket).
#[derive(Clone)]
pub struct SocketHandle(Arc<SocketSignals>);

/// The signals of a connection.
#[non_exhaustive]
pub struct SocketSignals {
    /// The browser's ready state, 0 to 3.
    pub ready_state: ArcReadSignal<ReadyState>,
    /// Where the connection stands.
    pub state: ArcReadSignal<State>,
    /// The protocol in use; [`Protocol::Auto`](crate::Protocol::Auto) until it is known.
    pub protocol: ArcReadSignal<Spoken>,
    /// Why the last link was lost; `None` again once a connection is open.
    pub last_disconnect: ArcReadSignal<Option<Disconnect>>,
    /// How long the server takes to answer a heartbeat, if it answers any. Changes where that changes by more than a quarter.
    pub latency: ArcReadSignal<Option<Duration>>,
    /// The time until the next attempt, in whole seconds; `None` while none is awaited.
    pub retry_in: ArcReadSignal<Option<Duration>>,
    /// Whether a server is there that refuses to be connected to: its origin, its path or a login may be the matter. Found
    /// out by an HTTP request whose answer stays closed, after three refusals, where there never was a connection.
    pub refuses: ArcReadSignal<bool>,
    driver: Option<SendWrapper<Driver>>,
    ticking: Arc<Ticking>,
}

impl Deref for SocketHandle {
    type Target = SocketSignals;

    fn deref(&self) -> &SocketSignals {
        &self.0
    }
}

impl fmt::Debug for SocketHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for SocketSignals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SocketSignals")
            .field("state", &self.state.try_get_untracked())
            .field("protocol", &self.protocol.try_get_untracked())
            .finish_non_exhaustive()
    }
}

/// What the handle's signals are written through.
#[derive(Clone)]
struct Signals {
    ready_state: ArcRwSignal<ReadyState>,
    state: ArcRwSignal<State>,
    protocol: ArcRwSignal<Spoken>,
    disconnect: ArcRwSignal<Option<Disconnect>>,
    latency: ArcRwSignal<Option<Duration>>,
    retry_in: ArcRwSignal<Option<Duration>>,
    refuses: ArcRwSignal<bool>,
}

impl SocketHandle {
    /// A handle that is not connected yet.
    pub(super) fn new(url: &str, options: SocketOptions) -> Self {
        let signals = Signals {
            ready_state: ArcRwSignal::new(State::Idle.ready_state()),
            state: ArcRwSignal::new(State::Idle),
            protocol: ArcRwSignal::new(options.session_options().protocol.into()),
            disconnect: ArcRwSignal::default(),
            latency: ArcRwSignal::default(),
            retry_in: ArcRwSignal::default(),
            refuses: ArcRwSignal::default(),
        };
        let handle = Self(Arc::new(SocketSignals {
            ready_state: signals.ready_state.read_only(),
            state: signals.state.read_only(),
            protocol: signals.protocol.read_only(),
            last_disconnect: signals.disconnect.read_only(),
            latency: signals.latency.read_only(),
            retry_in: signals.retry_in.read_only(),
            refuses: signals.refuses.read_only(),
            driver: IN_BROWSER.then(|| SendWrapper::new(options.driver(url))),
            ticking: Arc::default(),
        }));
        handle.drive(signals, url);
        handle
    }

    /// The driver's events move the signals.
    fn drive(&self, signals: Signals, url: &str) {
        let Some(driver) = &self.driver else { return };
        // What is known from the start is never told as an event: what SockJS carries, where that was said.
        signals.protocol.set(driver.protocol());
        let ticking = Arc::downgrade(&self.ticking);
        let check = ServerCheck::new(url, signals.refuses.clone());
        driver.subscribe(move |event| {
            signals.follow(event);
            check.follow(event);
            if let (Event::State(state), Some(ticking)) = (event, ticking.upgrade()) {
                count_down(state, &signals.retry_in, &ticking);
            }
        });
    }

    /// Calls `listener` with every message, in order, none lost, until the current owner is cleaned up; where there is no
    /// owner, as long as the connection is there. Of many in a row some come together, up to 8 ms late.
    pub fn subscribe(&self, listener: impl Fn(&Incoming) + 'static) {
        self.subscribe_events(messages_only(listener));
    }

    /// Calls `listener` with every event, in order, until the current owner is cleaned up; where there is no owner, as long
    /// as the connection is there.
    pub fn subscribe_events(&self, listener: impl Fn(&Event) + 'static) {
        let subscription = self.listen_to_events(listener);
        if Owner::current().is_some() {
            on_cleanup(move || drop(subscription));
        } else {
            subscription.keep();
        }
    }

    /// Calls `listener` with every message, in order, none lost, until the [`Subscription`] is dropped: for code that no
    /// component owns.
    pub fn listen(&self, listener: impl Fn(&Incoming) + 'static) -> Subscription {
        self.listen_to_events(messages_only(listener))
    }

    /// Calls `listener` with every event, in order, until the [`Subscription`] is dropped: for code that no component owns.
    pub fn listen_to_events(&self, listener: impl Fn(&Event) + 'static) -> Subscription {
        Subscription::new(self.driver.clone(), listener)
    }

    pub(super) fn driver(&self) -> Option<SendWrapper<Driver>> {
        self.driver.clone()
    }

    /// When the server was heard last on the link at hand, whatever it said.
    #[must_use]
    pub fn last_heard(&self) -> Option<Instant> {
        self.driver.as_ref()?.last_heard()
    }

    /// What would go out for this text, with secrets hidden, and whether its shape is a guess. `None` while that is not known,
    /// and where a protocol has nothing to tell.
    #[must_use]
    pub fn preview(&self, text: &str) -> Option<Preview> {
        self.driver.as_ref()?.preview(text)
    }

    /// Sends heartbeats like this from now on. STOMP agrees on them while it connects: there it counts from the next link on.
    pub fn set_heartbeat(&self, heartbeat: impl Into<HeartbeatSetting>) {
        self.feed(Input::Heartbeat(heartbeat.into()));
    }

    /// Speaks to the same server in other messages: with the shape, the subprotocols, the credentials, Socket.IO's and STOMP's
    /// settings and the heartbeat of these options. They go over a new link. The address, the protocol and the name stay, and
    /// with them all that was heard and learnt; a session that the app brought decides itself.
    pub fn reshape(&self, options: &SocketOptions) {
        self.feed(Input::Reshape(Box::new(options.reshape())));
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

    /// Goes to another address, as the same options say.
    pub(crate) fn move_to(&self, url: &str, options: &SocketOptions) {
        if let Some(driver) = &self.driver {
            driver.move_to(url, &options.reshape(), options.make_session());
        }
    }

    fn feed(&self, input: Input) {
        if let Some(driver) = &self.driver {
            driver.feed(input);
        }
    }

    pub(super) fn stop(&self) {
        if let Some(driver) = &self.driver {
            driver.stop();
        }
        stop_countdown(&self.ticking);
    }
}

fn messages_only(listener: impl Fn(&Incoming) + 'static) -> impl Fn(&Event) + 'static {
    move |event| {
        if let Event::Message(message) = event {
            listener(message);
        }
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
                let ready_state = state.ready_state();
                if self.ready_state.get_untracked() != ready_state {
                    self.ready_state.set(ready_state);
                }
                self.state.set(state.clone());
            }
            Event::Protocol(spoken) => self.protocol.set(spoken.clone()),
            Event::Moved(_) => self.disconnect.set(None),
            Event::Disconnected(why) => self.disconnect.set(Some(why.clone())),
            // Nobody reads it on a hidden page; one that is seen again asks the server at once.
            Event::Latency(latency)
                if browser::is_visible()
                    && latency::is_news(self.latency.get_untracked(), *latency) =>
            {
                self.latency.set(Some(*latency));
            }
            // The others are no state: each listener gets them.
            _ => {}
        }
    }
}
