//! The wire codecs against their specifications: every example as a vector, round trips, and no panic on any input.

#[cfg(feature = "socketio")]
mod engineio;
mod json;
mod json_bounds;
mod json_lists;
mod json_names;
mod shape;
#[cfg(feature = "socketio")]
mod socketio;
#[cfg(feature = "sockjs")]
mod sockjs;
#[cfg(feature = "stomp")]
mod stomp;

mod support;
