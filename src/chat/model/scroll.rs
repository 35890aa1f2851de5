//! Pure: what a scroll event says about the reader. Who let go of the end, who came back, who nears the drawn part's ends.

use super::window::{Drawn, Held, PAGE, Reader};

/// Further than this from the end, a scroll up lets go of it.
const LEAVE: f64 = 24.0;
/// A scroll down to this near the end takes hold of it again.
const ENTER: f64 = 8.0;
/// This near to an end of the drawn part, more is drawn.
const NEAR: f64 = 600.0;

/// The scroller's measures, in CSS pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::chat) struct Measures {
    /// How far it is scrolled.
    pub(in crate::chat) top: f64,
    /// How high its content is.
    pub(in crate::chat) content: f64,
    /// How high itself is.
    pub(in crate::chat) view: f64,
}

impl Measures {
    fn below(self) -> f64 {
        self.content - self.view - self.top
    }
}

/// What was measured last, and whether the reader has a hand on it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::chat) struct Scroll {
    last: Measures,
    upward: bool,
}

impl Scroll {
    /// The reader does what scrolls up: a wheel, a finger, a key. While rows stream in, it is all that tells a reader's scroll
    /// from one that the content caused.
    pub(in crate::chat) fn pull_up(&mut self) {
        self.upward = true;
    }

    /// The page itself has scrolled.
    pub(in crate::chat) fn set(&mut self, measures: Measures) {
        self.last = measures;
    }

    /// Takes in a scroll event. Returns where the reader is now, if that is elsewhere.
    pub(in crate::chat) fn moved(
        &mut self,
        now: Measures,
        drawn: &Drawn,
        held: Held,
    ) -> Option<Reader> {
        let before = std::mem::replace(&mut self.last, now);
        let upward = std::mem::take(&mut self.upward);
        // Content that shrinks pushes the scroller up as well: no reader did that.
        let up = now.top < before.top && (upward || now.content == before.content);
        let down = now.top > before.top;
        let all_below = drawn.rows.end == held.end;
        let more_above = drawn.rows.start > held.first;
        if drawn.pinned {
            let leaves = up && now.below() > LEAVE;
            let by = if more_above && now.top < NEAR {
                PAGE
            } else {
                0
            };
            return leaves.then(|| Reader::earlier(drawn, held, by));
        }
        if down && all_below && now.below() <= ENTER {
            return Some(Reader::AtEnd);
        }
        if more_above && now.top < NEAR && !down {
            return Some(Reader::earlier(drawn, held, PAGE));
        }
        (!all_below && now.below() < NEAR).then(|| Reader::later(drawn, held))
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

    fn measures(top: f64, content: f64) -> Measures {
        Measures {
            top,
            content,
            view: 500.0,
        }
    }

    /// At the end of 5,000 pixels.
    fn at_end() -> (Scroll, Drawn) {
        let mut scroll = Scroll::default();
        scroll.set(measures(4_500.0, 5_000.0));
        (scroll, Reader::AtEnd.draws(HELD))
    }

    #[test]
    fn a_readers_scroll_up_lets_go() {
        let (mut scroll, drawn) = at_end();
        let reader = scroll.moved(measures(4_400.0, 5_000.0), &drawn, HELD);
        assert_eq!(
            reader,
            Some(Reader::Back {
                start: 850,
                seen: 1_000
            })
        );
    }

    #[test]
    fn a_little_way_is_no_leaving() {
        let (mut scroll, drawn) = at_end();
        assert_eq!(scroll.moved(measures(4_490.0, 5_000.0), &drawn, HELD), None);
        // But a slow scroll that goes on is.
        assert!(
            scroll
                .moved(measures(4_470.0, 5_000.0), &drawn, HELD)
                .is_some()
        );
    }

    #[test]
    fn content_that_shrinks_or_grows_is_no_reader() {
        let (mut scroll, drawn) = at_end();
        assert_eq!(scroll.moved(measures(4_300.0, 4_850.0), &drawn, HELD), None);
        let (mut scroll, drawn) = at_end();
        assert_eq!(scroll.moved(measures(4_500.0, 5_200.0), &drawn, HELD), None);
    }

    #[test]
    fn a_pull_up_lets_go_even_while_rows_stream_in() {
        let (mut scroll, drawn) = at_end();
        scroll.pull_up();
        assert!(
            scroll
                .moved(measures(4_400.0, 5_200.0), &drawn, HELD)
                .is_some()
        );
    }

    #[test]
    fn back_at_the_end_takes_hold_again_but_only_downwards() {
        let (mut scroll, drawn) = at_end();
        let back = Reader::earlier(&drawn, HELD, 0).draws(HELD);
        scroll.set(measures(4_000.0, 5_000.0));
        assert_eq!(
            scroll.moved(measures(4_495.0, 5_000.0), &back, HELD),
            Some(Reader::AtEnd)
        );
        assert_eq!(scroll.moved(measures(4_494.0, 5_000.0), &back, HELD), None);
    }

    #[test]
    fn the_end_of_the_drawn_part_is_not_the_end() {
        let back = Reader::Back {
            start: 100,
            seen: 1_000,
        }
        .draws(HELD);
        let mut scroll = Scroll::default();
        let reader = scroll.moved(measures(4_500.0, 5_000.0), &back, HELD);
        assert_eq!(
            reader,
            Some(Reader::Back {
                start: 200,
                seen: 1_000
            })
        );
    }

    #[test]
    fn near_the_top_more_is_drawn_also_in_one_leap_from_the_end() {
        let (mut scroll, drawn) = at_end();
        let reader = scroll.moved(measures(0.0, 5_000.0), &drawn, HELD);
        assert_eq!(
            reader,
            Some(Reader::Back {
                start: 750,
                seen: 1_000
            })
        );
        let back = Reader::Back {
            start: 50,
            seen: 1_000,
        }
        .draws(HELD);
        let reader = scroll.moved(measures(0.0, 5_000.0), &back, HELD);
        assert_eq!(
            reader,
            Some(Reader::Back {
                start: 0,
                seen: 1_000
            })
        );
        let top = Reader::Back {
            start: 0,
            seen: 1_000,
        }
        .draws(HELD);
        assert_eq!(scroll.moved(measures(0.0, 5_000.0), &top, HELD), None);
    }
}
