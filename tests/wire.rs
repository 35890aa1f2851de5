//! The wire codecs against their specifications: every example as a vector, round trips, and no panic on any input.

#[cfg(feature = "socketio")]
#[path = "wire/engineio.rs"]
mod engineio;
#[cfg(feature = "socketio")]
#[path = "wire/socketio.rs"]
mod socketio;
#[cfg(feature = "sockjs")]
#[path = "wire/sockjs.rs"]
mod sockjs;
#[cfg(feature = "stomp")]
#[path = "wire/stomp.rs"]
mod stomp;

// Here is the place of the vectors for plain JSON: wire/json.rs.

#[path = "wire/support.rs"]
mod support;
