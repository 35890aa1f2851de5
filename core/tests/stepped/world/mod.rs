//! A world for one connection: the real machine, a fake clock, a driver that obeys it, and a server that follows a script.
//!
//! It is a host of the real driver. It does every output at once, in order, and fails the test when the machine asks for
//! something a browser would not do: two live sockets, a message over a dead one.

pub mod puppet;

use std::collections::VecDeque;
use std::ops::{Deref, DerefMut};
use std::task::Poll;
use std::time::Duration;

use leptos_chat_core::connection::{
    Config, Connection, Delivery, Event, Input, Output, ReadyState, SendError, SocketError,
    SocketEvent, SocketId, State,
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
    /// Bytes that have not left yet; only where the world is clogged.
    pub buffered: usize,
}

/// What the server says to one message: any number of messages, each after the world's `latency`.
pub type Script = Box<dyn FnMut(&Message) -> Vec<Message>>;

pub struct World {
    driver: Driver,
    pub now: Instant,
    pub sockets: Vec<Socket>,
    pub events: Vec<Event>,
    pub resolves: Vec<SocketId>,
    /// Why the server refused what the provider gave last, at each time that it was asked.
    pub refusals: Vec<Option<String>>,
    pub fetches: Vec<(SocketId, String)>,
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

/// The default settings, with heartbeats asked for.
pub fn asking(url: &str) -> Config {
    Config {
        heartbeat: HeartbeatSetting::Every(Heartbeat::default()),
        ..Config::new(url)
    }
}

impl World {
    pub fn new(config: Config, session: impl Session + 'static) -> Self {
        Self::boxed(config, Box::new(session))
    }

    /// The first heartbeat goes at once, so that tests need not step to it; one test has the default.
    pub fn boxed(mut config: Config, session: Box<dyn Session>) -> Self {
        config.first_heartbeat = Duration::ZERO;
        Self::with_config(config, session)
    }

    /// With the config as it is.
    pub fn with_config(config: Config, session: Box<dyn Session>) -> Self {
        Self {
            driver: Driver::new(Connection::new(config, session, 7)),
            timer: None,
            released: false,
            now: START,
            sockets: Vec::new(),
            events: Vec::new(),
            resolves: Vec::new(),
            refusals: Vec::new(),
            fetches: Vec::new(),
            latency: Duration::from_millis(20),
            clogged: false,
            script: Box::new(|_| Vec::new()),
            on_the_way: VecDeque::new(),
        }
    }

    /// A world whose session passes every message on, and has no heartbeat.
    pub fn raw() -> Self {
        Self::new(Config::new(URL), RawSession)
    }

    pub fn raw_with(config: Config) -> Self {
        Self::new(config, RawSession)
    }

