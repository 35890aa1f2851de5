//! The `stomp` session: STOMP 1.2 (1.1 and 1.0 where the server picks them), one destination as the chat.
//!
//! `Delivered` is the broker's receipt or, at a broker that grants none (Spring's simple one), the message coming back. An
//! ERROR before CONNECTED stops at once, with the server's words; a later one is retried, and stops where three links in a row
//! end so soon after their opening. Frames over 4 KiB go out in parts, and one over a limit that the server has told not at all.

mod body;
mod channels;
mod host;
mod listening;
mod opening;
mod receipts;
mod receiving;
mod refusal;
mod sending;
mod sizes;

use std::time::Duration;

use super::dialect::Dialect;
use super::options::{SessionOptions, StompHeaders};
use super::{
    Action, Actions, Channel, CloseEvent, HeartbeatSetting, Liveness, MessageId, Outgoing,
    Protocol, Reason, Session, Spoken, Target,
};
use crate::shape::Preview;
use crate::time::Instant;
use crate::wire::Message;
use crate::wire::stomp::{
    Connect, Decoder, Encoding, Event, Frame, HEART_BEAT, HeartBeat, Intervals, Limits, Version,
};
use body::BodyShape;
use channels::Channels;
use host::Host;
use listening::Listening;
use opening::Opening;
use receipts::Receipts;
use refusal::InARow;
use sizes::Sizes;

/// Where a chat takes place when nobody says otherwise.
const DESTINATION: &str = "/topic/chat";
/// We send a little more often than was agreed: a heart-beat takes its time.
const EARLY: u32 = 5;
/// The server may be late by as much as it took.
const TOLERANCE: u32 = 2;
/// A server that gives no receipt for SUBSCRIBE is given this time: some handle what comes in on several threads, so that a SEND
/// which follows at once may be handled first, and its answer is then heard by nobody.
const SUBSCRIBED_WITHIN: Duration = Duration::from_millis(150);
/// What the last SUBSCRIBE asks a receipt with.
const SUBSCRIBED: &str = "subscribed";
/// A server's close code behind each ERROR; and without one, of servlet containers, where our half of the link has ended.
const PROTOCOL_ERROR: u16 = 1002;
/// A server's close code for a WebSocket message that is longer than it takes.
const TOO_LONG: u16 = 1009;
/// A server that goes away, or is overloaded, and says so: whatever was asked for is not to blame.
const NOBODYS_FAULT: [u16; 3] = [1001, 1012, 1013];
/// A broker that answers bytes with text which is no text, so that every subscriber's browser breaks its connection off.
const TEXT_ONLY: &str = "RabbitMQ/";

/// The `stomp` session; see the module's text.
pub struct StompSession {
    login: Option<String>,
    passcode: Option<String>,
    host: Host,
    headers: StompHeaders,
    listening: Listening,
    send_to: String,
    heartbeat: HeartbeatSetting,
    dialect: Dialect,
    /// This attempt's login and passcode.
    credentials: (Option<String>, Option<String>),
    /// This attempt's headers of CONNECT.
    connect_headers: Vec<(String, String)>,
    bodies: BodyShape,
    sizes: Sizes,
    errors: InARow,
    channels: Channels,
    link: LinkState,
}

/// What belongs to the socket at hand.
#[derive(Default)]
struct LinkState {
    decoder: Decoder,
    opened: bool,
    /// When CONNECTED came.
    connected: Option<Instant>,
    /// When anything came last.
    heard: Instant,
    opening: Opening,
    intervals: Intervals,
    receipts: Receipts,
    /// The broker writes all bodies as text.
    text_only: bool,
}

impl StompSession {
    /// A session with these options.
    #[must_use]
    pub fn new(options: &SessionOptions) -> Self {
        let mut destinations = options.listen.clone();
        if destinations.is_empty() {
            let only = options.stomp.destination.clone();
            destinations.push(only.unwrap_or_else(|| DESTINATION.into()));
        }
        Self {
            login: options.credentials.login.clone(),
            passcode: options.credentials.passcode.clone(),
            host: Host::new(options.stomp.vhost.clone()),
            headers: options.stomp.headers.clone(),
            send_to: options
                .stomp
                .destination
                .clone()
                .unwrap_or_else(|| destinations[0].clone()),
            listening: Listening::new(destinations),
            heartbeat: HeartbeatSetting::default(),
            dialect: Dialect::for_chat(options.user.clone(), options.fields.clone()),
            credentials: (None, None),
            connect_headers: Vec::new(),
            bodies: BodyShape::new(options),
            sizes: Sizes::default(),
            errors: InARow::default(),
            channels: Channels::default(),
            link: LinkState::default(),
        }
    }

    fn wants(&self) -> HeartBeat {
        let every = self
            .heartbeat
            .pace()
            .map(|heartbeat| heartbeat.send_every)
            .unwrap_or_default();
        HeartBeat {
            send: every,
            receive: every,
        }
    }
}

impl Session for StompSession {
    fn protocol(&self) -> Spoken {
        Protocol::Stomp.into()
    }

    fn reshape(&mut self, options: &SessionOptions) {
        self.channels.confirms = false;
        *self = Self {
            dialect: std::mem::take(&mut self.dialect),
            sizes: std::mem::take(&mut self.sizes),
            channels: std::mem::take(&mut self.channels),
            heartbeat: self.heartbeat,
            ..Self::new(options)
        };
    }

    fn set_heartbeat(&mut self, wanted: HeartbeatSetting) {
        self.heartbeat = wanted;
    }

