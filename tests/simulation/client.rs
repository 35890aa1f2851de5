//! One client: the real connection and timeline, and a driver that obeys as the browser's does.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use leptos_chat::chat::timeline::{Change, Timeline};
use leptos_chat::connection::{
    Config, Connection, Delivery, Disconnect, Endpoint, Event, Input, Output, Resend, ResolveError,
    SendError, SocketError, State,
};
use leptos_chat::session::options::{Protocol, SessionOptions};
use leptos_chat::session::{Incoming, MessageId, Outgoing, Target};
use leptos_chat::time::Instant;

use crate::link::{Browser, Link, Up, Window};
use crate::script::{Kind, Setup};
use crate::server::Server;
use crate::world::{Plan, World, millis};

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
    /// When it was sent, the client knew already that this server proves messages.
    pub to_be_proved: bool,
    pub received: u32,
    /// Copies that the server read which do not say that they may be second ones.
    pub originals: u32,
}

/// One client.
pub struct Client {
    pub c: u8,
    pub connection: Connection,
    pub timeline: Timeline,
    pub config: Config,
    pub inbox: VecDeque<Input>,
    draining: bool,
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
    pub woke: Instant,
    pub path: Path,
    pub disturbed: Instant,
    /// The next answers of the provider, and the next refusal of the browser.
    pub provider: u32,
    pub forbid: Option<u32>,
    /// The messages by their number; `None` where one was not accepted.
    pub messages: Vec<Option<MessageId>>,
    pub seen: Seen,
    pub pace: Pace,
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
    /// How long the server's log was when the connection opened last.
    pub since: usize,
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
        let config = config(setup, server);
        let options = SessionOptions {
            protocol: protocol(setup),
            user: Some(format!("user{c}")),
            inside: if setup.auto {
                Protocol::Auto
            } else {
                Protocol::Json
            },
            heartbeat: config.heartbeat,
            seed: setup.seed ^ u64::from(c),
            ..SessionOptions::default()
        };
        let seed = setup.seed.wrapping_mul(31).wrapping_add(c.into());
        Self {
            c,
            connection: Connection::new(config.clone(), options.session(), seed),
            timeline: Timeline::default(),
            config,
            inbox: VecDeque::new(),
            draining: false,
            link: None,
            last_link: None,
            attempt: 0,
            timer: None,
            late: 0,
            due: Instant::START,
            online: true,
            hidden_since: None,
            frozen_until: None,
            woke: Instant::START,
            path: Path::default(),
            disturbed: Instant::START,
            provider: 0,
            forbid: None,
            messages: Vec::new(),
            seen: Seen::default(),
            pace: Pace::default(),
            shut: true,
            ended: true,
            proved: false,
            latest: 0,
            excused: true,
            spins: (Instant::START, 0),
        }
    }

    /// When the browser's timer fires; a frozen page has none.
    pub fn next_timer(&self) -> Option<Instant> {
        let (_, fires) = self.timer?;
        Some(self.frozen_until.map_or(fires, |until| fires.max(until)))
    }

    pub fn is_open(&self) -> bool {
        self.connection.state().is_open()
    }
}

fn config(setup: &Setup, server: &Server) -> Config {
    let resend = match setup {
        Setup { never: true, .. } => Resend::Never,
        Setup { always: true, .. } => Resend::Always,
        _ => Resend::Recognised,
    };
    let mut config = Config {
        resend,
        ..Config::new(server.url(setup.auto))
    };
    if setup.small {
        config.max_queued = 5;
        config.max_queued_bytes = 4_000;
        config.max_outgoing = 2_000;
        config.high_water = 3_000;
    }
    if setup.provided {
        config.endpoint = Endpoint::Provided;
    }
    config
}

fn protocol(setup: &Setup) -> Protocol {
    match setup.kind {
        _ if setup.auto => Protocol::Auto,
        Kind::Channel | Kind::Relay => Protocol::Json,
        Kind::Echo => Protocol::Text,
        kind if kind.is_socketio() => Protocol::SocketIo,
        kind if kind.is_stomp() => Protocol::Stomp,
        _ => Protocol::SockJs,
    }
}

/// The text of a message: its name, then `size` more bytes of what is hard to write down.
fn text(c: u8, number: u32, size: usize) -> String {
    let name = match number % 17 {
        16 => format!("#{c}.{number}; refuse me "),
        5 => format!("#{c}.{number}; ? "),
        _ => format!("#{c}.{number}; "),
    };
    let filler = ["x", "\u{e9}\"\\\n:", "\u{2028}<b>\u{1f600}"][number as usize % 3];
    name + &filler.repeat(size / filler.len())
}

/// The name that a text carries: sender and number.
pub fn token(text: &str) -> Option<(u8, u32)> {
    let (_, rest) = text.split_once('#')?;
    let (name, _) = rest.split_once(';')?;
    let (c, number) = name.split_once('.')?;
    Some((c.parse().ok()?, number.parse().ok()?))
}

impl World {
    // ---- the app ----

