//! A script that is run, and what must hold at each step.

use super::*;

/// A harness under a script, and what is known of it.
pub(super) struct Run {
    harness: Harness,
    resend: bool,
    accepted: Vec<MessageId>,
    /// The app wants it closed.
    shut: bool,
    attempts_when_shut: usize,
}

impl Run {
    pub(super) fn new(endpoint: Endpoint, config: Config, session: &str) -> Self {
        Self {
            resend: config.resend != Resend::Never,
            harness: Harness::to(endpoint, config, make(session)),
            accepted: Vec::new(),
            shut: false,
            attempts_when_shut: 0,
        }
    }

    /// The newest attempt's id, less `back`.
    fn attempt(&self, back: u64) -> SocketId {
        let sockets = self.harness.sockets.iter().map(|socket| socket.id);
        let resolves = self.harness.resolves.iter().copied();
        let fetches = self.harness.fetches.iter().map(|(socket, _)| *socket);
        let newest = sockets.chain(resolves).chain(fetches).max();
        SocketId(newest.map_or(0, |newest| newest.0.saturating_sub(back)))
    }

    fn input(&mut self, back: u64, input: impl FnOnce(SocketId) -> Input) {
        let id = self.attempt(back);
        if back > 0 {
            self.assert_ignored(input(id));
        } else {
            self.harness.input(input(id));
        }
    }

    /// Rule 1: an input from an old socket changes nothing.
    fn assert_ignored(&mut self, input: Input) {
        let now = self.harness.now;
        let connection = &mut self.harness.connection;
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

    pub(super) fn take(&mut self, step: Step) {
        match step {
            Step::Open => {
                self.shut = false;
                self.harness.open();
            }
            Step::Close(code) => self.close(code),
            Step::Page(input) => self.harness.input(input),
            Step::Advance(time) => self.harness.advance(millis(time)),
            Step::Sleep(time) => self.harness.sleep(millis(time)),
            Step::Send(len) => self.send(len),
            Step::Clog(true) => self.harness.clogged = true,
            Step::Clog(false) => self.harness.unclog(),
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
            Step::Closed(0, code, clean) => self.harness.closed(self.attempt(0), code, "", clean),
            Step::Closed(back, code, was_clean) => self.input(back, |socket| Input::Socket {
                socket,
                event: SocketEvent::Closed(CloseEvent {
                    code,
                    reason: String::new(),
                    was_clean,
                }),
            }),
            Step::Failed(0, kind) => self.harness.failed(self.attempt(0), error(kind)),
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
            .harness
            .sockets
            .iter()
            .any(|socket| socket.id == newest && socket.state == SocketState::Opening);
        if opening {
            self.harness.opened(newest, "");
        }
    }

    fn close(&mut self, code: u16) {
        let now = self.harness.now;
        if self.harness.connection.close(code, "", now).is_ok() {
            self.shut = true;
            self.harness.drain();
            self.attempts_when_shut = self.harness.sockets.len();
        } else {
            assert_eq!(self.harness.connection.poll_output(), None);
        }
    }

    fn send(&mut self, len: usize) {
        let text = format!("m#{}#{}", self.accepted.len(), "x".repeat(len));
        match self.harness.send(text) {
            Ok(id) => self.accepted.push(id),
            Err(SendError::Closed) => assert!(matches!(self.harness.name(), "closing" | "closed")),
            Err(SendError::Full) => assert!(self.harness.connection.queued().0 > 0),
            Err(error) => panic!("{error}"),
        }
    }

    /// The server acknowledges, in the puppet's way; to the others these are words.
    fn prove(&mut self, place: usize) {
        if let Some(id) = self.accepted.iter().rev().nth(place) {
            let message = format!("delivered {id}").into();
            let socket = self.attempt(0);
            self.harness.happens(socket, SocketEvent::Message(message));
        }
    }

    fn check(&self) {
        let state = self.harness.state();
        assert!(self.harness.live().len() <= 1);
        if matches!(
            state,
            State::Connecting | State::Handshaking | State::Waiting { .. } | State::Closing { .. }
        ) {
            assert!(
                self.harness.connection.poll_timeout().is_some(),
                "{state:?} waits for ever"
            );
        }
        if matches!(state, State::Idle | State::Closed { .. }) {
            assert_eq!(self.harness.connection.poll_timeout(), None);
            assert_eq!(self.harness.live(), []);
        }
        if self.shut {
            assert!(
                matches!(state, State::Closing { .. } | State::Closed { .. }),
                "{state:?}"
            );
            assert_eq!(self.harness.sockets.len(), self.attempts_when_shut);
        }
    }

    /// In the end the network is good.
    pub(super) fn finish(&mut self) {
        self.harness.unclog();
        self.harness.input(Input::Online(true));
        for _ in 0..1_000 {
            match self.harness.name() {
                "open" if self.harness.connection.queued() == (0, 0) => break,
                // A message that may have ended a link goes alone for a moment.
                "open" => self.harness.advance(millis(200)),
                "closed" | "idle" | "closing" => self.harness.open(),
                "waiting" => self.harness.advance_to_timer(),
                "handshaking" => self.harness.hear("ready"),
                _ => self.help_connecting(),
            }
        }
        assert_eq!(self.harness.name(), "open");
        assert_eq!(self.harness.connection.queued(), (0, 0));
    }

    fn help_connecting(&mut self) {
        let socket = self.attempt(0);
        self.harness
            .happens(socket, SocketEvent::Resolved(target(0)));
        self.harness
            .happens(socket, SocketEvent::Fetched(Ok("{}".into())));
        self.open_newest();
    }

    /// Rule 11: each message goes through its states in order, and ends in one.
    pub(super) fn check_fates(&self) {
        let mut fates: HashMap<MessageId, Vec<Delivery>> = HashMap::new();
        for id in &self.accepted {
            assert!(
                fates.insert(*id, self.harness.fate(*id)).is_none(),
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
    pub(super) fn check_order(&self) {
        let mut last = None;
        for socket in &self.harness.sockets {
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
