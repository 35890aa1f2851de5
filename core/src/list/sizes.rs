//! Pure: how high each item is. What was measured, and for the rest an estimate; the sum up to any item, and the item at any height.
//!
//! Items stand in blocks that keep their sums, so that a question costs a step for each block and each item of one block. A block
//! in which nothing was measured holds nothing. All heights are whole multiples of 1/64 pixel, the browsers' own unit, so that
//! sums stay exact however often they change.

use std::collections::VecDeque;
use std::ops::Range;

/// How many items a block has.
const BLOCK: u64 = 256;
/// How fine heights are: in this many parts of a pixel.
const PARTS: f64 = 64.0;

/// The heights of a range of items, in CSS pixels.
#[derive(Clone, Debug)]
pub struct Sizes {
    range: Range<u64>,
    /// The first one is that of the first item.
    blocks: VecDeque<Block>,
    /// What was measured, of all blocks together.
    known: Known,
    estimate: f64,
    /// How many items were ever measured for the first time.
    learnt: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Known {
    sum: f64,
    count: u64,
}

#[derive(Clone, Debug, Default)]
struct Block {
    /// One for each item, `NaN` for one that was not measured; none at all as long as none was.
    heights: Vec<f32>,
    known: Known,
}

impl Sizes {
    /// No items yet. `estimate` is the height, in pixels, of an item that was not measured, until some were.
    #[must_use]
    pub fn new(estimate: f64) -> Self {
        Self {
            range: 0..0,
            blocks: VecDeque::new(),
            known: Known::default(),
            estimate: in_parts(estimate.max(1.0)),
            learnt: 0,
        }
    }

    /// The keys of the items.
    #[must_use]
    pub fn range(&self) -> Range<u64> {
        self.range.clone()
    }

    /// The height that an item is taken to have until it is measured.
    #[must_use]
    pub fn estimate(&self) -> f64 {
        self.estimate
    }

    /// The height of all items together.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.height(self.range.end - self.range.start, self.known)
    }

    /// Says which items there are. Those that were there before keep their heights.
    pub fn set_range(&mut self, range: Range<u64>) {
        let range = range.start..range.end.max(range.start);
        let kept = range.start.max(self.range.start)..range.end.min(self.range.end);
        if kept.is_empty() {
            // Another history: no height of the old one holds.
            self.blocks.clear();
            self.known = Known::default();
            self.range = range.start..range.start;
        } else {
            self.cut(kept);
        }
        self.extend(range);
    }

    /// Leaves items out at both ends; at least one stays.
    #[inline(never)]
    fn cut(&mut self, kept: Range<u64>) {
        for _ in self.range.start / BLOCK..kept.start / BLOCK {
            let gone = self.blocks.pop_front();
            self.known.take(gone.unwrap_or_default().known);
        }
        for _ in (kept.end - 1) / BLOCK..(self.range.end - 1) / BLOCK {
            let gone = self.blocks.pop_back();
            self.known.take(gone.unwrap_or_default().known);
        }
        let before = std::mem::replace(&mut self.range, kept.clone());
        let block_start = kept.start - kept.start % BLOCK;
        // The blocks at both ends stay, for the items of them that do; their sums must not count the others.
        for key in block_start.max(before.start)..kept.start {
            self.forget(key);
        }
        let block_end = kept.end.next_multiple_of(BLOCK);
        for key in kept.end..block_end.min(before.end) {
            self.forget(key);
        }
    }

    /// An item of the first or the last block is there no longer.
    fn forget(&mut self, key: u64) {
        let place = (key / BLOCK - self.range.start / BLOCK) as usize;
        let Some(block) = self.blocks.get_mut(place) else {
            return;
        };
        if let Some(height) = block.heights.get_mut((key % BLOCK) as usize)
            && !height.is_nan()
        {
            let gone = Known {
                sum: f64::from(*height),
                count: 1,
            };
            *height = f32::NAN;
            block.known.take(gone);
            self.known.take(gone);
        }
    }

    /// Adds items at both ends.
    fn extend(&mut self, range: Range<u64>) {
        if range.is_empty() {
            return;
        }
        // Where there are none yet, all of them come from the other end.
        if !self.blocks.is_empty() {
            for _ in range.start / BLOCK..self.range.start / BLOCK {
                self.blocks.push_front(Block::default());
            }
        }
        let blocks = (range.end - 1) / BLOCK - range.start / BLOCK + 1;
        self.blocks.resize_with(blocks as usize, Block::default);
        self.range = range;
    }

    /// The height of an item, measured or estimated.
    #[must_use]
    pub fn get(&self, key: u64) -> f64 {
        self.measured(key).unwrap_or(self.estimate)
    }

