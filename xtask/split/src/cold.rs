//! A tail of a block as a function of its own, and the call in its place.
//!
//! It gets the locals that it reads, and gives back those that it sets and that matter behind it. Where it can be left in more than
//! one way (its end, branches to blocks around it, a return), it says last which one.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{BlockType, Function, ValType};
use wasmparser::Operator;

use crate::flow::{Flow, Tail};
use crate::live::Locals;

/// What a call of another part costs about, in bytes: the call, and the stub that it goes through.
const CALL: u64 = 18;
/// The same for each local that goes over, and for each way out but one.
const LOCAL: u64 = 3;
const WAY: u64 = 6;

/// A tail that can become a function.
pub struct Cold {
    pub tail: usize,
    /// The locals that it gets and gives back.
    params: Vec<u32>,
    given: Vec<u32>,
    ways: Vec<Way>,
}

/// A way out of a tail.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Way {
    to: To,
    /// What goes along.
    value: Option<wasmparser::ValType>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum To {
    /// The end of the block that it is in, and what follows there.
    End,
    /// A branch to a block around it: 0 is the one that it is in.
    Block(usize),
}

impl Cold {
    /// The tail as a function, where it can be one and that pays.
    pub fn of(flow: &Flow, live: &[Locals], number: usize) -> Option<Self> {
        let tail = &flow.tails[number];
        if !tail.is_clean || flow.size(tail) < CALL {
            return None;
        }
        let ways = ways(flow, tail)?;
        let (read, set) = flow.used(tail);
        let matters = |local: &u32| {
            let behind =
                |way: &Way| target(flow, tail, way.to).is_some_and(|at| live[at].has(*local));
            ways.iter().any(behind)
        };
        let given: Vec<u32> = set.into_iter().filter(matters).collect();
        let wanted: BTreeSet<u32> = read.into_iter().chain(given.iter().copied()).collect();
        let is_live = |local: &u32| live[tail.start].has(*local);
        let params: Vec<u32> = wanted.into_iter().filter(is_live).collect();
        let cold = Self {
            tail: number,
            params,
            given,
            ways,
        };
        (flow.size(tail) > cold.cost()).then_some(cold)
    }

    fn cost(&self) -> u64 {
        let locals = 2 * self.params.len() + self.given.len() + self.values().count();
        CALL + LOCAL * locals as u64 + WAY * self.ways.len().saturating_sub(1) as u64
    }

    fn values(&self) -> impl Iterator<Item = wasmparser::ValType> {
        self.ways.iter().filter_map(|way| way.value)
    }

    /// What the function takes and gives.
    pub fn kind(&self, flow: &Flow) -> Result<(Vec<ValType>, Vec<ValType>)> {
        let local = |local: &u32| encoded(flow.locals[*local as usize]);
        let params = self.params.iter().map(local).collect::<Result<_>>()?;
        let values = self.values().map(encoded);
        let given = self.given.iter().map(local).chain(values);
        let mut given = given.collect::<Result<Vec<_>>>()?;
        given.extend((self.ways.len() > 1).then_some(ValType::I32));
        Ok((params, given))
    }

    /// The function.
    pub fn function(&self, flow: &Flow) -> Result<Function> {
        let tail = &flow.tails[self.tail];
        let (read, set) = flow.used(tail);
        let params = self.params.iter().copied();
        let own = read
            .union(&set)
            .filter(|local| !self.params.contains(local));
        let places: BTreeMap<u32, u32> = params.chain(own.copied()).zip(0..).collect();
        let mut types: Vec<(u32, ValType)> = places
            .iter()
            .map(|(local, place)| Ok((*place, encoded(flow.locals[*local as usize])?)))
            .collect::<Result<_>>()?;
        types.sort_unstable_by_key(|(place, _)| *place);
        let mut values = Vec::new();
        for (place, value) in (u32::try_from(places.len())?..).zip(self.values()) {
            types.push((place, encoded(value)?));
            values.push(place);
        }
        let own = types.into_iter().skip(self.params.len());
        let mut function = Function::new(own.map(|(_, kind)| (1, kind)));
        for way in self.ways.iter().rev() {
            let kind = way.value.map(encoded).transpose()?;
            function
                .instructions()
                .block(kind.map_or(BlockType::Empty, BlockType::Result));
        }
        let mut body = Body {
            ways: &self.ways,
            returns: tail.around.len() - 1,
            places: &places,
            depth: 0,
        };
        for op in &flow.ops[tail.start..tail.end] {
            body.put(&mut function, op)?;
        }
        if let Some(way) = body
            .way(self.end(flow))
            .filter(|way| *way > 0 && tail.falls)
        {
            function.instructions().br(way);
        }
        let mut code = function.instructions();
        let mut given_values = values.iter();
        for (number, way) in self.ways.iter().enumerate() {
            code.end();
            if way.value.is_some()
                && let Some(value) = given_values.next()
            {
                code.local_set(*value);
            }
            for local in self
                .given
                .iter()
                .filter_map(|local| places.get(local))
                .chain(&values)
            {
                code.local_get(*local);
            }
            if self.ways.len() > 1 {
                code.i32_const(i32::try_from(number)?);
            }
            if number + 1 < self.ways.len() {
                code.return_();
            }
        }
        code.end();
        Ok(function)
    }

    /// How the tail ends that falls out of it.
    fn end(&self, flow: &Flow) -> To {
        end_of(flow, &flow.tails[self.tail])
    }

