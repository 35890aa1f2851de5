//! `cargo xtask simulate`: the simulation of whole connections at length, optimised, with its figures.

use anyhow::Result;
use lexopt::{Arg, Parser};

use crate::args::{count, unknown, value};
use crate::process::{run_step, run_to_verdict};
use crate::tools::Tools;

/// How many runs are made unless told otherwise.
const RUNS: u64 = 100_000;
/// The root manifest says what is special about its profile.
const CARGO: &str = "test -p leptos-chat-core --test simulation --profile simulate";

/// `cargo xtask simulate [--runs N] [--seed S]`. Fails where a rule was broken, lost or duplicated messages included; the
/// seed and the shrunk script are in what it prints.
pub fn run(tools: &mut Tools, mut args: Parser) -> Result<bool> {
    let (mut runs, mut seed) = (RUNS, None);
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Long("runs") => runs = count(&mut args, "runs")?,
            Arg::Long("seed") => seed = Some(value::<u64>(&mut args, "seed", "a number")?),
            other => return Err(unknown(other)),
        }
    }
    let build = tools.cargo(&format!("{CARGO} --no-run"));
    let purpose = "building the simulation (a few minutes the first time)";
    run_step(purpose, build)?;
    let mut command = tools.cargo(&format!(
        "{CARGO} --quiet -- --ignored --exact at_length --nocapture"
    ));
    command
        .env("SIMULATE_RUNS", runs.to_string())
        .env("RUST_BACKTRACE", "0")
        // Not one that an earlier run left in the environment.
        .env_remove("SIMULATE_SEED")
        .envs(seed.map(|seed| ("SIMULATE_SEED", seed.to_string())));
    run_to_verdict(command)
}
