//! The list alone, in a real document: what is drawn, what stays in its place, how one gets about, and what is copied.

mod copying;
mod moving;
mod showing;
mod standing;

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

    fn moved(&self, key: u64, row: &Element) {
        row.set_attribute("data-key", &key.to_string()).unwrap();
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
