//! The list alone, in a real document: what is drawn, what stays in its place, how one gets about, and what is copied.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use leptos_chat::list::{Align, List, Row, Rows, Standing};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{console_log, wasm_bindgen_test};
use web_sys::{Element, HtmlElement};

use super::support::a_while;

/// What a list may draw.
const MOST_ROWS: u32 = 80;
const VIEW: i32 = 600;

/// Items of 1 to 50 lines.
struct Lines {
    most: u64,
    standing: Rc<Cell<Standing>>,
    made: Rc<Cell<u32>>,
}

fn lines(key: u64, most: u64) -> u64 {
    key.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(31) % most + 1
}

impl Rows for Lines {
    fn make(&self, key: u64) -> Row {
        self.made.set(self.made.get() + 1);
        let row = document().create_element("div").unwrap();
        row.set_attribute("data-key", &key.to_string()).unwrap();
        let button = document().create_element("button").unwrap();
        button.set_text_content(Some("x"));
        let text = document().create_element("span").unwrap();
        text.set_text_content(Some(&self.text(key)));
        row.append_child(&button).unwrap();
        row.append_child(&text).unwrap();
        Row::new(row)
    }

    fn text(&self, key: u64) -> String {
        let mut text = format!("item {key}");
        for line in 1..lines(key, self.most) {
            text += &format!("\nline {line}");
        }
        text
    }

    fn text_selector(&self) -> Option<&'static str> {
        Some("span")
    }

    fn stands(&self, standing: Standing) {
        self.standing.set(standing);
    }
}

struct Page {
    scroller: HtmlElement,
    list: List,
    standing: Rc<Cell<Standing>>,
    made: Rc<Cell<u32>>,
}

fn div(style: &str) -> HtmlElement {
    let element: HtmlElement = document().create_element("div").unwrap().unchecked_into();
    element.set_attribute("style", style).unwrap();
    element
}

async fn frame() {
    let wait = js_sys::Promise::new(&mut |resolve, _| {
        window().request_animation_frame(&resolve).unwrap();
    });
    JsFuture::from(wait).await.unwrap();
}

async fn frames(count: usize) {
    for _ in 0..count {
        frame().await;
    }
}

impl Page {
    async fn new(items: std::ops::Range<u64>, most: u64) -> Self {
        let scroller = div(
            "height: 600px; width: 500px; overflow: hidden auto; padding: 12px; overflow-anchor: none; \
             font: 16px/20px monospace; white-space: pre-wrap; box-sizing: border-box",
        );
        let body = div("");
        scroller.set_attribute("tabindex", "0").unwrap();
        scroller.append_child(&body).unwrap();
        document().body().unwrap().append_child(&scroller).unwrap();
        let (standing, made) = (Rc::<Cell<Standing>>::default(), Rc::<Cell<u32>>::default());
        let source = Lines {
            most,
            standing: standing.clone(),
            made: made.clone(),
        };
        let list = List::mount(&scroller, &body, source).unwrap();
        list.set_range(items);
        let page = Self {
            scroller,
            list,
            standing,
            made,
        };
        frames(3).await;
        page
    }

    fn rows(&self) -> Vec<(u64, Element)> {
        let body = self.scroller.first_element_child().unwrap();
        let all = body.first_element_child().unwrap().children();
        (0..all.length())
            .map(|at| {
                let row: Element = all.item(at).unwrap();
                (row.get_attribute("data-key").unwrap().parse().unwrap(), row)
            })
            .collect()
    }

    /// Where a row is below the upper edge of the scroller.
    fn place(&self, row: &Element) -> f64 {
        row.get_bounding_client_rect().top() - self.scroller.get_bounding_client_rect().top()
    }

    fn first_in_view(&self) -> (u64, f64) {
        let rows = self.rows().into_iter();
        rows.map(|(key, row)| (key, self.place(&row)))
            .find(|(_, top)| *top >= 0.0)
            .expect("a row in view")
    }

    /// The row at the upper edge.
    fn at_edge(&self) -> u64 {
        let rows = self.rows().into_iter();
        let mut seen =
            rows.filter(|(_, row)| self.place(row) + row.get_bounding_client_rect().height() > 0.0);
        seen.next().expect("a row in view").0
    }

    fn top_of(&self, key: u64) -> f64 {
        self.place(&self.list.element(key).expect("it is drawn"))
    }

    fn to_end(&self) -> i32 {
        self.scroller.scroll_height() - self.scroller.client_height() - self.scroller.scroll_top()
    }

    /// All of the view is filled with rows, which are in order and few.
    fn check(&self) {
        let rows = self.rows();
        let elements = self.scroller.get_elements_by_tag_name("*").length();
        assert!(
            rows.len() as u32 <= MOST_ROWS && elements <= 600,
            "{} rows, {elements} elements",
            rows.len()
        );
        assert!(rows.is_sorted_by_key(|(key, _)| *key), "in order");
        let inside = |at: f64| {
            rows.iter().any(|(_, row)| {
                let height = row.get_bounding_client_rect().height();
                let top = self.place(row);
                top <= at && at <= top + height
            })
        };
        for at in [30, 150, 300, 450, VIEW - 30] {
            assert!(inside(f64::from(at)), "nothing is drawn at {at}");
        }
    }

