//! The messages of a chat, as a signal holds them.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use leptos_chat_core::chat::message::ChatMessage;
use leptos_chat_core::chat::timeline::Timeline;

/// The messages of a chat: a cheap handle to the one timeline. Reading it never copies the history.
#[derive(Clone, Debug)]
pub struct Messages {
    pub(super) timeline: Arc<RwLock<Timeline>>,
    /// Grows with every change, so that two handles differ when something happened between them.
    pub(super) version: u64,
}

impl PartialEq for Messages {
    fn eq(&self, other: &Self) -> bool {
        self.version == other.version && Arc::ptr_eq(&self.timeline, &other.timeline)
    }
}

impl Messages {
    /// The timeline itself, for reading. Don't hold on to it across an event.
    pub fn read(&self) -> RwLockReadGuard<'_, Timeline> {
        self.timeline.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many messages are held.
    #[must_use]
    pub fn len(&self) -> usize {
        self.read().len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.read().is_empty()
    }

    /// The message with this key, if it is held.
    #[must_use]
    pub fn get(&self, key: u64) -> Option<Arc<ChatMessage>> {
        self.read().get(key).cloned()
    }
}
