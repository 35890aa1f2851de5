//! What an app needs that speaks a protocol of its own: the trait [`Session`] and what it is told and answers.

#[doc(inline)]
pub use leptos_chat_core::session::{
    Action, Actions, Channel, ChannelState, CloseEvent, FetchError, Heartbeat, Incoming, Liveness,
    LoadError, MessageId, Outgoing, Reason, RequestId, Session, Spoken, Target,
};
