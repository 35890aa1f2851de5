//! `cargo xtask bench`: the built page beside pages that do the same with other means, in one run of headless Chrome.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;
use lexopt::{Arg, Parser, ValueExt};

use crate::args::unknown;
use crate::nodes::need_packages_in;
use crate::process::{run as run_command, run_step};
use crate::tools::Tools;
use crate::{chrome, page};

/// The page with leptos-use, once for each way to draw: its name, and the feature that it is built with.
const LEPTOS: [(&str, &str); 2] = [("leptos-effect", ""), ("leptos-frame", "frame")];

/// What was asked for: the words for the script, and whether the figures go to `docs/`.
#[derive(Default)]
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
    run_step("measuring: leave the machine alone", measure)?;
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
    run_step("bundling the pages in JavaScript", node)
}

/// A crate with a lock of its own, compiled as the page is, but not made smaller after it. What both are made of is compiled once.
fn build_leptos(tools: &Tools, dist: &Path, feature: &str) -> Result<()> {
    let folder: PathBuf = tools.root().join("bench/pages/leptos");
    let mut fetch = tools.cargo("fetch --locked");
    fetch.current_dir(&folder);
    run_step("fetching what the page with leptos-use is made of", fetch)?;
    let mut trunk = page::trunk_build(tools, dist)?;
    trunk
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", tools.metadata()?.target_directory);
    if !feature.is_empty() {
        trunk.args(["--features", feature]);
    }
    let purpose = "building the page with leptos-use (some minutes the first time)";
    run_step(purpose, trunk)
}

impl Options {
    fn asks_for(&self, peer: &str) -> bool {
        let peers = self.peers.as_deref();
        peers.is_none_or(|peers| peers.split(',').any(|name| name == peer))
    }
}

/// The options; the script says what a name or a number must be.
fn options(mut args: Parser) -> Result<Options> {
    let mut options = Options::default();
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Long(name @ ("rounds" | "cells" | "peers")) => {
                let name = name.to_owned();
                let text = args.value()?.string()?;
                options.words.push(format!("--{name}={text}"));
                if name == "peers" {
                    options.peers = Some(text);
                }
            }
            Arg::Long("write") => options.write = true,
            other => return Err(unknown(other)),
        }
    }
    Ok(options)
}
