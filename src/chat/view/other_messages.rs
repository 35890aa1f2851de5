//! What arrived and is no line of the chat: counted, and opened by whoever wants to see it.

use leptos::ev::Event;
use leptos::prelude::*;
use leptos::web_sys::Element;

use super::element::{element, is, on};
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
    let messages = chat.messages.clone();
    let count = ArcMemo::new(move |_| messages.read().read().other_messages().count());
    let messages = chat.messages.clone();
    let others: Part = Box::new(move || {
        let (count, language) = (count.get(), lang.get());
        if count == 0 {
            return None;
        }
        // Folded, they cost nothing.
        let notes = is_open.get().then(|| notes(&messages.get_untracked()));
        let title = language.other_messages(count).into_any();
        let mut parts = vec![element("summary", "", vec![], vec![title])];
        parts.extend(notes);
        Some(element(
            "details",
            "chat-others",
            vec![on("toggle", toggle.clone())],
            parts,
        ))
    });
    part(others)
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
