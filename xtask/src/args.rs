//! Command line options: what lexopt leaves to say.

use std::num::NonZeroU64;
use std::str::FromStr;

use anyhow::{Error, Result, anyhow};
use lexopt::{Arg, Parser, ValueExt};

/// The value of the option `name`, which must be `what`.
pub fn value<T: FromStr>(args: &mut Parser, name: &str, what: &str) -> Result<T> {
    let text = args.value()?.string()?;
    text.parse()
        .map_err(|_| anyhow!("--{name} needs {what}, not `{text}`"))
}

/// How often or how long: the value of the option `name`.
pub fn count(args: &mut Parser, name: &str) -> Result<u64> {
    Ok(value::<NonZeroU64>(args, name, "a number from 1")?.get())
}

/// The words of a command that has no options.
pub fn positional(args: &mut Parser) -> Result<Vec<String>> {
    let mut words = Vec::new();
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Value(word) => words.push(word.string()?),
            option => return Err(unknown(option)),
        }
    }
    Ok(words)
}

/// What to say to an option or a word that the command does not have.
pub fn unknown(arg: Arg) -> Error {
    anyhow!("{}; see `cargo xtask help`", arg.unexpected())
}

/// The names to run: all, if none is wanted.
pub fn choose(all: Vec<String>, wanted: Vec<String>, what: &str) -> Result<Vec<String>> {
    match wanted.iter().find(|name| !all.contains(name)) {
        Some(name) => Err(anyhow!(
            "there is no {what} `{name}`: choose from {}",
            all.join(", ")
        )),
        None if wanted.is_empty() => Ok(all),
        None => Ok(wanted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_chosen_from_those_that_are_there() {
        let all = || vec!["json".to_owned(), "stomp".to_owned()];
        assert_eq!(choose(all(), vec![], "target").expect("all"), all());
        let one = vec!["stomp".to_owned()];
        assert_eq!(choose(all(), one.clone(), "target").expect("one"), one);
        let error = choose(all(), vec!["smtp".to_owned()], "target").expect_err("none");
        assert!(error.to_string().contains("choose from json, stomp"));
    }
}
