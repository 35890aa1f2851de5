//! A program that marks what it calls: each function sets a byte of its own, behind the memory that the program has at its start.

use anyhow::{Context, Result};
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{CodeSection, Function, Instruction, MemArg, MemorySection, Module};
use wasmparser::{FunctionBody, Parser, Payload};

use crate::program::{self, Program};

/// A page of WebAssembly's memory, in bytes.
const PAGE: u64 = 65_536;

pub struct Marking {
    pub program: Vec<u8>,
    /// Where the first mark is in the program's memory.
    pub first: u64,
    /// How many marks follow one another: one for each function that is not imported.
    pub count: usize,
}

pub fn marked(wasm: &[u8]) -> Result<Marking> {
    let program = Program::read(wasm)?;
    let memory = program.memories.first().context("there is no memory")?;
    let (first, count) = (memory.initial * PAGE, program.bodies.len());
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
                let mark = first + u64::from(code.len());
                code.function(&with_mark(&body, i32::try_from(mark)?)?);
                if usize::try_from(code.len())? == count {
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

fn with_mark(body: &FunctionBody, mark: i32) -> Result<Function> {
    let mut same = RoundtripReencoder;
    let mut function = same.new_function_with_parsed_locals(body)?;
    let place = MemArg {
        offset: 0,
        align: 0,
        memory_index: 0,
    };
    function.instruction(&Instruction::I32Const(mark));
    function.instruction(&Instruction::I32Const(1));
    function.instruction(&Instruction::I32Store8(place));
    for operator in body.get_operators_reader()? {
        function.instruction(&same.instruction(operator?)?);
    }
    Ok(function)
}
