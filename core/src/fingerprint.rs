//! A number that stands for a text or a value, so that the text itself need not be kept.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// A number by another, such as a fingerprint. All maps are of this one type: each further type costs a kilobyte of WebAssembly.
pub type Numbers = HashMap<u64, u64>;

/// The same for the same value, in this process.
#[must_use]
pub fn fingerprint(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
