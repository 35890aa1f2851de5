//! A chat on top of a socket. Four rooms, each of which knows those before it: what the views decide (model), how a
//! person is told (language), what an app holds (handle), what a person sees (view). What is said stands in the core.

mod handle;
mod language;
mod model;
mod view;

pub use handle::{ChatHandle, ChatOptions, Messages, use_chat};
pub use language::{Language, UnknownLanguage};
#[doc(inline)]
pub use leptos_chat_core::chat::{message, timeline};
pub use view::{Chat, ChatView, STYLE};
