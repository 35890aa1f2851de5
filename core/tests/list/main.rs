//! The list's pure part, at random, against naive models of itself and of a browser.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod browser;
mod equal_items;
mod layout;
mod sizes;
