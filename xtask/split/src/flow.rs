//! A function's instructions with their blocks, and the places from which all that follows in a block may not run.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use fixedbitset::FixedBitSet;
use wasm_encoder::ValType;
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasmparser::{BlockType, FuncType, FuncValidator, FunctionBody, Operator, WasmModuleResources};

use crate::live;

/// A function that is read.
pub struct Flow<'a> {
    pub ops: Vec<Operator<'a>>,
    /// Where each instruction begins, in bytes; one more for the end.
    offsets: Vec<u64>,
    /// Of all locals, those of its parameters first.
    pub locals: Vec<ValType>,
    /// The first is the function.
    pub blocks: Vec<Block>,
    /// In order: as many as [`is_start`] says, and one for each.
    pub tails: Vec<Tail>,
}

/// A block, a loop, an `if` with its `else`, or the whole function.
#[derive(Clone, Debug)]
pub struct Block {
    pub is_loop: bool,
    /// What it leaves on the stack.
    pub results: Vec<ValType>,
    /// Its instruction; none is the function's.
    pub start: Option<usize>,
    pub other: Option<usize>,
    pub end: usize,
}

/// What follows a branch that was not taken, an `if`, an `else` or the end of a block, until the block around it ends.
#[derive(Clone, Debug)]
pub struct Tail {
    /// Its first instruction, and the one that is not of it any more.
    pub start: usize,
    pub end: usize,
    /// The blocks around it, the innermost first.
    pub around: Vec<usize>,
    /// Its end may be reached.
    pub falls: bool,
    /// It can be reached, and nothing of its block lies on the stack where it begins.
    pub is_clean: bool,
}

/// Whether a block begins with this instruction.
pub fn opens(op: &Operator) -> bool {
    matches!(
        op,
        Operator::Block { .. }
            | Operator::Loop { .. }
            | Operator::If { .. }
            | Operator::TryTable { .. }
    )
}

/// Whether it can lead elsewhere in a way that is not followed here: compilers write these where they are asked for them.
fn is_strange(op: &Operator) -> bool {
    matches!(
        op,
        Operator::TryTable { .. }
            | Operator::ReturnCall { .. }
            | Operator::ReturnCallIndirect { .. }
            | Operator::ReturnCallRef { .. }
            | Operator::BrOnNull { .. }
            | Operator::BrOnNonNull { .. }
            | Operator::BrOnCast { .. }
            | Operator::BrOnCastFail { .. }
    )
}

/// Whether a tail begins behind this instruction, which lies in so many blocks.
pub fn is_start(op: &Operator, depth: usize) -> bool {
    match op {
        Operator::If { .. } | Operator::Else | Operator::BrIf { .. } => true,
        // The function's own has nothing behind it.
        Operator::End => depth > 0,
        _ => false,
    }
}

impl<'a> Flow<'a> {
    pub fn read<T: WasmModuleResources>(
        body: &FunctionBody<'a>,
        kind: &FuncType,
        types: &[FuncType],
        mut valid: FuncValidator<T>,
    ) -> Result<Self> {
        let mut locals = encoded(kind.params())?;
        for local in body.get_locals_reader()? {
            let (count, of) = local?;
            let of = RoundtripReencoder.val_type(of)?;
            locals.extend(std::iter::repeat_n(of, usize::try_from(count)?));
        }
        valid.read_locals(&mut body.get_binary_reader())?;
        let mut flow = Self {
            ops: Vec::new(),
            offsets: Vec::new(),
            locals,
            blocks: vec![Block {
                is_loop: false,
                results: encoded(kind.results())?,
                start: None,
                other: None,
                end: 0,
            }],
            tails: Vec::new(),
        };
        let mut reader = body.get_operators_reader()?;
        let mut open = vec![Open::default()];
        while !reader.eof() {
            let offset = reader.original_position();
            flow.offsets.push(offset);
            flow.take(offset, reader.read()?, types, &mut valid, &mut open)?;
        }
        flow.offsets.push(reader.original_position());
        if flow.ops.iter().any(is_strange) {
            for tail in &mut flow.tails {
                tail.is_clean = false;
            }
        }
        Ok(flow)
    }