    pub fn app_opens(&mut self, c: usize) {
        self.clients[c].shut = false;
        self.clients[c].ended = false;
        self.clients[c].excused = true;
        if !matches!(
            self.clients[c].connection.state(),
            State::Connecting | State::Handshaking | State::Open | State::Waiting { .. }
        ) {
            self.clients[c].pace.failures = 0;
        }
        self.feed(c, Input::Open);
    }

    pub fn app_closes(&mut self, c: usize, code: u16) {
        let now = self.now;
        let closed = self.clients[c].connection.close(code, "bye", now);
        self.judge_close(code, closed);
        if closed.is_ok() {
            self.clients[c].shut = true;
        }
        self.drain(c);
    }

    /// As `use_chat` does it: the row first, taken back where it is not accepted.
    pub fn app_sends(&mut self, c: usize, size: usize) {
        let now = self.now;
        let client = &mut self.clients[c];
        let number = client.messages.len() as u32;
        let text = text(client.c, number, size);
        let len = text.len();
        let id = client.connection.new_id();
        client.messages.push(Some(id));
        client
            .timeline
            .push_own(id, None, text.clone(), Duration::ZERO);
        let book = Book {
            client: client.c,
            number,
            state: None,
            doubted: false,
            requeued: false,
            by_hand: false,
            to_be_proved: false,
            received: 0,
            originals: 0,
        };
        let replaced = self.book.insert(id, book);
        let sent = self.clients[c]
            .connection
            .send_as(id, Outgoing::from(text), now);
        if replaced.is_some() {
            self.fail("3", format!("the id {id} came twice"));
        }
        self.judge_send(c, len, sent);
        match sent {
            Ok(()) => self.tally.sent += 1,
            Err(error) => {
                *self.tally.refused.entry(error_name(&error)).or_default() += 1;
                self.clients[c].timeline.take_back(id);
                self.clients[c].messages[number as usize] = None;
                self.book.remove(&id);
            }
        }
        self.drain(c);
    }

    /// The person tries the oldest failed message once more.
    pub fn app_tries_again(&mut self, c: usize) {
        let failed = self.clients[c]
            .messages
            .iter()
            .flatten()
            .copied()
            .find(|id| {
                let book = self.book.get(id);
                book.is_some_and(|book| matches!(book.state, Some(Delivery::Failed(_))))
            });
        let Some(id) = failed else { return };
        let text = self.clients[c]
            .timeline
            .own(id)
            .and_then(|row| row.body.as_text().map(str::to_owned));
        let Some(text) = text else {
            return self.fail("5", format!("the row of {id} has disappeared"));
        };
        let outgoing = Outgoing {
            resent: true,
            ..Outgoing::from(text)
        };
        let now = self.now;
        let sent = self.clients[c].connection.send_as(id, outgoing, now);
        if sent.is_ok() {
            self.tally.again += 1;
            if let Some(book) = self.book.get_mut(&id) {
                book.by_hand = true;
            }
        }
        self.drain(c);
    }

    // ---- the driver ----

    pub fn feed(&mut self, c: usize, input: Input) {
        self.clients[c].inbox.push_back(input);
        self.drain(c);
    }

    /// Drains outputs, then takes the next input, until there is neither.
    pub fn drain(&mut self, c: usize) {
        if std::mem::replace(&mut self.clients[c].draining, true) {
            return;
        }
        while self.violation.is_none() {
            if let Some(output) = self.clients[c].connection.poll_output() {
                self.note(|| format!("{c} {}", shorten(&format!("{output:?}"))));
                self.obey(c, output);
                continue;
            }
            let Some(input) = self.clients[c].inbox.pop_front() else {
                break;
            };
            self.note(|| format!("{c} {}", shorten(&format!("{input:?}"))));
            let now = self.now;
            self.clients[c].connection.handle_input(input, now);
        }
        self.clients[c].draining = false;
        self.arm_timer(c);
        self.check_client(c);
    }

    fn obey(&mut self, c: usize, output: Output) {
        self.judge_output(c, &output);
        match output {
            Output::Resolve { socket, .. } => {
                self.clients[c].attempt = socket.0;
                self.resolve(c, socket);
            }
            Output::Fetch { socket, url } => {
                self.clients[c].attempt = socket.0;
                let answer = self.http(&url);
                let stands = self.now < self.server.frozen_until;
                let after = millis(self.random.u64(1..200) + if stands { 30_000 } else { 0 });
                self.plan(c, after, Plan::Answer(Input::Fetched { socket, answer }));
            }
            Output::OpenSocket { socket, target } => {
                self.clients[c].attempt = socket.0;
                self.open_socket(c, socket, target);
            }
            Output::Send { socket, message } => {
                if let Some(l) = self.clients[c]
                    .link
                    .filter(|l| self.links[*l].socket == socket)
                {
                    // While it closes, a browser drops what is sent.
                    if self.links[l].browser == Browser::Open {
                        self.up(l, Up::Message(message));
                    }
                    let input = self.buffered(l);
                    self.clients[c].inbox.push_back(input);
                }
            }
            Output::CloseSocket { code, .. } => {
                if let Some(l) = self.clients[c].link {
                    self.close_socket(l, code);
                }
            }
            Output::AbandonSocket { .. } => {
                if let Some(l) = self.clients[c].link.take() {
                    self.links[l].abandoned = true;
                    self.links[l].left = Some(self.links[l].browser);
                    self.close_socket(l, 0);
                }
            }
            Output::Event(event) => self.publish(c, &event),
        }
    }

