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
mod handle;
mod rows;
mod state;
mod view;

pub use handle::List;
pub use leptos_chat_core::list::layout::Align;
pub use rows::{Row, Rows, Standing};
