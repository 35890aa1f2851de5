//! A chat on top of a socket. Three rooms, each of which knows those before it: what the views decide (model), what an app
//! holds (handle), what a person sees (view). What is said, and in which words, stands in the core.

mod handle;
mod model;
mod view;

pub use handle::{ChatHandle, ChatOptions, Messages, use_chat};
#[doc(inline)]
pub use leptos_chat_core::chat::language::{Language, UnknownLanguage};
#[doc(inline)]
pub use leptos_chat_core::chat::{message, timeline};
pub use view::{Chat, ChatView, STYLE, browser_language};
#[doc(hidden)]
pub use view::{element, parts};
