//! The part of leptos-chat that decides: one WebSocket connection across many sockets, the protocols of chat servers, and
//! their codecs. Plain values, fed with events and a time; no browser, no Leptos, no clock of its own.
//!
//! ```text
//!   connection ─▶ session ─▶ wire       time
//!   one logical   one        text or    the only clock type
//!   connection,   protocol   bytes to
//!   many sockets             frames
//! ```
//!
//! Feed a [`connection::Connection`] an input and the time, do every output, set one timer: [`driver`] is the loop that does
//! so, over whatever place it runs in.
//!
//! # Features
//!
//! `socketio`, `stomp` and `sockjs` (default) are the protocols beyond JSON and text.
#![forbid(unsafe_code)]

mod address;
pub mod chat;
pub mod connection;
pub mod countdown;
pub mod driver;
pub mod fingerprint;
pub mod json;
pub mod latency;
pub mod letters;
pub mod list;
pub mod search;
pub mod session;
pub mod shape;
pub mod time;
pub mod wire;

/// What the macro `json!` names where it is used.
#[doc(hidden)]
pub mod for_macros {
    pub use serde_json;
}
