//! A chat's messages as data: what is held, in which order, what became of the own ones, and what outlives the page.

pub mod advice;
#[doc(hidden)]
pub mod composer;
#[doc(hidden)]
pub mod enter_key;
pub mod hold;
#[doc(hidden)]
pub mod language;
pub mod message;
pub mod other_messages;
pub mod pace;
pub mod timeline;
pub mod unsent;
