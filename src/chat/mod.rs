//! A chat on top of a socket: the timeline (pure), the handle, and the views.

pub mod message;
pub mod timeline;

mod flush;
mod use_chat;

pub use use_chat::{ChatHandle, ChatOptions, Messages, use_chat};
