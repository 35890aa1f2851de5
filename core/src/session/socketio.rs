//! The `socket.io` session: Socket.IO 5 over Engine.IO 4, on the websocket transport.
//!
//! The server closes with 1005 and no reason whatever the cause, so every end is judged by the packets before it.

mod arriving;
mod awaited;
mod errors;
mod events;
mod namespaces;
mod offset;
mod payload;
mod recovery;
mod requests;
mod sending;
mod session;
mod url;

use std::time::Duration;

use crate::json::{Map, Value};

use self::awaited::Awaited;
use super::dialect::Dialect;
use super::options::SessionOptions;
use super::{Action, Actions, MessageId, Reason, Target};
use crate::time::Instant;
use crate::wire::socketio::{DecodeError, Decoder, MAIN_NAMESPACE, Packet};
use crate::wire::{Message, engineio};
use errors::refusal;
use namespaces::Namespace;
use payload::Payload;
use recovery::Recovery;
use requests::Requests;
pub(super) use url::is_socketio;

/// How long a line that is only a guess goes unanswered before the person is told.
const UNANSWERED: Duration = Duration::from_secs(10);
/// How long the answer to what is said at the opening may take.
const READY_WITHIN: Duration = Duration::from_secs(5);
/// How many packets may come before the server's CONNECT; more is no server's habit.
const MAX_HELD: usize = 10_000;
/// The same in bytes.
const MAX_HELD_BYTES: usize = 16 << 20;

/// The `socket.io` session; see the module's text.
pub struct SocketIoSession {
    payload: Payload,
    namespace: Option<String>,
    auth: Option<Value>,
    dialect: Dialect,
    recovery: Recovery,
    target: Target,
    /// How many attempts ended before their socket was open; `None` once one has worked.
    refused: Option<u32>,
    /// The namespace in use: the option, or the URL's path.
    joined: String,
    /// The person was told that nobody listens.
    hinted: bool,
    /// The events that the app acknowledges itself.
    answers: Vec<String>,
    requests: Requests,
    /// Those that the app has joined beside the session's own.
    namespaces: Vec<Namespace>,
    link: LinkState,
}

/// What belongs to the socket at hand.
#[derive(Default)]
struct LinkState {
    opened: bool,
    handshake: Option<engineio::Handshake>,
    connected: bool,
    decoder: Decoder,
    /// The bytes of a packet whose attachments are to come.
    incomplete: usize,
    next_ack: u64,
    /// The messages whose acknowledgement may come, by its number.
    awaiting: Awaited<MessageId>,
    /// The other namespaces whose CONNECT the server has not answered, with the payload that it went with.
    asked: Vec<(String, Option<Value>)>,
    /// Those that were left, and not joined again since: what comes from there was on its way.
    left: Vec<String>,
    /// Until when the answer to what is said at the opening is waited for.
    ready_at: Option<Instant>,
    /// When the person is told that nobody listens, unless anything is heard before.
    unanswered_at: Option<Instant>,
    /// What came before the server's CONNECT: the events missed while the link was down.
    held: Vec<Packet>,
    held_bytes: usize,
}

impl SocketIoSession {
    /// A session with these options: `event` (default: as heard, or `message`), `listen`, `shape`, `secret`, `namespace`, `auth`,
    /// `user`, `fields`.
    #[must_use]
    pub fn new(options: &SessionOptions) -> Self {
        Self {
            payload: Payload::new(options),
            namespace: options.socketio.namespace.clone(),
            auth: options.credentials.auth.clone(),
            dialect: Dialect::for_chat(options.user.clone(), options.fields.clone()),
            recovery: Recovery::default(),
            target: Target::default(),
            refused: Some(0),
            joined: MAIN_NAMESPACE.into(),
            hinted: false,
            answers: options.socketio.answers.clone(),
            requests: Requests::default(),
            namespaces: Vec::new(),
            link: LinkState::default(),
        }
    }

    fn handle_engine(&mut self, packet: engineio::Packet, now: Instant, out: &mut Actions) {
        match packet {
            engineio::Packet::Open(handshake) => {
                self.link.handshake = Some(handshake);
                self.connect(out);
            }
            engineio::Packet::Close => {
                out.push(Action::Reconnect(Reason::ServerClosed));
            }
            // Since protocol 4 the server pings, and ends the link of who does not answer in time ("Heartbeat").
            engineio::Packet::Ping(data) => {
                out.push(Action::Transmit(engineio::Packet::Pong(data).encode()));
            }
            engineio::Packet::Message(message) => self.handle_payload(message, now, out),
            engineio::Packet::Pong(_) | engineio::Packet::Upgrade | engineio::Packet::Noop => {}
        }
    }

    fn connect(&mut self, out: &mut Actions) {
        let mut data = match self.target.auth.as_ref().or(self.auth.as_ref()) {
            Some(Value::Object(auth)) => self.payload.auth(auth),
            _ => Map::new(),
        };
        self.recovery.ask(&mut data);
        // Even the main namespace is asked for: since protocol 5 nobody is in it unasked.
        let packet = Packet::Connect {
            namespace: self.joined.clone(),
            data: (!data.is_empty()).then_some(Value::Object(data)),
        };
        if let Err(error) = packet.encode() {
            return out.push(Action::Stop(Reason::Codec(error.to_string())));
        }
        transmit(&packet, out);
    }

