//! The `json` session: one adaptive dialect for any JSON chat server, a relay to others or a channel to all.
//!
//! What it learns and from what:
//!
//! - An own message that comes back proves its delivery and is not shown again.
//! - Our own ping that comes back proves that this server answers. A pong proves it too, until another client's heartbeat
//!   shows that this is a relay, where a client may have answered and may leave. Only a server that answers gets a deadline:
//!   a relay that excludes the sender never does, and is alive.
//! - A ping without an id is a server's or a tutorial page's, and is answered, once a second at most. One with an id is
//!   from a client like this one, which asks the server, not us.

use std::collections::VecDeque;
use std::time::Duration;

use super::dialect::{Arrived, Dialect};
use super::{
    Action, Actions, Heartbeat, HeartbeatSetting, Incoming, Liveness, MessageId, Outgoing,
    Protocol, Reason, Session, Spoken,
};
use crate::session::Target;
use crate::time::Instant;
use crate::wire::Message;
use crate::wire::json::{self, Frame, JsonFields};

/// We answer another's pings no more often than this.
const PONG_EVERY: Duration = Duration::from_secs(1);
/// How many of our pings are remembered.
const PINGS: usize = 64;

/// The `json` session; see the module's text.
#[derive(Debug, Default)]
pub struct JsonSession {
    dialect: Dialect,
    link: Link,
}

/// What is known of the socket at hand, and forgotten with it.
#[derive(Debug, Default)]
struct Link {
    /// Our newest pings.
    pings: VecDeque<MessageId>,
    /// A message of ours came back.
    came_back: bool,
    /// A ping of ours came back.
    echoes: bool,
    /// Somebody answered: the server, if it does not relay heartbeats.
    ponged: bool,
    /// The ping that was answered last.
    answered: Option<MessageId>,
    /// Other clients' heartbeats arrive here, or a server's own.
    relays: bool,
    last_pong: Option<Instant>,
}

impl Link {
    fn ping(&mut self, id: MessageId) {
        self.pings.push_back(id);
        if self.pings.len() > PINGS {
            self.pings.pop_front();
        }
    }

    fn is_ping(&self, id: MessageId) -> bool {
        self.pings.contains(&id)
    }

    fn answers(&self) -> bool {
        self.echoes || self.ponged && !self.relays
    }
}

impl JsonSession {
    /// A session that writes `user` (if it is not empty) into each message, and uses these member names.
    #[must_use]
    pub fn new(user: Option<String>, fields: JsonFields) -> Self {
        Self {
            dialect: Dialect::new(user, fields),
            link: Link::default(),
        }
    }

    fn handle_frame(&mut self, frame: Frame, bare: bool, now: Instant, out: &mut Actions) {
        match frame {
            Frame::Ping(Some(id)) => self.handle_ping(&id, out),
            Frame::Ping(None) => self.answer_ping(now, out),
            Frame::Pong(id) => self.handle_pong(id.as_deref(), out),
            Frame::Chat(chat) => {
                let arrived = Arrived {
                    chat,
                    bare,
                    rest: Incoming::default(),
                };
                self.link.came_back |= self.dialect.arrived(arrived, now, out);
            }
        }
    }

    fn handle_ping(&mut self, id: &str, out: &mut Actions) {
        if self.own_ping(id).is_some() {
            self.link.echoes = true;
            out.push(Action::Answered);
        } else {
            self.see_foreign(id);
        }
    }

    fn answer_ping(&mut self, now: Instant, out: &mut Actions) {
        self.link.relays = true;
        if self
            .link
            .last_pong
            .is_none_or(|last| now - last >= PONG_EVERY)
        {
            self.link.last_pong = Some(now);
            out.push(Action::Transmit(json::encode_pong(None).into()));
        }
    }

