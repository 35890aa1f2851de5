//! Dependencies point one way, and the pure modules touch nothing: read from the sources, so that it cannot rot.
//!
//! `app -> chat -> use_socket -> browser -> connection -> session -> wire -> time`, as DESIGN.md has it.

use std::fs;
use std::path::{Path, PathBuf};

/// The modules from the lowest to the highest; each may use those before it.
const LAYERS: &[&str] = &[
    "time",
    "wire",
    "session",
    "connection",
    "browser",
    "use_socket",
    "chat",
    "app",
];
/// The pure layers, and the pure modules of others.
const PURE: &[&str] = &[
    "time",
    "wire",
    "session",
    "connection",
    "chat::timeline",
    "chat::message",
];
/// Crates that touch the browser, or the framework.
const IMPURE_CRATES: &[&str] = &[
    "web_sys",
    "js_sys",
    "leptos",
    "wasm_bindgen",
    "wasm_bindgen_futures",
];
/// Where the inline tests of a file start.
const INLINE_TESTS: &str = "#[cfg(test)]\nmod tests {";
/// Clocks that pure code must not read. The first panics on wasm32.
const CLOCKS: &[&str] = &["std::time::Instant", "std::time::SystemTime"];

/// One source file: where it stands among the modules, and its text.
struct Source {
    /// `["chat", "timeline"]` for `src/chat/timeline.rs`; empty for `lib.rs` and `main.rs`.
    module: Vec<String>,
    code: String,
    /// The inline tests, which stand one module deeper.
    tests: String,
}

impl Source {
    fn new(path: &str, text: &str) -> Self {
        let module = path.trim_end_matches(".rs").split('/').map(str::to_owned);
        let mut module: Vec<String> = module.collect();
        if module
            .last()
            .is_some_and(|name| matches!(name.as_str(), "mod" | "lib" | "main"))
        {
            module.pop();
        }
        let code = without_comments_and_strings(text);
        let (code, tests) = code.split_once(INLINE_TESTS).unwrap_or((&code, ""));
        Self {
            module,
            code: code.to_owned(),
            tests: tests.to_owned(),
        }
    }

    fn name(&self) -> String {
        self.module.join("::")
    }

    fn layer(&self) -> Option<usize> {
        let top = self.module.first()?;
        LAYERS.iter().position(|layer| layer == top)
    }

    fn is_pure(&self) -> bool {
        is_pure(&self.name())
    }

    /// What is wrong with this file.
    fn faults(&self) -> Vec<String> {
        let Some(layer) = self.layer() else {
            return match self.module.is_empty() {
                true => Vec::new(),
                false => vec![format!("{} is in no layer", self.name())],
            };
        };
        let inner = [self.module.clone(), vec!["tests".into()]].concat();
        let paths = paths(&self.code)
            .into_iter()
            .map(|path| (&self.module, path));
        let tests = self::paths(&self.tests)
            .into_iter()
            .map(|path| (&inner, path));
        let mut faults: Vec<String> = paths
            .chain(tests)
            .filter_map(|(from, path)| {
                self.upward(from, &path, layer)
                    .or_else(|| self.impure(&path))
            })
            .collect();
        faults.dedup();
        faults
    }

    fn fault(&self, what: &str) -> Option<String> {
        Some(format!("{} uses {what}", self.name()))
    }

    /// A path to a higher layer, or from a pure module to one that is not.
    fn upward(&self, from: &[String], path: &[String], layer: usize) -> Option<String> {
        let target = resolve(from, path)?;
        let top = target.first()?;
        let name = target.join("::");
        let Some(other) = LAYERS.iter().position(|layer| layer == top) else {
            // A name that lib.rs exports again hides where it comes from.
            let exported = top.starts_with(char::is_uppercase) || top == "*";
            return (exported && self.is_pure())
                .then(|| self.fault(&name))
                .flatten();
        };
        let less_pure = self.is_pure() && !is_pure(&name);
        (other > layer || less_pure)
            .then(|| self.fault(&name))
            .flatten()
    }

    fn impure(&self, path: &[String]) -> Option<String> {
        let name = path.join("::");
        let first = path.first()?;
        let bad = IMPURE_CRATES.contains(&first.as_str())
            || first.starts_with("gloo")
            || CLOCKS.iter().any(|clock| name.starts_with(clock))
            || name == "std::time::*";
        (bad && self.is_pure()).then(|| self.fault(&name)).flatten()
    }
}

