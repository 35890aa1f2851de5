//! The chat at hand: made when the person connects, kept when the link is closed, replaced for another server.

use leptos::prelude::*;
use leptos_chat::{ChatHandle, ChatOptions, Protocol, SocketOptions, use_chat};

use super::extras::Extras;

/// What the form says. Without `Debug`: the URL may hold a token.
#[derive(Clone, Default, PartialEq)]
pub struct Settings {
    pub url: String,
    pub protocol: Protocol,
    pub user: String,
    pub extras: Extras,
}

#[derive(Clone)]
struct Room {
    /// What lives as long as this chat.
    owner: Owner,
    chat: ChatHandle,
    settings: Option<Settings>,
}

/// The way from one chat to the next.
#[derive(Clone)]
pub struct Rooms {
    parent: Owner,
    room: ArcRwSignal<Room>,
}

impl Rooms {
    /// Starts with a chat that is connected to nothing. Called by a component, which it all lives as long as.
    pub fn new() -> Self {
        let parent = Owner::current().unwrap_or_default();
        let room = Room::open(&parent, None);
        Self {
            room: ArcRwSignal::new(room),
            parent,
        }
    }

    /// The chat at hand.
    pub fn chat(&self) -> ChatHandle {
        self.room.read().chat.clone()
    }

    /// Connects. The same server again is the same chat, with all that was said.
    pub fn enter(&self, settings: Settings) {
        let before = self.room.get_untracked();
        if before.settings.as_ref() == Some(&settings) {
            return before.chat.open();
        }
        let room = Room::open(&self.parent, Some(settings));
        // What was being written goes along.
        room.chat.input.set(before.chat.input.get_untracked());
        self.room.set(room);
        before.owner.cleanup();
    }

    /// Closes the connection. What was said stays.
    pub fn leave(&self) {
        self.room.with_untracked(|room| room.chat.close());
    }
}

impl Room {
    fn open(parent: &Owner, settings: Option<Settings>) -> Self {
        let owner = parent.child();
        let chat = owner.with(|| {
            let connect = settings.is_some();
            let Settings {
                url,
                protocol,
                user,
                extras,
            } = settings.clone().unwrap_or_default();
            let extras = extras.fitting(protocol);
            let options = ChatOptions::default()
                .protocol(protocol)
                .user(user)
                .socket(move |options| apply(&extras, connect, options));
            use_chat(url, options)
        });
        Self {
            owner,
            chat,
            settings,
        }
    }
}

/// What the form says beyond the usual, and whether there is anything to connect to.
fn apply(extras: &Extras, connect: bool, mut options: SocketOptions) -> SocketOptions {
    options.connect = connect;
    extras.apply(&mut options);
    options
}
