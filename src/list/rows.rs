//! What the list asks of an app: the rows of its items; and what it tells.

use std::any::Any;

use leptos::web_sys::Element;

/// What an app knows of its items.
pub trait Rows {
    /// Makes the row of an item: an element in the flow, as wide as the list, with no margins above and below. It is there as long
    /// as it is drawn, and made anew when it comes back.
    fn make(&self, key: u64) -> Row;

    /// An item came before this one, which has another key now: for a row that knows its own. Default: nothing.
    fn moved(&self, key: u64, row: &Element) {
        let _ = (key, row);
    }

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
#[non_exhaustive]
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
