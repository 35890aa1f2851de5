//! Why a message was not sent, with the message.

use std::error::Error;
use std::fmt;

use leptos_chat_core::connection::SendError;
use leptos_chat_core::session::Outgoing;

/// A message that was not accepted: nothing was queued. Closed or full: the same message may be sent later.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotSent {
    /// Why.
    pub why: SendError,
    /// The message, as it was handed in. Boxed: it is large beside what success returns.
    pub message: Box<Outgoing>,
}

impl NotSent {
    pub(crate) fn new(why: SendError, message: Outgoing) -> Self {
        Self {
            why,
            message: Box::new(message),
        }
    }
}

impl fmt::Display for NotSent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.why.fmt(f)
    }
}

impl Error for NotSent {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.why)
    }
}
