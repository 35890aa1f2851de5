//! [`use_chat`]: a chat without a view. The timeline as a signal, and what a person can do.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use leptos::prelude::*;

use super::messages::Messages;
use super::options::ChatOptions;
use super::store::{Failures, Store};
use crate::browser::IN_BROWSER;
use crate::socket::{self, NotSent, SocketHandle, SocketOptions, SocketSignals, SocketUrl};
use leptos_chat_core::chat::advice::Advice;
use leptos_chat_core::chat::unsent;
use leptos_chat_core::connection::{Delivery, SendOptions};
use leptos_chat_core::session::{HeartbeatSetting, MessageId, Outgoing};
use leptos_chat_core::shape::Preview;

/// A handle to one chat, with its signals as fields: those of [`ChatSignals`]. Clones are the same chat; it ends with the owner of
/// [`use_chat`].
#[derive(Clone)]
pub struct ChatHandle(Arc<ChatSignals>);

/// The signals of a chat, with those of its connection: [`SocketSignals`].
#[non_exhaustive]
pub struct ChatSignals {
    /// The messages. Changes at most once per animation frame while many arrive, at once when it was quiet.
    pub messages: ArcReadSignal<Messages>,
    /// What the person is writing; a text that is long, once they rest.
    pub input: ArcRwSignal<String>,
    /// What may be the matter where the server is there and the chat does not begin.
    pub advice: ArcReadSignal<Option<Advice>>,
    /// The own name.
    pub user: Option<String>,
    socket: SocketHandle,
    store: Arc<Store>,
}

impl Deref for ChatHandle {
    type Target = ChatSignals;

    fn deref(&self) -> &ChatSignals {
        &self.0
    }
}

impl Deref for ChatSignals {
    type Target = SocketSignals;

    fn deref(&self) -> &SocketSignals {
        &self.socket
    }
}

impl fmt::Debug for ChatHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for ChatSignals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChatSignals")
            .field("user", &self.user)
            .field("socket", &self.socket)
            .finish_non_exhaustive()
    }
}

/// Opens a chat that lives as long as the component that calls this. Where the URL is a signal, each further one is another
/// chat, which begins empty; see [`SocketUrl`].
///
/// ```
/// use leptos::prelude::*;
/// use leptos_chat::{ChatOptions, use_chat};
///
/// #[component]
/// fn Counter() -> impl IntoView {
///     let chat = use_chat("ws://127.0.0.1:4181/channel", ChatOptions::default().user("ada"));
///     let messages = chat.messages.clone();
///     view! { <p>{move || messages.read().len()} " messages"</p> }
/// }
/// # let _ = Counter;
/// ```
pub fn use_chat(url: impl SocketUrl, options: ChatOptions) -> ChatHandle {
    let user = options.user;
    let store = Arc::new(Store::new(options.max_messages, options.history));
    let keeps = options.keep_unsent && IN_BROWSER;
    let key = keeps.then(|| unsent::storage_key(&url.current(), user.as_deref()));
    let mut socket_options = options.socket.for_chat();
    socket_options.session_mut().user.clone_from(&user);
    // Subscribe first: nothing that the server says may be missed.
    let connect = std::mem::replace(&mut socket_options.connect, false);
    let go = {
        let (store, user) = (store.clone(), user.clone());
        move |socket: &SocketHandle, url: &str, options: &SocketOptions| {
            socket.move_to(url, options);
            if keeps {
                let key = unsent::storage_key(url, user.as_deref());
                store.keep_unsent(key, user.as_deref());
            }
        }
    };
    let socket = socket::open(url, socket_options, go);
    follow(&store, &socket);
    if connect {
        socket.open();
    }
    // While the link is being opened: a browser takes its time to get at its storage.
    if let Some(key) = key {
        keep_unsent(&store, key, user.clone());
    }
    handle(socket, store, user)
}

/// The chat's store hears what the connection tells, as long as the component is there.
fn follow(store: &Arc<Store>, socket: &SocketHandle) {
    socket.subscribe_events({
        let store = Arc::downgrade(store);
        move |event| {
            if let Some(store) = store.upgrade() {
                store.apply(event);
            }
        }
    });
    on_cleanup({
        let store = store.clone();
        move || store.stop()
    });
}

