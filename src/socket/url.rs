//! [`SocketUrl`]: a URL, or a signal of one.

use leptos::prelude::*;
use leptos::reactive::wrappers::read::ArcSignal;

/// What a socket or a chat connects to: text, or a signal of it.
///
/// Text stays as it is. Where it is a signal, the connection goes to each further URL: it says goodbye to the old server and
/// connects to the new one, and an empty URL disconnects. What the app has closed stays closed.
///
/// Nothing follows to another address by itself: what waited for the old one ends as
/// [`Failure::Moved`](crate::Failure::Moved), which gives it back, and what was learnt of the old server is forgotten. A chat
/// keeps what was not sent under the old URL, and offers it again there.
///
/// ```
/// use leptos::prelude::*;
/// use leptos_chat::Chat;
///
/// #[component]
/// fn Rooms() -> impl IntoView {
///     let room = RwSignal::new("kitchen");
///     let url = Signal::derive(move || format!("wss://example.org/rooms/{}", room.get()));
///     view! {
///         <button on:click=move |_| room.set("garden")>"To the garden"</button>
///         <Chat url user="ada" />
///     }
/// }
/// # let _ = Rooms;
/// ```
pub trait SocketUrl {
    /// Whether there may be another one later. Nothing is linked for that where there is none.
    const CHANGES: bool;

    /// The URL by now.
    fn current(&self) -> String;

    /// Calls `go` with each URL that is another than the one before it, `first` at the beginning, until the current owner is
    /// cleaned up.
    fn follow(self, first: String, go: impl Fn(&str) + 'static);
}

/// Those that stay.
macro_rules! text {
    ($($text:ty),*) => {$(
        impl SocketUrl for $text {
            const CHANGES: bool = false;

            fn current(&self) -> String {
                self.to_string()
            }

            fn follow(self, _first: String, _go: impl Fn(&str) + 'static) {}
        }
    )*};
}

text!(&str, String, &String);

/// Those that change.
macro_rules! signals {
    ($($signal:ty),*) => {$(
        impl SocketUrl for $signal {
            const CHANGES: bool = true;

            fn current(&self) -> String {
                self.get_untracked()
            }

            fn follow(self, first: String, go: impl Fn(&str) + 'static) {
                Effect::new(move |before: Option<String>| {
                    let url = self.get();
                    if url != before.unwrap_or_else(|| first.clone()) {
                        go(&url);
                    }
                    url
                });
            }
        }
    )*};
}

signals!(
    Signal<String>,
    ArcSignal<String>,
    ReadSignal<String>,
    ArcReadSignal<String>,
    RwSignal<String>,
    ArcRwSignal<String>,
    Memo<String>,
    ArcMemo<String>
);
