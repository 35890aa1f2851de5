//! [`List`]: what an app holds of a list.

use std::fmt;
use std::ops::Range;
use std::rc::Rc;

use leptos::prelude::document;
use leptos::web_sys::{Element, HtmlElement};
use leptos_chat_core::list::layout::{Align, Layout};
use wasm_bindgen::JsCast;

use super::drawn::set_style;
use super::rows::{Rows, Standing};
use super::view::Inner;

/// A list in the document. Clones are the same list; it goes with the last one.
#[derive(Clone)]
pub struct List(Rc<Inner>);

impl List {
    /// Puts a list with no items into `body`, an empty element in `scroller`, which scrolls and has a height of its own. Other
    /// elements may stand above and below the body. `None` in a browser without `ResizeObserver`.
    #[must_use]
    pub fn mount(
        scroller: &HtmlElement,
        body: &HtmlElement,
        source: impl Rows + 'static,
    ) -> Option<Self> {
        let rows: HtmlElement = document().create_element("div").ok()?.dyn_into().ok()?;
        // The names are names of attributes, and an element goes into another one.
        let _ = rows.set_attribute("role", "list");
        let _ = body.append_child(&rows);
        // The body's `offsetTop` counts from the nearest element with a position. Margins of rows stay within a flow root.
        for (element, name, value) in [
            (scroller, "position", "relative"),
            (body, "position", "relative"),
            (body, "display", "flow-root"),
            (&rows, "position", "relative"),
            (&rows, "inset", "auto 0 0"),
            (&rows, "display", "flow-root"),
        ] {
            set_style(element, name, value);
        }
        let inner = Inner::new(scroller, body, rows, source);
        inner.listen()?;
        Some(Self(inner))
    }

    /// Says which items there are: more or fewer, at both ends.
    pub fn set_range(&self, items: Range<u64>) {
        self.0.set_range(items);
    }

    /// Says which items there are now, where some came before others: each before the one that had its key by then, which has the
    /// next key since, as all behind it. Their rows stay.
    pub fn insert(&self, keys: &[u64], items: Range<u64>) {
        self.0.insert(keys, items);
    }

    /// Goes to the end, and stays there.
    pub fn to_end(&self) {
        self.0.jump(&Layout::to_end);
    }

    /// Goes to the start.
    pub fn to_start(&self) {
        self.0.jump(&Layout::to_start);
    }

    /// Goes to an item; to the nearest, if there is no such one.
    pub fn jump(&self, key: u64, align: Align) {
        self.0.jump(&|layout| layout.jump(key, align));
    }

    /// Looks anew at what stands above and below the items: something has come or gone there.
    pub fn refresh(&self) {
        self.0.refresh();
    }

    /// Makes all rows anew: what they say has changed, in another language, say.
    pub fn redraw(&self) {
        self.0.redraw();
    }

    /// The element of an item, if it is drawn.
    #[must_use]
    pub fn element(&self, key: u64) -> Option<Element> {
        self.0.element(key)
    }

    /// Where it stands.
    #[must_use]
    pub fn standing(&self) -> Standing {
        self.0.standing()
    }
}

impl fmt::Debug for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("List").field(&self.standing()).finish()
    }
}
