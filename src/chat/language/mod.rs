//! How a person is told: the chat's words in English and in Chinese, and strangers' words made fit for a line. Pure.

pub(in crate::chat) mod one_line;
pub(in crate::chat) mod phrases;
mod reasons;
mod words;

pub use words::{Language, UnknownLanguage};