    fn begin(&mut self, target: &Target, out: &mut Actions) {
        self.link = LinkState::default();
        self.dialect.begin(&target.url, out);
        self.sizes.begin();
        self.channels.begin(out);
        self.host.begin(&target.url);
        let mut target = target.clone();
        self.credentials = (
            target.login.take().or_else(|| self.login.clone()),
            target.passcode.take().or_else(|| self.passcode.clone()),
        );
        self.connect_headers = std::mem::take(&mut target.headers);
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
        self.link.opened = true;
        let frame = Frame::connect(&Connect {
            host: self.host.name(),
            login: self.credentials.0.as_deref(),
            passcode: self.credentials.1.as_deref(),
            heart_beat: self.wants(),
            ..Connect::default()
        });
        let frame = frame
            .with(&self.connect_headers)
            .with(&self.headers.connect);
        if let Err(reason) = self.transmit(&frame, out) {
            out.push(Action::Stop(reason));
        }
    }

    fn handle_message(&mut self, message: Message, now: Instant, out: &mut Actions) {
        if self.link.connected.is_none() {
            // CONNECTED tells how the broker writes; its name decides the rest.
            self.link.text_only = matches!(message, Message::Text(_));
        }
        self.link.heard = now;
        self.link.decoder.handle_message(&message);
        loop {
            match self.link.decoder.poll_event() {
                Ok(None) => return,
                Ok(Some(Event::HeartBeat)) => {}
                Ok(Some(Event::Frame(frame))) => self.handle_frame(&frame, now, out),
                Err(error) if self.link.connected.is_some() => {
                    return out.push(Action::Unreadable(
                        Reason::Codec(error.to_string()),
                        message,
                    ));
                }
                Err(_) => return out.push(Action::Stop(Reason::NotStomp)),
            }
        }
    }

    fn handle_close(&mut self, close: &CloseEvent, out: &mut Actions) {
        if let Some(connected) = self.link.connected {
            let abrupt = close.code == PROTOCOL_ERROR;
            // What was understood before has not become nonsense: it is worth another link, unless that happens again and again.
            if abrupt && !self.errors.is_too_much(self.link.heard - connected) {
                out.push(Action::Reconnect(Reason::ServerClosed));
            } else if !abrupt {
                self.errors.end();
            }
        }
        if close.code == TOO_LONG {
            self.sizes.too_long();
        } else if close.was_clean
            && !NOBODYS_FAULT.contains(&close.code)
            && self.link.connected.is_some()
        {
            let why = match close.reason.as_str() {
                "" => Reason::ServerClosed,
                words => Reason::Server(words.to_owned()),
            };
            self.end_over_destinations(false, &why, out);
            self.channels.closed(&why, out);
        }
        // Left without a word: perhaps for the host.
        if self.link.opened && self.link.connected.is_none() {
            self.host.unanswered();
        }
    }

    fn handle_timeout(&mut self, now: Instant, out: &mut Actions) {
        self.dialect.handle_timeout(now, out);
        if self.channels.handle_timeout(now, out) {
            self.ask_for_channels(now, out);
        }
        self.link.opening.handle_timeout(now);
        if self.link.opening.is_taken_for_subscribed(now) {
            self.stop_waiting_for_each();
            self.go_on(now, out);
        }
        if self.link.opening.is_unanswered(now) {
            out.push(Action::Ready);
        }
    }

    fn poll_timeout(&self) -> Option<Instant> {
        let held = self.dialect.poll_timeout();
        self.link
            .opening
            .poll_timeout()
            .into_iter()
            .chain(held)
            .chain(self.channels.poll_timeout())
            .min()
    }

    fn send(&mut self, id: MessageId, outgoing: Outgoing, now: Instant, out: &mut Actions) {
        if self.link.text_only && outgoing.body.as_text().is_none() {
            return out.push(Action::Failed(id, Reason::BrokerSendsTextOnly));
        }
        let has_channel = outgoing.channel.is_some();
        let frame = self.frame(id, outgoing, now);
        if has_channel || self.link.opening.may_come_too_early(now) {
            self.dialect.may_stay_away();
        }
        match self.transmit_for(Some(id), &frame, out) {
            Ok(()) => {
                self.link.opening.spoke();
                self.link.receipts.insert(id);
            }
            Err(reason) => out.push(Action::Failed(id, reason)),
        }
    }

    fn holds_back(&self) -> bool {
        self.link.opening.holds_back()
    }

    fn preview(&self, text: &str) -> Option<Preview> {
        Some(self.bodies.preview(text, &self.dialect.fields))
    }

    fn liveness(&self, _wanted: HeartbeatSetting) -> Liveness {
        Liveness {
            send_every: self
                .link
                .intervals
                .send_every
                .map(|every| every - every / EARLY),
            // Heart-beats go one way each: none is answered (STOMP 1.2, "Heart-beating").
            answer_within: None,
            silence_limit: self
                .link
                .intervals
                .receive_every
                .map(|every| every * TOLERANCE),
            returns_within: self.dialect.returns_within(),
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

    fn join(&mut self, channel: Channel, now: Instant, out: &mut Actions) -> bool {
        self.join_channel(channel, now, out)
    }

    fn leave(&mut self, name: &str, out: &mut Actions) -> bool {
        self.leave_channel(name, out)
    }

    fn goodbye(&mut self, out: &mut Actions) {
        self.dialect.give_up(out);
        if self.link.connected.is_some() {
            // Sent as a courtesy; the socket closes without waiting for the receipt.
            let _ = self.transmit(&Frame::disconnect("bye"), out);
        }
    }
}
