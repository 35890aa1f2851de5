//! [`use_socket`]: a reactive WebSocket for a component, and its sharing through the context.

use leptos::prelude::*;

use super::handle::SocketHandle;
use super::options::SocketOptions;
use super::url::SocketUrl;

/// Opens a reactive WebSocket that lives as long as the component that calls this.
///
/// It reconnects by itself, queues what is sent while the link is down, and stops when its owner is cleaned up. On a server
/// (`ssr`) it stays idle. Where the URL is a signal, it goes where that says; see [`SocketUrl`].
///
/// ```
/// use leptos::prelude::*;
/// use leptos_chat::{SocketOptions, use_socket};
///
/// #[component]
/// fn Ticker() -> impl IntoView {
///     let socket = use_socket("ws://127.0.0.1:4181/echo", SocketOptions::default());
///     let last = RwSignal::new(String::new());
///     socket.subscribe(move |message| last.set(message.to_string()));
///     let ready_state = socket.ready_state.clone();
///     view! {
///         <p>{move || ready_state.get().to_string()} ": " {last}</p>
///         <button on:click=move |_| {
///             if let Err(error) = socket.send("hello") {
///                 last.set(error.to_string());
///             }
///         }>"Say hello"</button>
///     }
/// }
/// ```
pub fn use_socket(url: impl SocketUrl, options: SocketOptions) -> SocketHandle {
    open(url, options, |handle, url, options| {
        handle.move_to(url, options);
    })
}

/// Opens a socket; where the URL changes, `go` is called with the further ones.
pub(crate) fn open<U: SocketUrl>(
    url: U,
    options: SocketOptions,
    go: impl Fn(&SocketHandle, &str, &SocketOptions) + 'static,
) -> SocketHandle {
    let first = url.current();
    let again = U::CHANGES.then(|| options.clone());
    let handle = open_at(&first, options);
    if let Some(options) = again {
        let handle = handle.clone();
        url.follow(first, move |url| go(&handle, url, &options));
    }
    handle
}

fn open_at(url: &str, options: SocketOptions) -> SocketHandle {
    let connect = options.connect;
    let handle = SocketHandle::new(url, options);
    on_cleanup({
        let handle = handle.clone();
        move || handle.stop()
    });
    if connect {
        handle.open();
    }
    handle
}

/// Opens a socket as [`use_socket`] does and shares it with all components below through the context.
pub fn provide_socket(url: impl SocketUrl, options: SocketOptions) -> SocketHandle {
    let handle = use_socket(url, options);
    provide_context(handle.clone());
    handle
}

/// The socket that a component above shares with [`provide_socket`].
#[must_use]
pub fn shared_socket() -> Option<SocketHandle> {
    use_context::<SocketHandle>()
}
