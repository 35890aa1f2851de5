//! The embedded chat server as a child: built, started, ready when it says so.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use crate::Result;
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
    step(
        "building the embedded chat server (a minute or two the first time)",
        || {
            let mut cargo = tools.cargo(&["build", "--package", PACKAGE, "--message-format"]);
            cargo.arg("json-render-diagnostics").stdout(Stdio::piped());
            let mut running = Running::start(cargo)?;
            let lines: Vec<String> = running.lines().iter().collect();
            if !running.wait()?.success() {
                return Err("the chat server did not compile: see above".to_owned());
            }
            let found = lines
                .iter()
                .rev()
                .find_map(|line| executable(line, PACKAGE));
            found.ok_or_else(|| format!("cargo built {PACKAGE} but named no program"))
        },
    )
}

/// Starts the built server and waits until it listens.
pub fn start(program: &PathBuf, port: u16, options: &[&str]) -> Result<Server> {
    let mut command = std::process::Command::new(program);
    command
        .arg("--listen")
        .arg(format!("127.0.0.1:{port}"))
        .args(options)
        .stdout(Stdio::piped());
    let mut process = Running::start(command)?;
    let line = wait_for_line(&mut process, START_LIMIT, |line| line.starts_with(READY))
        .map_err(|error| format!("the chat server did not start on port {port}: {error}"))?;
    let url = line.trim_start_matches(READY).trim().to_owned();
    Ok(Server { process, url })
}

/// Whether this machine lets us listen there now.
pub fn is_free(port: u16) -> bool {
    TcpListener::bind(("127.0.0.1", port)).is_ok()
}

/// The program's path in one line of cargo's JSON messages, if the line is about this package's program.
fn executable(line: &str, name: &str) -> Option<PathBuf> {
    let (_, after) = line.split_once("\"executable\":\"")?;
    let (path, _) = after.split_once('"')?;
    let path = PathBuf::from(path.replace("\\\\", "\\"));
    (path.file_stem()? == name).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_in_cargos_messages() {
        let line = r#"{"reason":"compiler-artifact","filenames":["/t/debug/chat"],"executable":"/t/debug/chat","fresh":true}"#;
        assert_eq!(
            executable(line, "chat"),
            Some(PathBuf::from("/t/debug/chat"))
        );
        assert_eq!(executable(line, "other"), None);
        assert_eq!(executable(r#"{"executable":null}"#, "chat"), None);
    }

    #[test]
    fn a_port_in_use_is_not_free() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("its address").port();
        assert!(!is_free(port));
        drop(listener);
        assert!(is_free(port));
    }
}