    fn take<T: WasmModuleResources>(
        &mut self,
        offset: u64,
        op: Operator<'a>,
        types: &[FuncType],
        valid: &mut FuncValidator<T>,
        open: &mut Vec<Open>,
    ) -> Result<()> {
        let at = self.ops.len();
        if matches!(op, Operator::Else | Operator::End) {
            let frame = valid.get_control_frame(0).context("a block")?;
            let falls = !frame.unreachable;
            let innermost = open.last_mut().context("a block")?;
            for tail in std::mem::take(&mut innermost.tails) {
                (self.tails[tail].end, self.tails[tail].falls) = (at, falls);
            }
        }
        valid.op(offset, &op)?;
        match &op {
            op if opens(op) => {
                let frame = valid.get_control_frame(0).context("a block")?;
                open.push(Open {
                    block: self.blocks.len(),
                    tails: Vec::new(),
                });
                self.blocks.push(Block {
                    is_loop: matches!(op, Operator::Loop { .. }),
                    results: results(frame.block_type, types)?,
                    start: Some(at),
                    other: None,
                    end: 0,
                });
            }
            Operator::Else => {
                let block = open.last().context("a block")?.block;
                self.blocks[block].other = Some(at);
            }
            Operator::End => {
                let block = open.pop().context("a block")?.block;
                self.blocks[block].end = at;
            }
            _ => {}
        }
        if is_start(&op, open.len()) {
            let frame = valid.get_control_frame(0).context("a block")?;
            let height = usize::try_from(valid.operand_stack_height())?;
            let is_clean = !frame.unreachable && frame.height == height;
            let tail = Tail {
                start: at + 1,
                end: 0,
                around: open.iter().rev().map(|open| open.block).collect(),
                falls: false,
                is_clean,
            };
            open.last_mut()
                .context("a block")?
                .tails
                .push(self.tails.len());
            self.tails.push(tail);
        }
        self.ops.push(op);
        Ok(())
    }

    /// The bytes of a tail.
    pub fn size(&self, tail: &Tail) -> u64 {
        self.offsets[tail.end] - self.offsets[tail.start]
    }

    /// The locals that are read before they are set, from each instruction on.
    pub fn live(&self) -> Vec<FixedBitSet> {
        live::live(&self.ops, &self.blocks, self.locals.len())
    }

    /// What a tail reads and sets, in the order of their numbers.
    pub fn used(&self, tail: &Tail) -> (BTreeSet<u32>, BTreeSet<u32>) {
        let (mut read, mut set) = (BTreeSet::new(), BTreeSet::new());
        for op in &self.ops[tail.start..tail.end] {
            match op {
                Operator::LocalGet { local_index } => {
                    read.insert(*local_index);
                }
                Operator::LocalSet { local_index } | Operator::LocalTee { local_index } => {
                    set.insert(*local_index);
                }
                _ => {}
            }
        }
        (read, set)
    }
}

/// A block that has not ended, and the tails that end with it.
#[derive(Default)]
struct Open {
    block: usize,
    tails: Vec<usize>,
}

fn results(kind: BlockType, types: &[FuncType]) -> Result<Vec<ValType>> {
    match kind {
        BlockType::Empty => Ok(Vec::new()),
        BlockType::Type(one) => encoded(&[one]),
        BlockType::FuncType(index) => {
            let kind = types.get(usize::try_from(index)?).context("a type")?;
            encoded(kind.results())
        }
    }
}

fn encoded(types: &[wasmparser::ValType]) -> Result<Vec<ValType>> {
    let mut same = RoundtripReencoder;
    types.iter().map(|kind| Ok(same.val_type(*kind)?)).collect()
}
