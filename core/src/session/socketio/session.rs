//! [`SocketIoSession`] as a session.

use std::time::Duration;

use super::super::options::SessionOptions;
use super::super::{
    Action, Actions, Channel, CloseEvent, FetchError, HeartbeatSetting, Liveness, MessageId,
    Outgoing, Protocol, Reason, RequestId, Session, Spoken, Target,
};
use super::url::Endpoint;
use super::{LinkState, SocketIoSession, UNANSWERED, transmit, url};
use crate::json::Value;
use crate::shape::Preview;
use crate::time::Instant;
use crate::wire::socketio::Packet;
use crate::wire::{Message, engineio};

impl Session for SocketIoSession {
    fn protocol(&self) -> Spoken {
        Protocol::SocketIo.into()
    }

    fn reshape(&mut self, options: &SessionOptions) {
        *self = Self {
            dialect: std::mem::take(&mut self.dialect),
            refused: self.refused,
            requests: std::mem::take(&mut self.requests),
            namespaces: std::mem::take(&mut self.namespaces),
            ..Self::new(options)
        };
    }

    fn begin(&mut self, target: &Target, out: &mut Actions) {
        self.link = LinkState::default();
        self.requests.begin();
        self.begin_namespaces(out);
        self.dialect.begin(&target.url, out);
        let endpoint = Endpoint::of(&target.url);
        self.joined = self.namespace.clone().unwrap_or(endpoint.namespace);
        // On the wire each name begins with a slash, also where an app leaves it out.
        if !self.joined.starts_with('/') {
            self.joined.insert(0, '/');
        }
        self.target = Target {
            url: endpoint.url,
            ..target.clone()
        };
        // Look for the reason over HTTP; seldom, for browsers complain of each answer that is none.
        if self.refused.is_some_and(u32::is_power_of_two) {
            out.push(Action::Fetch(url::polling(&self.target.url)));
        } else {
            out.push(Action::Open(self.target.clone()));
        }
    }

    fn handle_fetched(&mut self, answer: Result<String, FetchError>, out: &mut Actions) {
        match answer.ok().and_then(|body| url::explain(&body)) {
            Some(reason) => out.push(Action::Stop(reason)),
            None => out.push(Action::Open(self.target.clone())),
        }
    }

    fn handle_open(&mut self, _subprotocol: &str, _now: Instant, _out: &mut Actions) {
        // The server speaks first.
        self.link.opened = true;
        self.refused = None;
    }

    fn handle_message(&mut self, message: Message, now: Instant, out: &mut Actions) {
        match engineio::Packet::decode(&message) {
            Ok(packet) => {
                // The handshake is a server's first packet: who says something else first speaks another protocol.
                let early = self.link.handshake.is_none();
                if early && !matches!(packet, engineio::Packet::Open(_)) {
                    return out.push(Action::Stop(Reason::NotSocketIo));
                }
                self.handle_engine(packet, now, out);
            }
            Err(_) if self.link.handshake.is_none() => {
                out.push(Action::Stop(Reason::NotSocketIo));
            }
            Err(error) => out.push(Action::Unreadable(
                Reason::Codec(error.to_string()),
                message,
            )),
        }
    }

    fn handle_close(&mut self, _close: &CloseEvent, _out: &mut Actions) {
        if !self.link.opened {
            self.refused = self.refused.map(|times| times.saturating_add(1));
        }
    }

    fn send(&mut self, id: MessageId, outgoing: Outgoing, now: Instant, out: &mut Actions) {
        let named = outgoing.channel.is_some() || outgoing.namespace.is_some();
        let packet = self.packet(id, outgoing, now);
        let messages = match packet.and_then(|packet| self.encoded(&packet)) {
            Ok(messages) => messages,
            Err(reason) => return out.push(Action::Failed(id, reason)),
        };
        self.link.awaiting.insert(self.link.next_ack, id);
        self.link.next_ack += 1;
        let guessed = !named && self.payload.is_event_guessed();
        if guessed && !self.dialect.proves() && !self.hinted {
            self.link.unanswered_at.get_or_insert(now + UNANSWERED);
        }
        for message in messages {
            out.push(Action::Transmit(
                engineio::Packet::Message(message).encode(),
            ));
        }
    }

    fn handle_timeout(&mut self, now: Instant, out: &mut Actions) {
        self.dialect.handle_timeout(now, out);
        if self.link.unanswered_at.is_some_and(|at| at <= now) {
            self.link.unanswered_at = None;
            self.hinted = true;
            let event = self.payload.event().to_owned();
            out.push(Action::Hint(Reason::NobodyListens(event)));
        }
        if self.link.ready_at.is_some_and(|at| at <= now) {
            self.link.ready_at = None;
            out.push(Action::Ready);
        }
    }

    fn poll_timeout(&self) -> Option<Instant> {
        let held = self.dialect.poll_timeout();
        let own = self
            .link
            .ready_at
            .into_iter()
            .chain(self.link.unanswered_at);
        own.chain(held).min()
    }

    fn liveness(&self, _wanted: HeartbeatSetting) -> Liveness {
        // The server pings; a client that does is disconnected.
        let limit = self
            .link
            .handshake
            .as_ref()
            .map(engineio::Handshake::silence_limit);
        Liveness {
            silence_limit: limit.map(|limit| limit.max(Duration::from_millis(100))),
            ..Liveness::default()
        }
    }

    fn preview(&self, text: &str) -> Option<Preview> {
        Some(self.payload.preview(text))
    }

    fn recognisable(&self, id: MessageId) -> bool {
        self.dialect.recognisable(id)
    }

    fn proves(&self) -> bool {
        self.dialect.proves()
    }

    fn recovered(&self) -> bool {
        self.recovery.is_recovered()
    }

    fn answer(&mut self, request: RequestId, answer: Vec<Value>, out: &mut Actions) -> bool {
        self.answer_request(request, answer, out)
    }

    fn join(&mut self, channel: Channel, _now: Instant, out: &mut Actions) -> bool {
        self.join_namespace(channel, out)
    }

    fn leave(&mut self, name: &str, out: &mut Actions) -> bool {
        self.leave_namespace(name, out)
    }

    fn goodbye(&mut self, out: &mut Actions) {
        self.dialect.give_up(out);
        let namespace = self.joined.clone();
        transmit(&Packet::Disconnect { namespace }, out);
    }
}
