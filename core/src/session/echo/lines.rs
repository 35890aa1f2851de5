//! The own lines that may come back: who sent what, when, over which link. Bounded, the oldest forgotten first.

use std::collections::VecDeque;
use std::time::Duration;

use super::words::{Digest, is_distinctive};
use crate::fingerprint::{Numbers, fingerprint};
use crate::session::MessageId;
use crate::time::Instant;

/// How many own lines are remembered.
const LIMIT: usize = 1_000;
/// How many of the newest are looked at where a server's words before them are not known yet.
const NEWEST: usize = 16;

/// One own line.
#[derive(Clone, Debug)]
pub(super) struct OwnLine {
    pub(super) id: MessageId,
    pub(super) words: Digest,
    pub(super) distinctive: bool,
    sent: Instant,
    link: u64,
    /// By which voices it came back: one bit for each.
    heard: u8,
    /// The link on which a server's history repeated it last.
    repeated: u64,
    /// How many copies of it were sent before this one, and never heard.
    strays: u8,
    /// The number of the line before it with the same words.
    before: Option<u64>,
}

/// The own lines, oldest first.
#[derive(Debug, Default)]
pub(super) struct OwnLines {
    lines: VecDeque<OwnLine>,
    /// How many were forgotten: the number of the first.
    forgotten: u64,
    /// The number of the newest line with these words.
    newest: Numbers,
}

