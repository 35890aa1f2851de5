//! The embedded chat server as a child: built, started, ready when it says so.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use cargo_metadata::Message;

use crate::process::{Running, step, wait_for_line};
use crate::tools::Tools;

const PACKAGE: &str = "leptos-chat-server";
const READY: &str = "listening on ";
const START_LIMIT: Duration = Duration::from_secs(30);

/// A chat server that runs as long as this value lives.
pub struct Server {
    /// The running program.
    pub process: Running,
    /// `ws://127.0.0.1:4181`, or `wss://...`.
    pub url: String,
}

/// Builds the server; says where its program is.
pub fn build(tools: &Tools) -> Result<PathBuf> {
    let purpose = "building the embedded chat server (a minute or two the first time)";
    step(purpose, || {
        let mut cargo = tools.cargo("build --message-format json-render-diagnostics --package");
        cargo.arg(PACKAGE).stdout(Stdio::piped());
        let mut running = Running::start(cargo)?;
        let lines: Vec<String> = running.lines().iter().collect();
        if !running.wait()?.success() {
            bail!("the chat server did not compile: see above");
        }
        executable(&lines.join("\n"))
            .with_context(|| format!("cargo named no program of {PACKAGE}"))
    })
}

/// Starts the built server and waits until it listens.
pub fn start(program: &Path, port: u16, options: &[&str]) -> Result<Server> {
    let mut command = Command::new(program);
    command.args(["--listen", &format!("127.0.0.1:{port}")]);
    command.args(options).stdout(Stdio::piped());
    let mut process = Running::start(command)?;
    let line = wait_for_line(&mut process, START_LIMIT, |line| line.starts_with(READY))
        .with_context(|| format!("the chat server did not start on port {port}"))?;
    let url = line.trim_start_matches(READY).trim().to_owned();
    Ok(Server { process, url })
}

/// Whether this machine lets us listen there now.
pub fn is_free(port: u16) -> bool {
    TcpListener::bind(("127.0.0.1", port)).is_ok()
}

/// The program in cargo's messages.
fn executable(messages: &str) -> Option<PathBuf> {
    let mut artifacts = Message::parse_stream(messages.as_bytes()).filter_map(|message| {
        let Ok(Message::CompilerArtifact(artifact)) = message else {
            return None;
        };
        artifact
            .executable
            .filter(|_| artifact.target.name == PACKAGE)
    });
    artifacts.next().map(Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_in_use_is_not_free() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("its address").port();
        assert!(!is_free(port));
        drop(listener);
        assert!(is_free(port));
    }
}