    /// The call of the function in the tail's place. It needs these locals more, the first of which is `next`.
    pub fn call(
        &self,
        flow: &Flow,
        function: u32,
        next: u32,
        host: &mut Function,
    ) -> Result<Vec<ValType>> {
        let mut code = host.instructions();
        for local in &self.params {
            code.local_get(*local);
        }
        code.call(function);
        let mut types = self.values().map(encoded).collect::<Result<Vec<_>>>()?;
        let way = next + types.len() as u32;
        if self.ways.len() > 1 {
            types.push(ValType::I32);
            code.local_set(way);
        }
        for place in (next..next + self.values().count() as u32).rev() {
            code.local_set(place);
        }
        for local in self.given.iter().rev() {
            code.local_set(*local);
        }
        let mut places = next..;
        let ways: Vec<(usize, To, Option<u32>)> = self
            .ways
            .iter()
            .enumerate()
            .map(|(number, way)| (number, way.to, way.value.and_then(|_| places.next())))
            .collect();
        let end = self.end(flow);
        let last = ways
            .iter()
            .position(|(_, to, _)| *to == end)
            .or(ways.len().checked_sub(1));
        for (number, to, value) in &ways {
            let To::Block(depth) = *to else { continue };
            if Some(*number) == last {
                continue;
            }
            code.local_get(way);
            match *number {
                1 if ways.len() == 2 => {}
                0 => {
                    code.i32_eqz();
                }
                number => {
                    code.i32_const(i32::try_from(number)?).i32_eq();
                }
            }
            let depth = u32::try_from(depth)?;
            match value {
                None => {
                    code.br_if(depth);
                }
                Some(value) => {
                    code.if_(BlockType::Empty)
                        .local_get(*value)
                        .br(depth + 1)
                        .end();
                }
            }
        }
        let Some((_, to, value)) = last.map(|last| &ways[last]) else {
            code.unreachable();
            return Ok(types);
        };
        if let Some(value) = value {
            code.local_get(*value);
        }
        if let (To::Block(depth), false) = (*to, *to == end) {
            code.br(u32::try_from(depth)?);
        }
        Ok(types)
    }
}

/// A tail's instructions in a function of their own.
struct Body<'a> {
    ways: &'a [Way],
    /// Where a return leads to, as if it were a branch.
    returns: usize,
    places: &'a BTreeMap<u32, u32>,
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
                code.br(self.depth + self.way(To::Block(self.returns)).unwrap_or_default());
            }
            op => {
                match op {
                    Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => {
                        self.depth += 1
                    }
                    Operator::End => self.depth -= 1,
                    _ => {}
                }
                function.instruction(&RoundtripReencoder.instruction(op.clone())?);
            }
        }
        Ok(())
    }

    fn branch(&self, depth: u32) -> u32 {
        match depth.checked_sub(self.depth) {
            None => depth,
            Some(out) => self.depth + self.way(To::Block(out as usize)).unwrap_or_default(),
        }
    }

    fn way(&self, to: To) -> Option<u32> {
        let place = self.ways.iter().position(|way| way.to == to);
        place.map(|place| place as u32)
    }
}

/// The ways out of a tail; `None` where it cannot be a function.
fn ways(flow: &Flow, tail: &Tail) -> Option<Vec<Way>> {
    let mut targets = BTreeSet::new();
    targets.extend(tail.falls.then(|| end_of(flow, tail)));
    let mut depth = 0_usize;
    for op in &flow.ops[tail.start..tail.end] {
        let mut branch = |target: u32| {
            let out = (target as usize).checked_sub(depth);
            targets.extend(out.map(To::Block));
        };
        match op {
            Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => depth += 1,
            Operator::End => depth -= 1,
            Operator::Br { relative_depth } | Operator::BrIf { relative_depth } => {
                branch(*relative_depth)
            }
            Operator::BrTable { targets } => {
                branch(targets.default());
                for target in targets.targets() {
                    branch(target.ok()?);
                }
            }
            Operator::Return => {
                targets.insert(To::Block(tail.around.len() - 1));
            }
            Operator::ReturnCall { .. }
            | Operator::ReturnCallIndirect { .. }
            | Operator::TryTable { .. } => return None,
            _ => {}
        }
    }
    let way = |to| {
        let block = match to {
            To::End => &flow.blocks[tail.around[0]],
            To::Block(depth) => &flow.blocks[*tail.around.get(depth)?],
        };
        // A branch to a loop leads to its start.
        let values: &[_] = match to {
            To::Block(_) if block.is_loop => &[],
            _ => &block.results,
        };
        match values {
            [] => Some(Way { to, value: None }),
            [value] => Some(Way {
                to,
                value: Some(*value),
            }),
            _ => None,
        }
    };
    targets.into_iter().map(way).collect()
}

/// A branch to the block that a tail is in does the same as its end, where that is no loop.
fn end_of(flow: &Flow, tail: &Tail) -> To {
    match flow.blocks[tail.around[0]].is_loop {
        true => To::End,
        false => To::Block(0),
    }
}

/// The instruction that a way leads to; none behind the function's end.
fn target(flow: &Flow, tail: &Tail, to: To) -> Option<usize> {
    let (depth, is_end) = match to {
        To::End => (0, true),
        To::Block(depth) => (depth, false),
    };
    let block = &flow.blocks[tail.around[depth]];
    let start = block.start?;
    Some(if block.is_loop && !is_end {
        start
    } else {
        block.end + 1
    })
}

fn encoded(kind: wasmparser::ValType) -> Result<ValType> {
    Ok(RoundtripReencoder.val_type(kind)?)
}