    fn press(&self, key: &str, control: bool) {
        let init = web_sys::KeyboardEventInit::new();
        init.set_key(key);
        init.set_bubbles(true);
        init.set_cancelable(true);
        init.set_ctrl_key(control);
        let event =
            web_sys::KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &init).unwrap();
        self.scroller.dispatch_event(&event).unwrap();
    }

    /// What a copy would put onto the clipboard; `None` if it is left to the browser.
    fn copied(&self) -> Option<String> {
        let data = js_sys::Function::new_with_args(
            "target",
            "const data = new DataTransfer(); \
             const event = new ClipboardEvent('copy', { clipboardData: data, bubbles: true, cancelable: true }); \
             return target.dispatchEvent(event) ? null : data.getData('text/plain')",
        );
        data.call1(&wasm_bindgen::JsValue::NULL, &self.scroller)
            .unwrap()
            .as_string()
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.scroller.remove();
    }
}

fn assert_near(now: f64, before: f64, what: &str) {
    assert!(
        (now - before).abs() <= 2.0,
        "{what}: it went from {before} to {now}"
    );
}

const MANY: std::ops::Range<u64> = 500_000..600_000;

#[wasm_bindgen_test]
async fn a_list_of_a_hundred_thousand_draws_its_end_and_little_else() {
    let page = Page::new(MANY, 50).await;
    page.check();
    assert!(page.to_end() <= 1, "{} from the end", page.to_end());
    assert_eq!(page.rows().last().unwrap().0, 599_999);
    assert!(
        page.made.get() < 3 * MOST_ROWS,
        "{} were made",
        page.made.get()
    );
}

#[wasm_bindgen_test]
async fn a_list_follows_its_end_and_leaves_a_reader_alone() {
    let page = Page::new(MANY, 5).await;
    for end in 600_001..600_020 {
        page.list.set_range(500_000..end);
        assert!(page.to_end() <= 1);
    }
    page.scroller
        .set_scroll_top(page.scroller.scroll_top() - 200);
    frames(2).await;
    assert!(!page.standing.get().at_end);
    let (key, top) = page.first_in_view();
    page.list.set_range(500_000..600_120);
    assert_near(page.top_of(key), top, "after an append");
    assert_eq!(page.standing.get().unseen, 101);
    a_while(Duration::from_millis(400)).await;
    assert_near(page.top_of(key), top, "at rest");
    page.list.to_end();
    frames(2).await;
    assert!(page.to_end() <= 1 && page.standing.get() == Standing::default());
}

#[wasm_bindgen_test]
async fn items_put_in_front_move_nothing_not_even_the_first_ones_after_mounting() {
    for start in [true, false] {
        let page = Page::new(MANY, 5).await;
        if start {
            page.list.to_start();
        } else {
            page.list.jump(550_000, Align::Start);
        }
        let (key, top) = page.first_in_view();
        for more in 1..4_u64 {
            page.list.set_range(500_000 - more * 50..600_000);
            assert_near(page.top_of(key), top, "after a prepend");
            frames(2).await;
            assert_near(page.top_of(key), top, "a frame later");
            page.check();
        }
    }
}

#[wasm_bindgen_test]
async fn a_resize_a_picture_and_a_font_move_nothing() {
    let page = Page::new(MANY, 5).await;
    page.list.jump(550_000, Align::Start);
    frames(2).await;
    let (key, top) = page.first_in_view();
    let before = page.list.element(key - 2).unwrap();
    before.append_child(&div("height: 333px")).unwrap();
    frames(2).await;
    assert_near(page.top_of(key), top, "a picture has loaded");
    page.scroller
        .style()
        .set_property("font-size", "22px")
        .unwrap();
    page.scroller
        .style()
        .set_property("line-height", "31px")
        .unwrap();
    frames(2).await;
    assert_near(page.top_of(key), top, "another font");
    page.scroller
        .style()
        .set_property("width", "120px")
        .unwrap();
    frames(2).await;
    assert_near(page.top_of(key), top, "another width");
    page.scroller
        .style()
        .set_property("height", "300px")
        .unwrap();
    frames(2).await;
    assert_near(page.top_of(key), top, "another height");
}

#[wasm_bindgen_test]
async fn at_the_end_a_resize_a_picture_and_a_font_keep_to_the_end() {
    let page = Page::new(MANY, 5).await;
    let (_, last) = page.rows().pop().unwrap();
    last.append_child(&div("height: 333px")).unwrap();
    frames(2).await;
    assert!(
        page.to_end() <= 1,
        "a picture has loaded: {}",
        page.to_end()
    );
    page.scroller
        .style()
        .set_property("font-size", "22px")
        .unwrap();
    page.scroller
        .style()
        .set_property("height", "400px")
        .unwrap();
    frames(2).await;
    assert!(page.to_end() <= 1, "another font: {}", page.to_end());
}

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

