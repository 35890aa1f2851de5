//! The handle to a connection: its signals, its listeners, and what an app can do.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use gloo_timers::callback::Interval;
use leptos::prelude::*;
use leptos::reactive::wrappers::read::ArcSignal;
use send_wrapper::SendWrapper;

use super::countdown::{count_down, stop_countdown};
use super::options::SocketOptions;
use crate::browser::{Driver, IN_BROWSER};
use leptos_chat_core::connection::{
    CloseError, Disconnect, Event, Input, ReadyState, SendError, State,
};
use leptos_chat_core::session::{Incoming, MessageId, Outgoing, Spoken};

/// A handle to one connection. Clones are the same connection; it ends with the owner of [`use_socket`](crate::use_socket).
#[derive(Clone)]
pub struct SocketHandle {
    driver: Option<SendWrapper<Driver>>,
    signals: Signals,
    countdown: Arc<Mutex<Option<SendWrapper<Interval>>>>,
}

#[derive(Clone)]
struct Signals {
    state: ArcRwSignal<State>,
    protocol: ArcRwSignal<Spoken>,
    disconnect: ArcRwSignal<Option<Disconnect>>,
    latency: ArcRwSignal<Option<Duration>>,
    retry_in: ArcRwSignal<Option<Duration>>,
}

impl SocketHandle {
    pub(super) fn new(options: SocketOptions) -> Self {
        let connect = options.connect;
        let protocol = options.session.protocol.into();
        let handle = Self {
            driver: IN_BROWSER.then(|| SendWrapper::new(options.driver())),
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

    /// The protocol in use; [`Protocol::Auto`](crate::Protocol::Auto) until it is known.
    #[must_use]
    pub fn protocol(&self) -> ArcSignal<Spoken> {
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

    pub(super) fn stop(&self) {
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
            Event::Protocol(spoken) => self.protocol.set(spoken.clone()),
            Event::Disconnected(why) => self.disconnect.set(Some(why.clone())),
            Event::Latency(latency) => self.latency.set(Some(*latency)),
            Event::Gap
            | Event::Message(_)
            | Event::Unreadable { .. }
            | Event::Delivery { .. }
            | Event::Settled { .. } => {}
        }
    }
}
