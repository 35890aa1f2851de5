//! Obeys a [`Connection`]: browser events become inputs, outputs become browser calls, and one timer is set.
//!
//! One input, drain everything, next input. A subscriber may call back into the driver; what it causes waits its turn.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::time::Duration;

use gloo_timers::callback::Timeout;
use wasm_bindgen_futures::spawn_local;

use super::clock;
use super::page::{self, PageEvents};
use super::socket::Socket;
use leptos_chat_core::connection::{
    CloseError, Connection, Event, Input, Output, ResolveError, SendError, SocketId,
};
use leptos_chat_core::session::{MessageId, Outgoing, Target};
use leptos_chat_core::time::Instant;

/// `setTimeout` takes no more than 2^31 ms; waking up early harms nothing.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(24 * 60 * 60);

/// The future in which an app says where an attempt goes.
pub(crate) type Resolving = Pin<Box<dyn Future<Output = Result<Target, ResolveError>>>>;
/// What an app is asked with before each attempt; with the server's words where it refused the answer before.
pub(crate) type Provider = Arc<dyn Fn(Option<String>) -> Resolving + Send + Sync>;

type Subscriber = Rc<dyn Fn(&Event)>;

/// Names a subscriber, so that it can be taken off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Subscription(u64);

/// One connection in the browser. Clones are the same connection.
#[derive(Clone)]
pub(crate) struct Driver(Rc<Inner>);

struct Inner {
    connection: RefCell<Connection>,
    provider: Option<Provider>,
    socket: RefCell<Option<Socket>>,
    inbox: RefCell<VecDeque<Input>>,
    draining: Cell<bool>,
    stopped: Cell<bool>,
    timer: RefCell<Option<(Instant, Timeout)>>,
    page: RefCell<Option<PageEvents>>,
    subscribers: RefCell<Vec<(Subscription, Subscriber)>>,
    last_subscription: Cell<u64>,
}

impl Driver {
    /// A driver that listens to the page. Nothing is opened yet.
    pub(crate) fn new(connection: Connection, provider: Option<Provider>) -> Self {
        let driver = Self(Rc::new(Inner {
            connection: RefCell::new(connection),
            provider,
            socket: RefCell::default(),
            inbox: RefCell::default(),
            draining: Cell::new(false),
            stopped: Cell::new(false),
            timer: RefCell::default(),
            page: RefCell::default(),
            subscribers: RefCell::default(),
            last_subscription: Cell::new(0),
        }));
        let inner = Rc::downgrade(&driver.0);
        let events = PageEvents::listen(move |input| with(&inner, |inner| inner.page_event(input)));
        driver.0.page.replace(Some(events));
        driver.feed(Input::Online(page::is_online()));
        driver
    }

    /// Hands an input to the connection and does what follows.
    pub(crate) fn feed(&self, input: Input) {
        self.0.feed(input);
    }

    pub(crate) fn new_id(&self) -> MessageId {
        self.0.connection.borrow_mut().new_id()
    }

    pub(crate) fn send(&self, id: MessageId, outgoing: Outgoing) -> Result<(), SendError> {
        if self.0.stopped.get() {
            return Err(SendError::Closed);
        }
        self.0.look_at_socket();
        let sent = self
            .0
            .connection
            .borrow_mut()
            .send_as(id, outgoing, clock::now());
        self.0.run();
        sent
    }

    pub(crate) fn close(&self, code: u16, reason: &str) -> Result<(), CloseError> {
        self.0.look_at_socket();
        let closed = self
            .0
            .connection
            .borrow_mut()
            .close(code, reason, clock::now());
        self.0.run();
        closed
    }

    /// Calls `subscriber` with every event from now on, in order.
    pub(crate) fn subscribe(&self, subscriber: impl Fn(&Event) + 'static) -> Subscription {
        let subscription = Subscription(self.0.last_subscription.get() + 1);
        self.0.last_subscription.set(subscription.0);
        self.0
            .subscribers
            .borrow_mut()
            .push((subscription, Rc::new(subscriber)));
        subscription
    }

    pub(crate) fn unsubscribe(&self, subscription: Subscription) {
        self.0
            .subscribers
            .borrow_mut()
            .retain(|(other, _)| *other != subscription);
    }

    /// Ends it for good: no handler, timer or subscriber is left. The server is told goodbye.
    pub(crate) fn stop(&self) {
        self.0.stopped.set(true);
        self.0.subscribers.borrow_mut().clear();
        self.0.page.take();
        let closed = self.0.connection.borrow_mut().close(1000, "", clock::now());
        debug_assert!(closed.is_ok(), "1000 without a reason is always allowed");
        self.0.run();
        self.0.timer.take();
        self.0.socket.take();
        self.0.inbox.borrow_mut().clear();
    }
}

/// A callback's way back to the driver, which may be gone.
fn with(inner: &Weak<Inner>, act: impl FnOnce(&Rc<Inner>)) {
    if let Some(inner) = inner.upgrade() {
        act(&inner);
    }
}

impl Inner {
    fn feed(self: &Rc<Self>, input: Input) {
        if self.stopped.get() {
            return;
        }
        self.look_at_socket();
        self.inbox.borrow_mut().push_back(input);
        self.run();
    }

