//! `cargo xtask torture`: the built page in Chrome, behind a proxy that breaks links, at each kind of server.

use std::path::Path;
use std::process::{Command, ExitCode};

use crate::args::Args;
use crate::process::Running;
use crate::tools::Tools;
use crate::{Result, test};

/// How many faults there are unless told otherwise: five minutes, after the build.
const FAULTS: u64 = 100;
/// How many in the short form, for `cargo xtask test`.
const SHORT: &str = "12";

/// `cargo xtask torture [--faults N] [--seed S] [--lanes NAME,...] [--only FAULT,...]`. Fails where a message was lost, shown twice, or in
/// doubt without a mark, and where a page did not come back. The figures, and the seed, are in what it prints.
pub fn run(root: &Path, args: &[String]) -> Result<ExitCode> {
    let words = words(args)?;
    let mut command = command(&mut Tools::new(root))?;
    command.args(words);
    let status = Running::start(command)?.wait()?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The short form.
pub fn short(tools: &mut Tools) -> Result<Command> {
    let mut command = command(tools)?;
    command.args(["--faults", SHORT]);
    Ok(command)
}

/// Node with the page, the embedded server and the browser, but without options.
fn command(tools: &mut Tools) -> Result<Command> {
    test::browser_tests(tools, "tests/torture/run.mjs")
}

/// The options, checked, as the script takes them.
fn words(args: &[String]) -> Result<Vec<String>> {
    let mut args = Args::new(args);
    let mut words = vec!["--faults".to_owned(), FAULTS.to_string()];
    for name in ["--faults", "--seed"] {
        let Some(text) = args.value(name)? else {
            continue;
        };
        match text.parse::<u64>() {
            Ok(number) if number > 0 || name == "--seed" => {}
            _ => return Err(format!("{name} needs a number, not `{text}`")),
        }
        words.extend([name.to_owned(), text]);
    }
    for name in ["--lanes", "--only"] {
        if let Some(text) = args.value(name)? {
            words.extend([name.to_owned(), text]);
        }
    }
    args.finish()?;
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(text: &str) -> Result<String> {
        let args: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        words(&args).map(|words| words.join(" "))
    }

    #[test]
    fn options_are_checked_and_the_last_one_counts() {
        assert_eq!(given("").as_deref(), Ok("--faults 100"));
        let all = given("--seed 7 --faults=20 --lanes channel,relay");
        let expected = "--faults 100 --faults 20 --seed 7 --lanes channel,relay";
        assert_eq!(all.as_deref(), Ok(expected));
        for wrong in [
            "--faults 0",
            "--faults many",
            "--seed -1",
            "--fault 3",
            "relay",
        ] {
            assert!(given(wrong).is_err(), "{wrong}");
        }
    }
}
