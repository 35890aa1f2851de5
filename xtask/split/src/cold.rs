//! A tail of a block as a function of its own, and the call in its place.
//!
//! It gets the locals that it reads, and gives back those that it sets and that matter behind it, then what goes along with the way
//! by which it is left. Where there is more than one way (its end, branches to blocks around it, a return), it says last which.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use fixedbitset::FixedBitSet;
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{BlockType, Function, ValType};
use wasmparser::Operator;

use crate::flow::{Flow, Tail, opens};

/// What a call of another part costs about, in bytes: the call, and the stub that it goes through.
const CALL: u64 = 18;
/// The same for each local that goes over, and for each way out but one.
const LOCAL: u64 = 3;
const WAY: u64 = 6;

/// A tail that can become a function.
pub struct Cold<'a> {
    pub tail: &'a Tail,
    flow: &'a Flow<'a>,
    /// The locals that it gets, those that are its own, and those that it gives back.
    params: Vec<u32>,
    own: Vec<u32>,
    given: Vec<u32>,
    ways: Vec<Way>,
}

/// A way out of a tail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Way {
    to: To,
    /// What goes along.
    value: Option<ValType>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum To {
    /// The end of the loop that it is in. That of another block is a branch to it.
    End,
    /// A branch to a block around it: 0 is the one that it is in.
    Block(usize),
}

impl<'a> Cold<'a> {
    /// The tail as a function, where it can be one and that pays.
    pub fn of(flow: &'a Flow<'a>, live: &[FixedBitSet], tail: &'a Tail) -> Option<Self> {
        if !tail.is_clean || flow.size(tail) <= CALL {
            return None;
        }
        let ways = ways(flow, tail)?;
        let behind = ways.iter().filter_map(|way| target(flow, tail, way.to));
        let behind: Vec<&FixedBitSet> = behind.map(|at| &live[at]).collect();
        let matters = |local: &u32| behind.iter().any(|live| live.contains(*local as usize));
        let (read, set) = flow.used(tail);
        let (params, own) = (read.union(&set).copied()).partition(|local| {
            live[tail.start].contains(*local as usize) && (read.contains(local) || matters(local))
        });
        let given = set.into_iter().filter(matters).collect();
        let cold = Self {
            tail,
            flow,
            params,
            own,
            given,
            ways,
        };
        (flow.size(tail) > cold.cost()).then_some(cold)
    }

    fn cost(&self) -> u64 {
        let locals = 2 * self.params.len() + self.given.len() + self.values().count();
        CALL + LOCAL * locals as u64 + WAY * self.ways.len().saturating_sub(1) as u64
    }

    /// What goes along with its ways.
    fn values(&self) -> impl Iterator<Item = ValType> {
        self.ways.iter().filter_map(|way| way.value)
    }

    fn types(&self, locals: &[u32]) -> impl Iterator<Item = ValType> {
        locals.iter().map(|local| self.flow.locals[*local as usize])
    }

    /// The way that falls out of the tail.
    fn end(&self) -> To {
        end_of(self.flow, self.tail)
    }

    /// What the function takes and gives.
    pub fn kind(&self) -> (Vec<ValType>, Vec<ValType>) {
        let number = (self.ways.len() > 1).then_some(ValType::I32);
        let given = self.types(&self.given).chain(self.values()).chain(number);
        (self.types(&self.params).collect(), given.collect())
    }

    /// The function: its ways are blocks around the tail's instructions, each with what it gives behind its end.
    pub fn function(&self) -> Result<Function> {
        let own: Vec<ValType> = self.types(&self.own).chain(self.values()).collect();
        let mut function = Function::new_with_locals_types(own);
        for way in self.ways.iter().rev() {
            let kind = way.value.map_or(BlockType::Empty, BlockType::Result);
            function.instructions().block(kind);
        }
        let places = self
            .params
            .iter()
            .chain(&self.own)
            .copied()
            .zip(0..)
            .collect();
        let mut body = Body {
            ways: &self.ways,
            returns: self.tail.around.len() - 1,
            places: &places,
            depth: 0,
        };
        for op in &self.flow.ops[self.tail.start..self.tail.end] {
            body.put(&mut function, op)?;
        }
        if self.tail.falls {
            function.instructions().br(body.out(self.end()));
        }
        self.give(&mut function, &places)?;
        function.instructions().end();
        Ok(function)
    }

    fn give(&self, function: &mut Function, places: &BTreeMap<u32, u32>) -> Result<()> {
        let mut code = function.instructions();
        let first = u32::try_from(places.len())?;
        let values = first..first + u32::try_from(self.values().count())?;
        let mut next = values.clone();
        for (number, way) in self.ways.iter().enumerate() {
            code.end();
            if let Some(place) = way.value.and_then(|_| next.next()) {
                code.local_set(place);
            }
            let given = self.given.iter().map(|local| places[local]);
            for place in given.chain(values.clone()) {
                code.local_get(place);
            }
            if self.ways.len() > 1 {
                code.i32_const(i32::try_from(number)?);
            }
            code.return_();
        }
        Ok(())
    }

    /// The call of the function in the tail's place. It needs locals of these types more, the first of which is `next`.
    pub fn call(&self, function: u32, next: u32, host: &mut Function) -> Result<Vec<ValType>> {
        let mut code = host.instructions();
        for local in &self.params {
            code.local_get(*local);
        }
        code.call(function);
        let (_, given) = self.kind();
        let more = given[self.given.len()..].to_vec();
        for place in (next..next + u32::try_from(more.len())?).rev() {
            code.local_set(place);
        }
        for local in self.given.iter().rev() {
            code.local_set(*local);
        }
        self.go_on(next, host)?;
        Ok(more)
    }

