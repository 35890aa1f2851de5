//! A chat on top of a socket: what an app holds (handle) and, on top of that, what a person sees (view). What they decide, what is
//! said, and in which words, stands in the core.

mod handle;
mod view;

pub use handle::{ChatHandle, ChatOptions, ChatSignals, Messages, use_chat};
#[doc(inline)]
pub use leptos_chat_core::chat::language::{Language, UnknownLanguage};
#[doc(inline)]
pub use leptos_chat_core::chat::{message, timeline};
pub use view::{Chat, ChatView, STYLE, browser_language};
#[doc(hidden)]
pub use view::{element, parts};
