//! STOMP 1.0, 1.1 and 1.2: frames to bytes and back.
//!
//! [`Frame`] has a constructor for each client frame and [`Frame::encode`]; [`Decoder`] reads the server's side as a
//! stream, since one WebSocket message may hold no frame, several, or part of one; [`ServerFrame`] names what a server
//! frame says; [`HeartBeat`] negotiates. [`Encoding`] holds what both sides must agree on.

mod client;
mod command;
mod decode;
mod encode;
mod encoding;
mod error;
mod escape;
mod frame;
mod headers;
mod heart_beat;
mod server;
mod version;

pub use client::{AckMode, Connect};
pub use command::Command;
pub use decode::{Decoder, Event, Limits};
pub use encoding::Encoding;
pub use error::{DecodeError, EncodeError};
pub use frame::Frame;
pub use headers::Headers;
pub use heart_beat::{HEART_BEAT, HeartBeat, Intervals};
pub use server::{ConnectedView, ErrorView, MessageView, ReceiptView, ServerFrame};
pub use version::Version;
