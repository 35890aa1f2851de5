//! How one message is sent, beside what it says; and what can be seen of one that is on its way.

use std::time::Duration;

use super::event::Delivery;
use crate::session::{MessageId, Outgoing};

/// How one message is sent, beside what it says.
///
/// ```
/// use std::time::Duration;
/// use leptos_chat_core::connection::SendOptions;
///
/// // A price that nobody wants to hear of after half a minute.
/// let price = SendOptions::default().expires_after(Duration::from_secs(30));
/// // A cursor's place: the next one follows, so that this one is sent now or never.
/// let cursor = SendOptions::default().volatile();
/// assert!(cursor.volatile && !price.volatile);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SendOptions {
    /// The id of a message that failed, to be sent again under it: receivers that know ids show one of the two. Default a
    /// fresh one.
    pub again: Option<MessageId>,
    /// How long it may wait for the link. What is not sent by then ends as [`Failure::Expired`](super::Failure::Expired).
    /// Default for ever.
    pub expires_after: Option<Duration>,
    /// Send it now or not at all: it never waits for the link, and is never sent a second time. Default no.
    pub volatile: bool,
}

impl SendOptions {
    /// Sends it under the id of a message that failed before.
    #[must_use]
    pub fn again(mut self, id: MessageId) -> Self {
        self.again = Some(id);
        self
    }

    /// Gives it a time to live: it waits this long for the link, and no longer.
    #[must_use]
    pub fn expires_after(mut self, time_to_live: Duration) -> Self {
        self.expires_after = Some(time_to_live);
        self
    }

    /// Sends it now or not at all.
    #[must_use]
    pub fn volatile(mut self) -> Self {
        self.volatile = true;
        self
    }
}

/// A message on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pending {
    /// Its id.
    pub id: MessageId,
    /// What it says, and how many bytes it has by that; `None` where only its id is kept: it was sent, and is too long ago.
    pub message: Option<Outgoing>,
    /// [`Delivery::Queued`], or [`Delivery::Sent`] where its proof is awaited.
    pub delivery: Delivery,
}
