//! The `json` session: one adaptive dialect for any JSON chat server, a relay to others or a channel to all.
//!
//! What it learns and from what, kept for the address in one plain value ([`Learnt`]):
//!
//! - The shape of the first line that arrives is how we answer, while nothing was set. A server that wraps our whole object into
//!   words takes words.
//! - An own message that comes back proves its delivery and is not shown again.
//! - Heartbeats are sent where a person asked for them, or the server has said or shown that it speaks them. Our own ping
//!   that comes back, wrapped in whatever, proves that this server answers. A pong proves it too, until another client's
//!   heartbeat shows that this is a relay, where a client may have answered and may leave. Only a server that answers gets a
//!   deadline: a relay that excludes the sender never does, and is alive.
//! - The server's own pings are answered once a link has ended with them unanswered: at a relay they are another client's.
//! - JSON that is no line is data. Where it may hold somebody's words, it is shown as it is until a line could be read here.

mod ack;
mod announcement;
mod arriving;
mod chat;
mod heartbeats;
mod numbered;
mod requests;
mod resume;
mod sequence;
mod strategy;

use std::collections::VecDeque;

use super::dialect::Dialect;
use super::options::SessionOptions;
use super::templates::Templates;
use super::{
    Action, Actions, CloseEvent, HeartbeatSetting, Liveness, MessageId, Outgoing, Protocol, Reason,
    Session, Spoken,
};
use crate::session::Target;
use crate::session::plain_texts::bare_heartbeat;
use crate::shape::{Answer, Learnt, Preview, Template};
use crate::time::Instant;
use crate::wire::Message;
use crate::wire::json::{self, Chat, JsonFields};
use chat::CHAT;
use heartbeats::{LinkState, PINGS};
use numbered::Promises;
pub use requests::AsIs;
use requests::Replies;
use strategy::{NAMED, Strategy};

/// The `json` session; see the module's text.
#[derive(Debug)]
pub struct JsonSession {
    strategy: &'static Strategy,
    dialect: Dialect,
    templates: Templates,
    subprotocols: Vec<String>,
    /// The server takes words, and says JSON.
    sends_text: bool,
    learnt: Learnt,
    /// Our pings on any link: a server with a memory tells them again.
    pings: VecDeque<MessageId>,
    link: LinkState,
    /// What an app asked, once it has.
    replies: Option<Box<dyn Replies>>,
    promises: Promises,
}

impl JsonSession {
    /// A chat's session that writes `user` (if it is not empty) into each message, and uses these member names.
    #[must_use]
    pub fn new(user: Option<String>, fields: JsonFields) -> Self {
        Self::with_options(&SessionOptions {
            user,
            fields,
            ..SessionOptions::default()
        })
    }

    /// A chat's session with these options: `user`, `fields`, `shape`, `secret`, `subprotocols`.
    #[must_use]
    pub fn with_options(options: &SessionOptions) -> Self {
        let dialect = Dialect::for_chat(options.user.clone(), options.fields.clone());
        Self::speaking(options, dialect, &CHAT)
    }

    /// A session for an app that speaks to a server of its own, with the same options. A line is what has its words in the member
    /// that `fields` names; all else is data. Own messages are known by their ids.
    #[must_use]
    pub fn named(options: &SessionOptions) -> Self {
        let dialect = Dialect::new(options.user.clone(), options.fields.clone());
        Self::speaking(options, dialect, &NAMED)
    }

    /// A chat's session for a server that takes plain words, and says its lines in JSON, where paths lead to what they hold.
    #[must_use]
    pub fn sending_text(options: &SessionOptions) -> Self {
        Self {
            sends_text: true,
            ..Self::with_options(options)
        }
    }

    fn speaking(options: &SessionOptions, dialect: Dialect, strategy: &'static Strategy) -> Self {
        Self {
            strategy,
            dialect,
            templates: Templates::new(options),
            subprotocols: options.subprotocols.clone(),
            sends_text: false,
            learnt: Learnt::default(),
            pings: VecDeque::new(),
            link: LinkState::default(),
            replies: None,
            promises: Promises::default(),
        }
    }

