//! A program that marks what it does: each function, and each tail of a block in it, sets a byte of its own, behind the memory that
//! the program has at its start.

use anyhow::{Context, Result};
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{CodeSection, Function, Instruction, MemArg, MemorySection, Module};
use wasmparser::{FunctionBody, Operator, Parser, Payload};

use crate::flow::{is_start, opens};
use crate::program::{self, Program};

/// A page of WebAssembly's memory, in bytes.
const PAGE: u64 = 65_536;

pub struct Marking {
    pub program: Vec<u8>,
    /// Where the first mark is in the program's memory.
    pub first: u64,
    /// How many marks follow one another: for each function that is not imported one, and one for each of its tails.
    pub count: usize,
}

pub fn marked(wasm: &[u8]) -> Result<Marking> {
    let program = Program::read(wasm)?;
    let memory = program.memories.first().context("there is no memory")?;
    let first = memory.initial * PAGE;
    let functions = program.defined().map(|function| count(&program, function));
    let count = functions.sum::<Result<usize>>()?;
    let mut next = first;
    let mut module = Module::new();
    let mut code = CodeSection::new();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::MemorySection(_) => {
                let mut memory = *memory;
                memory.initial += u64::try_from(count)?.div_ceil(PAGE);
                let mut memories = MemorySection::new();
                memories.memory(RoundtripReencoder.memory_type(memory)?);
                module.section(&memories);
            }
            Payload::CodeSectionEntry(body) => {
                code.function(&with_marks(&body, &mut next)?);
                if usize::try_from(code.len())? == program.bodies.len() {
                    module.section(&code);
                }
            }
            Payload::CodeSectionStart { .. } => {}
            payload => program::copy(&mut module, wasm, &payload)?,
        }
    }
    Ok(Marking {
        program: module.finish(),
        first,
        count,
    })
}

/// The marks of each function: its own, then those of its tails.
pub fn by_function<'a>(program: &Program, mut marks: &'a [u8]) -> Result<Vec<(bool, &'a [u8])>> {
    let mut all = Vec::new();
    for function in program.defined() {
        let (of, others) = marks
            .split_at_checked(count(program, function)?)
            .context("too few marks")?;
        let (own, tails) = of.split_first().context("a mark")?;
        all.push((*own != 0, tails));
        marks = others;
    }
    Ok(all)
}

/// How many marks a function has.
pub fn count(program: &Program, function: u32) -> Result<usize> {
    let body = program.body(function).context("a function's body")?;
    let (mut depth, mut count) = (1, 1);
    for op in body.get_operators_reader()? {
        count += usize::from(is_start_at(&op?, &mut depth));
    }
    Ok(count)
}

fn is_start_at(op: &Operator, depth: &mut usize) -> bool {
    *depth += usize::from(opens(op));
    *depth -= usize::from(matches!(op, Operator::End));
    is_start(op, *depth)
}

fn with_marks(body: &FunctionBody, next: &mut u64) -> Result<Function> {
    let mut same = RoundtripReencoder;
    let mut function = same.new_function_with_parsed_locals(body)?;
    let place = MemArg {
        offset: 0,
        align: 0,
        memory_index: 0,
    };
    let mut mark = |function: &mut Function| -> Result<()> {
        function.instruction(&Instruction::I32Const(i32::try_from(*next)?));
        function.instruction(&Instruction::I32Const(1));
        function.instruction(&Instruction::I32Store8(place));
        *next += 1;
        Ok(())
    };
    mark(&mut function)?;
    let mut depth = 1;
    for op in body.get_operators_reader()? {
        let op = op?;
        function.instruction(&same.instruction(op.clone())?);
        if is_start_at(&op, &mut depth) {
            mark(&mut function)?;
        }
    }
    Ok(function)
}
