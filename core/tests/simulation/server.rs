//! The server: who is in the room, what it has read, and what each kind of server does with a message.

use std::collections::HashMap;
use std::time::Duration;

use leptos_chat_core::session::FetchError;
use leptos_chat_core::session::Target;
use leptos_chat_core::time::Instant;
use leptos_chat_core::wire::Message;
use serde_json::json;

use crate::fates::Copy;
use crate::link::{Down, End, Up};
use crate::script::Kind;
use crate::server_json::json_bytes;
use crate::server_resuming::Log;
use crate::server_socketio::{Memory, Sio};
use crate::server_stomp::Broker;
use crate::simulation::Simulation;

/// SockJS says `h` this often.
const SOCKJS_EVERY: Duration = Duration::from_secs(25);

/// What the server knows of one link.
#[derive(Debug, Default)]
pub struct Peer {
    /// SockJS's frames are around everything.
    pub framed: bool,
    /// It gets what others say.
    pub joined: bool,
    /// How long the log was when it joined.
    pub since: usize,
    pub sio: Sio,
    pub broker: Broker,
    pub sockjs_at: Option<Instant>,
    /// It has joined the channel beside the chat, as this subscription or namespace.
    pub aside: Option<String>,
}

/// The one server.
#[derive(Debug)]
pub struct Server {
    pub kind: Kind,
    pub random: fastrand::Rng,
    pub frozen_until: Instant,
    pub refuse_until: Instant,
    pub accept_close_until: Instant,
    pub accept_close_code: u16,
    /// The messages of the room, in order, each once: sender and number.
    pub log: Vec<(u8, u32)>,
    pub place: HashMap<(u8, u32), usize>,
    pub memory: Memory,
    /// What it publishes reaches each in its order.
    pub keeps_order: bool,
    pub resuming: Log,
}

impl Server {
    pub fn new(kind: Kind, seed: u64) -> Self {
        Self {
            kind,
            random: fastrand::Rng::with_seed(seed ^ 0x5e_7e_12),
            frozen_until: Instant::START,
            refuse_until: Instant::START,
            accept_close_until: Instant::START,
            accept_close_code: 1000,
            log: Vec::new(),
            place: HashMap::new(),
            memory: Memory::default(),
            // Spring's does so only where it is told to.
            keeps_order: kind != Kind::Spring || !seed.is_multiple_of(4),
            resuming: Log::default(),
        }
    }

