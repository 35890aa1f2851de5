//! The heartbeats of the `json` session, ours and the server's; what is known of one link.

use std::collections::VecDeque;

use crate::json::Value;

use super::JsonSession;
use crate::session::end_causes::EndCauses;
use crate::session::plain_texts::{message_ids, pong_for};
use crate::session::{Action, Actions, MessageId};
use crate::shape::NamelessPongs;
use crate::time::Instant;
use crate::wire::json::{self, Frame, Part};

/// How many of our pings are remembered.
pub(super) const PINGS: usize = 64;

/// What is known of the socket at hand, and forgotten with it.
#[derive(Debug, Default)]
pub(super) struct LinkState {
    /// Our newest pings.
    pub(super) pings: VecDeque<MessageId>,
    /// A message of ours came back.
    pub(super) came_back: bool,
    /// A ping of ours came back.
    pub(super) echoes: bool,
    /// Somebody answered: the server, if it does not relay heartbeats.
    pub(super) ponged: bool,
    /// The ping that was answered last.
    pub(super) answered: Option<MessageId>,
    /// Other clients' heartbeats arrive here, or a server's own.
    pub(super) relays: bool,
    pub(super) end_causes: EndCauses,
    /// What is read came while hello was not said and answered: it is part of the opening.
    pub(super) opening: bool,
}

impl LinkState {
    pub(super) fn ping(&mut self, id: MessageId) {
        self.pings.push_back(id);
        if self.pings.len() > PINGS {
            self.pings.pop_front();
        }
    }

    pub(super) fn is_ping(&self, id: MessageId) -> bool {
        self.pings.contains(&id)
    }

    pub(super) fn answers(&self) -> bool {
        self.echoes || self.ponged && !self.relays
    }
}

impl JsonSession {
    pub(super) fn handle_ping(
        &mut self,
        id: Option<&str>,
        value: &Value,
        now: Instant,
        out: &mut Actions,
    ) {
        let id = id.unwrap_or_default();
        if self.own_ping(id).is_some() {
            self.link.echoes = true;
            self.answered(out);
        } else if MessageId::parse(id).is_some() {
            // From a client like this one, which asks the server, not us.
            self.see_anothers(id);
        } else {
            self.link.relays = true;
            self.answer_ping(&value.to_string(), now, out);
        }
    }

    /// The server's own heartbeat, or that of a page that knows no ids.
    pub(super) fn answer_ping(&mut self, ping: &str, now: Instant, out: &mut Actions) {
        let learnt = self.learnt.answers_pings.then(|| pong_for(ping));
        let answer = self.templates.pong().or(learnt);
        self.link.end_causes.pinged(answer, now, out);
    }

    #[inline(never)]
    pub(super) fn handle_pong(&mut self, id: Option<&str>, out: &mut Actions) {
        let newest = self.link.pings.back().copied();
        match (id, id.map_or(newest, |id| self.own_ping(id))) {
            // A second answer to the same ping: these are clients.
            (Some(_), Some(ping)) if self.link.answered == Some(ping) => self.link.relays = true,
            (None, Some(_)) if self.learnt.nameless_pongs == NamelessPongs::Clients => {}
            (_, Some(ping)) => {
                if id.is_none() {
                    self.learnt.nameless_pongs = NamelessPongs::Believed;
                }
                self.link.answered = Some(ping);
                self.link.ponged = true;
                if self.link.answers() {
                    self.answered(out);
                }
            }
            (Some(id), None) => self.see_anothers(id),
            (None, None) => {}
        }
    }

    /// A ping goes out. Where the one before it was the first on this link and nobody answered, though a pong without an id was
    /// believed on an older link, that was a client's which has left.
    pub(super) fn ping_sent(&mut self, id: MessageId) {
        let unanswered = !self.link.pings.is_empty() && !self.link.ponged && !self.link.echoes;
        if unanswered && self.learnt.nameless_pongs == NamelessPongs::Believed {
            self.learnt.nameless_pongs = NamelessPongs::Clients;
        }
        self.link.ping(id);
    }

    pub(super) fn answered(&mut self, out: &mut Actions) {
        self.learnt.heartbeats = true;
        self.learnt.ended_on_heartbeat = 0;
        out.push(Action::Answered);
    }

    /// A ping of ours, on this socket.
    pub(super) fn own_ping(&self, id: &str) -> Option<MessageId> {
        MessageId::parse(id).filter(|id| self.link.is_ping(*id))
    }

    /// A heartbeat that is not ours, unless it is one of an older socket, from a server that keeps a history.
    pub(super) fn see_anothers(&mut self, id: &str) {
        if !self.dialect.is_own(id) {
            self.link.relays = true;
        }
    }

    /// Whether this carries the id of a ping of ours, in words or JSON of whatever kind: it is that ping's echo or answer.
    pub(super) fn carries_ping(&mut self, text: &str, out: &mut Actions) -> bool {
        if self.pings.is_empty() {
            return false;
        }
        let ping = message_ids(text).find(|id| self.pings.contains(id));
        let Some(ping) = ping.filter(|_| !self.is_heartbeat(text)) else {
            return false;
        };
        if self.link.is_ping(ping) {
            self.link.echoes = true;
            self.answered(out);
        }
        true
    }

    /// Whether this is nothing but a heartbeat, or the answer to one.
    fn is_heartbeat(&self, text: &str) -> bool {
        let parts = json::split(text).unwrap_or_default();
        let is_one = |frame: &Frame| matches!(frame, Frame::Ping(_) | Frame::Pong(_));
        !parts.is_empty()
            && parts.iter().all(|part| match part {
                Part::Json(value) => self.read(value).iter().all(is_one),
                Part::Plain(_) => false,
            })
    }
}
