//! Raw messages with a ping of the app's own: [`PingedSession`].

use super::raw::RawSession;
use super::{
    Action, Actions, HeartbeatSetting, Liveness, MessageId, Outgoing, Protocol, Session, Spoken,
};
use crate::time::Instant;
use crate::wire::Message;

/// Every message as it is, and a ping that the app has chosen: a dead link is found out where the server answers it.
#[derive(Clone, Debug)]
pub struct PingedSession {
    ping: Message,
    answer: Option<Message>,
}

impl PingedSession {
    /// Sends `ping` as often as the connection's heartbeat says, every 20 s by default. With an `answer`, the link is given
    /// up where neither that nor anything else comes within the heartbeat's time, 10 s by default; the answer itself is not
    /// handed on. Without one, the ping only keeps the link from being cut for its silence.
    #[must_use]
    pub fn new(ping: impl Into<Message>, answer: Option<Message>) -> Self {
        let ping = ping.into();
        Self { ping, answer }
    }
}

impl Session for PingedSession {
    fn protocol(&self) -> Spoken {
        Protocol::Raw.into()
    }

    fn handle_message(&mut self, message: Message, now: Instant, out: &mut Actions) {
        match self.answer.as_ref() == Some(&message) {
            true => out.push(Action::Answered),
            false => RawSession.handle_message(message, now, out),
        }
    }

    fn send(&mut self, id: MessageId, outgoing: Outgoing, now: Instant, out: &mut Actions) {
        RawSession.send(id, outgoing, now, out);
    }

    fn liveness(&self, wanted: HeartbeatSetting) -> Liveness {
        let pace = wanted.pace();
        let answered = pace.filter(|_| self.answer.is_some());
        Liveness {
            send_every: pace.map(|pace| pace.send_every),
            answer_within: answered.map(|pace| pace.expect_within),
            ..Liveness::default()
        }
    }

    fn heartbeat(&mut self, _id: MessageId, _now: Instant, out: &mut Actions) -> bool {
        out.push(Action::Transmit(self.ping.clone()));
        // The app says that it is answered.
        self.answer.is_some()
    }
}
