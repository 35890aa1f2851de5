//! `cargo xtask size`: the bytes of the page and of small apps, and the budget that they keep.

use std::fmt::Write;
use std::iter::Sum;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use fs_err as fs;
use lexopt::{Arg, Parser};

use crate::args::unknown;
use crate::page;
use crate::process::{output, run as run_command, step};
use crate::tools::Tools;

/// Prints a line for each file under the path: raw, gzip and brotli bytes, and its name. Node is at hand and knows all three.
const SIZES: &str = r#"
const { readdirSync, readFileSync, statSync } = require("fs");
const { join, relative } = require("path");
const zlib = require("zlib");
const show = (path) => {
  if (statSync(path).isDirectory()) return readdirSync(path).sort().forEach((name) => show(join(path, name)));
  const bytes = readFileSync(path);
  const sizes = [bytes.length, zlib.gzipSync(bytes, { level: 9 }).length, zlib.brotliCompressSync(bytes).length];
  console.log([...sizes, relative(process.argv[1], path)].join(" "));
};
show(process.argv[1]);
"#;

/// What is weighed, by its name in the budget, and what the README calls it: two parts of the page, then examples. Behind a `+` stands
/// the feature that an example gets.
const PAGE: [(&str, &str); 2] = [
    (
        "page",
        "the page, until a first chat is open with `auto` and JSON",
    ),
    (
        "page+demand",
        "its files that come later: the rest of the program, other protocols",
    ),
];
const APPS: [(&str, &str); 6] = [
    (
        "chat",
        "an app with `<Chat>`, until a chat is open with JSON",
    ),
    (
        "socket",
        "an app with `use_socket`, until it is open, raw messages",
    ),
    ("socket+json", "the same with JSON"),
    ("socket+socketio", "the same with Socket.IO, all of it"),
    ("socket+stomp", "the same with STOMP, all of it"),
    (
        "socket+sockjs",
        "the same with SockJS, whatever is in it, all of it",
    ),
];
/// Examples in one file: the list of what comes later in their folder was made with other protocols.
const WHOLE: [&str; 3] = ["socket+socketio", "socket+stomp", "socket+sockjs"];
/// Behind an example's name: its files that come later.
const LATER: &str = "+later";

const README: &str = "README.md";

const BUDGET: &str = "budget.txt";
const HEAD: &str = "\
# What each may weigh, in bytes of brotli, all its files together. A run of the tests fails where one has grown by more
# than 1 % and its line here has not: `cargo xtask size --write` puts in what it weighs, for the same commit.
";

/// What files weigh: as they are, with gzip, with brotli.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Bytes {
    raw: u64,
    gzip: u64,
    brotli: u64,
}

impl Sum for Bytes {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, one| Self {
            raw: sum.raw + one.raw,
            gzip: sum.gzip + one.gzip,
            brotli: sum.brotli + one.brotli,
        })
    }
}

/// What was weighed, by its name.
type Weighed = Vec<(String, Bytes)>;

/// `cargo xtask size [--dist DIR | --check | --write]`
pub fn run(tools: &mut Tools, mut args: Parser) -> Result<bool> {
    let mut dist = tools.root().join("dist");
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Long("dist") => dist = page::folder(&mut args)?,
            Arg::Long("check") => return check(tools).map(|()| true),
            Arg::Long("write") => return write(tools).map(|()| true),
            other => return Err(unknown(other)),
        }
    }
    if !dist.join("index.html").is_file() {
        let dist = dist.display();
        bail!("there is no page in {dist}: run `cargo xtask build` first");
    }
    let files = measure(tools, &dist)?;
    let (first, later) = parted(&files, &fs::read_to_string(dist.join("index.html"))?);
    let sums = [("a first chat", &first), ("later", &later)];
    let sums = sums.map(|(name, files)| (name.to_owned(), sum(files)));
    print!("{}", table(&[files, sums.into()].concat()));
    Ok(true)
}

