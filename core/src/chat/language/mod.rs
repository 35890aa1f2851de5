//! How a person is told: the chat's words in English and in Chinese, and strangers' words made fit for a line. It stands here, beside the
//! reasons that it tells, so that the compiler finds the one without a translation.

mod numbers;
pub mod one_line;
pub mod phrases;
mod reasons;
mod sentences;
mod tag;

pub use tag::{Language, UnknownLanguage};

#[cfg(test)]
mod tests;
