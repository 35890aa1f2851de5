//! Pure: where the reader is, which items are drawn, and where they stand.
//!
//! Where the reader is follows from an item and how far below the view's upper edge it starts: whatever comes, goes or changes its
//! size above, that item stays. Where the scroller stands is a second thing. While the reader scrolls it is left alone, since to set
//! it would stop the browser's own motion, and the items are put where the reader sees them; at rest it is set to the place that
//! the reader has in the history.

use std::ops::Range;

use super::motion::Motion;
pub use super::placement::{Align, Placement};
use super::scale::{Measures, within};
use super::sizes::Sizes;
use super::window;

/// Pulled up further than this, in pixels, the list lets go of its end.
const LEAVE: f64 = 24.0;
/// Scrolled down to this near the end, it takes hold of it again.
const ENTER: f64 = 8.0;
/// Far below the end of any scroller: the browser stops at the end.
const BELOW_ALL: f64 = 100_000_000.0;

/// Where the reader is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Place {
    /// At the end, and stays there.
    End,
    /// Where this item starts so far below the view's upper edge; above it, if the number is negative.
    At { key: u64, below: f64 },
    /// At an item that was jumped to, and that may not be measured yet.
    Jumped { key: u64, align: Align },
}

/// What the list knows of its items and of its reader.
#[derive(Clone, Debug)]
pub struct Layout {
    sizes: Sizes,
    place: Place,
    view: f64,
    lead: f64,
    tail: f64,
    /// Where the scroller stands.
    scroll: f64,
    /// How high all items were when they were last placed: what came since is not in the scroller yet.
    placed: f64,
    /// The last that the reader scrolled was down.
    down: bool,
    /// The view has grown since the scroller was put.
    grown: bool,
    motion: Motion,
    /// What comes from this key on, the reader has not seen.
    seen: u64,
}

impl Layout {
    /// No items, and a reader at the end. `estimate` is the height of an item, in pixels, until some are measured.
    #[must_use]
    pub fn new(estimate: f64) -> Self {
        Self {
            sizes: Sizes::new(estimate),
            place: Place::End,
            view: 0.0,
            lead: 0.0,
            tail: 0.0,
            scroll: 0.0,
            placed: f64::INFINITY,
            down: false,
            grown: false,
            motion: Motion::default(),
            seen: 0,
        }
    }

    /// The heights of the items.
    #[must_use]
    pub fn sizes(&self) -> &Sizes {
        &self.sizes
    }

    /// How high the part is that can be seen, in pixels.
    #[must_use]
    pub fn view(&self) -> f64 {
        self.view
    }

    /// Whether the list follows its end.
    #[must_use]
    pub fn is_at_end(&self) -> bool {
        self.place == Place::End
    }

    /// How many items came that the reader has not seen.
    #[must_use]
    pub fn unseen(&self) -> u64 {
        let items = self.sizes.range();
        items.end.saturating_sub(self.seen.max(items.start))
    }

    /// How far the view's upper edge is below the first item's.
    #[must_use]
    pub fn top(&self) -> f64 {
        let measures = self.measures();
        let top = match self.place {
            Place::End => measures.last_top(),
            Place::At { key, below } => self.sizes.offset(key) - below,
            Place::Jumped { key, align } => {
                self.sizes.offset(key) - align.room_above(self.view - self.sizes.get(key))
            }
        };
        // What has gone, or a view that grew, may leave no room for where the reader was.
        within(top, measures.first_top(), measures.last_top())
    }

    fn measures(&self) -> Measures {
        Measures {
            total: self.sizes.total(),
            view: self.view,
            lead: self.lead,
            tail: self.tail,
        }
    }

    /// Says which items there are now: more or fewer, at both ends.
    pub fn set_range(&mut self, range: Range<u64>) {
        self.sizes.set_range(range);
        let items = self.sizes.range();
        if items.is_empty() {
            self.place = Place::End;
        }
        if let Place::At { key, .. } | Place::Jumped { key, .. } = self.place
            && !items.contains(&key)
        {
            // What the reader looked at is gone: the nearest that is still there takes its place.
            let key = key.clamp(items.start, items.end - 1);
            self.place = Place::At { key, below: 0.0 };
        }
        if self.is_at_end() {
            self.seen = items.end;
        }
    }

