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
    use std::time::Duration;

    use leptos::prelude::set_timeout;
    use leptos::task::spawn_local;
    use leptos_chat::{LoadError, Protocol, Protocols, SocketOptions};
    use wasm_split_helpers::{SplitLoaderError, wasm_split};

    /// The page has better things to do while a chat begins.
    const PREFETCH_AFTER: Duration = Duration::from_secs(3);

    /// The options, with this protocol.
    pub fn speaking(options: SocketOptions, protocol: Protocol) -> SocketOptions {
        options.protocol_on_demand(protocol, || async {
            protocols().await.map_err(|_| LoadError)
        })
    }

    /// Fetches the other files soon, so that a later choice does not wait for them.
    pub fn prefetch() {
        // What cannot be fetched now is asked for when it is needed.
        set_timeout(
            || spawn_local(async { drop(fetch_protocols().await) }),
            PREFETCH_AFTER,
        );
    }

    /// Socket.IO, STOMP and SockJS.
    #[wasm_split(protocols, fallible, preload(fetch_protocols))]
    fn protocols() -> Result<Protocols, SplitLoaderError> {
        Ok(Protocols::linked())
    }
}
