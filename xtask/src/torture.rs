//! `cargo xtask torture`: the built page in Chrome, behind a proxy that breaks links, at each kind of server.

use std::process::Command;

use anyhow::Result;
use lexopt::Parser;

use crate::nodes::browser_tests;
use crate::process::run_to_verdict;
use crate::tools::Tools;

const SCRIPT: &str = "tests/torture/run.mjs";
/// How many faults there are in the short form.
const SHORT: &str = "12";

/// `cargo xtask torture`, with the script's own options. Fails where a message was lost, shown twice, or in doubt without a mark, and where
/// a page did not come back. The figures, and the seed, are in what it prints.
pub fn run(tools: &mut Tools, mut args: Parser) -> Result<bool> {
    let mut command = browser_tests(tools, SCRIPT)?;
    command.args(args.raw_args()?);
    run_to_verdict(command)
}

/// The short form, for `cargo xtask test`.
pub fn short(tools: &mut Tools) -> Result<Command> {
    let mut command = browser_tests(tools, SCRIPT)?;
    command.args(["--faults", SHORT]);
    Ok(command)
}
