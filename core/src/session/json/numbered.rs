//! Servers that acknowledge, number their lines and tell again what was missed: what they say of it, and what follows.

use std::time::Duration;

use crate::json::Value;

use super::JsonSession;
use super::ack::Acks;
use super::announcement::{Announcement, number, without_number};
use super::resume::Resume;
use super::sequence::{Held, Numbered, Place, Sequence};
use crate::address::address_of;
use crate::fingerprint::fingerprint;
use crate::session::dialect::Order;
use crate::session::{Action, Actions, MessageId};
use crate::time::Instant;
use crate::wire::json::Part;

/// How long a line that came before its turn waits for the one before it.
const HELD_FOR: Duration = Duration::from_millis(300);

/// What the server promises, and how far its log was heard. It outlives the links to one address.
#[derive(Debug, Default)]
pub(super) struct Promises {
    /// The URL without its query.
    address: String,
    pub(super) acks: Acks,
    pub(super) resume: Resume,
    sequence: Option<Sequence>,
    /// Until when a line is held that came before its turn.
    held_until: Option<Instant>,
    /// When something happened last.
    last: Instant,
    /// What is told now comes behind a line of a higher number, which was told without it.
    late: bool,
    link: LinkState,
}

/// What is known of the link at hand.
#[derive(Debug, Default)]
struct LinkState {
    frames: u32,
    /// The server's first words came.
    greeted: bool,
    /// Its lines are numbered.
    numbered: bool,
}

impl Promises {
    /// A frame came.
    pub(super) fn hear(&mut self, proves: bool, now: Instant) {
        self.link.frames = self.link.frames.saturating_add(1);
        self.acks.heard(proves, now);
    }

    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        // What was held on the last link waits for what this one tells of the time between.
        let held = self.held_until.filter(|_| !self.resume.is_waiting());
        held.into_iter().chain(self.resume.poll_timeout()).min()
    }
}

impl JsonSession {
    /// A new attempt. What another address has promised is forgotten.
    pub(super) fn begin_promises(&mut self, url: &str, out: &mut Actions) {
        let address = address_of(url);
        if self.promises.address != address {
            self.tell_all_held(self.promises.last, out);
            self.promises = Promises {
                address: address.to_owned(),
                ..Promises::default()
            };
        }
        let promises = &mut self.promises;
        promises.link = LinkState::default();
        promises.acks.begin();
        if let Some(sequence) = &mut promises.sequence {
            sequence.end_link();
        }
        promises.resume.begin(promises.sequence.is_some());
    }

    /// The app closes: nothing is held back any more. What is missing before it is asked for, should the app open again.
    pub(super) fn end_promises(&mut self, out: &mut Actions) {
        let heard = self.promises.sequence.as_ref().map(Sequence::position);
        self.tell_all_held(self.promises.last, out);
        if let (Some(sequence), Some(heard)) = (&mut self.promises.sequence, heard) {
            sequence.go_back_to(heard);
        }
    }

    pub(super) fn promises_timeout(&mut self, now: Instant, out: &mut Actions) {
        let due = |at: Option<Instant>| at.is_some_and(|at| at <= now);
        if due(self.promises.resume.poll_timeout()) {
            self.promises.resume.finish(false, out);
            self.tell_all_held(now, out);
        } else if due(self.promises.poll_timeout()) {
            if let Some(sequence) = &mut self.promises.sequence {
                sequence.learn_to_jump();
            }
            self.tell_all_held(now, out);
        }
    }

    /// The first words on a link say what the server promises; a relay's first words are somebody's, and promise nothing. While
    /// hello waits for its answer, the first words may still come. Returns whether this was an announcement.
    pub(super) fn take_greeting(&mut self, part: &Part, now: Instant, out: &mut Actions) -> bool {
        let link = &self.promises.link;
        if link.greeted {
            return false;
        }
        let first = link.frames <= 1 || self.link.opening;
        let value = match part {
            Part::Json(value) if first => Some(value),
            _ => None,
        };
        let announced = value.and_then(|value| Announcement::read(value, &self.read(value)));
        match (value, announced) {
            (Some(value), Some(announced)) => {
                self.handle_announcement(announced, now, out);
                // Its words are shown. One without any is no line, and neither is what comes so from then on.
                self.learnt.line_read = true;
                self.handle_value(value, now, out);
                true
            }
            _ if self.link.opening => false,
            _ => {
                self.promises.link.greeted = true;
                self.promises.acks.announced(false);
                self.forget_log(now, out);
                false
            }
        }
    }

