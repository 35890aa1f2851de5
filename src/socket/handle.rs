//! The handle to a connection: its signals, its listeners, and what an app can do.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use send_wrapper::SendWrapper;

use super::countdown::{Ticking, count_down, stop_countdown};
use super::error::NotSent;
use super::fate::Fate;
use super::options::SocketOptions;
use super::reach::Reach;
use super::request::{Reply, RequestError};
use super::subscription::Subscription;
use crate::browser::{self, Driver, IN_BROWSER};
use leptos_chat_core::connection::{
    CloseError, Delivery, Disconnect, Event, Input, Pending, ReadyState, Reshape, SendError,
    SendOptions, State,
};
use leptos_chat_core::json::Value;
use leptos_chat_core::session::{
    HeartbeatSetting, Incoming, MessageId, Outgoing, RequestId, Spoken,
};
use leptos_chat_core::shape::Preview;
use leptos_chat_core::time::Instant;

/// A handle to one connection. Clones are the same connection; it ends with the owner of [`use_socket`](crate::use_socket).
#[derive(Clone)]
#[non_exhaustive]
pub struct SocketHandle {
    /// The browser's ready state, 0 to 3.
    pub ready_state: ArcReadSignal<ReadyState>,
    /// Where the connection stands.
    pub state: ArcReadSignal<State>,
    /// The protocol in use; [`Protocol::Auto`](crate::Protocol::Auto) until it is known.
    pub protocol: ArcReadSignal<Spoken>,
    /// Why the last link was lost; `None` again once a connection is open.
    pub last_disconnect: ArcReadSignal<Option<Disconnect>>,
    /// How long the server took to answer the last heartbeat, if it answers any.
    pub latency: ArcReadSignal<Option<Duration>>,
    /// The time until the next attempt, in whole seconds; `None` while none is awaited.
    pub retry_in: ArcReadSignal<Option<Duration>>,
    /// Whether a server is there that refuses to be connected to: its origin, its path or a login may be the matter. Found
    /// out by an HTTP request whose answer stays closed, after three refusals, where there never was a connection.
    pub refuses: ArcReadSignal<bool>,
    driver: Option<SendWrapper<Driver>>,
    ticking: Arc<Ticking>,
}

