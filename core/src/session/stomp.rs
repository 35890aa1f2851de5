//! The `stomp` session: STOMP 1.2 (1.1 and 1.0 where the server picks them), one destination as the chat.
//!
//! `Delivered` is the broker's receipt or, at a broker that grants none (Spring's simple one), the message coming back.

use std::collections::{HashSet, VecDeque};

use serde_json::Value;

use super::dialect::Dialect;
use super::options::SessionOptions;
use super::{
    Action, Actions, Heartbeat, Incoming, Liveness, MessageId, Outgoing, Reason, Session, Target,
};
use crate::time::Instant;
use crate::wire::stomp::{
    AckMode, Connect, Decoder, Encoding, ErrorView, Event, Frame, HEART_BEAT, HeartBeat, Intervals,
    Limits, MessageView, ServerFrame, Version,
};
use crate::wire::{Message, json};

/// Where a chat takes place when nobody says otherwise.
const DESTINATION: &str = "/topic/chat";
/// We send a little more often than was agreed: a heart-beat takes its time.
const EARLY: f64 = 0.8;
/// The server may be late by as much as it took.
const TOLERANCE: u32 = 2;
/// How many receipts are waited for: Spring's simple broker never sends one.
const MAX_RECEIPTS: usize = 10_000;
/// A broker that answers bytes with text which is no text, so that every subscriber's browser breaks its connection off.
const TEXT_ONLY: &str = "RabbitMQ/";

/// The `stomp` session; see the module's text.
pub struct StompSession {
    login: Option<String>,
    passcode: Option<String>,
    vhost: String,
    destinations: Vec<String>,
    send_to: String,
    heartbeat: Option<Heartbeat>,
    dialect: Dialect,
    /// This attempt's login and passcode.
    credentials: (Option<String>, Option<String>),
    link: Link,
}

/// What belongs to the socket at hand.
#[derive(Default)]
struct Link {
    decoder: Decoder,
    connected: bool,
    intervals: Intervals,
    receipts: Receipts,
    /// The broker writes all bodies as text.
    text_only: bool,
}

/// The messages whose receipt may come: bounded, oldest forgotten first.
#[derive(Default)]
struct Receipts {
    awaited: HashSet<MessageId>,
    order: VecDeque<MessageId>,
}

impl Receipts {
    fn insert(&mut self, id: MessageId) {
        if !self.awaited.insert(id) {
            return;
        }
        self.order.push_back(id);
        if self.order.len() > MAX_RECEIPTS
            && let Some(oldest) = self.order.pop_front()
        {
            self.awaited.remove(&oldest);
        }
    }

    /// The message that this receipt is for.
    fn take(&mut self, receipt_id: &str) -> Option<MessageId> {
        MessageId::parse(receipt_id).filter(|id| self.awaited.remove(id))
    }
}

impl StompSession {
    /// A session with these options: `login`, `passcode`, `vhost` (default `/`), `destinations` (default `/topic/chat`),
    /// `send_to` (default the first destination), `user`, `fields`.
    #[must_use]
    pub fn new(options: &SessionOptions) -> Self {
        let mut destinations = options.destinations.clone();
        if destinations.is_empty() {
            destinations.push(DESTINATION.into());
        }
        Self {
            login: options.login.clone(),
            passcode: options.passcode.clone(),
            vhost: options.vhost.clone().unwrap_or_else(|| "/".into()),
            send_to: options
                .send_to
                .clone()
                .unwrap_or_else(|| destinations[0].clone()),
            destinations,
            heartbeat: options.heartbeat,
            dialect: Dialect::new(options.user.clone(), options.fields.clone()),
            credentials: (None, None),
            link: Link::default(),
        }
    }

    fn wants(&self) -> HeartBeat {
        let every = self
            .heartbeat
            .map(|heartbeat| heartbeat.send_every)
            .unwrap_or_default();
        HeartBeat {
            send: every,
            receive: every,
        }
    }

