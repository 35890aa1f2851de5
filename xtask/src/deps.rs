//! What the project is made of: no licence, no second version and no source that deny.toml does not name.
//!
//! The lists stand in deny.toml, which `cargo deny` reads too. That program takes longer to compile than all our
//! tests, so the lists are checked here with what cargo itself prints, and `cargo deny` is asked for the known
//! vulnerabilities where it is installed.

use std::collections::{BTreeMap, BTreeSet};

use crate::Result;
use crate::process::{output, run};
use crate::tools::Tools;

/// Every crate that is compiled for anything here, with its licence.
const EVERYTHING: &str = "tree --locked --workspace --all-features --target all -e normal,build,dev --prefix none --format {p}|{l}";
/// What the page and the server are compiled from, and with: what `cargo deny` sees by deny.toml's `[graph]`.
const PROGRAMS: &str = "tree --locked --workspace --all-features --target wasm32-unknown-unknown --target x86_64-unknown-linux-gnu \
    -e normal,build --prefix none --format {p}|{l}";
const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// The lists of deny.toml that are checked here.
#[derive(Debug, Default, PartialEq, Eq)]
struct Lists {
    /// SPDX names.
    licences: Vec<String>,
    /// `name@version` of crates that may be there beside another version.
    twice: Vec<String>,
}

/// One crate in one version.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Package {
    name: String,
    version: String,
    licence: String,
}

/// Checks licences, second versions and sources; and the known vulnerabilities where that is possible.
pub fn check(tools: &Tools) -> Result<()> {
    let lists = lists(&read(tools, "deny.toml")?);
    let mut problems = licence_problems(&packages(&tree(tools, EVERYTHING)?), &lists.licences);
    problems.extend(version_problems(
        &packages(&tree(tools, PROGRAMS)?),
        &lists.twice,
    ));
    problems.extend(source_problems(&read(tools, "Cargo.lock")?));
    for problem in &problems {
        eprintln!("error: {problem}");
    }
    if !problems.is_empty() {
        return Err(format!(
            "{} wrong with the dependencies: see above",
            problems.len()
        ));
    }
    check_advisories(tools)
}

fn check_advisories(tools: &Tools) -> Result<()> {
    if tools.find("cargo-deny").is_none() {
        println!("known vulnerabilities are left out: there is no cargo-deny");
        return Ok(());
    }
    if run(tools.cargo(&["deny", "--workspace", "fetch", "db"])).is_err() {
        println!("known vulnerabilities are left out: their list cannot be reached");
        return Ok(());
    }
    run(tools.cargo(&["deny", "--workspace", "check", "advisories"]))
        .map_err(|error| format!("{error}: see above"))
}

fn read(tools: &Tools, name: &str) -> Result<String> {
    let path = tools.root().join(name);
    std::fs::read_to_string(&path)
        .map_err(|error| format!("cannot read {}: {error}", path.display()))
}

fn tree(tools: &Tools, args: &str) -> Result<String> {
    let args: Vec<&str> = args.split(' ').collect();
    output(tools.cargo(&args))
        .ok_or_else(|| "`cargo tree --locked` failed: does Cargo.lock fit Cargo.toml?".to_owned())
}

/// Takes the lists out of deny.toml, as far as it is written here: one entry on each line.
fn lists(deny: &str) -> Lists {
    let mut lists = Lists::default();
    let mut section = "";
    let mut list = "";
    for line in deny.lines().map(str::trim) {
        if line.starts_with('#') {
            continue;
        } else if line.starts_with('[') {
            section = line;
        } else if let Some(name) = line.strip_suffix(" = [") {
            list = name;
        } else if line == "]" {
            list = "";
        } else if let Some(entry) = line.split('"').nth(1) {
            match (section, list) {
                ("[licenses]", "allow") => lists.licences.push(entry.to_owned()),
                ("[bans]", "skip") => lists.twice.push(entry.to_owned()),
                _ => {}
            }
        }
    }
    lists
}

/// The crates in what `cargo tree` prints with `{p}|{l}`, each once. Ours have a path and no say.
fn packages(tree: &str) -> BTreeSet<Package> {
    tree.lines()
        .filter_map(|line| {
            let (package, licence) = line.split_once('|')?;
            let (name, version) = package.split_once(" v")?;
            Some(Package {
                name: name.to_owned(),
                version: version.split(' ').next()?.to_owned(),
                licence: licence.trim_end_matches(" (*)").to_owned(),
            })
        })
        .collect()
}

