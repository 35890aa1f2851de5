//! The numbers of the lines of one log: which line is next, which came before its turn, and which came already.

use crate::json::Value;

/// How many of the newest numbers are remembered.
const TOLD: usize = 1_024;
/// How many lines are held that came before their turn, and how many bytes.
const MOST_HELD: usize = 1_000;
const MOST_HELD_BYTES: usize = 4 << 20;

/// What the number of a line says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// It is the next one, or one that comes late: it is told now.
    Next,
    /// One before it has not come yet.
    Early,
    /// It came before.
    Repeated,
    /// It is older than what is known here: its number says nothing.
    Old,
    /// Another line came under this number: the server's numbers cannot be trusted.
    Contradicted,
}

/// What came under one number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Numbered<'a> {
    pub(super) number: u64,
    pub(super) fingerprint: u64,
    /// The line; nothing where only its number is known.
    pub(super) value: Option<&'a Value>,
}

/// The same, held before its turn.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Held {
    pub(super) number: u64,
    pub(super) fingerprint: u64,
    pub(super) value: Option<Value>,
    /// It is the last that its link has brought, and no later link has told it again.
    pub(super) ends_link: bool,
}

impl Held {
    pub(super) fn line(&self) -> Numbered<'_> {
        Numbered {
            number: self.number,
            fingerprint: self.fingerprint,
            value: self.value.as_ref(),
        }
    }
}

/// One log, as far as it was heard.
#[derive(Debug)]
pub(super) struct Sequence {
    /// The log's name.
    pub(super) log: String,
    /// All that we are to hear up to here was heard.
    position: u64,
    /// Nothing up to here was numbered for us.
    base: u64,
    /// The newest numbers in their order, with a fingerprint of what came under each. Few enough for a list, which weighs less.
    told: Vec<(u64, u64)>,
    /// What came before its turn, in order.
    held: Vec<Held>,
    held_bytes: usize,
    /// Numbers are left out here, for other rooms or other people.
    jumps: bool,
}

impl Sequence {
    /// The log of this name, whose newest line has this number.
    pub(super) fn new(log: String, head: u64) -> Self {
        Self {
            log,
            position: head,
            base: head,
            told: Vec::new(),
            held: Vec::new(),
            held_bytes: 0,
            jumps: false,
        }
    }

    /// Up to where everything was heard.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    /// The log has come as far as this, and what was missed is not told again.
    pub(super) fn skip_to(&mut self, head: u64) {
        self.position = self.position.max(head);
        self.base = self.base.max(head);
    }

    /// All up to here has been told.
    pub(super) fn complete_to(&mut self, head: u64) {
        self.position = self.position.max(head);
    }

    /// What is missing behind this number may come yet: what was told in spite of it is known again.
    pub(super) fn go_back_to(&mut self, position: u64) {
        self.position = position;
    }

    /// Judges a number. `waits` while the server tells what was missed: then nothing is told before its turn.
    pub(super) fn place(&self, number: u64, fingerprint: u64, waits: bool) -> Place {
        match self.known(number) {
            Some(told) if told == fingerprint => return Place::Repeated,
            Some(_) => return Place::Contradicted,
            None => {}
        }
        if number <= self.position {
            match number > self.floor() {
                true => Place::Next,
                false => Place::Old,
            }
        } else if number == self.position + 1 || self.jumps && !waits {
            Place::Next
        } else {
            Place::Early
        }
    }

    /// A fingerprint of what came under this number.
    fn known(&self, number: u64) -> Option<u64> {
        let told = self.told.binary_search_by_key(&number, |told| told.0);
        let held = self.held.iter().find(|held| held.number == number);
        let held = || held.map(|held| held.fingerprint);
        told.map_or_else(|_| held(), |place| Some(self.told[place].1))
    }

    /// What stands below is older than what is remembered.
    fn floor(&self) -> u64 {
        let forgets = self.told.len() >= TOLD;
        let oldest = self.told.first().filter(|_| forgets);
        oldest.map_or(self.base, |oldest| self.base.max(oldest.0))
    }

    /// What has this number is told. Returns whether nothing behind it was told before.
    pub(super) fn tell(&mut self, number: u64, fingerprint: u64) -> bool {
        self.position = self.position.max(number);
        self.remember(number, fingerprint);
        self.told.last().is_some_and(|last| last.0 == number)
    }

    /// Remembers what came under this number, wherever it stands.
    pub(super) fn remember(&mut self, number: u64, fingerprint: u64) {
        if let Err(place) = self.told.binary_search_by_key(&number, |told| told.0) {
            self.told.insert(place, (number, fingerprint));
        }
        if self.told.len() > TOLD {
            self.told.remove(0);
        }
    }

