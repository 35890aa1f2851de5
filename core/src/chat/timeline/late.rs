//! Where a line goes that arrives later than one which its sender wrote after it. [`Late`].
//!
//! A line that may have been lost with its link goes again over the next one, and arrives behind what was written meanwhile. The ids
//! of this client tell the order in which one connection made them, and nothing else is looked at. Nobody waits for anything, and all
//! that a sender can do is to put a line of its own before later ones of its own that are still near the end.

use std::ops::Range;
use std::time::Duration;

use crate::fingerprint::fingerprint;
use crate::session::{Incoming, MessageId};

/// How many messages from the end a late line goes back at most, and how many such lines are remembered.
const MOST: usize = 64;
/// What has stood here for longer, in seconds, keeps its place before a late line.
const WITHIN: u64 = 60;

/// A line whose id tells an order.
#[derive(Clone, Copy, Debug)]
struct Row {
    key: u64,
    /// Stands for its sender, and the connection that made its id.
    by: u64,
    /// When that was, among the ids of that connection.
    made: u64,
    /// When it came, in seconds.
    at: u64,
}

/// The newest lines whose ids tell an order, and where late ones were put.
#[derive(Clone, Debug, Default)]
pub(super) struct Late {
    /// By their keys.
    rows: Vec<Row>,
    /// The keys that late ones got, as they came, since they were cleared last.
    keys: Vec<u64>,
    /// How many late ones there were.
    pub(super) count: u64,
}

impl Late {
    /// The key for a line that arrives now: one of the messages that are `held`, which it goes before, or the one behind them.
    pub(super) fn place(&mut self, line: &Incoming, at: Duration, held: Range<u64>) -> u64 {
        let end = held.end;
        let id = line.id.as_deref();
        let Some((maker, made)) = id.and_then(MessageId::parse).and_then(MessageId::made) else {
            return end;
        };
        let sender = fingerprint(line.sender.as_deref().unwrap_or_default());
        let row = Row {
            key: end,
            by: sender ^ u64::from(maker),
            made,
            at: at.as_secs(),
        };
        self.place_row(row, line.numbered, held)
    }

    #[inline(never)]
    fn place_row(&mut self, mut row: Row, stays: bool, held: Range<u64>) -> u64 {
        let end = held.end;
        let from = held.start.max(end.saturating_sub(MOST as u64));
        for other in self.rows.iter().rev().take_while(|_| !stays) {
            let is_near = other.key >= from && row.at.saturating_sub(other.at) <= WITHIN;
            let is_related = other.by == row.by;
            if !is_near || is_related && other.made < row.made {
                break;
            }
            if is_related {
                row.key = other.key;
            }
        }
        self.put(row, end);
        row.key
    }

    fn put(&mut self, row: Row, end: u64) {
        if row.key < end {
            self.count += 1;
            if self.keys.len() == MOST {
                self.keys.clear();
            }
            self.keys.push(row.key);
        }
        let mut place = self.rows.len();
        self.rows.push(row);
        while place > 0 && self.rows[place - 1].key >= row.key {
            place -= 1;
            self.rows.swap(place, place + 1);
            self.rows[place + 1].key += 1;
        }
        if self.rows.len() > MOST {
            self.rows.remove(0);
        }
    }

    /// The keys that late lines got since there were `count` of them, if all are known.
    pub(super) fn since(&self, count: u64) -> Option<&[u64]> {
        let forgotten = self.count - self.keys.len() as u64;
        self.keys.get(count.checked_sub(forgotten)? as usize..)
    }

    /// Nothing is held any more; the count goes on.
    pub(super) fn clear(&mut self) {
        self.rows.clear();
        self.keys.clear();
    }
}

#[cfg(test)]
mod tests;
