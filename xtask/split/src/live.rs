//! Which locals still matter: those that are read before they are set, from each instruction on.

use fixedbitset::FixedBitSet;
use wasmparser::Operator;

use crate::flow::Block;

/// For each instruction, and for the end.
pub fn live(ops: &[Operator], blocks: &[Block], locals: usize) -> Vec<FixedBitSet> {
    let none = FixedBitSet::with_capacity(locals);
    let mut backwards = Backwards {
        ops,
        blocks,
        ending: vec![None; ops.len()],
        live: vec![none.clone(); ops.len() + 1],
        labels: vec![none.clone()],
        none: none.clone(),
    };
    for (number, block) in blocks.iter().enumerate().skip(1) {
        backwards.ending[block.end] = Some(number);
    }
    // The last one ends the function.
    backwards.go(0, ops.len().saturating_sub(1), none);
    backwards.live
}

struct Backwards<'a> {
    ops: &'a [Operator<'a>],
    blocks: &'a [Block],
    /// The block that ends with an instruction.
    ending: Vec<Option<usize>>,
    live: Vec<FixedBitSet>,
    /// What matters where a branch leads to, the outermost first.
    labels: Vec<FixedBitSet>,
    none: FixedBitSet,
}

impl Backwards<'_> {
    /// From the end of these instructions to their start, with what matters behind them. Returns what matters before.
    fn go(&mut self, from: usize, to: usize, mut now: FixedBitSet) -> FixedBitSet {
        let mut at = to;
        while at > from {
            at -= 1;
            if let Some(block) = self.ending[at] {
                let block = self.blocks[block].clone();
                self.live[at] = now.clone();
                at = block.start.unwrap_or(from);
                now = self.through(&block, at, now);
            } else {
                self.step(at, &mut now);
            }
            self.live[at] = now.clone();
        }
        now
    }

    fn through(&mut self, block: &Block, start: usize, after: FixedBitSet) -> FixedBitSet {
        if !block.is_loop {
            self.labels.push(after.clone());
            let before = match block.other {
                Some(other) => {
                    let mut before = self.go(start + 1, other, after.clone());
                    self.live[other] = after.clone();
                    before.union_with(&self.go(other + 1, block.end, after));
                    before
                }
                None => {
                    let mut before = self.go(start + 1, block.end, after.clone());
                    if matches!(self.ops[start], Operator::If { .. }) {
                        before.union_with(&after);
                    }
                    before
                }
            };
            self.labels.pop();
            return before;
        }
        let mut label = self.none.clone();
        loop {
            self.labels.push(label.clone());
            let before = self.go(start + 1, block.end, after.clone());
            self.labels.pop();
            if before.is_subset(&label) {
                return before;
            }
            label.union_with(&before);
        }
    }

    fn step(&self, at: usize, now: &mut FixedBitSet) {
        match &self.ops[at] {
            Operator::LocalGet { local_index } => now.insert(*local_index as usize),
            Operator::LocalSet { local_index } | Operator::LocalTee { local_index } => {
                now.remove(*local_index as usize);
            }
            Operator::Br { relative_depth } => *now = self.label(*relative_depth),
            Operator::BrIf { relative_depth } => now.union_with(&self.label(*relative_depth)),
            Operator::BrTable { targets } => {
                *now = self.label(targets.default());
                for target in targets.targets().flatten() {
                    now.union_with(&self.label(target));
                }
            }
            Operator::Return | Operator::Unreachable => now.clear(),
            _ => {}
        }
    }

    fn label(&self, depth: u32) -> FixedBitSet {
        let place = self.labels.len().checked_sub(1 + depth as usize);
        place
            .and_then(|place| self.labels.get(place))
            .unwrap_or(&self.none)
            .clone()
    }
}
