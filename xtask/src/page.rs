//! `cargo xtask build`: the optimised page.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use fs_err as fs;
use lexopt::{Arg, Parser};

use crate::args::unknown;
use crate::process::{run, step};
use crate::tools::Tools;

/// What the built page allows: no script and no styles but its own, whose hashes finish.mjs puts in, no eval. Any server may be
/// typed. It is put in here and not in index.html, since the script with which Trunk's server reloads a page under development is
/// another one.
const POLICY: &str = "default-src 'none'; script-src '{early}' '{script}' 'wasm-unsafe-eval'; style-src '{styles}'; img-src 'self' data:; \
connect-src 'self' ws: wss: http: https:; base-uri 'none'; form-action 'none'";
/// What a first chat does without: `cargo xtask late` writes it.
pub const LATE: &str = "xtask/late.txt";
/// The policy is the first thing that a page says after this.
const CHARSET: &str = "<meta charset=\"utf-8\">";

/// `cargo xtask build [--dist DIR]`
pub fn run_build(tools: &mut Tools, mut args: Parser) -> Result<bool> {
    let mut dist = tools.root().join("dist");
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Long("dist") => dist = folder(&mut args)?,
            other => return Err(unknown(other)),
        }
    }
    build(tools, &dist)?;
    let dist = dist.display();
    println!("The page is in {dist}: put that folder on any web server, under any path.");
    Ok(true)
}

/// The folder that an option names.
pub fn folder(args: &mut Parser) -> Result<PathBuf> {
    let folder = args.value()?;
    std::path::absolute(&folder).with_context(|| folder.display().to_string())
}

/// Makes the optimised page, with relative addresses. What a first chat does without comes in files of their own.
pub fn build(tools: &mut Tools, dist: &Path) -> Result<()> {
    build_with(tools, dist, LATE)
}

/// Makes the page whole, with a program that marks what it does.
pub fn build_marked(tools: &mut Tools, dist: &Path) -> Result<()> {
    build_with(tools, dist, "-")
}

fn build_with(tools: &mut Tools, dist: &Path, late: &str) -> Result<()> {
    need_program_tools(tools)?;
    let parts = parts(tools)?;
    let purpose = "building the optimised page (some minutes the first time)";
    step(purpose, || run(program(tools)))?;
    let splitter = splitter(tools)?;
    step("splitting its program", || split(tools, &splitter, &parts))?;
    let page = fs::read_to_string(tools.root().join("index.html"))?;
    fs::create_dir_all(dist)?;
    let page_with_policy = with_policy(&page).context("index.html has lost its charset")?;
    fs::write(dist.join("index.html"), page_with_policy)?;
    let options = wasm_options(&page).context("index.html has lost its options of wasm-opt")?;
    let purpose = "making its files small";
    // Node with the script that makes a small page of the program's parts.
    let mut node = tools.command("node");
    node.arg("xtask/src/finish.mjs")
        .args([dist, &parts, &splitter, Path::new(late)]);
    node.args(options.split_whitespace());
    step(purpose, || run(node))
}

/// The folder of the program's parts, as they are before they are made small.
pub fn parts(tools: &Tools) -> Result<PathBuf> {
    Ok(tools.target()?.join("page"))
}

/// The tool that parts programs.
pub fn splitter(tools: &Tools) -> Result<PathBuf> {
    run(tools.cargo("build --quiet --locked --offline --package split-wasm"))?;
    let file = format!("debug/split-wasm{}", std::env::consts::EXE_SUFFIX);
    Ok(tools.target()?.join(file))
}

/// Cargo's command for the page's program, with the relocations that are looked for where it is split. They are asked of the last step
/// alone: flags for all would compile all anew.
fn program(tools: &Tools) -> Command {
    let mut cargo = tools.cargo(
        "rustc --release --locked --offline --target wasm32-unknown-unknown --features split --bin leptos-chat -- \
         -C link-arg=--emit-relocs",
    );
    // Which functions there are, beside those that are inlined, is as the list of late ones knows it.
    cargo.env("CARGO_INCREMENTAL", "0");
    cargo
}

