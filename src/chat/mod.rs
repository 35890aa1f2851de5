//! A chat on top of a socket: the timeline (pure), the handle, and the views.

pub mod message;
pub mod timeline;

mod announcer;
#[expect(clippy::module_inception, reason = "the view named after the whole")]
mod chat;
mod composer;
mod deliveries;
mod dom;
mod enter_key;
mod flush;
mod foreign;
mod message_list;
mod phrases;
mod row;
mod scroll;
mod status;
mod store;
mod unsent;
mod use_chat;
mod window;
mod words;

pub use chat::{Chat, ChatView, STYLE};
pub use use_chat::{ChatHandle, ChatOptions, Messages, use_chat};
pub use words::{Language, UnknownLanguage};
