//! Which locals still matter: those that are read before they are set, from each instruction on.

use wasmparser::Operator;

use crate::flow::Block;

/// A set of locals.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Locals(Vec<u64>);

impl Locals {
    pub fn has(&self, local: u32) -> bool {
        let (word, bit) = place(local);
        self.0.get(word).is_some_and(|bits| bits & bit != 0)
    }

    fn insert(&mut self, local: u32) {
        let (word, bit) = place(local);
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= bit;
    }

    fn remove(&mut self, local: u32) {
        let (word, bit) = place(local);
        if let Some(bits) = self.0.get_mut(word) {
            *bits &= !bit;
        }
    }

    fn add(&mut self, others: &Self) {
        if self.0.len() < others.0.len() {
            self.0.resize(others.0.len(), 0);
        }
        for (bits, other) in self.0.iter_mut().zip(&others.0) {
            *bits |= other;
        }
    }

    fn is_within(&self, others: &Self) -> bool {
        let mut all = others.clone();
        all.add(self);
        all == *others
    }
}

fn place(local: u32) -> (usize, u64) {
    ((local / 64) as usize, 1 << (local % 64))
}

/// For each instruction, and for the end.
pub fn live(ops: &[Operator], blocks: &[Block]) -> Vec<Locals> {
    let mut backwards = Backwards {
        ops,
        blocks,
        ending: vec![None; ops.len()],
        live: vec![Locals::default(); ops.len() + 1],
        labels: vec![Locals::default()],
    };
    for (number, block) in blocks.iter().enumerate().skip(1) {
        backwards.ending[block.end] = Some(number);
    }
    // The last one ends the function.
    backwards.go(0, ops.len().saturating_sub(1), Locals::default());
    backwards.live
}

struct Backwards<'a> {
    ops: &'a [Operator<'a>],
    blocks: &'a [Block],
    /// The block that ends with an instruction.
    ending: Vec<Option<usize>>,
    live: Vec<Locals>,
    /// What matters where a branch leads to, the outermost first.
    labels: Vec<Locals>,
}

impl Backwards<'_> {
    /// From the end of these instructions to their start, with what matters behind them. Returns what matters before.
    fn go(&mut self, from: usize, to: usize, mut now: Locals) -> Locals {
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

    fn through(&mut self, block: &Block, start: usize, after: Locals) -> Locals {
        if !block.is_loop {
            self.labels.push(after.clone());
            let before = match block.other {
                Some(other) => {
                    let mut before = self.go(start + 1, other, after.clone());
                    self.live[other] = after.clone();
                    before.add(&self.go(other + 1, block.end, after));
                    before
                }
                None => {
                    let mut before = self.go(start + 1, block.end, after.clone());
                    if matches!(self.ops[start], Operator::If { .. }) {
                        before.add(&after);
                    }
                    before
                }
            };
            self.labels.pop();
            return before;
        }
        let mut label = Locals::default();
        loop {
            self.labels.push(label.clone());
            let before = self.go(start + 1, block.end, after.clone());
            self.labels.pop();
            if before.is_within(&label) {
                return before;
            }
            label.add(&before);
        }
    }

    fn step(&self, at: usize, now: &mut Locals) {
        match &self.ops[at] {
            Operator::LocalGet { local_index } => now.insert(*local_index),
            Operator::LocalSet { local_index } | Operator::LocalTee { local_index } => {
                now.remove(*local_index);
            }
            Operator::Br { relative_depth } => *now = self.label(*relative_depth),
            Operator::BrIf { relative_depth } => now.add(&self.label(*relative_depth)),
            Operator::BrTable { targets } => {
                *now = self.label(targets.default());
                for target in targets.targets().flatten() {
                    now.add(&self.label(target));
                }
            }
            Operator::Return | Operator::Unreachable => *now = Locals::default(),
            _ => {}
        }
    }

    fn label(&self, depth: u32) -> Locals {
        let place = self.labels.len().checked_sub(1 + depth as usize);
        place
            .and_then(|place| self.labels.get(place))
            .cloned()
            .unwrap_or_default()
    }
}