/// Puts the program in parts, and a script beside them that loads them.
fn split(tools: &Tools, splitter: &Path, parts: &Path) -> Result<()> {
    if parts.is_dir() {
        fs::remove_dir_all(parts)?;
    }
    let whole = tools
        .target()?
        .join("wasm32-unknown-unknown/release/leptos-chat.wasm");
    let mut split = Command::new(splitter);
    split.arg("demand").arg(whole).arg(parts);
    run(split)?;
    let mut bindgen = tools.command("wasm-bindgen");
    // The other parts share the table of functions, which is dropped else.
    bindgen.args([
        "--target",
        "web",
        "--no-typescript",
        "--keep-lld-exports",
        "--out-dir",
    ]);
    bindgen
        .arg(parts.join("bound"))
        .arg(parts.join("leptos-chat.wasm"));
    run(bindgen)
}

/// What wasm-opt is told in the source of the page.
fn wasm_options(page: &str) -> Option<&str> {
    let (_, after) = page.split_once("data-wasm-opt-params=\"")?;
    Some(after.split_once('"')?.0)
}

/// What an optimised build with Trunk takes.
pub fn need_tools(tools: &mut Tools) -> Result<()> {
    need_program_tools(tools)?;
    tools.need_trunk()
}

/// What an optimised program takes.
fn need_program_tools(tools: &mut Tools) -> Result<()> {
    tools.need_wasm_target()?;
    tools.need_wasm_bindgen()?;
    tools.need_wasm_opt()?;
    tools.need_crates()
}

/// Trunk's command for an optimised build into the folder.
pub fn trunk_build(tools: &Tools, dist: &Path) -> Result<Command> {
    fs::create_dir_all(dist)?;
    let mut command = trunk(tools, "build");
    command
        .args(["--release", "--public-url", "./", "--dist"])
        .arg(dist);
    Ok(command)
}

fn with_policy(page: &str) -> Option<String> {
    let (before, after) = page.split_once(CHARSET)?;
    let policy = format!(r#"<meta http-equiv="Content-Security-Policy" content="{POLICY}">"#);
    Some([before, CHARSET, &policy, after].concat())
}

/// A Trunk command that stays off the network: everything it needs was put on its path before.
pub fn trunk(tools: &Tools, subcommand: &str) -> Command {
    let mut trunk = tools.command("trunk");
    trunk.args([subcommand, "--offline", "true"]);
    // Trunk takes NO_COLOR=1, which others understand, for a wrong value of its own option.
    if std::env::var_os("NO_COLOR").is_some() {
        trunk.env_remove("NO_COLOR").args(["--color", "never"]);
    }
    trunk
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_page_has_a_policy_that_lets_no_text_become_a_program() {
        let page = with_policy(include_str!("../../index.html")).expect("a page");
        assert!(page.contains(POLICY));
        assert!(!POLICY.contains("'unsafe-") && POLICY.starts_with("default-src 'none'"));
        assert!(!page.contains("<script>") && !page.contains("<style") && !page.contains("style="));
    }

    #[test]
    fn wasm_opt_is_told_the_same_for_each_page_and_more_for_the_examples() {
        let [page, bench] = [
            include_str!("../../index.html"),
            include_str!("../../bench/pages/leptos/index.html"),
        ]
        .map(|page| wasm_options(page).expect("options for wasm-opt"));
        assert!(page.starts_with("--enable-"));
        assert_eq!(bench, page);
        let told =
            format!("\"{page} --enable-multivalue --strip-producers --strip-target-features\"");
        assert!(include_str!("shrink.mjs").contains(&told));
        for example in [
            include_str!("../../examples/chat/index.html"),
            include_str!("../../examples/socket/index.html"),
            include_str!("../../examples/view/index.html"),
        ] {
            assert!(example.contains("data-wasm-opt=\"0\""));
        }
    }
}