    /// A JSON server, with heartbeats asked for: unasked, there are none.
    pub fn json() -> Self {
        Self::new(asking(URL), JsonSession::default())
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

    // ---- the app ----

    pub fn open(&mut self) {
        self.input(Input::Open);
    }

    pub fn close(&mut self) {
        Host::close(self, 1000, "").expect("1000 is allowed");
    }

    pub fn send(&mut self, body: impl Into<Message>) -> Result<MessageId, SendError> {
        let id = self.connection.new_id();
        Host::send(self, id, Outgoing::from(body.into()), |_| {})
            .map(|()| id)
            .map_err(|(error, _)| error)
    }

    /// Sends what must be accepted.
    pub fn say(&mut self, body: impl Into<Message>) -> MessageId {
        self.send(body).expect("accepted")
    }

    // ---- the browser ----

    pub fn input(&mut self, input: Input) {
        self.feed(input);
    }

    /// Something happens to a socket.
    pub fn happens(&mut self, socket: SocketId, event: SocketEvent) {
        self.feed(Input::Socket { socket, event });
    }

    /// The newest socket's id, whatever became of it.
    pub fn socket(&self) -> SocketId {
        self.sockets.last().expect("a socket was opened").id
    }

    pub fn opened(&mut self, socket: SocketId, subprotocol: &str) {
        self.mark(socket, SocketState::Opening, SocketState::Open);
        self.input(Input::Socket {
            socket,
            event: SocketEvent::Opened {
                subprotocol: subprotocol.to_owned(),
            },
        });
    }

    pub fn message(&mut self, socket: SocketId, message: impl Into<Message>) {
        let message = message.into();
        self.input(Input::Socket {
            socket,
            event: SocketEvent::Message(message),
        });
    }

    pub fn closed(&mut self, socket: SocketId, code: u16, reason: &str, was_clean: bool) {
        for state in [
            SocketState::Opening,
            SocketState::Open,
            SocketState::Closing,
        ] {
            self.mark(socket, state, SocketState::Closed);
        }
        let close = CloseEvent {
            code,
            reason: reason.to_owned(),
            was_clean,
        };
        self.input(Input::Socket {
            socket,
            event: SocketEvent::Closed(close),
        });
    }

    pub fn failed(&mut self, socket: SocketId, error: SocketError) {
        for state in [
            SocketState::Opening,
            SocketState::Open,
            SocketState::Closing,
        ] {
            self.mark(socket, state, SocketState::Closed);
        }
        self.input(Input::Socket {
            socket,
            event: SocketEvent::Failed(error),
        });
    }

    fn mark(&mut self, socket: SocketId, from: SocketState, to: SocketState) {
        if let Some(socket) = self.find(socket)
            && socket.state == from
        {
            socket.state = to;
        }
    }

    fn find(&mut self, socket: SocketId) -> Option<&mut Socket> {
        self.sockets
            .iter_mut()
            .rev()
            .find(|other| other.id == socket)
    }

    // ---- the server, over the newest socket ----

    pub fn accept(&mut self) {
        self.opened(self.socket(), "");
    }

    pub fn refuse(&mut self) {
        self.closed(self.socket(), 1006, "", false);
    }

    pub fn hear(&mut self, message: impl Into<Message>) {
        self.message(self.socket(), message);
    }

    pub fn server_closes(&mut self, code: u16, reason: &str) {
        self.closed(self.socket(), code, reason, true);
    }

    /// The connection breaks without a word.
    pub fn breaks(&mut self) {
        self.closed(self.socket(), 1006, "", false);
    }

    // ---- time ----

    /// Lets time pass; each timer and each answer comes at its own moment.
    pub fn advance(&mut self, duration: Duration) {
        let end = self.now + duration;
        for _ in 0..MAX_STEPS {
            let timer = self.timer;
            let answer = self.on_the_way.front().map(|(at, ..)| *at);
            let Some(next) = timer
                .into_iter()
                .chain(answer)
                .min()
                .filter(|at| *at <= end)
            else {
                self.now = end;
                return;
            };
            self.now = self.now.max(next);
            if answer.is_some_and(|at| at <= self.now) {
                self.deliver_next();
            } else {
                self.fire_timer();
            }
        }
        panic!("the machine asks for timer after timer: a hot loop");
    }

    pub fn advance_secs(&mut self, seconds: u64) {
        self.advance(Duration::from_secs(seconds));
    }

    /// Lets the time of the next timer come.
    pub fn advance_to_timer(&mut self) {
        let next = self.timer.expect("a timer is set");
        self.advance(next - self.now);
    }

    /// The machine is asleep: no timer fires, nothing arrives. At the end the overdue timer runs *before* the data that
    /// already waits in the socket.
    pub fn sleep(&mut self, duration: Duration) {
        self.now = self.now + duration;
        if self.timer.is_some_and(|at| at <= self.now) {
            self.fire_timer();
        }
        while self
            .on_the_way
            .front()
            .is_some_and(|(at, ..)| *at <= self.now)
        {
            self.deliver_next();
        }
    }

    fn fire_timer(&mut self) {
        self.timer = None;
        self.timer_fired();
    }

    fn deliver_next(&mut self) {
        let Some((_, socket, message)) = self.on_the_way.pop_front() else {
            return;
        };
        let open = self
            .find(socket)
            .is_some_and(|socket| socket.state == SocketState::Open);
        if open {
            self.message(socket, message);
        }
    }

    /// Does what the machine asks for; needed only after a call to the machine itself.
    pub fn drain(&mut self) {
        self.run();
    }

    fn close_socket(&mut self, socket: SocketId, code: u16, reason: String) {
        let socket = self.find(socket).expect("only known sockets are closed");
        assert_eq!(
            socket.state,
            SocketState::Open,
            "a socket is closed that is not open"
        );
        socket.state = SocketState::Closing;
        socket.closed_with = Some((code, reason));
    }

    fn open_socket(&mut self, socket: SocketId, target: Target) {
        assert_eq!(self.live(), [], "a second live socket is opened");
        // One attempt may try several sockets under its id, one after the other, while none of them opened.
        let newest = self.sockets.last().map(|socket| socket.id);
        assert!(
            newest.is_none_or(|newest| newest <= socket),
            "an old id is used again"
        );
        self.sockets.push(Socket {
            id: socket,
            target,
            state: SocketState::Opening,
            sent: Vec::new(),
            closed_with: None,
            buffered: 0,
        });
    }

    fn transmit(&mut self, socket: SocketId, message: Message) {
        let answers = (self.script)(&message);
        let (at, clogged) = (self.now + self.latency, self.clogged);
        self.on_the_way
            .extend(answers.into_iter().map(|answer| (at, socket, answer)));
        let socket = self.find(socket).expect("messages go over known sockets");
        assert_eq!(
            socket.state,
            SocketState::Open,
            "a message is sent over a socket that is not open"
        );
        if clogged {
            socket.buffered += message.len();
        }
        socket.sent.push(message);
    }

    /// The socket's buffer has gone out.
    pub fn unclog(&mut self) {
        self.clogged = false;
        for socket in &mut self.sockets {
            socket.buffered = 0;
        }
    }

    // ---- what can be seen ----

    pub fn state(&self) -> &State {
        self.connection.state()
    }

    /// What the connection speaks, as the status shows it.
    pub fn protocol(&self) -> String {
        self.connection.protocol().to_string()
    }

    pub fn name(&self) -> &'static str {
        self.state().name()
    }

