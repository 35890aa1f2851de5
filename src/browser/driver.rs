//! The browser as a [`Host`]: browser events become inputs, outputs become browser calls, and one timer is set. The loop is the
//! core's.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::task::Poll;

use gloo_timers::callback::Timeout;
use wasm_bindgen_futures::spawn_local;

use super::clock;
use super::page::{self, PageEvents};
use super::socket::Socket;
use leptos_chat_core::connection::{
    CloseError, ClosedReason, Connection, Delivery, Event, Input, Output, Pending, Reshape,
    ResolveError, SendError, SendOptions, SocketEvent, SocketId,
};
use leptos_chat_core::driver::{self as core, Host, SocketView};
use leptos_chat_core::json::Value;
use leptos_chat_core::session::{
    Channel, LoadError, MessageId, Outgoing, RequestId, Session, Spoken, Target,
};
use leptos_chat_core::shape::Preview;
use leptos_chat_core::time::Instant;

/// The future of something that the app does for a socket. All are of one type, and what only some apps need is in what makes them.
pub(crate) type Awaited = Pin<Box<dyn Future<Output = SocketEvent>>>;
/// What asks an app where an attempt goes: with the reason where the server refused the answer before, and the subprotocols of a
/// target that names none.
pub(crate) type Provider = Arc<dyn Fn(Option<ClosedReason>, Vec<String>) -> Awaited + Send + Sync>;
/// What gets the code of protocols that are loaded when they are needed.
pub(crate) type Loader = Arc<dyn Fn() -> Awaited + Send + Sync>;

type Subscriber = Rc<dyn Fn(&Event)>;

/// Names a subscriber, so that it can be taken off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Subscription(u64);

/// One connection in the browser. Clones are the same connection.
#[derive(Clone)]
pub(crate) struct Driver(Rc<Inner>);

struct Inner {
    driver: RefCell<core::Driver>,
    provider: Option<Provider>,
    subprotocols: Vec<String>,
    loader: Option<Loader>,
    socket: RefCell<Option<Socket>>,
    timer: RefCell<Option<Timeout>>,
    page: RefCell<Option<PageEvents>>,
    subscribers: RefCell<Vec<(Subscription, Subscriber)>>,
    last_subscription: Cell<u64>,
}

impl Driver {
    /// A driver that listens to the page. Nothing is opened yet.
    pub(crate) fn new(
        connection: Connection,
        provider: Option<Provider>,
        subprotocols: Vec<String>,
        loader: Option<Loader>,
    ) -> Self {
        let mut driver = Self(Rc::new(Inner {
            driver: RefCell::new(core::Driver::new(connection)),
            provider,
            subprotocols,
            loader,
            socket: RefCell::default(),
            timer: RefCell::default(),
            page: RefCell::default(),
            subscribers: RefCell::default(),
            last_subscription: Cell::new(0),
        }));
        let events = PageEvents::listen(driver.feeder());
        driver.0.page.replace(Some(events));
        Host::feed(&mut driver, Input::Online(page::is_online()));
        driver
    }

    /// Hands an input to the connection and does what follows.
    pub(crate) fn feed(&self, input: Input) {
        Host::feed(&mut self.clone(), input);
    }

    pub(crate) fn catch_up(&self) {
        Host::catch_up(&mut self.clone());
    }

    pub(crate) fn new_id(&self) -> MessageId {
        Host::new_id(&mut self.clone(), super::wall_clock())
    }

    /// Sends as these options say; `accepted` is called once it is known that the message is, and before anything is told of
    /// it. A message that is not accepted comes back.
    pub(crate) fn send(
        &self,
        id: MessageId,
        outgoing: Outgoing,
        options: &SendOptions,
        accepted: impl FnOnce(),
    ) -> Result<(), (SendError, Outgoing)> {
        Host::send(&mut self.clone(), id, outgoing, options, |_| accepted())
    }

    pub(crate) fn move_to(&self, url: &str, to: &Reshape, session: Box<dyn Session>) {
        Host::move_to(&mut self.clone(), url, to, session);
    }

    pub(crate) fn answer(&self, request: RequestId, answer: Vec<Value>) -> bool {
        Host::answer(&mut self.clone(), request, answer)
    }

    pub(crate) fn join(&self, channel: Channel) -> bool {
        Host::join(&mut self.clone(), channel)
    }

    pub(crate) fn leave_channel(&self, name: &str) -> bool {
        Host::leave_channel(&mut self.clone(), name)
    }

    pub(crate) fn cancel(&self, id: MessageId) -> bool {
        Host::cancel(&mut self.clone(), id)
    }

    pub(crate) fn pending(&self) -> Vec<Pending> {
        self.0.driver.borrow().connection.pending().collect()
    }

    pub(crate) fn fate(&self, id: MessageId) -> Option<Poll<Delivery>> {
        self.0.driver.borrow().fate(id)
    }

    pub(crate) fn last_heard(&self) -> Option<Instant> {
        self.0.driver.borrow().connection.last_heard()
    }

    pub(crate) fn protocol(&self) -> Spoken {
        self.0.driver.borrow().connection.protocol().clone()
    }

    pub(crate) fn preview(&self, text: &str) -> Option<Preview> {
        self.0.driver.borrow().connection.preview(text)
    }

