//! Pure: which items are drawn.

use std::ops::Range;

use super::scale::within;
use super::sizes::Sizes;

/// The most items that are drawn.
pub const MOST_DRAWN: u64 = IN_WINDOW + 2 * KEPT;
/// The most items of a window.
const IN_WINDOW: u64 = 60;
/// As many items stay drawn at each end of the window.
const KEPT: u64 = 6;

/// The items of a view whose upper edge is at `top`, and some around it; `more` so many at both ends.
pub(super) fn window(sizes: &Sizes, top: f64, view: f64, more: u64) -> Range<u64> {
    let items = sizes.range();
    let at = |distance| sizes.find(distance).map_or(items.start, |(key, _)| key);
    if items.is_empty() {
        return items;
    }
    let around = within(view / 2.0, 150.0, 600.0);
    let (first, last) = (at(top), at(top + view) + 1);
    // A view of more items than that is drawn from its lower edge up, where a chat is read.
    let first = first.max(last.saturating_sub(IN_WINDOW));
    let from = at(top - around).saturating_sub(more).max(items.start);
    let to = (at(top + view + around) + 1 + more).min(items.end);
    // What is left over goes to both sides alike; what one side has no use for, the other gets.
    let spare = IN_WINDOW - (last - first);
    let (above, below) = (first.saturating_sub(from), to - last);
    let above = above.min((spare / 2).max(spare.saturating_sub(below)));
    first - above..last + below.min(spare - above)
}

/// The window, and what of `drawn` is right beside it, if that is not much.
pub(super) fn keep(items: &Range<u64>, drawn: &Range<u64>, window: Range<u64>) -> Range<u64> {
    let above = window.start - drawn.start.clamp(items.start, window.start);
    let below = drawn.end.clamp(window.end, items.end) - window.end;
    // They go by several, and some stay: a row that is less high than it was thought to be brings back those above it.
    let kept = |beside: u64| if beside > KEPT { KEPT / 2 } else { beside };
    window.start - kept(above)..window.end + kept(below)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The window of a view of 500 pixels, which starts so far below the first of 1,000 items of this height.
    fn window_at(top: f64, height: f64, more: u64) -> Range<u64> {
        let mut sizes = Sizes::new(height);
        sizes.set_range(0..1_000);
        window(&sizes, top, 500.0, more)
    }

    #[test]
    fn half_a_view_is_drawn_at_both_ends_and_more_if_that_was_too_little() {
        assert_eq!(window_at(2_000.0, 50.0, 0), 35..56);
        assert_eq!(window_at(2_000.0, 50.0, 3), 32..59);
    }

    #[test]
    fn what_one_end_has_no_use_for_the_other_gets() {
        // 41 items are seen: 19 are left over, and either end has use for 20.
        assert_eq!(window_at(5_000.0, 12.5, 0), 391..451);
        assert_eq!(window_at(0.0, 12.5, 0), 0..60);
        assert_eq!(window_at(12_000.0, 12.5, 0), 940..1_000);
    }

    #[test]
    fn a_view_of_more_items_than_are_drawn_is_drawn_from_its_lower_edge_up() {
        assert_eq!(window_at(1_000.0, 5.0, 0), 241..301);
    }

    #[test]
    fn a_few_that_have_left_the_window_stay_drawn_and_of_many_some() {
        let items = 0..100;
        assert_eq!(keep(&items, &(24..66), 30..60), 24..66);
        assert_eq!(keep(&items, &(23..67), 30..60), 27..63);
        assert_eq!(keep(&items, &(35..50), 30..60), 30..60);
        assert_eq!(keep(&(28..62), &(20..70), 30..60), 28..62);
    }
}
