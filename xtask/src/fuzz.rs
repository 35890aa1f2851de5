//! `cargo xtask fuzz`: each decoder under libFuzzer for some seconds.
//!
//! `cargo fuzz` would want to be installed, and a nightly Rust or a switch that stands for one. All that it does
//! for a run without sanitizers is pass a few stable options to the compiler and arguments to the program.

use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use fs_err as fs;
use lexopt::{Arg, Parser, ValueExt};

use crate::args::{choose, unknown, value};
use crate::process::{capture, output, run as run_command};
use crate::summary::{Row, counts, print};
use crate::tools::Tools;

/// How long each target runs unless told otherwise.
const SECONDS: u64 = 10;
/// The fuzzers' own workspace.
const FOLDER: &str = "core/fuzz";

/// What tells libFuzzer which code ran and which values were compared. The code under test has no `unsafe`, so there
/// is nothing for a sanitizer; the checks for overflow are on.
const FLAGS: &str = "--cfg fuzzing -Cdebug-assertions -Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares";

/// `cargo xtask fuzz [TARGET...] [--seconds N]`
pub fn run(tools: &mut Tools, mut args: Parser) -> Result<bool> {
    let mut seconds = SECONDS;
    let mut wanted = Vec::new();
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Long("seconds") => {
                seconds = value::<NonZeroU64>(&mut args, "seconds", "a number from 1")?.get();
            }
            Arg::Value(name) => wanted.push(name.string()?),
            other => return Err(unknown(other)),
        }
    }
    let targets = choose(targets(tools.root())?, wanted, "fuzz target")?;
    need_compiler(tools)?;
    Ok(print(&[fuzz(tools, &targets, seconds)]))
}

/// Every target for a short time, as a suite. Without a C++ compiler it is left out, but not in CI.
pub fn suite(tools: &mut Tools) -> Vec<Row> {
    match need_compiler(tools).and_then(|()| targets(tools.root())) {
        Ok(targets) => vec![fuzz(tools, &targets, SECONDS)],
        Err(error) => crate::summary::left_out("fuzz", "the fuzz targets", error)
            .into_iter()
            .collect(),
    }
}

/// The names of the programs in the folder of targets.
fn targets(root: &Path) -> Result<Vec<String>> {
    let entries = fs::read_dir(root.join(FOLDER).join("fuzz_targets"))?;
    let mut names: Vec<String> = entries
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let name = path.file_stem()?.to_str()?.to_owned();
            (path.extension()? == "rs").then_some(name)
        })
        .collect();
    names.sort();
    Ok(names)
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

fn fuzz(tools: &Tools, targets: &[String], seconds: u64) -> Row {
    let purpose = "fuzzing (the targets are built first: a minute the first time)";
    Row::timed("fuzz", purpose, || {
        let programs = build(tools)?;
        let mut inputs = 0;
        let mut failed = Vec::new();
        for name in targets {
            match run_target(tools, &programs, name, seconds) {
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

/// Builds all targets; says where they are. With `--target` the flags go to the targets alone, and not to what runs
/// at compile time.
fn build(tools: &Tools) -> Result<PathBuf> {
    let mut rustc = tools.command("rustc");
    rustc.args(["--print", "host-tuple"]);
    let host = output(rustc).context("rustc does not name its machine: it is older than 1.84")?;
    let host = host.trim();
    let folder = tools.root().join(FOLDER);
    let mut cargo = tools.cargo("build --release --locked --target-dir target --target");
    cargo.arg(host).current_dir(&folder).env("RUSTFLAGS", FLAGS);
    run_command(cargo)?;
    Ok(folder.join(format!("target/{host}/release")))
}

/// Runs one target from its seeds; says how many inputs it took. What it prints is shown only if it fails.
fn run_target(tools: &Tools, programs: &Path, name: &str, seconds: u64) -> Result<u64> {
    let folder = tools.root().join(FOLDER);
    let found = folder.join(format!("corpus/{name}/generated"));
    let failures = folder.join(format!("artifacts/{name}"));
    fs::create_dir_all(&found)?;
    fs::create_dir_all(&failures)?;
    let log = folder.join(format!("target/{name}.log"));
    let mut command = tools.command(&programs.join(name).to_string_lossy());
    let seeds = Some(folder.join(format!("corpus/{name}/seeds"))).filter(|seeds| seeds.is_dir());
    command.arg(found).args(seeds);
    command.args(["-timeout=5", "-rss_limit_mb=512", "-max_len=4096"]);
    command.args(["-verbosity=0", "-print_final_stats=1"]);
    command.arg(format!("-max_total_time={seconds}"));
    command.arg(format!("-artifact_prefix={}/", failures.display()));
    command.stderr(fs::File::create(&log)?.into_parts().0);
    let captured = capture(command, Duration::from_secs(seconds + 120))?;
    let text = String::from_utf8_lossy(&fs::read(&log)?).into_owned();
    if let Some(problem) = captured.problem {
        eprintln!("{}", failure(&text));
        let place = failures.display();
        bail!(
            "the fuzz target {name} failed ({problem}): the input is in {place}, and in Base64 above"
        );
    }
    let nothing = || {
        anyhow!(
            "the fuzz target {name} tried nothing: see {}",
            log.display()
        )
    };
    executions(&text)
        .filter(|count| *count > 0)
        .ok_or_else(nothing)
}

/// How many inputs ran, from libFuzzer's last lines.
fn executions(log: &str) -> Option<u64> {
    let number = |line: &str| {
        Some(
            line.strip_prefix("stat::number_of_executed_units:")?
                .trim()
                .parse(),
        )
    };
    log.lines().find_map(number)?.ok()
}

/// What libFuzzer says about a failing input: everything but its progress.
fn failure(log: &str) -> String {
    let noise = ["\tNEW_FUNC", "WARNING: Failed to find", "INFO:", "Loaded "];
    let is_said = |line: &&str| !noise.iter().any(|start| line.starts_with(start));
    log.lines().filter(is_said).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_targets_are_the_files_and_the_programs() {
        let root = crate::root().expect("the project");
        let folder = root.join(FOLDER);
        let names = targets(&root).expect("the folder");
        assert!(names.contains(&"stomp".to_owned()));
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).expect("a manifest");
        for name in &names {
            assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
            assert!(
                folder.join(format!("corpus/{name}/seeds")).is_dir(),
                "{name}"
            );
        }
    }

    #[test]
    fn what_libfuzzer_says() {
        let log = "INFO: Seed: 1\n\tNEW_FUNC[1/1]: 0x1\npanicked at x\nBase64: YQ==\nstat::number_of_executed_units: 266476\n";
        assert_eq!(executions(log), Some(266_476));
        assert_eq!(executions("nothing"), None);
        assert!(failure(log).starts_with("panicked at x\nBase64: YQ=="));
    }
}
