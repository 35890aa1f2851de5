//! Where the reader is: nothing jumps, whatever comes, goes and changes its size; and one gets everywhere. Beside a browser, at random or step by step.

use leptos_chat_core::list::layout::{Align, Layout};
use leptos_chat_core::list::scale::HIGHEST;
use proptest::prelude::*;

use super::browser::{Browser, LEAD, TAIL};

#[derive(Clone, Debug)]
enum Step {
    Append(u64),
    Prepend(u64),
    Trim(u64),
    Wheel(f64),
    Drag(f64),
    Rest,
    Jump(prop::sample::Index, Align),
    ToStart,
    ToEnd,
    Resize(f64),
    Font(f64),
    Picture(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let align = prop_oneof![Just(Align::Start), Just(Align::Center), Just(Align::End)];
    let step = prop_oneof![
        3 => (1..200_u64).prop_map(Step::Append),
        2 => (1..200_u64).prop_map(Step::Prepend),
        2 => (1..100_u64).prop_map(Step::Trim),
        6 => (-900.0..900.0).prop_map(Step::Wheel),
        3 => (0.0..1.0).prop_map(Step::Drag),
        3 => Just(Step::Rest),
        2 => (any::<prop::sample::Index>(), align).prop_map(|(item, align)| Step::Jump(item, align)),
        1 => Just(Step::ToStart),
        1 => Just(Step::ToEnd),
        1 => (120.0..1_400.0).prop_map(Step::Resize),
        1 => (0.7..1.5).prop_map(Step::Font),
        3 => (0..30_usize).prop_map(Step::Picture),
    ];
    prop::collection::vec(step, 1..40)
}

/// Does a step. Returns whether what the reader sees must stay where it is.
fn apply(browser: &mut Browser, step: &Step) -> bool {
    match *step {
        Step::Append(count) => browser.items.end += count,
        Step::Prepend(count) => browser.items.start -= count,
        Step::Trim(count) => {
            browser.items.start = (browser.items.start + count).min(browser.items.end)
        }
        Step::Resize(view) => browser.view = view,
        Step::Font(font) => browser.font = font,
        Step::Picture(place) => {
            let drawn = browser.seen();
            browser
                .pictures
                .extend(drawn.get(place).map(|(key, ..)| *key));
        }
        Step::Wheel(by) => browser.wheel(by),
        Step::Drag(part) => browser.scroll_to(part * HIGHEST),
        Step::Rest => browser.rest(),
        Step::Jump(item, align) => {
            let count = browser.items.end - browser.items.start;
            if count > 0 {
                browser.jump(
                    browser.items.start + item.index(count as usize) as u64,
                    align,
                );
            }
        }
        Step::ToStart => browser.layout.to_start(),
        Step::ToEnd => browser.layout.to_end(),
    }
    let stays = matches!(
        step,
        Step::Append(_)
            | Step::Prepend(_)
            | Step::Trim(_)
            | Step::Font(_)
            | Step::Picture(_)
            | Step::Rest
    );
    browser.sync();
    stays
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(if cfg!(debug_assertions) { 300 } else { 3_000 }) })]

    #[test]
    fn nothing_jumps_and_nothing_is_missing(count in 0..3_000_u64, lines in 1..50_u64, steps in steps()) {
        let mut browser = Browser::new(1_000_000..1_000_000 + count, lines);
        for step in &steps {
            let before = browser.first_in_view();
            let was_at_end = browser.layout.is_at_end();
            let stays = apply(&mut browser, step);
            browser.check();
            if let Some((key, at)) = before
                && stays && !was_at_end && !browser.layout.is_at_end()
                && browser.items.contains(&key)
                && !pushed(&browser)
            {
                let now = browser.position(key);
                prop_assert!(now.is_some_and(|now| (now - at).abs() <= 1.0), "{step:?}: {key} went from {at} to {now:?}");
            }
        }
    }
}

