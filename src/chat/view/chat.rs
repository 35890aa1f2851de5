//! The views of a chat: [`Chat`] opens one and shows it, [`ChatView`] shows one that the app has opened.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::reactive::graph::{Subscriber, ToAnySubscriber};

use super::announcer::announcer;
use super::composer::composer;
use super::dom::browser_language;
use super::element::{Has, element};
use super::message_list::message_list;
use super::other_messages::other_messages;
use super::parts::{Text, word};
use super::preview::preview;
use super::status::status;
use crate::chat::handle::{ChatHandle, ChatOptions, use_chat};
use crate::socket::SocketUrl;
use leptos_chat_core::chat::language::Language;
use leptos_chat_core::session::make::Maker;

/// The style sheet of the views, for apps that put it into a `<style>` of their own. It is all in the layer `leptos-chat`, so
/// that any rule of the app's wins, and its colours are custom properties that begin with `--chat-`.
pub const STYLE: &str = include_str!("../../../style/chat.css");

/// A chat: connects to a server, shows where the connection stands and what was said, and sends what a person writes.
///
/// It fills the element that it is placed in, and ends with the component that it is placed in.
///
/// ```
/// use leptos::prelude::*;
/// use leptos_chat::Chat;
///
/// #[component]
/// fn Support() -> impl IntoView {
///     view! { <Chat url="ws://127.0.0.1:4181/channel" user="ada" /> }
/// }
/// # let _ = Support;
/// ```
#[component]
pub fn Chat<U: SocketUrl + 'static>(
    /// The server, as an absolute `ws://` or `wss://` URL, or a signal of it. It is connected to at once.
    url: U,
    /// The own name. Default: that of `options`, which is none.
    #[prop(optional, into)]
    user: Option<String>,
    /// The protocol. Default: that of `options`, which is JSON. [`Protocol::Auto`](crate::Protocol::Auto) finds out, and links all.
    #[prop(optional, into)]
    protocol: Option<Maker>,
    /// Everything else that can be set about a chat.
    #[prop(optional)]
    options: ChatOptions,
    /// The language of the view. Default: what the browser asks for.
    #[prop(optional, into)]
    lang: MaybeProp<Language>,
) -> impl IntoView {
    let mut options = options;
    if let Some(user) = user {
        options = options.user(user);
    }
    if let Some(protocol) = protocol {
        options = options.protocol(protocol);
    }
    let chat = use_chat(url, options);
    view! { <ChatView chat lang /> }
}

/// Shows a chat that the app has opened with [`use_chat`].
///
/// ```
/// use leptos::prelude::*;
/// use leptos_chat::{ChatOptions, ChatView, use_chat};
///
/// #[component]
/// fn Room() -> impl IntoView {
///     let chat = use_chat("ws://127.0.0.1:4181/channel", ChatOptions::default());
///     let hello = chat.clone();
///     view! {
///         <button on:click=move |_| { let _ = hello.send("hello"); }>"Say hello"</button>
///         <ChatView chat />
///     }
/// }
/// # let _ = Room;
/// ```
#[component]
pub fn ChatView(
    /// The chat.
    chat: ChatHandle,
    /// The language of the view. Default: what the browser asks for.
    #[prop(optional, into)]
    lang: MaybeProp<Language>,
    /// The usual shapes of messages to pick from, shown where the shape that a server wants is in doubt. Default nothing.
    #[prop(optional, into)]
    shapes: Option<ViewFn>,
) -> impl IntoView {
    let lang = own_language(lang);
    let tag: Text = Arc::new(move || lang.get().tag().to_owned());
    let parts = vec![
        status(&chat, lang, shapes.clone()),
        message_list(&chat, lang),
        other_messages(&chat, lang),
        announcer(&chat, lang),
        preview(&chat, lang, shapes),
        composer(&chat, lang),
    ];
    let label = word(lang, |words| words.chat);
    let has = vec![Has::Follows("lang", tag), Has::Follows("aria-label", label)];
    element("section", "chat", has, parts)
}

/// The language, as a signal that ends with this view.
///
/// A signal never forgets a reader that ends before it, and the app's may outlive many chats: one reader stands for all those
/// in the view, and takes itself off the app's signal.
fn own_language(lang: MaybeProp<Language>) -> Memo<Language> {
    let browsers = browsers_language();
    let own = ArcMemo::new(move |_| lang.get().unwrap_or_else(&browsers));
    let reader = own.to_any_subscriber();
    on_cleanup(move || reader.clear_sources(&reader));
    own.into()
}

/// What the browser asks for. A page that a server has rendered was rendered in English: it must be found so, and then changes.
fn browsers_language() -> impl Fn() -> Language {
    #[cfg(not(feature = "hydrate"))]
    {
        let language = browser_language();
        move || language
    }
    #[cfg(feature = "hydrate")]
    {
        let language = RwSignal::new(Language::English);
        Effect::new(move || language.set(browser_language()));
        move || language.get()
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn a_server_renders_it_without_a_browser() {
        let html = Owner::new()
            .with(|| view! { <Chat url="ws://127.0.0.1:4181/channel" user="ada" /> }.to_html());
        for part in [
            "role=\"status\"",
            "data-state=\"idle\"",
            "role=\"log\"",
            "data-count=\"0\"",
            "aria-label=\"Message\"",
        ] {
            assert!(html.contains(part), "{part} is not in {html}");
        }
    }
}