fn licence_problems(packages: &BTreeSet<Package>, allowed: &[String]) -> Vec<String> {
    let mut used = BTreeSet::new();
    let mut problems: Vec<String> = packages
        .iter()
        .filter(|package| !satisfied(&package.licence, allowed, &mut used))
        .map(|Package { name, version, licence }| {
            format!("{name} {version} has the licence `{licence}`, and [licenses] in deny.toml allows none of it: use another crate, or allow that licence")
        })
        .collect();
    let unused = allowed
        .iter()
        .filter(|licence| !used.contains(licence.as_str()));
    problems.extend(
        unused.map(|licence| format!("no crate needs `{licence}`: take it out of deny.toml")),
    );
    problems
}

/// Whether the SPDX expression is met by the allowed licences; notes those that it takes.
///
/// `AND` binds closer than `OR`; the old `/` is an `OR`. `WITH` belongs to its licence.
fn satisfied<'a>(expression: &str, allowed: &'a [String], used: &mut BTreeSet<&'a str>) -> bool {
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut parser = Parser {
        words: &words,
        allowed,
    };
    match parser.either() {
        Some(taken) if parser.words.is_empty() => {
            used.extend(taken.iter().flatten());
            taken.is_some()
        }
        _ => false,
    }
}

/// What an expression takes: `None` if it is not met.
type Taken<'a> = Option<Vec<&'a str>>;

struct Parser<'w, 'a> {
    words: &'w [&'w str],
    allowed: &'a [String],
}

impl<'a> Parser<'_, 'a> {
    /// The first alternative that is met, by the order of the list of allowed licences.
    fn either(&mut self) -> Option<Taken<'a>> {
        let mut best = self.both()?;
        while self.take("OR") {
            let other = self.both()?;
            best = match (best, other) {
                (Some(one), Some(two)) if self.rank(&two) < self.rank(&one) => Some(two),
                (best, other) => best.or(other),
            };
        }
        Some(best)
    }

    fn both(&mut self) -> Option<Taken<'a>> {
        let mut all = self.one()?;
        while self.take("AND") {
            let next = self.one()?;
            all = all.zip(next).map(|(all, next)| [all, next].concat());
        }
        Some(all)
    }

    fn one(&mut self) -> Option<Taken<'a>> {
        if self.take("(") {
            let inner = self.either()?;
            return self.take(")").then_some(inner);
        }
        let (word, rest) = self.words.split_first()?;
        self.words = rest;
        let mut name = (*word).to_owned();
        if self.take("WITH") {
            let (exception, rest) = self.words.split_first()?;
            self.words = rest;
            name = format!("{name} WITH {exception}");
        }
        let found = self.allowed.iter().find(|allowed| **allowed == name);
        Some(found.map(|licence| vec![licence.as_str()]))
    }

    /// The place of its last licence in the list: the lower, the more usual.
    fn rank(&self, taken: &[&str]) -> usize {
        let place = |licence: &&str| self.allowed.iter().position(|allowed| allowed == licence);
        taken.iter().filter_map(place).max().unwrap_or(usize::MAX)
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self.words.first() == Some(&word);
        if found {
            self.words = &self.words[1..];
        }
        found
    }
}

fn version_problems(packages: &BTreeSet<Package>, twice: &[String]) -> Vec<String> {
    let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for package in packages {
        versions
            .entry(&package.name)
            .or_default()
            .insert(&package.version);
    }
    let mut unused: BTreeSet<&str> = twice.iter().map(String::as_str).collect();
    let mut problems = Vec::new();
    for (name, mut versions) in versions {
        if versions.len() > 1 {
            versions.retain(|version| {
                let entry = twice.iter().find(|entry| matches(entry, name, version));
                entry.is_none_or(|entry| !unused.remove(entry.as_str()))
            });
        }
        if versions.len() > 1 {
            let versions = Vec::from_iter(versions).join(" and ");
            problems.push(format!("there are {name} {versions}: bring them together, or name the older one under [bans] skip in deny.toml with the reason"));
        }
    }
    problems.extend(unused.into_iter().map(|entry| {
        format!("{entry} is no second version any more: take it out of [bans] skip in deny.toml")
    }));
    problems
}