    /// The URL that a person would type.
    pub fn url(&self, auto: bool) -> &'static str {
        match self.kind {
            Kind::Channel | Kind::Resuming | Kind::ResumingAll => "wss://chat.example/channel",
            Kind::Relay => "wss://chat.example/relay",
            Kind::Echo => "wss://chat.example/echo",
            Kind::Stomp | Kind::Spring => "wss://chat.example/stomp",
            kind if kind.is_sockjs() => "wss://chat.example/chat",
            _ if auto => "wss://chat.example",
            _ => "wss://chat.example/socket.io/",
        }
    }

    /// Whether it listens at this path; `None` for SockJS's frames.
    fn listens(&self, url: &str) -> Option<Listens> {
        let rest = url.split_once("://")?.1;
        let path = rest.split_once('/').map_or("", |(_, path)| path);
        let path = path.split('?').next().unwrap_or_default();
        let parts: Vec<&str> = path.split('/').collect();
        let plain = match self.kind {
            Kind::Channel | Kind::Resuming | Kind::ResumingAll => path == "channel",
            Kind::Relay => path == "relay",
            Kind::Echo => path == "echo",
            Kind::Stomp | Kind::Spring => path == "stomp",
            Kind::SockRaw => path == "chat/websocket",
            kind if kind.is_socketio() => path == "socket.io/",
            _ => {
                let framed = parts.len() == 4 && parts[0] == "chat" && parts[3] == "websocket";
                return framed.then_some(Listens::Framed);
            }
        };
        plain.then_some(Listens::Plain)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Listens {
    Plain,
    Framed,
}

impl Simulation {
    /// Something arrives at the server.
    pub fn server_hears(&mut self, l: usize, up: Up) {
        match up {
            Up::Upgrade(target) => self.upgrade(l, &target),
            Up::Message(message) if self.links[l].end == End::Open => {
                self.server_message(l, &message)
            }
            Up::Message(_) => {}
            Up::Close(code) => {
                if self.links[l].end == End::Open {
                    self.down(
                        l,
                        Down::Close(if code == 0 { 1005 } else { code }, String::new()),
                    );
                }
                self.server_lets_go(l, true);
                self.down(l, Down::End);
            }
            Up::End => self.server_lets_go(l, true),
        }
    }

    fn upgrade(&mut self, l: usize, target: &Target) {
        let now = self.now;
        let stomp = self.server.kind.is_stomp();
        let listens = self.server.listens(&target.url);
        // A browser ends a handshake whose server takes none of the subprotocols that were offered.
        let taken = target
            .subprotocols
            .iter()
            .find(|name| stomp && name.ends_with(".stomp"));
        let fits = target.subprotocols.is_empty() || taken.is_some();
        let Some(listens) = listens.filter(|_| now >= self.server.refuse_until && fits) else {
            self.links[l].end = End::Gone;
            return self.down(l, Down::Refuse);
        };
        self.links[l].end = End::Open;
        self.down(l, Down::Accept(taken.cloned().unwrap_or_default()));
        self.links[l].peer.framed = listens == Listens::Framed;
        if self.links[l].peer.framed {
            self.down(l, Down::Message("o".into()));
            self.links[l].peer.sockjs_at = Some(now + SOCKJS_EVERY);
        }
        if now < self.server.accept_close_until {
            let code = self.server.accept_close_code;
            return self.server_closes(l, code);
        }
        self.greet(l);
    }

    fn greet(&mut self, l: usize) {
        match self.server.kind {
            Kind::Echo => self.say(l, "Hi there, I am a server".into()),
            kind if kind.is_socketio() => self.sio_opens(l),
            kind if kind.is_stomp() => {}
            kind if kind.resumes() => {
                self.joins(l);
                self.announce(l);
            }
            kind => {
                self.joins(l);
                if !kind.is_relay() {
                    self.say(l, json_bytes(r#"{"system":true,"text":"welcome"}"#));
                }
            }
        }
    }

    /// From now on it gets what others say.
    pub fn joins(&mut self, l: usize) {
        let since = self.server.log.len();
        let peer = &mut self.links[l].peer;
        peer.joined = true;
        peer.since = since;
    }

    /// Sends one message to one link, in its frames.
    pub fn say(&mut self, l: usize, message: Message) {
        let message = match message.as_text().filter(|_| self.links[l].peer.framed) {
            Some(text) => Message::Text(format!("a{}", json!([text]))),
            None => message,
        };
        self.down(l, Down::Message(message));
    }

    /// Says it to everybody in the room but `except`.
    pub fn say_to_room(&mut self, message: &Message, except: Option<usize>) {
        for l in self.active.clone() {
            if self.links[l].peer.joined && self.links[l].end == End::Open && Some(l) != except {
                self.say(l, message.clone());
            }
        }
    }

    fn server_message(&mut self, l: usize, message: &Message) {
        let Some(text) = message.as_text() else {
            return;
        };
        if !self.links[l].peer.framed {
            return self.server_text(l, text);
        }
        match serde_json::from_str::<Vec<String>>(text) {
            Ok(texts) => {
                for text in texts {
                    self.server_text(l, &text);
                }
            }
            Err(_) => self.server_closes(l, 3000),
        }
    }

    fn server_text(&mut self, l: usize, text: &str) {
        match self.server.kind {
            Kind::Echo => {
                self.read_token(l, text, Copy::Nameless);
                self.say(l, format!("Hello, you sent -> {text}").into());
            }
            kind if kind.is_socketio() => self.sio_hears(l, text),
            kind if kind.is_stomp() => self.broker_hears(l, text),
            kind if kind.resumes() => self.resuming_hears(l, text),
            kind => self.json_hears(l, text, kind.is_relay()),
        }
    }

    /// The server does what is due at this link.
    pub fn server_timer(&mut self, l: usize) {
        let now = self.now;
        if self.links[l].peer.sockjs_at.is_some_and(|at| at <= now) {
            self.links[l].peer.sockjs_at = Some(now + SOCKJS_EVERY);
            self.down(l, Down::Message("h".into()));
        }
        self.sio_timer(l);
        self.broker_timer(l);
    }

    /// When [`Simulation::server_timer`] is due.
    pub fn next_server_timer(&self, l: usize) -> Option<Instant> {
        let link = &self.links[l];
        if link.end != End::Open {
            return None;
        }
        let own = link.peer.sockjs_at.into_iter();
        let all = own
            .chain(link.peer.sio.next())
            .chain(link.peer.broker.next());
        all.min().map(|at| at.max(self.server.frozen_until))
    }

    /// The server closes a link of its own will; what still arrives there is not read.
    pub fn server_closes(&mut self, l: usize, code: u16) {
        if self.links[l].end != End::Open {
            return;
        }
        let code = match code {
            1006 => {
                self.down(l, Down::End);
                return self.server_lets_go(l, true);
            }
            code if self.links[l].peer.framed => {
                self.down(l, Down::Message(format!("c[{code},\"bye\"]").into()));
                1000
            }
            code => code,
        };
        self.down(l, Down::Close(code, String::new()));
        self.leave(l, true);
        self.links[l].end = End::Closing;
    }

    /// The server's end is gone.
    pub fn server_lets_go(&mut self, l: usize, recoverable: bool) {
        if self.links[l].end != End::Gone {
            self.leave(l, recoverable);
            self.links[l].end = End::Gone;
        }
    }

    fn leave(&mut self, l: usize, recoverable: bool) {
        if recoverable {
            self.sio_keeps(l);
        }
        self.links[l].peer.joined = false;
        self.links[l].peer.aside = None;
        self.links[l].peer.sio.forget();
        self.links[l].peer.broker = Broker::default();
    }

    /// The answer to an HTTP request: the body of a 2xx one, or why there is none.
    pub fn http(&mut self, url: &str) -> Result<String, FetchError> {
        if self.now < self.server.refuse_until {
            return Err(FetchError::Status(503));
        }
        let kind = self.server.kind;
        if kind.is_sockjs() && url.ends_with("/chat/info") {
            return Ok(
                r#"{"websocket":true,"cookie_needed":false,"origins":["*:*"],"entropy":7}"#.into(),
            );
        }
        if kind.is_socketio() && url.contains("/socket.io/") && url.contains("polling") {
            return Ok(
                r#"0{"sid":"h","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000}"#
                    .into(),
            );
        }
        Err(FetchError::Status(404))
    }
}
