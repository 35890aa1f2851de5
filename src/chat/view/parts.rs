//! What all views are made of, those of the page as well: texts, and parts that come and go, of one type each. A view of a type
//! of its own costs kilobytes of WebAssembly, however little it shows.

use std::sync::Arc;

use leptos::prelude::*;

use super::element::{element, is, on};
use leptos_chat_core::chat::language::Language;
use leptos_chat_core::chat::language::phrases::Phrases;

/// A text, or an attribute's value, that follows signals.
pub type Text = Arc<dyn Fn() -> String + Send + Sync>;
/// An attribute that is there or not.
pub type Flag = Arc<dyn Fn() -> bool + Send + Sync>;
/// A part that is not always there. What it reads, it reads itself and not in a closure within: a signal never forgets a reader
/// that ends before it, such as one made anew each time.
pub type Part = Box<dyn Fn() -> Option<AnyView> + Send>;

/// What a button does.
pub type Act = Box<dyn Fn()>;

/// One of the words, in the language of the view.
pub fn word(lang: Memo<Language>, pick: fn(&'static Phrases) -> &'static str) -> Text {
    Arc::new(move || pick(lang.get().phrases()).to_owned())
}

/// The part, as it stands in a view.
pub fn part(part: Part) -> AnyView {
    part.into_any()
}

/// A line, such as one that stands where there is nothing else.
pub fn line(class: &'static str, text: String) -> AnyView {
    element("p", class, vec![], vec![text.into_any()])
}

/// A few words within a line.
pub fn words(class: &'static str, title: &'static str, text: String) -> AnyView {
    element(
        "span",
        class,
        vec![is("title", title)],
        vec![text.into_any()],
    )
}

/// What is spoken at once when it changes.
pub fn alert(text: Text) -> AnyView {
    element(
        "p",
        "chat-alert",
        vec![is("role", "alert")],
        vec![text.into_any()],
    )
}

/// A button whose label stays.
pub fn button(class: &'static str, label: String, act: impl Fn() + 'static) -> AnyView {
    labelled(
        "button",
        class,
        Arc::new(move || label.clone()),
        Box::new(act),
    )
}

/// A button, with its `type`, whose label follows signals.
pub fn labelled(kind: &'static str, class: &'static str, label: Text, act: Act) -> AnyView {
    let has = vec![is("type", kind), on("click", move |_| act())];
    element("button", class, has, vec![label.into_any()])
}

/// Runs once the view is in the document, and again whenever a signal that it reads has changed.
pub fn effect(run: impl Fn() + 'static) {
    let run: Box<dyn Fn()> = Box::new(run);
    Effect::new(run);
}
