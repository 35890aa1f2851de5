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
//! - JSON that is no line is shown as it is until a line could be read here, and is data from then on.

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::Value;

use super::dialect::{Arrived, Dialect};
use super::options::SessionOptions;
use super::speech::Speech;
use super::trial::{Trial, message_ids, pong_for};
use super::{
    Action, Actions, Body, CloseEvent, Heartbeat, HeartbeatSetting, Incoming, Kind, Liveness,
    MessageId, Outgoing, Protocol, Reason, Session, Spoken,
};
use crate::session::Target;
use crate::shape::{Answer, Learnt, Preview};
use crate::time::Instant;
use crate::wire::Message;
use crate::wire::json::{self, Chat, Frame, JsonFields, Part};

/// How long an own message may take to come back, where they do.
const PROVE_WITHIN: Duration = Duration::from_secs(10);
/// A longer message may still be on its way up by then.
const SHORT: usize = 4_096;
/// How many of our pings are remembered.
const PINGS: usize = 64;

/// The `json` session; see the module's text.
#[derive(Debug, Default)]
pub struct JsonSession {
    dialect: Dialect,
    speech: Speech,
    subprotocols: Vec<String>,
    /// The server takes words, and says JSON.
    worded: bool,
    learnt: Learnt,
    /// Our pings on any link: a server with a memory tells them again.
    pings: VecDeque<MessageId>,
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
    trial: Trial,
    /// What is read came while hello was not said and answered: it is part of the opening.
    opening: bool,
    /// Until when an own message has to come back.
    proof_by: Option<Instant>,
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
        Self::with_options(&SessionOptions {
            user,
            fields,
            ..SessionOptions::default()
        })
    }

    /// A session with these options: `user`, `fields`, `shape`, `secret`, `subprotocols`.
    #[must_use]
    pub fn with_options(options: &SessionOptions) -> Self {
        Self {
            dialect: Dialect::new(options.user.clone(), options.fields.clone()),
            speech: Speech::new(options),
            subprotocols: options.subprotocols.clone(),
            ..Self::default()
        }
    }

    /// The same, for a server that takes plain words, and says its lines in JSON, where paths lead to what they hold.
    #[must_use]
    pub fn worded(options: &SessionOptions) -> Self {
        Self {
            worded: true,
            ..Self::with_options(options)
        }
    }

    fn handle_part(&mut self, part: Part, now: Instant, out: &mut Actions) {
        match part {
            Part::Plain(text) => {
                let chat = Chat {
                    text,
                    ..Chat::default()
                };
                self.handle_line(chat, None, true, now, out);
            }
            Part::Json(value) if self.is_word(&value) => {
                self.handle_part(Part::Plain(value.to_string()), now, out);
            }
            Part::Json(value) => self.handle_value(&value, now, out),
        }
    }

    /// Whether this is somebody's word, where words are what is said: `42`, `null`.
    fn is_word(&self, value: &Value) -> bool {
        let scalar = !value.is_object() && !value.is_array() && !value.is_string();
        scalar && self.learnt.answer == Answer::Plain
    }

    fn handle_value(&mut self, value: &Value, now: Instant, out: &mut Actions) {
        self.speech.note(value, out);
        if self.speech.shape.text.is_some() {
            return self.handle_by_paths(value, now, out);
        }
        let fields = &self.dialect.fields;
        let frames = json::read_all(value, fields);
        let frames = self.learnt.habits.judge(value, frames, fields);
        self.see_announcement(value, &frames);
        let alone = frames.len() == 1 && !value.is_array();
        for frame in frames {
            match frame {
                Frame::Chat(chat) => {
                    let shown = alone.then_some(value);
                    let bare = !value.is_object() && !value.is_array();
                    if !self.link.opening {
                        self.learn(&chat, shown);
                    }
                    self.handle_line(chat, shown, bare, now, out);
                }
                frame => self.handle_other(frame, value, now, out),
            }
        }
    }

    /// Where a path says where the words are, what has none there is no line.
    fn handle_by_paths(&mut self, value: &Value, now: Instant, out: &mut Actions) {
        let shape = &self.speech.shape;
        let usual = json::read_all(value, &self.dialect.fields)
            .into_iter()
            .next();
        let text = shape.text.as_ref().and_then(|path| path.text(value));
        let usual_chat = match &usual {
            Some(Frame::Chat(chat)) => chat.clone(),
            _ => Chat::default(),
        };
        match (text, usual) {
            (Some(text), _) => {
                let at = |path: &Option<crate::shape::Path>, usual: Option<String>| match path {
                    Some(path) => path.text(value),
                    None => usual,
                };
                let chat = Chat {
                    text,
                    user: at(&shape.from, usual_chat.user),
                    id: at(&shape.id, usual_chat.id),
                    ..usual_chat
                };
                self.learnt.line_read = true;
                self.handle_line(chat, Some(value), false, now, out);
            }
            (None, Some(Frame::Chat(_)) | None) => self.handle_data(value, true, out),
            (None, Some(frame)) => self.handle_other(frame, value, now, out),
        }
    }

    fn handle_other(&mut self, frame: Frame, value: &Value, now: Instant, out: &mut Actions) {
        match frame {
            Frame::Ping(id) => self.handle_ping(id.as_deref(), value, now, out),
            Frame::Pong(id) => self.handle_pong(id.as_deref(), out),
            Frame::Error(words) => self.handle_error(words, value, out),
            Frame::Data | Frame::Chat(_) => self.handle_data(value, self.knows_lines(), out),
        }
    }

    /// Whether JSON that is no line can be told from one.
    fn knows_lines(&self) -> bool {
        self.learnt.line_read || self.speech.shape.text.is_some() || self.link.opening
    }

    fn handle_line(
        &mut self,
        chat: Chat,
        value: Option<&Value>,
        bare: bool,
        now: Instant,
        out: &mut Actions,
    ) {
        if self.came_back_as_words(&chat, out) {
            return;
        }
        if value.is_none() && bare && !self.link.opening {
            self.learn(&chat, None);
        }
        let rest = Incoming::default();
        let worded = value.is_some_and(|value| self.is_worded(value, &chat));
        let own = self.dialect.arrived(Arrived { chat, bare, rest }, now, out);
        self.link.came_back |= own;
        self.learnt.taken |= own;
        if worded {
            self.takes_words();
        }
    }

    fn learn(&mut self, chat: &Chat, value: Option<&Value>) {
        let own = chat.id.as_deref().is_some_and(|id| self.dialect.is_own(id));
        if own || !message_ids(&chat.text).all(|id| !self.is_own(id)) {
            return;
        }
        match value.is_some_and(Value::is_array) {
            true => self.learnt.line_read = true,
            false => self.learnt.line(value, chat),
        }
    }

    /// Whether what we sent came back whole, as the words of a line: the server takes words, and an object shows as such.
    fn came_back_as_words(&mut self, chat: &Chat, out: &mut Actions) -> bool {
        if chat.id.as_deref().is_some_and(|id| self.dialect.is_own(id)) {
            return false;
        }
        let Some(id) = message_ids(&chat.text).find(|id| self.is_own(*id)) else {
            return false;
        };
        self.takes_words();
        self.dialect.proved(id, out);
        true
    }

    /// Whether the words of this line are what we sent as a whole, an object in a string.
    fn is_worded(&self, value: &Value, chat: &Chat) -> bool {
        let id = chat.id.as_deref().filter(|id| self.dialect.is_own(id));
        let holds = |id: &str, value: &Value| {
            value
                .as_str()
                .is_some_and(|words| words.len() > id.len() && words.contains(id))
        };
        let members = value.as_object().into_iter().flatten();
        id.is_some_and(|id| {
            members
                .filter(|(name, _)| json::text_rank(name).is_some())
                .any(|(_, value)| holds(id, value))
        })
    }

    /// The server takes words, whatever was guessed.
    fn takes_words(&mut self) {
        if self.speech.shape.send.is_none() {
            self.learnt.answer = Answer::Plain;
            self.learnt.line_read = true;
        }
    }

    fn is_own(&self, id: MessageId) -> bool {
        self.dialect.is_own(&id.to_string()) && !self.pings.contains(&id)
    }

    /// JSON that is no line. It proves a message whose id it carries.
    fn handle_data(&mut self, value: &Value, quiet: bool, out: &mut Actions) {
        let text = value.to_string();
        let own: Vec<MessageId> = message_ids(&text).filter(|id| self.is_own(*id)).collect();
        for id in &own {
            self.dialect.proved(*id, out);
        }
        let quiet = quiet || !own.is_empty();
        out.push(Action::Deliver(Incoming {
            body: Body::Text(text),
            kind: if quiet { Kind::Data } else { Kind::Chat },
            data: Some(value.clone()),
            ..Incoming::default()
        }));
    }

    /// The server tells an error: of the message whose id it carries, if it carries one.
    fn handle_error(&mut self, words: String, value: &Value, out: &mut Actions) {
        let text = value.to_string();
        if let Some(id) = message_ids(&text).find(|id| self.is_own(*id)) {
            out.push(Action::Failed(id, Reason::Server(words.clone())));
        }
        out.push(Action::Deliver(Incoming {
            body: Body::Text(words),
            kind: Kind::Error,
            data: Some(value.clone()),
            ..Incoming::default()
        }));
    }

    /// `"heartbeat": true` in what the server itself tells: it speaks ours.
    fn see_announcement(&mut self, value: &Value, frames: &[Frame]) {
        let says = value.get("heartbeat") == Some(&Value::Bool(true));
        let itself = frames.iter().all(|frame| match frame {
            Frame::Chat(chat) => chat.system,
            frame => *frame == Frame::Data,
        });
        self.learnt.heartbeats |= says && itself;
    }

    fn handle_ping(&mut self, id: Option<&str>, value: &Value, now: Instant, out: &mut Actions) {
        let id = id.unwrap_or_default();
        if self.own_ping(id).is_some() {
            self.link.echoes = true;
            self.answered(out);
        } else if MessageId::parse(id).is_some() {
            // From a client like this one, which asks the server, not us.
            self.see_foreign(id);
        } else {
            self.link.relays = true;
            self.answer_ping(&value.to_string(), now, out);
        }
    }

    /// The server's own heartbeat, or that of a page that knows no ids.
    fn answer_ping(&mut self, ping: &str, now: Instant, out: &mut Actions) {
        let learnt = self.learnt.answers_pings.then(|| pong_for(ping));
        let answer = self.speech.pong().or(learnt);
        self.link.trial.pinged(answer, now, out);
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
                    self.answered(out);
                }
            }
            (Some(id), None) => self.see_foreign(id),
            (None, None) => {}
        }
    }

    fn answered(&mut self, out: &mut Actions) {
        self.learnt.heartbeats = true;
        self.learnt.ended_on_heartbeat = 0;
        out.push(Action::Answered);
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

    /// Whether this carries the id of a ping of ours, in words or JSON of whatever kind: it is that ping's echo or answer.
    fn carries_ping(&mut self, text: &str, out: &mut Actions) -> bool {
        let ping = message_ids(text).find(|id| self.pings.contains(id));
        let Some(ping) = ping.filter(|_| !is_heartbeat(text, &self.dialect.fields)) else {
            return false;
        };
        if self.link.is_ping(ping) {
            self.link.echoes = true;
            self.answered(out);
        }
        true
    }

    /// The frame for a message, as far as it is known what the server wants, and whether its id is in it.
    fn written(&self, chat: &Chat) -> String {
        match &self.learnt.answer {
            Answer::Plain => chat.text.clone(),
            Answer::Quoted => Value::from(chat.text.as_str()).to_string(),
            Answer::Object(envelope) if self.learns() => {
                envelope.write(chat, &self.dialect.fields).to_string()
            }
            Answer::Object(_) | Answer::Unknown => json::encode(chat, &self.dialect.fields),
        }
    }

    /// Whether the shape of messages was left to us.
    fn learns(&self) -> bool {
        self.dialect.fields == JsonFields::default()
    }

    /// Whether a message goes out with its id.
    fn carries_id(&self) -> bool {
        let worded = matches!(self.learnt.answer, Answer::Plain | Answer::Quoted);
        !worded && !self.learnt.without_id
    }

    fn frame(&mut self, id: MessageId, text: String, resent: bool, now: Instant) -> String {
        if let Some((frame, with_id)) = self.speech.message(&text, id) {
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

    /// At a server that tells our messages back, one that does not come, while nothing else comes, shows a dead link.
    fn judge_proof(&mut self, now: Instant, out: &mut Actions) {
        if self.link.proof_by.take_if(|by| *by <= now).is_some() {
            out.push(Action::Reconnect(Reason::NotToldBack));
        }
    }

    fn unnamed(&self, text: String) -> Chat {
        Chat {
            text,
            user: self.dialect.user().map(str::to_owned),
            ..Chat::default()
        }
    }
}

/// Whether this is nothing but a heartbeat, or the answer to one.
fn is_heartbeat(text: &str, fields: &JsonFields) -> bool {
    let frames = json::decode(text, fields).unwrap_or_default();
    !frames.is_empty()
        && frames
            .iter()
            .all(|frame| matches!(frame, Frame::Ping(_) | Frame::Pong(_)))
}

impl Session for JsonSession {
    fn protocol(&self) -> Spoken {
        match self.worded {
            true => Protocol::Text.into(),
            false => Protocol::Json.into(),
        }
    }

    fn begin(&mut self, target: &Target, out: &mut Actions) {
        self.link = Link::default();
        self.learnt.at(&target.url);
        if self.worded {
            self.learnt.answer = Answer::Plain;
        }
        self.speech.begin();
        self.dialect.begin(&target.url, out);
        out.push(Action::Open(target.offering(&self.subprotocols)));
    }

    fn handle_open(&mut self, _subprotocol: &str, now: Instant, out: &mut Actions) {
        self.dialect.opened(now);
        self.speech.open(now, out);
    }

    fn handle_message(&mut self, message: Message, now: Instant, out: &mut Actions) {
        let Some(text) = message.as_text() else {
            out.push(Action::Unreadable(Reason::NotText, message));
            return;
        };
        self.link.opening = self.speech.is_opening();
        self.speech.hear(text, out);
        match text.trim() {
            // The server's own heartbeat, or a page that speaks plain text, on the same relay.
            word @ ("ping" | "PING" | "Ping") => {
                self.link.relays = true;
                return self.answer_ping(word, now, out);
            }
            "pong" | "PONG" | "Pong" => {
                self.link.relays = true;
                return;
            }
            _ => {}
        }
        // The link lives: what does not come back then is not its fault.
        self.link.proof_by = None;
        if self.carries_ping(text, out) {
            return;
        }
        match json::split(text) {
            Ok(parts) => {
                for part in parts {
                    self.handle_part(part, now, out);
                }
            }
            Err(error) => out.push(Action::Unreadable(
                Reason::Codec(error.to_string()),
                message,
            )),
        }
    }

    fn handle_close(&mut self, close: &CloseEvent, out: &mut Actions) {
        self.learnt.link_ended(&self.link.trial);
        if self.learnt.blames_line(&self.link.trial, close) {
            out.push(Action::Reconnect(Reason::ClosedOnLine));
        }
    }

    fn handle_timeout(&mut self, now: Instant, out: &mut Actions) {
        self.dialect.handle_timeout(now, out);
        self.speech.handle_timeout(now, out);
        self.judge_proof(now, out);
        let (line, heartbeat) = self.link.trial.handle_timeout(now);
        self.learnt.taken |= line;
        if heartbeat {
            self.learnt.ended_on_heartbeat = 0;
        }
    }

    fn poll_timeout(&self) -> Option<Instant> {
        let all = [
            self.dialect.poll_timeout(),
            self.speech.poll_timeout(),
            self.link.trial.poll_timeout(),
            self.link.proof_by,
        ];
        all.into_iter().flatten().min()
    }

    fn send(&mut self, id: MessageId, outgoing: Outgoing, now: Instant, out: &mut Actions) {
        let message = match outgoing.body {
            Message::Text(text) if !outgoing.as_is => {
                if !self.learnt.taken {
                    self.link.trial.line_sent(now);
                }
                let short = text.len() <= SHORT;
                let frame = self.frame(id, text, outgoing.resent, now);
                if short && self.dialect.recognisable(id) {
                    self.link.proof_by.get_or_insert(now + PROVE_WITHIN);
                }
                frame.into()
            }
            // An app's own JSON, and bytes, go as they are, and are nobody's echo.
            other => other,
        };
        out.push(Action::Transmit(message));
    }

    fn liveness(&self, wanted: HeartbeatSetting) -> Liveness {
        let pace = self.learnt.pace(wanted, self.speech.shape.ping.is_some());
        // A server that talks to us is asked at once whether it answers: it may fall silent before the first ping is due.
        let at_once = self.link.came_back && self.link.pings.is_empty();
        let send_every = |heartbeat: Heartbeat| match at_once {
            true => Duration::ZERO,
            false => heartbeat.send_every,
        };
        Liveness {
            send_every: pace.map(send_every),
            answer_within: pace.map(|heartbeat| heartbeat.expect_within),
            silence_limit: None,
        }
    }

    fn heartbeat(&mut self, id: MessageId, now: Instant, out: &mut Actions) -> bool {
        self.dialect.remember(id);
        self.link.ping(id);
        self.pings.push_back(id);
        if self.pings.len() > PINGS {
            self.pings.pop_front();
        }
        self.link.trial.heartbeat_sent(now);
        let ping = self.speech.ping(id);
        let ping = ping.unwrap_or_else(|| json::encode_ping(&id.to_string()));
        out.push(Action::Transmit(ping.into()));
        self.link.answers()
    }

    fn preview(&self, text: &str) -> Option<Preview> {
        if let Some(preview) = self.speech.preview(text) {
            return Some(preview);
        }
        let id = self.carries_id().then(|| "…".to_owned());
        let chat = Chat {
            id,
            ..self.unnamed(text.to_owned())
        };
        let sure = match &self.learnt.answer {
            Answer::Plain | Answer::Quoted => true,
            Answer::Object(envelope) => envelope.is_plain(),
            Answer::Unknown => !self.learns(),
        };
        Some(Preview {
            text: self.written(&chat),
            guessed: !sure && !self.dialect.proves(),
        })
    }

    fn recognisable(&self, id: MessageId) -> bool {
        self.dialect.recognisable(id)
    }

    fn proves(&self) -> bool {
        self.dialect.proves()
    }

    fn goodbye(&mut self, out: &mut Actions) {
        self.dialect.give_up(out);
    }
}