/// Whether `name@1.2` means this version: as many parts as it names are equal.
fn matches(entry: &str, name: &str, version: &str) -> bool {
    entry.split_once('@').is_some_and(|(entry_name, wanted)| {
        entry_name == name
            && wanted
                .split('.')
                .zip(version.split('.'))
                .all(|(one, other)| one == other)
    })
}

fn source_problems(lock: &str) -> Vec<String> {
    let sources: BTreeSet<&str> = lock
        .lines()
        .filter_map(|line| line.strip_prefix("source = \"")?.strip_suffix('"'))
        .collect();
    let others = sources.into_iter().filter(|source| *source != CRATES_IO);
    others
        .map(|source| format!("Cargo.lock takes a crate from {source}: take it from crates.io"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &[&str]) -> Vec<String> {
        text.iter().map(|word| (*word).to_owned()).collect()
    }

    fn met(expression: &str) -> bool {
        let allowed = words(&["MIT", "Apache-2.0", "ISC", "Unicode-3.0"]);
        satisfied(expression, &allowed, &mut BTreeSet::new())
    }

    #[test]
    fn licence_expressions() {
        for good in [
            "MIT",
            "GPL-3.0 OR MIT",
            "MIT/GPL-3.0",
            "Apache-2.0 AND ISC",
            "(MIT OR GPL-3.0) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception OR MIT",
            "GPL-3.0 OR MIT AND ISC",
        ] {
            assert!(met(good), "{good}");
        }
        for bad in [
            "",
            "GPL-3.0",
            "MIT AND GPL-3.0",
            "(MIT AND GPL-3.0) OR BSD",
            "Apache-2.0 WITH LLVM-exception",
            "(MIT",
            "MIT)",
            "MIT ISC",
            "MIT OR",
        ] {
            assert!(!met(bad), "{bad}");
        }
    }

    #[test]
    fn a_licence_that_nobody_needs_is_named() {
        let packages =
            packages("one v1.0.0|MIT OR Zlib\ntwo v1.0.0|Zlib/MIT\nthree v1.0.0|GPL-3.0\n");
        let problems = licence_problems(&packages, &words(&["MIT", "Zlib"]));
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert!(problems[0].contains("three 1.0.0") && problems[0].contains("GPL-3.0"));
        assert!(problems[1].contains("`Zlib`"));
    }

    #[test]
    fn crates_in_cargos_tree() {
        let tree = "page v0.1.0 (/here)|MIT\nsyn v2.0.1|MIT\nsyn v2.0.1|MIT (*)\nmacros v1.0.0 (proc-macro)|MIT (*)\n\n";
        let names: Vec<String> = packages(tree)
            .into_iter()
            .map(|package| format!("{} {} {}", package.name, package.version, package.licence))
            .collect();
        assert_eq!(
            names,
            ["macros 1.0.0 MIT", "page 0.1.0 MIT", "syn 2.0.1 MIT"]
        );
    }

    #[test]
    fn second_versions() {
        let packages = packages("syn v2.0.1|MIT\nsyn v3.0.0|MIT\nserde v1.0.0|MIT\n");
        assert_eq!(version_problems(&packages, &words(&["syn@2"])), words(&[]));
        let unnamed = version_problems(&packages, &[]);
        assert!(unnamed.len() == 1 && unnamed[0].contains("syn 2.0.1 and 3.0.0"));
        for stale in ["serde@1", "syn@4", "syn@20"] {
            let problems = version_problems(&packages, &words(&[stale, "syn@2"]));
            assert!(
                problems.len() == 1 && problems[0].contains(stale),
                "{problems:?}"
            );
        }
    }

    #[test]
    fn sources_other_than_crates_io() {
        let good = format!("[[package]]\nname = \"a\"\nsource = \"{CRATES_IO}\"\n");
        assert!(source_problems(&good).is_empty());
        let bad = format!("{good}source = \"git+https://example.org/b#1\"\n");
        assert_eq!(source_problems(&bad).len(), 1);
    }

    #[test]
    fn the_lists_of_deny_toml() {
        let deny = "[licenses]\nconfidence = \"0.9\"\nallow = [\n  # why\n  \"MIT\",\n  \"ISC\", # why\n]\n\
                    [bans]\nskip = [\n  { crate = \"syn@2\", reason = \"old\" },\n]\n[sources]\nallow = [\n  \"x\",\n]\n";
        assert_eq!(
            lists(deny),
            Lists {
                licences: words(&["MIT", "ISC"]),
                twice: words(&["syn@2"])
            }
        );
    }
}
