//! Parts the page's program:
//!
//! - `split-wasm demand PROGRAM FOLDER`: where its functions say so,
//! - `split-wasm part LIST PROGRAM FIRST REST`: what a first chat does without goes into a file of its own,
//! - `split-wasm mark PROGRAM MARKED`: no part, but a program that marks what it does; prints where, and how many marks there are,
//! - `split-wasm list PROGRAM MARKS ...`: prints the list of what was done in none of the programs, of which `part` reads.
#![forbid(unsafe_code)]

mod cold;
mod cut;
mod demand;
mod first;
mod flow;
mod late;
mod live;
mod mark;
mod outline;
mod program;
mod rest;

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::late::Late;
use crate::outline::Tails;
use crate::program::Program;

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match *args {
        ["demand", program, folder] => demand::split(&read(program)?, Path::new(folder)),
        ["part", list, program, first, rest] => {
            let late = Late::parse(&std::fs::read_to_string(list).context("no list")?);
            let parts = cut::part(&read(program)?, &late)?;
            write(first, &parts.first)?;
            write(rest, &parts.rest)
        }
        ["mark", program, marked] => {
            let marking = mark::marked(&read(program)?)?;
            println!("{} {}", marking.first, marking.count);
            write(marked, &marking.program)
        }
        ["list", ref files @ ..] => list(files),
        _ => bail!("it takes `demand`, `part`, `mark` or `list`, and their files"),
    }
}

/// Prints the list for programs, each with its marks.
fn list(files: &[&str]) -> Result<()> {
    let read_both = |pair: &[&str]| Ok((read(pair[0])?, read(pair[1])?));
    let all = files.chunks_exact(2).map(read_both);
    let all = all.collect::<Result<Vec<_>>>()?;
    let mut functions = Vec::new();
    let mut tails = Tails::default();
    for (wasm, marks) in &all {
        let program = Program::read(wasm)?;
        let marks = mark::by_function(&program, marks)?;
        for (function, (is_called, _)) in program.defined().zip(&marks) {
            let name = program.names.get(&function).copied();
            functions.push((name.unwrap_or_default(), program.size(function), *is_called));
        }
        tails.add(wasm, &marks)?;
    }
    let mut late = Late::of(functions.into_iter());
    late.tails = tails.cold();
    print!("{late}");
    Ok(())
}

fn read(file: &str) -> Result<Vec<u8>> {
    std::fs::read(file).with_context(|| format!("{file} cannot be read"))
}

fn write(file: &str, data: &[u8]) -> Result<()> {
    std::fs::write(file, data).with_context(|| format!("{file} cannot be written"))
}
