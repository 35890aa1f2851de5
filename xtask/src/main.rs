//! `cargo xtask`: sets up what is missing on this machine, then serves, tests or builds.
//!
//! It comes before everything else, so its own dependencies are few and small.
#![forbid(unsafe_code)]
#![allow(
    clippy::disallowed_methods,
    reason = "the ban on Instant::now is for wasm32, and this runs on the developer's machine"
)]

mod api;
mod args;
mod bench;
mod check;
mod chrome;
mod deps;
mod family;
mod fuzz;
mod late;
mod mutants;
mod nodes;
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

use anyhow::{Context, Result, bail};
use lexopt::{Parser, ValueExt};

use tools::Tools;

const USAGE: &str = "\
usage: cargo xtask <command>

  serve   start the embedded chat server and the page
            --example NAME    an example in place of the page: chat, socket, view
            --release         optimise the page
            --port N          port of the page (4180)
            --chat-port N     port of the chat server (4181)
            --tls             the chat server speaks wss://
            --open            open the page in the browser
  test    run every test; or name some: lint, native, wasm32, fuzz,
          web, size, servers, e2e, torture
  fuzz    run each decoder on random inputs; or name some: engineio, json, ...
            --seconds N       for each (10)
  simulate
          run whole lives of connections against a simulated network and server
            --runs N          how many (100000)
            --seed S          the first seed (a fresh one)
  torture run the built page in Chrome behind a proxy that breaks its links
            --faults N        how many (100)
            --seed S          which ones, in which order (a fresh one)
            --sites NAME,...  some kinds of server: channel, relay, socket.io, stomp, spring
            --only FAULT,...  some faults, by the names in the table it prints
  mutants change the core's code in one place after the other, and look whether a test
          notices; or name files: core/src/connection/outbox.rs, ...
            --minutes N       end after so long (60); the next run goes on from there
            --shard K/N       a part of the changes
            --fresh           forget what was caught before
  check   compile each combination of features, and all with the oldest Rust
  api     compare what the crate offers to apps with api.txt
            --write           put it there, once CHANGELOG.md tells of it
  build   make the optimised page in dist/
            --dist DIR        in another folder
  late    have first chats on the built page and the examples, and write into xtask/late.txt
          and examples/*/late.txt what their programs do without until then: that comes in
          a file of its own
            page, apps        the one or the others alone
  size    show raw, gzip and brotli bytes of each file of the built page
            --dist DIR        in another folder
            --check           build the page and the examples, and compare with budget.txt
            --write           the same, and write what they weigh into budget.txt
  bench   measure the built page beside pages in plain JavaScript, React, Vue and Leptos,
          in turns in one run of Chrome
            --rounds N        how often each (3: a quarter of an hour, after the builds)
            --cells NAME,...  some measurements: start, slow, history, trip, steady, keys, list
            --peers NAME,...  some pages: page, floor, append, windowed, react, vue,
                              leptos-effect, leptos-frame
            --write           put the figures into docs/bench.md and docs/bench.svg

What cargo, rustup or npm can install is installed on the way, with a line that says so.";

/// A command says whether all is well, in so far as it judges.
type Command = fn(&mut Tools, Parser) -> Result<bool>;

const COMMANDS: &[(&str, Command)] = &[
    ("serve", serve::run),
    ("test", test::run),
    ("fuzz", fuzz::run),
    ("simulate", simulate::run),
    ("torture", torture::run),
    ("mutants", mutants::run),
    ("check", check::run),
    ("api", api::run),
    ("build", page::run_build),
    ("late", late::run),
    ("size", size::run),
    ("bench", bench::run),
];

fn main() -> ExitCode {
    let outcome = process::end_all_on_interrupt().and_then(|()| run(Parser::from_env()));
    process::end_all();
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(mut args: Parser) -> Result<bool> {
    let name = match args.next()? {
        Some(lexopt::Arg::Value(name)) => name.string()?,
        None | Some(lexopt::Arg::Short('h') | lexopt::Arg::Long("help")) => "help".to_owned(),
        Some(option) => return Err(args::unknown(option)),
    };
    if name == "help" {
        println!("{USAGE}");
        return Ok(true);
    }
    let Some((_, command)) = COMMANDS.iter().find(|(known, _)| *known == name) else {
        bail!("there is no command `{name}`\n\n{USAGE}");
    };
    command(&mut tools()?, args)
}

/// This project's tools.
fn tools() -> Result<Tools> {
    Ok(Tools::new(root()?))
}

/// The workspace's folder. Cargo names this crate's at run time, so a moved checkout still works.
fn root() -> Result<PathBuf> {
    let own = std::env::var("CARGO_MANIFEST_DIR");
    let own = own.unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned());
    let parent = Path::new(&own).parent().map(Path::to_path_buf);
    parent.with_context(|| format!("{own} has no parent folder: run `cargo xtask` in the project"))
}
