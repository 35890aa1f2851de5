//! Pure: the shape of a server's messages, as a few small templates and paths: [`Shape`].
//!
//! All that a JSON or text server wants of its clients is said with them: what to send at each opening, what a message looks
//! like, where the words, the sender and the id are in what comes in, what a heartbeat is. What is not set is learnt from
//! what is heard.

mod habits;
mod heard;
mod learnt;
mod parse;
mod part;
mod path;
mod preset;
mod settings;
mod template;

pub use habits::Habits;
pub(crate) use habits::may_hold_words;
pub use heard::Heard;
pub(crate) use learnt::NamelessPongs;
pub use learnt::{Answer, Envelope, Learnt, Record};
pub use part::TemplateError;
pub use path::{Path, PathError};
pub use preset::{PRESETS, Preset, preset};
pub use settings::{Preview, Shape};
pub use template::{Filling, Template};
