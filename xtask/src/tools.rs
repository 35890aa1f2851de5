//! Finds or installs what a build needs: the wasm target, Trunk, the matching wasm-bindgen, wasm-opt.
//!
//! A tool that is missing goes to its default place, so that plain `trunk serve` finds it later. A tool that is
//! there in a wrong version is left alone: the right one goes to `target/tools`, first on our children's path.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Result;
use crate::process::{output, run, step};

/// The Trunk that gets installed. Any 0.21 will do; 0.22 is not released.
const TRUNK: &str = "0.21.14";
const TRUNK_SERIES: &str = "0.21.";
const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// The project's folder, and where its programs are looked up.
pub struct Tools {
    root: PathBuf,
    folders: Vec<PathBuf>,
}

impl Tools {
    /// Looks in this project's own tools, then on the path, then where cargo installs.
    pub fn new(root: &Path) -> Self {
        let mut folders: Vec<PathBuf> = std::env::var_os("PATH")
            .map(|path| std::env::split_paths(&path).collect())
            .unwrap_or_default();
        folders.extend(cargo_bin());
        Self {
            root: root.to_path_buf(),
            folders,
        }
    }

    /// The workspace's folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The program's place on the children's path.
    pub fn find(&self, program: &str) -> Option<PathBuf> {
        // A bare name is never run on Windows, where npm is a script beside its namesake.
        let endings: &[&str] = if cfg!(windows) {
            &[".exe", ".cmd"]
        } else {
            &[""]
        };
        self.folders
            .iter()
            .flat_map(|folder| {
                endings
                    .iter()
                    .map(move |ending| folder.join(format!("{program}{ending}")))
            })
            .find(|path| path.is_file())
    }

    /// A command for the program, in the project's folder, with the children's path.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.find(program).unwrap_or_else(|| program.into()));
        command.current_dir(&self.root);
        if let Ok(path) = std::env::join_paths(&self.folders) {
            command.env("PATH", path);
        }
        command
    }

    /// The command `cargo` with arguments.
    pub fn cargo(&self, args: &[&str]) -> Command {
        let mut command = self.command("cargo");
        command.args(args);
        command
    }

    /// Rust's standard library for wasm32.
    pub fn need_wasm_target(&self) -> Result<()> {
        let mut rustc = self.command("rustc");
        rustc.args(["--print", "target-libdir", "--target", WASM_TARGET]);
        if output(rustc).is_some_and(|folder| Path::new(folder.trim()).is_dir()) {
            return Ok(());
        }
        if self.find("rustup").is_none() {
            return Err(format!(
                "Rust's target {WASM_TARGET} is missing and there is no rustup to add it: get Rust from \
                 https://rustup.rs, or that target from where your Rust came from"
            ));
        }
        step(
            "adding Rust's target for web pages (a download of some 20 MB, once)",
            || {
                let mut rustup = self.command("rustup");
                rustup.args(["target", "add", WASM_TARGET]);
                run(rustup)
                    .map_err(|error| format!("{error}: check the network, then run this again"))
            },
        )
    }

    /// All crates of the lock file, so that Trunk can be told to stay off the network.
    pub fn need_crates(&self) -> Result<()> {
        if output(self.cargo(&["fetch", "--quiet", "--locked", "--offline"])).is_some() {
            return Ok(());
        }
        step(
            "fetching the crates that the page is made of (once)",
            || {
                run(self.cargo(&["fetch", "--locked"])).map_err(|error| {
                format!("{error}: check the network and that Cargo.lock fits Cargo.toml, then run this again")
            })
            },
        )
    }

    /// Trunk, which builds and serves the page.
    pub fn need_trunk(&mut self) -> Result<()> {
        let found = self.version_of("trunk");
        if found
            .as_deref()
            .is_some_and(|version| version.starts_with(TRUNK_SERIES))
        {
            return Ok(());
        }
        self.cargo_install(
            "trunk",
            TRUNK,
            &["--locked"],
            found,
            "Trunk, which builds the page",
            3,
        )
    }

    /// wasm-bindgen's programs in exactly the version of the crate: they share a private format.
    pub fn need_wasm_bindgen(&mut self) -> Result<()> {
        let path = self.root.join("Cargo.lock");
        let lock = std::fs::read_to_string(&path)
            .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        let wanted = locked_version(&lock, "wasm-bindgen")
            .ok_or("Cargo.lock names no wasm-bindgen: restore Cargo.lock from git")?;
        let found = self.version_of("wasm-bindgen");
        let runner = self.version_of("wasm-bindgen-test-runner");
        if found.as_deref() == Some(wanted) && runner.as_deref() == Some(wanted) {
            return Ok(());
        }
        // Without --locked: a version in its own lock file is no longer to be had.
        self.cargo_install(
            "wasm-bindgen-cli",
            wanted,
            &[],
            found.or(runner),
            "wasm-bindgen, which joins Rust and JavaScript",
            3,
        )
    }

    /// wasm-opt, in the version that Trunk.toml asks for. Only optimised pages need it.
    pub fn need_wasm_opt(&mut self) -> Result<()> {
        let path = self.root.join("Trunk.toml");
        let config = std::fs::read_to_string(&path)
            .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        let wanted = pinned_wasm_opt(&config)
            .ok_or("Trunk.toml pins no wasm_opt = \"version_N\": restore it from git")?;
        if self.version_of("wasm-opt").as_deref() == Some(wanted) {
            return Ok(());
        }
        let folder = self.root.join("target/tools/node");
        self.prefer(folder.join("node_modules/.bin"));
        if self.version_of("wasm-opt").as_deref() == Some(wanted) {
            return Ok(());
        }
        self.need_node()?;
        step(
            &format!("installing wasm-opt {wanted}, which shrinks the page (about 15 MB, once)"),
            || {
                create_dir(&folder)?;
                let mut npm = self.command("npm");
                npm.args([
                    "install",
                    "--no-audit",
                    "--no-fund",
                    "--no-save",
                    "--loglevel=error",
                    "--prefix",
                ]);
                npm.arg(&folder).arg(format!("binaryen@{wanted}.0.0"));
                run(npm).map_err(|error| {
                format!("{error}: check the network, or put Binaryen's wasm-opt {wanted} on the PATH")
            })
            },
        )?;
        self.confirm("wasm-opt", wanted)
    }

    /// Node and npm, which we do not install.
    pub fn need_node(&self) -> Result<()> {
        match (self.find("node"), self.find("npm")) {
            (Some(_), Some(_)) => Ok(()),
            _ => Err(
                "Node and npm are missing: install Node 20 or later from https://nodejs.org \
                      or your system's packages (`nodejs` and `npm`)"
                    .to_owned(),
            ),
        }
    }

    /// Builds `name` from crates.io: to cargo's default place if it is not there at all, else beside it.
    fn cargo_install(
        &mut self,
        name: &str,
        version: &str,
        options: &[&str],
        found: Option<String>,
        purpose: &str,
        minutes: u32,
    ) -> Result<()> {
        let program = name.trim_end_matches("-cli");
        let own = self.root.join("target/tools");
        let mut install = Vec::from(["install".to_owned()]);
        if let Some(found) = found {
            self.prefer(own.join("bin"));
            if self.version_of(program).as_deref() == Some(version) {
                return Ok(());
            }
            println!(
                "{program} {found} is installed but this project needs {version}: it gets its own"
            );
            install.extend([
                "--force".to_owned(),
                "--root".to_owned(),
                own.display().to_string(),
            ]);
        }
        install.extend(options.iter().map(|option| (*option).to_owned()));
        install.push(format!("{name}@{version}"));
        let by_hand = format!("cargo {}", install.join(" "));
        let why =
            format!("installing {purpose}: compiled from source, about {minutes} minutes, once");
        step(&why, || {
            let mut cargo = self.command("cargo");
            cargo.args(&install);
            // It runs for seconds only: a quick compilation beats a quick program.
            cargo
                .env("CARGO_PROFILE_RELEASE_LTO", "off")
                .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
                .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
            run(cargo).map_err(|error| {
                format!(
                    "{error}: check the network and the lines above, or run it by hand: {by_hand}"
                )
            })
        })?;
        self.confirm(program, version)
    }

    fn confirm(&self, program: &str, wanted: &str) -> Result<()> {
        match self.version_of(program) {
            Some(found) if found == wanted => Ok(()),
            found => Err(format!(
                "{program} {wanted} was installed, but on the PATH is {}: remove that one",
                found.as_deref().unwrap_or("none")
            )),
        }
    }

    fn version_of(&self, program: &str) -> Option<String> {
        let mut command = self.command(self.find(program)?.to_str()?);
        command.arg("--version");
        version_in(&output(command)?).map(str::to_owned)
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

/// Makes a folder and those above it.
pub fn create_dir(path: &Path) -> Result<()> {
    std::fs::create_dir_all(path)
        .map_err(|error| format!("cannot make {}: {error}", path.display()))
}

/// The version of a package in Cargo.lock.
fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines
        .nth(1)?
        .strip_prefix("version = \"")?
        .strip_suffix('"')
}