/// The path from the crate's root that `path` means in the module `from`; `None` for one that leads out of the crate.
fn resolve(from: &[String], path: &[String]) -> Option<Vec<String>> {
    let supers = path.iter().take_while(|part| *part == "super").count();
    match path.first()?.as_str() {
        "crate" | "leptos_chat" => Some(path[1..].to_vec()),
        "self" => Some([from, &path[1..]].concat()),
        "super" => Some([&from[..from.len().saturating_sub(supers)], &path[supers..]].concat()),
        _ => None,
    }
}

fn is_pure(module: &str) -> bool {
    PURE.iter().any(|pure| {
        module
            .strip_prefix(pure)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    })
}

/// The text with each comment and each string taken out, so that words in them are no code.
fn without_comments_and_strings(text: &str) -> String {
    let mut code = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let skipped = skip_comment(rest).or_else(|| skip_string(rest));
        match skipped {
            Some(_) => code.push(' '),
            None => code.push(first),
        }
        rest = &rest[skipped.unwrap_or(first.len_utf8())..];
    }
    code
}

fn skip_comment(rest: &str) -> Option<usize> {
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    let inside = rest.strip_prefix("/*")?;
    Some(inside.find("*/").map_or(rest.len(), |end| end + 4))
}

fn skip_string(rest: &str) -> Option<usize> {
    // A quotation mark as a character, which opens nothing.
    for mark in ["'\"'", "'\\\"'"] {
        if rest.starts_with(mark) {
            return Some(mark.len());
        }
    }
    if let Some(inside) = rest.strip_prefix("r#\"") {
        return Some(inside.find("\"#").map_or(rest.len(), |end| end + 5));
    }
    let inside = rest.strip_prefix('"')?;
    let mut escaped = false;
    let end = inside.find(|c| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    });
    Some(end.map_or(rest.len(), |end| end + 2))
}

/// Every path in the code, `use` trees with braces spelt out.
fn paths(code: &str) -> Vec<Vec<String>> {
    let mut paths = Vec::new();
    let tokens = tokens(code);
    let mut at = 0;
    while at < tokens.len() {
        if is_word(&tokens[at]) {
            at = read_tree(&tokens, at, &[], &mut paths);
        } else {
            at += 1;
        }
    }
    paths
}

/// Words, `::`, and single signs.
fn tokens(code: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = code.trim_start();
    while let Some(first) = rest.chars().next() {
        let word = rest
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        let len = match word {
            0 if rest.starts_with("::") => 2,
            0 => first.len_utf8(),
            word => word,
        };
        tokens.push(rest[..len].to_owned());
        rest = rest[len..].trim_start();
    }
    tokens
}

