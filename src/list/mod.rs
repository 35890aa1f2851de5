//! A windowed list, for any app: items of any height, anchored at the bottom, with a scrollbar that is true over all of them.
//!
//! Items have keys: whole numbers, one after the other, the oldest item first. Items come at both ends and go at both ends, and
//! each keeps its key. An app that puts older items in front starts in the middle of the numbers. What is decided is decided in
//! [`leptos_chat_core::list`]; here are the elements.
//!
//! ```
//! use leptos::html::Div;
//! use leptos::prelude::*;
//! use leptos_chat::list::{List, Row, Rows, Standing};
//!
//! struct Numbers;
//!
//! impl Rows for Numbers {
//!     fn make(&self, key: u64) -> Row {
//!         let element = document().create_element("p").expect("a name that is one");
//!         element.set_text_content(Some(&format!("number {key}")));
//!         Row::new(element)
//!     }
//!     fn text(&self, key: u64) -> String {
//!         format!("number {key}")
//!     }
//!     fn stands(&self, _standing: Standing) {}
//! }
//!
//! #[component]
//! fn Page(count: Signal<u64>) -> impl IntoView {
//!     let (scroller, body) = (NodeRef::<Div>::new(), NodeRef::<Div>::new());
//!     let list = StoredValue::new_local(None::<List>);
//!     Effect::new(move || {
//!         if let (Some(scroller), Some(body)) = (scroller.get(), body.get()) {
//!             list.set_value(List::mount(&scroller, &body, Numbers));
//!         }
//!     });
//!     Effect::new(move || {
//!         let items = 0..count.get();
//!         list.with_value(|list| list.as_ref().map(|list| list.set_range(items)));
//!     });
//!     view! { <div node_ref=scroller style="block-size: 20rem; overflow: auto"><div node_ref=body></div></div> }
//! }
//! # let _ = Page;
//! ```

mod copy;
mod drawn;
mod events;
mod view;

use std::any::Any;

use leptos::web_sys::Element;

pub use leptos_chat_core::list::layout::Align;
pub use view::List;

/// What an app knows of its items.
pub trait Rows {
    /// Makes the row of an item: an element in the flow, as wide as the list, with no margins above and below. It is there as long
    /// as it is drawn, and made anew when it comes back.
    fn make(&self, key: u64) -> Row;

    /// The text of an item, for who copies more than what is drawn.
    fn text(&self, key: u64) -> String;

    /// Which element in a row holds its text, as a selector; of a row that is selected in part, that part of it is copied. Default:
    /// the row itself.
    fn text_selector(&self) -> Option<&'static str> {
        None
    }

    /// The list stands elsewhere than before: for a button that leads to the end, say.
    fn stands(&self, standing: Standing);
}

/// The row of one item.
pub struct Row {
    pub(crate) element: Element,
    /// Goes when the row does.
    pub(crate) alive: Option<Box<dyn Any>>,
}

impl Row {
    /// A row that is this element.
    #[must_use]
    pub fn new(element: Element) -> Self {
        Self {
            element,
            alive: None,
        }
    }

    /// Something that lives as long as the row is drawn, such as an effect that changes it.
    #[must_use]
    pub fn with(mut self, alive: impl Any) -> Self {
        self.alive = Some(Box::new(alive));
        self
    }
}

/// Where a list stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Whether it follows its end.
    pub at_end: bool,
    /// How many items came that the reader has not seen.
    pub unseen: u64,
}

impl Default for Standing {
    fn default() -> Self {
        Self {
            at_end: true,
            unseen: 0,
        }
    }
}
