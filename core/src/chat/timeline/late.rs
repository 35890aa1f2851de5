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
/// What has stood here for longer keeps its place before a late line.
const WITHIN: Duration = Duration::from_secs(60);

/// A line whose id tells an order.
#[derive(Clone, Debug)]
struct Row {
    key: u64,
    id: MessageId,
    sender: u64,
    at: Duration,
}

/// The newest lines whose ids tell an order, and where late ones were put.
#[derive(Clone, Debug, Default)]
pub(super) struct Late {
    /// By their keys.
    rows: Vec<Row>,
    /// The keys that the newest of the late ones got, as they came.
    keys: Vec<u64>,
    /// How many late ones there were.
    pub(super) count: u64,
}

impl Late {
    /// The key for a line that arrives now: one of the messages that are `held`, which it goes before, or the one behind them.
    pub(super) fn place(&mut self, line: &Incoming, at: Duration, held: Range<u64>) -> u64 {
        let id = line.id.as_deref().and_then(MessageId::parse);
        let Some(id) = id.filter(|id| id.maker().is_some() && !line.numbered) else {
            return held.end;
        };
        let mut row = Row {
            key: held.end,
            id,
            sender: fingerprint(line.sender.as_deref().unwrap_or_default()),
            at,
        };
        let from = held.start.max(held.end.saturating_sub(MOST as u64));
        for other in self.rows.iter().rev() {
            let is_near = other.key >= from && at.saturating_sub(other.at) <= WITHIN;
            let is_related = other.id.maker() == id.maker() && other.sender == row.sender;
            if !is_near || is_related && other.id < id {
                break;
            }
            if is_related {
                row.key = other.key;
            }
        }
        let key = row.key;
        self.put(row, held.end);
        key
    }

    fn put(&mut self, row: Row, end: u64) {
        if row.key < end {
            self.count += 1;
            self.keys.push(row.key);
        }
        let place = self.rows.partition_point(|other| other.key < row.key);
        for moved in &mut self.rows[place..] {
            moved.key += 1;
        }
        self.rows.insert(place, row);
        if self.rows.len() > MOST {
            self.rows.remove(0);
        }
        if self.keys.len() > MOST {
            self.keys.remove(0);
        }
    }

    /// The keys that late lines got since there were `count` of them; `first` for those that are forgotten.
    pub(super) fn since(&self, count: u64, first: u64) -> Vec<u64> {
        let wanted = usize::try_from(self.count.saturating_sub(count)).unwrap_or(MOST);
        let known = &self.keys[self.keys.len().saturating_sub(wanted)..];
        let forgotten = (wanted > known.len()).then_some(first);
        forgotten.into_iter().chain(known.iter().copied()).collect()
    }

    /// Nothing is held any more; the count goes on.
    pub(super) fn clear(&mut self) {
        self.rows.clear();
        self.keys.clear();
    }
}

#[cfg(test)]
mod tests;
