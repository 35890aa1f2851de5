//! `cargo xtask`: sets up what is missing on this machine, then serves, tests or builds.
//!
//! Standard library only, but for the interrupt handler, so that it compiles in seconds.
#![forbid(unsafe_code)]
#![allow(
    clippy::disallowed_methods,
    reason = "the ban on Instant::now is for wasm32, and this runs on the developer's machine"
)]

mod args;
mod chrome;
mod deps;
mod family;
mod fuzz;
mod page;
mod process;
mod serve;
mod server;
mod simulate;
mod size;
mod summary;
mod test;
mod tools;
mod torture;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What went wrong and what to do about it, in one line.
pub type Result<T, E = String> = std::result::Result<T, E>;

const USAGE: &str = "\
usage: cargo xtask <command>

  serve   start the embedded chat server and the page
            --release         serve the optimised page
            --port N          port of the page (4180)
            --chat-port N     port of the chat server (4181)
            --tls             the chat server speaks wss://
            --open            open the page in the browser
  test    run every test; or name some: lint, native, fuzz, web, servers, e2e, torture
  fuzz    run each decoder on random inputs; or name some: engineio, json, ...
            --seconds N       for each (10)
  simulate
          run whole lives of connections against a simulated network and server
            --runs N          how many (100000)
            --seed S          the first seed (a fresh one)
  torture run the built page in Chrome behind a proxy that breaks its links
            --faults N        how many (100)
            --seed S          which ones, in which order (a fresh one)
            --lanes NAME,...  some kinds of server: channel, relay, socket.io, stomp
            --only FAULT,...  some faults, by the names in the table it prints
  build   make the optimised page in dist/
            --dist DIR        in another folder
  size    show raw, gzip and brotli bytes of each file of the built page
            --dist DIR        in another folder
            --protocols       build without and with each protocol, and compare

What is missing is installed on the way, with a line that says so.";

fn main() -> ExitCode {
    let outcome = process::end_all_on_interrupt().and_then(|()| run(std::env::args().skip(1)));
    process::end_all();
    match outcome {
        Ok(code) => code,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(mut args: impl Iterator<Item = String>) -> Result<ExitCode> {
    let command = args.next().unwrap_or_default();
    let rest: Vec<String> = args.collect();
    let root = root()?;
    match command.as_str() {
        "serve" => serve::run(&root, &rest)?,
        "test" => return test::run(&root, &rest),
        "build" => page::run_build(&root, &rest)?,
        "fuzz" => return fuzz::run(&root, &rest),
        "simulate" => return simulate::run(&root, &rest),
        "torture" => return torture::run(&root, &rest),
        "size" => size::run_size(&root, &rest)?,
        "" | "help" | "-h" | "--help" => println!("{USAGE}"),
        other => return Err(format!("there is no command `{other}`\n\n{USAGE}")),
    }
    Ok(ExitCode::SUCCESS)
}

/// The workspace's folder. Cargo names this crate's at run time, so a moved checkout still works.
fn root() -> Result<PathBuf> {
    let own = std::env::var("CARGO_MANIFEST_DIR")
        .unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned());
    Path::new(&own)
        .parent()
        .map(Path::to_path_buf)
        .ok_or_else(|| format!("{own} has no parent folder; run `cargo xtask` in the project"))
}
