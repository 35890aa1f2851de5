//! The rows that are in the document: those of the window, in order, and those that a reader holds on to by focus or selection.

use std::ops::Range;

use leptos::prelude::document;
use leptos::web_sys::{Element, HtmlElement, Node};
use wasm_bindgen::JsCast;

use super::rows::{Row, Rows};

/// Where a row stands that is drawn for its focus or selection alone. Above: below, it would make the scroller higher.
const FAR_ABOVE: &str = "-100000px";

/// One row in the document.
pub(super) struct Drawn {
    pub(super) key: u64,
    pub(super) row: Row,
    /// Outside of the window and out of the flow, there because of its focus or selection.
    held: bool,
}

impl Drawn {
    fn style(&self, name: &str, value: &str) {
        if let Some(element) = self.row.element.dyn_ref::<HtmlElement>() {
            set_style(element, name, value);
        }
    }

    /// Takes the row out of the flow, to where nobody sees it; it stays at its place in the document's order.
    fn hold(&mut self) {
        if !std::mem::replace(&mut self.held, true) {
            self.style("position", "absolute");
            self.style("inset-inline", "0");
            self.style("top", FAR_ABOVE);
        }
    }

    fn release(&mut self) {
        if std::mem::replace(&mut self.held, false) {
            for name in ["position", "inset-inline", "top"] {
                self.style(name, "");
            }
        }
    }

    fn contains(&self, node: &Node) -> bool {
        self.row.element.contains(Some(node))
    }
}

/// Sets a style, or takes it back if the value is empty. A browser that does not know it is no harm.
pub(super) fn set_style(element: &HtmlElement, name: &str, value: &str) {
    let _ = element.style().set_property(name, value);
}

/// A length for a style, to a thousandth of a pixel.
pub(super) fn px(length: f64) -> String {
    let thousandths = (length * 1_000.0).round() as i64;
    let sign = if thousandths < 0 { "-" } else { "" };
    let (whole, rest) = (thousandths.abs() / 1_000, thousandths.abs() % 1_000);
    format!("{sign}{whole}.{rest:03}px")
}

/// All rows that are in the document, by their keys.
#[derive(Default)]
pub(super) struct Window {
    rows: Vec<Drawn>,
    /// The keys of those in the flow.
    range: Range<u64>,
    /// The items there are; a row is numbered among them for who hears it read.
    items: Range<u64>,
}

impl Window {
    /// The keys of the rows in the flow.
    pub(super) fn range(&self) -> Range<u64> {
        self.range.clone()
    }

    /// All rows, the oldest first.
    pub(super) fn rows(&self) -> &[Drawn] {
        &self.rows
    }

    /// The rows in the flow.
    pub(super) fn in_flow(&self) -> impl Iterator<Item = &Drawn> {
        self.rows.iter().filter(|row| !row.held)
    }

    /// The row that this node is in.
    pub(super) fn row_of(&self, node: &Node) -> Option<&Drawn> {
        self.rows.iter().find(|row| row.contains(node))
    }

    /// Draws the rows of `range` and no others, except those that are held on to. Returns those that are new.
    pub(super) fn show(
        &mut self,
        range: Range<u64>,
        items: &Range<u64>,
        parent: &HtmlElement,
        source: &dyn Rows,
    ) -> Range<u64> {
        let fresh = missing(&self.range, &range);
        if range == self.range {
            self.items = items.clone();
            return fresh;
        }
        self.items = items.clone();
        let focus_and_selection = self.focus_and_selection(&range);
        let mut next = range.start;
        let old = std::mem::take(&mut self.rows);
        for mut row in old {
            if range.contains(&row.key) {
                self.make(next..row.key, parent, Some(&row.row.element), source);
                next = row.key + 1;
                row.release();
                self.rows.push(row);
            } else if items.contains(&row.key) && focus_and_selection.holds(&row) {
                if row.key >= range.end {
                    self.make(next..range.end, parent, Some(&row.row.element), source);
                    next = range.end;
                }
                row.hold();
                self.rows.push(row);
            } else {
                row.row.element.remove();
            }
        }
        self.make(next..range.end, parent, None, source);
        self.range = range;
        fresh
    }