    fn transmit(&self, frame: &Frame, out: &mut Actions) -> Result<(), Reason> {
        let message = frame
            .to_message(self.link.decoder.encoding())
            .map_err(|error| Reason::Codec(error.to_string()))?;
        out.push(Action::Transmit(message));
        Ok(())
    }

    fn handle_frame(&mut self, frame: &Frame, out: &mut Actions) {
        match ServerFrame::read(frame) {
            Ok(ServerFrame::Connected(_)) if self.link.connected => {}
            Ok(ServerFrame::Connected(connected)) => {
                self.link.intervals = self.wants().negotiate(connected.heart_beat);
                self.link.connected = true;
                self.link.text_only &= connected
                    .server
                    .is_some_and(|name| name.starts_with(TEXT_ONLY));
                self.subscribe(out);
                out.push(Action::Ready);
            }
            Ok(ServerFrame::Message(message)) => self.handle_text(&message, frame, out),
            Ok(ServerFrame::Receipt(receipt)) => {
                if let Some(id) = self.link.receipts.take(receipt.receipt_id) {
                    self.dialect.proved(id, out);
                }
            }
            Ok(ServerFrame::Error(error)) => self.handle_error(&error, out),
            Err(error) if !self.link.connected => {
                out.push(Action::Stop(Reason::Codec(error.to_string())))
            }
            Err(error) => {
                let body = Message::Text(frame.body_text().into_owned());
                out.push(Action::Unreadable(Reason::Codec(error.to_string()), body));
            }
        }
    }

    fn subscribe(&self, out: &mut Actions) {
        for (place, destination) in self.destinations.iter().enumerate() {
            let frame = Frame::subscribe(&place.to_string(), destination, AckMode::Auto);
            if let Err(reason) = self.transmit(&frame, out) {
                out.push(Action::Stop(reason));
            }
        }
    }

    fn handle_text(&mut self, message: &MessageView<'_>, frame: &Frame, out: &mut Actions) {
        let headers = frame
            .headers
            .iter()
            .map(|(name, value)| (name.to_owned(), Value::from(value)));
        let rest = Incoming {
            id: Some(message.message_id.to_owned()).filter(|id| !id.is_empty()),
            channel: Some(message.destination.to_owned()),
            data: Some(Value::Object(headers.collect())),
            ..Incoming::default()
        };
        match std::str::from_utf8(message.body) {
            Ok(text) => self.dialect.arrived_text(text, rest, out),
            Err(_) => out.push(Action::Deliver(Incoming {
                body: super::Body::Binary(message.body.to_vec()),
                ..rest
            })),
        }
    }

    fn handle_error(&mut self, error: &ErrorView<'_>, out: &mut Actions) {
        let words = describe(error);
        let refused = error
            .receipt_id
            .and_then(|receipt| self.link.receipts.take(receipt));
        if let Some(id) = refused {
            out.push(Action::Failed(id, words.clone()));
        }
        // A refused login is not worth a retry; a broker that goes down is.
        out.push(if self.link.connected {
            Action::Reconnect(words)
        } else {
            Action::Stop(words)
        });
    }

    fn frame(&mut self, id: MessageId, outgoing: Outgoing) -> Frame {
        let destination = outgoing.channel.unwrap_or_else(|| self.send_to.clone());
        let frame = match outgoing.body {
            Message::Text(text) if outgoing.as_is => Frame::send(&destination, "text/plain", text),
            Message::Text(text) => {
                let chat = self.dialect.outgoing(id, text, outgoing.resent);
                let body = json::encode(&chat, &self.dialect.fields);
                Frame::send(&destination, "application/json", body)
            }
            Message::Binary(bytes) => Frame::send(&destination, "application/octet-stream", bytes),
        };
        frame.receipt(&id.to_string())
    }
}

