//! Finds or installs what a build needs: the wasm target, Trunk, the matching wasm-bindgen, wasm-opt.
//!
//! A tool that is missing goes to its default place, so that plain `trunk serve` finds it later. A tool that is
//! there in a wrong version is left alone: the right one goes to `target/tools`, first on our children's path.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use cargo_metadata::{Metadata, MetadataCommand};

use crate::nodes::need_packages_in;
use crate::process::{output, run_step};

const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// A program that cargo can install.
pub struct Program {
    pub package: &'static str,
    /// What gets installed.
    pub version: &'static str,
    /// How a version starts that will do.
    pub series: &'static str,
    pub purpose: &'static str,
}

const TRUNK: Program = Program {
    package: "trunk",
    version: "0.21.14",
    series: "0.21.", // 0.22 is not released
    purpose: "Trunk, which builds the page",
};

/// The project's folder, and where its programs are looked up.
pub struct Tools {
    root: PathBuf,
    folders: Vec<PathBuf>,
}

impl Tools {
    /// Looks in this project's own tools, then on the path, then where cargo installs.
    pub fn new(root: PathBuf) -> Self {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::env::split_paths(&path).chain(cargo_bin()).collect();
        Self { root, folders }
    }

    /// The workspace's folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The program's place on the children's path.
    pub fn find(&self, program: &str) -> Option<PathBuf> {
        which::which_in(program, self.path(), &self.root).ok()
    }

    fn path(&self) -> Option<OsString> {
        std::env::join_paths(&self.folders).ok()
    }

