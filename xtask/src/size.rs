//! `cargo xtask size`: the bytes of the built page, and what each protocol adds to its program.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use fs_err as fs;
use lexopt::{Arg, Parser};

use crate::args::unknown;
use crate::page;
use crate::process::{output, run as run_command, step};
use crate::tools::Tools;

/// Prints a line for each file under each path: raw, gzip and brotli bytes, and its name. Node is at hand and knows all three.
const SIZES: &str = r#"
const { readdirSync, readFileSync, statSync } = require("fs");
const { join } = require("path");
const zlib = require("zlib");
const show = (path) => {
  if (statSync(path).isDirectory()) return readdirSync(path).sort().forEach((name) => show(join(path, name)));
  const bytes = readFileSync(path);
  console.log([bytes.length, zlib.gzipSync(bytes, { level: 9 }).length, zlib.brotliCompressSync(bytes).length, path].join(" "));
};
process.argv.slice(1).forEach(show);
"#;

/// The features whose cost is told, each alone and then all; the page is built without any first.
const PROTOCOLS: [&str; 3] = ["socketio", "stomp", "sockjs"];

/// What a file weighs: as it is, with gzip, with brotli.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Bytes {
    raw: u64,
    gzip: u64,
    brotli: u64,
}

/// `cargo xtask size [--dist DIR | --protocols]`
pub fn run(tools: &mut Tools, mut args: Parser) -> Result<bool> {
    let mut dist = tools.root().join("dist");
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Long("dist") => dist = page::folder(&mut args)?,
            Arg::Long("protocols") => return protocols(tools),
            other => return Err(unknown(other)),
        }
    }
    if !dist.join("index.html").is_file() {
        let dist = dist.display();
        bail!("there is no page in {dist}: run `cargo xtask build` first");
    }
    let sizes = measure(tools, &[&dist])?;
    print!("{}", files_table(&dist, &sizes));
    Ok(true)
}

/// Builds the program with none of the protocols, each, and all, as Trunk does, and compares.
fn protocols(tools: &mut Tools) -> Result<bool> {
    tools.need_wasm_target()?;
    tools.need_wasm_bindgen()?;
    tools.need_wasm_opt()?;
    tools.need_node()?;
    let page = fs::read_to_string(tools.root().join("index.html"))?;
    let (level, features) = wasm_opt_options(&page).context(
        "index.html names no data-wasm-opt and data-wasm-opt-params: restore it from git",
    )?;
    let mut programs = Vec::new();
    for (name, protocols) in variants() {
        programs.push(step(
            &format!("building the program with {name} (minutes the first time)"),
            || program(tools, &name, &protocols, &level, &features),
        )?);
    }
    let paths: Vec<&Path> = programs.iter().map(PathBuf::as_path).collect();
    let sizes = measure(tools, &paths)?;
    let rows = variants()
        .into_iter()
        .zip(&programs)
        .map(|((name, _), path)| (name, sizes.get(path).copied().unwrap_or_default()));
    print!("\n{}", protocols_table(&rows.collect::<Vec<_>>()));
    Ok(true)
}

/// Each build's name and its features beside `page`.
fn variants() -> Vec<(String, Vec<&'static str>)> {
    let mut variants = vec![("none".to_owned(), vec![])];
    variants.extend(PROTOCOLS.map(|name| (name.to_owned(), vec![name])));
    variants.push(("all".to_owned(), PROTOCOLS.to_vec()));
    variants
}

/// Compiles, binds and shrinks one program; says where it is. The folder is not Trunk's, which stays warm.
fn program(
    tools: &Tools,
    name: &str,
    protocols: &[&str],
    level: &str,
    options: &[String],
) -> Result<PathBuf> {
    let target = tools.root().join("target/sizes");
    let mut features = vec!["page"];
    features.extend(protocols);
    let mut cargo = tools.cargo("build --release --package leptos-chat --bin leptos-chat");
    cargo.args([
        "--target",
        "wasm32-unknown-unknown",
        "--no-default-features",
    ]);
    cargo.args(["--features", &features.join(",")]);
    cargo.arg("--target-dir").arg(&target);
    run_command(cargo)?;

    let folder = target.join(name);
    fs::create_dir_all(&folder)?;
    let mut bind = tools.command("wasm-bindgen");
    bind.args(["--target", "web", "--no-typescript", "--out-name", "page"]);
    bind.arg("--out-dir").arg(&folder);
    bind.arg(target.join("wasm32-unknown-unknown/release/leptos-chat.wasm"));
    run_command(bind)?;

    let small = folder.join("page.wasm");
    let mut shrink = tools.command("wasm-opt");
    shrink.arg(format!("-O{level}")).args(options);
    shrink.arg("--output").arg(&small);
    shrink.arg(folder.join("page_bg.wasm"));
    run_command(shrink)?;
    Ok(small)
}

/// The values of `data-wasm-opt` and, word by word, `data-wasm-opt-params`.
fn wasm_opt_options(page: &str) -> Option<(String, Vec<String>)> {
    let value = |name: &str| {
        let (_, after) = page.split_once(&format!("{name}=\""))?;
        Some(after.split_once('"')?.0)
    };
    let params = value("data-wasm-opt-params")?.split_whitespace();
    Some((
        value("data-wasm-opt")?.to_owned(),
        params.map(str::to_owned).collect(),
    ))
}