/// The server's words: the `message` header, and the first line of the body that adds to it.
fn describe(error: &ErrorView<'_>) -> Reason {
    let body = String::from_utf8_lossy(error.body);
    let first = body
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    match (error.message.unwrap_or_default().trim(), first.trim()) {
        ("", "") => Reason::ErrorReported,
        (words, "") | ("", words) => Reason::Server(words.to_owned()),
        (header, line) => Reason::Server(format!("{header}: {line}")),
    }
}

impl Session for StompSession {
    fn protocol(&self) -> &str {
        "stomp"
    }

    fn begin(&mut self, target: &Target, out: &mut Actions) {
        self.link = Link::default();
        self.dialect.begin();
        let mut target = target.clone();
        self.credentials = (
            target.login.take().or_else(|| self.login.clone()),
            target.passcode.take().or_else(|| self.passcode.clone()),
        );
        for name in Version::SUBPROTOCOLS {
            if !target.subprotocols.iter().any(|other| other == name) {
                target.subprotocols.push(name.to_owned());
            }
        }
        out.push(Action::Open(target));
    }

    fn handle_open(&mut self, subprotocol: &str, _now: Instant, out: &mut Actions) {
        let version = Version::from_subprotocol(subprotocol).unwrap_or_default();
        let encoding = Encoding {
            version,
            // RabbitMQ and Spring, the servers there are, unescape CONNECT against the letter of the specification.
            escape_connect: true,
        };
        self.link.decoder = Decoder::new(encoding, Limits::default());
        let frame = Frame::connect(&Connect {
            host: Some(&self.vhost),
            login: self.credentials.0.as_deref(),
            passcode: self.credentials.1.as_deref(),
            heart_beat: self.wants(),
            ..Connect::default()
        });
        if let Err(reason) = self.transmit(&frame, out) {
            out.push(Action::Stop(reason));
        }
    }

    fn handle_message(&mut self, message: Message, _now: Instant, out: &mut Actions) {
        if !self.link.connected {
            self.link.text_only = matches!(message, Message::Text(_));
        }
        self.link.decoder.handle_message(&message);
        loop {
            match self.link.decoder.poll_event() {
                Ok(None) => return,
                Ok(Some(Event::HeartBeat)) => {}
                Ok(Some(Event::Frame(frame))) => self.handle_frame(&frame, out),
                Err(error) if self.link.connected => {
                    return out.push(Action::Unreadable(
                        Reason::Codec(error.to_string()),
                        message,
                    ));
                }
                Err(_) => return out.push(Action::Stop(Reason::NotStomp)),
            }
        }
    }

    fn send(&mut self, id: MessageId, outgoing: Outgoing, _now: Instant, out: &mut Actions) {
        if self.link.text_only && outgoing.body.as_text().is_none() {
            return out.push(Action::Failed(id, Reason::BrokerSendsTextOnly));
        }
        let frame = self.frame(id, outgoing);
        match self.transmit(&frame, out) {
            Ok(()) => self.link.receipts.insert(id),
            Err(reason) => out.push(Action::Failed(id, reason)),
        }
    }

    fn liveness(&self, _wanted: Option<Heartbeat>) -> Liveness {
        Liveness {
            send_every: self
                .link
                .intervals
                .send_every
                .map(|every| every.mul_f64(EARLY)),
            answer_within: None,
            silence_limit: self
                .link
                .intervals
                .receive_every
                .map(|every| every * TOLERANCE),
        }
    }

    fn heartbeat(&mut self, _id: MessageId, _now: Instant, out: &mut Actions) -> bool {
        out.push(Action::Transmit(HEART_BEAT.into()));
        false
    }

    fn recognisable(&self, id: MessageId) -> bool {
        self.dialect.recognisable(id)
    }

    fn proves(&self) -> bool {
        self.dialect.proves()
    }

    fn goodbye(&mut self, out: &mut Actions) {
        if self.link.connected {
            // Sent as a courtesy; the socket closes without waiting for the receipt.
            let _ = self.transmit(&Frame::disconnect("bye"), out);
        }
    }
}
