//! `cargo xtask api`: what the crate offers to apps, taken from its documentation, beside what api.txt says.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result, bail};
use fs_err as fs;
use lexopt::{Arg, Parser};

use crate::args::unknown;
use crate::process::{output, run_step};
use crate::tools::Tools;

const SNAPSHOT: &str = "api.txt";
const KINDS: [&str; 7] = [
    "constant.",
    "enum.",
    "fn.",
    "macro.",
    "struct.",
    "trait.",
    "type.",
];

/// `cargo xtask api [--write]`
pub fn run(tools: &mut Tools, mut args: Parser) -> Result<bool> {
    match args.next()? {
        None => check(tools).map(|()| true),
        Some(Arg::Long("write")) => write(tools).map(|()| true),
        Some(other) => Err(unknown(other)),
    }
}

/// Fails where the two differ. Another Rust writes its documentation in another way, so that nothing can be said.
pub fn check(tools: &Tools) -> Result<()> {
    let told = fs::read_to_string(tools.root().join(SNAPSHOT))?;
    let found = snapshot(tools)?;
    if told.lines().next() != found.lines().next() {
        println!("the public API is not compared: {SNAPSHOT} was made by another Rust");
        return Ok(());
    }
    let differences = differences(&told, &found);
    differences.iter().for_each(|line| println!("{line}"));
    if !differences.is_empty() {
        bail!("the public API changed: say so in CHANGELOG.md, then run `cargo xtask api --write`");
    }
    Ok(())
}

fn write(tools: &Tools) -> Result<()> {
    let path = tools.root().join(SNAPSHOT);
    let told = fs::read_to_string(&path).unwrap_or_default();
    let found = snapshot(tools)?;
    let mut git = tools.command("git");
    git.args(["diff", "--name-only", "HEAD", "--", "CHANGELOG.md"]);
    let is_told = output(git).is_some_and(|names| !names.is_empty());
    let is_changed = !told.is_empty() && !differences(&told, &found).is_empty();
    if is_changed && !is_told {
        bail!(
            "CHANGELOG.md does not tell of it: say there what changed for apps, then run this again"
        );
    }
    Ok(fs::write(path, found)?)
}

/// What is in one and not in the other.
fn differences(told: &str, found: &str) -> Vec<String> {
    let lines =
        |text: &str| -> BTreeSet<String> { text.lines().skip(1).map(str::to_owned).collect() };
    let (told, found) = (lines(told), lines(found));
    let gone = told.difference(&found).map(|line| format!("- {line}"));
    gone.chain(found.difference(&told).map(|line| format!("+ {line}")))
        .collect()
}

/// A line for the Rust that wrote the documentation, then one for each item, method and implementation.
fn snapshot(tools: &Tools) -> Result<String> {
    let folder = tools.metadata()?.target_directory.join("doc/leptos_chat");
    // rustdoc leaves the pages of what is gone; cargo sees that they are missing.
    let _ = fs::remove_dir_all(&folder);
    let cargo = tools.cargo("doc --quiet --no-deps -p leptos-chat");
    run_step("reading the public API (minutes the first time)", cargo)?;
    let mut rustc = tools.command("rustc");
    rustc.arg("--version");
    let version = output(rustc).context("there is no rustc")?;
    // Nightlies and patches write as their release does.
    let release = version.split('.').take(2).collect::<Vec<_>>().join(".");
    let mut lines = BTreeSet::new();
    read_folder(folder.as_std_path(), "leptos_chat", &mut lines)?;
    Ok(format!("{release}\n{}\n", Vec::from_iter(lines).join("\n")))
}

fn read_folder(folder: &Path, module: &str, lines: &mut BTreeSet<String>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if path.is_dir() {
            read_folder(&path, &format!("{module}::{name}"), lines)?;
        } else if let Some(kind) = KINDS.iter().find(|kind| name.starts_with(**kind)) {
            let item = name.trim_start_matches(kind).trim_end_matches(".html");
            let mut parts = parts(&fs::read_to_string(&path)?);
            if *kind == "constant." {
                // Its type is promised, its value is not.
                parts.retain_mut(|part| {
                    part.find(" = ").is_none_or(|end| {
                        part.truncate(end);
                        true
                    })
                });
            }
            lines.extend(parts.iter().map(|part| format!("{module}::{item}: {part}")));
        }
    }
    Ok(())
}

/// The declaration, the public methods and the traits that are written or derived, without those that every type has.
fn parts(page: &str) -> Vec<String> {
    let page = page
        .split("id=\"synthetic-implementations\"")
        .next()
        .unwrap_or_default();
    let between = |start: &str, end: &str| -> Vec<String> {
        let pieces = page.split(start).skip(1);
        pieces
            .filter_map(|piece| Some(text(piece.split_once(end)?.0)))
            .collect()
    };
    let mut parts = between("<pre class=\"rust item-decl\">", "</pre>");
    let methods = between("<h4 class=\"code-header\">", "</h4>");
    parts.extend(
        methods
            .into_iter()
            .filter(|method| method.starts_with("pub ")),
    );
    let implemented = between("<h3 class=\"code-header\">", "</h3>");
    parts.extend(
        implemented
            .into_iter()
            .filter(|line| line.contains(" for ") && !line.contains("StructuralPartialEq")),
    );
    parts
}

/// Without tags, in one line; and without the word on which one clicks to see a long list.
fn text(html: &str) -> String {
    let html = match (html.split_once("<summary"), html.split_once("</summary>")) {
        (Some((before, _)), Some((_, after))) => [before, after].concat(),
        _ => html.to_owned(),
    };
    let mut pieces = html.split('<');
    let mut text = pieces.next().unwrap_or_default().to_owned();
    text.extend(pieces.filter_map(|piece| Some(piece.split_once('>')?.1)));
    for (entity, character) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ] {
        text = text.replace(entity, character);
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<pre class=\"rust item-decl\"><code>pub enum E {<details><summary>Show 1 variant</summary>\n    A(<a href=\"x\">B</a>),\n</details>}</code></pre>\
        <h3 class=\"code-header\">impl E</h3><h4 class=\"code-header\">pub fn <a>new</a>(it: &amp;<a>B</a>) -&gt; E</h4>\
        <h3 class=\"code-header\">impl Clone for E</h3><h4 class=\"code-header\">fn clone(&amp;self) -&gt; E</h4>\
        <h2 id=\"synthetic-implementations\"></h2><h3 class=\"code-header\">impl Send for E</h3>";

    #[test]
    fn a_page_tells_the_declaration_the_methods_and_the_traits() {
        assert_eq!(
            parts(PAGE),
            [
                "pub enum E { A(B), }",
                "pub fn new(it: &B) -> E",
                "impl Clone for E"
            ]
        );
    }

    #[test]
    fn what_came_and_what_went_is_told() {
        let told = "rustc 1.95\nsame\nold\n";
        assert!(differences(told, told).is_empty());
        assert_eq!(
            differences(told, "rustc 1.96\nsame\nnew\n"),
            ["- old", "+ new"]
        );
    }
}