    /// An item came before the one with this key, whose row may look otherwise behind it: that one is made anew. The others stay,
    /// with the next keys.
    pub(super) fn insert(&mut self, key: u64, source: &dyn Rows) {
        let from = self.rows.partition_point(|row| row.key < key);
        if self.rows.get(from).is_some_and(|row| row.key == key) {
            self.rows.remove(from).row.element.remove();
        }
        for row in &mut self.rows[from..] {
            row.key += 1;
            source.moved(row.key, &row.row.element);
        }
        // All are looked at when the next range is drawn.
        self.range = 0..0;
    }

    /// What the reader holds on to, where that matters for drawing this range.
    fn focus_and_selection(&self, range: &Range<u64>) -> FocusAndSelection {
        let leaves = range.start > self.range.start || range.end < self.range.end;
        // Only a row that leaves could take the focus or an end of the selection with it.
        match leaves || self.rows.iter().any(|row| row.held) {
            true => FocusAndSelection::of_reader(),
            false => FocusAndSelection::default(),
        }
    }

    fn make(
        &mut self,
        keys: Range<u64>,
        parent: &HtmlElement,
        before: Option<&Element>,
        source: &dyn Rows,
    ) {
        for key in keys {
            let row = source.make(key);
            self.number(key, &row.element);
            // A node of this document goes into another one.
            let _ = parent.insert_before(&row.element, before.map(AsRef::as_ref));
            self.rows.push(Drawn {
                key,
                row,
                held: false,
            });
        }
    }

    fn number(&self, key: u64, element: &Element) {
        let place = (key - self.items.start + 1).to_string();
        let count = (self.items.end - self.items.start).to_string();
        // The names are names of attributes.
        let _ = element.set_attribute("aria-posinset", &place);
        let _ = element.set_attribute("aria-setsize", &count);
    }

    /// Numbers all rows anew among the items there are.
    pub(super) fn renumber(&self) {
        for row in &self.rows {
            if self.items.contains(&row.key) {
                self.number(row.key, &row.row.element);
            }
        }
    }

    /// Takes all rows out of the document.
    pub(super) fn clear(&mut self) {
        for row in std::mem::take(&mut self.rows) {
            row.row.element.remove();
        }
        self.range = 0..0;
    }
}

/// The keys of `now` that are not all in `before`: exact where rows come at one end, and all of them where they come at both.
fn missing(before: &Range<u64>, now: &Range<u64>) -> Range<u64> {
    if now.start >= before.start && now.start < before.end {
        before.end.min(now.end)..now.end
    } else if now.end <= before.end && now.end > before.start {
        now.start..before.start.max(now.start)
    } else {
        now.clone()
    }
}

/// What the reader holds on to: where the focus is, and where the selection starts and ends.
#[derive(Default)]
struct FocusAndSelection([Option<Node>; 3]);

impl FocusAndSelection {
    fn of_reader() -> Self {
        let document = document();
        let focus = document.active_element().map(Node::from);
        let selection = document.get_selection().ok().flatten();
        // A bare caret selects nothing that could be lost.
        let selection = selection.filter(|selection| !selection.is_collapsed());
        Self([
            focus,
            selection
                .as_ref()
                .and_then(|selection| selection.anchor_node()),
            selection.and_then(|selection| selection.focus_node()),
        ])
    }

    fn holds(&self, row: &Drawn) -> bool {
        self.0.iter().flatten().any(|node| row.contains(node))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_written_without_the_machinery_of_floats() {
        assert_eq!(px(0.0), "0.000px");
        assert_eq!(px(12.015_625), "12.016px");
        assert_eq!(px(-0.5), "-0.500px");
        assert_eq!(px(4_999_999.9), "4999999.900px");
    }

    #[test]
    fn only_what_was_not_there_is_new() {
        assert_eq!(missing(&(0..0), &(5..9)), 5..9);
        assert_eq!(missing(&(5..9), &(6..11)), 9..11);
        assert_eq!(missing(&(5..9), &(3..8)), 3..5);
        assert_eq!(missing(&(5..9), &(3..11)), 3..11);
        assert!(missing(&(5..9), &(6..8)).is_empty());
        assert_eq!(missing(&(5..9), &(20..30)), 20..30);
    }
}