    fn handle_announcement(&mut self, announced: Announcement, now: Instant, out: &mut Actions) {
        self.promises.link.greeted = true;
        self.promises.acks.announced(announced.acks);
        // It reads ids: an end of the link is not blamed on one.
        self.learnt.taken |= announced.acks;
        match announced.log {
            Some((log, head)) => self.meet_log(log, head, announced.resumes, now, out),
            None => self.forget_log(now, out),
        }
    }

    /// The server has a log: the one we know, so that it can say what was missed, or another.
    #[inline(never)]
    fn meet_log(&mut self, log: String, head: u64, resumes: bool, now: Instant, out: &mut Actions) {
        let promises = &mut self.promises;
        promises.link.numbered = true;
        // A log that has become shorter is another one, whatever it is called.
        let known = promises.sequence.as_mut();
        let known = known.filter(|known| known.log == log && known.position() <= head);
        match known {
            Some(known) if resumes => promises.resume.ask(&log, known.position(), now, out),
            Some(known) => {
                promises.resume.finish(known.position() == head, out);
                known.skip_to(head);
                self.tell_all_held(now, out);
            }
            None => {
                self.forget_log(now, out);
                self.promises.link.numbered = true;
                self.promises.sequence = Some(Sequence::new(log, head));
            }
        }
    }

    /// What is known of a log does not count any more.
    fn forget_log(&mut self, now: Instant, out: &mut Actions) {
        self.promises.resume.finish(false, out);
        self.tell_all_held(now, out);
        self.promises.sequence = None;
        self.promises.link.numbered = false;
    }

    /// Whether the lines of this link are numbered, and the one that is told stands where its number says.
    pub(super) fn is_in_order(&self) -> bool {
        self.promises.link.numbered && !self.promises.late
    }

    /// A JSON text: a word about what was promised, or a line, in its order where it has a number.
    pub(super) fn handle_json(&mut self, value: &Value, now: Instant, out: &mut Actions) {
        self.promises.last = now;
        let greeted = self.promises.link.greeted;
        match value.get("type").and_then(Value::as_str) {
            Some("ack") if greeted && self.promises.acks.are_believed() => {
                return self.handle_ack(value, now, out);
            }
            Some("resumed") if self.is_of_our_log(value) => {
                return self.handle_resumed(value, now, out);
            }
            _ => {}
        }
        // What names its log says how long it is, and has no place in it.
        let number = number(value, "seq").filter(|_| value.get("log").is_none());
        match number.filter(|_| self.promises.link.numbered) {
            Some(number) => self.handle_numbered(number, value, now, out),
            None => self.handle_value(value, now, out),
        }
    }

    fn is_of_our_log(&self, value: &Value) -> bool {
        let log = self.promises.sequence.as_ref().map(|known| &known.log[..]);
        let asked = self.promises.resume.was_asked();
        asked && value.get("log").and_then(Value::as_str) == log
    }

    /// The server has this message, and gave it this number.
    #[inline(never)]
    fn handle_ack(&mut self, value: &Value, now: Instant, out: &mut Actions) {
        let id = value.get("id").and_then(Value::as_str);
        let Some(id) = id.and_then(MessageId::parse) else {
            return self.handle_data(value, true, out);
        };
        if self.is_own(id) {
            self.learnt.taken = true;
            self.dialect.confirmed(id, now, out);
        } else if !self.acknowledge(id, out) {
            return self.handle_data(value, true, out);
        }
        let number = number(value, "seq").filter(|_| self.promises.link.numbered);
        if let Some(number) = number {
            self.dialect.numbered(id);
            let known = Numbered {
                number,
                fingerprint: fingerprint(id.to_string()),
                value: None,
            };
            self.note_number(known, now, out);
        }
    }

