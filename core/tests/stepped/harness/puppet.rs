//! A session on strings: the server's words are its commands, so that a test can make it do anything.

use std::time::Duration;

use leptos_chat_core::session::Spoken;
use leptos_chat_core::session::{
    Action, Actions, CloseEvent, FetchError, HeartbeatSetting, Liveness, MessageId, Outgoing,
    Reason, Session, Target,
};
use leptos_chat_core::session::{Body, Incoming};
use leptos_chat_core::time::Instant;
use leptos_chat_core::wire::Message;

/// Understands `ready`, `pong`, `reconnect`, `stop`, `bad`, `delivered <id>`, `failed <id>`; anything else is shown.
#[derive(Debug, Default)]
pub struct Puppet {
    /// Whether it waits for `ready` after the socket opened.
    pub shakes_hands: bool,
    /// Whether its URL has to be fetched first.
    pub fetches: bool,
    /// Whether the server is known to answer heartbeats.
    pub answers: bool,
    pub silence_limit: Option<Duration>,
    pub goodbye: Option<&'static str>,
    /// Sending this text makes it give the socket up.
    pub poison: Option<&'static str>,
    /// What it says of a close.
    pub on_close: Option<Action>,
    /// When it wants to be called, and what it wants then.
    pub timer: Option<(Duration, Action)>,
    pub timer_at: Option<Instant>,
    pub target: Target,
}

impl Puppet {
    /// One that waits for `ready`.
    pub fn shaking_hands() -> Self {
        Self {
            shakes_hands: true,
            ..Self::default()
        }
    }
}

impl Session for Puppet {
    fn protocol(&self) -> Spoken {
        Spoken::Custom("puppet".into())
    }

    fn begin(&mut self, target: &Target, out: &mut Actions) {
        self.timer_at = None;
        self.target = target.clone();
        out.push(match self.fetches {
            true => Action::Fetch("https://chat.example/info".into()),
            false => Action::Open(target.clone()),
        });
    }

    fn handle_fetched(&mut self, answer: Result<String, FetchError>, out: &mut Actions) {
        out.push(match answer {
            Ok(_) => Action::Open(self.target.clone()),
            Err(error) => Action::Reconnect(Reason::Fetch(error)),
        });
    }

    fn handle_open(&mut self, _subprotocol: &str, now: Instant, out: &mut Actions) {
        self.timer_at = self.timer.as_ref().map(|(after, _)| now + *after);
        if !self.shakes_hands {
            out.push(Action::Ready);
        }
    }

    fn handle_message(&mut self, message: Message, _now: Instant, out: &mut Actions) {
        let text = message.as_text().unwrap_or_default();
        let (command, argument) = text.split_once(' ').unwrap_or((text, ""));
        out.push(match (command, MessageId::parse(argument)) {
            ("ready", _) => Action::Ready,
            ("pong", _) => Action::Answered,
            ("reconnect", _) => Action::Reconnect(Reason::Server(argument.into())),
            ("stop", _) => Action::Stop(Reason::Server(argument.into())),
            ("bad", _) => Action::Unreadable(Reason::Server("bad".into()), message),
            ("delivered", Some(id)) => Action::Delivered(id),
            ("failed", Some(id)) => Action::Failed(id, Reason::Server("no".into())),
            _ => Action::Deliver(Incoming {
                body: Body::Text(text.to_owned()),
                ..Incoming::default()
            }),
        });
    }

    fn handle_close(&mut self, _close: &CloseEvent, out: &mut Actions) {
        if let Some(action) = self.on_close.clone() {
            out.push(action);
        }
    }

    fn handle_timeout(&mut self, _now: Instant, out: &mut Actions) {
        self.timer_at = None;
        if let Some((_, action)) = &self.timer {
            out.push(action.clone());
        }
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.timer_at
    }

    fn send(&mut self, _id: MessageId, outgoing: Outgoing, _now: Instant, out: &mut Actions) {
        if self.poison.is_some() && outgoing.body.as_text() == self.poison {
            out.push(Action::Reconnect(Reason::App("poison".into())));
            return;
        }
        if outgoing.resent {
            out.push(Action::Transmit("again:".into()));
        }
        out.push(Action::Transmit(outgoing.body));
    }

    fn liveness(&self, wanted: HeartbeatSetting) -> Liveness {
        Liveness {
            send_every: wanted.pace().map(|heartbeat| heartbeat.send_every),
            answer_within: wanted.pace().map(|heartbeat| heartbeat.expect_within),
            silence_limit: self.silence_limit,
            returns_within: None,
        }
    }

    fn heartbeat(&mut self, _id: MessageId, _now: Instant, out: &mut Actions) -> bool {
        out.push(Action::Transmit("beat".into()));
        self.answers
    }

    fn goodbye(&mut self, out: &mut Actions) {
        if let Some(goodbye) = self.goodbye {
            out.push(Action::Transmit(goodbye.into()));
        }
    }
}