/// Fails where something outgrew its budget.
pub fn check(tools: &mut Tools) -> Result<()> {
    let budget = fs::read_to_string(tools.root().join(BUDGET))?;
    let weighed = weigh(tools)?;
    print!("\n{}", table(&weighed));
    let problems = problems(&weighed, &budget);
    for problem in &problems {
        eprintln!("error: {problem}");
    }
    if !problems.is_empty() {
        bail!(
            "{} over budget: make it smaller, or run `cargo xtask size --write` and say why",
            problems.len()
        );
    }
    Ok(())
}

fn write(tools: &mut Tools) -> Result<()> {
    let weighed = weigh(tools)?;
    print!("\n{}", table(&weighed));
    let lines = weighed
        .iter()
        .map(|(name, bytes)| format!("{name} {}\n", bytes.brotli));
    let budget = HEAD.to_owned() + &lines.collect::<String>();
    fs::write(tools.root().join(BUDGET), budget)?;
    let readme = tools.root().join(README);
    let text = with_table(&fs::read_to_string(&readme)?, &table(&called(weighed)));
    Ok(fs::write(
        readme,
        text.context("README.md has lost its table of sizes")?,
    )?)
}

/// The same under the README's names.
fn called(weighed: Weighed) -> Weighed {
    let called = |name: String| {
        if name.ends_with(LATER) {
            return "its rest, which comes later".to_owned();
        }
        let found = PAGE.iter().chain(&APPS).find(|known| known.0 == name);
        found.map_or(name, |known| known.1.to_owned())
    };
    let rows = weighed.into_iter();
    rows.map(|(name, bytes)| (called(name), bytes)).collect()
}

/// The README with this table of sizes in place of its own.
fn with_table(readme: &str, table: &str) -> Option<String> {
    let start = readme.find(TABLE_HEAD)?;
    let end = start + readme[start..].find("\n\n")? + 1;
    Some([&readme[..start], table, &readme[end..]].concat())
}

/// Builds all that has a budget, as it is built for the web.
fn weigh(tools: &mut Tools) -> Result<Weighed> {
    page::need_tools(tools)?;
    let mut weighed = weigh_page(tools)?;
    for (name, _) in APPS {
        let dist = build_app(tools, name)?;
        let files = measure(tools, &dist)?;
        let (first, later) = parted(&files, &fs::read_to_string(dist.join("index.html"))?);
        weighed.push((name.to_owned(), sum(&first)));
        if !later.is_empty() {
            weighed.push((format!("{name}{LATER}"), sum(&later)));
        }
    }
    Ok(weighed)
}

/// Builds the examples that the end-to-end tests open, as they are weighed. Returns the folder that has them under their names.
pub fn build_examples(tools: &mut Tools) -> Result<PathBuf> {
    page::need_tools(tools)?;
    for name in ["chat", "socket+json", "view"] {
        build_app(tools, name)?;
    }
    Ok(built(tools))
}

fn build_app(tools: &Tools, name: &str) -> Result<PathBuf> {
    let dist = built(tools).join(name);
    let trunk = app(tools, name, &dist)?;
    let purpose = format!("building the example {name} (minutes the first time)");
    step(&purpose, || run_command(trunk))?;
    Ok(dist)
}

/// The folder of what is built to be weighed.
fn built(tools: &Tools) -> PathBuf {
    tools.root().join("target/size")
}

/// Trunk's command for an optimised build of what is weighed under this name.
pub fn app(tools: &Tools, name: &str, dist: &Path) -> Result<Command> {
    let mut trunk = page::trunk_build(tools, dist)?;
    let (example, feature) = example(name);
    trunk.current_dir(tools.root().join(example));
    // Which functions there are is as the list of late ones knows it.
    trunk.env("CARGO_INCREMENTAL", "0");
    trunk.args(feature.map(|feature| format!("--features={feature}")));
    if WHOLE.contains(&name) {
        trunk.env("LATE", "");
    }
    Ok(trunk)
}