fn is_word(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Reads `a::b`, `a::*` or `a::{b, c::d}` from `at`. Returns where it ends.
fn read_tree(
    tokens: &[String],
    mut at: usize,
    before: &[String],
    paths: &mut Vec<Vec<String>>,
) -> usize {
    let mut path = before.to_vec();
    loop {
        match tokens.get(at).map(String::as_str) {
            Some("{") if !path.is_empty() => return read_group(tokens, at + 1, &path, paths),
            Some(word) if is_word(word) || word == "*" => path.push(word.to_owned()),
            _ => break,
        }
        at += 1;
        if tokens.get(at).is_none_or(|token| token != "::") {
            break;
        }
        at += 1;
    }
    paths.push(path);
    at
}

fn read_group(
    tokens: &[String],
    mut at: usize,
    path: &[String],
    paths: &mut Vec<Vec<String>>,
) -> usize {
    while let Some(token) = tokens.get(at) {
        match token.as_str() {
            "}" => return at + 1,
            word if is_word(word) || word == "*" => at = read_tree(tokens, at, path, paths),
            _ => at += 1,
        }
    }
    at
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a readable folder");
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

fn sources() -> Vec<Source> {
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("a readable file");
        let place = path.strip_prefix(root()).expect("below src");
        Source::new(&place.to_string_lossy().replace('\\', "/"), &text)
    };
    rust_files(&root()).into_iter().map(read).collect()
}

#[test]
fn dependencies_point_one_way_and_pure_modules_touch_nothing() {
    let faults: Vec<String> = sources().iter().flat_map(Source::faults).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_checker_reads_the_files_it_is_meant_for() {
    let sources = sources();
    for layer in ["time", "wire", "session", "connection"] {
        let of_layer = |source: &&Source| source.module.first().is_some_and(|top| top == layer);
        assert!(
            sources.iter().any(|source| of_layer(&source)),
            "{layer} was not found"
        );
    }
    let connection = sources
        .iter()
        .find(|source| source.name() == "connection")
        .expect("read");
    let paths = paths(&connection.code);
    let session = ["crate", "session", "Session"].map(str::to_owned).to_vec();
    assert!(paths.contains(&session), "its import of Session is seen");
}

#[test]
fn the_checker_finds_each_kind_of_fault() {
    let bad = [
        ("wire/json.rs", "use web_sys::Window;"),
        ("wire/json.rs", "use crate::session::Session;"),
        (
            "wire/json.rs",
            "use crate::{time::Instant, connection::State};",
        ),
        (
            "wire/stomp/encode.rs",
            "use super::super::super::session::Session;",
        ),
        ("session/json.rs", "fn f(x: crate::connection::State) {}"),
        ("session/mod.rs", "use super::connection::{Config, State};"),
        ("connection/mod.rs", "use crate::browser::driver::Driver;"),
        (
            "connection/mod.rs",
            "use crate::{wire::{json, Message}, use_socket::SocketHandle};",
        ),
        ("connection/mod.rs", "let now = std::time::Instant::now();"),
        ("connection/mod.rs", "use std::time::{Duration, Instant};"),
        (
            "connection/mod.rs",
            "use std::{fmt, time::{self, SystemTime}};",
        ),
        ("connection/mod.rs", "use std::time::*;"),
        ("connection/mod.rs", "use gloo_timers::callback::Timeout;"),
        ("connection/mod.rs", "use crate::Instant;"),
        ("connection/mod.rs", "use crate::*;"),
        ("session/text.rs", "use leptos::prelude::*;"),
        ("session/text.rs", "fn f() { js_sys::Date::now(); }"),
        ("time.rs", "use wasm_bindgen::JsValue;"),
        ("time.rs", "use crate::wire::Message;"),
        ("chat/timeline.rs", "use leptos::prelude::RwSignal;"),
        ("chat/timeline.rs", "use super::composer::Composer;"),
        ("chat/timeline.rs", "use super::*;"),
        (
            "chat/timeline.rs",
            "#[cfg(test)]\nmod tests { use super::super::composer::Composer; }",
        ),
        ("chat/message.rs", "use crate::use_socket::SocketHandle;"),
        ("browser/socket.rs", "use crate::chat::Chat;"),
        ("use_socket.rs", "use crate::chat::{ChatOptions};"),
        ("chat/status.rs", "use crate::app::App;"),
        ("stray.rs", "use std::fmt;"),
    ];
    for (path, code) in bad {
        assert!(
            !Source::new(path, code).faults().is_empty(),
            "{path}: {code}"
        );
    }
}

#[test]
fn the_checker_lets_good_code_pass() {
    let good = [
        (
            "wire/json.rs",
            "use super::lenient::parse_value; use crate::time::Instant;",
        ),
        (
            "wire/json.rs",
            "// use web_sys::Window;\n/* use crate::session; */ let s = \"leptos::x\";",
        ),
        (
            "wire/json.rs",
            "let q = '\"'; use serde_json::Value; // leptos's",
        ),
        ("wire/json.rs", "let s = r#\"{\"a\":\"web_sys::x\"}\"#;"),
        (
            "session/json.rs",
            "use crate::wire::json::{self, Chat}; use super::own::OwnIds;",
        ),
        (
            "connection/mod.rs",
            "use std::time::Duration; use crate::time::Instant;",
        ),
        (
            "connection/close.rs",
            "#[cfg(test)]\nmod tests { use super::*; use super::super::Config; }",
        ),
        (
            "chat/timeline.rs",
            "use super::message::ChatMessage; use crate::connection::Event;",
        ),
        (
            "chat/timeline.rs",
            "#[cfg(test)]\nmod tests { use super::*; }",
        ),
        (
            "chat/status.rs",
            "use leptos::prelude::*; use crate::use_socket::SocketHandle;",
        ),
        (
            "browser/driver.rs",
            "use gloo_timers::callback::Timeout; use crate::connection::State;",
        ),
        ("lib.rs", "pub use chat::Chat;"),
        ("main.rs", "use leptos_chat::Chat;"),
        ("app.rs", "use leptos_chat::Chat;"),
    ];
    for (path, code) in good {
        assert_eq!(
            Source::new(path, code).faults(),
            Vec::<String>::new(),
            "{path}: {code}"
        );
    }
}
