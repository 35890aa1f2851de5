//! Pure: what arrives while a history is fetched waits, so that the order is right.

use std::time::Duration;

use crate::connection::Event;
use crate::fingerprint::{Numbers, fingerprint};
use crate::session::Incoming;

/// What waits for a history, and for which one.
#[derive(Debug, Default)]
pub struct Hold {
    /// Which fetch it is: the answer to an older one is late.
    round: u64,
    waiting: Option<Vec<(Event, Duration)>>,
}

impl Hold {
    /// A fetch begins. Returns its number; what waits for an earlier one waits on.
    pub fn begin(&mut self) -> u64 {
        self.round += 1;
        self.waiting.get_or_insert_default();
        self.round
    }

    /// Keeps what arrived if it has to wait; `at` is the time of day. Returns whether it does.
    pub fn take(&mut self, event: &Event, at: Duration) -> bool {
        if matches!(event, Event::Moved(_)) {
            self.clear();
        }
        let is_message = matches!(
            event,
            Event::Message(_) | Event::Unreadable { .. } | Event::Hint(_)
        );
        match &mut self.waiting {
            Some(waiting) if is_message => {
                waiting.push((event.clone(), at));
                true
            }
            _ => false,
        }
    }

    /// This fetch is over, with these messages or none. Returns what waited for it and was not among them; `None` where the
    /// answer is late.
    pub fn end(&mut self, round: u64, missed: &[Incoming]) -> Option<Vec<(Event, Duration)>> {
        // The later fetch asks for all that this one did: its answer is the whole one.
        if round != self.round {
            return None;
        }
        let mut waiting = self.waiting.take()?;
        let ids = missed.iter().filter_map(|incoming| incoming.id.as_deref());
        let known: Numbers = ids.map(|id| (fingerprint(id), 0)).collect();
        // A server may tell the same message to everybody and in its history.
        waiting.retain(|(event, _)| {
            !matches!(event, Event::Message(Incoming { id: Some(id), .. }) if known.contains_key(&fingerprint(id.as_str())))
        });
        Some(waiting)
    }

    /// Nobody waits any more.
    pub fn clear(&mut self) {
        self.waiting = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Body;

    const AT: Duration = Duration::ZERO;

    fn message(id: &str) -> Incoming {
        Incoming {
            body: Body::Text(id.into()),
            id: Some(id.into()),
            ..Incoming::default()
        }
    }

    fn told(waited: Option<Vec<(Event, Duration)>>) -> Option<Vec<String>> {
        let words = |(event, _): (Event, Duration)| match event {
            Event::Message(message) => message.id.unwrap_or_default(),
            other => format!("{other:?}"),
        };
        Some(waited?.into_iter().map(words).collect())
    }

    #[test]
    fn messages_wait_while_a_history_is_fetched_and_nothing_else_does() {
        let mut hold = Hold::default();
        assert!(!hold.take(&Event::Message(message("1")), AT));
        let round = hold.begin();
        assert!(hold.take(&Event::Message(message("2")), AT));
        assert!(!hold.take(&Event::Gap, AT));
        assert_eq!(told(hold.end(round, &[])), Some(vec!["2".into()]));
        assert!(!hold.take(&Event::Message(message("3")), AT));
    }

    #[test]
    fn what_is_in_the_history_too_is_not_told_twice() {
        let mut hold = Hold::default();
        let round = hold.begin();
        for id in ["5", "6"] {
            hold.take(&Event::Message(message(id)), AT);
        }
        let waited = hold.end(round, &[message("4"), message("5")]);
        assert_eq!(told(waited), Some(vec!["6".into()]));
    }

    #[test]
    fn a_late_answer_lets_nothing_go_and_a_second_fetch_keeps_what_waits() {
        let mut hold = Hold::default();
        let first = hold.begin();
        hold.take(&Event::Message(message("1")), AT);
        let second = hold.begin();
        assert_eq!(told(hold.end(first, &[])), None);
        assert_eq!(told(hold.end(second, &[])), Some(vec!["1".into()]));
        assert_eq!(
            told(hold.end(second, &[])),
            None,
            "the deadline, after the answer"
        );
    }

    #[test]
    fn once_nobody_waits_messages_pass_and_a_late_answer_changes_nothing() {
        let mut hold = Hold::default();
        let round = hold.begin();
        hold.take(&Event::Message(message("1")), AT);
        hold.clear();
        assert!(!hold.take(&Event::Message(message("2")), AT));
        assert_eq!(told(hold.end(round, &[])), None);
    }
}