    /// The height of an item, if it was measured.
    #[must_use]
    pub fn measured(&self, key: u64) -> Option<f64> {
        let block = self.blocks.get(self.block(key)?)?;
        block.get(key)
    }

    fn block(&self, key: u64) -> Option<usize> {
        let held = self.range.contains(&key);
        held.then(|| (key / BLOCK - self.range.start / BLOCK) as usize)
    }

    /// An item was measured. Returns whether that is news.
    pub fn measure(&mut self, key: u64, height: f64) -> bool {
        let height = in_parts(height.max(0.0));
        let before = self.measured(key);
        let Some(block) = self.block(key).and_then(|place| self.blocks.get_mut(place)) else {
            return false;
        };
        // A `ResizeObserver` tells of each element once when it is observed, changed or not.
        if before == Some(height) {
            return false;
        }
        // Most of a long history is never seen, and takes no memory until it is.
        if block.heights.is_empty() {
            block.heights = vec![f32::NAN; BLOCK as usize];
        }
        block.heights[(key % BLOCK) as usize] = height as f32;
        for known in [&mut block.known, &mut self.known] {
            known.sum += height - before.unwrap_or(0.0);
            known.count += u64::from(before.is_none());
        }
        if before.is_none() {
            self.learn();
        }
        true
    }

    /// The estimate is the mean. It changes after one item, two, four and so on: each change moves everything that was estimated.
    fn learn(&mut self) {
        self.learnt += 1;
        if self.learnt.is_power_of_two() {
            self.estimate = self.mean();
        }
    }

    fn mean(&self) -> f64 {
        match self.known.count {
            0 => self.estimate,
            // An estimate of nothing would put the whole history into one window.
            count => in_parts(self.known.sum / count as f64).max(1.0),
        }
    }

    /// All that was measured holds no longer, since the width has changed, say. Its mean is the estimate.
    pub fn forget_all(&mut self) {
        self.estimate = self.mean();
        self.known = Known::default();
        self.blocks
            .iter_mut()
            .for_each(|block| *block = Block::default());
        self.learnt = 0;
    }

    /// How far an item starts below the first one. For a key beyond the last: the height of all.
    #[must_use]
    pub fn offset(&self, key: u64) -> f64 {
        let key = key.clamp(self.range.start, self.range.end);
        let in_block = (key - key % BLOCK).max(self.range.start);
        let before = (key / BLOCK - self.range.start / BLOCK) as usize;
        let mut known = Known::default();
        for block in self.blocks.iter().take(before) {
            known.add(block.known);
        }
        let block = self.blocks.get(before);
        let height = |key| {
            block
                .and_then(|block| block.get(key))
                .unwrap_or(self.estimate)
        };
        let items = (in_block..key).map(height).sum::<f64>();
        self.height(in_block - self.range.start, known) + items
    }

    /// The item at this distance below the start of the first one, and how far that item starts below it. The first item is
    /// also at what is above it, the last one at what is below. `None` where there is none.
    #[must_use]
    pub fn find(&self, distance: f64) -> Option<(u64, f64)> {
        let mut top = 0.0;
        let mut key = self.range.start;
        for block in &self.blocks {
            let next = (key - key % BLOCK + BLOCK).min(self.range.end);
            let height = self.height(next - key, block.known);
            // Who scrolls below the last item is at the last item.
            if top + height > distance || next == self.range.end {
                return Some(self.find_in(key..next, block, distance, top));
            }
            top += height;
            key = next;
        }
        None
    }

    fn find_in(&self, keys: Range<u64>, block: &Block, distance: f64, top: f64) -> (u64, f64) {
        let mut top = top;
        let last = keys.end - 1;
        for key in keys.start..last {
            let height = block.get(key).unwrap_or(self.estimate);
            if top + height > distance {
                return (key, top);
            }
            top += height;
        }
        (last, top)
    }

    fn height(&self, items: u64, known: Known) -> f64 {
        known.sum + (items - known.count) as f64 * self.estimate
    }
}

impl Block {
    fn get(&self, key: u64) -> Option<f64> {
        let height = self.heights.get((key % BLOCK) as usize)?;
        (!height.is_nan()).then(|| f64::from(*height))
    }
}

impl Known {
    fn add(&mut self, other: Self) {
        self.sum += other.sum;
        self.count += other.count;
    }

    fn take(&mut self, other: Self) {
        self.sum -= other.sum;
        self.count -= other.count;
    }
}

/// An `f32` counts parts of a pixel exactly up to 262,144 pixels. No item is that high.
fn in_parts(height: f64) -> f64 {
    (height.min(200_000.0) * PARTS).round() / PARTS
}