/// The folder of what is weighed under this name, and the feature that it gets.
fn example(name: &str) -> (String, Option<&str>) {
    let (folder, feature) = match name.split_once('+') {
        Some((folder, feature)) => (folder, Some(feature)),
        None => (name, None),
    };
    (format!("examples/{folder}"), feature)
}

/// The page: what it takes to a first chat, and what comes later.
fn weigh_page(tools: &mut Tools) -> Result<Weighed> {
    let dist = built(tools).join(PAGE[0].0);
    page::build(tools, &dist)?;
    let files = measure(tools, &dist)?;
    let (first, later) = parted(&files, &fs::read_to_string(dist.join("index.html"))?);
    let weighed = PAGE.into_iter().zip([first, later]);
    Ok(weighed
        .map(|((name, _), files)| (name.to_owned(), sum(&files)))
        .collect())
}

/// The files of a page: the page itself with those that its elements name, and those that come later, which its script names.
fn parted(files: &Weighed, page: &str) -> (Weighed, Weighed) {
    let names = |name: &str| {
        let mut attributes = page.split(['<', '>', ' ']);
        attributes.any(|attribute| {
            let file = attribute
                .strip_prefix("href=\"")
                .or_else(|| attribute.strip_prefix("src=\""));
            file.is_some_and(|file| file.trim_end_matches('"').rsplit('/').next() == Some(name))
        })
    };
    let is_first = |(name, _): &(String, Bytes)| name == "index.html" || names(name);
    files.iter().cloned().partition(is_first)
}

/// Each file of the folder.
fn measure(tools: &Tools, dist: &Path) -> Result<Weighed> {
    tools.need_node()?;
    let mut node = tools.command("node");
    node.args(["-e", SIZES]).arg(dist);
    let lines = output(node).context("Node could not read the built files")?;
    Ok(lines.lines().filter_map(sizes_in).collect())
}

fn sizes_in(line: &str) -> Option<(String, Bytes)> {
    let mut parts = line.splitn(4, ' ');
    let mut number = || parts.next()?.parse().ok();
    let (raw, gzip, brotli) = (number()?, number()?, number()?);
    Some((parts.next()?.to_owned(), Bytes { raw, gzip, brotli }))
}

fn sum(weighed: &[(String, Bytes)]) -> Bytes {
    weighed.iter().map(|(_, bytes)| *bytes).sum()
}

/// What outgrew its line of the budget by more than a hundredth, or has none.
fn problems(weighed: &[(String, Bytes)], budget: &str) -> Vec<String> {
    let lines = budget.lines().filter_map(|line| line.split_once(' '));
    let budgets: Vec<(&str, u64)> = lines
        .filter_map(|(name, bytes)| Some((name, bytes.parse().ok()?)))
        .collect();
    let problem = |(name, Bytes { brotli, .. }): &(String, Bytes)| {
        let Some((_, budget)) = budgets.iter().find(|(known, _)| known == name) else {
            return Some(format!("{name} has no line in {BUDGET}"));
        };
        let is_over = brotli * 100 > budget * 101;
        is_over.then(|| format!("{name} weighs {brotli} bytes, and its budget is {budget}"))
    };
    weighed.iter().filter_map(problem).collect()
}

const TABLE_HEAD: &str = "| | raw | gzip | brotli |\n|---|---:|---:|---:|\n";

