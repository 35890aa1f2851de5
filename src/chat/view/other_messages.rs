//! What arrived and is no line of the chat: counted, and opened by whoever wants to see it.

use leptos::prelude::*;

use crate::chat::handle::ChatHandle;
use crate::chat::language::{Language, one_line};

/// The count, which opens to show the last of them.
#[component]
pub(in crate::chat) fn OtherMessages(
    /// The chat.
    chat: ChatHandle,
    /// The language.
    lang: Signal<Language>,
) -> impl IntoView {
    let messages = chat.messages;
    let count = ArcMemo::new({
        let messages = messages.clone();
        move |_| messages.read().read().other_messages().count()
    });
    let any = ArcMemo::new({
        let count = count.clone();
        move |_| count.get() > 0
    });
    let open = RwSignal::new(false);
    let toggle = move |event: leptos::ev::Event| {
        let details = event_target::<leptos::web_sys::Element>(&event);
        open.set(details.has_attribute("open"));
    };
    move || {
        let (count, messages) = (count.clone(), messages.clone());
        let summary = {
            let count = count.clone();
            move || lang.get().other_messages(count.get())
        };
        // Folded, they cost nothing.
        let notes = move || {
            count.track();
            let messages = messages.get_untracked();
            let timeline = messages.read();
            let notes = timeline
                .other_messages()
                .iter()
                .rev()
                .filter(|_| open.get());
            notes
                .map(|note| view! { <li>{one_line::reason(&note.text)}</li> })
                .collect_view()
        };
        any.get().then(|| {
            view! {
                <details class="chat-others" on:toggle=toggle>
                    <summary>{summary}</summary>
                    <ul tabindex="0">{notes}</ul>
                </details>
            }
        })
    }
}
