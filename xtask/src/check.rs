//! `cargo xtask check`: compiles each combination of features, and all with the oldest Rust that is promised.

use anyhow::Result;
use lexopt::Parser;

use crate::args::positional;
use crate::process::run_step;
use crate::tools::{Program, Tools};

const HACK: Program = Program {
    package: "cargo-hack",
    version: "0.6.46",
    series: "0.6.",
    purpose: "cargo-hack, which compiles with each combination of features",
};

/// What is compiled, and how. An app picks one way to render; `page` brings its own.
const CHECKS: [(&str, &str); 4] = [
    (
        "each combination of the core's features",
        "hack check -p leptos-chat-core --feature-powerset --exclude-features default",
    ),
    (
        "each combination of protocols, for the browser",
        "hack check -p leptos-chat --feature-powerset --exclude-features default,ssr,page,split \
         --at-least-one-of csr,hydrate --mutually-exclusive-features csr,hydrate --target wasm32-unknown-unknown",
    ),
    (
        "each combination of protocols, for servers that make pages",
        "hack check -p leptos-chat --feature-powerset --features ssr --exclude-features default,csr,hydrate,page,split",
    ),
    (
        "everything with the oldest Rust",
        "hack check --rust-version -p leptos-chat --features split --target wasm32-unknown-unknown",
    ),
];

/// `cargo xtask check`
pub fn run(tools: &mut Tools, mut args: Parser) -> Result<bool> {
    if let Some(word) = positional(&mut args)?.first() {
        anyhow::bail!("what is `{word}`? see `cargo xtask help`");
    }
    tools.need_wasm_target()?;
    tools.need(&HACK)?;
    for (what, args) in CHECKS {
        let mut cargo = tools.cargo(args);
        // It stays beside the other builds, whose features it would change all the time.
        cargo.env("CARGO_TARGET_DIR", tools.root().join("target/check"));
        run_step(&format!("checking {what}"), cargo)?;
    }
    Ok(true)
}
