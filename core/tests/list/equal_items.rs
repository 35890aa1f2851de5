//! Where the reader of a hundred equal items is, to the pixel.

use leptos_chat_core::list::layout::{Align, Layout};

/// A list of 100 items of 50 pixels each in a view of 500, whose reader has scrolled up to `scroll`.
fn scrolled_to(scroll: f64) -> Layout {
    let mut layout = Layout::new(50.0);
    layout.set_view(500.0, 0.0, 0.0);
    layout.set_range(0..100);
    for key in 0..100 {
        layout.measure(key, 50.0);
    }
    let window = layout.window(0);
    layout.place(&window);
    layout.stands(4_500.0);
    layout.scrolled(scroll);
    layout
}

#[test]
fn a_scroller_that_ends_takes_hold_of_the_end_if_one_goes_down_and_is_near() {
    let mut near = scrolled_to(4_000.0);
    near.reach_end();
    assert!(!near.is_at_end(), "the reader goes up");
    near.scrolled(4_010.0);
    assert!(!near.is_at_end(), "the sizes say that there is more");
    near.reach_end();
    assert!(near.is_at_end());

    let mut far = scrolled_to(2_000.0);
    far.scrolled(2_010.0);
    far.reach_end();
    assert!(
        !far.is_at_end(),
        "what is measured is believed where the end is far"
    );
}

#[test]
fn what_was_measured_at_another_width_is_forgotten_and_its_mean_is_the_estimate() {
    let mut layout = scrolled_to(2_000.0);
    layout.measure(7, 150.0);
    layout.forget_sizes();
    assert_eq!(layout.sizes().measured(7), None);
    assert_eq!(layout.sizes().estimate(), 51.0);
    assert_eq!((layout.view(), layout.is_moving()), (500.0, true));
}

#[test]
fn a_list_that_loses_all_its_items_is_at_its_end() {
    let mut layout = scrolled_to(2_000.0);
    layout.set_range(100..100);
    assert!(layout.is_at_end() && layout.window(0).is_empty());
    layout.scrolled(10.0);
    layout.to_start();
    assert!(layout.is_at_end());
}

#[test]
fn a_list_without_items_leaves_the_scroller_where_it_is() {
    // A sentence stands in it, which is higher than the view, and goes with the first item.
    let mut layout = Layout::new(50.0);
    layout.set_view(100.0, 12.0, 200.0);
    assert_eq!(layout.place(&(0..0)).scroll, None);
    layout.set_range(0..1);
    assert!(layout.place(&(0..1)).scroll.is_some());
}

#[test]
fn an_item_is_put_to_the_start_the_middle_or_the_end_of_the_view() {
    let mut layout = scrolled_to(2_000.0);
    let mut top = |height: f64, align| {
        layout.measure(20, height);
        layout.jump(20, align);
        layout.top()
    };
    assert_eq!(top(50.0, Align::Start), 1_000.0);
    assert_eq!(top(50.0, Align::Center), 775.0);
    assert_eq!(top(50.0, Align::End), 550.0);
    // Of one that is higher than the view, the start is what one wants to see.
    assert_eq!(top(900.0, Align::Center), 1_000.0);
    assert_eq!(top(900.0, Align::End), 1_000.0);
}

#[test]
fn what_is_asked_for_or_looked_at_and_not_there_is_the_nearest() {
    let mut layout = scrolled_to(2_000.0);
    layout.jump(1_000, Align::Start);
    assert_eq!(layout.top(), 4_500.0);
    layout.set_range(0..200);
    assert_eq!(layout.top(), 4_950.0);

    let mut layout = scrolled_to(4_000.0);
    layout.set_range(0..50);
    assert_eq!(layout.top(), 2_000.0);
    layout.set_range(0..100);
    assert_eq!(layout.top(), 2_450.0);
}

#[test]
fn a_scroll_of_less_than_a_pixel_is_the_browsers_own() {
    let mut layout = scrolled_to(2_000.0);
    assert!(!layout.scrolled(2_000.5));
    assert_eq!(layout.top(), 2_000.0);
    assert!(layout.scrolled(2_001.0));
    assert_eq!(layout.top(), 2_001.0);
}

#[test]
fn a_pixel_is_a_pixel_near_the_ends() {
    assert_eq!(scrolled_to(4_400.0).top(), 4_400.0);
    let mut layout = scrolled_to(600.0);
    layout.scrolled(300.0);
    assert_eq!(layout.top(), 300.0);
    layout.scrolled(0.0);
    assert_eq!(layout.top(), 0.0);
}

#[test]
fn a_scroller_that_ends_before_what_has_just_come_leads_to_the_end_all_the_same() {
    let mut layout = scrolled_to(4_000.0);
    layout.set_range(0..110);
    layout.scrolled(4_500.0);
    assert!(layout.is_at_end());
}

#[test]
fn the_first_item_that_starts_in_the_view_stands_still_whatever_grows_above_it() {
    let mut layout = scrolled_to(2_025.0);
    layout.measure(40, 90.0);
    assert_eq!(layout.top(), 2_065.0, "the next one is held on to");
    let mut layout = scrolled_to(2_000.0);
    layout.measure(40, 90.0);
    assert_eq!(layout.top(), 2_000.0, "it starts in the view itself");
    let mut layout = scrolled_to(2_000.0);
    layout.measure(40, 900.0);
    layout.scrolled(2_100.0);
    layout.measure(40, 950.0);
    assert_eq!(layout.top(), 2_100.0, "it fills the view");
}

