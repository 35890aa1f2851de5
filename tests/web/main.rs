//! In a real browser, against the embedded server and others: the driver, `use_socket`, `use_chat` and `<Chat>`.
//!
//! `cargo xtask test web` starts the server with its fault controls, and Socket.IO's and RabbitMQ beside it. By hand: start it on 127.0.0.1:4191, then run
//! `cargo test --target wasm32-unknown-unknown --test web`.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod chat;
mod driver;
mod leaks;
mod list;
mod messages;
mod servers;
mod support;
mod view;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