    /// A command for the program, in the project's folder, with the children's path.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.find(program).unwrap_or_else(|| program.into()));
        command.current_dir(&self.root);
        command.envs(self.path().map(|path| ("PATH", path)));
        command
    }

    /// The command `cargo` with the words of `args`.
    pub fn cargo(&self, args: &str) -> Command {
        let mut command = self.command("cargo");
        command.args(args.split_whitespace());
        command
    }

    /// Rust's standard library for web pages.
    pub fn need_wasm_target(&self) -> Result<()> {
        self.need_target(WASM_TARGET)
    }

    /// Rust's standard library for this target.
    pub fn need_target(&self, target: &str) -> Result<()> {
        let mut rustc = self.command("rustc");
        rustc.args(["--print", "target-libdir", "--target", target]);
        if output(rustc).is_some_and(|folder| Path::new(folder.trim()).is_dir()) {
            return Ok(());
        }
        if self.find("rustup").is_none() {
            bail!(
                "Rust's target {target} is missing and there is no rustup to add it: get Rust from \
                 https://rustup.rs, or that target from where your Rust came from"
            );
        }
        let purpose = format!("adding Rust's target {target} (a download of some 20 MB, once)");
        let mut rustup = self.command("rustup");
        rustup.args(["target", "add", target]);
        run_step(&purpose, rustup).context("no target: check the network, then run this again")
    }

    /// All crates of the lock file, so that Trunk can be told to stay off the network.
    pub fn need_crates(&self) -> Result<()> {
        if output(self.cargo("fetch --quiet --locked --offline")).is_some() {
            return Ok(());
        }
        let purpose = "fetching the crates that the page is made of (once)";
        run_step(purpose, self.cargo("fetch --locked")).context(
            "no crates: check the network and that Cargo.lock fits Cargo.toml, then run this again",
        )
    }

    /// Trunk, which serves the page and builds the examples.
    pub fn need_trunk(&mut self) -> Result<()> {
        self.need(&TRUNK)
    }

    /// A program that cargo installs, in any version of its series.
    pub fn need(&mut self, program: &Program) -> Result<()> {
        let found = self.version_of(program.package);
        let will_do = |version: &String| version.starts_with(program.series);
        if found.as_ref().is_some_and(will_do) {
            return Ok(());
        }
        let package = format!("{}@{} --locked", program.package, program.version);
        self.cargo_install(
            program.package,
            &package,
            program.version,
            found,
            program.purpose,
        )
    }

    /// wasm-bindgen's programs in exactly the version of the crate: they share a private format.
    pub fn need_wasm_bindgen(&mut self) -> Result<()> {
        let wanted = self.locked_version("wasm-bindgen")?;
        let found = self.version_of("wasm-bindgen");
        let runner = self.version_of("wasm-bindgen-test-runner");
        if found.as_ref() == Some(&wanted) && runner.as_ref() == Some(&wanted) {
            return Ok(());
        }
        // Without --locked: a version in its own lock file is no longer to be had.
        let package = format!("wasm-bindgen-cli@{wanted}");
        let purpose = "wasm-bindgen, which joins Rust and JavaScript";
        self.cargo_install("wasm-bindgen", &package, &wanted, found.or(runner), purpose)
    }

    /// wasm-opt, in the version that Trunk.toml asks for, and esbuild. Only optimised pages need them.
    pub fn need_wasm_opt(&mut self) -> Result<()> {
        need_packages_in(self, "xtask")?;
        self.prefer(self.root.join("xtask/node_modules/.bin"));
        Ok(())
    }

    /// Node and npm, which we do not install.
    pub fn need_node(&self) -> Result<()> {
        if self.find("node").is_none() || self.find("npm").is_none() {
            bail!(
                "Node and npm are missing: install Node 20 or later from https://nodejs.org \
                 or your system's packages (`nodejs` and `npm`)"
            );
        }
        Ok(())
    }

    /// Builds `package` from crates.io: to cargo's default place if its program is not there at all, else beside it.
    fn cargo_install(
        &mut self,
        program: &str,
        package: &str,
        version: &str,
        found: Option<String>,
        purpose: &str,
    ) -> Result<()> {
        let mut install = self.cargo("install");
        if let Some(found) = found {
            let own = self.root.join("target/tools");
            self.prefer(own.join("bin"));
            if self.version_of(program).as_deref() == Some(version) {
                return Ok(());
            }
            println!("{program} {found} is here but this project needs {version}: it gets its own");
            install.args(["--force", "--root"]).arg(own);
        }
        install.args(package.split(' '));
        // It runs for seconds only: a quick compilation beats a quick program.
        install.env("CARGO_PROFILE_RELEASE_LTO", "off");
        install.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1");
        install.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
        let purpose = format!("installing {purpose}: compiled from source, some minutes, once");
        run_step(&purpose, install).with_context(|| {
            format!("no {program}: check the network, or run it by hand: cargo install {package}")
        })?;
        match self.version_of(program) {
            Some(found) if found == version => Ok(()),
            found => bail!(
                "{program} {version} was installed, but on the PATH is {}: remove that one",
                found.as_deref().unwrap_or("none")
            ),
        }
    }

    fn version_of(&self, program: &str) -> Option<String> {
        let program = self.find(program)?;
        let subcommand = program.file_stem()?.to_str()?.strip_prefix("cargo-");
        // Some subcommands of cargo know their version only when cargo asks.
        let mut command = match subcommand {
            Some(name) => self.cargo(name),
            None => Command::new(program),
        };
        command.arg("--version");
        version_in(&output(command)?).map(str::to_owned)
    }

    /// The version of a package in Cargo.lock.
    fn locked_version(&self, package: &str) -> Result<String> {
        self.need_crates()?;
        let packages = self.metadata()?.packages;
        let found = packages.iter().find(|found| *found.name == package);
        let found = found.with_context(|| format!("Cargo.lock names no {package}"))?;
        Ok(found.version.to_string())
    }

    /// What cargo says about the project.
    pub fn metadata(&self) -> Result<Metadata> {
        let manifest = self.root.join("Cargo.toml");
        let locked = ["--locked".to_owned(), "--offline".to_owned()];
        let mut command = MetadataCommand::new();
        Ok(command
            .manifest_path(manifest)
            .other_options(locked)
            .exec()?)
    }

    /// Where cargo puts what it builds.
    pub fn target(&self) -> Result<PathBuf> {
        Ok(self.metadata()?.target_directory.into())
    }

    /// Puts the folder first on the children's path.
    fn prefer(&mut self, folder: PathBuf) {
        self.folders.retain(|known| *known != folder);
        self.folders.insert(0, folder);
    }
}

/// Where `cargo install` puts programs; it may be missing on the path.
fn cargo_bin() -> Option<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    Some(home?.join("bin"))
}

/// The first word that looks like a version in what `program --version` prints.
fn version_in(text: &str) -> Option<&str> {
    let is_version = |word: &&str| word.starts_with(|first: char| first.is_ascii_digit());
    text.split_whitespace().find(is_version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_tools() {
        assert_eq!(version_in("trunk 0.21.14\n"), Some("0.21.14"));
        assert_eq!(
            version_in("wasm-bindgen 0.2.130 (0d1a2b3c4)\n"),
            Some("0.2.130")
        );
        assert_eq!(
            version_in("wasm-opt version 123 (version_123)\n"),
            Some("123")
        );
        assert_eq!(version_in("no version"), None);
    }

    #[test]
    fn the_projects_own_files_name_their_versions() {
        let trunk = include_str!("../../Trunk.toml");
        let (_, pinned) = trunk
            .split_once("wasm_opt = \"version_")
            .expect("a version");
        let (pinned, _) = pinned.split_once('"').expect("its end");
        let packages = include_str!("../package.json");
        assert!(packages.contains(&format!("\"binaryen\": \"{pinned}.0.0\"")));
        let version = crate::tools()
            .expect("the project")
            .locked_version("wasm-bindgen");
        assert!(version.is_ok_and(|version| version.starts_with("0.2.")));
    }
}
