//! Only the socket: `cargo xtask serve --example socket`.
#![forbid(unsafe_code)]

use leptos::prelude::*;
use leptos_chat::{SocketOptions, use_socket};

/// Raw messages, or the protocol whose feature is on.
fn options() -> SocketOptions {
    let options = SocketOptions::default();
    #[cfg(feature = "json")]
    let options = options.protocol(leptos_chat::Protocol::Json);
    #[cfg(feature = "socketio")]
    let options = options.protocol(leptos_chat::Protocol::SocketIo);
    #[cfg(feature = "stomp")]
    let options = options.protocol(leptos_chat::Protocol::Stomp);
    #[cfg(feature = "sockjs")]
    let options = options.protocol(leptos_chat::Protocol::SockJs);
    options
}

/// The last line that the server said.
#[component]
fn Prices() -> impl IntoView {
    let last = RwSignal::new(String::new());
    let socket = use_socket("ws://127.0.0.1:4181/channel", options());
    // Every message, in order, none lost; the listener goes away with this component.
    socket.subscribe(move |message| last.set(message.to_string()));
    view! { <p>{move || socket.ready_state.get().to_string()} ": " {last}</p> }
}

fn main() {
    mount_to_body(Prices);
}
