//! `cargo xtask fuzz`: each decoder under libFuzzer for some seconds.
//!
//! `cargo fuzz` would want to be installed, and a nightly Rust or a switch that stands for one. All that it does
//! for a run without sanitizers is pass a few stable options to the compiler and arguments to the program.

use std::fs::File;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::Result;
use crate::args::Args;
use crate::process::{capture, output, run as run_command, step};
use crate::summary::{Counts, Row, print};
use crate::tools::{Tools, create_dir};

/// How long each target runs unless told otherwise.
const SECONDS: u64 = 10;

/// What tells libFuzzer which code ran and which values were compared. The code under test has no `unsafe`, so there
/// is nothing for a sanitizer; the checks for overflow are on.
const FLAGS: &str = "--cfg fuzzing -Cdebug-assertions -Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares";

/// `cargo xtask fuzz [TARGET...] [--seconds N]`
pub fn run(root: &Path, args: &[String]) -> Result<ExitCode> {
    let mut args = Args::new(args);
    let seconds = seconds(args.value("--seconds")?)?;
    let tools = Tools::new(root);
    let targets = choose(targets(root)?, &args.words()?)?;
    need_compiler(&tools)?;
    let row = fuzz(&tools, &targets, seconds);
    Ok(if print(&[row]) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Every target for a short time, as a suite. Without a C++ compiler it is left out, but not in CI.
pub fn suite(tools: &Tools) -> Option<Row> {
    match need_compiler(tools) {
        Ok(()) => Some(match targets(tools.root()) {
            Ok(targets) => fuzz(tools, &targets, SECONDS),
            Err(error) => Row::check("fuzz", Err(error), Duration::ZERO),
        }),
        Err(message) => {
            println!("the fuzz targets are left out: {message}");
            crate::chrome::is_ci().then(|| Row::check("fuzz", Err(message), Duration::ZERO))
        }
    }
}

fn seconds(text: Option<String>) -> Result<u64> {
    match text.map(|text| (text.parse(), text)) {
        None => Ok(SECONDS),
        Some((Ok(seconds), _)) if seconds > 0 => Ok(seconds),
        Some((_, text)) => Err(format!("--seconds needs a number from 1, not `{text}`")),
    }
}

/// The names of the programs in `fuzz/fuzz_targets`.
fn targets(root: &Path) -> Result<Vec<String>> {
    let folder = root.join("core/fuzz/fuzz_targets");
    let entries = std::fs::read_dir(&folder)
        .map_err(|error| format!("cannot read {}: {error}", folder.display()))?;
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

fn choose(all: Vec<String>, wanted: &[String]) -> Result<Vec<String>> {
    match wanted.iter().find(|name| !all.contains(name)) {
        Some(name) => Err(format!(
            "there is no fuzz target `{name}`: choose from {}",
            all.join(", ")
        )),
        None if wanted.is_empty() => Ok(all),
        None => Ok(wanted.to_vec()),
    }
}

/// libFuzzer is C++, and comes as source.
fn need_compiler(tools: &Tools) -> Result<()> {
    let found = ["c++", "g++", "clang++"]
        .iter()
        .any(|name| tools.find(name).is_some());
    if cfg!(windows) {
        Err("the fuzz targets run on Linux and macOS: use one of them".to_owned())
    } else if found || std::env::var_os("CXX").is_some() {
        Ok(())
    } else {
        Err("there is no C++ compiler: install one (Debian: `apt-get install g++`)".to_owned())
    }
}

fn fuzz(tools: &Tools, targets: &[String], seconds: u64) -> Row {
    let started = Instant::now();
    let purpose = "building the fuzz targets (a minute the first time)";
    let host = match step(purpose, || build(tools)) {
        Ok(host) => host,
        Err(error) => {
            eprintln!("error: {error}");
            return Row::check("fuzz", Err(error), started.elapsed());
        }
    };
    let mut executions = 0;
    let mut failed = Vec::new();
    for name in targets {
        match run_target(tools, &host, name, seconds) {
            Ok(count) => {
                println!("    {name}: {} inputs, all well", grouped(count));
                executions += count;
            }
            Err(error) => {
                eprintln!("error: {error}");
                failed.push(name.as_str());
            }
        }
    }
    let note = match failed.as_slice() {
        [] => format!("{} inputs", grouped(executions)),
        names => names.join(", "),
    };
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let counts = Counts {
        passed: count(targets.len() - failed.len()),
        failed: count(failed.len()),
        ignored: 0,
    };
    Row::counted("fuzz", counts, started.elapsed(), note)
}

/// Builds all targets; says for which machine, since their folder has its name. With `--target` the flags go to the
/// targets alone, and not to what runs at compile time.
fn build(tools: &Tools) -> Result<String> {
    let mut rustc = tools.command("rustc");
    rustc.args(["--print", "host-tuple"]);
    let host = output(rustc).ok_or("rustc does not name its machine: it is older than 1.84")?;
    let host = host.trim().to_owned();
    let mut cargo = tools.cargo(&["build", "--release", "--locked", "--target", &host]);
    cargo.arg("--target-dir").arg("target");
    cargo
        .current_dir(tools.root().join("core/fuzz"))
        .env("RUSTFLAGS", FLAGS);
    run_command(cargo).map_err(|error| format!("{error}: see above"))?;
    Ok(host)
}

/// Runs one target from its seeds; says how many inputs it took. What it prints is shown only if it fails.
fn run_target(tools: &Tools, host: &str, name: &str, seconds: u64) -> Result<u64> {
    let folder = tools.root().join("core/fuzz");
    let found = folder.join(format!("corpus/{name}/generated"));
    let failures = folder.join(format!("artifacts/{name}"));
    create_dir(&found)?;
    create_dir(&failures)?;
    let log = folder.join(format!("target/{name}.log"));
    let stderr =
        File::create(&log).map_err(|error| format!("cannot write {}: {error}", log.display()))?;
    let program = folder.join(format!("target/{host}/release/{name}"));
    let mut command = tools.command(&program.to_string_lossy());
    command
        .arg(found)
        .args(Some(folder.join(format!("corpus/{name}/seeds"))).filter(|seeds| seeds.is_dir()));
    command.args(["-timeout=5", "-rss_limit_mb=512", "-max_len=4096"]);
    command.args(["-verbosity=0", "-print_final_stats=1"]);
    command.arg(format!("-max_total_time={seconds}"));
    command.arg(format!("-artifact_prefix={}/", failures.display()));
    command.stderr(stderr);
    let captured = capture(command, Duration::from_secs(seconds + 120))?;
    let text =
        std::fs::read(&log).map_err(|error| format!("cannot read {}: {error}", log.display()))?;
    let text = String::from_utf8_lossy(&text);
    match (captured.problem, executions(&text)) {
        (None, Some(count)) if count > 0 => Ok(count),
        (None, _) => Err(format!(
            "the fuzz target {name} tried nothing: see {}",
            log.display()
        )),
        (Some(problem), _) => {
            eprintln!("{}", failure(&text));
            Err(format!(
                "the fuzz target {name} failed ({problem}): the input is in {}, and in Base64 above",
                failures.display()
            ))
        }
    }
}

/// How many inputs ran, from libFuzzer's last lines.
fn executions(log: &str) -> Option<u64> {
    let line = log
        .lines()
        .find_map(|line| line.strip_prefix("stat::number_of_executed_units:"))?;
    line.trim().parse().ok()
}

/// What libFuzzer says about a failing input: everything but its progress.
fn failure(log: &str) -> String {
    let noise = ["\tNEW_FUNC", "WARNING: Failed to find", "INFO:", "Loaded "];
    let lines = log
        .lines()
        .filter(|line| !noise.iter().any(|start| line.starts_with(start)));
    lines.collect::<Vec<_>>().join("\n")
}

/// 1234567 as `1,234,567`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &[&str]) -> Vec<String> {
        text.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn the_targets_are_the_files_and_the_programs() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .expect("the workspace");
        let names = targets(root).expect("the folder");
        assert!(names.contains(&"stomp".to_owned()));
        let manifest =
            std::fs::read_to_string(root.join("core/fuzz/Cargo.toml")).expect("a manifest");
        for name in &names {
            assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
            assert!(
                root.join(format!("core/fuzz/corpus/{name}/seeds")).is_dir(),
                "{name}"
            );
        }
    }

    #[test]
    fn targets_are_chosen_by_name() {
        let all = words(&["json", "stomp"]);
        assert_eq!(choose(all.clone(), &[]), Ok(all.clone()));
        assert_eq!(
            choose(all.clone(), &words(&["stomp"])),
            Ok(words(&["stomp"]))
        );
        assert!(choose(all, &words(&["smtp"])).is_err_and(|error| error.contains("json, stomp")));
    }

    #[test]
    fn the_time_is_a_number_of_seconds() {
        assert_eq!(seconds(None), Ok(SECONDS));
        assert_eq!(seconds(Some("60".to_owned())), Ok(60));
        for wrong in ["0", "-1", "1m", ""] {
            assert!(seconds(Some(wrong.to_owned())).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_libfuzzer_says() {
        let log = "INFO: Seed: 1\n\tNEW_FUNC[1/1]: 0x1\npanicked at x\nBase64: YQ==\nstat::number_of_executed_units: 266476\n";
        assert_eq!(executions(log), Some(266_476));
        assert_eq!(executions("nothing"), None);
        assert!(failure(log).starts_with("panicked at x\nBase64: YQ=="));
    }

    #[test]
    fn numbers_in_groups() {
        let groups = [0, 999, 1000, 1_234_567].map(grouped);
        assert_eq!(groups, ["0", "999", "1,000", "1,234,567"]);
    }
}
