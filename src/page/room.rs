//! The chat at hand: made when the person connects, kept when the link is closed, replaced for another server.

use leptos::prelude::*;
use leptos_chat::{ChatHandle, ChatOptions, Protocol, use_chat};

use super::demand;
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
    chat: ChatHandle,
    settings: Option<Settings>,
}

/// The way from one chat to the next.
#[derive(Clone)]
pub struct Rooms {
    /// What lives as long as the chat at hand. One for all of them, since an owner keeps a bit of each child there ever was.
    owner: Owner,
    room: ArcRwSignal<Room>,
}

impl Rooms {
    /// Connects at once where there are settings; else it starts with a chat that is connected to nothing. Called by a component,
    /// which it all lives as long as.
    pub fn new(settings: Option<Settings>) -> Self {
        let owner = Owner::current().unwrap_or_default().child();
        let room = owner.with(|| Room::open(settings));
        Self {
            room: ArcRwSignal::new(room),
            owner,
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
        if let Some(old) = &before.settings
            && settings.is_same_place(old)
        {
            return self.reshape(&before.chat, settings);
        }
        // What was being written goes along.
        let input = before.chat.input.get_untracked();
        let room = self.owner.with_cleanup(|| Room::open(Some(settings)));
        room.chat.input.set(input);
        self.room.set(room);
    }

    /// Of the same server it is another shape of messages: what was said stays.
    #[inline(never)]
    fn reshape(&self, chat: &ChatHandle, settings: Settings) {
        chat.reshape(settings.options().socket);
        self.room
            .update_untracked(|room| room.settings = Some(settings));
    }

    /// Closes the connection. What was said stays.
    pub fn leave(&self) {
        self.room.with_untracked(|room| room.chat.close());
    }
}

impl Settings {
    fn options(&self) -> ChatOptions {
        let mut options = ChatOptions::default().user(self.user.clone());
        options.socket = demand::speaking(options.socket, self.protocol);
        if self.extras.any() {
            let extras = self.extras.clone().fitting(self.protocol);
            extras.apply(&mut options.socket);
        }
        options
    }

    /// Whether these differ from the others in the further settings alone.
    #[inline(never)]
    fn is_same_place(&self, other: &Self) -> bool {
        self.url == other.url
            && self.protocol == other.protocol
            && self.user == other.user
            && self.other_session() == other.other_session()
    }

    /// What no reshaping changes, since another session reads it: plain text into which a path leads, and what SockJS carries.
    fn other_session(&self) -> (bool, Protocol) {
        let options = self.options();
        let session = options.socket.session_options();
        match self.protocol {
            Protocol::Text => (session.shape.text.is_some(), Protocol::Auto),
            Protocol::SockJs => (false, session.sockjs.inside),
            _ => (false, Protocol::Auto),
        }
    }
}

impl Room {
    fn open(settings: Option<Settings>) -> Self {
        let place = settings.clone().unwrap_or_default();
        let mut options = place.options();
        options.socket.connect = settings.is_some();
        Self {
            chat: use_chat(place.url, options),
            settings,
        }
    }
}