    /// An item came before the one with this key, which has the next key now, as all behind it: those come with the next range, and are
    /// measured anew.
    pub fn insert(&mut self, key: u64) {
        let items = self.sizes.range();
        self.sizes.set_range(items.start..key.min(items.end));
        if let Place::At { key: at, .. } | Place::Jumped { key: at, .. } = &mut self.place
            && *at >= key
        {
            *at += 1;
        }
    }

    /// An item was measured. Returns whether that is news.
    pub fn measure(&mut self, key: u64, height: f64) -> bool {
        self.sizes.measure(key, height)
    }

    /// All that was measured holds no longer.
    pub fn forget_sizes(&mut self) {
        self.sizes.forget_all();
    }

    /// The scroller was measured: how high it is, and how much stands in it above and below the items.
    pub fn set_view(&mut self, view: f64, lead: f64, tail: f64) {
        self.grown |= view > self.view;
        (self.view, self.lead, self.tail) = (view, lead, tail);
    }

    /// The scroller stands at `scroll`. Returns whether something is to be drawn: the reader has scrolled, and not just trembled.
    pub fn scrolled(&mut self, scroll: f64) -> bool {
        let moved = scroll - self.scroll;
        // Browsers round the place where a scroller was put, each in its own way: that is no reader.
        if moved.abs() < 1.0 {
            return false;
        }
        self.scroll = scroll;
        self.moved(moved)
    }

    /// The reader has scrolled so far. Returns whether something is to be drawn.
    #[inline(never)]
    fn moved(&mut self, moved: f64) -> bool {
        if self.motion.is_rest_of_another(moved) {
            return true;
        }
        self.down = moved > 0.0;
        let was_at_end = self.is_at_end();
        if was_at_end {
            self.pull(moved);
        } else {
            self.go(moved);
        }
        if !self.is_at_end() {
            self.motion.moving = true;
            self.see();
        }
        !(was_at_end && self.is_at_end())
    }

    /// The reader has scrolled down, and the scroller goes no further: rows that were not measured yet may have been thought to be
    /// higher. The list takes hold of its end, if that is near.
    pub fn reach_end(&mut self) {
        let near = self.measures().last_top() - self.top() <= self.view;
        if near && self.down && !self.is_at_end() {
            self.rest();
            self.hold_end();
        }
    }

    /// Scrolled while the list holds on to its end: further up than a trembling hand does it, and it lets go.
    fn pull(&mut self, moved: f64) {
        let measures = self.measures();
        let below = measures.last_scroll() - self.scroll;
        // A view that has grown pushes the scroller up as far as there is something to show: nobody pulled. How far that is, is
        // known only when rows that have another height with it are measured.
        if below < 1.0 || self.grown {
            self.motion.pulled = 0.0;
            return;
        }
        self.motion.pulled = (self.motion.pulled - moved).max(0.0);
        if !self.down && self.motion.pulled.max(below) > LEAVE {
            // Near the end a pixel is a pixel; further away only the scroller knows where in the history it stands.
            let top = if below <= self.view {
                measures.last_top() - below
            } else {
                measures.top(self.scroll)
            };
            self.look_at(top);
        }
    }

    /// Scrolled elsewhere: a pixel is a pixel, as long as it is not further than a view. Further goes who drags the scrollbar.
    fn go(&mut self, moved: f64) {
        let measures = self.measures();
        let goal = if moved.abs() <= self.view {
            self.top() + moved
        } else {
            measures.top(self.scroll)
        };
        // A jump from afar that lands beside an end is the scrollbar's, not a wish to stay there.
        let near = |end: f64| (goal - end).abs() <= self.view;
        // What came since the items were placed is not in the scroller yet: it ends before the list does.
        let to_come = (measures.body() - self.placed).max(0.0);
        let at_end = measures.last_scroll() - to_come - self.scroll <= ENTER;
        if self.down && at_end && near(measures.last_top()) {
            self.rest();
            self.hold_end();
        } else if self.scroll <= 0.0 && near(measures.first_top()) {
            self.look_at(measures.first_top());
        } else {
            self.look_at(goal);
        }
    }

