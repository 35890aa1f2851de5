//! `cargo xtask build` and `cargo xtask size`: the optimised page and its bytes.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Result;
use crate::args::Args;
use crate::process::{run, step};
use crate::tools::{Tools, create_dir};

/// Prints a table; Node is at hand and knows all three.
const SIZES: &str = r#"
const { readdirSync, readFileSync } = require("fs");
const { join } = require("path");
const zlib = require("zlib");
const dir = process.argv[1];
const row = (name, ...sizes) => console.log(name.padEnd(44) + sizes.map((size) => String(size).padStart(10)).join(""));
const total = [0, 0, 0];
row("file", "raw", "gzip", "brotli");
for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue;
  const path = join(entry.parentPath ?? entry.path, entry.name);
  const bytes = readFileSync(path);
  const sizes = [bytes.length, zlib.gzipSync(bytes, { level: 9 }).length, zlib.brotliCompressSync(bytes).length];
  sizes.forEach((size, index) => (total[index] += size));
  row(path.slice(dir.length + 1), ...sizes);
}
row("all", ...total);
"#;

/// `cargo xtask build [--dist DIR]`
pub fn run_build(root: &Path, args: &[String]) -> Result<()> {
    let dist = dist(root, args)?;
    build(&mut Tools::new(root), &dist)?;
    println!(
        "The page is in {}: put that folder on any web server, under any path.",
        dist.display()
    );
    Ok(())
}

/// `cargo xtask size [--dist DIR]`
pub fn run_size(root: &Path, args: &[String]) -> Result<()> {
    let dist = dist(root, args)?;
    let tools = Tools::new(root);
    tools.need_node()?;
    if !dist.join("index.html").is_file() {
        return Err(format!(
            "there is no page in {}: run `cargo xtask build` first",
            dist.display()
        ));
    }
    let mut node = tools.command("node");
    node.args(["-e", SIZES]).arg(dist);
    run(node)
}

/// Makes the optimised page, with relative addresses.
pub fn build(tools: &mut Tools, dist: &Path) -> Result<()> {
    tools.need_wasm_target()?;
    tools.need_trunk()?;
    tools.need_wasm_bindgen()?;
    tools.need_wasm_opt()?;
    tools.need_crates()?;
    step(
        "building the optimised page (some minutes the first time)",
        || {
            create_dir(dist)?;
            let mut command = trunk(tools, "build");
            command
                .args(["--release", "--public-url", "./", "--dist"])
                .arg(dist);
            run(command).map_err(|error| format!("{error}: see above"))
        },
    )
}

/// A Trunk command that stays off the network: everything it needs was put on its path before.
pub fn trunk(tools: &Tools, subcommand: &str) -> Command {
    let mut trunk = tools.command("trunk");
    trunk.args([subcommand, "--offline", "true"]);
    // Trunk takes NO_COLOR=1, which others understand, for a wrong value of its own option.
    if std::env::var_os("NO_COLOR").is_some() {
        trunk.env_remove("NO_COLOR").args(["--color", "never"]);
    }
    trunk
}

fn dist(root: &Path, args: &[String]) -> Result<PathBuf> {
    let mut args = Args::new(args);
    let dist = match args.value("--dist")? {
        Some(folder) => {
            std::path::absolute(&folder).map_err(|error| format!("{folder}: {error}"))?
        }
        None => root.join("dist"),
    };
    args.finish()?;
    Ok(dist)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dist_folder_is_named_or_the_default() {
        let root = Path::new("/project");
        assert_eq!(dist(root, &[]), Ok(PathBuf::from("/project/dist")));
        let named = dist(root, &["--dist".to_owned(), "out".to_owned()]).expect("a folder");
        assert!(named.is_absolute() && named.ends_with("out"));
        assert!(dist(root, &["--dist".to_owned()]).is_err());
    }
}