    /// Goes the way that was taken. What goes along with the ways is in locals from `next` on, and the way's number behind it.
    fn go_on(&self, next: u32, host: &mut Function) -> Result<()> {
        let mut code = host.instructions();
        let end = self.end();
        // One way needs no question: the one that only goes on here, where there is such a one.
        let ends = self.ways.iter().position(|way| way.to == end);
        let Some(last) = ends.or(self.ways.len().checked_sub(1)) else {
            code.unreachable();
            return Ok(());
        };
        let mut places = next..;
        let values: Vec<Option<u32>> = (self.ways.iter())
            .map(|way| way.value.and_then(|_| places.next()))
            .collect();
        for (number, way) in self.ways.iter().enumerate() {
            let To::Block(depth) = way.to else { continue };
            if number == last {
                continue;
            }
            code.local_get(places.start);
            code.i32_const(i32::try_from(number)?).i32_eq();
            let depth = u32::try_from(depth)?;
            match values[number] {
                None => code.br_if(depth),
                Some(value) => (code.if_(BlockType::Empty).local_get(value))
                    .br(depth + 1)
                    .end(),
            };
        }
        if let Some(value) = values[last] {
            code.local_get(value);
        }
        if let (To::Block(depth), None) = (self.ways[last].to, ends) {
            code.br(u32::try_from(depth)?);
        }
        Ok(())
    }
}

/// A tail's instructions in a function of their own.
struct Body<'a> {
    ways: &'a [Way],
    /// The block that a return leads out of, as if it were a branch.
    returns: usize,
    /// The function's local for each of the host's.
    places: &'a BTreeMap<u32, u32>,
    /// In how many of the tail's own blocks it is.
    depth: u32,
}

impl Body<'_> {
    fn put(&mut self, function: &mut Function, op: &Operator) -> Result<()> {
        let mut code = function.instructions();
        match op {
            Operator::LocalGet { local_index } => {
                code.local_get(self.places[local_index]);
            }
            Operator::LocalSet { local_index } => {
                code.local_set(self.places[local_index]);
            }
            Operator::LocalTee { local_index } => {
                code.local_tee(self.places[local_index]);
            }
            Operator::Br { relative_depth } => {
                code.br(self.branch(*relative_depth));
            }
            Operator::BrIf { relative_depth } => {
                code.br_if(self.branch(*relative_depth));
            }
            Operator::BrTable { targets } => {
                let all = targets.targets().collect::<Result<Vec<_>, _>>()?;
                let all: Vec<u32> = all.into_iter().map(|target| self.branch(target)).collect();
                code.br_table(all, self.branch(targets.default()));
            }
            Operator::Return => {
                code.br(self.out(To::Block(self.returns)));
            }
            op => {
                self.depth += u32::from(opens(op));
                self.depth -= u32::from(matches!(op, Operator::End));
                function.instruction(&RoundtripReencoder.instruction(op.clone())?);
            }
        }
        Ok(())
    }

    fn branch(&self, depth: u32) -> u32 {
        match depth.checked_sub(self.depth) {
            None => depth,
            Some(block) => self.out(To::Block(block as usize)),
        }
    }

    /// The branch to the block that stands for this way.
    fn out(&self, to: To) -> u32 {
        let place = self.ways.iter().position(|way| way.to == to);
        self.depth + place.unwrap_or_default() as u32
    }
}

/// The ways out of a tail; `None` where one takes along more than a value.
fn ways(flow: &Flow, tail: &Tail) -> Option<Vec<Way>> {
    let mut all = BTreeSet::new();
    all.extend(tail.falls.then(|| end_of(flow, tail)));
    let mut depth = 0;
    for op in &flow.ops[tail.start..tail.end] {
        let mut branch = |target: u32| {
            let block = (target as usize).checked_sub(depth);
            all.extend(block.map(To::Block));
        };
        match op {
            Operator::Br { relative_depth } | Operator::BrIf { relative_depth } => {
                branch(*relative_depth);
            }
            Operator::BrTable { targets } => {
                branch(targets.default());
                targets.targets().flatten().for_each(branch);
            }
            Operator::Return => {
                all.insert(To::Block(tail.around.len() - 1));
            }
            op => {
                depth += usize::from(opens(op));
                depth -= usize::from(matches!(op, Operator::End));
            }
        }
    }
    all.into_iter().map(|to| way(flow, tail, to)).collect()
}

fn way(flow: &Flow, tail: &Tail, to: To) -> Option<Way> {
    let values: &[ValType] = match to {
        To::End => &flow.blocks[tail.around[0]].results,
        To::Block(depth) => {
            let block = &flow.blocks[*tail.around.get(depth)?];
            // A branch to a loop leads to its start.
            if block.is_loop { &[] } else { &block.results }
        }
    };
    match *values {
        [] => Some(Way { to, value: None }),
        [value] => Some(Way {
            to,
            value: Some(value),
        }),
        _ => None,
    }
}

/// The way that falls out of a tail.
fn end_of(flow: &Flow, tail: &Tail) -> To {
    match flow.blocks[tail.around[0]].is_loop {
        true => To::End,
        false => To::Block(0),
    }
}

/// The instruction that a way leads to; none where it leaves the function.
fn target(flow: &Flow, tail: &Tail, to: To) -> Option<usize> {
    let block = match to {
        To::End => &flow.blocks[tail.around[0]],
        To::Block(depth) => &flow.blocks[tail.around[depth]],
    };
    let start = block.start?;
    Some(match to {
        To::Block(_) if block.is_loop => start,
        _ => block.end + 1,
    })
}
