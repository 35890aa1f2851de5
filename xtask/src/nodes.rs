//! What the tests take that run on Node: its packages, the servers it starts, the built page and a browser.

use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Context, Result};

use crate::process::run_step;
use crate::tools::Tools;
use crate::{chrome, page, server};

/// Node with this script, and all that a test of the built page needs: the page, the embedded server, the browser.
pub fn browser_tests(tools: &mut Tools, script: &str) -> Result<Command> {
    let chrome = chrome::need_chrome(tools)?;
    need_packages(tools)?;
    need_spring(tools)?;
    let dist = tools.root().join("target/e2e/dist");
    page::build(tools, &dist)?;
    let mut node = tools.command("node");
    node.arg(script)
        .env("LEPTOS_CHAT_DIST", dist)
        .env("LEPTOS_CHAT_SERVER_BIN", server::build(tools)?)
        .env("CHROMIUM", chrome.browser);
    Ok(node)
}

/// Spring Boot's chats, built by Maven where there is Java.
pub fn need_spring(tools: &Tools) -> Result<()> {
    let mut node = tools.command("node");
    node.args(["tests/servers/spring.mjs", "--build"]);
    run_step("building the Spring Boot server of the tests", node)
}

/// The Node packages of the end-to-end tests: Playwright without its browsers, and the servers.
pub fn need_packages(tools: &Tools) -> Result<()> {
    need_packages_in(tools, "tests")
}

/// The Node packages that this folder's lock file names.
pub fn need_packages_in(tools: &Tools, folder: &str) -> Result<()> {
    tools.need_node()?;
    let purpose = format!("installing the Node packages of {folder}/ (once)");
    let folder = tools.root().join(folder);
    // npm writes this file when it is done.
    let installed = modified(&folder.join("node_modules/.package-lock.json"));
    if installed.is_some() && installed >= modified(&folder.join("package-lock.json")) {
        return Ok(());
    }
    let mut npm = tools.command("npm");
    npm.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
    npm.current_dir(folder)
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    run_step(&purpose, npm).context("no packages: check the network, then run this again")
}

fn modified(path: &Path) -> Option<SystemTime> {
    path.metadata().ok()?.modified().ok()
}
