//! `cargo xtask late [page | apps]`: what the programs of the page and of the examples do without until a first chat is open.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use fs_err as fs;
use lexopt::{Arg, Parser};

use crate::args::unknown;
use crate::nodes::need_packages_in;
use crate::process::{output, run as run_command, run_step, step};
use crate::tools::Tools;
use crate::{chrome, page, server, size};

/// The examples whose programs come in parts, each with what its list is made of.
const APPS: [(&str, &[&str]); 2] = [("chat", &["chat"]), ("socket", &["socket", "socket+json"])];

/// Writes the lists anew, from first chats on pages that mark what they do: of the page, of the examples, or of both.
pub fn run(tools: &mut Tools, mut args: Parser) -> Result<bool> {
    let wanted = match args.next()? {
        None => None,
        Some(Arg::Value(name)) if name == "page" || name == "apps" => Some(name),
        Some(other) => return Err(unknown(other)),
    };
    let is_wanted = |name: &str| wanted.as_ref().is_none_or(|wanted| wanted == name);
    let browser = chrome::need_chrome(tools)?.browser;
    need_packages_in(tools, "tests")?;
    page::need_tools(tools)?;
    if is_wanted("page") {
        list_page(tools, &browser)?;
    }
    for (example, programs) in APPS.into_iter().filter(|_| is_wanted("apps")) {
        list_app(tools, &browser, example, programs)?;
    }
    Ok(true)
}

fn list_page(tools: &mut Tools, browser: &Path) -> Result<()> {
    let dist = tools.target()?.join("marked/page");
    page::build_marked(tools, &dist)?;
    let parts = page::parts(tools)?;
    let marks = Marks {
        page: &dist,
        whole: parts.join("whole"),
        place: parts.join("marks"),
    };
    let seen = marks.see(tools, browser, "tests/e2e/first-chat.mjs")?;
    write(tools, page::LATE, &[marks.whole, seen])
}

fn list_app(tools: &Tools, browser: &Path, example: &str, programs: &[&str]) -> Result<()> {
    let mut files = Vec::new();
    for name in programs {
        let dist = tools.target()?.join("marked").join(name);
        let mut trunk = size::app(tools, name, &dist)?;
        trunk.env("LATE", "-");
        step(&format!("building {name}"), || run_command(trunk))?;
        let marks = Marks {
            page: &dist,
            whole: dist.join("whole"),
            place: dist.join("marks"),
        };
        let seen = marks.see(tools, browser, "tests/e2e/first-app.mjs")?;
        files.extend([marks.whole, seen]);
    }
    write(tools, &format!("examples/{example}/late.txt"), &files)
}

/// A page that marks what it does, its program as it was before, and the file that says where the marks are.
struct Marks<'a> {
    page: &'a Path,
    whole: PathBuf,
    place: PathBuf,
}

impl Marks<'_> {
    /// Has this script open the page. Returns the file of what it called.
    fn see(&self, tools: &Tools, browser: &Path, script: &str) -> Result<PathBuf> {
        let place = fs::read_to_string(&self.place)?;
        let (first, count) = place
            .trim()
            .split_once(' ')
            .context("where the marks are")?;
        let seen = self.page.join("seen");
        let mut chats = tools.command("node");
        chats.args([script, first, count]).arg(&seen);
        chats
            .env("LEPTOS_CHAT_DIST", self.page)
            .env("CHROMIUM", browser)
            .env("LEPTOS_CHAT_SERVER_BIN", server::build(tools)?);
        run_step("having first chats", chats)?;
        Ok(seen)
    }
}

/// Writes the list of what none of the programs called: files of programs, each with its marks.
fn write(tools: &Tools, list: &str, files: &[PathBuf]) -> Result<()> {
    let mut split = Command::new(page::splitter(tools)?);
    split.arg("list").args(files);
    let lines = output(split).context("the list cannot be made")?;
    fs::write(tools.root().join(list), &lines)?;
    println!("{list}: {} lines", lines.lines().count());
    Ok(())
}
