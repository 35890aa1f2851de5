//! Pure: between where the reader is in the history and where the browser's scroller stands.
//!
//! Browsers cannot scroll further than 17 to 33 million pixels, less where the page is enlarged. A history beyond [`HIGHEST`] is
//! shown by a scroller that is as high as that, and each of its pixels stands for several.

/// The most that a list's element is high, in CSS pixels. Chrome's bound of 33.5 million counts the screen's pixels: it is still
/// enough on a screen with three for each of the page's, enlarged to twice its size.
pub const HIGHEST: f64 = 5_000_000.0;

/// This far from both ends, a pixel of the scroller is a pixel of the history. It is less than the scrollbar shows.
const TRUE_ENDS: f64 = 20_000.0;

/// The measures that the scale follows from, in CSS pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measures {
    /// How high all items are together.
    pub total: f64,
    /// How high the part is that can be seen.
    pub view: f64,
    /// How much stands above the items in the scroller, such as its padding.
    pub lead: f64,
    /// How much stands below the items in the scroller.
    pub tail: f64,
}

impl Measures {
    /// How high the element is that holds the items.
    #[must_use]
    pub fn body(self) -> f64 {
        self.total.min(HIGHEST)
    }

    /// The least that the view's upper edge can be below the first item's.
    #[must_use]
    pub fn first_top(self) -> f64 {
        -self.lead
    }

    /// The most that the view's upper edge can be below the first item's.
    #[must_use]
    pub fn last_top(self) -> f64 {
        (self.total + self.tail - self.view).max(-self.lead)
    }

    /// The most that the scroller can be scrolled.
    #[must_use]
    pub fn last_scroll(self) -> f64 {
        (self.lead + self.body() + self.tail - self.view).max(0.0)
    }

    /// Where the view's upper edge is, below the first item's, when the scroller stands at `scroll`.
    #[must_use]
    pub fn top(self, scroll: f64) -> f64 {
        let (from, to) = (self.last_scroll(), self.length());
        self.first_top() + stretch(within(scroll, 0.0, from), from, to)
    }

    /// Where the scroller stands, when the view's upper edge is this far below the first item's.
    #[must_use]
    pub fn scroll(self, top: f64) -> f64 {
        let (from, to) = (self.length(), self.last_scroll());
        stretch(within(top - self.first_top(), 0.0, from), from, to)
    }

    fn length(self) -> f64 {
        self.last_top() - self.first_top()
    }
}

/// `clamp` would panic at bounds in the wrong order, and for the words of that panic a page learns to print numbers.
pub(super) fn within(at: f64, least: f64, most: f64) -> f64 {
    at.min(most).max(least)
}

/// Where a place on the way `0..=from` is on the way `0..=to`. Both ways have the same ends, of [`TRUE_ENDS`], where a pixel is a
/// pixel: a wheel that turns towards an end gets there.
fn stretch(at: f64, from: f64, to: f64) -> f64 {
    let (inner, wanted) = (from - 2.0 * TRUE_ENDS, to - 2.0 * TRUE_ENDS);
    // The same ways, the true end itself, or no room for a middle to be stretched.
    if from == to || at <= TRUE_ENDS || inner <= 0.0 {
        at.min(to)
    } else if from - at <= TRUE_ENDS {
        to - (from - at)
    } else {
        TRUE_ENDS + (at - TRUE_ENDS) * (wanted / inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measures(total: f64) -> Measures {
        Measures {
            total,
            view: 700.0,
            lead: 12.0,
            tail: 20.0,
        }
    }

    #[test]
    fn a_short_history_is_scrolled_pixel_by_pixel() {
        let short = measures(10_000.0);
        for scroll in [0.0, 12.0, 4_000.5, 9_332.0] {
            assert!(
                (short.top(scroll) - (scroll - 12.0)).abs() < 1e-6,
                "{scroll}"
            );
            assert!((short.scroll(short.top(scroll)) - scroll).abs() < 1e-6);
        }
        assert_eq!(short.last_scroll(), 9_332.0);
    }

    #[test]
    fn a_long_history_reaches_from_end_to_end_of_a_scroller_that_browsers_can_have() {
        let long = measures(90_000_000.0);
        assert_eq!(long.body(), HIGHEST);
        assert_eq!(long.top(0.0), -12.0);
        assert_eq!(long.top(long.last_scroll()), 90_000_000.0 + 20.0 - 700.0);
        assert!((long.top(long.last_scroll() / 2.0) - 45_000_000.0).abs() < 1_000.0);
        assert!((long.scroll(long.top(1_234_567.0)) - 1_234_567.0).abs() < 1e-3);
    }

    #[test]
    fn near_its_ends_a_long_history_is_scrolled_pixel_by_pixel() {
        let long = measures(90_000_000.0);
        assert_eq!(long.top(5_000.0), 4_988.0);
        assert_eq!(long.scroll(4_988.0), 5_000.0);
        let end = long.last_scroll();
        assert_eq!(long.top(end - 5_000.0), long.last_top() - 5_000.0);
        assert_eq!(long.scroll(long.last_top() - 5_000.0), end - 5_000.0);
    }

    #[test]
    fn what_fits_is_not_scrolled() {
        let small = measures(100.0);
        assert_eq!(
            (small.top(0.0), small.scroll(50.0), small.last_scroll()),
            (-12.0, 0.0, 0.0)
        );
    }
}
