//! What a windowed list decides, for any app: items of any height, anchored at the bottom, with a scrollbar that is true over all
//! of them.
//!
//! Items have keys: whole numbers, one after the other, the oldest item first. Items come at both ends and go at both ends, and
//! each keeps its key. An app that puts older items in front starts in the middle of the numbers.

pub mod layout;
mod motion;
mod placement;
pub mod scale;
pub mod sizes;
pub mod window;
