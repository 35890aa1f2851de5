//! Select and copy over more rows than are drawn.

use std::ops::Range;

use leptos::prelude::document;
use leptos::web_sys::{self, ClipboardEvent, Element, Event, HtmlElement, Node, Selection};
use wasm_bindgen::JsCast;

use super::drawn::{Drawn, Window};
use super::rows::Rows;

/// Selects all items, drawn or not: from before the first to after the last.
pub(super) fn select_all(body: &HtmlElement) {
    if let Ok(Some(selection)) = document().get_selection() {
        // An element that is in the document can be selected.
        let _ = selection.select_all_children(body);
    }
}

/// Copies the texts of all items in the selection, in order. What lies within one row, the browser copies by itself.
pub(super) fn copy(
    event: &Event,
    items: Range<u64>,
    window: &Window,
    rows: &HtmlElement,
    source: &dyn Rows,
) {
    let Some(event) = event.dyn_ref::<ClipboardEvent>() else {
        return;
    };
    let Some((range, first, last)) = selected(&items, window, rows) else {
        return;
    };
    let Some(clipboard) = event.clipboard_data() else {
        return;
    };
    let mut text = String::new();
    for key in first..=last {
        let part = (key == first || key == last)
            .then(|| selected_part(&range, window, key, source))
            .flatten();
        if key != first {
            text.push('\n');
        }
        text.push_str(&part.unwrap_or_else(|| source.text(key)));
    }
    // Where it fails, the browser copies what is drawn: better than nothing.
    if clipboard.set_data("text/plain", &text).is_ok() {
        event.prevent_default();
    }
}

/// The selection, and the items that it starts and ends in, if these are two.
fn selected(
    items: &Range<u64>,
    window: &Window,
    rows: &HtmlElement,
) -> Option<(web_sys::Range, u64, u64)> {
    let selection: Selection = document().get_selection().ok()??;
    if selection.is_collapsed() || items.is_empty() {
        return None;
    }
    let range = selection.get_range_at(0).ok()?;
    let (start, end) = (range.start_container().ok()?, range.end_container().ok()?);
    let within = |node: Node, offset: u32| {
        let is_rows = node.is_same_node(Some(rows));
        let row = is_rows.then(|| rows.children().item(offset)).flatten();
        row.map_or(node, Node::from)
    };
    let start = within(start, range.start_offset().ok()?);
    // A range ends before the child with this number.
    let end = within(end, range.end_offset().ok()?.saturating_sub(1));
    let first = match window.row_of(&start) {
        Some(row) => row.key,
        None if is_after(rows, &start) => return None,
        None => items.start,
    };
    let last = match window.row_of(&end) {
        Some(row) => row.key,
        None if is_before(rows, &end) => return None,
        None => items.end - 1,
    };
    (first < last).then_some((range, first, last))
}

fn is_after(rows: &HtmlElement, node: &Node) -> bool {
    rows.compare_document_position(node) & Node::DOCUMENT_POSITION_FOLLOWING != 0
        && !rows.contains(Some(node))
}

fn is_before(rows: &HtmlElement, node: &Node) -> bool {
    let position = rows.compare_document_position(node);
    position & Node::DOCUMENT_POSITION_PRECEDING != 0
        && position & Node::DOCUMENT_POSITION_CONTAINS == 0
}

/// The part of an item's text that is selected, if its row is drawn and not all of it is.
fn selected_part(
    range: &web_sys::Range,
    window: &Window,
    key: u64,
    source: &dyn Rows,
) -> Option<String> {
    let row: &Drawn = window.rows().iter().find(|row| row.key == key)?;
    let text = text_of(&row.row.element, source);
    let part = document().create_range().ok()?;
    part.select_node_contents(&text).ok()?;
    let whole = String::from(part.to_string());
    let starts = part
        .compare_boundary_points(web_sys::Range::START_TO_START, range)
        .ok()?;
    if starts < 0 {
        part.set_start(&range.start_container().ok()?, range.start_offset().ok()?)
            .ok()?;
    }
    let ends = part
        .compare_boundary_points(web_sys::Range::END_TO_END, range)
        .ok()?;
    if ends > 0 {
        part.set_end(&range.end_container().ok()?, range.end_offset().ok()?)
            .ok()?;
    }
    let part = String::from(part.to_string());
    (part != whole).then_some(part)
}

fn text_of(row: &Element, source: &dyn Rows) -> Element {
    let found = source
        .text_selector()
        .and_then(|selector| row.query_selector(selector).ok()?);
    found.unwrap_or_else(|| row.clone())
}
