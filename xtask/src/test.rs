//! `cargo xtask test`: every suite, one after the other, then one table.

use std::time::Duration;

use anyhow::Result;
use lexopt::Parser;

use crate::nodes::{browser_tests, need_packages, need_spring};
use crate::process::{capture, run as run_command};
use crate::summary::{Row, print};
use crate::tools::Tools;
use crate::{api, args, chrome, deps, fuzz, server, size, torture};

/// A suite that takes longer than this, compilation included, hangs.
const LIMIT: Duration = Duration::from_secs(40 * 60);

/// Where the browser tests look for the chat server unless they are compiled with another address.
const TEST_PORT: u16 = 4191;

/// A wasm32 with a system interface, which the tests of plain Rust need.
const WASI: &str = "wasm32-wasip1";

type Suite = fn(&mut Tools) -> Vec<Row>;

const SUITES: &[(&str, Suite)] = &[
    ("lint", lint),
    ("native", native),
    ("wasm32", wasm32),
    ("fuzz", fuzz::suite),
    ("web", web),
    ("size", size),
    ("servers", servers),
    ("e2e", end_to_end),
    ("torture", tortured),
];

/// Checks that are one command each: a name, why, and what follows `cargo`.
const LINTS: &[(&str, &str, &str)] = &[
    ("lint: fmt", "checking the format", "fmt --all --check"),
    (
        "lint: fmt bench",
        "checking the format of the page to measure beside",
        "fmt --manifest-path bench/pages/leptos/Cargo.toml --check",
    ),
    (
        "lint: clippy",
        "checking for lints (compiles everything the first time)",
        "clippy --workspace --all-targets --features leptos-chat/page -- -D warnings",
    ),
    (
        "lint: clippy wasm32",
        "checking for lints in what only the browser runs",
        "clippy -p leptos-chat --features split --lib --bins --test web --target wasm32-unknown-unknown -- -D warnings",
    ),
    (
        "lint: page alone",
        "checking the page without the protocols",
        "clippy -p leptos-chat --lib --bins --target wasm32-unknown-unknown --no-default-features --features page -- -D warnings",
    ),
    (
        "lint: hydrate",
        "checking the crate for pages that a server made",
        "clippy -p leptos-chat --lib --target wasm32-unknown-unknown --no-default-features --features hydrate -- -D warnings",
    ),
    (
        "lint: ssr",
        "checking the crate for servers that make pages",
        "clippy -p leptos-chat --lib --no-default-features --features ssr,socketio,stomp,sockjs -- -D warnings",
    ),
    (
        "lint: clippy bench",
        "checking for lints in the page to measure beside",
        "clippy --manifest-path bench/pages/leptos/Cargo.toml --locked --target wasm32-unknown-unknown -- -D warnings",
    ),
    (
        "lint: docs",
        "building the documentation",
        "doc --no-deps -p leptos-chat -p leptos-chat-core",
    ),
];

/// Runs the named suites, or all.
pub fn run(tools: &mut Tools, mut args: Parser) -> Result<bool> {
    let all = SUITES.iter().map(|(name, _)| (*name).to_owned()).collect();
    let wanted = args::choose(all, args::positional(&mut args)?, "suite")?;
    let suites = SUITES
        .iter()
        .filter(|(name, _)| wanted.iter().any(|wanted| wanted == name));
    let rows: Vec<Row> = suites.flat_map(|(_, suite)| suite(tools)).collect();
    Ok(print(&rows))
}

fn lint(tools: &mut Tools) -> Vec<Row> {
    let lint = |(name, purpose, args): &(&str, &str, &str)| {
        Row::check(name, purpose, || {
            tools.need_wasm_target()?;
            let mut cargo = tools.cargo(args);
            cargo.env("RUSTDOCFLAGS", "-D warnings");
            run_command(cargo)
        })
    };
    let mut rows: Vec<Row> = LINTS.iter().map(lint).collect();
    let purpose = "checking licences, versions and sources of the dependencies";
    rows.push(Row::check("lint: dependencies", purpose, || {
        deps::check(tools)
    }));
    let purpose = "comparing what the crate offers to apps with api.txt";
    rows.push(Row::check("lint: api", purpose, || api::check(tools)));
    rows
}

fn native(tools: &mut Tools) -> Vec<Row> {
    let purpose = "running the native tests (compiles everything the first time)";
    vec![Row::suite("native", purpose, || {
        // The page is no default: without its feature its tests are left out, and nobody is told.
        let args = "test --workspace --features leptos-chat/page --no-fail-fast";
        capture(tools.cargo(args), LIMIT)
    })]
}

/// The core's tests once more where it will live: 32 bits, no threads.
fn wasm32(tools: &mut Tools) -> Vec<Row> {
    let purpose = "running the core's tests on wasm32";
    vec![Row::suite("wasm32", purpose, || {
        tools.need_node()?;
        tools.need_target(WASI)?;
        let args = format!("test -p leptos-chat-core --lib --tests --no-fail-fast --target {WASI}");
        capture(tools.cargo(&args), LIMIT)
    })]
}

