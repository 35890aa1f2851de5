//! One session alone on the bench: what is done to it, and what it wants.

use std::time::Duration;

use crate::harness::START;
use crate::secs;
use leptos_chat_core::session::{
    Action, Actions, Heartbeat, HeartbeatSetting, MessageId, Outgoing, Session, Target,
};
use leptos_chat_core::time::Instant;
use leptos_chat_core::wire::Message;

/// One session on the bench: what is done to it, and what it wants.
pub(super) struct Bench<S> {
    pub(super) session: S,
    pub(super) now: Instant,
    pub(super) last_id: u128,
}

impl<S: Session> Bench<S> {
    /// A session whose socket is open.
    pub(super) fn new(session: S) -> Self {
        let mut bench = Self {
            session,
            now: START,
            last_id: 0x1000,
        };
        bench.reconnect();
        bench
    }

    pub(super) fn act(&mut self, act: impl FnOnce(&mut S, Instant, &mut Actions)) -> Vec<Action> {
        let mut out = Actions::default();
        act(&mut self.session, self.now, &mut out);
        std::iter::from_fn(|| out.pop()).collect()
    }

    pub(super) fn reconnect(&mut self) -> Vec<Action> {
        self.act(|session, now, out| {
            session.begin(&Target::default(), out);
            session.handle_open("", now, out);
        })
    }

    pub(super) fn hear(&mut self, message: impl Into<Message>) -> Vec<Action> {
        let message = message.into();
        self.act(|session, now, out| session.handle_message(message, now, out))
    }

    /// Sends, and returns the message's id and what went out.
    pub(super) fn say(&mut self, body: impl Into<Message>) -> (MessageId, String) {
        self.last_id += 1;
        let id = MessageId(self.last_id);
        let body = Outgoing::from(body.into());
        let actions = self.act(|session, now, out| session.send(id, body, now, out));
        (id, only_text(&actions))
    }

    /// Sends a heartbeat, and returns what went out and whether its answer has a deadline.
    pub(super) fn beat(&mut self) -> (String, bool) {
        self.last_id += 1;
        let id = MessageId(self.last_id);
        let mut answers = false;
        let actions = self.act(|session, now, out| answers = session.heartbeat(id, now, out));
        (only_text(&actions), answers)
    }

    pub(super) fn wait(&mut self, duration: Duration) {
        self.now = self.now + duration;
    }
}

pub(super) fn only_text(actions: &[Action]) -> String {
    let [Action::Transmit(message)] = actions else {
        panic!("one message was to go out: {actions:?}");
    };
    message.as_text().expect("a text").to_owned()
}

/// The texts that are shown, in order.
pub(super) fn shown(actions: &[Action]) -> Vec<String> {
    let shown = actions.iter().filter_map(|action| match action {
        Action::Deliver(incoming) => incoming.body.as_text().map(str::to_owned),
        _ => None,
    });
    shown.collect()
}

pub(super) fn answered(actions: &[Action]) -> bool {
    actions.contains(&Action::Answered)
}

#[test]
fn the_heartbeat_follows_the_apps_wish() {
    let wish = Heartbeat {
        send_every: secs(7),
        expect_within: secs(3),
    };
    let sessions: [Box<dyn Session>; 2] = [
        Box::new(leptos_chat_core::session::json::JsonSession::default()),
        Box::new(leptos_chat_core::session::text::TextSession::new()),
    ];
    for session in sessions {
        let liveness = session.liveness(HeartbeatSetting::Every(wish));
        assert_eq!(liveness.send_every, Some(secs(7)));
        assert_eq!(liveness.answer_within, Some(secs(3)));
        assert_eq!(session.liveness(HeartbeatSetting::Off).send_every, None);
    }
}