#[test]
fn what_was_scrolled_to_is_seen() {
    let mut layout = scrolled_to(4_000.0);
    layout.set_range(0..110);
    assert_eq!(layout.unseen(), 10);
    layout.place(&layout.window(0));
    layout.scrolled(4_600.0);
    assert_eq!((layout.is_at_end(), layout.unseen()), (false, 8));
}

#[test]
fn the_start_is_above_what_stands_over_the_first_item() {
    let mut layout = scrolled_to(2_000.0);
    layout.to_start();
    assert_eq!((layout.top(), layout.is_moving()), (0.0, false));
    let mut short = Layout::new(50.0);
    short.set_view(500.0, 10.0, 20.0);
    short.set_range(0..2);
    assert_eq!(short.top(), -10.0);
}

#[test]
fn while_a_reader_scrolls_the_rows_move_and_not_the_scroller() {
    let mut layout = scrolled_to(2_000.0);
    layout.measure(10, 150.0);
    let window = layout.window(0);
    let placement = layout.place(&window);
    assert_eq!(placement.scroll, None);
    let drifted = placement.rows.unwrap();
    layout.rest();
    let placement = layout.place(&window);
    assert_eq!(placement.scroll, Some(2_100.0));
    assert_eq!(placement.rows, Some(drifted + 100.0));
}

#[test]
fn at_the_end_of_a_list_that_browsers_can_scroll_they_add_up_its_rows_themselves() {
    let mut layout = scrolled_to(4_000.0);
    layout.to_end();
    let placement = layout.place(&(80..100));
    assert_eq!((placement.body, placement.rows), (None, Some(4_000.0)));
}

#[test]
fn a_pull_of_a_pixel_each_lets_go_once_it_is_further_than_a_trembling_hand() {
    let mut layout = scrolled_to(4_500.0);
    layout.to_end();
    for _ in 0..24 {
        layout.scrolled(4_499.0);
        layout.stands(4_500.0);
    }
    assert!(layout.is_at_end());
    layout.scrolled(4_499.0);
    assert!(!layout.is_at_end());
}

#[test]
fn dragged_to_where_the_end_was_before_much_came_it_is_not_at_its_end() {
    let mut layout = scrolled_to(2_000.0);
    layout.set_range(0..200);
    layout.scrolled(4_500.0);
    assert_eq!((layout.is_at_end(), layout.top()), (false, 4_500.0));
}

#[test]
fn an_item_that_fills_the_view_to_its_lower_edge_is_the_one_that_stands_still() {
    let mut layout = scrolled_to(2_000.0);
    layout.measure(40, 600.0);
    layout.scrolled(2_100.0);
    layout.measure(40, 650.0);
    assert_eq!(layout.top(), 2_100.0);
}

#[test]
fn the_last_item_stands_still_when_it_grows_though_its_end_is_seen() {
    let mut layout = scrolled_to(2_000.0);
    layout.set_view(500.0, 0.0, 50.0);
    layout.measure(99, 600.0);
    layout.rest();
    layout.jump(99, Align::Start);
    let window = layout.window(0);
    layout.place(&window);
    layout.stands(4_950.0);
    layout.scrolled(5_070.0);
    assert_eq!((layout.is_at_end(), layout.top()), (false, 5_070.0));
    layout.measure(99, 650.0);
    assert_eq!(layout.top(), 5_070.0);
}

#[test]
fn a_scroller_half_a_pixel_from_its_ends_is_put_where_the_reader_is() {
    let put = |at: f64| {
        let mut layout = scrolled_to(2_000.0);
        layout.stands(at);
        layout.place(&(30..60)).scroll
    };
    for at in [0.4, 0.5, 4_499.5, 4_499.6] {
        assert_eq!(put(at), Some(2_000.0), "{at}");
    }
    for at in [0.6, 4_499.4] {
        assert_eq!(put(at), None, "{at}");
    }
}

#[test]
fn what_a_browser_still_does_of_a_motion_that_a_jump_ended_moves_nothing() {
    let mut layout = scrolled_to(4_200.0);
    layout.to_end();
    layout.stands(4_500.0);
    for _ in 0..4 {
        assert!(layout.scrolled(4_400.0), "it is put back");
        assert!(layout.is_at_end());
        layout.stands(4_500.0);
    }
    layout.rest();
    layout.scrolled(4_400.0);
    assert!(!layout.is_at_end(), "the reader has scrolled");

    layout.to_start();
    layout.stands(0.0);
    assert!(layout.scrolled(100.0));
    assert_eq!(layout.top(), 0.0);
    let window = layout.window(0);
    assert_eq!(layout.place(&window).scroll, Some(0.0));
    layout.stands(0.0);
    layout.sets_out();
    layout.scrolled(100.0);
    assert_eq!(layout.top(), 100.0, "another key was pressed");
}

#[test]
fn a_jump_right_after_a_key_that_scrolls_ends_a_motion_of_which_nothing_is_seen_yet() {
    let mut layout = scrolled_to(4_500.0);
    layout.sets_out();
    layout.to_end();
    for at in [4_497.0, 4_400.0, 4_000.0] {
        layout.stands(4_500.0);
        assert!(layout.scrolled(at), "it is put back");
        assert!(layout.is_at_end());
    }
}

#[test]
fn a_jump_at_rest_and_a_scroll_that_is_long_are_followed_by_the_reader() {
    let mut layout = scrolled_to(4_200.0);
    layout.rest();
    layout.to_end();
    layout.stands(4_500.0);
    layout.scrolled(4_400.0);
    assert!(!layout.is_at_end());
    layout.to_end();
    layout.stands(4_500.0);
    layout.scrolled(2_000.0);
    assert_eq!(layout.top(), 2_000.0);
}