impl fmt::Debug for SocketHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SocketHandle")
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
        let handle = Self {
            ready_state: signals.ready_state.read_only(),
            state: signals.state.read_only(),
            protocol: signals.protocol.read_only(),
            last_disconnect: signals.disconnect.read_only(),
            latency: signals.latency.read_only(),
            retry_in: signals.retry_in.read_only(),
            refuses: signals.refuses.read_only(),
            driver: IN_BROWSER.then(|| SendWrapper::new(options.driver(url))),
            ticking: Arc::default(),
        };
        handle.drive(signals, url);
        handle
    }

    /// The driver's events move the signals.
    fn drive(&self, signals: Signals, url: &str) {
        let Some(driver) = &self.driver else { return };
        // What is known from the start is never told as an event: what SockJS carries, where that was said.
        signals.protocol.set(driver.protocol());
        let ticking = Arc::downgrade(&self.ticking);
        let reach = Reach::new(url, signals.refuses.clone());
        driver.subscribe(move |event| {
            signals.follow(event);
            reach.follow(event);
            if let (Event::State(state), Some(ticking)) = (event, ticking.upgrade()) {
                count_down(state, &signals.retry_in, &ticking);
            }
        });
    }

    /// Calls `listener` with every message, in order, none lost, until the current owner is cleaned up; where there is no
    /// owner, as long as the connection is there.
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

    /// Sends a message: now, or when the link is there.
    ///
    /// # Errors
    /// [`NotSent`] gives the message back and says why nothing was queued: closed, full, or too large.
    pub fn send(&self, message: impl Into<Outgoing>) -> Result<MessageId, NotSent> {
        self.send_then(message.into(), |_| {})
    }

    /// Sends, and calls `accepted` once it is known that the message is accepted and before anything is told of it.
    pub(crate) fn send_then(
        &self,
        message: Outgoing,
        accepted: impl FnOnce(MessageId),
    ) -> Result<MessageId, NotSent> {
        let Some(driver) = &self.driver else {
            return Err(NotSent::new(SendError::Closed, message));
        };
        let id = driver.new_id();
        self.send_as(id, message, || accepted(id)).map(|()| id)
    }

    /// Sends under an id that is known before, as [`SocketHandle::send_then`] does.
    pub(crate) fn send_as(
        &self,
        id: MessageId,
        message: Outgoing,
        accepted: impl FnOnce(),
    ) -> Result<(), NotSent> {
        let Some(driver) = &self.driver else {
            return Err(NotSent::new(SendError::Closed, message));
        };
        driver
            .send(id, message, accepted)
            .map_err(|(why, message)| NotSent::new(why, message))
    }

    /// Sends a message with a time to live, now or never, or again under its id: as these options say.
    ///
    /// # Errors
    /// [`NotSent`] gives the message back and says why nothing was queued: closed, full, or too large; or
    /// [`SendError::WouldWait`] for a volatile one.
    pub fn send_with(
        &self,
        message: impl Into<Outgoing>,
        options: SendOptions,
    ) -> Result<MessageId, NotSent> {
        self.send_with_then(message.into(), options, |_| {})
    }

    /// The same, and calls `accepted` once it is known that the message is accepted and before anything is told of it.
    pub(crate) fn send_with_then(
        &self,
        message: Outgoing,
        options: SendOptions,
        accepted: impl FnOnce(MessageId),
    ) -> Result<MessageId, NotSent> {
        let Some(driver) = &self.driver else {
            return Err(NotSent::new(SendError::Closed, message));
        };
        let id = options.again.unwrap_or_else(|| driver.new_id());
        let message = Outgoing {
            resent: message.resent || options.again.is_some(),
            ..message
        };
        driver
            .send_with(id, message, &options, || accepted(id))
            .map(|()| id)
            .map_err(|(why, message)| NotSent::new(why, message))
    }

    /// Takes back a message that waits for the link. Returns whether it still did; its fate is then
    /// [`Failure::Cancelled`](crate::Failure::Cancelled).
    pub fn cancel(&self, id: MessageId) -> bool {
        self.driver.as_ref().is_some_and(|driver| driver.cancel(id))
    }

    /// The messages on their way, in order: those whose proof is awaited, then those that wait for the link. They are copied.
    #[must_use]
    pub fn pending(&self) -> Vec<Pending> {
        let driver = self.driver.as_ref();
        driver.map(|driver| driver.pending()).unwrap_or_default()
    }

    /// Waits for the last that is told of a message: [`Delivery::Delivered`], [`Delivery::Failed`], or [`Delivery::Sent`]
    /// where the server shows that it has read it and proves no message by itself. `None`: there is no such message, or
    /// hundreds have met their fate since.
    ///
    /// It may be dropped at any time, and outlives the component: a connection that has ended awaits nothing.
    ///
    /// ```
    /// # use leptos_chat::{Delivery, SocketHandle};
    /// async fn save(socket: SocketHandle, draft: String) -> bool {
    ///     let Ok(id) = socket.send(draft) else { return false };
    ///     socket.delivery(id).await == Some(Delivery::Delivered)
    /// }
    /// ```
    pub fn delivery(
        &self,
        id: MessageId,
    ) -> impl Future<Output = Option<Delivery>> + Send + Sync + 'static {
        Fate::new(self.driver.clone(), id)
    }

    /// Asks the server, and waits for its reply until the deadline: Socket.IO's acknowledgement with its data, or the JSON that
    /// carries the request's id. `make` writes the request, which a JSON server gets with this id in it. It is sent at once; the
    /// future may be dropped at any time, and outlives the component.
    ///
    /// A request that still waits for the link at the deadline is not sent any more.
    ///
    /// # Errors
    /// [`RequestError`]: it was not accepted, it failed, or there was no reply in time.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use leptos_chat::json::Value;
    /// # use leptos_chat::{Outgoing, RequestError, SocketHandle};
    /// async fn seats(socket: SocketHandle) -> Result<Option<Value>, RequestError> {
    ///     let row = Value::from("A");
    ///     let ask = |_| Outgoing::event("seats", vec![row]);
    ///     let reply = socket.request(ask, Duration::from_secs(5)).await?;
    ///     Ok(reply.data.and_then(|arguments| arguments.item(0).cloned()))
    /// }
    ///
    /// async fn ask_json(socket: SocketHandle) -> bool {
    ///     let ask = |id| Outgoing::exactly(format!(r#"{{"op":"seats","id":"{id}"}}"#));
    ///     socket.request(ask, Duration::from_secs(5)).await.is_ok()
    /// }
    /// ```
    pub fn request(
        &self,
        make: impl FnOnce(MessageId) -> Outgoing,
        deadline: Duration,
    ) -> impl Future<Output = Result<Incoming, RequestError>> + 'static {
        let asked = self.ask(make, deadline);
        async move { asked.map_err(RequestError::NotSent)?.await }
    }

    fn ask(
        &self,
        make: impl FnOnce(MessageId) -> Outgoing,
        deadline: Duration,
    ) -> Result<Reply, NotSent> {
        let Some(driver) = &self.driver else {
            return Err(NotSent::new(SendError::Closed, make(MessageId(0))));
        };
        let id = driver.new_id();
        let reply = Reply::to(driver.clone(), id, deadline);
        let options = SendOptions::default().expires_after(deadline);
        let sent = driver.send_with(id, make(id), &options, || {});
        sent.map(|()| reply)
            .map_err(|(why, message)| NotSent::new(why, message))
    }

    /// Answers what the server has asked with [`Incoming::request`], with these arguments. Returns whether the answer went out:
    /// none goes over another link than the request.
    pub fn answer(&self, request: RequestId, arguments: Vec<Value>) -> bool {
        let driver = self.driver.as_ref();
        driver.is_some_and(|driver| driver.answer(request, arguments))
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

    /// Sends heartbeats like this from now on.
    pub fn set_heartbeat(&self, heartbeat: impl Into<HeartbeatSetting>) {
        self.feed(Input::Heartbeat(heartbeat.into()));
    }

    /// Speaks to the same server in other messages: with the shape, the subprotocols, the credentials, Socket.IO's and STOMP's
    /// settings and the heartbeat of these options. They go over a new link. The address, the protocol and the name stay, and
    /// with them all that was heard and learnt; a session that the app brought decides itself.
    pub fn reshape(&self, options: &SocketOptions) {
        self.feed(Input::Reshape(Box::new(Reshape {
            session: options.session_options().clone(),
            heartbeat: options.config.heartbeat,
        })));
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
            driver.move_to(url, options.make_session());
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
            Event::Latency(latency) if browser::is_visible() => self.latency.set(Some(*latency)),
            // The others are no state: each listener gets them.
            _ => {}
        }
    }
}
