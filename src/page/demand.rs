//! What is rarely used comes in a file of its own when it is needed, in a page that is built so (the feature `split`).

#[cfg(feature = "split")]
pub use apart::{prefetch, speaking};
#[cfg(not(feature = "split"))]
pub use together::{prefetch, speaking};

/// All in one file, as Trunk builds it.
#[cfg(not(feature = "split"))]
mod together {
    use leptos_chat::{Protocol, SocketOptions};

    /// The options, with this protocol.
    pub fn speaking(options: SocketOptions, protocol: Protocol) -> SocketOptions {
        options.protocol(protocol)
    }

    /// Nothing is left to be fetched.
    pub fn prefetch() {}
}

#[cfg(feature = "split")]
mod apart {
    use std::future::Future;
    use std::pin::Pin;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;

    use leptos::prelude::{set_timeout, window};
    use leptos::task::spawn_local;
    use leptos::web_sys::Event;
    use leptos_chat::{LoadError, Protocol, Protocols, SocketOptions};
    use wasm_split_helpers::{SplitLoaderError, wasm_split};

    type Loading = Pin<Box<dyn Future<Output = Result<Protocols, LoadError>>>>;

    /// The page has better things to do while a chat begins.
    const PREFETCH_AFTER: Duration = Duration::from_secs(3);

    /// The options, with this protocol.
    pub fn speaking(options: SocketOptions, protocol: Protocol) -> SocketOptions {
        options.protocol_on_demand(protocol, load)
    }

    /// Whether the files are there, on their way, or will soon be asked for.
    static ASKED: AtomicBool = AtomicBool::new(false);

    /// Fetches the other files soon, so that a later choice does not wait for them. Asked again, it does nothing: a page may open
    /// a thousand chats.
    pub fn prefetch() {
        if !ASKED.swap(true, Ordering::Relaxed) {
            // The rest of the program is fetched by JavaScript: xtask/src/rest.js.
            if let Ok(opened) = Event::new("leptos-chat-open") {
                // What is new is not being dispatched already.
                let _ = window().dispatch_event(&opened);
            }
            set_timeout(fetch_ahead, PREFETCH_AFTER);
        }
    }

    fn fetch_ahead() {
        // Nobody needs them yet, and what cannot be had fills the browser's console.
        if !window().navigator().on_line() {
            ASKED.store(false, Ordering::Relaxed);
            return;
        }
        let loading = load();
        spawn_local(async {
            // What cannot be fetched now is asked for when it is needed, or when the next chat opens.
            let there = loading.await.is_ok();
            ASKED.store(there, Ordering::Relaxed);
        });
    }

    /// One future for both, in a box: each one more costs a kilobyte.
    fn load() -> Loading {
        Box::pin(async { protocols().await.map_err(|_| LoadError) })
    }

    /// Socket.IO, STOMP and SockJS.
    #[wasm_split(protocols, fallible)]
    fn protocols() -> Result<Protocols, SplitLoaderError> {
        Ok(Protocols::linked())
    }
}
