//! Whatever happens, in whatever order: what holds for every script of inputs.

use std::collections::HashMap;

use leptos_chat_core::connection::{
    Config, Delivery, Endpoint, Failure, Input, Resend, ResolveError, SendError, SocketError,
    SocketEvent, SocketId, State,
};
use leptos_chat_core::session::json::JsonSession;
use leptos_chat_core::session::text::{RawSession, TextSession};
use leptos_chat_core::session::{CloseEvent, FetchError, MessageId, Session, Target};
use proptest::prelude::*;

use crate::world::{SocketState, URL, World, puppet::Puppet};
use crate::{millis, secs};

/// What happens. `back` counts sockets from the newest one, 0, to older ones.
#[derive(Clone, Debug)]
enum Step {
    Open,
    Close(u16),
    Page(Input),
    Advance(u64),
    Sleep(u64),
    Send(usize),
    Clog(bool),
    Opened(u64),
    Message(u64, &'static str),
    Prove(usize),
    Closed(u64, u16, bool),
    Failed(u64, u8),
    Resolved(u64, u8),
    Fetched(u64, bool),
}

const WORDS: &[&str] = &[
    "ready",
    "pong",
    "ping",
    "reconnect x",
    "stop x",
    "bad",
    "hi",
    "{",
    r#"{"text":"x"}"#,
    r#"{"type":"ping"}"#,
    r#"{"type":"pong"}"#,
    "Hello, you sent -> ping",
    "",
];

fn step() -> impl Strategy<Value = Step> {
    let back = prop_oneof![6 => Just(0_u64), 1 => 0..4_u64];
    let code = prop::sample::select(vec![1000, 1001, 1005, 1006, 1008, 3000, 4000, 5000]);
    let page = prop::sample::select(vec![
        Input::RetryNow,
        Input::Timeout,
        Input::Resumed,
        Input::Online(false),
        Input::Online(true),
    ]);
    prop_oneof![
        3 => Just(Step::Open),
        1 => code.clone().prop_map(Step::Close),
        2 => page.prop_map(Step::Page),
        4 => (0..40_000_u64).prop_map(Step::Advance),
        1 => (0..200_000_u64).prop_map(Step::Sleep),
        4 => (0..600_000_usize).prop_map(Step::Send),
        1 => any::<bool>().prop_map(Step::Clog),
        5 => back.clone().prop_map(Step::Opened),
        4 => (back.clone(), prop::sample::select(WORDS)).prop_map(|(back, words)| Step::Message(back, words)),
        1 => (0..10_usize).prop_map(Step::Prove),
        2 => (back.clone(), code, any::<bool>()).prop_map(|(back, code, clean)| Step::Closed(back, code, clean)),
        1 => (back.clone(), 0..3_u8).prop_map(|(back, kind)| Step::Failed(back, kind)),
        2 => (back.clone(), 0..4_u8).prop_map(|(back, kind)| Step::Resolved(back, kind)),
        1 => (back, any::<bool>()).prop_map(|(back, good)| Step::Fetched(back, good)),
    ]
}

fn session() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "raw",
        "json",
        "text",
        "puppet",
        "fetching puppet",
        "shaking puppet",
    ])
}

fn make(session: &str) -> Box<dyn Session> {
    let puppet = Puppet {
        answers: true,
        silence_limit: Some(secs(45)),
        ..Puppet::default()
    };
    match session {
        "raw" => Box::new(RawSession),
        "json" => Box::new(JsonSession::default()),
        "text" => Box::new(TextSession::new()),
        "fetching puppet" => Box::new(Puppet {
            fetches: true,
            ..puppet
        }),
        "shaking puppet" => Box::new(Puppet {
            shakes_hands: true,
            ..puppet
        }),
        _ => Box::new(puppet),
    }
}

fn resend() -> impl Strategy<Value = Resend> {
    prop::sample::select(vec![Resend::Never, Resend::Recognised, Resend::Always])
}

prop_compose! {
    fn config()(resend in resend(), provided: bool, max_attempts in prop::option::of(1..4_u32)) -> Config {
        let mut config = Config { resend, max_attempts, ..Config::new(URL) };
        if provided {
            config.endpoint = Endpoint::Provided;
        }
        config
    }
}

/// A world under a script, and what is known of it.
struct Run {
    world: World,
    resend: bool,
    accepted: Vec<MessageId>,
    /// The app wants it closed.
    shut: bool,
    attempts_when_shut: usize,
}

