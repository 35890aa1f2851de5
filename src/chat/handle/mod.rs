//! What an app holds of a chat: the handle and its signals, and how events reach them.

mod advice;
mod deliveries;
mod messages;
mod options;
mod redraw;
mod store;
mod use_chat;

pub use messages::Messages;
pub use options::ChatOptions;
pub(in crate::chat) use store::Failures;
pub use use_chat::{ChatHandle, ChatSignals, use_chat};
