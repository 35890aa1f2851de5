//! What a person sees of a chat: Leptos components that read signals.

mod announcer;
mod chat;
mod composer;
mod dom;
#[doc(hidden)]
pub mod element;
mod line;
mod message_list;
mod other_messages;
#[doc(hidden)]
pub mod parts;
mod preview;
mod row;
mod status;

pub use chat::{Chat, ChatView, STYLE};
pub use dom::browser_language;
