//! The way from CONNECTED to an open link: the subscriptions are there, `hello` is answered, the first line has come back. Each of these
//! has its time where the server confirms nothing.

use std::time::Duration;

use super::SUBSCRIBED_WITHIN;
use crate::time::Instant;

/// How long the answer to `hello` is waited for.
const ANSWERED_WITHIN: Duration = Duration::from_secs(5);
/// How long the others wait for the first line's return, at a server that has not confirmed the subscriptions: a server that was
/// just started needs longer for its first frames than for all that follow.
const RETURNED_WITHIN: Duration = Duration::from_secs(1);

/// So long after a SUBSCRIBE that nobody has confirmed a line may be handled before it, and never come back: Spring has a thread for
/// each, and over a slow link both arrive together. One that stands still for longer is given up for any line.
const SURE_AFTER: Duration = Duration::from_secs(10);

/// How far a link's opening has come.
#[derive(Debug, Default)]
pub(super) struct Opening {
    /// When it counts as subscribed, though the server has not confirmed it.
    subscribed_by: Option<Instant>,
    /// When it is ready, though the answer to `hello` has not come.
    answered_by: Option<Instant>,
    /// When lines go out freely, though the server has not shown that it has subscribed us.
    free_by: Option<Instant>,
    /// When lines ought to come back, though the server has not shown that it has subscribed us.
    sure_by: Option<Instant>,
    /// The first line has gone out.
    spoken: bool,
}

impl Opening {
    /// SUBSCRIBE has gone out; `alone`, where nothing else is asked for before it is answered.
    pub(super) fn subscribe(&mut self, now: Instant, alone: bool) {
        let within = if alone {
            RETURNED_WITHIN
        } else {
            SUBSCRIBED_WITHIN
        };
        self.subscribed_by = Some(now + within);
    }

    /// Whether the server may still answer to SUBSCRIBE.
    pub(super) fn awaits_subscriptions(&self) -> bool {
        self.subscribed_by.is_some()
    }

    /// The server has shown that the subscriptions are there. Returns whether that is news.
    pub(super) fn is_subscribed(&mut self) -> bool {
        (self.free_by, self.sure_by) = (None, None);
        self.subscribed_by.take().is_some()
    }

    /// The time is over within which the server may confirm the subscriptions. Returns whether it is just over.
    pub(super) fn is_taken_for_subscribed(&mut self, now: Instant) -> bool {
        let over = self.subscribed_by.take_if(|by| *by <= now).is_some();
        if over {
            self.free_by = Some(now + RETURNED_WITHIN);
            self.sure_by = Some(now + SURE_AFTER);
        }
        over
    }

    /// `hello` has gone out, and wants an answer.
    pub(super) fn hello(&mut self, now: Instant) {
        self.answered_by = Some(now + ANSWERED_WITHIN);
    }

    /// The answer to `hello` has come. Returns whether it was waited for.
    pub(super) fn is_answered(&mut self) -> bool {
        self.answered_by.take().is_some()
    }

    /// The answer to `hello` has had its time. Returns whether that is just over.
    pub(super) fn is_unanswered(&mut self, now: Instant) -> bool {
        self.answered_by.take_if(|by| *by <= now).is_some()
    }

    /// A line has gone out.
    pub(super) fn spoke(&mut self) {
        self.spoken = true;
    }

    /// Whether a line that goes out now may be told to us by nobody, as the subscription may not count yet.
    pub(super) fn may_come_too_early(&self, now: Instant) -> bool {
        self.sure_by.is_some_and(|by| now < by)
    }

    /// Whether the next line waits for the first one's return.
    pub(super) fn holds_back(&self) -> bool {
        self.spoken && self.free_by.is_some()
    }

    pub(super) fn handle_timeout(&mut self, now: Instant) {
        self.free_by.take_if(|by| *by <= now);
    }

    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        let all = [self.subscribed_by, self.answered_by, self.free_by];
        all.into_iter().flatten().min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Instant {
        Instant::START + Duration::from_millis(millis)
    }

    fn unconfirmed() -> Opening {
        let mut opening = Opening::default();
        opening.subscribe(at(0), false);
        assert!(!opening.is_taken_for_subscribed(at(149)));
        assert!(opening.is_taken_for_subscribed(at(150)));
        opening
    }

    #[test]
    fn one_line_goes_alone_until_the_server_shows_the_subscription_or_its_time_is_over() {
        let mut shown = unconfirmed();
        assert!(!shown.holds_back());
        shown.spoke();
        assert!(shown.holds_back());
        shown.is_subscribed();
        assert!(!shown.holds_back());
        let mut silent = unconfirmed();
        silent.spoke();
        silent.handle_timeout(at(1_149));
        assert!(silent.holds_back());
        silent.handle_timeout(at(1_150));
        assert!(!silent.holds_back() && silent.poll_timeout().is_none());
    }

    #[test]
    fn a_confirmed_subscription_lets_all_lines_go() {
        let mut opening = Opening::default();
        opening.subscribe(at(0), false);
        assert!(opening.is_subscribed() && !opening.is_subscribed());
        opening.spoke();
        assert!(!opening.holds_back());
    }

    #[test]
    fn an_answer_counts_while_it_is_waited_for() {
        let mut opening = Opening::default();
        assert!(!opening.is_answered());
        opening.hello(at(0));
        assert!(opening.is_answered() && !opening.is_answered());
    }
}
