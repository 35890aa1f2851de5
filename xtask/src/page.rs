//! `cargo xtask build`: the optimised page.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Result;
use crate::args::Args;
use crate::process::{run, step};
use crate::tools::{Tools, create_dir};

/// What the built page allows: no inline script, no inline style, no eval. Any server may be typed. It is put in here and
/// not in index.html, since the script with which Trunk's server reloads a page under development is an inline one.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
connect-src 'self' ws: wss: http: https:; base-uri 'none'; form-action 'none'";
/// The policy is the first thing that a page says after this.
const CHARSET: &str = "<meta charset=\"utf-8\">";

/// `cargo xtask build [--dist DIR]`
pub fn run_build(root: &Path, args: &[String]) -> Result<()> {
    let dist = dist(root, Args::new(args))?;
    build(&mut Tools::new(root), &dist)?;
    println!(
        "The page is in {}: put that folder on any web server, under any path.",
        dist.display()
    );
    Ok(())
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
            run(command).map_err(|error| format!("{error}: see above"))?;
            add_policy(&dist.join("index.html"))
        },
    )
}

fn add_policy(page: &Path) -> Result<()> {
    let text = std::fs::read_to_string(page)
        .map_err(|error| format!("cannot read {}: {error}", page.display()))?;
    let text = with_policy(&text).ok_or("index.html has lost its charset")?;
    std::fs::write(page, text).map_err(|error| format!("cannot write {}: {error}", page.display()))
}

fn with_policy(page: &str) -> Option<String> {
    let (before, after) = page.split_once(CHARSET)?;
    let policy = format!(r#"<meta http-equiv="Content-Security-Policy" content="{POLICY}">"#);
    Some([before, CHARSET, &policy, after].concat())
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

/// The folder that `--dist` names, or `dist/`.
pub fn dist(root: &Path, mut args: Args) -> Result<PathBuf> {
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

    fn dist_of(words: &[&str]) -> Result<PathBuf> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        dist(Path::new("/project"), Args::new(&words))
    }

    #[test]
    fn the_dist_folder_is_named_or_the_default() {
        assert_eq!(dist_of(&[]), Ok(PathBuf::from("/project/dist")));
        let named = dist_of(&["--dist", "out"]).expect("a folder");
        assert!(named.is_absolute() && named.ends_with("out"));
        assert!(dist_of(&["--dist"]).is_err());
    }

    #[test]
    fn the_built_page_has_a_policy_that_lets_no_text_become_a_program() {
        let page = with_policy(include_str!("../../index.html")).expect("a page");
        assert!(page.contains(POLICY));
        assert!(!POLICY.contains("'unsafe-") && POLICY.starts_with("default-src 'none'"));
        assert!(!page.contains("<script>") && !page.contains("<style") && !page.contains("style="));
    }
}
