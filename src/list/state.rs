//! What a list knows of itself: its layout, what is drawn of it, and how that was put last.

use std::ops::Range;

use leptos_chat_core::list::layout::{Layout, Placement};

use super::drawn::Window;
use super::events::Timer;
use super::rows::Standing;

/// How high a row is taken to be until some were measured, in pixels.
const ESTIMATE: f64 = 48.0;

/// What a list knows of itself.
pub(super) struct State {
    pub(super) layout: Layout,
    pub(super) window: Window,
    pub(super) timer: Timer,
    /// How wide the rows are, and how they and the body were put last.
    pub(super) width: i32,
    pub(super) put: Option<Placement>,
    /// Rows have come or gone since.
    pub(super) redrawn: bool,
    pub(super) told: Standing,
    pub(super) renumber: bool,
}

impl State {
    pub(super) fn new() -> Self {
        Self {
            layout: Layout::new(ESTIMATE),
            window: Window::default(),
            timer: Timer::default(),
            width: 0,
            put: None,
            redrawn: false,
            told: Standing::default(),
            renumber: false,
        }
    }

    /// Measures those of the rows in the flow that are in `keys`.
    pub(super) fn measure(&mut self, keys: &Range<u64>) {
        // What is not shown, in a folded part of the page, has no height that says anything.
        if self.layout.view() == 0.0 {
            return;
        }
        for row in self.window.in_flow().filter(|row| keys.contains(&row.key)) {
            let height = row.row.element.get_bounding_client_rect().height();
            self.layout.measure(row.key, height);
        }
    }
}
