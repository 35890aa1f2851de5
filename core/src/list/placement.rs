//! Where an item is to go, and how the elements are to stand for it.

/// Where in the view an item goes that is jumped to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// At the upper edge.
    Start,
    /// In the middle.
    Center,
    /// At the lower edge.
    End,
}

impl Align {
    /// How much of the room that an item leaves in the view is above it. An item that is higher than the view is put by its start:
    /// that is what one wants to see.
    pub(super) fn room_above(self, room: f64) -> f64 {
        match self {
            Self::Start => 0.0,
            Self::Center => (room / 2.0).max(0.0),
            Self::End => room.max(0.0),
        }
    }
}

/// How the elements are to stand, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placement {
    /// How high the element is that stands for all items; `None`: it ends where the drawn items do.
    pub body: Option<f64>,
    /// How far below its upper edge the drawn items start; `None`: they end where it does.
    pub rows: Option<f64>,
    /// Where the scroller is to be put, if it does not stand there; it may be beyond the end.
    pub scroll: Option<f64>,
}
