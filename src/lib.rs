//! A chat component and a reactive WebSocket for [Leptos](https://leptos.dev), with heartbeat, reconnection and delivery
//! states.
//!
//! ```
//! use leptos::prelude::*;
//! use leptos_chat::{Chat, SocketOptions, use_socket};
//!
//! #[component]
//! fn App() -> impl IntoView {
//!     // Only the socket: it reconnects, queues, and tells every message in order.
//!     let socket = use_socket("ws://127.0.0.1:4181/echo", SocketOptions::default());
//!     let last = RwSignal::new(String::new());
//!     socket.subscribe(move |message| last.set(message.to_string()));
//!     view! {
//!         <p>{move || socket.ready_state.get().to_string()} ": " {last}</p>
//!         <Chat url="ws://127.0.0.1:4181/channel" user="ada" />
//!     }
//! }
//! ```
//!
//! # The picture
//!
//! Everything that *decides* is a plain Rust value, fed with events and a time. Everything that *touches the browser* is a
//! short driver that obeys it. Components only read signals.
//!
//! ```text
//!   the page ─▶ chat ─▶ socket ─▶ browser ─▶ leptos-chat-core
//!               views   the       the part   connection ─▶ session ─▶ wire
//!               and     Leptos    that       one logical   one        text
//!               handle  edge      touches    connection,   protocol   or
//!                                 web_sys    many sockets             bytes
//! ```
//!
//! # Where to start
//!
//! | you want | look at |
//! |---|---|
//! | a chat | [`Chat`] |
//! | a chat with a view of your own | [`use_chat`], [`ChatView`] |
//! | only the socket | [`use_socket`], [`provide_socket`] |
//! | another protocol | [`Session`] |
//! | deadlines, delays, bounds | [`Config`] |
//! | which ends are worth a retry | [`ClosePolicy`] |
//! | a windowed list of anything | [`list`] |
//!
//! # Features
//!
//! `csr`, `hydrate` and `ssr` say how Leptos renders; the app picks one, and none is on by default. `socketio`, `stomp` and
//! `sockjs` (default) are the protocols beyond JSON and text. `page` is the page that Trunk builds, of no use to an app.
#![forbid(unsafe_code)]

mod browser;
pub mod chat;
pub mod list;
mod lock;
pub mod session;
mod socket;

pub use chat::{
    Chat, ChatHandle, ChatOptions, ChatSignals, ChatView, Language, Messages, STYLE,
    UnknownLanguage, browser_language, use_chat,
};
#[doc(inline)]
pub use leptos_chat_core::connection::{
    CloseError, ClosePolicy, ClosedReason, Closer, Config, Delivery, Disconnect, Event, Failure,
    Pending, ReadyState, Resend, ResolveError, SendError, SendOptions, ServerUrl, State, UrlError,
    Verdict,
};
#[doc(inline)]
pub use leptos_chat_core::json;
#[doc(inline)]
pub use leptos_chat_core::session::make::{Maker, Protocols};
#[doc(inline)]
pub use leptos_chat_core::session::options::{SessionOptions, StompHeaders};
#[doc(inline)]
pub use leptos_chat_core::session::{
    AsIs, Body, Channel, ChannelState, CloseEvent, FetchError, Heartbeat, HeartbeatSetting,
    Incoming, LoadError, MessageId, Outgoing, Protocol, Reason, RequestId, Session, Spoken, Target,
    UnknownProtocol,
};
#[doc(inline)]
pub use leptos_chat_core::shape;
#[doc(inline)]
pub use leptos_chat_core::time::Instant;
#[doc(inline)]
pub use leptos_chat_core::wire::Message;
#[doc(inline)]
pub use leptos_chat_core::wire::json::JsonFields;
pub use socket::{
    ChannelHandle, NotSent, RequestError, SocketHandle, SocketOptions, SocketSignals, SocketUrl,
    Subscription, provide_socket, shared_socket, use_socket,
};

/// The README's examples are compiled with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// The guide's page is compiled with the tests.
#[cfg(doctest)]
#[doc = include_str!("../docs/spring.md")]
struct Spring;
