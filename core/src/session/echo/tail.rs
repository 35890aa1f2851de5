//! Second copies without ids: a server's history, which repeats the tail of what was heard, in order and word for word.
//!
//! What follows an opening is laid beside the tail that is held. A line that may be a part of it is held back for a moment; once a
//! run of them reaches the end of the tail, or cannot be a coincidence, they are the history. A line that breaks the run frees
//! those that were held: people said them anew.

use std::collections::VecDeque;

/// How many lines of the others are remembered.
const LIMIT: usize = 4_096;
/// At how many places of the tail a run may have begun.
const RUNS: usize = 64;
/// How many lines a server need not remember, between two that it does: who came and who left, as a rule.
const SKIPPED: usize = 8;
/// Lines that are no coincidence, in a row: more would be the same person's program.
const DISTINCTIVE: u32 = 2;

/// What a line after an opening is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// A line of the tail: so are those that were held.
    Known,
    /// Perhaps a line of the tail.
    Perhaps,
    /// None.
    No,
}

#[derive(Clone, Copy, Debug)]
struct Held {
    line: u64,
    /// It has a sender: notices of the server often have none, and are not remembered.
    named: bool,
}

#[derive(Clone, Copy, Debug)]
struct Run {
    /// The place of the line that was repeated last.
    at: usize,
    skipped: usize,
    distinctive: u32,
}

/// The last lines of the others, and how what follows an opening repeats them.
#[derive(Debug, Default)]
pub(super) struct Tail {
    lines: VecDeque<Held>,
    /// How many of them came over earlier links: only these are a history.
    held: usize,
    runs: Vec<Run>,
}

impl Tail {
    /// A new link: all that was heard is the tail.
    pub(super) fn begin(&mut self) {
        self.runs.clear();
        self.held = self.lines.len();
    }

    /// Adds a line that was shown.
    pub(super) fn push(&mut self, line: u64, named: bool) {
        self.runs.clear();
        self.append(line, named);
    }

    /// The same, while lines are being repeated.
    pub(super) fn append(&mut self, line: u64, named: bool) {
        self.lines.push_back(Held { line, named });
        if self.lines.len() > LIMIT {
            self.lines.pop_front();
            self.held = self.held.saturating_sub(1);
            self.runs.retain_mut(|run| {
                let at = run.at.checked_sub(1);
                run.at = at.unwrap_or_default();
                at.is_some()
            });
        }
    }

    /// How many of these lines, the first ones of a list, are the newest that were heard: a server that tells its whole list each
    /// time. One alone may be said anew, unless nothing else was heard over this link.
    pub(super) fn overlap(&self, lines: &[u64]) -> usize {
        let same = |count: &usize| {
            let newest = self.lines.range(self.lines.len() - count..);
            newest.map(|held| &held.line).eq(&lines[..*count])
        };
        let most = lines.len().min(self.lines.len());
        let count = (1..=most).rev().find(same).unwrap_or_default();
        match count {
            1 if self.lines.len() > 1 + self.held => 0,
            count => count,
        }
    }

    /// Whether lines of the tail are being repeated, and more of them may come.
    pub(super) fn is_repeated(&self) -> bool {
        !self.runs.is_empty()
    }

    /// Whether what comes next was said before the end of the tail, so that it can be no new line.
    pub(super) fn is_inside(&self) -> bool {
        self.is_repeated() && !self.runs.iter().any(|run| self.is_end(run))
    }

    /// Whether what comes next was certainly said after the end of the tail.
    pub(super) fn is_at_end(&self) -> bool {
        self.is_repeated() && self.runs.iter().all(|run| self.is_end(run))
    }

    /// Lays a line beside the tail. On [`Part::No`] the runs stand as they did.
    pub(super) fn lay(&mut self, line: u64, distinctive: bool) -> Part {
        let mut runs: Vec<Run> = match self.runs.is_empty() {
            true => self.beginnings(line),
            false => self
                .runs
                .iter()
                .filter_map(|run| self.next(*run, line))
                .collect(),
        };
        if runs.is_empty() {
            return Part::No;
        }
        for run in &mut runs {
            run.distinctive += u32::from(distinctive);
        }
        let known = runs.iter().any(|run| self.is_proven(run));
        self.runs = runs;
        match known {
            true => Part::Known,
            false => Part::Perhaps,
        }
    }

    fn beginnings(&self, line: u64) -> Vec<Run> {
        let same = (0..self.held).rev().filter(|at| {
            let held = self.lines.get(*at);
            held.is_some_and(|held| held.line == line)
        });
        let begin = |at| Run {
            at,
            skipped: 0,
            distinctive: 0,
        };
        same.map(begin).take(RUNS).collect()
    }

    fn next(&self, run: Run, line: u64) -> Option<Run> {
        let after = self
            .lines
            .iter()
            .take(self.held)
            .enumerate()
            .skip(run.at + 1);
        let mut near = after.take(SKIPPED + 1);
        let (at, held) = near.find(|(_, held)| held.line == line)?;
        // A server need not remember its own notices.
        let between = self.lines.range(run.at + 1..at);
        let skipped = between.filter(|other| other.named || !held.named).count();
        Some(Run {
            at,
            skipped: run.skipped + skipped,
            distinctive: run.distinctive,
        })
    }

