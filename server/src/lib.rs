//! A small chat server for development, and the fault bench of leptos-chat's tests.
//!
//! It speaks the plain dialects of the tutorials' servers: a channel, a relay and an echo. With `faults` on it also
//! misbehaves on request, so that a client can be tried against bad networks without one. It is a *development* server:
//! nobody logs in, nothing is kept unless a file is named for it, every room is open to whoever reaches the port.
//!
//! ```no_run
//! # async fn example() -> Result<(), leptos_chat_server::StartError> {
//! use leptos_chat_server::{Options, start};
//!
//! let server = start(Options { listen: "127.0.0.1:0".into(), ..Options::default() }).await?;
//! println!("join {}", server.url("/channel"));
//! server.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! | path | what it does |
//! |---|---|
//! | `/channel` | what a client sends goes to all, the sender too, as binary frames; numbered, acknowledged, told again |
//! | `/relay` | what a client sends goes to all others, as text frames |
//! | `/echo` | answers the sender alone |
//! | `/health` | plain HTTP, answers `ok` |
//! | `/control/..` | with faults only: see the `faults` folder |
//!
//! The way of a message: `listener` accepts a TCP connection and wraps it in a `link`, `routes` checks the origin and
//! accepts the handshake, a `session` reads the message, `endpoint` says what to answer, the `log` numbers it, `hub` puts it in
//! the receivers' queues, and their sessions write it.
#![forbid(unsafe_code)]

mod app;
mod endpoint;
mod faults;
mod hub;
mod link;
mod listener;
mod log;
mod options;
mod origin;
mod queue;
mod routes;
mod server;
mod session;
mod stats;
mod tls;

pub use options::Options;
pub use server::{ServerHandle, StartError, start};

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks, also after a panic elsewhere: what our mutexes guard is whole after every single statement.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
