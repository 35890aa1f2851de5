//! The embedded chat server as a child: built, started, ready when it says so.

use std::env::consts::EXE_SUFFIX;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::process::{ChildGuard, run_step, wait_for_line};
use crate::tools::Tools;

const PACKAGE: &str = "leptos-chat-server";
const READY: &str = "listening on ";
const START_LIMIT: Duration = Duration::from_secs(30);

/// A chat server that runs as long as this value lives.
pub struct Server {
    _process: ChildGuard,
    /// `ws://127.0.0.1:4181`, or `wss://...`.
    pub url: String,
}

/// Builds the server; says where its program is.
pub fn build(tools: &Tools) -> Result<PathBuf> {
    let purpose = "building the embedded chat server (a minute or two the first time)";
    let cargo = tools.cargo(&format!("build --package {PACKAGE}"));
    run_step(purpose, cargo)?;
    let folder = tools.metadata()?.target_directory.join("debug");
    Ok(folder.join(format!("{PACKAGE}{EXE_SUFFIX}")).into())
}

/// Builds and starts the server, and waits until it listens.
pub fn start(tools: &Tools, port: u16, options: &[&str]) -> Result<Server> {
    let mut command = Command::new(build(tools)?);
    command.args(["--listen", &format!("127.0.0.1:{port}")]);
    command.args(options).stdout(Stdio::piped());
    let mut process = ChildGuard::start(command)?;
    let line = wait_for_line(&mut process, START_LIMIT, |line| line.starts_with(READY))
        .with_context(|| format!("the chat server did not start on port {port}"))?;
    let url = line.trim_start_matches(READY).trim().to_owned();
    Ok(Server {
        _process: process,
        url,
    })
}

/// Whether this machine lets us listen there now.
pub fn is_free(port: u16) -> bool {
    TcpListener::bind(("127.0.0.1", port)).is_ok()
}
