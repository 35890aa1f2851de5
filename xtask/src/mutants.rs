//! `cargo xtask mutants`: changes the core's code in one place after the other, and looks whether a test notices.

use std::time::Duration;

use anyhow::Result;
use lexopt::{Arg, Parser, ValueExt};

use crate::args::{count, unknown};
use crate::process::capture;
use crate::tools::{Program, Tools};

const MUTANTS: Program = Program {
    package: "cargo-mutants",
    version: "27.1.0",
    series: "27.",
    purpose: "cargo-mutants, which changes the code under test",
};
const MINUTES: u64 = 60;
const OUTPUT: &str = "target/mutants";

/// `cargo xtask mutants [FILE...] [--shard K/N] [--minutes N] [--fresh]`. Goes on where the last run ended; fails where a change
/// was missed.
pub fn run(tools: &mut Tools, mut args: Parser) -> Result<bool> {
    let mut words = Vec::new();
    let mut minutes = MINUTES;
    let mut is_fresh = false;
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Long("minutes") => minutes = count(&mut args, "minutes")?,
            Arg::Long("shard") => words.extend(["--shard".to_owned(), args.value()?.string()?]),
            Arg::Long("fresh") => is_fresh = true,
            Arg::Value(file) => words.extend(["--file".to_owned(), file.string()?]),
            other => return Err(unknown(other)),
        }
    }
    tools.need(&MUTANTS)?;
    let mut command = tools.cargo("mutants --package leptos-chat-core --jobs 1 --no-shuffle");
    command.args(["--output", OUTPUT]).args(words);
    command.args((!is_fresh).then_some("--iterate"));
    // Thousands of builds: without what only a debugger reads, and with a few cases of each property.
    command
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env("PROPTEST_CASES", "32")
        .env("RUST_BACKTRACE", "0");
    let captured = capture(command, Duration::from_secs(minutes * 60))?;
    if captured.is_too_late {
        println!(
            "what was missed so far is in {OUTPUT}/mutants.out/missed.txt: run this again to go on"
        );
    }
    Ok(captured.problem.is_none() || captured.is_too_late)
}
