//! `cargo xtask torture`: the built page in Chrome, behind a proxy that breaks links, at each kind of server.

use std::num::NonZeroU64;
use std::process::Command;

use anyhow::Result;
use lexopt::{Arg, Parser, ValueExt};

use crate::args::{unknown, value};
use crate::nodes::browser_tests;
use crate::process::run_to_verdict;
use crate::tools::Tools;

/// How many there are unless told otherwise: five minutes, after the build.
const FAULTS: &str = "100";
/// How many in the short form, for `cargo xtask test`.
const SHORT: &str = "12";

/// `cargo xtask torture [--faults N] [--seed S] [--lanes NAME,...] [--only FAULT,...]`. Fails where a message was lost, shown twice, or in
/// doubt without a mark, and where a page did not come back. The figures, and the seed, are in what it prints.
pub fn run(tools: &mut Tools, args: Parser) -> Result<bool> {
    let words = words(args)?;
    let mut command = browser_tests(tools, "tests/torture/run.mjs")?;
    command.args(words);
    run_to_verdict(command)
}

/// The short form.
pub fn short(tools: &mut Tools) -> Result<Command> {
    let mut command = browser_tests(tools, "tests/torture/run.mjs")?;
    command.args(["--faults", SHORT]);
    Ok(command)
}

/// The options, checked, as the script takes them: of two, the last one counts.
fn words(mut args: Parser) -> Result<Vec<String>> {
    let mut words = vec!["--faults".to_owned(), FAULTS.to_owned()];
    while let Some(arg) = args.next()? {
        let (name, text) = match arg {
            Arg::Long("faults") => {
                let number: NonZeroU64 = value(&mut args, "faults", "a number from 1")?;
                ("--faults", number.to_string())
            }
            Arg::Long("seed") => {
                let number: u64 = value(&mut args, "seed", "a number")?;
                ("--seed", number.to_string())
            }
            Arg::Long("lanes") => ("--lanes", args.value()?.string()?),
            Arg::Long("only") => ("--only", args.value()?.string()?),
            other => return Err(unknown(other)),
        };
        words.extend([name.to_owned(), text]);
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::line;

    #[test]
    fn options_are_checked_and_the_last_one_counts() {
        let given = |text| words(line(text)).map(|words| words.join(" "));
        assert_eq!(given("").expect("none"), "--faults 100");
        let all = given("--seed 7 --faults=20 --lanes channel,relay").expect("all");
        assert_eq!(
            all,
            "--faults 100 --seed 7 --faults 20 --lanes channel,relay"
        );
        for wrong in [
            "--faults 0",
            "--faults many",
            "--seed=-1",
            "--fault 3",
            "relay",
        ] {
            assert!(given(wrong).is_err(), "{wrong}");
        }
    }
}