/// Whether the list stands at one of its ends, where less above or below moves everything.
fn pushed(browser: &Browser) -> bool {
    let seen = browser.seen();
    let Some(((first, top, _), (last, at, height))) = seen.first().zip(seen.last()) else {
        return true;
    };
    let below = browser.view - at - height;
    (*first == browser.items.start && *top >= LEAD - 1.5)
        || (last + 1 == browser.items.end && below >= TAIL - 1.5)
}

const MANY: std::ops::Range<u64> = 500_000..600_000;

fn at_start(browser: &Browser) -> bool {
    let (key, at, _) = browser.seen()[0];
    key == browser.items.start && (at - LEAD).abs() <= 1.0
}

fn at_end(browser: &Browser) -> bool {
    let (key, at, height) = *browser.seen().last().unwrap();
    key + 1 == browser.items.end && (browser.view - at - height - TAIL).abs() <= 1.0
}

#[test]
fn a_list_starts_at_its_end_and_follows_it() {
    let mut browser = Browser::new(MANY, 50);
    assert!(at_end(&browser));
    for count in [1, 2, 1_000] {
        browser.items.end += count;
        browser.sync();
        assert!(at_end(&browser), "{count} more");
    }
    assert_eq!(browser.layout.unseen(), 0);
}

#[test]
fn a_scroll_up_lets_go_and_what_comes_is_counted() {
    let mut browser = Browser::new(MANY, 3);
    browser.wheel(-10.0);
    assert!(browser.layout.is_at_end(), "a hand that trembles");
    browser.wheel(-20.0);
    assert!(!browser.layout.is_at_end());
    browser.items.end += 7;
    browser.sync();
    assert_eq!(browser.layout.unseen(), 7);
}

/// A hundred items, of which none is measured, in a view of 500 pixels.
fn at_its_end() -> Layout {
    let mut layout = Layout::new(50.0);
    layout.set_view(500.0, 0.0, 0.0);
    layout.set_range(0..100);
    layout.place(&layout.window(0));
    layout.stands(4_500.0);
    layout
}

#[test]
fn a_view_that_grows_at_the_end_does_not_let_go() {
    let mut layout = at_its_end();
    // The browser stops a scroller where its content ends, and tells of it as of a scroll.
    layout.set_view(560.0, 0.0, 0.0);
    layout.scrolled(4_440.0);
    assert!(layout.is_at_end());
    layout.set_view(500.0, 0.0, 0.0);
    let placement = layout.place(&layout.window(0));
    assert_eq!(placement.scroll.map(|scroll| scroll >= 4_500.0), Some(true));
}

#[test]
fn a_view_that_grows_at_the_end_while_rows_shrink_does_not_let_go_and_the_next_pull_does() {
    let mut layout = at_its_end();
    layout.set_view(560.0, 0.0, 0.0);
    // The rows are not measured anew yet: by what is known of them, this is not the end.
    layout.scrolled(4_400.0);
    assert!(layout.is_at_end());
    layout.place(&layout.window(0));
    layout.stands(4_440.0);
    layout.scrolled(4_400.0);
    assert!(!layout.is_at_end());
}

#[test]
fn a_slow_pull_lets_go_even_while_items_stream_in() {
    let mut browser = Browser::new(MANY, 3);
    for _ in 0..9 {
        browser.items.end += 1;
        browser.sync();
        browser.wheel(-4.0);
    }
    assert!(!browser.layout.is_at_end());
}

#[test]
fn scrolling_back_down_takes_hold_again() {
    let mut browser = Browser::new(MANY, 3);
    browser.wheel(-600.0);
    assert!(!browser.layout.is_at_end());
    browser.items.end += 2;
    browser.sync();
    for _ in 0..9 {
        browser.wheel(600.0);
    }
    assert!(browser.layout.is_at_end() && at_end(&browser));
    assert_eq!(browser.layout.unseen(), 0);
}