    /// Holds what came before its turn. Returns whether there was room for it.
    pub(super) fn hold(&mut self, line: Numbered<'_>) -> bool {
        let bytes = line.value.map_or(0, |value| value.to_string().len());
        let fits = self.held.len() < MOST_HELD && self.held_bytes + bytes <= MOST_HELD_BYTES;
        if fits {
            self.held_bytes += bytes;
            let place = self
                .held
                .binary_search_by_key(&line.number, |held| held.number);
            let (Ok(place) | Err(place)) = place;
            let held = Held {
                number: line.number,
                fingerprint: line.fingerprint,
                value: line.value.cloned(),
                ends_link: false,
            };
            self.held.insert(place, held);
        }
        fits
    }

    /// The link is gone: what the next one brings need not go on where this one ended.
    pub(super) fn end_link(&mut self) {
        if let Some(last) = self.held.last_mut() {
            last.ends_link = true;
        }
    }

    /// The link at hand tells this number, too.
    pub(super) fn repeat(&mut self, number: u64) {
        let mut held = self.held.iter_mut();
        if let Some(held) = held.find(|held| held.number == number) {
            held.ends_link = false;
        }
    }

    pub(super) fn holds(&self) -> bool {
        !self.held.is_empty()
    }

    /// Takes out what was held, if its turn has come.
    pub(super) fn take_next(&mut self) -> Option<Held> {
        let next = self.held.first()?.number <= self.position + 1;
        let next = next.then(|| self.held.remove(0));
        if self.held.is_empty() {
            self.held_bytes = 0;
        }
        next
    }

    /// What is missing does not come: takes out all that is held, in order.
    pub(super) fn release(&mut self) -> Vec<Held> {
        self.held_bytes = 0;
        std::mem::take(&mut self.held)
    }

    /// What was missing did not come, though nothing was lost: such numbers are left out here.
    pub(super) fn learn_to_jump(&mut self) {
        self.jumps = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(number: u64, value: Option<&Value>) -> Numbered<'_> {
        Numbered {
            number,
            fingerprint: number,
            value,
        }
    }

    fn sequence() -> Sequence {
        Sequence::new("a".into(), 41)
    }

    fn hear(sequence: &mut Sequence, number: u64) -> Place {
        let place = sequence.place(number, number, false);
        if place == Place::Next {
            sequence.tell(number, number);
        }
        place
    }

    #[test]
    fn as_many_bytes_are_held_as_may_be() {
        let half = Value::from("x".repeat(MOST_HELD_BYTES / 2 - 2));
        let mut sequence = sequence();
        assert!(!sequence.holds());
        assert!(sequence.hold(line(50, Some(&half))));
        assert!(sequence.hold(line(51, Some(&half))));
        assert!(!sequence.hold(line(52, Some(&Value::from("one more")))));
        assert!(sequence.holds());
    }

    #[test]
    fn the_next_is_told_and_told_once() {
        let mut sequence = sequence();
        assert_eq!(hear(&mut sequence, 42), Place::Next);
        assert_eq!(hear(&mut sequence, 42), Place::Repeated);
        assert_eq!(sequence.position(), 42);
    }

    #[test]
    fn another_line_under_a_number_that_was_told_contradicts() {
        let mut sequence = sequence();
        hear(&mut sequence, 42);
        assert_eq!(sequence.place(42, 7, false), Place::Contradicted);
    }

    #[test]
    fn what_comes_before_its_turn_is_held_until_then() {
        let mut sequence = sequence();
        assert_eq!(hear(&mut sequence, 43), Place::Early);
        assert!(sequence.hold(line(43, None)));
        assert_eq!(sequence.take_next(), None);
        assert_eq!(hear(&mut sequence, 43), Place::Repeated);
        assert_eq!(sequence.place(43, 7, false), Place::Contradicted);
        hear(&mut sequence, 42);
        assert_eq!(sequence.take_next().map(|held| held.number), Some(43));
    }

    #[test]
    fn where_numbers_are_left_out_nothing_waits_but_for_what_was_missed() {
        let mut sequence = sequence();
        sequence.learn_to_jump();
        assert_eq!(sequence.place(50, 0, true), Place::Early);
        assert_eq!(hear(&mut sequence, 50), Place::Next);
        // One that comes late after all.
        assert_eq!(hear(&mut sequence, 45), Place::Next);
        assert_eq!(hear(&mut sequence, 45), Place::Repeated);
        assert_eq!(sequence.position(), 50);
    }

    #[test]
    fn what_was_told_before_we_came_has_no_place() {
        assert_eq!(hear(&mut sequence(), 41), Place::Old);
        assert_eq!(hear(&mut sequence(), 0), Place::Old);
    }

    #[test]
    fn memory_is_bounded() {
        let mut sequence = sequence();
        for number in 42..10_000 {
            hear(&mut sequence, number);
        }
        assert_eq!(sequence.told.len(), TOLD);
        assert_eq!(hear(&mut sequence, 50), Place::Old);
        let held = (20_000..30_000).filter(|number| sequence.hold(line(*number, None)));
        assert_eq!(held.count(), MOST_HELD);
        let mut sequence = self::sequence();
        let long = Value::from("x".repeat(MOST_HELD_BYTES / 2));
        let held = (50..60).filter(|number| sequence.hold(line(*number, Some(&long))));
        assert_eq!(held.count(), 1);
    }
}
