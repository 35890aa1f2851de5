//! A line as it arrived.

use super::words::Digest;
use crate::fingerprint::fingerprint;

/// A line that arrived.
#[derive(Clone, Copy, Debug)]
pub(in crate::session) struct Line<'a> {
    pub(in crate::session) text: &'a str,
    /// Who said it, where the protocol says so.
    pub(in crate::session) sender: Option<&'a str>,
    /// The id it came with, which is none of ours.
    pub(in crate::session) id: Option<&'a str>,
    /// It is all that came, so that the server may have written any name before the words.
    pub(in crate::session) bare: bool,
    /// It says itself that it may be a second copy.
    pub(in crate::session) resent: bool,
    /// Its id says that it is another's.
    pub(in crate::session) anothers: bool,
    /// The server says that it is ours.
    pub(in crate::session) mine: bool,
    /// What stands for the sender and the words: see [`mark`].
    pub(in crate::session) mark: u64,
}

/// What stands for a line's sender and its words.
pub(in crate::session) fn mark(sender: Option<&str>, text: &str) -> u64 {
    fingerprint((sender, Digest::of(text)))
}
