//! `cargo xtask simulate`: the simulation of whole connections at length, optimised, with its figures.

use std::path::Path;
use std::process::{Command, ExitCode};

use crate::Result;
use crate::args::Args;
use crate::process::{Running, step};
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
pub fn run(root: &Path, args: &[String]) -> Result<ExitCode> {
    let mut args = Args::new(args);
    let runs = number("--runs", args.value("--runs")?)?.unwrap_or(RUNS);
    let seed = number("--seed", args.value("--seed")?)?;
    args.finish()?;
    if runs == 0 {
        return Err("--runs needs a number from 1, not `0`".to_owned());
    }
    let tools = Tools::new(root);
    step(
        "building the simulation (a few minutes the first time)",
        || crate::process::run(cargo(&tools, &["--no-run"])),
    )?;
    let mut command = cargo(&tools, &["--quiet", "--"]);
    command
        .args(["--ignored", "--exact", "at_length", "--nocapture"])
        .env("SIMULATE_RUNS", runs.to_string())
        .env("RUST_BACKTRACE", "0");
    match seed {
        Some(seed) => command.env("SIMULATE_SEED", seed.to_string()),
        // Not one that an earlier run left in the environment.
        None => command.env_remove("SIMULATE_SEED"),
    };
    let status = Running::start(command)?.wait()?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn cargo(tools: &Tools, args: &[&str]) -> Command {
    let mut cargo = tools.cargo(&[
        "test",
        "--package",
        "leptos-chat-core",
        "--test",
        "simulation",
    ]);
    cargo.args(["--profile", "simulate"]);
    for setting in PROFILE {
        cargo
            .arg("--config")
            .arg(format!("profile.simulate.{setting}"));
    }
    cargo.args(args);
    cargo
}

fn number(name: &str, text: Option<String>) -> Result<Option<u64>> {
    text.map(|text| {
        let number = text.parse();
        number.map_err(|_| format!("{name} needs a number, not `{text}`"))
    })
    .transpose()
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_are_numbers() {
        assert_eq!(number("--runs", None), Ok(None));
        assert_eq!(number("--runs", Some("12".into())), Ok(Some(12)));
        assert!(number("--runs", Some("many".into())).is_err_and(|error| error.contains("many")));
        assert!(number("--seed", Some("-1".into())).is_err_and(|error| error.contains("--seed")));
    }
}