    fn handle_payload(&mut self, message: Message, now: Instant, out: &mut Actions) {
        let len = std::mem::take(&mut self.link.incomplete) + message.len();
        match self.decode(&message, out) {
            Ok(Some(packet)) if self.is_early(&packet) => self.hold(packet, len, out),
            Ok(Some(packet)) if packet.namespace() == self.joined => {
                self.handle_packet(packet, now, out)
            }
            Ok(Some(packet)) => self.handle_other(packet, out),
            // More attachments are to come.
            Ok(None) => self.link.incomplete = len,
            Err(error) => out.push(Action::Unreadable(
                Reason::Codec(error.to_string()),
                message,
            )),
        }
    }

    fn decode(
        &mut self,
        message: &Message,
        out: &mut Actions,
    ) -> Result<Option<Packet>, DecodeError> {
        let decoder = &mut self.link.decoder;
        let decoded = decoder.decode(message.clone());
        let Err(error @ DecodeError::AttachmentsMissing(_)) = decoded else {
            return decoded;
        };
        // The packet before it is incomplete for good; this one is another.
        let (why, nothing) = (
            Reason::Codec(error.to_string()),
            Message::Text(String::new()),
        );
        out.push(Action::Unreadable(why, nothing));
        decoder.decode(message.clone())
    }

    /// Whether this event came before the server's CONNECT.
    fn is_early(&self, packet: &Packet) -> bool {
        let event = matches!(packet, Packet::Event { .. } | Packet::BinaryEvent { .. });
        event && !self.link.connected && packet.namespace() == self.joined
    }

    /// Keeps an event until the server's CONNECT. `len` is that of all its messages.
    fn hold(&mut self, packet: Packet, len: usize, out: &mut Actions) {
        let link = &mut self.link;
        let bytes = link.held_bytes + len;
        if link.held.len() < MAX_HELD && bytes <= MAX_HELD_BYTES {
            link.held_bytes = bytes;
            return link.held.push(packet);
        }
        let limit = MAX_HELD_BYTES;
        let why = Reason::TooLarge { len: bytes, limit };
        out.push(Action::Unreadable(why, Message::Text(String::new())));
    }

    fn handle_packet(&mut self, packet: Packet, now: Instant, out: &mut Actions) {
        match packet {
            Packet::Connect { data, .. } => self.connected(data.as_ref(), now, out),
            // The server's own code said no, and would say it again.
            Packet::ConnectError { data, .. } => out.push(Action::Stop(refusal(data.as_ref()))),
            // Said on purpose, to this socket: the reference client does not come back by itself either.
            Packet::Disconnect { .. } => {
                out.push(Action::Stop(Reason::Disconnected));
            }
            Packet::Event { ack_id, args, .. } => {
                self.handle_event(ack_id, args, Vec::new(), now, out)
            }
            Packet::BinaryEvent {
                ack_id,
                args,
                attachments,
                ..
            } => self.handle_event(ack_id, args, attachments, now, out),
            Packet::Ack { ack_id, args, .. } => self.handle_ack(ack_id, &args, Vec::new(), out),
            Packet::BinaryAck {
                ack_id,
                args,
                attachments,
                ..
            } => self.handle_ack(ack_id, &args, attachments, out),
        }
    }

    fn connected(&mut self, data: Option<&Value>, now: Instant, out: &mut Actions) {
        let text = |name| data.and_then(|data| data.get(name)).and_then(Value::as_str);
        // Version 2 grants a namespace without a word; 3 and 4 name the session.
        if text("sid").is_none() {
            out.push(Action::Stop(Reason::SocketIo2));
            return;
        }
        self.recovery.granted(text("pid"));
        self.link.connected = true;
        if !self.recovery.is_recovered() {
            // A history may follow; in a recovery come those that were missed, and no others.
            self.dialect.opened(now);
        }
        self.say_hello(now, out);
        self.rejoin(out);
        self.link.held_bytes = 0;
        for packet in std::mem::take(&mut self.link.held) {
            self.handle_packet(packet, now, out);
        }
    }

    /// What the server wants first; then the app may speak, or once the answer to it has come.
    fn say_hello(&mut self, now: Instant, out: &mut Actions) {
        let namespace = self.joined.clone();
        let hello = self.payload.hello();
        for args in &hello {
            let namespace = namespace.clone();
            let args = args.clone();
            let ack_id = None;
            transmit(
                &Packet::Event {
                    namespace,
                    ack_id,
                    args,
                },
                out,
            );
        }
        match self.payload.shape().ready.is_some() && !hello.is_empty() {
            true => self.link.ready_at = Some(now + READY_WITHIN),
            false => out.push(Action::Ready),
        }
    }
}

/// Writes a packet that is well-formed by construction; one that is not is not sent.
fn transmit(packet: &Packet, out: &mut Actions) {
    for message in packet.encode().unwrap_or_default() {
        out.push(Action::Transmit(
            engineio::Packet::Message(message).encode(),
        ));
    }
}
