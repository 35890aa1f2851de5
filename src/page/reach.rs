//! Where a further setting stands in the page, and the way there.

use leptos::prelude::*;
use leptos::web_sys::HtmlElement;
use wasm_bindgen::JsCast;

use super::field::Field;

/// Unfolds the settings and puts the focus on one of them, as soon as the page is there.
pub fn reach(field: Field) {
    queue_microtask(move || {
        let Some(element) = document().get_element_by_id(&id(field)) else {
            return;
        };
        if let Ok(Some(details)) = element.closest("details") {
            // Setting an attribute of a valid name does not fail.
            let _ = details.set_attribute("open", "");
        }
        if let Ok(element) = element.dyn_into::<HtmlElement>() {
            // A field that cannot have the focus is there all the same.
            let _ = element.focus();
        }
    });
}

/// The id of a field's element.
pub fn id(field: Field) -> String {
    format!("extra-{}", field.id())
}
