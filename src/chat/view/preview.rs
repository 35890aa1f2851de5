//! What will go out, shown beside the composer while its shape is a guess.

use std::sync::Arc;

use leptos::prelude::*;

use super::element::{Has, element, is};
use super::parts::{Flag, Part, Text, part, word};
use crate::chat::handle::ChatHandle;
use leptos_chat_core::chat::language::Language;

/// So much of what is being written stands in the preview: it shows a shape, and a long text would slow down each key.
const SAMPLE_CHARS: usize = 40;

/// The beginning of what is being written; a stand-in where that is nothing.
fn sample(input: &str, language: Language) -> String {
    let text = input.trim();
    match text.char_indices().nth(SAMPLE_CHARS) {
        _ if text.is_empty() => language.phrases().hello.to_owned(),
        Some((cut, _)) => text.get(..cut).unwrap_or_default().to_owned() + "…",
        None => text.to_owned(),
    }
}

/// The preview; nothing once the shape is known. Where there is advice, the usual shapes stand beside that.
pub(super) fn preview(chat: &ChatHandle, lang: Memo<Language>, shapes: Option<ViewFn>) -> AnyView {
    let (chat, advised) = (chat.clone(), chat.clone());
    let shown = ArcMemo::new(move |_| guess(&chat, lang).unwrap_or_default());
    let is_known: Flag = {
        let shown = shown.clone();
        Arc::new(move || shown.read().is_empty())
    };
    let text: Text = Arc::new(move || shown.get());
    let picker: Part = Box::new(move || {
        let shapes = shapes.as_ref().filter(|_| advised.advice.read().is_none());
        shapes.map(ViewFn::run)
    });
    // Hidden and not taken away: a signal never forgets a reader that ends before it, such as one made anew with each link.
    let title = word(lang, |words| words.will_send).into_any();
    let parts = vec![
        element("span", "", vec![], vec![title]),
        element("code", "", vec![is("dir", "ltr")], vec![text.into_any()]),
        part(picker),
    ];
    element(
        "div",
        "chat-preview",
        vec![Has::When("hidden", is_known)],
        parts,
    )
}

/// What would go out, where its shape is a guess.
fn guess(chat: &ChatHandle, lang: Memo<Language>) -> Option<String> {
    // What is known of the shape changes with the state, the protocol and what is heard.
    chat.protocol.track();
    if !chat.state.read().is_open() || !chat.preview("")?.guessed {
        return None;
    }
    chat.messages.track();
    let language = lang.get();
    let text = chat.input.with(|input| sample(input, language));
    let preview = chat.preview(&text)?;
    preview.guessed.then_some(preview.text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_is_short_and_never_empty() {
        let english = |input: &str| sample(input, Language::English);
        assert_eq!(english("  "), "hello");
        assert_eq!(english(" hi "), "hi");
        assert_eq!(english(&"語".repeat(100)).chars().count(), SAMPLE_CHARS + 1);
    }
}
