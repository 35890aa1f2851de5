//! One client: the real connection and timeline, and what is known of its network, its page and its messages.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use leptos_chat_core::chat::timeline::Timeline;
use leptos_chat_core::connection::{Config, Connection, Delivery, Endpoint, Resend};
use leptos_chat_core::driver::Driver;
use leptos_chat_core::session::options::SockJsOptions;
use leptos_chat_core::session::{ChannelState, MessageId, Target};
use leptos_chat_core::session::{Heartbeat, HeartbeatSetting, Protocol, options::SessionOptions};
use leptos_chat_core::time::Instant;

use crate::link::Window;
use crate::script::{Kind, Setup};
use crate::server::Server;

/// What is wrong with the client's network.
#[derive(Debug, Default)]
pub struct Path {
    pub up: Window,
    pub down: Window,
    pub rate: u32,
    pub slow_until: Instant,
    pub lag: u32,
    pub lag_until: Instant,
}

/// What is known of one accepted message.
#[derive(Debug)]
pub struct Book {
    pub client: u8,
    pub number: u32,
    pub state: Option<Delivery>,
    /// It failed for a time, or was queued once more, since its fate was unknown.
    pub doubted: bool,
    pub requeued: bool,
    pub by_hand: bool,
    /// It may end before it was sent: the app takes it back, or it must not wait for long. Or it is sent once and never again.
    pub brief: bool,
    pub volatile: bool,
    /// When it was sent last.
    pub sent_at: Instant,
    /// The client was told that `Sent` is its end.
    pub settled: bool,
    /// By what looked like the server's answer to the app's close.
    pub confirmed: bool,
    /// Why that was to be doubted, where it was.
    pub guessed_against: Option<&'static str>,
    /// When it was sent, the client knew already that this server proves messages.
    pub to_be_proved: bool,
    /// It was read only after its link was lost, though nobody doubted it.
    pub stray: bool,
    pub received: u32,
    /// Copies that the server read which do not say that they may be second ones.
    pub originals: u32,
    /// A second copy went without an id, as it was asked for.
    pub nameless: bool,
    /// A copy of it went without its id.
    pub went_nameless: bool,
    /// The client's address when it was accepted.
    pub address: u32,
}

impl Book {
    /// Whether it is in the outbox, and not on its way.
    pub fn waits(&self) -> bool {
        self.state == Some(Delivery::Queued)
    }
}

/// One client.
pub struct Client {
    pub c: u8,
    pub driver: Driver,
    pub timeline: Timeline,
    pub endpoint: Endpoint,
    pub config: Config,
    /// The current socket's link, and the newest there was.
    pub link: Option<usize>,
    pub last_link: Option<usize>,
    pub attempt: u64,
    /// What the machine asked for, and when the browser's timer fires.
    pub timer: Option<(Instant, Instant)>,
    pub late: u32,
    /// When the timer that fired last was due.
    pub due: Instant,
    pub online: bool,
    pub hidden_since: Option<Instant>,
    pub frozen_until: Option<Instant>,
    /// When it stood still the last time, and when it ran again.
    pub froze: Instant,
    pub woke: Instant,
    /// The same, where it had stood still, and was not merely hidden.
    pub thawed: Instant,
    /// The page was told that it woke.
    pub told: bool,
    pub path: Path,
    pub disturbed: Instant,
    /// The next answers of the provider, and the next refusal of the browser.
    pub provider: u32,
    pub forbid: Option<u32>,
    /// The messages by their number; `None` where one was not accepted.
    pub messages: Vec<Option<MessageId>>,
    pub seen: Seen,
    pub pace: Pace,
    /// Which logs the server has named, and over which links.
    pub greetings: Vec<(usize, u32)>,
    /// Counts the addresses it has gone to.
    pub address: u32,
    /// The state of the channel that the app wants, as it was told, and when it was joined last.
    pub channel: Option<ChannelState>,
    pub joined_until: Option<Instant>,
    /// The app has closed it, or not opened it yet.
    pub shut: bool,
    /// It is over until the app opens it.
    pub ended: bool,
    /// The server has proved a message.
    pub proved: bool,
    /// The most that a timer was late.
    pub latest: u32,
    /// A person or the page asked for an attempt: it need not wait.
    pub excused: bool,
    pub spins: (Instant, u32),
}

