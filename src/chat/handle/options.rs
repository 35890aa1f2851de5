//! What a chat is made with.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use super::store::{Fetching, History};
use crate::socket::SocketOptions;
use leptos_chat_core::chat::message::ChatMessage;
use leptos_chat_core::chat::timeline::MAX_MESSAGES;
use leptos_chat_core::session::make::Maker;
use leptos_chat_core::session::{HeartbeatSetting, Incoming, Protocol};

/// What a chat is made with, beside its URL.
#[derive(Clone)]
#[non_exhaustive]
pub struct ChatOptions {
    /// The own name, shown beside own messages and sent where the protocol has a place for it. Default none.
    pub user: Option<String>,
    /// How many messages are held; the oldest go first. Default 100,000.
    pub max_messages: usize,
    /// Whether messages that wait for the link survive a reload or a crash of the page, in this tab's storage; they are then
    /// shown as failed, to be sent again. Default yes.
    pub keep_unsent: bool,
    /// The connection: deadlines, bounds, the protocol and what it needs to know. Its protocol is [`Protocol::Json`] by
    /// default; its user is that of the chat.
    pub socket: SocketOptions,
    pub(super) history: Option<History>,
}

impl Default for ChatOptions {
    fn default() -> Self {
        Self {
            user: None,
            max_messages: MAX_MESSAGES,
            keep_unsent: true,
            history: None,
            socket: SocketOptions::default().protocol(Protocol::Json),
        }
    }
}

impl ChatOptions {
    /// Sets the own name; an empty one is none.
    #[must_use]
    pub fn user(mut self, name: impl Into<String>) -> Self {
        self.user = Some(name.into()).filter(|name| !name.trim().is_empty());
        self
    }

    /// Speaks this protocol. Default [`Protocol::Json`]; [`Protocol::Auto`] finds out, and links all that the features name.
    #[must_use]
    #[inline(always)]
    pub fn protocol(mut self, protocol: impl Into<Maker>) -> Self {
        self.socket = self.socket.protocol(protocol);
        self
    }

    /// Sends heartbeats like this: a [`Heartbeat`](leptos_chat_core::session::Heartbeat) turns them on, `None` off. Default:
    /// where the server has shown that it speaks them.
    #[must_use]
    pub fn heartbeat(mut self, heartbeat: impl Into<HeartbeatSetting>) -> Self {
        self.socket = self.socket.heartbeat(heartbeat);
        self
    }

    /// Does not connect before [`ChatHandle::open`](super::ChatHandle::open).
    #[must_use]
    pub fn idle(mut self) -> Self {
        self.socket = self.socket.idle();
        self
    }

    /// Fetches what was missed while the link was down, from a server that keeps a history.
    ///
    /// `fetch` gets the last message that is shown and gives those after it, oldest first. They are merged by their ids, so it may
    /// give more than was missed. Where it fails, or takes more than 10 s, the gap is shown instead.
    #[must_use]
    pub fn history<F>(
        mut self,
        fetch: impl Fn(Option<Arc<ChatMessage>>) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Option<Vec<Incoming>>> + 'static,
    {
        let fetch = move |last| -> Fetching { Box::pin(fetch(last)) };
        self.history = Some(Arc::new(move |store| store.fetch_history(&fetch)));
        self
    }
}

impl fmt::Debug for ChatOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChatOptions")
            .field("user", &self.user)
            .field("max_messages", &self.max_messages)
            .field("keep_unsent", &self.keep_unsent)
            .field("socket", &self.socket)
            .finish_non_exhaustive()
    }
}
