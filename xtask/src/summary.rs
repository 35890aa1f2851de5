//! Counts what the suites ran, from the lines that they print, and shows one table.

use std::time::{Duration, Instant};

use anyhow::{Error, Result};

use crate::process::{Captured, step};

/// How many tests passed, failed, or were left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub passed: usize,
    pub failed: usize,
    pub ignored: usize,
}

/// One suite, or one part of it, in the table.
pub struct Row {
    pub name: String,
    pub counts: Counts,
    pub time: Duration,
    pub note: String,
}

impl Row {
    /// Runs a suite and takes the counts from its lines. It fails if it ran nothing, ended badly or could not even start.
    pub fn suite(name: &str, purpose: &str, work: impl FnOnce() -> Result<Captured>) -> Self {
        Self::timed(name, purpose, || Ok(judge(&work()?)))
    }

    /// Makes one check, which passes or fails for a reason.
    pub fn check(name: &str, purpose: &str, work: impl FnOnce() -> Result<()>) -> Self {
        Self::timed(name, purpose, || {
            work().map(|()| (counts(1, 0, 0), String::new()))
        })
    }

    /// Runs what counts for itself.
    pub fn timed(
        name: &str,
        purpose: &str,
        work: impl FnOnce() -> Result<(Counts, String)>,
    ) -> Self {
        let started = Instant::now();
        let (counts, note) = step(purpose, work).unwrap_or_else(failure);
        let (name, time) = (name.to_owned(), started.elapsed());
        Self {
            name,
            counts,
            time,
            note,
        }
    }
}

pub fn counts(passed: usize, failed: usize, ignored: usize) -> Counts {
    Counts {
        passed,
        failed,
        ignored,
    }
}

/// Says at once what is wrong and what to do about it; the table has room for the reason.
fn failure(error: Error) -> (Counts, String) {
    let message = format!("{error:#}");
    eprintln!("error: {message}");
    let reason = message.split(": ").next().unwrap_or_default();
    (counts(0, 1, 0), reason.to_owned())
}

fn judge(captured: &Captured) -> (Counts, String) {
    let mut counts = count(&captured.lines);
    let mut notes = Vec::new();
    match &captured.problem {
        Some(problem) if counts.failed == 0 => notes.push(problem.clone()),
        None if counts.passed + counts.failed == 0 => notes.push("ran no test".to_owned()),
        _ => {}
    }
    counts.failed += notes.len();
    if counts.ignored > 0 {
        notes.push(format!("{} left out", counts.ignored));
    }
    (counts, notes.join(", "))
}

/// Prints the table and the sum; says whether all is well.
pub fn print(rows: &[Row]) -> bool {
    println!("\n{:<20}  tests  passed  failed  seconds", "suite");
    for Row {
        name,
        counts,
        time,
        note,
    } in rows
    {
        let (passed, failed) = (counts.passed, counts.failed);
        let (tests, seconds) = (passed + failed, time.as_secs_f32());
        let line = format!("{name:<20} {tests:>6} {passed:>7} {failed:>7} {seconds:>8.1}  {note}");
        println!("{}", line.trim_end());
    }
    let sum = sum(rows.iter().map(|row| row.counts));
    println!("\n{} passed, {} failed", sum.passed, sum.failed);
    sum.passed > 0 && sum.failed == 0
}

/// Sums the `test result:` lines, which cargo prints and our own scripts do; without any, takes what Node's runner says.
fn count(lines: &[String]) -> Counts {
    let results = lines
        .iter()
        .filter_map(|line| line.split_once("test result:"));
    let results: Vec<Counts> = results.map(|(_, result)| counts_in(result)).collect();
    if results.is_empty() {
        return tap_counts(lines);
    }
    sum(results)
}

fn sum(all: impl IntoIterator<Item = Counts>) -> Counts {
    all.into_iter().fold(Counts::default(), |sum, one| Counts {
        passed: sum.passed + one.passed,
        failed: sum.failed + one.failed,
        ignored: sum.ignored + one.ignored,
    })
}

/// Node's test runner ends with lines like `# pass 10`.
fn tap_counts(lines: &[String]) -> Counts {
    let after = |word: &str| {
        let number = lines.iter().rev().find_map(|line| line.strip_prefix(word));
        number
            .and_then(|text| text.trim().parse().ok())
            .unwrap_or(0)
    };
    counts(
        after("# pass "),
        after("# fail ") + after("# cancelled "),
        after("# skipped ") + after("# todo "),
    )
}

/// The numbers before the words: `ok. 3 passed; 0 failed; 1 ignored; ...`.
fn counts_in(line: &str) -> Counts {
    let words: Vec<&str> = line.split_whitespace().collect();
    let before = |word: &str| {
        let is_word = |pair: &&[&str]| pair[1].trim_end_matches([';', ',', '.']) == word;
        let number = words
            .windows(2)
            .filter(is_word)
            .find_map(|pair| pair[0].parse().ok());
        number.unwrap_or(0)
    };
    counts(before("passed"), before("failed"), before("ignored"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(text: &str, problem: Option<&str>) -> Counts {
        let lines = text.lines().map(str::to_owned).collect();
        let problem = problem.map(str::to_owned);
        let is_too_late = false;
        judge(&Captured {
            lines,
            problem,
            is_too_late,
        })
        .0
    }

    #[test]
    fn all_result_lines_of_cargo_are_summed() {
        let text = "running 3 tests\ntest a ... ok\n\
            test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.52s\n\
            test result: FAILED. 5 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out\n\
            test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 9 filtered out\n";
        assert_eq!(judged(text, Some("exit status: 101")), counts(8, 2, 1));
    }

    #[test]
    fn nodes_test_runner_counts() {
        let text = "ok 10 - x\n1..10\n# tests 10\n# pass 7\n# fail 1\n# cancelled 1\n# skipped 1\n# todo 0\n";
        assert_eq!(judged(text, Some("exit status: 1")), counts(7, 2, 1));
        assert_eq!(judged("# pass 0\n# fail 0\n", None), counts(0, 1, 0));
    }

    #[test]
    fn a_run_without_tests_is_a_failure() {
        assert_eq!(judged("", None), counts(0, 1, 0));
        assert_eq!(
            judged("test result: 0 passed; 0 failed", None),
            counts(0, 1, 0)
        );
        let ignored = "test result: ok. 0 passed; 0 failed; 4 ignored";
        assert_eq!(judged(ignored, None), counts(0, 1, 4));
    }

    #[test]
    fn a_bad_end_is_a_failure_even_if_all_tests_passed() {
        let passed = "test result: ok. 3 passed; 0 failed";
        assert_eq!(judged(passed, Some("killed")), counts(3, 1, 0));
    }

    #[test]
    fn the_table_shows_the_reason_without_the_advice() {
        let row = Row::check("browser", "looking", || {
            anyhow::bail!("no Chrome: install it")
        });
        assert_eq!((row.counts, &*row.note), (counts(0, 1, 0), "no Chrome"));
    }

    #[test]
    fn the_sum_decides() {
        let good = || Row::check("good", "looking", || Ok(()));
        let bad = || Row::check("bad", "looking", || anyhow::bail!("why"));
        assert!(print(&[good(), good()]));
        assert!(!print(&[good(), bad()]));
        assert!(!print(&[]));
    }
}