fn web(tools: &mut Tools) -> Vec<Row> {
    let purpose = "running the browser tests in headless Chrome";
    vec![Row::suite("web", purpose, || {
        tools.need_wasm_target()?;
        tools.need_wasm_bindgen()?;
        need_packages(tools)?;
        let chrome = chrome::need_chrome(tools)?;
        let port = Some(TEST_PORT)
            .filter(|port| server::is_free(*port))
            .unwrap_or(0);
        let server = server::start(tools, port, &["--faults"])?;
        // Figures are printed by tests that pass, too.
        let args = "test -p leptos-chat --features csr --test web --target wasm32-unknown-unknown -- --nocapture";
        // It starts the servers of others beside ours.
        let mut node = tools.command("node");
        node.args(["tests/servers/with.mjs", "cargo"]);
        node.args(args.split_whitespace());
        node.env("CHROMEDRIVER", chrome.driver)
            .env("WASM_BINDGEN_TEST_TIMEOUT", "300");
        if port != TEST_PORT {
            // A page cannot read the environment: the address goes in at compile time.
            node.env("LEPTOS_CHAT_TEST_SERVER", &server.url);
        }
        capture(node, LIMIT)
    })]
}

/// Whether the page and the examples keep their budget of bytes.
fn size(tools: &mut Tools) -> Vec<Row> {
    vec![Row::check(
        "size",
        "weighing the page and the examples",
        || size::check(tools),
    )]
}

/// Whether the servers of the end-to-end tests do what those tests believe.
fn servers(tools: &mut Tools) -> Vec<Row> {
    vec![Row::suite("servers", "checking the real servers", || {
        need_packages(tools)?;
        need_spring(tools)?;
        let mut node = tools.command("node");
        node.args([
            "--test",
            "--test-reporter=tap",
            "tests/servers/selftest.mjs",
        ]);
        capture(node, LIMIT)
    })]
}

fn end_to_end(tools: &mut Tools) -> Vec<Row> {
    let purpose = "running the built page in headless Chrome against real servers";
    vec![Row::suite("e2e", purpose, || {
        let examples = size::build_examples(tools)?;
        let mut node = browser_tests(tools, "tests/e2e/run.mjs")?;
        node.env("LEPTOS_CHAT_EXAMPLES", examples);
        capture(node, LIMIT)
    })]
}

/// Few faults and short rests; `cargo xtask torture` has more.
fn tortured(tools: &mut Tools) -> Vec<Row> {
    let purpose = "breaking the links of the built page in headless Chrome";
    vec![Row::suite("torture", purpose, || {
        capture(torture::short(tools)?, LIMIT)
    })]
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    const DOCUMENTS: [&str; 3] = ["ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md"];

    fn read(path: impl AsRef<Path>) -> String {
        let root = crate::root().expect("the project");
        fs_err::read_to_string(root.join(path.as_ref())).unwrap_or_default()
    }

    /// All files of the folder, one behind the other.
    fn code_in(folder: &Path) -> String {
        let files = fs_err::read_dir(folder).expect("the tests");
        let paths = files.map(|file| file.expect("a file").path());
        let read = |path: PathBuf| match path.is_dir() {
            true => code_in(&path),
            false => read(path),
        };
        paths.map(read).collect()
    }

    /// What the documents have in backticks, but for blocks of code, and fails the check.
    fn wrong(is_right: impl Fn(&str) -> bool) -> Vec<String> {
        let quoted = |document: &str| -> Vec<String> {
            let outside = read(document);
            let outside = outside.split("```").step_by(2).collect::<String>();
            outside
                .split('`')
                .skip(1)
                .step_by(2)
                .map(str::to_owned)
                .collect()
        };
        let all = DOCUMENTS.into_iter().flat_map(quoted);
        all.filter(|words| !is_right(words)).collect()
    }

    #[test]
    fn the_documents_name_files_that_are_there() {
        let root = crate::root().expect("the project");
        // What cargo or Trunk makes is not there in a fresh checkout; `<name>` stands for many.
        let is_path = |words: &str| {
            let ends = ["/", ".rs", ".mjs", ".md", ".txt", ".toml"];
            words.contains('/')
                && ends.iter().any(|end| words.ends_with(end))
                && !words.contains([' ', '<', ':'])
                && words != "dist/"
        };
        let is_there = |path: &str| {
            let mut folders = ["", "core/src"].iter();
            folders.any(|folder| root.join(folder).join(path).exists())
        };
        let missing = wrong(|words| !is_path(words) || is_there(words));
        assert_eq!(missing, Vec::<String>::new());
    }

    #[test]
    fn the_documents_name_tests_that_are_there() {
        let code = code_in(&crate::root().expect("the project").join("core/tests"));
        let is_name = |words: &str| {
            let is_letter = |letter: char| letter.is_ascii_lowercase() || letter == '_';
            words.matches('_').count() > 1 && words.chars().all(is_letter)
        };
        let missing = wrong(|words| !is_name(words) || code.contains(&format!("fn {words}()")));
        assert_eq!(missing, Vec::<String>::new());
    }

    /// They are named as they are printed, `file: title`, and may be shortened by three dots.
    #[test]
    fn the_documents_name_end_to_end_tests_that_are_there() {
        let is_there = |words: &str| {
            let is_letter = |letter: char| letter.is_ascii_lowercase() || letter == '-';
            let Some((file, title)) = words.split_once(": ") else {
                return true;
            };
            let code = read(format!("tests/e2e/{file}.test.mjs"));
            !file.chars().all(is_letter)
                || title.split("...").all(|piece| code.contains(piece.trim()))
        };
        assert_eq!(wrong(is_there), Vec::<String>::new());
    }
}