    /// The sockets that are neither closed nor abandoned.
    pub fn live(&self) -> Vec<SocketId> {
        let live = |socket: &&Socket| {
            !matches!(socket.state, SocketState::Closed | SocketState::Abandoned)
        };
        self.sockets
            .iter()
            .filter(live)
            .map(|socket| socket.id)
            .collect()
    }

    pub fn socket_state(&self, socket: SocketId) -> SocketState {
        self.sockets
            .iter()
            .rev()
            .find(|other| other.id == socket)
            .expect("a known socket")
            .state
    }

    /// How long until the next attempt.
    pub fn delay(&self) -> Duration {
        match self.state() {
            State::Waiting { until } => *until - self.now,
            other => panic!("{other:?} is not waiting"),
        }
    }

    /// The texts that went over the newest socket.
    pub fn sent(&self) -> Vec<String> {
        let sent = &self.sockets.last().expect("a socket was opened").sent;
        sent.iter()
            .map(|message| message.as_text().expect("a text").to_owned())
            .collect()
    }

    pub fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// The names of the states that were told, in order.
    pub fn states(&self) -> Vec<&'static str> {
        let states = self.events.iter().filter_map(|event| match event {
            Event::State(state) => Some(state.name()),
            _ => None,
        });
        states.collect()
    }

    /// What was told of one message, in order.
    pub fn fate(&self, id: MessageId) -> Vec<Delivery> {
        let fate = self.events.iter().filter_map(|event| match event {
            Event::Delivery {
                id: other,
                delivery,
            } if *other == id => Some(delivery.clone()),
            _ => None,
        });
        fate.collect()
    }

    /// What the driver knows of one message by now.
    pub fn driven_fate(&self, id: MessageId) -> Option<Poll<Delivery>> {
        self.driver.fate(id)
    }

    pub fn shown(&self) -> Vec<&Incoming> {
        let shown = self.events.iter().filter_map(|event| match event {
            Event::Message(incoming) => Some(incoming),
            _ => None,
        });
        shown.collect()
    }

    /// The texts that were shown, in order.
    pub fn texts(&self) -> Vec<&str> {
        self.shown()
            .into_iter()
            .filter_map(|incoming| incoming.body.as_text())
            .collect()
    }
}

/// The machine itself, to be looked at.
impl Deref for World {
    type Target = Driver;

    fn deref(&self) -> &Driver {
        &self.driver
    }
}

impl DerefMut for World {
    fn deref_mut(&mut self) -> &mut Driver {
        &mut self.driver
    }
}

impl Host for World {
    fn driver<T>(&mut self, act: impl FnOnce(&mut Driver) -> T) -> T {
        act(&mut self.driver)
    }

    fn now(&self) -> Instant {
        self.now
    }

    fn socket(&self) -> Option<SocketView> {
        let open = |socket: &&Socket| socket.state == SocketState::Open;
        self.sockets.last().filter(open).map(|socket| SocketView {
            socket: socket.id,
            ready_state: ReadyState::Open,
            buffered: socket.buffered,
        })
    }

    fn perform(&mut self, output: Output) {
        match output {
            Output::Resolve { socket, refused } => {
                self.resolves.push(socket);
                self.refusals.push(refused);
            }
            Output::Fetch { socket, url } => self.fetches.push((socket, url)),
            Output::OpenSocket { socket, target } => self.open_socket(socket, target),
            Output::Send { socket, message } => self.transmit(socket, message),
            Output::CloseSocket {
                socket,
                code,
                reason,
            } => self.close_socket(socket, code, reason),
            Output::AbandonSocket { socket } => {
                if let Some(socket) = self.find(socket) {
                    socket.state = SocketState::Abandoned;
                }
            }
            Output::Event(event) => self.events.push(event),
        }
    }

    fn set_timer(&mut self, at: Option<Instant>) {
        self.timer = at;
    }

    fn release(&mut self) {
        self.timer = None;
        self.released = true;
    }
}
