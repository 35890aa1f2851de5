//! Pure: what a person may do where a server is there and the chat still does not work. [`Advisor`].

use std::time::Duration;

use crate::connection::{ClosedReason, Delivery, Disconnect, Event, State};
use crate::session::{CloseEvent, Incoming, Kind};
use crate::time::Instant;

/// Nothing heard for this long after the first own line: worth a word.
const NOTHING_HEARD: Duration = Duration::from_secs(4);
/// An end this soon after an own line may be the answer to it.
const RIGHT_AFTER: Duration = Duration::from_secs(2);

/// What may be the matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Advice {
    /// Nothing was heard since the first own line: nobody else is there, or the server wants another shape.
    NothingHeard,
    /// The server ended the link right after the first own line: it may want another shape.
    ClosedOnFirstLine,
}

/// A server that says nothing for this long is worth a word, though nobody may have anything to say.
const QUIET: Duration = Duration::from_secs(3 * 60);

/// For how many whole minutes nothing was heard, where that is worth a word.
#[must_use]
pub fn quiet_minutes(heard: Instant, now: Instant) -> Option<u64> {
    let quiet = now - heard;
    (quiet >= QUIET).then_some(quiet.as_secs() / 60)
}

/// Watches a chat's beginning. Once the server has shown a line, or proved one, there is nothing to advise.
#[derive(Clone, Debug, Default)]
pub struct Advisor {
    /// The server has shown that it understands: there is nothing to advise any more.
    understood: bool,
    /// When the first own line of this link went out.
    first_sent: Option<Instant>,
    /// A link broke right after its first own line: once may be the network's fault.
    broke: bool,
    advice: Option<Advice>,
}

impl Advisor {
    /// What may be the matter, if anything.
    #[must_use]
    pub fn advice(&self) -> Option<Advice> {
        self.advice
    }

    /// Takes in what happened.
    pub fn hear(&mut self, event: &Event, now: Instant) {
        match event {
            Event::Message(Incoming {
                kind: Kind::Chat | Kind::Error,
                ..
            })
            | Event::Delivery {
                delivery: Delivery::Delivered,
                ..
            } => self.understand(),
            Event::Delivery {
                delivery: Delivery::Sent,
                ..
            } if !self.understood => {
                self.first_sent.get_or_insert(now);
            }
            Event::Disconnected(Disconnect::Closed(close))
            | Event::State(State::Closed {
                reason: ClosedReason::Server(close),
            }) => self.lose(close, now),
            Event::State(State::Closed { .. } | State::Waiting { .. }) => self.first_sent = None,
            _ => {}
        }
    }

    /// When [`Advisor::handle_timeout`] wants to be called.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        let waits = self.first_sent.filter(|_| self.advice.is_none());
        waits.map(|sent| sent + NOTHING_HEARD)
    }

    /// The time of [`Advisor::poll_timeout`] may have come.
    pub fn handle_timeout(&mut self, now: Instant) {
        if self.poll_timeout().is_some_and(|at| at <= now) {
            self.advice = Some(Advice::NothingHeard);
        }
    }

    fn understand(&mut self) {
        *self = Self {
            understood: true,
            ..Self::default()
        };
    }

    fn lose(&mut self, close: &CloseEvent, now: Instant) {
        let first = self.first_sent.take();
        if first.is_none_or(|sent| now - sent > RIGHT_AFTER) {
            return;
        }
        // A server that ends a link says so; one that breaks off twice means it as well.
        let said = close.code != CloseEvent::abnormal().code;
        if said || std::mem::replace(&mut self.broke, true) {
            self.advice = Some(Advice::ClosedOnFirstLine);
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

    #[test]
    fn a_first_line_that_nothing_follows_is_advised_on_once_it_is_a_while_ago() {
        let mut advisor = Advisor::default();
        assert_eq!(advisor.poll_timeout(), None);
        advisor.hear(&message(Kind::System), at(0));
        advisor.hear(&told(Delivery::Sent), at(1_000));
        advisor.handle_timeout(at(4_999));
        assert_eq!(advisor.advice(), None);
        assert_eq!(advisor.poll_timeout(), Some(at(5_000)));
        advisor.handle_timeout(at(5_000));
        assert_eq!(advisor.advice(), Some(Advice::NothingHeard));
        assert_eq!(advisor.poll_timeout(), None);
        advisor.hear(&message(Kind::Data), at(6_000));
        assert_eq!(advisor.advice(), Some(Advice::NothingHeard), "no line");
        advisor.hear(&message(Kind::Chat), at(7_000));
        assert_eq!(advisor.advice(), None);
    }

    #[test]
    fn a_server_that_was_understood_is_never_advised_on() {
        for proof in [
            message(Kind::Chat),
            message(Kind::Error),
            told(Delivery::Delivered),
        ] {
            let mut advisor = Advisor::default();
            advisor.hear(&proof, at(0));
            advisor.hear(&told(Delivery::Sent), at(10));
            advisor.hear(&closed(), at(20));
            advisor.handle_timeout(at(60_000));
            assert_eq!(advisor.advice(), None, "{proof:?}");
        }
    }

    #[test]
    fn an_end_right_after_the_first_line_is_its_answer() {
        let mut advisor = Advisor::default();
        advisor.hear(&told(Delivery::Sent), at(0));
        advisor.hear(&closed(), at(300));
        assert_eq!(advisor.advice(), Some(Advice::ClosedOnFirstLine));
    }

    #[test]
    fn a_link_that_only_breaks_is_advised_on_the_second_time() {
        let mut advisor = Advisor::default();
        let mut breaks = || {
            advisor.hear(&told(Delivery::Sent), at(0));
            let broke = Disconnect::Closed(CloseEvent::abnormal());
            advisor.hear(&Event::Disconnected(broke), at(300));
            advisor.advice()
        };
        assert_eq!(breaks(), None);
        assert_eq!(breaks(), Some(Advice::ClosedOnFirstLine));
    }

    #[test]
    fn an_end_that_comes_later_or_before_any_line_is_not() {
        let mut late = Advisor::default();
        late.hear(&told(Delivery::Sent), at(0));
        late.hear(&closed(), at(3_000));
        assert_eq!((late.advice(), late.poll_timeout()), (None, None));
        let mut silent = Advisor::default();
        silent.hear(&closed(), at(0));
        assert_eq!(silent.advice(), None);
    }
}