fn handle(socket: SocketHandle, store: Arc<Store>, user: Option<String>) -> ChatHandle {
    ChatHandle(Arc::new(ChatSignals {
        messages: store.messages(),
        input: ArcRwSignal::new(String::new()),
        advice: store.advice(),
        user,
        socket,
        store,
    }))
}

/// Offers again what was not sent when the page died, and keeps from now on what would be lost.
fn keep_unsent(store: &Arc<Store>, key: String, user: Option<String>) {
    let store = store.clone();
    let keep = move || store.keep_unsent(key.clone(), user.as_deref());
    if cfg!(feature = "hydrate") {
        // The server, which knows nothing of this, has rendered an empty list: it must be found so, and then changes.
        Effect::new(keep);
    } else {
        keep();
    }
}

impl ChatHandle {
    /// Sends what the person has written, and empties the input. White space alone is not sent: `Ok(None)`.
    ///
    /// # Errors
    /// [`NotSent`]; the input is left as it was.
    pub fn send_input(&self) -> Result<Option<MessageId>, NotSent> {
        let text = self.input.get_untracked();
        if text.trim().is_empty() {
            return Ok(None);
        }
        let id = self.send(text)?;
        self.input.set(String::new());
        Ok(Some(id))
    }

    /// Sends a text. It is shown at once.
    ///
    /// # Errors
    /// [`NotSent`]; nothing was queued and nothing is shown.
    pub fn send(&self, text: impl Into<String>) -> Result<MessageId, NotSent> {
        self.send_with(text, SendOptions::default())
    }

    /// Sends a text with a time to live, now or never, or again under its id: as these options say. It is shown at once.
    ///
    /// # Errors
    /// [`NotSent`]; nothing was queued and nothing is shown.
    pub fn send_with(
        &self,
        text: impl Into<String>,
        options: SendOptions,
    ) -> Result<MessageId, NotSent> {
        let text = text.into();
        let outgoing = Outgoing::from(text.clone());
        // Accepted or not is known before its row is drawn; the row is there before its fate is told.
        self.socket.send_then(outgoing, options, |id| {
            if !self.store.has_own(id) {
                self.store.push_own(id, self.user.clone(), text);
            }
        })
    }

    /// Takes back a message that waits for the link. Returns whether it still did; it is then shown as failed, and can be sent
    /// again.
    pub fn cancel(&self, id: MessageId) -> bool {
        self.socket.cancel(id)
    }

    /// Sends a failed message again, under the same id.
    ///
    /// # Errors
    /// [`NotSent`]; the message stays failed.
    pub fn retry(&self, id: MessageId) -> Result<(), NotSent> {
        // It may have come back by now.
        self.socket.catch_up();
        let Some(text) = self.store.failed_text(id) else {
            return Ok(());
        };
        let again = SendOptions::default().again(id);
        self.socket.send_with(text, again).map(drop)
    }

    /// What became of an own message.
    #[must_use]
    pub fn delivery(&self, id: MessageId) -> Option<ArcReadSignal<Delivery>> {
        self.store.delivery(id)
    }

    /// What would go out for this text; see [`SocketHandle::preview`].
    #[must_use]
    pub fn preview(&self, text: &str) -> Option<Preview> {
        self.socket.preview(text)
    }

    /// A key was typed: it goes before a flood.
    pub(in crate::chat) fn give_way(&self) {
        self.store.give_way();
    }

    pub(in crate::chat) fn failures(&self) -> ArcReadSignal<Failures> {
        self.store.failures()
    }

    /// Opens the connection, or tries again at once where it waits.
    pub fn open(&self) {
        self.socket.open();
    }

    /// Starts the next attempt now, where one is awaited.
    pub fn retry_now(&self) {
        self.socket.retry_now();
    }

    /// Closes the connection. Nothing but [`ChatHandle::open`] opens it again.
    pub fn close(&self) {
        self.socket.close();
    }

    /// Sends heartbeats like this from now on.
    pub fn set_heartbeat(&self, heartbeat: impl Into<HeartbeatSetting>) {
        self.store.take_advice();
        self.socket.set_heartbeat(heartbeat);
    }

    /// Sends other messages to the same server from now on; see [`SocketHandle::reshape`]. What was said stays.
    pub fn reshape(&self, mut options: SocketOptions) {
        self.store.take_advice();
        options.session_mut().user.clone_from(&self.user);
        self.socket.reshape(&options);
    }

    /// The connection under the chat.
    #[must_use]
    pub fn socket(&self) -> &SocketHandle {
        &self.socket
    }
}