    pub(crate) fn close(&self, code: u16, reason: &str) -> Result<(), CloseError> {
        Host::close(&mut self.clone(), code, reason)
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
        let mut subscribers = self.0.subscribers.borrow_mut();
        let place = subscribers
            .iter()
            .position(|(other, _)| *other == subscription);
        let gone = place.map(|place| subscribers.remove(place));
        // Nothing is borrowed when it is dropped: what a listener holds may call back.
        drop(subscribers);
        drop(gone);
    }

    /// Ends it for good: no handler, timer or subscriber is left. What was accepted still goes out, and the server is told
    /// goodbye.
    pub(crate) fn stop(&self) {
        // Dropped when nothing is borrowed: what a listener holds may call back.
        drop(self.0.subscribers.take());
        self.0.page.take();
        Host::stop(&mut self.clone());
    }

    /// The way back for a callback of the browser; the driver may be gone by then.
    fn feeder(&self) -> impl Fn(Input) + Clone + 'static {
        let inner = Rc::downgrade(&self.0);
        move |input| with(&inner, |mut driver| Host::feed(&mut driver, input))
    }

    fn push(&self, socket: SocketId, event: SocketEvent) {
        let input = Input::Socket { socket, event };
        self.0.driver.borrow_mut().push(input);
    }

    fn open_socket(&self, socket: SocketId, target: &Target) {
        match Socket::open(socket, target, self.feeder()) {
            Ok(open) => {
                self.0.socket.replace(Some(open));
            }
            Err(error) => self.push(socket, SocketEvent::Failed(error)),
        }
    }

    fn with_socket(&self, socket: SocketId, act: impl FnOnce(&Socket)) {
        if let Some(open) = self.0.socket.borrow().as_ref()
            && open.id() == socket
        {
            act(open);
        }
    }

    fn abandon(&self, socket: SocketId) {
        let mut open = self.0.socket.borrow_mut();
        open.take_if(|open| open.id() == socket);
    }

    fn resolve(&self, socket: SocketId, refused: Option<ClosedReason>) {
        match &self.0.provider {
            Some(provider) => {
                self.await_event(socket, provider(refused, self.0.subprotocols.clone()))
            }
            None => {
                let error = ResolveError::GiveUp("no URL was given".into());
                self.push(socket, SocketEvent::Resolved(Err(error)));
            }
        }
    }

    fn load(&self, socket: SocketId) {
        match &self.0.loader {
            Some(loader) => self.await_event(socket, loader()),
            None => self.push(socket, SocketEvent::Loaded(Err(LoadError))),
        }
    }

    #[cfg(any(feature = "sockjs", feature = "socketio"))]
    fn fetch(&self, socket: SocketId, url: String) {
        let fetched = async move { SocketEvent::Fetched(super::fetch::get(&url).await) };
        self.await_event(socket, Box::pin(fetched));
    }

    fn await_event(&self, socket: SocketId, event: Awaited) {
        let feed = self.feeder();
        spawn_local(async move {
            let event = event.await;
            feed(Input::Socket { socket, event });
        });
    }

    #[cfg(not(any(feature = "sockjs", feature = "socketio")))]
    fn fetch(&self, socket: SocketId, _url: String) {
        let error = leptos_chat_core::session::FetchError::Unsupported;
        self.push(socket, SocketEvent::Fetched(Err(error)));
    }

    fn publish(&self, event: &Event) {
        // A copy: a subscriber may come or go while it is called.
        let subscribers = self.0.subscribers.borrow().clone();
        for (_, subscriber) in subscribers {
            subscriber(event);
        }
    }
}

impl Host for Driver {
    fn driver<T>(&mut self, act: impl FnOnce(&mut core::Driver) -> T) -> T {
        act(&mut self.0.driver.borrow_mut())
    }

    fn now(&self) -> Instant {
        clock::now()
    }

    fn socket(&self) -> Option<SocketView> {
        self.0.socket.borrow().as_ref().map(Socket::view)
    }

    fn is_prompt(&self) -> bool {
        page::is_visible()
    }

    fn perform(&mut self, output: Output) {
        match output {
            Output::Resolve { socket, refused } => self.resolve(socket, refused),
            Output::Fetch { socket, url } => self.fetch(socket, url),
            Output::Load { socket } => self.load(socket),
            Output::OpenSocket { socket, target } => self.open_socket(socket, &target),
            Output::Send { socket, message } => {
                self.with_socket(socket, |open| open.send(&message));
            }
            Output::CloseSocket {
                socket,
                code,
                reason,
            } => self.with_socket(socket, |open| open.close(code, &reason)),
            Output::AbandonSocket { socket } => self.abandon(socket),
            Output::Event(event) => self.publish(&event),
        }
    }

    fn set_timer(&mut self, at: Option<Instant>) {
        let inner = Rc::downgrade(&self.0);
        let timer = at.map(|at| {
            // Where it fires early, since it is long, it is set again.
            Timeout::new(clock::timer_millis(at - clock::now()), move || {
                with(&inner, |mut driver| driver.timer_fired())
            })
        });
        *self.0.timer.borrow_mut() = timer;
    }

    fn release(&mut self) {
        self.0.timer.take();
        self.0.socket.take();
    }
}

/// A callback's way back to the driver, which may be gone.
fn with(inner: &Weak<Inner>, act: impl FnOnce(Driver)) {
    if let Some(inner) = inner.upgrade() {
        act(Driver(inner));
    }
}
