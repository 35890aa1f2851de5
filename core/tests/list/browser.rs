//! A browser with a list in it, as far as a list can tell: elements with heights of their own, and a scroller with an end.

use std::ops::Range;

use leptos_chat_core::list::layout::{Align, Layout};
use leptos_chat_core::list::window::MOST_DRAWN;

/// How often the browser's part draws more before it gives up; the same as in `leptos-chat's `src/list/``.
const ROUNDS: u32 = 6;

pub struct Browser {
    pub layout: Layout,
    pub items: Range<u64>,
    pub view: f64,
    /// Changes the heights of all items, as another font does.
    pub font: f64,
    /// Items whose picture has loaded.
    pub pictures: Vec<u64>,
    /// The most lines of an item.
    pub lines: u64,
    drawn: Range<u64>,
    body: f64,
    rows: f64,
    pub scroll: f64,
}

pub const LEAD: f64 = 12.0;
pub const TAIL: f64 = 20.0;

impl Browser {
    pub fn new(items: Range<u64>, lines: u64) -> Self {
        let mut browser = Self {
            layout: Layout::new(40.0),
            items,
            view: 700.0,
            font: 1.0,
            pictures: Vec::new(),
            lines,
            drawn: 0..0,
            body: 0.0,
            rows: 0.0,
            scroll: 0.0,
        };
        browser.sync();
        browser
    }

    /// The height of an item as the browser would draw it.
    pub fn height(&self, key: u64) -> f64 {
        let lines = key.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(31) % self.lines + 1;
        let picture = if self.pictures.contains(&key) {
            333.0
        } else {
            0.0
        };
        let line = (self.font * 23.25 * 64.0).round() / 64.0;
        18.5 + line * lines as f64 + picture
    }

    fn last_scroll(&self) -> f64 {
        (LEAD + self.body + TAIL - self.view).max(0.0)
    }

    /// What the browser's part does after each event.
    pub fn sync(&mut self) {
        self.layout.set_view(self.view, LEAD, TAIL);
        self.layout.set_range(self.items.clone());
        self.drawn = self.layout.keep(&self.drawn, self.layout.window(0));
        for round in 1..=ROUNDS {
            if self.layout.is_at_end() {
                self.put();
            }
            self.measure();
            let wanted = self.layout.window(0);
            if wanted.start >= self.drawn.start && wanted.end <= self.drawn.end {
                break;
            }
            self.drawn = self.layout.window(1 << round);
        }
        self.measure();
        self.put();
    }

    fn measure(&mut self) {
        for key in self.drawn.clone() {
            self.layout.measure(key, self.height(key));
        }
    }

    fn put(&mut self) {
        let placement = self.layout.place(&self.drawn);
        let drawn: f64 = self.drawn.clone().map(|key| self.height(key)).sum();
        self.rows = placement
            .rows
            .unwrap_or_else(|| placement.body.expect("one of them is said") - drawn);
        self.body = placement.body.unwrap_or(self.rows + drawn);
        let scroll = placement.scroll.unwrap_or(self.scroll);
        self.scroll = scroll.clamp(0.0, self.last_scroll()).floor();
        self.layout.stands(self.scroll);
    }

    /// The reader scrolls. Small ways are those of a wheel, long ones those of a scrollbar.
    pub fn scroll_to(&mut self, scroll: f64) {
        self.scroll = scroll.clamp(0.0, self.last_scroll()).floor();
        if self.layout.scrolled(self.scroll) {
            self.sync();
        }
    }

    pub fn wheel(&mut self, by: f64) {
        self.scroll_to(self.scroll + by);
    }

    pub fn rest(&mut self) {
        self.layout.rest();
        self.sync();
    }

    pub fn jump(&mut self, key: u64, align: Align) {
        self.layout.jump(key, align);
        self.sync();
    }

    /// Where each drawn item is below the view's upper edge, and how high it is.
    pub fn seen(&self) -> Vec<(u64, f64, f64)> {
        let mut at = LEAD + self.rows - self.scroll;
        let mut seen = Vec::new();
        for key in self.drawn.clone() {
            seen.push((key, at, self.height(key)));
            at += self.height(key);
        }
        seen
    }

    /// The first item that is wholly below the upper edge, if it is in the view.
    pub fn first_in_view(&self) -> Option<(u64, f64)> {
        let (key, at, _) = self.seen().into_iter().find(|(_, at, _)| *at >= 0.0)?;
        (at < self.view).then_some((key, at))
    }

    pub fn position(&self, key: u64) -> Option<f64> {
        let seen = self.seen();
        seen.iter()
            .find(|(other, ..)| *other == key)
            .map(|(_, at, _)| *at)
    }

    /// What must hold at any time.
    pub fn check(&self) {
        let seen = self.seen();
        assert!(seen.len() as u64 <= MOST_DRAWN, "{} are drawn", seen.len());
        if self.items.is_empty() {
            return;
        }
        let (first, top, _) = seen[0];
        let (last, at, height) = seen[seen.len() - 1];
        assert!(
            first == self.items.start || top <= 1.0,
            "a gap of {top} above {first}"
        );
        let below = self.view - at - height;
        assert!(
            last + 1 == self.items.end || below <= 1.0,
            "a gap of {below} below {last} of {:?}",
            self.items
        );
        assert!(
            first != self.items.start || top <= LEAD + 1.0,
            "the first is at {top}"
        );
        if self.last_scroll() > 0.0 && last + 1 == self.items.end {
            assert!(
                below <= TAIL + 1.0,
                "the last ends {below} above the lower edge"
            );
        }
    }
}
