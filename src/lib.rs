//! stub
pub mod connection;
pub mod session;
pub mod time;
pub mod wire;
pub use connection::*;
pub use time::Instant;