impl OwnLines {
    pub(super) fn sent(&mut self, id: MessageId, text: &str, now: Instant, link: u64) {
        let words = Digest::of(text);
        if let Some(line) = self.lines.iter_mut().rev().find(|line| line.id == id) {
            // Sent again: what is waited for is the newest copy. An earlier one may stray in behind it.
            line.strays = line.strays.saturating_add(u8::from(line.heard == 0));
            (line.sent, line.link, line.heard) = (now, link, 0);
            return;
        }
        let number = self.forgotten + self.lines.len() as u64;
        let before = self.newest.insert(fingerprint(words), number);
        self.lines.push_back(OwnLine {
            id,
            words,
            distinctive: is_distinctive(text),
            sent: now,
            link,
            heard: 0,
            repeated: 0,
            strays: 0,
            before,
        });
        if self.lines.len() > LIMIT {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        let Some(oldest) = self.lines.pop_front() else {
            return;
        };
        let words = fingerprint(oldest.words);
        if self.newest.get(&words) == Some(&self.forgotten) {
            self.newest.remove(&words);
        }
        self.forgotten += 1;
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The places of the lines with these words, newest first.
    fn places(&self, words: Digest) -> Vec<usize> {
        let mut number = self.newest.get(&fingerprint(words)).copied();
        let mut places = Vec::new();
        while let Some(place) = number.and_then(|number| self.place(number)) {
            places.push(place);
            number = self.lines[place].before;
        }
        places
    }

    fn place(&self, number: u64) -> Option<usize> {
        usize::try_from(number.checked_sub(self.forgotten)?).ok()
    }

    fn line(&self, number: u64) -> Option<&OwnLine> {
        self.lines.get(self.place(number)?)
    }

    /// The oldest line with these words that this voice has not said yet, sent over this link within this time. It is said now.
    pub(super) fn echoed(&mut self, words: Digest, voice: u8, heard: &Moment) -> Option<MessageId> {
        self.take(words, |line| {
            let waits = line.heard & voice == 0 && line.waits(heard);
            line.heard |= if waits { voice } else { 0 };
            waits
        })
    }

    /// The oldest line with these words of which a copy was sent over an earlier link and never heard, and any within this time. It is
    /// heard now.
    pub(super) fn strayed(
        &mut self,
        words: Digest,
        voice: u8,
        heard: &Moment,
    ) -> Option<MessageId> {
        self.take(words, |line| {
            let unheard = line.link < heard.link && line.heard == 0;
            if !(unheard || line.strays > 0) || !line.is_young(heard) {
                return false;
            }
            match unheard {
                true => line.heard |= voice,
                false => line.strays -= 1,
            }
            true
        })
    }

    /// The oldest line with these words, sent over an earlier link, that a history has not repeated on this link. It has now.
    pub(super) fn repeated(&mut self, words: Digest, voice: u8, link: u64) -> Option<MessageId> {
        self.take(words, |line| {
            let old = line.link < link && line.repeated < link;
            if old {
                line.repeated = link;
                line.heard |= voice;
            }
            old
        })
    }

    /// This line has its number at the server, under which it comes no more: whatever has its words is another.
    pub(super) fn numbered(&mut self, id: MessageId) {
        if let Some(line) = self.lines.iter_mut().rev().find(|line| line.id == id) {
            (line.heard, line.repeated, line.strays) = (u8::MAX, u64::MAX, 0);
        }
    }

    /// Whether this line is longer than a word.
    pub(super) fn is_distinctive(&self, id: MessageId) -> bool {
        let line = self.lines.iter().rev().find(|line| line.id == id);
        line.is_some_and(|line| line.distinctive)
    }

    /// Whether a line with these words was sent over this link, and has not come back.
    pub(super) fn is_awaited(&self, words: Digest, link: u64) -> bool {
        let newest = self.newest.get(&fingerprint(words));
        let newest = newest.and_then(|number| self.line(*number));
        newest.is_some_and(|line| line.link == link && line.heard == 0)
    }

    fn take(
        &mut self,
        words: Digest,
        mut fits: impl FnMut(&mut OwnLine) -> bool,
    ) -> Option<MessageId> {
        self.places(words).into_iter().rev().find_map(|place| {
            let line = &mut self.lines[place];
            fits(line).then_some(line.id)
        })
    }

    /// The newest lines that wait and are no coincidence, newest first.
    pub(super) fn distinctive(&self, heard: &Moment) -> impl Iterator<Item = &OwnLine> {
        let newest = self.lines.iter().rev().take(NEWEST);
        newest.filter(|line| line.distinctive && line.waits(heard))
    }

    /// Whether the own line before this one, over the same link, has waited longer than this and did not come back.
    pub(super) fn follows_unheard(&self, id: MessageId, heard: &Moment) -> bool {
        let mut newest = self.lines.iter().rev();
        newest.find(|line| line.id == id);
        let before = newest.next().filter(|line| line.link == heard.link);
        before.is_some_and(|line| line.heard == 0 && !line.is_young(heard))
    }

    /// Whether the last `count` lines over this link have all waited in vain for this long.
    pub(super) fn waited_in_vain(&self, count: usize, heard: &Moment) -> bool {
        let newest = || self.lines.iter().rev().take(count);
        let overdue = |line: &OwnLine| line.link == heard.link && line.heard == 0;
        newest().count() == count
            && newest().all(overdue)
            && newest().all(|line| heard.now - line.sent > heard.within)
    }
}

impl OwnLine {
    fn waits(&self, heard: &Moment) -> bool {
        self.link == heard.link && self.is_young(heard)
    }

    fn is_young(&self, heard: &Moment) -> bool {
        heard.now - self.sent <= heard.within
    }
}

/// When something is heard, over which link, and how long ago the line that it repeats may have been sent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    pub(super) now: Instant,
    pub(super) link: u64,
    pub(super) within: Duration,
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment {
        now: Instant::START,
        link: 1,
        within: Duration::from_secs(1),
    };

    #[test]
    fn equal_lines_come_back_oldest_first_and_once_by_each_voice() {
        let mut own = OwnLines::default();
        for id in [1, 2] {
            own.sent(MessageId(id), "ok", Instant::START, 1);
        }
        let ok = Digest::of("ok");
        assert_eq!(own.echoed(ok, 1, &NOW), Some(MessageId(1)));
        assert_eq!(own.echoed(ok, 2, &NOW), Some(MessageId(1)));
        assert_eq!(own.echoed(ok, 1, &NOW), Some(MessageId(2)));
        assert_eq!(own.echoed(ok, 1, &NOW), None);
    }

    const NEXT: Moment = Moment { link: 2, ..NOW };

    #[test]
    fn a_line_that_a_history_repeated_does_not_stray_in_later() {
        let ok = Digest::of("ok");
        let sent = || {
            let mut own = OwnLines::default();
            own.sent(MessageId(1), "ok", Instant::START, 1);
            own
        };
        assert_eq!(sent().strayed(ok, 1, &NOW), None, "it is of this link");
        assert_eq!(sent().strayed(ok, 1, &NEXT), Some(MessageId(1)));
        let mut repeated = sent();
        assert_eq!(repeated.repeated(ok, 1, 2), Some(MessageId(1)));
        assert_eq!(repeated.strayed(ok, 1, &NEXT), None);
    }

    #[test]
    fn each_copy_of_a_line_that_was_sent_again_may_come_back_once() {
        let ok = Digest::of("ok");
        let mut own = OwnLines::default();
        own.sent(MessageId(1), "ok", Instant::START, 1);
        own.sent(MessageId(1), "ok", Instant::START, 2);
        assert_eq!(own.echoed(ok, 1, &NEXT), Some(MessageId(1)));
        assert_eq!(own.strayed(ok, 1, &NEXT), Some(MessageId(1)));
        assert_eq!(own.strayed(ok, 1, &NEXT), None);
        // One that was heard strays nowhere.
        own.sent(MessageId(1), "ok", Instant::START, 3);
        let third = Moment { link: 3, ..NOW };
        assert_eq!(own.echoed(ok, 1, &third), Some(MessageId(1)));
        assert_eq!(own.strayed(ok, 1, &third), None);
    }

    #[test]
    fn a_line_follows_an_unheard_one_once_that_one_is_overdue() {
        let later = |seconds| Moment {
            now: Instant::from_start(Duration::from_secs(seconds)),
            ..NOW
        };
        let mut own = OwnLines::default();
        own.sent(MessageId(1), "a", Instant::START, 1);
        own.sent(MessageId(2), "b", Instant::START, 1);
        assert!(!own.follows_unheard(MessageId(2), &later(1)));
        assert!(own.follows_unheard(MessageId(2), &later(2)));
        assert!(!own.waited_in_vain(2, &later(1)));
        assert!(own.waited_in_vain(2, &later(2)));
        own.echoed(Digest::of("a"), 1, &NOW);
        assert!(!own.follows_unheard(MessageId(2), &later(2)));
        assert!(!own.waited_in_vain(2, &later(2)));
    }

    #[test]
    fn what_is_forgotten_is_the_oldest_and_leaves_nothing_behind() {
        let mut own = OwnLines::default();
        for id in 0..3 * LIMIT as u128 {
            own.sent(
                MessageId(id),
                &format!("line {}", id % 7),
                Instant::START,
                1,
            );
        }
        assert_eq!(own.lines.len(), LIMIT);
        assert_eq!(own.newest.len(), 7);
        assert_eq!(own.places(Digest::of("line 3")).len(), LIMIT.div_ceil(7));
        let first = own.echoed(Digest::of("line 3"), 1, &NOW).expect("it waits");
        assert!(first.0 >= 2 * LIMIT as u128 && first.0 < 2 * LIMIT as u128 + 7);
    }
}
