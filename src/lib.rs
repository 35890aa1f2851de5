//! A chat component and a reactive WebSocket for [Leptos](https://leptos.dev), with heartbeat, reconnection and delivery
//! states.
#![forbid(unsafe_code)]

pub mod connection;
pub mod session;
pub mod time;
pub mod wire;

mod browser;
pub mod chat;
mod use_socket;

pub use chat::{
    Chat, ChatHandle, ChatOptions, ChatView, Language, Messages, STYLE, UnknownLanguage, use_chat,
};
pub use connection::{
    CloseError, ClosePolicy, ClosedReason, Config, Delivery, Disconnect, Endpoint, Event, Failure,
    ReadyState, ResolveError, SendError, State, Verdict,
};
pub use session::options::{Protocol, SessionOptions};
pub use session::{
    Body, CloseEvent, Heartbeat, Incoming, MessageId, Outgoing, Session, Target,
};
pub use time::Instant;
pub use use_socket::{SocketHandle, SocketOptions, provide_socket, shared_socket, use_socket};
pub use wire::Message;