    /// The server has told what was missed, all of it or what it still had.
    #[inline(never)]
    fn handle_resumed(&mut self, value: &Value, now: Instant, out: &mut Actions) {
        let complete = value.get("complete").is_some_and(Value::is_true);
        if !complete {
            // The mark of the gap comes before what is told in spite of it.
            self.promises.resume.finish(false, out);
        }
        self.tell_all_held(now, out);
        if let (Some(sequence), Some(head)) = (&mut self.promises.sequence, number(value, "seq")) {
            sequence.complete_to(head);
        }
        if complete {
            self.promises.resume.finish(true, out);
        }
    }

    #[inline(never)]
    fn handle_numbered(&mut self, number: u64, value: &Value, now: Instant, out: &mut Actions) {
        let id = value.get(&self.dialect.fields.id).and_then(Value::as_str);
        let fingerprint = id.map_or_else(|| fingerprint(without_number(value)), fingerprint);
        let line = Numbered {
            number,
            fingerprint,
            value: Some(value),
        };
        self.note_number(line, now, out);
    }

    /// Something has this number: a line, or an own message whose words need not come back.
    fn note_number(&mut self, line: Numbered<'_>, now: Instant, out: &mut Actions) {
        let waits = self.promises.resume.is_asked();
        let Some(sequence) = &mut self.promises.sequence else {
            return;
        };
        match sequence.place(line.number, line.fingerprint, waits) {
            Place::Next => {
                self.tell_as(line, now, out);
                self.tell_next_held(now, out);
            }
            Place::Early if sequence.hold(line) => {
                self.promises.held_until.get_or_insert(now + HELD_FOR);
            }
            // No room: what is missing comes too late, or never.
            Place::Early => {
                self.promises.resume.finish(false, out);
                self.tell_all_held(now, out);
                self.tell_as(line, now, out);
            }
            Place::Repeated => sequence.repeat(line.number),
            Place::Old => {
                sequence.remember(line.number, line.fingerprint);
                self.tell_unnumbered(line, now, out);
            }
            Place::Contradicted => {
                self.forget_log(now, out);
                self.tell_unnumbered(line, now, out);
            }
        }
    }

    /// Its number says nothing: it is told now, or known again by other means.
    fn tell_unnumbered(&mut self, line: Numbered<'_>, now: Instant, out: &mut Actions) {
        if let Some(value) = line.value {
            self.handle_value(value, now, out);
        }
    }

    fn tell_as(&mut self, line: Numbered<'_>, now: Instant, out: &mut Actions) {
        if let Some(sequence) = &mut self.promises.sequence {
            self.promises.late = !sequence.tell(line.number, line.fingerprint);
        }
        if let Some(value) = line.value {
            self.dialect.order = match self.promises.resume.is_asked() {
                true => Order::Missed,
                false => Order::Numbered,
            };
            self.handle_value(value, now, out);
            self.dialect.order = Order::Unknown;
        }
        self.promises.late = false;
    }

    /// Tells what was held, as far as its turn has come.
    fn tell_next_held(&mut self, now: Instant, out: &mut Actions) {
        while let Some(sequence) = &mut self.promises.sequence
            && let Some(held) = sequence.take_next()
        {
            self.tell_as(held.line(), now, out);
        }
        if self
            .promises
            .sequence
            .as_ref()
            .is_none_or(|known| !known.holds())
        {
            self.promises.held_until = None;
        }
    }

    /// Tells all that was held, in order: what is missing before it does not come. Neither does what is missing between two links,
    /// unless the server has told all of it.
    fn tell_all_held(&mut self, now: Instant, out: &mut Actions) {
        self.promises.held_until = None;
        let may_miss = !self.promises.resume.is_waiting();
        if let Some(sequence) = &mut self.promises.sequence {
            let held = sequence.release();
            self.tell_held(held, may_miss, now, out);
        }
    }

    #[inline(never)]
    fn tell_held(&mut self, held: Vec<Held>, may_miss: bool, now: Instant, out: &mut Actions) {
        let mut held = held.into_iter().peekable();
        while let Some(line) = held.next() {
            self.tell_as(line.line(), now, out);
            let goes_on = |next: &Held| next.number == line.number + 1;
            if may_miss && line.ends_link && !held.peek().is_some_and(goes_on) {
                out.push(Action::Gap);
            }
        }
    }
}
