//! `cargo xtask bench`: the built page beside pages that do the same with other means, in one run of headless Chrome.

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;
use lexopt::{Arg, Parser, ValueExt};

use crate::args::{unknown, value};
use crate::nodes::need_packages_in;
use crate::process::{run as run_command, step};
use crate::tools::Tools;
use crate::{chrome, page};

/// How often each page is measured unless told otherwise: about a quarter of an hour, after the builds.
const ROUNDS: &str = "3";

/// The page with leptos-use, once for each way to draw: its name, and the feature that it is built with.
const LEPTOS: [(&str, &str); 2] = [("leptos-effect", ""), ("leptos-frame", "frame")];

/// What was asked for: the words for the script, and whether the figures go to `docs/`.
#[derive(Debug, Default, PartialEq)]
struct Options {
    words: Vec<String>,
    peers: Option<String>,
    write: bool,
}

/// `cargo xtask bench [--rounds N] [--cells NAME,...] [--peers NAME,...] [--write]`
pub fn run(tools: &mut Tools, args: Parser) -> Result<bool> {
    let options = options(args)?;
    let chrome = chrome::need_chrome(tools)?;
    need_packages_in(tools, "bench")?;
    let dist = tools.root().join("target/bench");
    build(tools, &dist, &options)?;
    let results = dist.join("results.json");
    let mut measure = script(tools, "run.mjs", &results);
    measure
        .arg("--dist")
        .arg(&dist)
        .args(&options.words)
        .env("CHROMIUM", chrome.browser);
    step("measuring: leave the machine alone", || {
        run_command(measure)
    })?;
    let mut report = script(tools, "report.mjs", &results);
    if options.write {
        report.arg("--docs").arg(tools.root().join("docs"));
    }
    run_command(report)?;
    Ok(true)
}

fn script(tools: &Tools, name: &str, results: &Path) -> Command {
    let mut node = tools.command("node");
    node.arg(Path::new("bench").join(name));
    node.arg("--results").arg(results);
    node
}

/// Builds the pages that are asked for, each into a folder of its name.
fn build(tools: &mut Tools, dist: &Path, options: &Options) -> Result<()> {
    if options.asks_for("page") {
        page::build(tools, &dist.join("page"))?;
    }
    page::need_tools(tools)?;
    for (name, feature) in LEPTOS {
        if options.asks_for(name) {
            build_leptos(tools, &dist.join(name), feature)?;
        }
    }
    let mut node = tools.command("node");
    node.arg("bench/build.mjs").arg(dist);
    step("bundling the pages in JavaScript", || run_command(node))
}

/// A crate with a lock of its own, compiled as the page is, but not made smaller after it. What both are made of is compiled once.
fn build_leptos(tools: &Tools, dist: &Path, feature: &str) -> Result<()> {
    let folder: PathBuf = tools.root().join("bench/pages/leptos");
    let mut fetch = tools.cargo("fetch --locked");
    fetch.current_dir(&folder);
    step("fetching what the page with leptos-use is made of", || {
        run_command(fetch)
    })?;
    let mut trunk = page::trunk_build(tools, dist)?;
    trunk
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", tools.metadata()?.target_directory);
    if !feature.is_empty() {
        trunk.args(["--features", feature]);
    }
    let purpose = "building the page with leptos-use (some minutes the first time)";
    step(purpose, || run_command(trunk))
}

impl Options {
    fn asks_for(&self, peer: &str) -> bool {
        let peers = self.peers.as_deref();
        peers.is_none_or(|peers| peers.split(',').any(|name| name == peer))
    }

    fn add(&mut self, name: &str, text: String) {
        self.words.extend([name.to_owned(), text]);
    }
}

/// The options, checked: of two, the last one counts.
fn options(mut args: Parser) -> Result<Options> {
    let mut options = Options::default();
    options.add("--rounds", ROUNDS.to_owned());
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Long("rounds") => {
                let number: NonZeroU32 = value(&mut args, "rounds", "a number from 1")?;
                options.add("--rounds", number.to_string());
            }
            Arg::Long("cells") => options.add("--cells", args.value()?.string()?),
            Arg::Long("peers") => {
                let peers = args.value()?.string()?;
                options.add("--peers", peers.clone());
                options.peers = Some(peers);
            }
            Arg::Long("write") => options.write = true,
            other => return Err(unknown(other)),
        }
    }
    Ok(options)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::line;

    #[test]
    fn options_are_checked_and_the_last_one_counts() {
        let none = options(line("")).expect("none");
        assert_eq!(none.words.join(" "), "--rounds 3");
        assert!(none.asks_for("page") && !none.write);
        let some = "--rounds 5 --cells start,slow --peers floor,append --write";
        let some = options(line(some)).expect("some");
        let words = "--rounds 3 --rounds 5 --cells start,slow --peers floor,append";
        assert_eq!(some.words.join(" "), words);
        assert!(some.asks_for("append") && !some.asks_for("page") && some.write);
        for wrong in ["--rounds 0", "--round 3", "start"] {
            assert!(options(line(wrong)).is_err(), "{wrong}");
        }
    }
}