    fn is_proven(&self, run: &Run) -> bool {
        run.distinctive >= DISTINCTIVE
            || self.is_end(run) && (run.skipped == 0 || run.distinctive > 0)
    }

    /// Whether nothing is left of the tail but a few notices, which a server need not remember.
    fn is_end(&self, run: &Run) -> bool {
        let rest = self.held - run.at - 1;
        let named = self.lines[run.at].named;
        let notices = || {
            let mut rest = self.lines.range(run.at + 1..self.held);
            rest.all(|held| named && !held.named)
        };
        rest == 0 || rest <= SKIPPED && notices()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tail(lines: &[u64]) -> Tail {
        let mut tail = Tail::default();
        lines.iter().for_each(|line| tail.push(*line, true));
        tail.begin();
        tail
    }

    fn laid(tail: &mut Tail, lines: &[u64]) -> Vec<Part> {
        lines.iter().map(|line| tail.lay(*line, false)).collect()
    }

    #[test]
    fn what_reaches_the_end_of_the_tail_is_the_tail() {
        use Part::{Known, No, Perhaps};
        let parts = laid(&mut tail(&[1, 2, 3]), &[2, 3, 4]);
        assert_eq!(parts, [Perhaps, Known, No]);
    }

    #[test]
    fn the_same_word_said_often_is_told_by_the_longest_run() {
        use Part::{Known, No};
        let parts = laid(&mut tail(&[7, 7, 7]), &[7, 7, 7, 7]);
        assert_eq!(parts, [Known, Known, Known, No]);
    }

    #[test]
    fn what_breaks_off_is_no_history() {
        use Part::{No, Perhaps};
        assert_eq!(laid(&mut tail(&[1, 2, 3]), &[1, 9]), [Perhaps, No]);
        assert_eq!(laid(&mut tail(&[1, 2, 3]), &[1, 1]), [Perhaps, No]);
    }

    #[test]
    fn notices_are_not_remembered_by_every_server() {
        let mut tail = tail(&[1, 2]);
        tail.push(3, false);
        tail.begin();
        assert_eq!(laid(&mut tail, &[1, 2]), [Part::Perhaps, Part::Known]);
    }

    #[test]
    fn two_lines_that_are_no_coincidence_suffice() {
        let mut tail = tail(&[1, 2, 3, 4]);
        assert_eq!(tail.lay(1, true), Part::Perhaps);
        assert_eq!(tail.lay(2, true), Part::Known);
    }

    #[test]
    fn a_line_that_was_left_out_makes_the_end_doubtful_unless_one_was_no_coincidence() {
        let after = |distinctive| {
            let mut tail = tail(&[1, 2, 3]);
            tail.lay(1, distinctive);
            tail.lay(3, false)
        };
        assert_eq!(after(false), Part::Perhaps);
        assert_eq!(after(true), Part::Known);
    }

    #[test]
    fn as_many_notices_as_a_server_need_not_remember_are_skipped_and_no_more() {
        let after = |notices: usize| {
            let mut tail = tail(&[1]);
            for notice in 0..notices as u64 {
                tail.push(100 + notice, false);
            }
            tail.push(2, true);
            tail.begin();
            laid(&mut tail, &[1, 2])
        };
        assert_eq!(after(SKIPPED), [Part::Perhaps, Part::Known]);
        assert_eq!(after(SKIPPED + 1), [Part::Perhaps, Part::No]);
    }

    #[test]
    fn as_many_notices_at_the_end_may_be_forgotten_and_no_more() {
        let after = |notices: usize| {
            let mut tail = tail(&[1, 2]);
            for notice in 0..notices as u64 {
                tail.push(100 + notice, false);
            }
            tail.begin();
            laid(&mut tail, &[1, 2])
        };
        assert_eq!(after(SKIPPED), [Part::Perhaps, Part::Known]);
        assert_eq!(after(SKIPPED + 1), [Part::Perhaps, Part::Perhaps]);
    }

    #[test]
    fn it_is_known_whether_what_comes_next_stands_inside_or_behind_the_tail() {
        let lines: Vec<u64> = (0..20).collect();
        let mut tail = tail(&lines);
        let stands = |tail: &Tail| (tail.is_repeated(), tail.is_inside(), tail.is_at_end());
        assert_eq!(stands(&tail), (false, false, false));
        assert_eq!(laid(&mut tail, &[15, 16]), [Part::Perhaps, Part::Perhaps]);
        assert_eq!(stands(&tail), (true, true, false));
        laid(&mut tail, &[17, 18]);
        assert_eq!(tail.lay(19, false), Part::Known);
        assert_eq!(stands(&tail), (true, false, true));
    }

    #[test]
    fn memory_is_bounded() {
        let mut tail = tail(&vec![5; 2 * LIMIT]);
        assert_eq!(tail.lines.len(), LIMIT);
        tail.lay(5, false);
        assert_eq!(tail.runs.len(), RUNS);
    }
}