    /// The reader is where the view's upper edge is so far below the first item's. Held on to is the first item that starts within
    /// the view: one that starts above it may grow without moving what is seen.
    fn look_at(&mut self, top: f64) {
        let measures = self.measures();
        let top = within(top, measures.first_top(), measures.last_top());
        // Without items there is only the end.
        let Some((key, start)) = self.sizes.find(top) else {
            self.place = Place::End;
            return;
        };
        let next = start + self.sizes.get(key);
        let starts_above = start < top && key + 1 < self.sizes.range().end;
        let (key, start) = if starts_above && next < top + self.view {
            (key + 1, next)
        } else {
            (key, start)
        };
        self.motion.pulled = 0.0;
        self.place = Place::At {
            key,
            below: start - top,
        };
    }

    fn see(&mut self) {
        if let Some((key, _)) = self.sizes.find(self.top() + self.view) {
            self.seen = self.seen.max(key);
        }
    }

    /// The reader has stopped scrolling.
    pub fn rest(&mut self) {
        self.motion = Motion::default();
    }

    /// The reader has pressed a key that scrolls: what moves from now on is no rest of another motion.
    pub fn sets_out(&mut self) {
        self.motion.sets_out();
    }

    /// Whether the reader is scrolling.
    #[must_use]
    pub fn is_moving(&self) -> bool {
        self.motion.moving
    }

    /// Goes to the end, and stays there.
    pub fn to_end(&mut self) {
        self.motion.stop(self.view);
        self.hold_end();
    }

    fn hold_end(&mut self) {
        self.place = Place::End;
        self.seen = self.sizes.range().end;
    }

    /// Goes to the start.
    pub fn to_start(&mut self) {
        self.motion.stop(self.view);
        self.look_at(self.measures().first_top());
    }

    /// Goes to an item; to the nearest, if there is no such one.
    pub fn jump(&mut self, key: u64, align: Align) {
        let items = self.sizes.range();
        if !items.is_empty() {
            self.motion.stop(self.view);
            let key = key.clamp(items.start, items.end - 1);
            self.place = Place::Jumped { key, align };
            self.see();
        }
    }

    /// The items to draw: those in the view, and some around it. `more` asks for so many more at both ends, where some turned out
    /// to be less high than they were thought to be. Never more than 60.
    #[must_use]
    pub fn window(&self, more: u64) -> Range<u64> {
        window::window(&self.sizes, self.top(), self.view, more)
    }

    /// The window and what is drawn right beside it, if that is not much: what has just left may come back with the next step.
    #[must_use]
    pub fn keep(&self, drawn: &Range<u64>, window: Range<u64>) -> Range<u64> {
        window::keep(&self.sizes.range(), drawn, window)
    }

    /// Where the drawn items stand. All of them are measured by now; at the end it is the same before, since there the browser
    /// itself adds them up.
    pub fn place(&mut self, drawn: &Range<u64>) -> Placement {
        let measures = self.measures();
        // All of it fits: there is nowhere else to be.
        if measures.last_scroll() <= 0.0 && !self.motion.moving {
            self.hold_end();
        }
        let first = self.sizes.offset(drawn.start);
        self.placed = measures.body();
        self.grown = false;
        if self.is_at_end() {
            let is_scaled = measures.body() < measures.total;
            return Placement {
                body: is_scaled.then_some(measures.body()),
                rows: (!is_scaled).then_some(first),
                // The browser stops at the end by itself, which no sum of ours hits to the pixel. Where nothing stands yet, something else
                // may, and go with the first item: the scroller would go up with it, as if somebody had pulled.
                scroll: (!self.sizes.range().is_empty()).then_some(BELOW_ALL),
            };
        }
        let top = self.top();
        // What is seen now is what must not move from here on.
        self.look_at(top);
        let wanted = measures.scroll(top).round();
        let scroll = if self.may_drift(top) {
            self.scroll
        } else {
            wanted
        };
        Placement {
            body: Some(measures.body()),
            rows: Some(first - top + scroll - self.lead),
            // To set it, even to what it is, would end a motion of the browser's own.
            scroll: (scroll != self.scroll).then_some(scroll),
        }
    }

    /// Whether the scroller may stay where it is although the reader is elsewhere: not at the ends, or it could not go on.
    fn may_drift(&self, top: f64) -> bool {
        let measures = self.measures();
        let inside = |at: f64, from: f64, to: f64| at > from + 0.5 && at < to - 0.5;
        self.motion.moving
            && inside(self.scroll, 0.0, measures.last_scroll())
            && inside(top, measures.first_top(), measures.last_top())
    }

    /// The scroller was put, and now stands at `scroll`.
    pub fn stands(&mut self, scroll: f64) {
        self.scroll = scroll;
    }
}
