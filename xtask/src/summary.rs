//! Counts what the suites ran, from the lines that they print, and shows one table.

use std::time::Duration;

use crate::process::Captured;

/// How many tests passed, failed, or were left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub passed: u32,
    pub failed: u32,
    pub ignored: u32,
}

/// One suite, or one part of it, in the table.
pub struct Row {
    name: String,
    counts: Counts,
    time: Duration,
    note: String,
}

impl Row {
    /// A suite that ran, with the counts taken from its lines. It fails if it ran nothing or ended badly.
    pub fn suite(name: &str, captured: &Captured, time: Duration) -> Self {
        let mut counts = count(&captured.lines);
        let mut notes = Vec::new();
        if let Some(problem) = &captured.problem {
            if counts.failed == 0 {
                counts.failed = 1;
                notes.push(problem.clone());
            }
        } else if counts.passed + counts.failed == 0 {
            counts.failed = 1;
            notes.push("ran no test".to_owned());
        }
        if counts.ignored > 0 {
            notes.push(format!("{} left out", counts.ignored));
        }
        Self {
            name: name.to_owned(),
            counts,
            time,
            note: notes.join(", "),
        }
    }

    /// One check that passed, or failed for a reason.
    pub fn check(name: &str, outcome: Result<(), String>, time: Duration) -> Self {
        let failed = u32::from(outcome.is_err());
        let counts = Counts {
            passed: 1 - failed,
            failed,
            ignored: 0,
        };
        Self {
            name: name.to_owned(),
            counts,
            time,
            // What to do about it was said when it happened; the table has room for the reason.
            note: outcome.err().map(reason).unwrap_or_default(),
        }
    }

    /// A suite that counted for itself.
    pub fn counted(name: &str, counts: Counts, time: Duration, note: String) -> Self {
        Self {
            name: name.to_owned(),
            counts,
            time,
            note,
        }
    }

    /// What the row counts.
    #[cfg(test)]
    pub fn counts(&self) -> Counts {
        self.counts
    }
}

/// The part of a message before its advice.
fn reason(message: String) -> String {
    match message.split_once(": ") {
        Some((reason, _)) => reason.to_owned(),
        None => message,
    }
}

/// Prints the table and the sum; says whether all is well.
pub fn print(rows: &[Row]) -> bool {
    println!(
        "\n{:<20} {:>6} {:>7} {:>7} {:>8}",
        "suite", "tests", "passed", "failed", "seconds"
    );
    for row in rows {
        let Counts { passed, failed, .. } = row.counts;
        let line = format!(
            "{:<20} {:>6} {passed:>7} {failed:>7} {:>8.1}  {}",
            row.name,
            passed + failed,
            row.time.as_secs_f32(),
            row.note
        );
        println!("{}", line.trim_end());
    }
    let passed: u32 = rows.iter().map(|row| row.counts.passed).sum();
    let failed: u32 = rows.iter().map(|row| row.counts.failed).sum();
    println!("\n{passed} passed, {failed} failed");
    passed > 0 && failed == 0
}

/// Sums cargo's `test result:` lines; without any, takes the last `N passed, N failed`, or what Node's runner says.
fn count(lines: &[String]) -> Counts {
    let results: Vec<Counts> = lines
        .iter()
        .filter_map(|line| Some(counts_in(line.split_once("test result:")?.1)))
        .collect();
    if results.is_empty() {
        let own = lines
            .iter()
            .rev()
            .find(|line| line.contains(" passed,") && line.contains(" failed"));
        return own.map_or_else(|| tap_counts(lines), |line| end_to_end_counts(line, lines));
    }
    results
        .iter()
        .fold(Counts::default(), |sum, counts| Counts {
            passed: sum.passed + counts.passed,
            failed: sum.failed + counts.failed,
            ignored: sum.ignored + counts.ignored,
        })
}

/// The end-to-end run sums up in one line, and starts a line with `skip` for what it leaves out.
fn end_to_end_counts(sum: &str, lines: &[String]) -> Counts {
    let skipped = lines
        .iter()
        .filter(|line| line.starts_with("skip "))
        .count();
    Counts {
        ignored: u32::try_from(skipped).unwrap_or(u32::MAX),
        ..counts_in(sum)
    }
}