fn measure(tools: &Tools, paths: &[&Path]) -> Result<BTreeMap<PathBuf, Bytes>> {
    tools.need_node()?;
    let mut node = tools.command("node");
    node.args(["-e", SIZES]).args(paths);
    let lines = output(node).context("Node could not read the built files")?;
    Ok(lines.lines().filter_map(sizes_in).collect())
}

fn sizes_in(line: &str) -> Option<(PathBuf, Bytes)> {
    let mut parts = line.splitn(4, ' ');
    let mut number = || parts.next()?.parse().ok();
    let bytes = Bytes {
        raw: number()?,
        gzip: number()?,
        brotli: number()?,
    };
    Some((PathBuf::from(parts.next()?), bytes))
}

fn files_table(dist: &Path, sizes: &BTreeMap<PathBuf, Bytes>) -> String {
    let row = |name: &str, raw: &str, gzip: &str, brotli: &str| {
        format!("{name:<44}{raw:>10}{gzip:>10}{brotli:>10}\n")
    };
    let numbers = |name: &str, bytes: Bytes| {
        let Bytes { raw, gzip, brotli } = bytes;
        row(
            name,
            &raw.to_string(),
            &gzip.to_string(),
            &brotli.to_string(),
        )
    };
    let mut table = row("file", "raw", "gzip", "brotli");
    for (path, bytes) in sizes {
        let name = path.strip_prefix(dist).unwrap_or(path);
        table += &numbers(&name.to_string_lossy(), *bytes);
    }
    let total = sizes.values().fold(Bytes::default(), |sum, bytes| Bytes {
        raw: sum.raw + bytes.raw,
        gzip: sum.gzip + bytes.gzip,
        brotli: sum.brotli + bytes.brotli,
    });
    table + &numbers("all", total)
}

/// For the README. What a protocol adds is told in brotli, beside the first row.
fn protocols_table(rows: &[(String, Bytes)]) -> String {
    let mut table =
        "| protocol | wasm | gzip | brotli | adds |\n|---|---:|---:|---:|---:|\n".to_owned();
    let base = rows.first().map_or(0, |(_, bytes)| bytes.brotli);
    for (index, (name, Bytes { raw, gzip, brotli })) in rows.iter().enumerate() {
        let adds = match (index, brotli.checked_sub(base)) {
            (0, _) => String::new(),
            (_, Some(more)) => format!("+{}", kilobytes(more)),
            (_, None) => format!("-{}", kilobytes(base - brotli)),
        };
        let [raw, gzip, brotli] = [raw, gzip, brotli].map(|bytes| kilobytes(*bytes));
        table += &format!("| {name} | {raw} | {gzip} | {brotli} | {adds} |\n");
    }
    table
}

/// Thousands of bytes, as browsers' tools show them, with one digit after the point.
fn kilobytes(bytes: u64) -> String {
    let tenths = (bytes + 50) / 100;
    format!("{}.{} kB", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(raw: u64, gzip: u64, brotli: u64) -> Bytes {
        Bytes { raw, gzip, brotli }
    }

    #[test]
    fn each_protocol_is_built_alone_and_with_all() {
        let variants = variants();
        assert_eq!(variants.len(), PROTOCOLS.len() + 2);
        assert_eq!(variants[0], ("none".to_owned(), vec![]));
        assert_eq!(variants[2], ("stomp".to_owned(), vec!["stomp"]));
        assert_eq!(variants[4].1, PROTOCOLS);
    }

    #[test]
    fn the_page_says_how_its_program_is_shrunk() {
        let page = include_str!("../../index.html");
        let (level, params) = wasm_opt_options(page).expect("the page");
        assert_eq!(level, "z");
        assert!(params.len() > 1 && params.iter().all(|param| param.starts_with("--enable-")));
        assert_eq!(wasm_opt_options("<link data-wasm-opt=\"z\">"), None);
    }

    #[test]
    fn a_line_of_sizes() {
        let line = "12 5 4 /a folder/page.wasm";
        let path = PathBuf::from("/a folder/page.wasm");
        assert_eq!(sizes_in(line), Some((path, bytes(12, 5, 4))));
        assert_eq!(sizes_in("12 5 /page.wasm"), None);
    }

    #[test]
    fn the_files_and_their_sum() {
        let file = |name: &str| PathBuf::from("/dist").join(name);
        let sizes = BTreeMap::from([
            (file("a.js"), bytes(10, 6, 5)),
            (file("b.wasm"), bytes(100, 50, 40)),
        ]);
        let table = files_table(Path::new("/dist"), &sizes);
        let lines: Vec<Vec<&str>> = table
            .lines()
            .map(|line| line.split_whitespace().collect())
            .collect();
        assert_eq!(lines[1], ["a.js", "10", "6", "5"]);
        assert_eq!(lines[3], ["all", "110", "56", "45"]);
    }

    #[test]
    fn what_a_protocol_adds() {
        let rows = [
            ("none".to_owned(), bytes(400_049, 150_000, 120_050)),
            ("stomp".to_owned(), bytes(410_000, 155_000, 123_149)),
            ("sockjs".to_owned(), bytes(400_000, 150_000, 119_950)),
        ];
        let table = protocols_table(&rows);
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines[2], "| none | 400.0 kB | 150.0 kB | 120.1 kB |  |");
        assert!(lines[3].ends_with("| 123.1 kB | +3.1 kB |"), "{table}");
        assert!(lines[4].ends_with("| -0.1 kB |"), "{table}");
    }
}
