//! Pure: what a person may do where a server is there and the chat still does not work. [`Advisor`].

use std::time::Duration;

use crate::connection::{ClosedReason, Delivery, Disconnect, Event, State};
use crate::session::{CloseEvent, Heartbeat, Incoming, Kind, Reason};
use crate::time::Instant;

/// Nothing heard for this long after the first own line: worth a word.
const NOTHING_HEARD: Duration = Duration::from_secs(4);
/// An end this soon after an own line may be the answer to it.
const RIGHT_AFTER: Duration = Duration::from_secs(2);

/// Going away, restarting, overloaded: all clients hear it, whatever they said.
const AWAY: [u16; 3] = [1001, 1012, 1013];

/// What may be the matter.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Advice {
    /// Nothing was heard since the first own line: nobody else is there, or the server wants another shape.
    NothingHeard,
    /// The server ended the link right after an own line, with these words or none: it may want another shape.
    ClosedOnLine {
        /// What the server gave as its reason; empty where it gave none.
        reason: String,
    },
    /// Two links in a row ended after the same silence: heartbeats keep them.
    EndsWhenSilent {
        /// How long nothing was said, in seconds.
        seconds: u64,
    },
}

/// The heartbeat that keeps a link which ends after so many seconds of silence.
#[must_use]
pub fn heartbeat_for(seconds: u64) -> Heartbeat {
    let usual = Heartbeat::default().send_every;
    Heartbeat::every(usual.min(Duration::from_secs(seconds) / 2))
}

/// A server that says nothing for this long is worth a word, though nobody may have anything to say.
const QUIET: Duration = Duration::from_secs(3 * 60);

/// For how many whole minutes nothing was heard, where that is worth a word.
#[must_use]
pub fn quiet_minutes(heard: Instant, now: Instant) -> Option<u64> {
    let quiet = now - heard;
    (quiet >= QUIET).then_some(quiet.as_secs() / 60)
}

/// Watches a chat. Once the server has shown a line, nobody wonders whether it speaks; once it has taken an own one, nobody
/// wonders whether it understands.
#[derive(Clone, Debug, Default)]
pub struct Advisor {
    /// The server has said a line.
    speaks: bool,
    /// The server has proved an own line, or borne one: the link went on.
    understands: bool,
    /// When the first own line of this link went out, and the newest one.
    first_sent: Option<Instant>,
    last_sent: Option<Instant>,
    /// A link broke right after its first own line: once may be the network's fault.
    broke: bool,
    advice: Option<Advice>,
}

impl Advisor {
    /// What may be the matter, if anything.
    #[must_use]
    pub fn advice(&self) -> Option<&Advice> {
        self.advice.as_ref()
    }

    /// Takes in what happened.
    pub fn handle_event(&mut self, event: &Event, now: Instant) {
        match event {
            Event::Moved(_) => *self = Self::default(),
            Event::Message(Incoming {
                kind: Kind::Chat | Kind::Error,
                ..
            }) => {
                self.speaks = true;
                self.withdraw(&Advice::NothingHeard);
            }
            Event::Delivery { delivery, .. } => self.follow(delivery, now),
            Event::Hint(Reason::EndsWhenSilent { seconds }) => {
                let seconds = *seconds;
                self.advice = Some(Advice::EndsWhenSilent { seconds });
            }
            Event::Disconnected(Disconnect::Closed(close))
            | Event::State(State::Closed {
                reason: ClosedReason::Server(close),
            }) => self.lose(close.code, &close.reason, now),
            // The session has seen the end coming, and knows what it means.
            Event::Disconnected(Disconnect::Session(Reason::ClosedOnLine)) => self.lose(0, "", now),
            Event::State(State::Closed { .. } | State::Waiting { .. }) => self.forget_lines(),
            _ => {}
        }
    }

    fn follow(&mut self, delivery: &Delivery, now: Instant) {
        match delivery {
            Delivery::Delivered | Delivery::Echoed => self.understand(),
            Delivery::Sent => {
                self.first_sent.get_or_insert(now);
                self.last_sent = Some(now);
            }
            Delivery::Queued | Delivery::Failed(_) => {}
        }
    }

