//! A channel that an app has joined, with its state as a signal.

use std::fmt;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::reactive::wrappers::read::ArcSignal;
use leptos_chat_core::connection::Event;
use leptos_chat_core::session::{Channel, ChannelState};
use send_wrapper::SendWrapper;

use super::handle::SocketHandle;
use super::subscription::Subscription;
use crate::browser::Driver;

/// A channel over a connection; see [`SocketHandle::join`]. Clones are the same channel.
#[derive(Clone)]
#[non_exhaustive]
pub struct ChannelHandle {
    /// STOMP's destination, or Socket.IO's namespace.
    pub name: String,
    /// Where it stands. It is joined again after each reconnection; at another address it is left.
    pub state: ArcSignal<ChannelState>,
    driver: Option<SendWrapper<Driver>>,
    _listening: Arc<Subscription>,
}

impl fmt::Debug for ChannelHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChannelHandle")
            .field("name", &self.name)
            .field("state", &self.state.try_get_untracked())
            .finish_non_exhaustive()
    }
}

impl ChannelHandle {
    pub(super) fn join(driver: Option<SendWrapper<Driver>>, channel: Channel) -> Option<Self> {
        let name = channel.name.clone();
        let state = ArcRwSignal::new(ChannelState::Joining);
        let listening = Subscription::new(driver.clone(), follow(name.clone(), state.clone()));
        let joins = driver.as_ref().is_none_or(|driver| driver.join(channel));
        joins.then(|| Self {
            name,
            state: state.read_only().into(),
            driver,
            _listening: Arc::new(listening),
        })
    }

    /// Leaves the channel. Returns whether it was joined.
    pub fn leave(&self) -> bool {
        let driver = self.driver.as_ref();
        driver.is_some_and(|driver| driver.leave_channel(&self.name))
    }
}

/// Moves the signal with what is told of this channel.
fn follow(channel: String, state: ArcRwSignal<ChannelState>) -> impl Fn(&Event) + 'static {
    move |event| match event {
        Event::Channel { name, state: now } if *name == channel => state.set(now.clone()),
        Event::Moved(_) => state.set(ChannelState::Left),
        // The session says so when it tries again; by then a person has read that it is joined. After the end none tries.
        Event::State(to) if !to.is_open() && *state.read_untracked() == ChannelState::Joined => {
            state.set(ChannelState::Joining);
        }
        _ => {}
    }
}

impl SocketHandle {
    /// Joins a channel over this connection, now or when it is open, and again after each reconnection: STOMP's destination, or
    /// another namespace of Socket.IO's. It is left with the current owner; where there is none, with
    /// [`ChannelHandle::leave`]. What is said there comes to the socket's listeners, with its name: in
    /// [`Incoming::channel`](crate::Incoming::channel) for STOMP, in [`Incoming::namespace`](crate::Incoming::namespace) for
    /// Socket.IO.
    ///
    /// `None`: the protocol has no channels, or this is the session's own. With [`Protocol::Auto`](crate::Protocol::Auto)
    /// there are channels once the protocol is known. A channel is one for all who join it: the last that joins sets its
    /// headers, and the first that leaves ends it.
    ///
    /// ```
    /// # use leptos::prelude::*;
    /// # use leptos_chat::{Channel, SocketHandle};
    /// #[component]
    /// fn Room(socket: SocketHandle, room: u32) -> impl IntoView {
    ///     let channel = Channel::new(format!("/topic/rooms.{room}")).header("x-token", "…");
    ///     let joined = socket.join(channel);
    ///     view! { <p>{move || joined.as_ref().map(|room| format!("{:?}", room.state.get()))}</p> }
    /// }
    /// # let _ = Room;
    /// ```
    pub fn join(&self, channel: Channel) -> Option<ChannelHandle> {
        let handle = ChannelHandle::join(self.driver(), channel)?;
        if Owner::current().is_some() {
            let handle = handle.clone();
            on_cleanup(move || {
                handle.leave();
            });
        }
        Some(handle)
    }
}
