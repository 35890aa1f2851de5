//! Second copies by their ids: which lines came under which id, over all links, and whether ids are a line's alone here.

use std::collections::VecDeque;

use crate::fingerprint::{Numbers, fingerprint};

/// How many ids are remembered.
const LIMIT: usize = 10_000;
/// How many senders' last ids are remembered.
const SENDERS: usize = 1_000;
/// So many ids came with other words: they are the senders', or whatever else.
const CONTRADICTIONS: u32 = 3;

/// What an id says of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// The line came before, under this id.
    Repeated,
    /// It never came: its id is new, and ids are a line's alone here.
    New,
    /// The id says nothing.
    Unknown,
}

#[derive(Debug)]
struct Copy {
    id: u64,
    line: u64,
    link: u64,
    resent: bool,
}

/// The ids of the lines that came.
#[derive(Debug, Default)]
pub(super) struct SeenIds {
    /// Oldest first.
    copies: VecDeque<Copy>,
    /// How many were forgotten: the number of the first.
    forgotten: u64,
    /// The number of each id's copy.
    places: Numbers,
    /// Each sender's last id.
    senders: Numbers,
    /// How many ids came that were new.
    fresh: u32,
    /// How often a sender came with another id than before.
    changed: u32,
    contradictions: u32,
    /// The id of the newest line.
    newest: Option<u64>,
}

/// A line with an id, as far as it matters here.
#[derive(Clone, Copy, Debug)]
pub(super) struct Marked<'a> {
    pub(super) id: &'a str,
    pub(super) sender: Option<&'a str>,
    /// The fingerprint of the sender and the words.
    pub(super) line: u64,
    pub(super) link: u64,
    /// It says itself that it may be a second copy.
    pub(super) resent: bool,
    /// It follows an opening, where servers repeat what they remember.
    pub(super) opening: bool,
}

impl SeenIds {
    /// Looks at a line's id, and remembers it.
    pub(super) fn see(&mut self, marked: Marked<'_>) -> Seen {
        let id = fingerprint(marked.id);
        // Some servers tell each line twice.
        let twice = self.newest.replace(id) == Some(id);
        let Some(copy) = self.place(id).and_then(|place| self.copies.get(place)) else {
            let seen = match self.are_theirs_alone() {
                true => Seen::New,
                false => Seen::Unknown,
            };
            self.insert(id, marked);
            return seen;
        };
        if copy.line != marked.line {
            // The sender's id, or one that is counted anew.
            self.contradicted();
            self.insert(id, marked);
            return Seen::Unknown;
        }
        let (earlier, known) = (copy.link < marked.link, self.is_repeated(copy, &marked));
        if let Some(copy) = self.place(id).and_then(|place| self.copies.get_mut(place)) {
            copy.resent |= marked.resent;
        }
        match known {
            true => Seen::Repeated,
            false => {
                if !earlier && !twice {
                    // Said again under the same id: a sender's.
                    self.contradicted();
                }
                Seen::Unknown
            }
        }
    }

    /// Whether the same line under the same id is the same one.
    fn is_repeated(&self, copy: &Copy, marked: &Marked<'_>) -> bool {
        // What a counter gave may be given again after a restart; other ids are not.
        let counted = marked.id.len() < 10 && marked.id.parse::<u64>().is_ok();
        let follows = copy.link < marked.link && marked.opening;
        copy.resent
            || marked.resent
            || self.are_theirs_alone() && (!counted || copy.link == marked.link)
            || self.are_likely_theirs_alone() && follows
    }

    fn are_theirs_alone(&self) -> bool {
        self.contradictions == 0 && self.changed >= 2
    }

    fn are_likely_theirs_alone(&self) -> bool {
        self.contradictions < CONTRADICTIONS && (self.changed >= 1 || self.fresh >= 3)
    }

    fn contradicted(&mut self) {
        self.senders.clear();
        (self.fresh, self.changed) = (0, 0);
        self.contradictions = self.contradictions.saturating_add(1);
    }

    fn insert(&mut self, id: u64, marked: Marked<'_>) {
        self.fresh = self.fresh.saturating_add(1);
        if let Some(sender) = marked.sender {
            if self.senders.len() >= SENDERS {
                self.senders.clear();
            }
            let before = self.senders.insert(fingerprint(sender), id);
            self.changed = self.changed.saturating_add(u32::from(before.is_some()));
        }
        let copy = Copy {
            id,
            line: marked.line,
            link: marked.link,
            resent: marked.resent,
        };
        if let Some(known) = self.place(id).and_then(|place| self.copies.get_mut(place)) {
            *known = copy;
            return;
        }
        self.places
            .insert(id, self.forgotten + self.copies.len() as u64);
        self.copies.push_back(copy);
        if self.copies.len() > LIMIT
            && let Some(oldest) = self.copies.pop_front()
        {
            self.forgotten += 1;
            self.places.remove(&oldest.id);
        }
    }

    fn place(&self, id: u64) -> Option<usize> {
        let number = self.places.get(&id)?;
        usize::try_from(number - self.forgotten).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(id: &'static str, sender: &'static str, words: &str, link: u64) -> Marked<'static> {
        Marked {
            id,
            sender: Some(sender),
            line: fingerprint((sender, words)),
            link,
            resent: false,
            opening: link > 1,
        }
    }