/// As it stands in the README.
fn table(weighed: &[(String, Bytes)]) -> String {
    let mut table = TABLE_HEAD.to_owned();
    for (name, Bytes { raw, gzip, brotli }) in weighed {
        // Thousands of bytes, as browsers' tools show them.
        let kilobytes = |bytes: &u64| format!("{:.1} kB", *bytes as f64 / 1000.0);
        let [raw, gzip, brotli] = [raw, gzip, brotli].map(kilobytes);
        // Writing into a `String` cannot fail.
        let _ = writeln!(table, "| {name} | {raw} | {gzip} | {brotli} |");
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(raw: u64, gzip: u64, brotli: u64) -> Bytes {
        Bytes { raw, gzip, brotli }
    }

    #[test]
    fn all_that_is_weighed_is_there_and_has_a_budget() {
        let root = crate::root().expect("the project");
        let budget = fs::read_to_string(root.join(BUDGET)).expect("a budget");
        assert!(budget.starts_with(HEAD));
        let names = PAGE.iter().chain(&APPS);
        let weightless: Weighed = names
            .map(|(name, _)| ((*name).to_owned(), bytes(0, 0, 0)))
            .collect();
        assert_eq!(problems(&weightless, &budget), Vec::<String>::new());
        for (name, _) in APPS {
            let (folder, feature) = example(name);
            let manifest = root.join(folder).join("Cargo.toml");
            let manifest = fs::read_to_string(manifest).expect("a manifest");
            let has_feature = |feature| manifest.contains(&format!("\n{feature} ="));
            assert!(feature.is_none_or(has_feature), "{name}");
        }
    }

    #[test]
    fn the_readmes_table_is_found_and_replaced() {
        let root = crate::root().expect("the project");
        let readme = fs::read_to_string(root.join(README)).expect("a README");
        let weighed = called(vec![("chat".to_owned(), bytes(1, 2, 3))]);
        let text = with_table(&readme, &table(&weighed)).expect("a table");
        assert!(
            text.contains("|\n| an app with `<Chat>`, until a chat is open with JSON | 0.0 kB |")
        );
        assert_eq!(with_table(&text, &table(&weighed)).as_ref(), Some(&text));
        assert_eq!(text.matches(TABLE_HEAD).count(), 1);
    }

    #[test]
    fn more_than_a_hundredth_is_too_much() {
        let over = |name: &str, brotli| {
            let weighed = [(name.to_owned(), bytes(0, 0, brotli))];
            problems(&weighed, "# why\npage 1000\n")
        };
        assert!(over("page", 10).is_empty() && over("page", 1010).is_empty());
        let told = over("page", 1011);
        assert_eq!(told, ["page weighs 1011 bytes, and its budget is 1000"]);
        assert_eq!(over("app", 1), ["app has no line in budget.txt"]);
    }

    #[test]
    fn what_the_page_names_is_there_from_the_start() {
        let files = ["a-1.wasm", "a-more-2.wasm", "index.html"];
        let files: Weighed = files.map(|name| (name.to_owned(), bytes(1, 1, 1))).into();
        let (first, later) = parted(
            &files,
            "<link href=\"./a-1.wasm\"><script>fetch(\"./a-more-2.wasm\")</script>",
        );
        let names = |files: Weighed| files.into_iter().map(|(name, _)| name).collect::<Vec<_>>();
        assert_eq!(names(first), ["a-1.wasm", "index.html"]);
        assert_eq!(names(later), ["a-more-2.wasm"]);
    }

    #[test]
    fn a_line_of_sizes() {
        let sizes = ("a folder/page.wasm".to_owned(), bytes(12, 5, 4));
        assert_eq!(sizes_in("12 5 4 a folder/page.wasm"), Some(sizes));
        assert_eq!(sizes_in("12 5 page.wasm"), None);
    }

    #[test]
    fn sizes_in_kilobytes() {
        let files = [("a.js", 49), ("b.wasm", 400_000)];
        let files = files.map(|(name, raw)| (name.to_owned(), bytes(raw, 150_000, 120_060)));
        assert_eq!(sum(&files), bytes(400_049, 300_000, 240_120));
        let table = table(&files[1..]);
        assert!(
            table.ends_with("| b.wasm | 400.0 kB | 150.0 kB | 120.1 kB |\n"),
            "{table}"
        );
    }
}