    fn resolve(&mut self, c: usize, socket: leptos_chat::connection::SocketId) {
        let mode = std::mem::take(&mut self.clients[c].provider);
        let target = match mode {
            1 => Err(ResolveError::Retry("no token".into())),
            2 => Err(ResolveError::GiveUp("signed out".into())),
            _ => Ok(Target::new(self.server.url(self.setup.auto))),
        };
        let after = match mode {
            3 => return,
            5 => millis(30_000),
            _ => millis(self.random.u64(0..300)),
        };
        if mode == 4 {
            let input = Input::Resolved {
                socket,
                target: target.clone(),
            };
            self.plan(c, after + millis(50), Plan::Answer(input));
        }
        self.plan(c, after, Plan::Answer(Input::Resolved { socket, target }));
    }

    fn open_socket(&mut self, c: usize, socket: leptos_chat::connection::SocketId, target: Target) {
        if let Some(kind) = self.clients[c].forbid.take() {
            let error = match kind {
                0 => SocketError::Other("no".into()),
                _ => SocketError::Security("no".into()),
            };
            return self.clients[c]
                .inbox
                .push_back(Input::SocketFailed { socket, error });
        }
        let l = self.links.len();
        let mut link = Link::new(c, socket, self.now);
        link.disturb(self.clients[c].disturbed);
        // Another way within the attempt: the driver lets go of the first one.
        if let Some(old) = self.clients[c].link {
            self.links[old].abandoned = true;
            self.links[old].muted = true;
        }
        self.links.push(link);
        self.active.push(l);
        self.clients[c].link = Some(l);
        self.clients[c].last_link = Some(l);
        self.up(l, Up::Upgrade(target));
    }

    fn close_socket(&mut self, l: usize, code: u16) {
        match self.links[l].browser {
            Browser::Connecting => {
                self.links[l].browser = Browser::Closed;
                self.up(l, Up::End);
            }
            Browser::Open => {
                self.links[l].browser = Browser::Closing;
                self.up(l, Up::Close(code));
            }
            Browser::Closing | Browser::Closed => {}
        }
    }

    fn publish(&mut self, c: usize, event: &Event) {
        match event {
            Event::Delivery { id, delivery } => self.judge_delivery(c, *id, delivery),
            Event::State(state) => self.judge_state(c, state),
            Event::Disconnected(why) => self.judge_loss(c, why),
            Event::Gap => self.clients[c].seen.gap = true,
            Event::Latency(_) => {
                if let Some(l) = self.clients[c].link {
                    self.links[l].answered = true;
                }
            }
            Event::Unreadable { .. } => self.tally.unreadable += 1,
            Event::Message(_) | Event::Protocol(_) => {}
        }
        if let Event::Disconnected(Disconnect::Closed(close)) = event {
            *self.tally.codes.entry(close.code).or_default() += 1;
        }
        let change = self.clients[c].timeline.apply(event, Duration::ZERO);
        if let (Change::Added, Event::Message(incoming)) = (change, event) {
            self.judge_shown(c, incoming);
            self.answer(c, incoming);
        }
    }

    /// A subscriber that sends from within its call.
    fn answer(&mut self, c: usize, incoming: &Incoming) {
        let asks = incoming
            .body
            .as_text()
            .is_some_and(|text| text.contains(" ? "));
        if self.setup.chatty && asks && self.setup.kind != Kind::Echo {
            // An answer to an answer would never end.
            if self.clients[c].messages.len() % 17 == 5 {
                self.clients[c].messages.push(None);
            }
            self.app_sends(c, 10);
        }
    }

    /// One `setTimeout`, throttled where the tab is hidden.
    fn arm_timer(&mut self, c: usize) {
        let now = self.now;
        let client = &mut self.clients[c];
        let Some(at) = client.connection.poll_timeout() else {
            client.timer = None;
            return;
        };
        if client.timer.is_some_and(|(old, _)| old == at) {
            return;
        }
        let whole = (at - now).as_nanos().div_ceil(1_000_000);
        let mut fires = now + millis(u64::try_from(whole).unwrap_or(u64::MAX));
        if let Some(since) = client.hidden_since {
            let step = if now - since > Duration::from_secs(300) {
                60
            } else {
                1
            };
            let whole = fires.since_start().as_secs().div_ceil(step) * step;
            fires = fires.max(Instant::from_start(Duration::from_secs(whole)));
        }
        client.timer = Some((at, fires + millis(client.late.into())));
    }
}

fn error_name(error: &SendError) -> &'static str {
    match error {
        SendError::Closed => "closed",
        SendError::Full => "full",
        SendError::TooLarge { .. } => "too large",
    }
}

fn shorten(text: &str) -> String {
    text.chars().take(240).collect()
}
