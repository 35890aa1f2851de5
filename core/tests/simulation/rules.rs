//! What must be true of a connection, looked at after every step. The numbers are those of the list in `main.rs`.

use std::time::Duration;

use leptos_chat_core::connection::{
    CloseError, Closer, Delivery, Input, Output, SendError, SocketError, SocketEvent, SocketId,
    State,
};
use leptos_chat_core::session::{CloseEvent, FetchError, LoadError, Target};

use crate::link::Browser;
use crate::simulation::{Simulation, millis, secs};

/// What was not true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    pub rule: &'static str,
    pub what: String,
}

/// One input of each kind, from this socket.
pub fn inputs_of(socket: SocketId) -> Vec<Input> {
    let close = |code, was_clean| CloseEvent {
        code,
        reason: String::new(),
        was_clean,
    };
    vec![
        Input::Socket {
            socket,
            event: SocketEvent::Opened {
                subprotocol: String::new(),
            },
        },
        Input::Socket {
            socket,
            event: SocketEvent::Message(r#"{"text":"old"}"#.into()),
        },
        Input::Socket {
            socket,
            event: SocketEvent::Message("41".into()),
        },
        Input::Socket {
            socket,
            event: SocketEvent::Closing,
        },
        Input::Socket {
            socket,
            event: SocketEvent::Closed(close(1008, true)),
        },
        Input::Socket {
            socket,
            event: SocketEvent::Closed(close(1006, false)),
        },
        Input::Socket {
            socket,
            event: SocketEvent::Failed(SocketError::Other("old".into())),
        },
        Input::Socket {
            socket,
            event: SocketEvent::Buffered(1 << 30),
        },
        Input::Socket {
            socket,
            event: SocketEvent::Resolved(Ok(Target::new("wss://other.example"))),
        },
        Input::Socket {
            socket,
            event: SocketEvent::Fetched(Err(FetchError::Unreachable)),
        },
        Input::Socket {
            socket,
            event: SocketEvent::Loaded(Err(LoadError)),
        },
    ]
}

impl Simulation {
    /// Notes the first thing that is not true; the run ends with it.
    pub fn fail(&mut self, rule: &'static str, what: String) {
        if self.violation.is_none() {
            let what = format!("at {:?}: {what}", self.now.since_start());
            self.violation = Some(Violation { rule, what });
        }
    }

    /// Rule 2: an input from an older socket changes nothing.
    pub fn stale(&mut self, c: usize, input: Input) {
        let now = self.now;
        let connection = &mut self.clients[c].driver.connection;
        let before = (
            connection.state().clone(),
            connection.poll_timeout(),
            connection.queued(),
        );
        connection.handle_input(input.clone(), now);
        let output = connection.poll_output();
        let after = (
            connection.state().clone(),
            connection.poll_timeout(),
            connection.queued(),
        );
        self.stats.stale += 1;
        if output.is_some() || before != after {
            self.fail(
                "2",
                format!("{input:?} from an old socket led to {output:?}, {before:?} to {after:?}"),
            );
        }
    }

    pub fn judge_output(&mut self, c: usize, output: &Output) {
        match output {
            Output::Resolve { socket, .. }
            | Output::Fetch { socket, .. }
            | Output::Load { socket } => self.judge_attempt(c, *socket),
            Output::OpenSocket { socket, .. } => {
                self.judge_attempt(c, *socket);
                let live = self.links.iter().filter(|link| {
                    link.client == c && !link.abandoned && link.browser != Browser::Closed
                });
                if live.count() > 0 {
                    self.fail("1", format!("a second live socket at client {c}"));
                }
            }
            Output::Send { socket, .. } => self.judge_transmission(c, *socket),
            Output::CloseSocket { socket, code, .. } => {
                let known = self.clients[c]
                    .link
                    .is_some_and(|l| self.links[l].socket == *socket);
                if !known || !is_closing_code(*code) {
                    self.fail("6", format!("closes {socket:?} with {code}"));
                }
            }
            Output::AbandonSocket { .. } | Output::Event(_) => {}
        }
    }

    fn judge_transmission(&mut self, c: usize, socket: SocketId) {
        let link = self.clients[c]
            .link
            .filter(|l| self.links[*l].socket == socket);
        match link.map(|l| self.links[l].browser) {
            None => self.fail(
                "1",
                format!("client {c} sends over {socket:?}, which is gone"),
            ),
            Some(Browser::Open) => {}
            Some(other) => self.fail("1", format!("client {c} sends while {other:?}")),
        }
    }

    pub fn check_client(&mut self, c: usize) {
        let client = &self.clients[c];
        let state = client.connection().state().clone();
        let timeout = client.connection().poll_timeout();
        let (queued, bytes) = client.connection().queued();
        let over = matches!(state, State::Idle | State::Closed { .. });
        // What may wait for a while only ends in time, whether there is a link or not.
        let expiring = self.book.values().any(|book| {
            usize::from(book.client) == c && book.brief && book.state == Some(Delivery::Queued)
        });
        let waits = matches!(
            state,
            State::Connecting | State::Handshaking | State::Waiting { .. } | State::Closing { .. }
        );
        if waits && timeout.is_none() {
            self.fail(
                "6",
                format!("client {c} is {} without a deadline", state.name()),
            );
        } else if over
            && (timeout.is_some() && !expiring || client.link.is_some_and(|l| self.is_live(l)))
        {
            self.fail(
                "6",
                format!("client {c} is {} and not at rest", state.name()),
            );
        } else if client.shut && !over && state != (State::Closing { by: Closer::App }) {
            self.fail(
                "6",
                format!("client {c} was closed and is {}", state.name()),
            );
        } else if self.setup.never
            && (queued > client.config.max_queued || bytes > client.config.max_queued_bytes)
        {
            self.fail(
                "11",
                format!("client {c} holds {queued} messages, {bytes} bytes"),
            );
        } else if state.is_open()
            && queued > 0
            && timeout.is_none_or(|at| at > self.now + self.may_wait(c))
        {
            self.fail(
                "5",
                format!("client {c} is open and does not send what waits"),
            );
        }
    }

    /// How long what is queued may wait at an open connection: for a full buffer to be looked at, for the first line's return, or for
    /// the end of a socket that closes.
    fn may_wait(&self, c: usize) -> Duration {
        let client = &self.clients[c];
        let closes = client
            .link
            .is_some_and(|l| self.links[l].browser == Browser::Closed);
        if closes {
            client.config.close_timeout
        } else if self.setup.kind.is_stomp() {
            // The first line goes alone where the subscription is not confirmed.
            secs(1)
        } else {
            millis(60)
        }
    }

    fn is_live(&self, l: usize) -> bool {
        !self.links[l].abandoned && self.links[l].browser != Browser::Closed
    }

    pub fn judge_close(&mut self, code: u16, closed: Result<(), CloseError>) {
        if closed.is_ok() != is_closing_code(code) {
            self.fail("6", format!("close({code}) gave {closed:?}"));
        }
    }

    pub fn judge_send(
        &mut self,
        c: usize,
        len: usize,
        volatile: bool,
        sent: Result<(), SendError>,
    ) {
        let client = &self.clients[c];
        let config = &client.config;
        let (queued, bytes) = client.connection().queued();
        let shut = matches!(
            client.connection().state(),
            State::Closing { by: Closer::App } | State::Closed { .. }
        );
        let fits = match sent {
            Ok(()) => len <= config.max_outgoing && !shut,
            Err(SendError::TooLarge { .. }) => len > config.max_outgoing,
            Err(SendError::Closed) => shut,
            Err(SendError::WouldWait) => volatile,
            Err(SendError::Full) => {
                queued >= config.max_queued || bytes + len > config.max_queued_bytes
            }
            Err(_) => false,
        };
        if !fits {
            self.fail(
                "3",
                format!("send of {len} bytes gave {sent:?} with {queued} queued"),
            );
        }
    }
}

pub fn is_closing_code(code: u16) -> bool {
    code == 1000 || (3000..=4999).contains(&code)
}