    #[test]
    fn an_id_of_the_line_alone_tells_a_second_copy_over_all_links() {
        let mut seen = SeenIds::default();
        for id in ["a", "b", "c"] {
            seen.see(marked(id, "bo", "ok", 1));
        }
        assert_eq!(seen.see(marked("a", "bo", "ok", 2)), Seen::Repeated);
        assert_eq!(seen.see(marked("d", "bo", "ok", 2)), Seen::New);
    }

    #[test]
    fn an_id_that_comes_with_other_words_is_the_senders() {
        let mut seen = SeenIds::default();
        for words in ["hi", "ok", "ok", "ok"] {
            assert_eq!(seen.see(marked("7", "bo", words, 1)), Seen::Unknown);
        }
        assert_eq!(seen.see(marked("7", "bo", "ok", 2)), Seen::Unknown);
    }

    #[test]
    fn a_number_that_is_given_again_after_a_restart_is_another_line() {
        let mut seen = SeenIds::default();
        for id in ["1", "2", "3"] {
            seen.see(marked(id, "bo", "hello", 1));
        }
        let live = Marked {
            opening: false,
            ..marked("1", "bo", "hello", 2)
        };
        assert_eq!(seen.see(live), Seen::Unknown);
    }

    #[test]
    fn a_line_that_says_it_was_sent_again_is_known_in_either_order() {
        for first in [false, true] {
            let mut seen = SeenIds::default();
            let copy = |resent| Marked {
                resent,
                ..marked("x", "bo", "hi", 1)
            };
            assert_eq!(seen.see(copy(first)), Seen::Unknown);
            assert_eq!(seen.see(copy(!first)), Seen::Repeated);
        }
    }

    /// Not among those that follow an opening.
    fn live(id: &'static str, words: &str, link: u64) -> Marked<'static> {
        Marked {
            opening: false,
            ..marked(id, "bo", words, link)
        }
    }

    #[test]
    fn ids_that_are_said_again_on_the_same_link_are_the_senders_and_on_a_later_one_a_counters() {
        let after = |link| {
            let mut seen = SeenIds::default();
            for id in ["1", "2", "3"] {
                seen.see(live(id, "ok", 1));
            }
            assert_eq!(seen.see(live("1", "ok", 2)), Seen::Unknown);
            seen.see(live("4", "ok", 2));
            // No second copy at once: the line before had another id.
            seen.see(live("2", "ok", link));
            seen.see(live("5", "ok", 2))
        };
        assert_eq!(after(2), Seen::New, "a counter that began anew");
        let mut seen = SeenIds::default();
        for id in ["1", "2", "1", "3", "4", "5"] {
            seen.see(live(id, "ok", 1));
        }
        assert_eq!(seen.see(live("6", "ok", 1)), Seen::Unknown);
    }

    #[test]
    fn an_id_that_no_counter_gave_tells_a_second_copy_at_any_time() {
        for id in ["a", "1700000000"] {
            let mut seen = SeenIds::default();
            for id in [id, "b", "c"] {
                seen.see(live(id, "ok", 1));
            }
            assert_eq!(seen.see(live(id, "ok", 2)), Seen::Repeated, "{id}");
        }
    }

    #[test]
    fn an_id_that_is_likely_the_lines_tells_a_second_copy_after_an_opening_alone() {
        let again = |marked: fn() -> Marked<'static>| {
            let mut seen = SeenIds::default();
            seen.see(live("7", "ok", 1));
            seen.see(live("8", "ok", 1));
            seen.see(marked())
        };
        assert_eq!(again(|| marked("7", "bo", "ok", 2)), Seen::Repeated);
        assert_eq!(again(|| live("7", "ok", 2)), Seen::Unknown);
        let at_once = || Marked {
            opening: true,
            ..live("7", "ok", 1)
        };
        assert_eq!(again(at_once), Seen::Unknown);
    }

    #[test]
    fn ids_that_came_with_other_words_too_often_are_never_the_lines_again() {
        let after = |contradictions: usize| {
            let mut seen = SeenIds::default();
            for words in &["a", "b", "c", "d"][..=contradictions] {
                seen.see(live("7", words, 1));
            }
            seen.see(live("8", "ok", 1));
            seen.see(live("9", "ok", 1));
            seen.see(marked("8", "bo", "ok", 2))
        };
        assert_eq!(after(2), Seen::Repeated);
        assert_eq!(after(3), Seen::Unknown);
    }

    #[test]
    fn each_further_copy_of_a_line_that_was_sent_again_is_known() {
        let mut seen = SeenIds::default();
        let copy = |resent| Marked {
            resent,
            ..live("x", "hi", 1)
        };
        assert_eq!(seen.see(copy(false)), Seen::Unknown);
        assert_eq!(seen.see(copy(true)), Seen::Repeated);
        assert_eq!(seen.see(copy(false)), Seen::Repeated);
    }

    #[test]
    fn memory_is_bounded() {
        let mut seen = SeenIds::default();
        for number in 0..2 * LIMIT {
            let id = number.to_string();
            let sender = format!("guest {number}");
            seen.see(Marked {
                id: &id,
                sender: Some(&sender),
                ..marked("", "", &id, 1)
            });
        }
        assert_eq!((seen.copies.len(), seen.places.len()), (LIMIT, LIMIT));
        let place = |number: usize| seen.place(fingerprint(number.to_string().as_str()));
        assert_eq!(place(LIMIT - 1), None, "it is forgotten");
        assert_eq!(place(LIMIT), Some(0));
        assert_eq!(place(2 * LIMIT - 1), Some(LIMIT - 1));
        assert!(seen.senders.len() <= SENDERS);
    }
}
