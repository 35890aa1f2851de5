//! What the project is made of: `cargo deny` finds each licence, second version and source that deny.toml does not
//! name, and the known vulnerabilities.

use anyhow::{Context, Result};

use crate::chrome::is_ci;
use crate::process::run;
use crate::tools::{Program, Tools};

const DENY: Program = Program {
    package: "cargo-deny",
    version: "0.20.2",
    series: "0.",
    purpose: "cargo-deny, which checks the dependencies",
};

/// The same for the page that is measured beside ours: a workspace of its own, which needs not each licence and exception.
const BENCH: &str = "deny --manifest-path bench/pages/leptos/Cargo.toml --locked --config deny.toml check \
    --allow license-not-encountered --allow unmatched-skip licenses bans sources";

/// Checks licences, second versions and sources; and the known vulnerabilities where their list can be had.
pub fn check(tools: &mut Tools) -> Result<()> {
    if let Err(error) = tools.need(&DENY) {
        if is_ci() {
            return Err(error);
        }
        println!("the dependencies are not checked: {error:#}");
        return Ok(());
    }
    run(tools.cargo("deny --locked --workspace check --deny unmatched-skip licenses bans sources"))
        .context("something is wrong with the dependencies")?;
    run(tools.cargo(BENCH)).context("something is wrong with what the bench is made of")?;
    if run(tools.cargo("deny --workspace fetch db")).is_err() {
        println!("known vulnerabilities are left out: their list cannot be reached");
        return Ok(());
    }
    run(tools.cargo("deny --locked --workspace check advisories"))
}
