//! The list of functions, and of parts of functions, that a first chat does without.
//!
//! A line is the name of a function, or the start of such names up to a `::`. Functions of which others have the name, and one of
//! those is called, stand there by the hash in which their names end. The list is made by a run of the page, and kept: a
//! function that it does not know is there from the start, which costs bytes and no more. The same holds for a tail of a block in a
//! function that is called: its line is `~` and a number that stands for its instructions.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::outline::Key;

const HEAD: &str = "\
# The functions of a program, and parts of functions (~), that a first chat does without: they come in a file of their own.
# `cargo xtask late` writes this, from what a first chat calls.
";
/// What a line begins with that names a part of a function.
const TAIL: &str = "~ ";
/// What saves fewer bytes than these is not worth a line.
const WORTH: usize = 40;

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Late {
    names: BTreeSet<String>,
    /// The tails of blocks, in functions that are called.
    pub tails: BTreeSet<Key>,
}

/// What the names that start alike have in common.
#[derive(Default)]
struct Start {
    is_called: bool,
    /// Bytes of what is not called.
    size: usize,
}

impl Late {
    pub fn parse(list: &str) -> Self {
        let mut late = Self::default();
        for line in list.lines().filter(|line| !line.starts_with('#')) {
            match line
                .strip_prefix(TAIL)
                .map(|key| Key::from_str_radix(key, 16))
            {
                Some(Ok(key)) => late.tails.insert(key),
                _ => late.names.insert(line.to_owned()),
            };
        }
        late
    }

    /// Those that are not called, of functions by name, size in bytes, and whether they are called.
    pub fn of<'a>(functions: impl Iterator<Item = (&'a str, usize, bool)>) -> Self {
        let functions: Vec<_> = functions
            .map(|(name, size, is_called)| (parted(name), size, is_called))
            .collect();
        let mut starts: BTreeMap<String, Start> = BTreeMap::new();
        for ((name, _), size, is_called) in &functions {
            for start in starts_of(name) {
                let start = starts.entry(start.to_owned()).or_default();
                start.is_called |= is_called;
                start.size += if *is_called { 0 } else { *size };
            }
        }
        // Another program may call a function that one of them does without.
        let called = functions.iter().filter(|(.., is_called)| *is_called);
        let called: BTreeSet<&str> = called.filter_map(|((_, hash), ..)| *hash).collect();
        let mut late = Self::default();
        for ((name, hash), size, is_called) in &functions {
            let free = starts_of(name)
                .find(|start| starts.get(*start).is_some_and(|start| !start.is_called));
            match (free, hash) {
                (Some(start), _) if starts.get(start).is_some_and(|start| start.size >= WORTH) => {
                    late.names.insert(start.to_owned());
                }
                (None, Some(hash)) if !is_called && *size >= WORTH && !called.contains(hash) => {
                    late.names.insert((*hash).to_owned());
                }
                _ => {}
            }
        }
        late
    }

    /// Whether the function of this name comes late.
    pub fn has(&self, name: &str) -> bool {
        let (name, hash) = parted(name);
        hash.is_some_and(|hash| self.names.contains(hash))
            || starts_of(&name).any(|start| self.names.contains(start))
    }
}

impl fmt::Display for Late {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(HEAD)?;
        self.names
            .iter()
            .try_for_each(|name| writeln!(f, "{name}"))?;
        let mut tails = self.tails.iter();
        tails.try_for_each(|tail| writeln!(f, "{TAIL}{tail:016x}"))
    }
}

/// A function's name without what changes with the compiler (hashes of crates, numbers of copies), and the hash that it ends in.
fn parted(name: &str) -> (String, Option<&str>) {
    let (plain, hash) = match name.rsplit_once("::h") {
        Some((plain, hash)) if hash.len() >= 16 && is_hash(&hash[..16]) => {
            (plain, Some(&hash[..16]))
        }
        _ => (name, None),
    };
    let plain = plain.trim_end_matches(|one: char| one.is_ascii_digit() || one == '.');
    let mut kept = String::new();
    let mut parts = plain.split('[');
    kept.extend(parts.next());
    for part in parts {
        match part.split_once(']') {
            Some((hash, rest)) if hash.len() == 16 && is_hash(hash) => kept.push_str(rest),
            _ => kept.extend(["[", part]),
        }
    }
    (kept, hash)
}

/// The name without hashes.
pub fn plain_name(name: &str) -> String {
    parted(name).0
}

fn is_hash(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The name's starts that end before a `::`, the shortest first, and the name itself.
fn starts_of(name: &str) -> impl Iterator<Item = &str> {
    name.match_indices("::")
        .map(|(end, _)| &name[..end])
        .chain([name])
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALLED: bool = true;

    #[test]
    fn a_list_names_what_is_not_called_as_shortly_as_it_can() {
        let functions = [
            ("page::app::h0123456789abcdef", 400, CALLED),
            ("page::rare::one::h1123456789abcdef", 300, !CALLED),
            ("page::rare::two::h2123456789abcdef", 300, !CALLED),
            ("page::small::h3123456789abcdef", 10, !CALLED),
            (
                "<core[c5930c85a12de822]::range as core[c5930c85a12de822]::fmt>::fmt.12",
                80,
                !CALLED,
            ),
        ];
        let late = Late::of(functions.into_iter());
        let list = late.to_string();
        assert_eq!(list.strip_prefix(HEAD), Some("<core\npage::rare\n"));
        assert_eq!(Late::parse(&list), late);
        for (name, size, is_called) in functions {
            assert_eq!(late.has(name), !is_called && size >= WORTH, "{name}");
        }
        assert!(late.has("page::rare::new_one::h4123456789abcdef") && !late.has("page::rarely"));
    }

    #[test]
    fn tails_stand_behind_the_functions_by_their_numbers() {
        let mut late = Late::default();
        late.names.insert("page::rare".to_owned());
        late.tails.extend([7, u64::MAX]);
        let list = late.to_string();
        let lines = "page::rare\n~ 0000000000000007\n~ ffffffffffffffff\n";
        assert_eq!(list.strip_prefix(HEAD), Some(lines));
        assert_eq!(Late::parse(&list), late);
    }

    #[test]
    fn of_functions_with_one_name_those_that_are_not_called_are_told_by_their_hashes() {
        let functions = [
            ("alloc::vec::push::h0000000000000001", 100, CALLED),
            ("alloc::vec::push::h0000000000000002", 100, !CALLED),
            ("alloc::vec::push::h0000000000000003", 10, !CALLED),
        ];
        let late = Late::of(functions.into_iter());
        assert_eq!(
            late.to_string().strip_prefix(HEAD),
            Some("0000000000000002\n")
        );
        assert_eq!(
            functions.map(|(name, ..)| late.has(name)),
            [false, true, false]
        );
    }

    #[test]
    fn what_one_of_two_programs_calls_is_not_late() {
        let functions = [
            ("alloc::vec::push::h0000000000000001", 100, !CALLED),
            ("alloc::vec::push::h0000000000000002", 100, CALLED),
            ("alloc::vec::push::h0000000000000001", 100, CALLED),
        ];
        assert_eq!(Late::of(functions.into_iter()), Late::default());
    }
}
