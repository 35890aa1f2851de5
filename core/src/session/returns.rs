//! Own lines that the server tells back: whether it does at this address, and how soon the next one is due.
//!
//! A line that ought to come back and does not, while nothing else is heard, shows a dead link. The connection asks for that time
//! with each line it sends, and treats an overdue one as a heartbeat that was not answered.

use std::time::Duration;

use super::MessageId;

/// A line is never overdue sooner than this, and never later than that.
const LEAST: Duration = Duration::from_secs(10);
const MOST: Duration = Duration::from_secs(60);
/// A line may take as many times as long as the slowest of those that came back.
const TIMES: u32 = 4;
/// How fast a slow one is forgotten: by one part of so many with each that was quicker.
const FORGOTTEN_BY: u32 = 8;
/// A longer line may still be on its way up by then.
const SHORT: usize = 4_096;
/// More links than this that ended with a line away count no more.
const MOST_MISSED: u32 = 8;

/// What is known of the own lines at one address.
#[derive(Debug, Default)]
pub(super) struct Returns {
    /// The last line that went out over this link, while it is away.
    awaited: Option<MessageId>,
    /// How many came back since a link ended with a line away.
    returned: u32,
    /// How many links ended so. A server may keep some lines to itself: it has to show again, and more often, that it does not.
    missed: u32,
    slowest: Duration,
}

impl Returns {
    /// A new link, at the same address.
    pub(super) fn begin(&mut self) {
        if self.awaited.take().is_some() && self.returned > 0 {
            self.missed = (self.missed + 1).min(MOST_MISSED);
            self.returned = 0;
        }
    }

    /// An own line goes out.
    pub(super) fn sent(&mut self, id: MessageId, text: &str) {
        // What begins so may be a command, which is told to nobody.
        let ought = text.len() <= SHORT && !text.starts_with('/');
        self.awaited = ought.then_some(id);
    }

    /// The last line went to another place, or out too early: it need not come back.
    #[cfg(feature = "stomp")]
    pub(super) fn may_stay_away(&mut self) {
        self.awaited = None;
    }

    /// An own line came back: so long after it went out, where that was over this link and no other.
    pub(super) fn came_back(&mut self, id: MessageId, took: Option<Duration>) {
        self.awaited.take_if(|awaited| *awaited == id);
        // To a relay, an older link is another client's: it tells us what we sent over that.
        if let Some(took) = took {
            self.returned = self.returned.saturating_add(1);
            self.slowest = took.max(self.slowest - self.slowest / FORGOTTEN_BY);
        }
    }

    /// How soon the last line comes back, if it ought to.
    pub(super) fn within(&self) -> Option<Duration> {
        let ought = self.awaited.is_some() && self.returned > self.missed;
        ought.then(|| (self.slowest * TIMES).clamp(LEAST, MOST))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: MessageId = MessageId(1);

    fn secs(secs: u64) -> Duration {
        Duration::from_secs(secs)
    }

    fn shown(took: &[u64]) -> Returns {
        let mut returns = Returns::default();
        for took in took {
            returns.sent(LINE, "hi");
            returns.came_back(LINE, Some(secs(*took)));
        }
        returns
    }

    #[test]
    fn nothing_is_expected_until_a_line_has_come_back() {
        let mut returns = Returns::default();
        returns.sent(LINE, "hi");
        assert_eq!(returns.within(), None);
        returns.came_back(LINE, Some(secs(1)));
        assert_eq!(returns.within(), None, "it is back");
        returns.sent(MessageId(2), "ho");
        assert_eq!(returns.within(), Some(secs(10)));
    }

    #[test]
    fn what_went_out_over_an_older_link_shows_nothing() {
        let mut returns = Returns::default();
        returns.sent(LINE, "hi");
        returns.came_back(LINE, None);
        returns.sent(LINE, "hi");
        assert_eq!(returns.within(), None);
    }

    #[test]
    fn slow_servers_have_more_time_until_they_are_quick_again() {
        let mut slow = shown(&[4]);
        slow.sent(LINE, "hi");
        assert_eq!(slow.within(), Some(secs(16)));
        let mut slower = shown(&[40]);
        slower.sent(LINE, "hi");
        assert_eq!(slower.within(), Some(secs(60)));
        let mut quick = shown(&[4, 0, 0, 0, 0, 0]);
        quick.sent(LINE, "hi");
        assert_eq!(quick.within(), Some(secs(10)));
    }

    #[test]
    fn commands_long_lines_and_lines_to_another_place_need_not_come_back() {
        let mut returns = shown(&[1]);
        for text in ["/nick bob", "x".repeat(5_000).as_str()] {
            returns.sent(LINE, text);
            assert_eq!(returns.within(), None, "{text:.10}");
        }
        #[cfg(feature = "stomp")]
        {
            returns.sent(LINE, "hi");
            returns.may_stay_away();
            assert_eq!(returns.within(), None);
        }
    }

    #[test]
    fn a_server_that_kept_a_line_has_to_show_more_of_them() {
        let mut returns = shown(&[1]);
        returns.sent(LINE, ":smile:");
        returns.begin();
        for expected in [None, None, Some(secs(10))] {
            returns.sent(LINE, "hi");
            assert_eq!(returns.within(), expected);
            returns.came_back(LINE, Some(secs(1)));
        }
        returns.begin();
        returns.sent(LINE, "hi");
        assert_eq!(returns.within(), Some(secs(10)), "all were back");
    }

    #[test]
    fn a_server_that_never_told_a_line_back_owes_none() {
        let mut returns = Returns::default();
        for _ in 0..3 {
            returns.sent(LINE, "hi");
            returns.begin();
        }
        returns.sent(LINE, "hi");
        returns.came_back(LINE, Some(secs(1)));
        returns.sent(LINE, "ho");
        assert_eq!(returns.within(), Some(secs(10)));
    }
}