#[test]
fn the_scrollbar_reaches_all_of_a_history_that_browsers_cannot_scroll() {
    let mut browser = Browser::new(MANY, 50);
    assert!(browser.layout.sizes().total() > 40_000_000.0);
    for (part, key) in [(0.5, 550_000.0), (0.1, 510_000.0), (0.9, 590_000.0)] {
        browser.scroll_to(part * HIGHEST);
        browser.check();
        let (seen, _) = browser.first_in_view().unwrap();
        assert!((seen as f64 - key).abs() < 1_500.0, "{part}: {seen}");
        browser.rest();
        assert!((browser.scroll - part * HIGHEST).abs() < 0.01 * HIGHEST);
    }
    browser.scroll_to(0.0);
    assert!(at_start(&browser));
    browser.scroll_to(HIGHEST * 2.0);
    assert!(at_end(&browser) && browser.layout.is_at_end());
}

#[test]
fn a_wheel_reaches_both_ends_of_it() {
    let mut browser = Browser::new(MANY, 50);
    browser.jump(MANY.start + 100, Align::Start);
    let mut turns = 0;
    while !at_start(&browser) {
        browser.wheel(-300.0);
        browser.check();
        turns += 1;
        assert!(turns < 2_000, "the wheel gets nowhere");
    }
    browser.jump(MANY.end - 100, Align::Start);
    while !browser.layout.is_at_end() {
        browser.wheel(300.0);
        turns += 1;
        assert!(turns < 4_000, "the wheel gets nowhere");
    }
    assert!(at_end(&browser));
}

#[test]
fn a_turn_of_the_wheel_is_as_long_in_a_long_history_as_in_a_short_one() {
    let mut browser = Browser::new(MANY, 50);
    browser.jump(550_000, Align::Start);
    browser.rest();
    let (key, at) = browser.first_in_view().unwrap();
    browser.wheel(120.0);
    assert!((browser.position(key).unwrap() - (at - 120.0)).abs() <= 1.0);
    browser.rest();
    assert!((browser.position(key).unwrap() - (at - 120.0)).abs() <= 1.0);
}

#[test]
fn a_jump_puts_the_item_where_it_is_asked_for() {
    let mut browser = Browser::new(MANY, 50);
    for key in [500_000, 512_345, 550_000, 599_990] {
        browser.jump(key, Align::Start);
        browser.check();
        let at = browser.position(key).unwrap();
        assert!(at.abs() <= 1.0 || at_end(&browser), "{key} is at {at}");
        browser.jump(key, Align::Center);
        browser.check();
        let (at, height) = (browser.position(key).unwrap(), browser.height(key));
        assert!(
            at >= -1.0 && (at + height <= 701.0 || at <= LEAD + 1.0),
            "{key}: {at} and {height}"
        );
        browser.jump(key, Align::End);
        browser.check();
    }
}

#[test]
fn the_first_items_put_in_front_move_nothing() {
    let mut browser = Browser::new(MANY, 20);
    browser.layout.to_start();
    browser.sync();
    let before = browser.first_in_view();
    browser.items.start -= 50;
    browser.sync();
    assert_eq!(browser.first_in_view(), before);
    browser.check();
}

#[test]
fn a_reader_whose_items_go_sees_the_next() {
    let mut browser = Browser::new(MANY, 20);
    browser.jump(500_010, Align::Start);
    browser.items.start += 1_000;
    browser.sync();
    browser.check();
    assert_eq!(browser.first_in_view().unwrap().0, 501_000);
    browser.items = 700_000..700_000;
    browser.sync();
    assert!(browser.layout.is_at_end());
}

#[test]
fn what_fits_into_the_view_is_at_its_end() {
    let mut browser = Browser::new(0..5, 1);
    browser.view = 100.0;
    browser.sync();
    browser.wheel(-60.0);
    assert!(!browser.layout.is_at_end());
    browser.view = 700.0;
    browser.layout.rest();
    browser.sync();
    assert!(browser.layout.is_at_end() && at_start(&browser));
}