/// Node's test runner ends with lines like `# pass 10`.
fn tap_counts(lines: &[String]) -> Counts {
    let after = |word: &str| {
        let number = lines.iter().rev().find_map(|line| line.strip_prefix(word));
        number
            .and_then(|text| text.trim().parse().ok())
            .unwrap_or(0)
    };
    Counts {
        passed: after("# pass "),
        failed: after("# fail ") + after("# cancelled "),
        ignored: after("# skipped ") + after("# todo "),
    }
}

/// The numbers before the words: `ok. 3 passed; 0 failed; 1 ignored; ...`.
fn counts_in(line: &str) -> Counts {
    let words: Vec<&str> = line.split_whitespace().collect();
    let before = |word: &str| {
        words
            .windows(2)
            .filter(|pair| pair[1].trim_end_matches([';', ',', '.']) == word)
            .find_map(|pair| pair[0].parse().ok())
            .unwrap_or(0)
    };
    Counts {
        passed: before("passed"),
        failed: before("failed"),
        ignored: before("ignored"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn captured(text: &str, problem: Option<&str>) -> Captured {
        let lines = text.lines().map(str::to_owned).collect();
        Captured {
            lines,
            problem: problem.map(str::to_owned),
        }
    }

    fn counts(passed: u32, failed: u32, ignored: u32) -> Counts {
        Counts {
            passed,
            failed,
            ignored,
        }
    }

    fn row(text: &str, problem: Option<&str>) -> Row {
        Row::suite("name", &captured(text, problem), SECOND)
    }

    #[test]
    fn all_result_lines_of_cargo_are_summed() {
        let text = "running 3 tests\ntest a ... ok\n\
            test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.52s\n\
            test result: FAILED. 5 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out\n\
            test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 9 filtered out\n";
        assert_eq!(
            row(text, Some("exit status: 101")).counts(),
            counts(8, 2, 1)
        );
    }

    #[test]
    fn the_last_line_of_the_end_to_end_run_counts() {
        let text = "skip   0.0 s  broker\nchat: 2 passed, 9 failed\n41 passed, 1 failed\nbye\n";
        assert_eq!(row(text, Some("exit status: 1")).counts(), counts(41, 1, 1));
    }

    #[test]
    fn nodes_test_runner_counts() {
        let text = "ok 10 - x\n1..10\n# tests 10\n# pass 7\n# fail 1\n# cancelled 1\n# skipped 1\n# todo 0\n";
        assert_eq!(row(text, Some("exit status: 1")).counts(), counts(7, 2, 1));
        assert_eq!(row("# pass 0\n# fail 0\n", None).counts(), counts(0, 1, 0));
    }

    #[test]
    fn a_run_without_tests_is_a_failure() {
        assert_eq!(row("", None).counts(), counts(0, 1, 0));
        assert_eq!(row("0 passed, 0 failed", None).counts(), counts(0, 1, 0));
        assert_eq!(
            row("test result: ok. 0 passed; 0 failed; 4 ignored", None).counts(),
            counts(0, 1, 4)
        );
    }

    #[test]
    fn a_bad_end_is_a_failure_even_if_all_tests_passed() {
        assert_eq!(
            row("test result: ok. 3 passed; 0 failed", Some("killed")).counts(),
            counts(3, 1, 0)
        );
    }

    #[test]
    fn the_table_shows_the_reason_without_the_advice() {
        assert_eq!(reason("no Chrome: install it".to_owned()), "no Chrome");
        assert_eq!(reason("no Chrome".to_owned()), "no Chrome");
    }

    #[test]
    fn the_sum_decides() {
        let good = || Row::check("good", Ok(()), SECOND);
        let bad = || Row::check("bad", Err("why".to_owned()), SECOND);
        assert!(print(&[good(), good()]));
        assert!(!print(&[good(), bad()]));
        assert!(!print(&[]));
    }
}
