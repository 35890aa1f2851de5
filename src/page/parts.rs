//! What the page is made of: what the chat's views are, and fields, of one type each.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_chat::Language;
pub use leptos_chat::chat::element::{Has, element, field, is, on};
pub use leptos_chat::chat::parts::{Act, Flag, Part, Text, effect, labelled, part};

use super::phrases::{self, Phrases};

/// What becomes of a field's new value.
pub type Take = Box<dyn Fn(String)>;

/// One of the words, in the language of the page.
pub fn word(lang: RwSignal<Language>, pick: fn(&'static Phrases) -> &'static str) -> Text {
    Arc::new(move || pick(phrases::of(lang.get())).to_owned())
}

/// A line of the form.
pub fn line(id: Option<String>, class: &'static str, text: Text) -> AnyView {
    let has = id.map(|id| is("id", id));
    element("p", class, has.into_iter().collect(), vec![text.into_any()])
}

/// A field with its label, and what else belongs to it.
pub fn entry(
    class: &'static str,
    hidden: Flag,
    id: &str,
    label: Text,
    control: Vec<AnyView>,
) -> AnyView {
    let label = element(
        "label",
        "",
        vec![is("for", id.to_owned())],
        vec![label.into_any()],
    );
    let mut parts = vec![label];
    parts.extend(control);
    element("div", class, vec![Has::When("hidden", hidden)], parts)
}

/// A field to write into.
pub struct Input {
    pub id: String,
    /// Several lines.
    pub is_long: bool,
    /// The `type`.
    pub kind: &'static str,
    /// The keyboard that a phone shows.
    pub mode: Option<&'static str>,
    pub dir: Option<&'static str>,
    pub placeholder: Text,
    /// The element that says what is wrong with the value.
    pub note: Option<String>,
    pub is_wrong: Flag,
    pub value: Text,
    pub take: Take,
}

impl Input {
    /// The field alone.
    pub fn view(self) -> AnyView {
        let is_wrong = self.is_wrong;
        let invalid: Text = Arc::new(move || is_wrong().to_string());
        let take = self.take;
        let mut has = vec![
            is("id", self.id),
            is("autocomplete", "off"),
            is("autocapitalize", "off"),
            is("spellcheck", "false"),
            Has::Follows("placeholder", self.placeholder),
            Has::Follows("aria-invalid", invalid),
            on("input", move |event| take(event_target_value(&event))),
        ];
        has.extend(self.note.map(|note| is("aria-describedby", note)));
        if self.is_long {
            has.extend([is("rows", "1"), Has::Value(self.value)]);
            return field("textarea", has);
        }
        has.extend(self.mode.map(|mode| is("inputmode", mode)));
        has.extend(self.dir.map(|dir| is("dir", dir)));
        // The value comes last: some types of fields would change it.
        has.extend([
            is("enterkeyhint", "go"),
            is("type", self.kind),
            Has::Value(self.value),
        ]);
        field("input", has)
    }
}

/// A choice: each option with its value and its name, and the one that is chosen at first.
pub struct Select {
    pub id: Option<String>,
    pub class: &'static str,
    /// What it is called, where no label says it.
    pub label: Option<&'static str>,
    pub options: Vec<(&'static str, String)>,
    pub value: Text,
    pub take: Take,
}

impl Select {
    /// The field alone.
    pub fn view(self) -> AnyView {
        let (chosen, take) = (untrack(|| (self.value)()), self.take);
        let option = |(value, name): (&'static str, String)| {
            // The property says nothing before the options are there.
            let is_chosen = value == chosen;
            let mut has = vec![is("value", value)];
            has.extend(is_chosen.then(|| is("selected", "")));
            element("option", "", has, vec![name.into_any()])
        };
        let options: Vec<AnyView> = self.options.into_iter().map(option).collect();
        let mut has = vec![
            Has::Value(self.value),
            on("change", move |event| take(event_target_value(&event))),
        ];
        has.extend(self.id.map(|id| is("id", id)));
        has.extend(self.label.map(|label| is("aria-label", label)));
        element("select", self.class, has, options)
    }
}
