//! `cargo xtask simulate`: the simulation of whole connections at length, optimised, with its figures.

use std::num::NonZeroU64;
use std::process::Command;

use anyhow::Result;
use lexopt::{Arg, Parser};

use crate::args::{unknown, value};
use crate::process::{run as run_command, run_to_verdict, step};
use crate::tools::Tools;

/// How many runs are made unless told otherwise: half a minute, after the build.
const RUNS: u64 = 100_000;

/// A profile of its own: as fast as it gets, with the machine's own assertions, and without the page's optimisation for
/// size. It stands here, since nothing else is built with it.
const PROFILE: [&str; 7] = [
    "inherits='release'",
    "opt-level=3",
    "lto=false",
    "codegen-units=16",
    "panic='unwind'",
    "debug-assertions=true",
    "overflow-checks=true",
];

/// `cargo xtask simulate [--runs N] [--seed S]`. Fails where a rule was broken, lost or duplicated messages included; the
/// seed and the shrunk script are in what it prints.
pub fn run(tools: &mut Tools, args: Parser) -> Result<bool> {
    let (runs, seed) = options(args)?;
    let purpose = "building the simulation (a few minutes the first time)";
    step(purpose, || run_command(cargo(tools, "--no-run")))?;
    let mut command = cargo(tools, "--quiet -- --ignored --exact at_length --nocapture");
    command
        .env("SIMULATE_RUNS", runs.to_string())
        .env("RUST_BACKTRACE", "0");
    match seed {
        Some(seed) => command.env("SIMULATE_SEED", seed.to_string()),
        // Not one that an earlier run left in the environment.
        None => command.env_remove("SIMULATE_SEED"),
    };
    run_to_verdict(command)
}

fn options(mut args: Parser) -> Result<(u64, Option<u64>)> {
    let (mut runs, mut seed) = (RUNS, None);
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Long("runs") => {
                runs = value::<NonZeroU64>(&mut args, "runs", "a number from 1")?.get();
            }
            Arg::Long("seed") => seed = Some(value(&mut args, "seed", "a number")?),
            other => return Err(unknown(other)),
        }
    }
    Ok((runs, seed))
}

fn cargo(tools: &Tools, args: &str) -> Command {
    let mut cargo = tools.cargo("test -p leptos-chat-core --test simulation --profile simulate");
    for setting in PROFILE {
        cargo.args(["--config", &format!("profile.simulate.{setting}")]);
    }
    cargo.args(args.split(' '));
    cargo
}

#[cfg(test)]
mod tests {
    use super::options;
    use crate::args::line;

    #[test]
    fn runs_and_seeds_are_numbers() {
        assert_eq!(options(line("")).expect("none"), (super::RUNS, None));
        assert_eq!(
            options(line("--seed=7 --runs 12")).expect("both"),
            (12, Some(7))
        );
        for wrong in ["--runs many", "--runs 0", "--seed=-1", "--runs", "12"] {
            assert!(options(line(wrong)).is_err(), "{wrong}");
        }
    }
}