    fn written(&self, chat: &Chat) -> String {
        (self.strategy.write)(self, chat)
    }

    /// Whether the shape of messages was left to us.
    fn learns(&self) -> bool {
        self.strategy.learns && self.dialect.fields == JsonFields::default()
    }

    /// How a message is put. A server that acknowledges reads ids: a shape without a place for one is another client's.
    fn answer(&self) -> &Answer {
        let answer = &self.learnt.answer;
        let takes_id = matches!(answer, Answer::Object(_));
        match self.is_acknowledged() && !takes_id {
            true => &Answer::Unknown,
            false => answer,
        }
    }

    fn is_acknowledged(&self) -> bool {
        !self.sends_text && self.promises.acks.are_believed()
    }

    /// Whether a message goes out with its id.
    fn carries_id(&self) -> bool {
        let has_place = match self.answer() {
            Answer::Plain | Answer::Quoted => false,
            Answer::Array(_) => !self.learns(),
            Answer::Object(_) | Answer::Unknown => true,
        };
        has_place && (!self.learnt.without_id || self.is_acknowledged())
    }

    fn frame(&mut self, id: MessageId, text: String, resent: bool, now: Instant) -> String {
        if let Some((frame, with_id)) = self.templates.message(&text, id) {
            self.dialect.sent(id, &text, with_id, now);
            return frame;
        }
        let chat = match self.carries_id() {
            true => self.dialect.outgoing(id, text, resent, now),
            false => {
                self.dialect.sent(id, &text, false, now);
                self.unnamed(text)
            }
        };
        self.written(&chat)
    }

    fn unnamed(&self, text: String) -> Chat {
        Chat {
            text,
            user: self.dialect.user().map(str::to_owned),
            ..Chat::default()
        }
    }
}

impl Default for JsonSession {
    fn default() -> Self {
        Self::with_options(&SessionOptions::default())
    }
}

impl Session for JsonSession {
    fn protocol(&self) -> Spoken {
        match self.sends_text {
            true => Protocol::Text.into(),
            false => Protocol::Json.into(),
        }
    }

    fn reshape(&mut self, options: &SessionOptions) {
        self.templates = Templates::new(options);
        self.subprotocols = options.subprotocols.clone();
    }

    fn begin(&mut self, target: &Target, out: &mut Actions) {
        self.begin_promises(&target.url, out);
        self.link = LinkState::default();
        self.learnt.at(&target.url);
        if self.sends_text {
            self.learnt.answer = Answer::Plain;
        }
        self.templates.begin();
        self.dialect.begin(&target.url, out);
        out.push(Action::Open(target.offering(&self.subprotocols)));
    }

    fn handle_open(&mut self, _subprotocol: &str, now: Instant, out: &mut Actions) {
        self.dialect.opened(now);
        self.promises.resume.open(now);
        self.templates.open(now, out);
        self.promises.resume.hold_ready(out);
    }

    fn handle_message(&mut self, message: Message, now: Instant, out: &mut Actions) {
        let Some(text) = message.as_text() else {
            out.push(Action::Unreadable(Reason::NotText, message));
            return;
        };
        self.link.opening = self.templates.is_opening();
        self.promises.hear(self.dialect.proves(), now);
        self.templates.handle_text(text, out);
        self.promises.resume.hold_ready(out);
        // The server's own heartbeat, or a page that speaks plain text, on the same relay.
        if let Some(is_ping) = bare_heartbeat(text.trim()) {
            self.link.relays = true;
            if is_ping {
                self.answer_ping(text.trim(), now, out);
            }
            return;
        }
        if self.carries_ping(text, out) {
            return;
        }
        match json::split(text) {
            Ok(parts) => {
                for part in parts {
                    self.handle_part(part, now, out);
                }
                self.promises.resume.hold_ready(out);
            }
            Err(error) => out.push(Action::Unreadable(
                Reason::Codec(error.to_string()),
                message,
            )),
        }
    }

    fn handle_close(&mut self, close: &CloseEvent, out: &mut Actions) {
        self.learnt.link_ended(&self.link.end_causes, close, out);
    }

