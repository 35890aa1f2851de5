//! A number that stands for a text or a value, so that the text itself need not be kept.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};

/// A number by a fingerprint. All maps are of this one type: each further type costs a kilobyte of WebAssembly.
pub type Numbers = HashMap<u64, u64, BuildHasherDefault<AsIs>>;

/// The same for the same value, in this process.
#[must_use]
pub fn fingerprint(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Takes a fingerprint for its own hash: it is one.
#[derive(Clone, Copy, Debug, Default)]
pub struct AsIs(u64);

impl Hasher for AsIs {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = fingerprint((self.0, bytes));
    }

    fn write_u64(&mut self, fingerprint: u64) {
        self.0 = fingerprint;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_its_own_hash_and_anything_else_gets_one() {
        let hash = |value: &dyn Fn(&mut AsIs)| {
            let mut hasher = AsIs::default();
            value(&mut hasher);
            hasher.finish()
        };
        assert_eq!(hash(&|hasher| 7_u64.hash(hasher)), 7);
        assert_ne!(
            hash(&|hasher| "a".hash(hasher)),
            hash(&|hasher| "b".hash(hasher))
        );
    }
}
