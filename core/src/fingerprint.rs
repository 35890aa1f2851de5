//! A number that stands for a text or a value, so that the text itself need not be kept.

use std::hash::{DefaultHasher, Hash, Hasher};

/// The same for the same value, in this process.
pub(crate) fn fingerprint(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