/// The N of `wasm_opt = "version_N"` in Trunk.toml.
fn pinned_wasm_opt(config: &str) -> Option<&str> {
    let line = config
        .lines()
        .find(|line| line.trim_start().starts_with("wasm_opt"))?;
    line.split_once("\"version_")?
        .1
        .split_once('"')
        .map(|(version, _)| version)
}

/// The first word that looks like a version in what `program --version` prints.
fn version_in(text: &str) -> Option<&str> {
    text.split_whitespace()
        .find(|word| word.starts_with(|first: char| first.is_ascii_digit()))
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
        assert_eq!(version_in(""), None);
    }

    #[test]
    fn locked_versions() {
        let lock = "version = 4\n\n[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.80\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\nsource = \"...\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked_version(lock, "wasm"), None);
        assert_eq!(locked_version("", "wasm-bindgen"), None);
        assert_eq!(
            locked_version("name = \"wasm-bindgen\"", "wasm-bindgen"),
            None
        );
    }

    #[test]
    fn pinned_versions() {
        assert_eq!(
            pinned_wasm_opt("[tools]\nwasm_opt = \"version_123\" # why\n"),
            Some("123")
        );
        assert_eq!(pinned_wasm_opt("[tools]\n"), None);
    }

    #[test]
    fn the_projects_own_files_name_their_versions() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .expect("the workspace");
        let lock = std::fs::read_to_string(root.join("Cargo.lock")).expect("Cargo.lock");
        assert!(
            locked_version(&lock, "wasm-bindgen")
                .is_some_and(|version| version.starts_with("0.2."))
        );
        let config = std::fs::read_to_string(root.join("Trunk.toml")).expect("Trunk.toml");
        assert!(pinned_wasm_opt(&config).is_some_and(|version| version.parse::<u32>().is_ok()));
    }
}