    /// No event tells that a socket begins to close. It does so between two events, so a look before each is enough.
    fn look_at_socket(self: &Rc<Self>) {
        let closing = self.socket.borrow().as_ref().and_then(Socket::closing);
        if let Some(closing) = closing {
            self.inbox.borrow_mut().push_back(closing);
            self.run();
        }
    }

    /// Drains outputs, then takes the next input, until there is neither.
    fn run(self: &Rc<Self>) {
        if self.draining.replace(true) {
            return;
        }
        loop {
            let output = self.connection.borrow_mut().poll_output();
            if let Some(output) = output {
                self.obey(output);
                continue;
            }
            let input = self.inbox.borrow_mut().pop_front();
            let Some(input) = input else { break };
            self.connection
                .borrow_mut()
                .handle_input(input, clock::now());
        }
        self.draining.set(false);
        self.arm_timer();
    }

    fn obey(self: &Rc<Self>, output: Output) {
        match output {
            Output::Resolve { socket, refused } => self.resolve(socket, refused),
            Output::Fetch { socket, url } => self.fetch(socket, url),
            Output::OpenSocket { socket, target } => self.open_socket(socket, &target),
            Output::Send { socket, message } => self.with_socket(socket, |open| {
                open.send(&message);
                self.inbox.borrow_mut().push_back(open.buffered());
            }),
            Output::CloseSocket {
                socket,
                code,
                reason,
            } => self.with_socket(socket, |open| open.close(code, &reason)),
            Output::AbandonSocket { socket } => {
                let same = self
                    .socket
                    .borrow()
                    .as_ref()
                    .is_some_and(|open| open.id() == socket);
                if same {
                    self.socket.take();
                }
            }
            Output::Event(event) => self.publish(&event),
        }
    }

    fn open_socket(self: &Rc<Self>, socket: SocketId, target: &Target) {
        let inner = Rc::downgrade(self);
        let opened = Socket::open(socket, target, move |input| {
            with(&inner, |inner| inner.feed(input));
        });
        match opened {
            Ok(open) => {
                self.socket.replace(Some(open));
            }
            Err(error) => self
                .inbox
                .borrow_mut()
                .push_back(Input::SocketFailed { socket, error }),
        }
    }

    fn with_socket(&self, socket: SocketId, act: impl FnOnce(&Socket)) {
        if let Some(open) = self.socket.borrow().as_ref()
            && open.id() == socket
        {
            act(open);
        }
    }

    fn resolve(self: &Rc<Self>, socket: SocketId, refused: Option<String>) {
        let Some(provider) = self.provider.clone() else {
            let error = ResolveError::GiveUp("no URL was given".into());
            return self.inbox.borrow_mut().push_back(Input::Resolved {
                socket,
                target: Err(error),
            });
        };
        let inner = Rc::downgrade(self);
        spawn_local(async move {
            let target = provider(refused).await;
            with(&inner, |inner| {
                inner.feed(Input::Resolved { socket, target })
            });
        });
    }

    #[cfg(any(feature = "sockjs", feature = "socketio"))]
    fn fetch(self: &Rc<Self>, socket: SocketId, url: String) {
        let inner = Rc::downgrade(self);
        spawn_local(async move {
            let answer = super::fetch::get(&url).await;
            with(&inner, |inner| {
                inner.feed(Input::Fetched { socket, answer })
            });
        });
    }

    #[cfg(not(any(feature = "sockjs", feature = "socketio")))]
    fn fetch(self: &Rc<Self>, socket: SocketId, _url: String) {
        let answer = Err(leptos_chat_core::session::FetchError::Unsupported);
        self.inbox
            .borrow_mut()
            .push_back(Input::Fetched { socket, answer });
    }

    fn publish(&self, event: &Event) {
        // A copy: a subscriber may come or go while it is called.
        let subscribers = self.subscribers.borrow().clone();
        for (_, subscriber) in subscribers {
            subscriber(event);
        }
    }

    fn page_event(self: &Rc<Self>, input: Input) {
        if input == Input::Resumed {
            let end = self.socket.borrow().as_ref().and_then(Socket::silent_end);
            self.inbox.borrow_mut().extend(end);
        }
        self.feed(input);
    }

    fn arm_timer(self: &Rc<Self>) {
        let Some(at) = self.connection.borrow().poll_timeout() else {
            self.timer.take();
            return;
        };
        if self
            .timer
            .borrow()
            .as_ref()
            .is_some_and(|(old, _)| *old == at)
        {
            return;
        }
        let delay = (at - clock::now()).min(LONGEST_TIMEOUT);
        // Rounded up: a timer that fires early would only be set again.
        let millis = u32::try_from(delay.as_micros().div_ceil(1000)).unwrap_or(u32::MAX);
        let inner = Rc::downgrade(self);
        let timeout = Timeout::new(millis, move || with(&inner, Inner::timer_fired));
        self.timer.replace(Some((at, timeout)));
    }

    fn timer_fired(self: &Rc<Self>) {
        self.timer.take();
        self.look_at_socket();
        let buffered = self.socket.borrow().as_ref().map(Socket::buffered);
        self.inbox.borrow_mut().extend(buffered);
        self.feed(Input::Timeout);
    }
}