impl Run {
    fn new(config: Config, session: &str) -> Self {
        Self {
            resend: config.resend != Resend::Never,
            world: World::boxed(config, make(session)),
            accepted: Vec::new(),
            shut: false,
            attempts_when_shut: 0,
        }
    }

    /// The newest attempt's id, less `back`.
    fn attempt(&self, back: u64) -> SocketId {
        let sockets = self.world.sockets.iter().map(|socket| socket.id);
        let resolves = self.world.resolves.iter().copied();
        let fetches = self.world.fetches.iter().map(|(socket, _)| *socket);
        let newest = sockets.chain(resolves).chain(fetches).max();
        SocketId(newest.map_or(0, |newest| newest.0.saturating_sub(back)))
    }

    fn input(&mut self, back: u64, input: impl FnOnce(SocketId) -> Input) {
        let id = self.attempt(back);
        if back > 0 {
            self.assert_ignored(input(id));
        } else {
            self.world.input(input(id));
        }
    }

    /// Rule 1: an input from an old socket changes nothing.
    fn assert_ignored(&mut self, input: Input) {
        let now = self.world.now;
        let connection = &mut self.world.connection;
        let before = (
            connection.state().clone(),
            connection.poll_timeout(),
            connection.queued(),
        );
        connection.handle_input(input, now);
        assert_eq!(
            connection.poll_output(),
            None,
            "an old socket caused something"
        );
        let after = (
            connection.state().clone(),
            connection.poll_timeout(),
            connection.queued(),
        );
        assert_eq!(before, after);
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Open => {
                self.shut = false;
                self.world.open();
            }
            Step::Close(code) => self.close(code),
            Step::Page(input) => self.world.input(input),
            Step::Advance(time) => self.world.advance(millis(time)),
            Step::Sleep(time) => self.world.sleep(millis(time)),
            Step::Send(len) => self.send(len),
            Step::Clog(true) => self.world.clogged = true,
            Step::Clog(false) => self.world.unclog(),
            Step::Opened(0) => self.open_newest(),
            Step::Opened(back) => self.input(back, |socket| Input::Socket {
                socket,
                event: SocketEvent::Opened {
                    subprotocol: String::new(),
                },
            }),
            Step::Message(back, words) => self.input(back, |socket| Input::Socket {
                socket,
                event: SocketEvent::Message(words.into()),
            }),
            Step::Prove(place) => self.prove(place),
            Step::Closed(0, code, clean) => self.world.closed(self.attempt(0), code, "", clean),
            Step::Closed(back, code, was_clean) => self.input(back, |socket| Input::Socket {
                socket,
                event: SocketEvent::Closed(CloseEvent {
                    code,
                    reason: String::new(),
                    was_clean,
                }),
            }),
            Step::Failed(0, kind) => self.world.failed(self.attempt(0), error(kind)),
            Step::Failed(back, kind) => self.input(back, |socket| Input::Socket {
                socket,
                event: SocketEvent::Failed(error(kind)),
            }),
            Step::Resolved(back, kind) => self.input(back, |socket| Input::Socket {
                socket,
                event: SocketEvent::Resolved(target(kind)),
            }),
            Step::Fetched(back, good) => self.input(back, |socket| Input::Socket {
                socket,
                event: SocketEvent::Fetched(if good {
                    Ok("{}".into())
                } else {
                    Err(FetchError::Unreachable)
                }),
            }),
        }
        self.check();
    }

    fn open_newest(&mut self) {
        let newest = self.attempt(0);
        let opening = self
            .world
            .sockets
            .iter()
            .any(|socket| socket.id == newest && socket.state == SocketState::Opening);
        if opening {
            self.world.opened(newest, "");
        }
    }

    fn close(&mut self, code: u16) {
        let now = self.world.now;
        if self.world.connection.close(code, "", now).is_ok() {
            self.shut = true;
            self.world.drain();
            self.attempts_when_shut = self.world.sockets.len();
        } else {
            assert_eq!(self.world.connection.poll_output(), None);
        }
    }

    fn send(&mut self, len: usize) {
        let text = format!("m#{}#{}", self.accepted.len(), "x".repeat(len));
        match self.world.send(text) {
            Ok(id) => self.accepted.push(id),
            Err(SendError::Closed) => assert!(matches!(self.world.name(), "closing" | "closed")),
            Err(SendError::Full) => assert!(self.world.connection.queued().0 > 0),
            Err(error) => panic!("{error}"),
        }
    }

    /// The server acknowledges, in the puppet's way; to the others these are words.
    fn prove(&mut self, place: usize) {
        if let Some(id) = self.accepted.iter().rev().nth(place) {
            let message = format!("delivered {id}").into();
            let socket = self.attempt(0);
            self.world.happens(socket, SocketEvent::Message(message));
        }
    }

    fn check(&self) {
        let state = self.world.state();
        assert!(self.world.live().len() <= 1);
        if matches!(
            state,
            State::Connecting | State::Handshaking | State::Waiting { .. } | State::Closing { .. }
        ) {
            assert!(
                self.world.connection.poll_timeout().is_some(),
                "{state:?} waits for ever"
            );
        }
        if matches!(state, State::Idle | State::Closed { .. }) {
            assert_eq!(self.world.connection.poll_timeout(), None);
            assert_eq!(self.world.live(), []);
        }
        if self.shut {
            assert!(
                matches!(state, State::Closing { .. } | State::Closed { .. }),
                "{state:?}"
            );
            assert_eq!(self.world.sockets.len(), self.attempts_when_shut);
        }
    }

    /// In the end the network is good.
    fn finish(&mut self) {
        self.world.unclog();
        self.world.input(Input::Online(true));
        for _ in 0..1_000 {
            match self.world.name() {
                "open" if self.world.connection.queued() == (0, 0) => break,
                // A message that may have ended a link goes alone for a moment.
                "open" => self.world.advance(millis(200)),
                "closed" | "idle" | "closing" => self.world.open(),
                "waiting" => self.world.advance_to_timer(),
                "handshaking" => self.world.hear("ready"),
                _ => self.help_connecting(),
            }
        }
        assert_eq!(self.world.name(), "open");
        assert_eq!(self.world.connection.queued(), (0, 0));
    }

    fn help_connecting(&mut self) {
        let socket = self.attempt(0);
        self.world.happens(socket, SocketEvent::Resolved(target(0)));
        self.world
            .happens(socket, SocketEvent::Fetched(Ok("{}".into())));
        self.open_newest();
    }

    /// Rule 11: each message goes through its states in order, and ends in one.
    fn check_fates(&self) {
        let mut fates: HashMap<MessageId, Vec<Delivery>> = HashMap::new();
        for id in &self.accepted {
            assert!(
                fates.insert(*id, self.world.fate(*id)).is_none(),
                "an id is used twice"
            );
        }
        for fate in fates.values() {
            assert_eq!(fate.first(), Some(&Delivery::Queued));
            assert_ne!(fate.last(), Some(&Delivery::Queued));
            for pair in fate.windows(2) {
                assert!(self.follows(&pair[0], &pair[1]), "{fate:?}");
            }
        }
    }

    fn follows(&self, before: &Delivery, after: &Delivery) -> bool {
        use Delivery::{Delivered, Failed, Queued, Sent};
        match (before, after) {
            (Queued | Sent | Failed(Failure::Unconfirmed), Delivered) => true,
            // Only the puppet does so, and as often as it is told to.
            (Delivered, Delivered) => true,
            (Queued, Sent) | (Sent, Failed(_)) => true,
            (Sent, Queued) => self.resend,
            _ => false,
        }
    }

    /// Rule 10: what goes out goes out in the order in which it was accepted.
    fn check_order(&self) {
        let mut last = None;
        for socket in &self.world.sockets {
            let numbers = socket.sent.iter().filter_map(|message| {
                let text = message.as_text()?;
                text.split("m#")
                    .nth(1)?
                    .split('#')
                    .next()?
                    .parse::<u32>()
                    .ok()
            });
            if self.resend {
                last = None;
            }
            for number in numbers {
                assert!(
                    last.is_none_or(|last| last < number),
                    "{number} after {last:?}"
                );
                last = Some(number);
            }
        }
    }
}

fn error(kind: u8) -> SocketError {
    match kind {
        0 => SocketError::Syntax("x".into()),
        1 => SocketError::Security("x".into()),
        _ => SocketError::Other("x".into()),
    }
}

fn target(kind: u8) -> Result<Target, ResolveError> {
    match kind {
        0 => Ok(Target::new(URL)),
        1 => Ok(Target::new("nonsense")),
        2 => Err(ResolveError::Retry("x".into())),
        _ => Err(ResolveError::GiveUp("x".into())),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn the_rules_hold_for_every_script(
        config in config(),
        session in session(),
        script in prop::collection::vec(step(), 0..60),
    ) {
        let mut run = Run::new(config, session);
        for step in script {
            run.take(step);
        }
        run.finish();
        run.check_fates();
        run.check_order();
    }
}
