//! `cargo xtask fuzz`: each decoder under libFuzzer for some seconds, by `cargo fuzz`.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use fs_err as fs;
use lexopt::{Arg, Parser, ValueExt};

use crate::args::{choose, count, unknown};
use crate::chrome::is_ci;
use crate::process::{capture, output};
use crate::summary::{Row, counts, print};
use crate::tools::{Program, Tools};

const FUZZ: Program = Program {
    package: "cargo-fuzz",
    version: "0.13.2",
    series: "0.13.",
    purpose: "cargo-fuzz, which feeds the decoders",
};
/// How long each target runs unless told otherwise.
const SECONDS: u64 = 10;
/// The fuzzers' own workspace.
const FOLDER: &str = "core/fuzz";

/// `cargo xtask fuzz [TARGET...] [--seconds N]`
pub fn run(tools: &mut Tools, mut args: Parser) -> Result<bool> {
    let mut seconds = SECONDS;
    let mut wanted = Vec::new();
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Long("seconds") => seconds = count(&mut args, "seconds")?,
            Arg::Value(name) => wanted.push(name.string()?),
            other => return Err(unknown(other)),
        }
    }
    need_compiler(tools)?;
    let targets = choose(targets(tools)?, wanted, "fuzz target")?;
    Ok(print(&[fuzz(tools, &targets, seconds)]))
}

/// Every target for a short time, as a suite. Without a C++ compiler it is left out, but not in CI.
pub fn suite(tools: &mut Tools) -> Vec<Row> {
    match need_compiler(tools).and_then(|()| targets(tools)) {
        Ok(targets) => vec![fuzz(tools, &targets, SECONDS)],
        Err(error) if is_ci() => vec![Row::check("fuzz", "fuzzing", || Err(error))],
        Err(error) => {
            println!("the fuzz targets are left out: {error:#}");
            Vec::new()
        }
    }
}

/// libFuzzer is C++, and comes as source.
fn need_compiler(tools: &Tools) -> Result<()> {
    let mut compilers = ["c++", "g++", "clang++"].iter();
    if cfg!(windows) {
        bail!("the fuzz targets run on Linux and macOS: use one of them");
    }
    if std::env::var_os("CXX").is_none() && !compilers.any(|name| tools.find(name).is_some()) {
        bail!("there is no C++ compiler: install one (Debian: `apt-get install g++`)");
    }
    Ok(())
}

fn targets(tools: &mut Tools) -> Result<Vec<String>> {
    tools.need(&FUZZ)?;
    let list = output(tools.cargo(&format!("fuzz list --fuzz-dir {FOLDER}")));
    let list = list.with_context(|| format!("cargo-fuzz finds no targets in {FOLDER}"))?;
    Ok(list.lines().map(str::to_owned).collect())
}

fn fuzz(tools: &Tools, targets: &[String], seconds: u64) -> Row {
    let purpose = "fuzzing (the targets are built first: a minute the first time)";
    Row::timed("fuzz", purpose, || {
        let mut inputs = 0;
        let mut failed = Vec::new();
        for name in targets {
            match run_target(tools, name, seconds) {
                Ok(count) => {
                    println!("    {name}: {count} inputs, all well");
                    inputs += count;
                }
                Err(error) => {
                    eprintln!("error: {error:#}");
                    failed.push(name.as_str());
                }
            }
        }
        let counts = counts(targets.len() - failed.len(), failed.len(), 0);
        let note = if failed.is_empty() {
            format!("{inputs} inputs")
        } else {
            failed.join(", ")
        };
        Ok((counts, note))
    })
}

/// Runs one target from its seeds; says how many inputs it took. What it prints is shown only if it fails.
fn run_target(tools: &Tools, name: &str, seconds: u64) -> Result<u64> {
    let folder = tools.root().join(FOLDER);
    let [found, seeds] =
        ["generated", "seeds"].map(|kind| folder.join(format!("corpus/{name}/{kind}")));
    fs::create_dir_all(&found)?;
    let log = tools.root().join(format!("target/fuzz-{name}.log"));
    fs::create_dir_all(tools.root().join("target"))?;
    // The code under test has no `unsafe`: there is nothing for a sanitizer.
    let mut command = tools.cargo("fuzz run --sanitizer none --fuzz-dir");
    command.args([FOLDER, name]).args([found, seeds]);
    command.args(["--", "-timeout=5", "-rss_limit_mb=512", "-max_len=4096"]);
    command.args(["-verbosity=0", "-print_final_stats=1"]);
    command.arg(format!("-max_total_time={seconds}"));
    // cargo-fuzz passes options to the compiler that only a nightly takes, or who is told to.
    command.env("RUSTC_BOOTSTRAP", "1");
    command.stderr(fs::File::create(&log)?.into_parts().0);
    let captured = capture(command, Duration::from_secs(seconds + 1800))?;
    let text = String::from_utf8_lossy(&fs::read(&log)?).into_owned();
    if let Some(problem) = captured.problem {
        eprintln!("{text}");
        bail!("the fuzz target {name} failed ({problem}): the input is named above");
    }
    let count = executions(&text).filter(|count| *count > 0);
    count.with_context(|| {
        format!(
            "the fuzz target {name} tried nothing: see {}",
            log.display()
        )
    })
}

/// How many inputs ran, from libFuzzer's last lines.
fn executions(log: &str) -> Option<u64> {
    let mut lines = log.lines();
    let number = lines.find_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
    number?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_target_has_seeds() {
        let folder = crate::root().expect("the project").join(FOLDER);
        let targets = fs::read_dir(folder.join("fuzz_targets")).expect("the targets");
        for target in targets {
            let target = target.expect("a file").path();
            let name = target.file_stem().expect("a name").to_owned();
            let seeds = folder.join("corpus").join(&name).join("seeds");
            assert!(seeds.is_dir(), "{}", name.display());
        }
    }

    #[test]
    fn what_libfuzzer_says() {
        let log = "INFO: Seed: 1\npanicked at x\nstat::number_of_executed_units: 266476\n";
        assert_eq!(executions(log), Some(266_476));
        assert_eq!(executions("nothing"), None);
    }
}