#[wasm_bindgen_test]
async fn all_of_the_text_is_copied_in_order_and_not_only_what_is_drawn() {
    let page = Page::new(0..10_000, 3).await;
    page.press("a", true);
    let text = page.copied().expect("the list copies");
    let items: Vec<&str> = text
        .split('\n')
        .filter(|line| line.starts_with("item"))
        .collect();
    assert_eq!(items.len(), 10_000);
    assert!(
        items
            .iter()
            .enumerate()
            .all(|(number, line)| *line == format!("item {number}"))
    );
}

#[wasm_bindgen_test]
async fn a_selection_survives_its_rows_and_is_copied_from_its_first_to_its_last_letter() {
    let page = Page::new(0..10_000, 3).await;
    page.list.jump(5_000, Align::Start);
    frames(2).await;
    let text = |key| {
        page.list
            .element(key)
            .unwrap()
            .query_selector("span")
            .unwrap()
            .unwrap()
            .first_child()
            .unwrap()
    };
    let selection = document().get_selection().unwrap().unwrap();
    selection
        .collapse_with_offset(Some(&text(5_001)), 5)
        .unwrap();
    selection.extend_with_offset(&text(5_002), 2).unwrap();
    page.list.jump(5_200, Align::Start);
    frames(2).await;
    selection.extend_with_offset(&text(5_201), 4).unwrap();
    page.list.to_end();
    frames(2).await;
    page.check();
    let copied = page.copied().expect("the list copies");
    let lines: Vec<&str> = copied.split('\n').collect();
    assert_eq!((lines[0], *lines.last().unwrap()), ("5001", "item"));
    assert_eq!(
        lines
            .iter()
            .filter(|line| line.starts_with("item "))
            .count(),
        199
    );
    selection.remove_all_ranges().unwrap();
    page.list.to_start();
    assert!(
        page.list.element(5_001).is_none(),
        "nobody holds on to it any more"
    );
}

#[wasm_bindgen_test]
async fn the_focus_survives_when_its_row_leaves() {
    let page = Page::new(MANY, 5).await;
    let (key, row) = page.rows().pop().unwrap();
    let button: HtmlElement = row
        .query_selector("button")
        .unwrap()
        .unwrap()
        .unchecked_into();
    button.focus().unwrap();
    page.list.jump(550_000, Align::Start);
    frames(2).await;
    page.check();
    assert!(page.list.element(key).is_some());
    assert!(
        document()
            .active_element()
            .unwrap()
            .is_same_node(Some(&button))
    );
    page.list.to_end();
    frames(2).await;
    assert!(
        page.list.element(key).unwrap().is_same_node(Some(&row)),
        "it is the same row"
    );
    page.check();
}

#[wasm_bindgen_test]
async fn a_list_that_was_hidden_is_at_its_end_once_it_is_shown() {
    let page = Page::new(MANY, 5).await;
    page.scroller
        .style()
        .set_property("display", "none")
        .unwrap();
    frames(2).await;
    page.list.set_range(500_000..600_500);
    frames(2).await;
    page.scroller
        .style()
        .set_property("display", "block")
        .unwrap();
    frames(2).await;
    page.check();
    assert!(page.to_end() <= 1, "{} from the end", page.to_end());
    assert!(
        page.scroller.scroll_height() > 3_000_000,
        "the heights are known as before"
    );
}

#[wasm_bindgen_test]
async fn rows_are_numbered_among_all_items() {
    let page = Page::new(MANY, 5).await;
    a_while(Duration::from_millis(1_500)).await;
    let (key, row) = page.rows().pop().unwrap();
    let attribute = |name| row.get_attribute(name).unwrap();
    assert_eq!(
        (attribute("aria-posinset"), attribute("aria-setsize")),
        ((key - 499_999).to_string(), "100000".into())
    );
    page.list.set_range(500_000..600_001);
    a_while(Duration::from_millis(1_500)).await;
    assert_eq!(row.get_attribute("aria-setsize").unwrap(), "100001");
}

#[wasm_bindgen_test]
async fn what_a_list_costs_is_the_same_at_each_history() {
    let now = || window().performance().unwrap().now();
    let log = RefCell::new(Vec::new());
    for count in [100_u64, 10_000, 100_000] {
        let page = Page::new(0..count, 5).await;
        let started = now();
        let made = page.made.get();
        for more in 1..=200 {
            page.list.set_range(0..count + more);
        }
        let each = (now() - started) / 200.0;
        let made = page.made.get() - made;
        assert_eq!(made, 200, "each row is made once");
        let started = now();
        page.list.jump(count / 2, Align::Start);
        let jump = now() - started;
        let elements = page.scroller.get_elements_by_tag_name("*").length();
        log.borrow_mut().push(format!(
            "{count}: append {each:.3} ms, jump {jump:.2} ms, {} rows, {elements} elements",
            page.rows().len()
        ));
        page.check();
    }
    console_log!("list: {}", log.borrow().join("; "));
}