/// What was shown here.
#[derive(Debug, Default)]
pub struct Seen {
    pub shown: HashMap<(u8, u32), u32>,
    pub last_of: HashMap<u8, u32>,
    /// The place in the server's log of the newest message shown.
    pub last_place: Option<usize>,
    pub gap: bool,
    /// When a gap was told last.
    pub gap_at: Option<Instant>,
    /// When the app opened the connection again.
    pub opened_at: Option<Instant>,
}

/// The rhythm of the attempts.
#[derive(Debug, Default)]
pub struct Pace {
    pub failures: u32,
    pub opened_at: Option<Instant>,
    pub lost_at: Option<Instant>,
    pub attempts: VecDeque<Instant>,
}

impl Client {
    pub fn new(c: u8, setup: &Setup, server: &Server) -> Self {
        let (endpoint, config) = (endpoint(setup, server), config(setup));
        let session = options(setup, c).session(setup.seed ^ u64::from(c));
        let seed = setup.seed.wrapping_mul(31).wrapping_add(c.into());
        Self {
            c,
            driver: Driver::new(Connection::new(
                endpoint.clone(),
                config.clone(),
                session,
                seed,
            )),
            timeline: Timeline::default(),
            endpoint,
            config,
            link: None,
            last_link: None,
            attempt: 0,
            timer: None,
            late: 0,
            due: Instant::START,
            online: true,
            hidden_since: None,
            frozen_until: None,
            froze: Instant::START,
            woke: Instant::START,
            thawed: Instant::START,
            told: false,
            path: Path::default(),
            disturbed: Instant::START,
            provider: 0,
            forbid: None,
            messages: Vec::new(),
            seen: Seen::default(),
            pace: Pace::default(),
            greetings: Vec::new(),
            address: 0,
            channel: None,
            joined_until: None,
            shut: true,
            ended: true,
            proved: false,
            latest: 0,
            excused: true,
            spins: (Instant::START, 0),
        }
    }

    pub fn connection(&self) -> &Connection {
        &self.driver.connection
    }

    /// When the browser's timer fires; a frozen page has none.
    pub fn next_timer(&self) -> Option<Instant> {
        let (_, fires) = self.timer?;
        Some(self.frozen_until.map_or(fires, |until| fires.max(until)))
    }

    /// How long the page had run since then when it stood still.
    pub fn woke_after(&self, since: Instant) -> Duration {
        self.froze - since
    }

    pub fn is_open(&self) -> bool {
        self.connection().state().is_open()
    }
}

/// What a client's session is made of.
pub fn options(setup: &Setup, c: u8) -> SessionOptions {
    SessionOptions {
        protocol: protocol(setup),
        user: Some(format!("user{c}")),
        sockjs: SockJsOptions {
            inside: if setup.auto {
                Protocol::Auto
            } else {
                Protocol::Json
            },
        },
        ..SessionOptions::default()
    }
}

fn endpoint(setup: &Setup, server: &Server) -> Endpoint {
    match setup.provided {
        true => Endpoint::Provided,
        false => Endpoint::Fixed(Target::new(server.url(setup.auto))),
    }
}

fn config(setup: &Setup) -> Config {
    let resend = match setup {
        Setup { never: true, .. } => Resend::Never,
        Setup { always: true, .. } => Resend::Always,
        _ => Resend::Recognised,
    };
    let mut config = Config {
        resend,
        // Unasked, a JSON or text server would hear none, and a silent link would be found by nobody.
        heartbeat: HeartbeatSetting::Every(Heartbeat::default()),
        ..Config::default()
    };
    if setup.small {
        config.max_queued = 5;
        config.max_queued_bytes = 4_000;
        config.max_outgoing = 2_000;
        config.high_water = 3_000;
    }
    config
}

fn protocol(setup: &Setup) -> Protocol {
    match setup.kind {
        _ if setup.auto => Protocol::Auto,
        Kind::Channel | Kind::Relay | Kind::Resuming | Kind::ResumingAll => Protocol::Json,
        Kind::Echo => Protocol::Text,
        kind if kind.is_socketio() => Protocol::SocketIo,
        kind if kind.is_stomp() => Protocol::Stomp,
        _ => Protocol::SockJs,
    }
}
