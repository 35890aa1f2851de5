//! The wire codecs against their specifications: every example as a vector, round trips, and no panic on any input.

#[cfg(feature = "socketio")]
mod engineio;
#[cfg(feature = "socketio")]
mod json;
mod socketio;
#[cfg(feature = "sockjs")]
mod sockjs;
#[cfg(feature = "stomp")]
mod stomp;

// Here is the place of the vectors for plain JSON: wire/json.rs.

mod support;
