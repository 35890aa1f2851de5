//! What the server's frames say, and what follows from them.

use crate::json::Value;

use super::body::Read;
use super::{SUBSCRIBED, StompSession, TEXT_ONLY, refusal};
use crate::session::dialect::Arrived;
use crate::session::{Action, Actions, Body, Incoming, Kind, Reason};
use crate::time::Instant;
use crate::wire::Message;
use crate::wire::stomp::{ConnectedView, ErrorView, Frame, MessageView, ServerFrame};

impl StompSession {
    pub(super) fn handle_frame(&mut self, frame: &Frame, now: Instant, out: &mut Actions) {
        match ServerFrame::read(frame) {
            // To subscribe anew would bring everything twice.
            Ok(ServerFrame::Connected(_)) if self.link.connected.is_some() => {}
            Ok(ServerFrame::Connected(connected)) => self.handle_connected(&connected, now, out),
            Ok(ServerFrame::Message(message)) => {
                match message.subscription {
                    // It was on its way when the app left the channel.
                    Some(id) if self.channels.was_left(id) => return,
                    Some(id) if self.channels.is_joined(id, out) => self.ask_for_channels(now, out),
                    // A message shows as well as a receipt that the subscription is there, and not all brokers send those.
                    id if self.listening.is_shown_by(id) => self.subscribed(now, out),
                    _ => {}
                }
                self.handle_body(&message, frame, now, out);
            }
            Ok(ServerFrame::Receipt(receipt)) if receipt.receipt_id == SUBSCRIBED => {
                self.channels.confirms |= self.listening.all_asked();
                self.subscribed(now, out);
            }
            Ok(ServerFrame::Receipt(receipt)) => {
                if self.channels.is_joined(receipt.receipt_id, out) {
                    return self.ask_for_channels(now, out);
                }
                if let Some(id) = self.link.receipts.take(receipt.receipt_id) {
                    self.sizes.proved(id);
                    self.dialect.confirmed(id, now, out);
                }
            }
            Ok(ServerFrame::Error(error)) => self.handle_error(&error, now, out),
            Err(error) if self.link.connected.is_none() => {
                out.push(Action::Stop(Reason::Codec(error.to_string())));
            }
            Err(error) => {
                let body = Message::Text(frame.body_text().into_owned());
                out.push(Action::Unreadable(Reason::Codec(error.to_string()), body));
            }
        }
    }

    fn handle_connected(&mut self, connected: &ConnectedView<'_>, now: Instant, out: &mut Actions) {
        self.link.intervals = self.wants().negotiate(connected.heart_beat);
        self.link.connected = Some(now);
        self.host.taken();
        self.dialect.opened(now);
        self.link.text_only &= connected
            .server
            .is_some_and(|name| name.starts_with(TEXT_ONLY));
        self.subscribe(now, out);
        self.rejoin(now, out);
    }

    /// The subscriptions are there, as far as one can know.
    pub(super) fn say_hello(&mut self, now: Instant, out: &mut Actions) {
        for written in self.bodies.hello() {
            let frame = self.frame_of_hello(written);
            if let Err(reason) = self.transmit(&frame, out) {
                return out.push(Action::Stop(reason));
            }
        }
        match self.bodies.awaited() {
            Some(_) => self.link.opening.hello(now),
            None => out.push(Action::Ready),
        }
    }

    fn handle_body(
        &mut self,
        message: &MessageView<'_>,
        frame: &Frame,
        now: Instant,
        out: &mut Actions,
    ) {
        let rest = around(message, frame);
        let Ok(text) = std::str::from_utf8(message.body) else {
            let body = Body::Binary(message.body.to_vec());
            return out.push(Action::Deliver(Incoming { body, ..rest }));
        };
        self.handle_text(text, rest, now, out);
        let piece = self.bodies.awaited();
        if piece.is_some_and(|piece| text.contains(piece)) && self.link.opening.is_answered() {
            out.push(Action::Ready);
        }
    }

    fn handle_text(&mut self, text: &str, rest: Incoming, now: Instant, out: &mut Actions) {
        match self.bodies.read(text, &self.dialect.fields) {
            Read::Line(chat) => {
                let bare = false;
                self.dialect.arrived(Arrived { chat, bare, rest }, now, out);
            }
            Read::Usual => self.dialect.arrived_text(text, rest, now, out),
            Read::NoLine => out.push(Action::Deliver(Incoming {
                body: Body::Text(text.to_owned()),
                kind: Kind::Data,
                ..rest
            })),
        }
    }

    fn handle_error(&mut self, error: &ErrorView<'_>, now: Instant, out: &mut Actions) {
        let words = refusal::text_of(error);
        let why = refusal::reason(&words);
        let Some(connected) = self.link.connected else {
            // Trying again may lock a login; only a host that was left out is worth another way.
            return out.push(match self.host.refused(&words) {
                true => Action::Reconnect(why),
                false => Action::Stop(why),
            });
        };
        let limit = refusal::limit(&words);
        let has_cause = self.give_up_cause(error, &why, limit.is_some(), out);
        if has_cause {
            return;
        }
        self.learn_size(&why, limit, out);
        // A heart-beat that was missed says nothing of what we send.
        let slept = why == Reason::HeartbeatMissed;
        let too_much = !slept && self.errors.is_too_much(now - connected);
        out.push(match too_much {
            true => Action::Stop(why),
            false => Action::Reconnect(why),
        });
    }

    /// Gives up what the ERROR is about: a message, a channel or the destinations. Whether the next link goes without it, and
    /// nothing else is to blame.
    fn give_up_cause(
        &mut self,
        error: &ErrorView<'_>,
        why: &Reason,
        is_limit: bool,
        out: &mut Actions,
    ) -> bool {
        let message = error
            .receipt_id
            .and_then(|receipt| self.link.receipts.take(receipt));
        if let Some(id) = message {
            out.push(Action::Failed(id, why.clone()));
        }
        let unnamed = error.receipt_id.is_none() && *why != Reason::HeartbeatMissed && !is_limit;
        let over_channel = match error.receipt_id {
            Some(receipt) => self.channels.refuse(receipt, why, out),
            None => unnamed && self.channels.refuse_unnamed(why, out),
        };
        if over_channel {
            out.push(Action::Reconnect(Reason::ServerClosed));
            return true;
        }
        let named = error.receipt_id == Some(SUBSCRIBED);
        let over_destinations = (named || unnamed) && self.end_over_destinations(named, why, out);
        if over_destinations {
            out.push(Action::Reconnect(why.clone()));
        }
        over_destinations
    }

    /// A frame over the broker's limit ends each link that it goes over: it is never sent again.
    fn learn_size(&mut self, why: &Reason, limit: Option<usize>, out: &mut Actions) {
        match limit {
            Some(limit) => {
                for (id, reason) in self.sizes.learn_limit(limit) {
                    out.push(Action::Failed(id, reason));
                }
            }
            None if *why == Reason::HeartbeatMissed => {}
            None => self.sizes.ended_by_error(),
        }
    }
}

/// What is known of a MESSAGE beside its body.
fn around(message: &MessageView<'_>, frame: &Frame) -> Incoming {
    let headers = frame.headers.iter();
    let headers = headers.map(|(name, value)| (name.to_owned(), Value::from(value)));
    Incoming {
        id: Some(message.message_id.to_owned()).filter(|id| !id.is_empty()),
        channel: Some(message.destination.to_owned()),
        data: Some(Value::Object(headers.collect())),
        ..Incoming::default()
    }
}