    fn handle_pong(&mut self, id: Option<&str>, out: &mut Actions) {
        let newest = self.link.pings.back().copied();
        match (id, id.map_or(newest, |id| self.own_ping(id))) {
            // A second answer to the same ping: these are clients.
            (Some(_), Some(ping)) if self.link.answered == Some(ping) => self.link.relays = true,
            (_, Some(ping)) => {
                self.link.answered = Some(ping);
                self.link.ponged = true;
                if self.link.answers() {
                    out.push(Action::Answered);
                }
            }
            (Some(id), None) => self.see_foreign(id),
            (None, None) => {}
        }
    }

    /// A ping of ours, on this socket.
    fn own_ping(&self, id: &str) -> Option<MessageId> {
        MessageId::parse(id).filter(|id| self.link.is_ping(*id))
    }

    /// A heartbeat that is not ours, unless it is one of an older socket, from a server that keeps a history.
    fn see_foreign(&mut self, id: &str) {
        if !self.dialect.is_own(id) {
            self.link.relays = true;
        }
    }
}

impl Session for JsonSession {
    fn protocol(&self) -> Spoken {
        Protocol::Json.into()
    }

    fn begin(&mut self, target: &Target, out: &mut Actions) {
        self.link = Link::default();
        self.dialect.begin(out);
        out.push(Action::Open(target.clone()));
    }

    fn handle_open(&mut self, _subprotocol: &str, now: Instant, out: &mut Actions) {
        self.dialect.opened(now);
        out.push(Action::Ready);
    }

    fn handle_timeout(&mut self, now: Instant, out: &mut Actions) {
        self.dialect.handle_timeout(now, out);
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.dialect.poll_timeout()
    }

    fn goodbye(&mut self, out: &mut Actions) {
        self.dialect.give_up(out);
    }

    fn handle_message(&mut self, message: Message, now: Instant, out: &mut Actions) {
        let Some(text) = message.as_text() else {
            out.push(Action::Unreadable(Reason::NotText, message));
            return;
        };
        // A page that speaks plain text, on the same relay.
        if matches!(text, "ping" | "pong") {
            self.link.relays = true;
            return;
        }
        match json::decode(text, &self.dialect.fields) {
            Ok(frames) => {
                let bare = !text.trim_start().starts_with(['{', '[']);
                for frame in frames {
                    self.handle_frame(frame, bare, now, out);
                }
            }
            Err(error) => out.push(Action::Unreadable(
                Reason::Codec(error.to_string()),
                message,
            )),
        }
    }

    fn send(&mut self, id: MessageId, outgoing: Outgoing, now: Instant, out: &mut Actions) {
        let message = match outgoing.body {
            Message::Text(text) => {
                let chat = self.dialect.outgoing(id, text, outgoing.resent, now);
                json::encode(&chat, &self.dialect.fields).into()
            }
            // Bytes have no place in a JSON chat: they go as they are, and are nobody's echo.
            binary @ Message::Binary(_) => binary,
        };
        out.push(Action::Transmit(message));
    }

    fn liveness(&self, wanted: HeartbeatSetting) -> Liveness {
        // A server that talks to us is asked at once whether it answers: it may fall silent before the first ping is due.
        let at_once = self.link.came_back && self.link.pings.is_empty();
        let send_every = |heartbeat: Heartbeat| match at_once {
            true => Duration::ZERO,
            false => heartbeat.send_every,
        };
        Liveness {
            send_every: wanted.pace().map(send_every),
            answer_within: wanted.pace().map(|heartbeat| heartbeat.expect_within),
            silence_limit: None,
        }
    }

    fn heartbeat(&mut self, id: MessageId, _now: Instant, out: &mut Actions) -> bool {
        self.dialect.remember(id);
        self.link.ping(id);
        out.push(Action::Transmit(json::encode_ping(&id.to_string()).into()));
        self.link.answers()
    }

    fn recognisable(&self, id: MessageId) -> bool {
        self.dialect.recognisable(id)
    }

    fn proves(&self) -> bool {
        self.dialect.proves()
    }
}
