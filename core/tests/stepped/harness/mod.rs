//! The test harness of one connection: the real machine, a fake clock, a driver that obeys it, and a server that follows a script.
//!
//! It is a host of the real driver. It does every output at once, in order, and fails the test when the machine asks for
//! something a browser would not do: two live sockets, a message over a dead one.

mod clock;
mod host;
mod inputs;
pub mod puppet;
mod seen;

use std::collections::VecDeque;
use std::ops::{Deref, DerefMut};
use std::task::Poll;
use std::time::Duration;

use leptos_chat_core::connection::{
    Config, Connection, Delivery, Endpoint, Event, Input, Output, ReadyState, SendError,
    SendOptions, SocketError, SocketEvent, SocketId, State,
};
use leptos_chat_core::driver::{Driver, Host, SocketView};
use leptos_chat_core::session::json::JsonSession;
use leptos_chat_core::session::text::RawSession;
use leptos_chat_core::session::{
    CloseEvent, Heartbeat, HeartbeatSetting, Incoming, MessageId, Outgoing, Session, Target,
};
use leptos_chat_core::time::Instant;
use leptos_chat_core::wire::Message;

/// Not loopback, so that being offline counts.
pub const URL: &str = "wss://chat.example/room";
/// Not zero, so that no test passes because time started there.
pub const START: Instant = Instant::from_start(Duration::from_secs(100));
/// More steps than this in one `advance` are a hot loop.
const MAX_STEPS: usize = 20_000;

/// What a browser's socket is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SocketState {
    Opening,
    Open,
    Closing,
    Closed,
    Abandoned,
}

/// One socket that the machine asked for.
#[derive(Clone, Debug)]
pub struct Socket {
    pub id: SocketId,
    pub target: Target,
    pub state: SocketState,
    pub sent: Vec<Message>,
    pub closed_with: Option<(u16, String)>,
    /// Bytes that have not left yet; only while the socket is clogged.
    pub buffered: usize,
}

/// What the server says to one message: any number of messages, each after `latency`.
pub type Script = Box<dyn FnMut(&Message) -> Vec<Message>>;

pub struct Harness {
    driver: Driver,
    pub now: Instant,
    pub sockets: Vec<Socket>,
    pub events: Vec<Event>,
    pub resolves: Vec<SocketId>,
    /// Why the server refused what the provider gave last, at each time that it was asked.
    pub refusals: Vec<Option<String>>,
    pub fetches: Vec<(SocketId, String)>,
    pub loads: Vec<SocketId>,
    /// How long the server takes to answer.
    pub latency: Duration,
    /// Whether what is sent stays in the socket's buffer.
    pub clogged: bool,
    /// What the driver's timer is set to.
    pub timer: Option<Instant>,
    /// The driver has let go of everything.
    pub released: bool,
    script: Script,
    on_the_way: VecDeque<(Instant, SocketId, Message)>,
}

/// A server whose URL is the same for each attempt.
pub fn fixed(url: &str) -> Endpoint {
    Endpoint::Fixed(Target::new(url))
}

/// The default settings, with heartbeats asked for.
pub fn asking() -> Config {
    Config {
        heartbeat: HeartbeatSetting::Every(Heartbeat::default()),
        ..Config::default()
    }
}

impl Harness {
    pub fn new(config: Config, session: impl Session + 'static) -> Self {
        Self::boxed(config, Box::new(session))
    }

    /// The first heartbeat goes at once, so that tests need not step to it; one test has the default.
    pub fn boxed(config: Config, session: Box<dyn Session>) -> Self {
        Self::to(fixed(URL), config, session)
    }

    /// The same, to this server.
    pub fn to(endpoint: Endpoint, mut config: Config, session: Box<dyn Session>) -> Self {
        config.first_heartbeat = Duration::ZERO;
        Self::make(endpoint, config, session)
    }

    /// With the config as it is.
    pub fn with_config(config: Config, session: Box<dyn Session>) -> Self {
        Self::make(fixed(URL), config, session)
    }

    fn make(endpoint: Endpoint, config: Config, session: Box<dyn Session>) -> Self {
        Self {
            driver: Driver::new(Connection::new(endpoint, config, session, 7)),
            timer: None,
            released: false,
            now: START,
            sockets: Vec::new(),
            events: Vec::new(),
            resolves: Vec::new(),
            refusals: Vec::new(),
            fetches: Vec::new(),
            loads: Vec::new(),
            latency: Duration::from_millis(20),
            clogged: false,
            script: Box::new(|_| Vec::new()),
            on_the_way: VecDeque::new(),
        }
    }

    /// A harness whose session passes every message on, and has no heartbeat.
    pub fn raw() -> Self {
        Self::new(Config::default(), RawSession)
    }

    pub fn raw_with(config: Config) -> Self {
        Self::new(config, RawSession)
    }

    /// A JSON server, with heartbeats asked for: unasked, there are none.
    pub fn json() -> Self {
        Self::new(asking(), JsonSession::default())
    }

    /// The server's script.
    pub fn serve(&mut self, script: impl FnMut(&Message) -> Vec<Message> + 'static) {
        self.script = Box::new(script);
    }

    /// Opens the connection and lets the server accept it.
    pub fn connected(mut self) -> Self {
        self.open();
        self.accept();
        self
    }
}

/// The machine itself, to be looked at.
impl Deref for Harness {
    type Target = Driver;

    fn deref(&self) -> &Driver {
        &self.driver
    }
}

impl DerefMut for Harness {
    fn deref_mut(&mut self) -> &mut Driver {
        &mut self.driver
    }
}