    fn handle_timeout(&mut self, now: Instant, out: &mut Actions) {
        self.dialect.handle_timeout(now, out);
        self.templates.handle_timeout(now, out);
        self.learnt.note_outlived(&mut self.link.end_causes, now);
        self.promises_timeout(now, out);
        self.promises.resume.hold_ready(out);
    }

    fn poll_timeout(&self) -> Option<Instant> {
        let all = [
            self.dialect.poll_timeout(),
            self.templates.poll_timeout(),
            self.link.end_causes.poll_timeout(),
            self.promises.poll_timeout(),
        ];
        all.into_iter().flatten().min()
    }

    fn send(&mut self, id: MessageId, outgoing: Outgoing, now: Instant, out: &mut Actions) {
        let message = match outgoing.body {
            Message::Text(text) if outgoing.as_is.is_none() => {
                if !self.learnt.taken {
                    self.link.end_causes.line_sent(now);
                }
                let frame = self.frame(id, text, outgoing.resent, now);
                if self.dialect.carried(id) {
                    self.promises.acks.sent(now);
                }
                frame.into()
            }
            // An app's own JSON, and bytes, go as they are, and are nobody's echo.
            other => {
                if let Some(replies) = outgoing.as_is {
                    let replies = self.replies.get_or_insert_with(|| replies.make());
                    replies.note(id, other.as_text().unwrap_or_default());
                }
                other
            }
        };
        out.push(Action::Transmit(message));
    }

    fn liveness(&self, wanted: HeartbeatSetting) -> Liveness {
        let pace = self
            .learnt
            .pace(wanted, self.templates.shape.ping.is_some());
        // A server that talks to us is asked at once whether it answers: it may fall silent before the first ping is due.
        let at_once = self.link.came_back && self.link.pings.is_empty();
        Liveness {
            returns_within: self.dialect.returns_within(),
            ..Liveness::asking(pace, at_once)
        }
    }

    fn heartbeat(&mut self, id: MessageId, now: Instant, out: &mut Actions) -> bool {
        self.dialect.remember(id, now);
        self.ping_sent(id);
        self.pings.push_back(id);
        if self.pings.len() > PINGS {
            self.pings.pop_front();
        }
        self.link.end_causes.heartbeat_sent(now);
        let ping = self.templates.ping(id);
        let ping = ping.unwrap_or_else(|| json::encode_ping(&id.to_string()));
        out.push(Action::Transmit(ping.into()));
        // A link may die before its first answer: who announced heartbeats and acknowledgements owes one from the start.
        let owes = self.learnt.heartbeats && self.promises.acks.are_believed();
        self.link.answers() || owes
    }

    fn preview(&self, text: &str) -> Option<Preview> {
        if let Some(preview) = self.templates.preview(text) {
            return Some(preview);
        }
        let id = self.carries_id().then(|| "…".to_owned());
        let chat = Chat {
            id,
            ..self.unnamed(text.to_owned())
        };
        let sure = match self.answer() {
            Answer::Plain | Answer::Quoted => true,
            Answer::Object(envelope) => envelope.is_plain(),
            Answer::Array(_) => false,
            Answer::Unknown => !self.learns() || self.is_acknowledged(),
        };
        Some(Preview {
            text: self.written(&chat),
            guessed: !sure && !self.dialect.proves(),
        })
    }

    fn recognisable(&self, id: MessageId) -> bool {
        let template = self.templates.shape.send.as_ref();
        let carries_id = template.map_or_else(|| self.carries_id(), Template::has_id);
        let drops_copies = self.promises.acks.are_believed() && self.dialect.carried(id);
        carries_id && (drops_copies || self.dialect.recognisable(id))
    }

    fn proves(&self) -> bool {
        self.dialect.proves() || self.promises.acks.are_believed()
    }

    fn recovered(&self) -> bool {
        self.promises.resume.recovered()
    }

    fn goodbye(&mut self, out: &mut Actions) {
        self.end_promises(out);
        self.dialect.give_up(out);
    }
}
