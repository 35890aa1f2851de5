//! What arrived and is no line of the chat: counted, and opened by whoever wants to see it.

use leptos::ev::Event;
use leptos::prelude::*;
use leptos::web_sys::Element;

use super::element::{Has, element, is, on};
use super::parts::{Part, part};
use crate::chat::handle::{ChatHandle, Messages};
use leptos_chat_core::chat::language::{Language, one_line};

/// The count, which opens to show the last of them.
pub(super) fn other_messages(chat: &ChatHandle, lang: Memo<Language>) -> AnyView {
    let open = ArcRwSignal::new(false);
    let is_open = open.clone();
    let toggle = move |event: Event| {
        open.set(event_target::<Element>(&event).has_attribute("open"));
    };
    let (chat, counted) = (chat.clone(), chat.clone());
    let count = ArcMemo::new(move |_| counted.messages.read().read().other_messages().count());
    let others: Part = Box::new(move || {
        let (count, language) = (count.get(), lang.get());
        if count == 0 {
            return None;
        }
        // Folded, they cost nothing.
        let shown = is_open.get().then(|| chat.messages.get_untracked());
        let toggle = on("toggle", toggle.clone());
        Some(details(language.other_messages(count), toggle, shown))
    });
    part(others)
}

#[inline(never)]
fn details(title: String, toggle: Has, shown: Option<Messages>) -> AnyView {
    let mut parts = vec![element("summary", "", vec![], vec![title.into_any()])];
    parts.extend(shown.map(|messages| notes(&messages)));
    element("details", "chat-others", vec![toggle], parts)
}

fn notes(messages: &Messages) -> AnyView {
    let timeline = messages.read();
    let notes = timeline.other_messages().iter().rev();
    let notes = notes.map(|note| {
        let text = one_line::reason(&note.text).into_any();
        element("li", "", vec![], vec![text])
    });
    element("ul", "", vec![is("tabindex", "0")], notes.collect())
}
