//! What an app needs that speaks a protocol of its own: the trait [`Session`] and what it is told and answers.

#[doc(inline)]
pub use leptos_chat_core::session::{
    Action, Actions, CloseEvent, FetchError, Heartbeat, Incoming, Liveness, MessageId, Outgoing,
    Reason, Session, Spoken, Target,
};
