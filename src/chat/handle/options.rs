//! What a chat is made with.

use std::future::Future;
use std::sync::Arc;

use super::store::History;
use crate::socket::SocketOptions;
use leptos_chat_core::chat::message::ChatMessage;
use leptos_chat_core::chat::timeline::MAX_MESSAGES;
use leptos_chat_core::session::Incoming;
use leptos_chat_core::session::Protocol;

/// What a chat is made with.
#[derive(Clone)]
pub struct ChatOptions {
    /// The own name, shown beside own messages and sent where the protocol has a place for it. Default none.
    pub user: Option<String>,
    /// How many messages are held; the oldest go first. Default 100,000.
    pub max_messages: usize,
    /// Whether messages that wait for the link survive a reload or a crash of the page, in this tab's storage; they are then
    /// shown as failed, to be sent again. Default yes.
    pub keep_unsent: bool,
    pub(super) history: Option<History>,
    /// Changes to the socket's options, made after all others.
    socket: Option<Arc<dyn Fn(SocketOptions) -> SocketOptions + Send + Sync>>,
    protocol: Protocol,
}

impl Default for ChatOptions {
    fn default() -> Self {
        Self {
            user: None,
            max_messages: MAX_MESSAGES,
            keep_unsent: true,
            history: None,
            socket: None,
            protocol: Protocol::Auto,
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

    /// Speaks this protocol. Default [`Protocol::Auto`].
    #[must_use]
    pub fn protocol(mut self, protocol: Protocol) -> Self {
        self.protocol = protocol;
        self
    }

    /// Changes the socket's options: deadlines, bounds, a session of the app's own.
    #[must_use]
    pub fn socket(
        mut self,
        change: impl Fn(SocketOptions) -> SocketOptions + Send + Sync + 'static,
    ) -> Self {
        self.socket = Some(Arc::new(change));
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
        self.history = Some(Arc::new(move |last| Box::pin(fetch(last))));
        self
    }

    pub(super) fn socket_options(&self, url: String) -> SocketOptions {
        let mut options = SocketOptions::new(url).protocol(self.protocol);
        options.session.user.clone_from(&self.user);
        match &self.socket {
            Some(change) => change(options),
            None => options,
        }
    }
}
