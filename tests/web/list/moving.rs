//! How one gets about.

use super::*;

#[wasm_bindgen_test]
async fn every_part_of_the_history_is_drawn_within_two_frames() {
    let page = Page::new(MANY, 50).await;
    let end = page.scroller.scroll_height() - page.scroller.client_height();
    assert!(
        end > 4_000_000 && end < 6_000_000,
        "the scrollbar is {end} long"
    );
    for part in [2, 10, 4, 3, 1, 50] {
        page.scroller.set_scroll_top(end / part);
        frames(2).await;
        page.check();
        let key = page.at_edge();
        let wanted = 500_000.0 + 100_000.0 / part as f64;
        assert!(
            (key as f64 - wanted).abs() < 2_500.0,
            "{key} at a part of 1/{part}"
        );
    }
    page.press("Home", false);
    frames(1).await;
    page.check();
    assert_eq!(
        (page.first_in_view().0, page.scroller.scroll_top()),
        (500_000, 0)
    );
    page.press("End", false);
    frames(1).await;
    page.check();
    assert!(page.to_end() <= 1);
    for key in [500_017, 523_456, 590_001, 599_999] {
        page.list.jump(key, Align::Center);
        frames(1).await;
        page.check();
        let top = page.top_of(key);
        assert!(top >= -1.0 && top < f64::from(VIEW), "{key} is at {top}");
    }
}

#[wasm_bindgen_test]
async fn a_reader_who_scrolls_by_small_steps_passes_every_item() {
    let page = Page::new(MANY, 5).await;
    page.list.jump(550_000, Align::Start);
    frames(2).await;
    let (mut at, mut seen) = (page.first_in_view().0, 0);
    for _ in 0..40 {
        page.scroller
            .set_scroll_top(page.scroller.scroll_top() - 250);
        frames(1).await;
        page.check();
        let (key, _) = page.first_in_view();
        assert!(key <= at && at - key < 15, "from {at} to {key}");
        seen += at - key;
        at = key;
    }
    assert!(seen > 100);
}
