//! `cargo xtask test`: every suite, one after the other, then one table.

use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use crate::args::Args;
use crate::process::{Captured, capture, run as run_command, step};
use crate::summary::{Row, print};
use crate::tools::Tools;
use crate::{Result, chrome, deps, fuzz, page, server, torture};

/// A suite that takes longer than this, compilation included, hangs.
const LIMIT: Duration = Duration::from_secs(25 * 60);

/// Where the browser tests look for the chat server unless they are compiled with another address.
const TEST_PORT: u16 = 4191;

type Suite = fn(&mut Tools) -> Vec<Row>;

const SUITES: [(&str, Suite); 7] = [
    ("lint", lint),
    ("native", native),
    ("fuzz", fuzzing),
    ("web", web),
    ("servers", servers),
    ("e2e", end_to_end),
    ("torture", tortured),
];

/// Checks that are one command each: a name, why, and what follows `cargo`.
const LINTS: [(&str, &str, &str); 7] = [
    ("lint: fmt", "checking the format", "fmt --all --check"),
    (
        "lint: clippy",
        "checking for lints (compiles everything the first time)",
        "clippy --workspace --all-targets -- -D warnings",
    ),
    (
        "lint: clippy wasm32",
        "checking for lints in what only the browser runs",
        "clippy -p leptos-chat --features page --lib --bins --test web --target wasm32-unknown-unknown -- -D warnings",
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
        "lint: docs",
        "building the documentation",
        "doc --no-deps -p leptos-chat -p leptos-chat-core",
    ),
];

