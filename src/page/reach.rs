//! Where a further setting stands in the page, and the way there.

use leptos::prelude::*;
use leptos::web_sys::HtmlElement;
use wasm_bindgen::JsCast;

use super::field::Field;

/// Unfolds the settings and puts the focus on one of them, as soon as the page is there.
pub fn reach(field: Field) {
    queue_microtask(move || {
        if let Some(summary) = find(".page-more:not([open]) > summary") {
            summary.click();
        }
        // They are made when they are unfolded for the first time: in a microtask before this one.
        queue_microtask(move || {
            if let Some(element) = find(&format!("#{}", id(field))) {
                // A field that cannot have the focus is there all the same.
                let _ = element.focus();
            }
        });
    });
}

fn find(selector: &str) -> Option<HtmlElement> {
    let found = document().query_selector(selector).ok()??;
    found.dyn_into().ok()
}

/// The id of a field's element.
pub fn id(field: Field) -> String {
    format!("extra-{}", field.id())
}