    /// When [`Advisor::handle_timeout`] wants to be called.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        let sent = self.first_sent?;
        let bears = (!self.understands).then_some(sent + RIGHT_AFTER);
        let silent = !self.speaks && self.advice.is_none();
        bears.or(silent.then_some(sent + NOTHING_HEARD))
    }

    /// The time of [`Advisor::poll_timeout`] may have come.
    pub fn handle_timeout(&mut self, now: Instant) {
        let Some(sent) = self.first_sent else { return };
        if now - sent >= RIGHT_AFTER {
            self.bear();
        }
        if now - sent >= NOTHING_HEARD && !self.speaks && self.advice.is_none() {
            self.advice = Some(Advice::NothingHeard);
        }
    }

    /// The link went on after an own line: its shape ended nothing.
    fn bear(&mut self) {
        self.understands = true;
        if matches!(self.advice, Some(Advice::ClosedOnLine { .. })) {
            self.advice = None;
        }
    }

    fn understand(&mut self) {
        self.bear();
        self.speaks = true;
        self.withdraw(&Advice::NothingHeard);
    }

    fn withdraw(&mut self, advice: &Advice) {
        if self.advice.as_ref() == Some(advice) {
            self.advice = None;
        }
    }

    fn forget_lines(&mut self) {
        (self.first_sent, self.last_sent) = (None, None);
    }

    fn lose(&mut self, code: u16, reason: &str, now: Instant) {
        let soon = |sent: Option<Instant>| sent.is_some_and(|sent| now - sent <= RIGHT_AFTER);
        let (first, last) = (soon(self.first_sent), soon(self.last_sent));
        self.forget_lines();
        // With words of its own it answers a line, whichever. Without, it may have ended for many reasons, but at the first one.
        if AWAY.contains(&code) || !last || reason.is_empty() && (!first || self.understands) {
            return;
        }
        // A server that ends a link says so; one that breaks off twice means it as well.
        let said = code != CloseEvent::abnormal().code;
        if said || std::mem::replace(&mut self.broke, true) {
            let reason = reason.to_owned();
            self.advice = Some(Advice::ClosedOnLine { reason });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::MessageId;

    fn at(millis: u64) -> Instant {
        Instant::from_start(Duration::from_millis(millis))
    }

    fn told(delivery: Delivery) -> Event {
        let id = MessageId(1);
        Event::Delivery { id, delivery }
    }

    fn message(kind: Kind) -> Event {
        Event::Message(Incoming {
            kind,
            ..Incoming::default()
        })
    }

    fn closed() -> Event {
        Event::Disconnected(Disconnect::Closed(CloseEvent {
            code: 1011,
            ..CloseEvent::abnormal()
        }))
    }

    #[test]
    fn a_server_is_quiet_after_three_minutes() {
        let minutes = |seconds: u64| quiet_minutes(at(0), at(seconds * 1_000));
        assert_eq!(
            [179, 180, 239, 240].map(minutes),
            [None, Some(3), Some(3), Some(4)]
        );
    }

    fn closed_with(code: u16, reason: &str) -> Event {
        Event::Disconnected(Disconnect::Closed(CloseEvent {
            code,
            reason: reason.into(),
            was_clean: true,
        }))
    }

    fn ended(reason: &str) -> Option<Advice> {
        let reason = reason.into();
        Some(Advice::ClosedOnLine { reason })
    }

    fn advice(advisor: &Advisor) -> Option<Advice> {
        advisor.advice().cloned()
    }

    #[test]
    fn a_first_line_that_nothing_follows_is_advised_on_once_it_is_a_while_ago() {
        let mut advisor = Advisor::default();
        assert_eq!(advisor.poll_timeout(), None);
        advisor.handle_event(&message(Kind::System), at(0));
        advisor.handle_event(&told(Delivery::Sent), at(1_000));
        assert_eq!(advisor.poll_timeout(), Some(at(3_000)));
        advisor.handle_timeout(at(3_000));
        advisor.handle_timeout(at(4_999));
        assert_eq!(advice(&advisor), None);
        assert_eq!(advisor.poll_timeout(), Some(at(5_000)));
        advisor.handle_timeout(at(5_000));
        assert_eq!(advice(&advisor), Some(Advice::NothingHeard));
        assert_eq!(advisor.poll_timeout(), None);
        advisor.handle_event(&message(Kind::Data), at(6_000));
        assert_eq!(advice(&advisor), Some(Advice::NothingHeard), "no line");
        advisor.handle_event(&message(Kind::Chat), at(7_000));
        assert_eq!(advice(&advisor), None);
    }

    #[test]
    fn a_server_that_took_a_line_is_not_suspected_when_it_ends_the_link_without_a_word() {
        let mut advisor = Advisor::default();
        advisor.handle_event(&told(Delivery::Sent), at(0));
        advisor.handle_event(&told(Delivery::Delivered), at(1));
        advisor.handle_event(&told(Delivery::Sent), at(10));
        advisor.handle_event(&closed(), at(20));
        advisor.handle_timeout(at(60_000));
        assert_eq!(advice(&advisor), None);
    }

    #[test]
    fn others_lines_show_that_it_speaks_and_not_that_it_understands() {
        for proof in [message(Kind::Chat), message(Kind::Error)] {
            let mut advisor = Advisor::default();
            advisor.handle_event(&proof, at(0));
            advisor.handle_event(&told(Delivery::Sent), at(10));
            advisor.handle_event(&closed_with(4001, "send a join first"), at(20));
            assert_eq!(advice(&advisor), ended("send a join first"), "{proof:?}");
        }
    }

    #[test]
    fn what_the_server_gave_as_its_reason_is_told_until_a_line_is_borne() {
        let mut advisor = Advisor::default();
        advisor.handle_event(&told(Delivery::Sent), at(0));
        advisor.handle_timeout(at(2_000));
        advisor.handle_event(&told(Delivery::Sent), at(60_000));
        advisor.handle_event(&closed_with(4003, "no links, please"), at(60_100));
        advisor.handle_event(&Event::State(State::Open), at(61_000));
        advisor.handle_event(&message(Kind::Chat), at(62_000));
        assert_eq!(advice(&advisor), ended("no links, please"));
        advisor.handle_event(&told(Delivery::Sent), at(70_000));
        advisor.handle_timeout(at(72_000));
        assert_eq!(advice(&advisor), None);
    }

    #[test]
    fn an_end_right_after_the_first_line_is_its_answer() {
        for end in [
            closed(),
            Event::Disconnected(Disconnect::Session(Reason::ClosedOnLine)),
        ] {
            let mut advisor = Advisor::default();
            advisor.handle_event(&told(Delivery::Sent), at(0));
            advisor.handle_event(&end, at(300));
            assert_eq!(advice(&advisor), ended(""));
        }
    }

    #[test]
    fn a_server_that_goes_away_answers_nobody() {
        for code in AWAY {
            let mut advisor = Advisor::default();
            advisor.handle_event(&told(Delivery::Sent), at(0));
            advisor.handle_event(&closed_with(code, "back soon"), at(300));
            assert_eq!(advice(&advisor), None, "{code}");
        }
    }

    #[test]
    fn a_link_that_only_breaks_is_advised_on_the_second_time() {
        let mut advisor = Advisor::default();
        let mut breaks = || {
            advisor.handle_event(&told(Delivery::Sent), at(0));
            let broke = Disconnect::Closed(CloseEvent::abnormal());
            advisor.handle_event(&Event::Disconnected(broke), at(300));
            advice(&advisor)
        };
        assert_eq!(breaks(), None);
        assert_eq!(breaks(), ended(""));
    }

    #[test]
    fn an_end_that_comes_later_or_before_any_line_is_not() {
        let mut late = Advisor::default();
        late.handle_event(&told(Delivery::Sent), at(0));
        late.handle_event(&closed(), at(3_000));
        assert_eq!((advice(&late), late.poll_timeout()), (None, None));
        let mut silent = Advisor::default();
        silent.handle_event(&closed(), at(0));
        assert_eq!(advice(&silent), None);
    }

    #[test]
    fn a_heartbeat_goes_twice_within_a_silence_and_no_less_often_than_usual() {
        let every = |seconds| heartbeat_for(seconds).send_every.as_secs_f64();
        assert_eq!([600, 60, 30, 5].map(every), [20.0, 20.0, 15.0, 2.5]);
    }

    #[test]
    fn silence_that_ends_links_is_passed_on() {
        let mut advisor = Advisor::default();
        let reason = Reason::EndsWhenSilent { seconds: 60 };
        advisor.handle_event(&Event::Hint(reason), at(0));
        assert_eq!(
            advice(&advisor),
            Some(Advice::EndsWhenSilent { seconds: 60 })
        );
    }

    #[test]
    fn another_address_and_a_lost_link_say_nothing_of_what_was_sent_before() {
        let mut advisor = Advisor::default();
        advisor.handle_event(&told(Delivery::Sent), at(0));
        advisor.handle_timeout(at(0) + NOTHING_HEARD);
        assert_eq!(advice(&advisor), Some(Advice::NothingHeard));
        advisor.handle_event(&Event::Moved("wss://other.example".into()), at(0));
        assert_eq!((advice(&advisor), advisor.poll_timeout()), (None, None));
        advisor.handle_event(&told(Delivery::Sent), at(0));
        let waiting = State::Waiting { until: at(9) };
        advisor.handle_event(&Event::State(waiting), at(1));
        assert_eq!(advisor.poll_timeout(), None);
    }
}
