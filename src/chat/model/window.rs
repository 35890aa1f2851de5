//! Pure: which rows of the timeline are drawn, and which way the drawn part moves.
//!
//! At the end, the newest rows are drawn. Further back it is a part that starts where the reader came to and holds
//! [`MOST`] rows; it moves by [`PAGE`] rows when the reader nears one of its ends.

use std::ops::Range;

/// How many rows are drawn at the end.
pub(in crate::chat) const AT_END: u64 = 150;
/// How many rows come with each step back or forth.
pub(in crate::chat) const PAGE: u64 = 100;
/// The most rows that are ever drawn.
pub(in crate::chat) const MOST: u64 = 300;

/// What the timeline holds, in keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::chat) struct Held {
    pub(in crate::chat) first: u64,
    pub(in crate::chat) end: u64,
    pub(in crate::chat) last_own: Option<u64>,
}

/// Where the reader is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::chat) enum Reader {
    /// At the end, and stays there.
    #[default]
    AtEnd,
    /// Further back.
    Back {
        /// The first row drawn.
        start: u64,
        /// What comes from this key on, the reader has not seen.
        seen: u64,
    },
}

/// What is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::chat) struct Drawn {
    /// The keys of the rows.
    pub(in crate::chat) rows: Range<u64>,
    /// Whether the list follows its end.
    pub(in crate::chat) pinned: bool,
    /// How many messages came since the reader went back.
    pub(in crate::chat) unseen: u64,
}

impl Reader {
    /// What this reader gets to see. An own message brings the reader back to the end.
    pub(in crate::chat) fn draws(self, held: Held) -> Drawn {
        match self {
            Self::Back { start, seen } if held.last_own.is_none_or(|own| own < seen) => {
                let start = start.clamp(held.first, held.end);
                Drawn {
                    rows: start..held.end.min(start + MOST),
                    pinned: false,
                    unseen: held.end.saturating_sub(seen.max(held.first)),
                }
            }
            _ => Drawn {
                rows: held.end.saturating_sub(AT_END).max(held.first)..held.end,
                pinned: true,
                unseen: 0,
            },
        }
    }

    /// The reader leaves the end, or goes further back by a page.
    pub(in crate::chat) fn earlier(drawn: &Drawn, held: Held, by: u64) -> Self {
        Self::Back {
            start: drawn.rows.start.saturating_sub(by).max(held.first),
            seen: if drawn.pinned {
                held.end
            } else {
                held.end - drawn.unseen
            },
        }
    }

    /// The reader goes forth by a page.
    pub(in crate::chat) fn later(drawn: &Drawn, held: Held) -> Self {
        Self::Back {
            start: (drawn.rows.start + PAGE)
                .min(held.end.saturating_sub(MOST))
                .max(drawn.rows.start),
            seen: held.end - drawn.unseen,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HELD: Held = Held {
        first: 0,
        end: 1_000,
        last_own: None,
    };

    #[test]
    fn at_the_end_the_newest_are_drawn() {
        let drawn = Reader::AtEnd.draws(HELD);
        assert_eq!(
            (drawn.rows, drawn.pinned, drawn.unseen),
            (850..1_000, true, 0)
        );
        assert_eq!(Reader::AtEnd.draws(Held { end: 3, ..HELD }).rows, 0..3);
        assert_eq!(Reader::AtEnd.draws(Held::default()).rows, 0..0);
    }

    #[test]
    fn leaving_the_end_changes_no_row_and_counts_what_comes() {
        let before = Reader::AtEnd.draws(HELD);
        let reader = Reader::earlier(&before, HELD, 0);
        assert_eq!(reader.draws(HELD).rows, before.rows);
        let later = reader.draws(Held { end: 1_007, ..HELD });
        assert_eq!(
            (later.rows, later.unseen, later.pinned),
            (850..1_007, 7, false)
        );
    }

    #[test]
    fn going_back_by_pages_reaches_the_first_and_draws_no_more_than_most() {
        let mut reader = Reader::earlier(&Reader::AtEnd.draws(HELD), HELD, PAGE);
        for _ in 0..9 {
            let drawn = reader.draws(HELD);
            assert!(drawn.rows.end - drawn.rows.start <= MOST);
            reader = Reader::earlier(&drawn, HELD, PAGE);
        }
        assert_eq!(reader.draws(HELD).rows, 0..MOST);
    }

    #[test]
    fn going_forth_by_pages_reaches_the_end() {
        let mut reader = Reader::Back {
            start: 0,
            seen: 1_000,
        };
        for _ in 0..8 {
            reader = Reader::later(&reader.draws(HELD), HELD);
        }
        let drawn = reader.draws(HELD);
        assert_eq!((drawn.rows, drawn.pinned), (700..1_000, false));
    }

    #[test]
    fn an_own_message_brings_the_reader_back_to_the_end() {
        let reader = Reader::Back {
            start: 10,
            seen: 1_000,
        };
        let old = Held {
            last_own: Some(999),
            ..HELD
        };
        assert!(!reader.draws(old).pinned);
        let new = Held {
            end: 1_001,
            last_own: Some(1_000),
            ..HELD
        };
        assert!(reader.draws(new).pinned);
    }

    #[test]
    fn what_the_timeline_drops_is_not_drawn() {
        let reader = Reader::Back {
            start: 10,
            seen: 1_000,
        };
        let held = Held {
            first: 500,
            end: 1_500,
            last_own: None,
        };
        assert_eq!(reader.draws(held).rows, 500..800);
        let all_gone = Held {
            first: 5_000,
            end: 6_000,
            last_own: None,
        };
        assert_eq!(reader.draws(all_gone).unseen, 1_000);
    }
}