/// Runs the named suites, or all.
pub fn run(root: &Path, args: &[String]) -> Result<ExitCode> {
    let names = Args::new(args).words()?;
    if let Some(name) = names
        .iter()
        .find(|name| SUITES.iter().all(|(suite, _)| suite != *name))
    {
        return Err(format!(
            "there is no suite `{name}`: choose from {}",
            SUITES.map(|(suite, _)| suite).join(", ")
        ));
    }
    let mut tools = Tools::new(root);
    let mut rows = Vec::new();
    for (name, suite) in SUITES {
        if names.is_empty() || names.iter().any(|wanted| wanted == name) {
            rows.extend(suite(&mut tools));
        }
    }
    Ok(if print(&rows) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn lint(tools: &mut Tools) -> Vec<Row> {
    let mut rows: Vec<Row> = LINTS
        .iter()
        .map(|(name, purpose, args)| {
            let started = Instant::now();
            let mut cargo = tools.cargo(&args.split(' ').collect::<Vec<_>>());
            cargo.env("RUSTDOCFLAGS", "-D warnings");
            let outcome = tools
                .need_wasm_target()
                .and_then(|()| step(purpose, || run_command(cargo)));
            Row::check(name, outcome, started.elapsed())
        })
        .collect();
    let started = Instant::now();
    let purpose = "checking licences, versions and sources of the dependencies";
    let outcome = step(purpose, || deps::check(tools));
    rows.push(Row::check("lint: dependencies", outcome, started.elapsed()));
    rows
}

fn fuzzing(tools: &mut Tools) -> Vec<Row> {
    fuzz::suite(tools).into_iter().collect()
}

fn native(tools: &mut Tools) -> Vec<Row> {
    let purpose = "running the native tests (compiles everything the first time)";
    vec![suite("native", purpose, || {
        capture(
            tools.cargo(&["test", "--workspace", "--no-fail-fast"]),
            LIMIT,
        )
    })]
}

fn web(tools: &mut Tools) -> Vec<Row> {
    vec![suite(
        "web",
        "running the browser tests in headless Chrome",
        || {
            tools.need_wasm_target()?;
            tools.need_wasm_bindgen()?;
            let chrome = chrome::need_chrome(tools)?;
            let port = if server::is_free(TEST_PORT) {
                TEST_PORT
            } else {
                0
            };
            let server = server::start(&server::build(tools)?, port, &["--faults"])?;
            let mut cargo = tools.cargo(&[
                "test",
                "-p",
                "leptos-chat",
                "--features",
                "csr",
                "--test",
                "web",
                "--target",
            ]);
            cargo
                .arg("wasm32-unknown-unknown")
                // Figures are printed by tests that pass, too.
                .args(["--", "--nocapture"])
                .env("CHROMEDRIVER", chrome.driver);
            cargo.env("WASM_BINDGEN_TEST_TIMEOUT", "300");
            if port != TEST_PORT {
                // A page cannot read the environment: the address goes in at compile time.
                cargo.env("LEPTOS_CHAT_TEST_SERVER", &server.url);
            }
            capture(cargo, LIMIT)
        },
    )]
}

/// Whether the servers of the end-to-end tests do what those tests believe.
fn servers(tools: &mut Tools) -> Vec<Row> {
    let mut rows = Vec::from_iter(missing_broker());
    rows.extend(missing_java(tools));
    rows.push(suite("servers", "checking the real servers", || {
        need_packages(tools)?;
        need_spring(tools)?;
        let mut node = node(tools);
        node.args([
            "--test",
            "--test-reporter=tap",
            "tests/servers/selftest.mjs",
        ]);
        capture(node, LIMIT)
    }));
    rows
}

fn end_to_end(tools: &mut Tools) -> Vec<Row> {
    let purpose = "running the built page in headless Chrome against real servers";
    vec![suite("e2e", purpose, || {
        capture(browser_tests(tools, "tests/e2e/run.mjs")?, LIMIT)
    })]
}

/// Few faults and short rests; `cargo xtask torture` has more.
fn tortured(tools: &mut Tools) -> Vec<Row> {
    let purpose = "breaking the links of the built page in headless Chrome";
    vec![suite("torture", purpose, || {
        capture(torture::short(tools)?, LIMIT)
    })]
}

/// Node with this script, and all that a test of the built page needs: the page, the embedded server, the browser.
pub fn browser_tests(tools: &mut Tools, script: &str) -> Result<Command> {
    let chrome = chrome::need_chrome(tools)?;
    need_packages(tools)?;
    need_spring(tools)?;
    let dist = tools.root().join("target/e2e/dist");
    page::build(tools, &dist)?;
    let program = server::build(tools)?;
    let mut node = node(tools);
    node.arg(script)
        .env("LEPTOS_CHAT_DIST", dist)
        .env("LEPTOS_CHAT_SERVER_BIN", program)
        .env("CHROMIUM", chrome.browser);
    Ok(node)
}

/// Node, told where RabbitMQ is.
fn node(tools: &Tools) -> Command {
    let mut node = tools.command("node");
    if let Ok(home) = chrome::rabbitmq() {
        node.env("RABBITMQ_HOME", home);
    }
    node
}

/// Says that the broker's tests are left out; in CI that is a failure.
fn missing_broker() -> Option<Row> {
    let message = chrome::rabbitmq().err()?;
    println!("the tests with RabbitMQ are left out: {message}");
    chrome::is_ci().then(|| Row::check("servers: RabbitMQ", Err(message), Duration::ZERO))
}

/// Says that Spring Boot's tests are left out; in CI that is a failure.
fn missing_java(tools: &Tools) -> Option<Row> {
    let message = chrome::need_java(tools).err()?;
    println!("the tests with Spring Boot are left out: {message}");
    chrome::is_ci().then(|| Row::check("servers: Spring Boot", Err(message), Duration::ZERO))
}

/// Spring Boot's chats, built by Maven where there is Java: once, and offline when they were changed.
fn need_spring(tools: &Tools) -> Result<()> {
    if chrome::need_java(tools).is_err() {
        return Ok(());
    }
    step("building the Spring Boot server of the tests", || {
        let mut node = tools.command("node");
        node.args(["tests/servers/spring.mjs", "--build"]);
        run_command(node)
    })
}

/// The Node packages of the end-to-end tests: Playwright without its browsers, and the servers.
fn need_packages(tools: &Tools) -> Result<()> {
    tools.need_node()?;
    let folder = tools.root().join("tests");
    let lock = folder.join("package-lock.json");
    // npm writes this file when it is done.
    let installed = modified(&folder.join("node_modules/.package-lock.json"));
    if installed.is_some() && installed >= modified(&lock) {
        return Ok(());
    }
    step(
        "installing the Node packages of the end-to-end tests (once)",
        || {
            let mut npm = tools.command("npm");
            npm.arg(if lock.is_file() { "ci" } else { "install" });
            npm.args(["--no-audit", "--no-fund", "--loglevel=error"]);
            npm.current_dir(folder)
                .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
            run_command(npm)
                .map_err(|error| format!("{error}: check the network, then run this again"))
        },
    )
}

fn modified(path: &Path) -> Option<std::time::SystemTime> {
    path.metadata().ok()?.modified().ok()
}

/// Runs a suite to its row; what cannot even start has failed.
fn suite(name: &str, purpose: &str, work: impl FnOnce() -> Result<Captured>) -> Row {
    let started = Instant::now();
    match step(purpose, work) {
        Ok(captured) => Row::suite(name, &captured, started.elapsed()),
        Err(error) => {
            eprintln!("error: {error}");
            Row::check(name, Err(error), started.elapsed())
        }
    }
}
