//! What the page is made of: what the chat's views are, and fields, of one type each.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_chat::Language;
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
    view! { <p id=id class=class>{text}</p> }.into_any()
}

/// A field with its label, and what else belongs to it.
pub fn entry(
    class: &'static str,
    hidden: Flag,
    id: &str,
    label: Text,
    control: Vec<AnyView>,
) -> AnyView {
    view! {
        <div class=class hidden=hidden>
            <label for=id.to_owned()>{label}</label>
            {control}
        </div>
    }
    .into_any()
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
        let take = move |event| take(event_target_value(&event));
        if self.is_long {
            return view! {
                <textarea
                    id=self.id
                    rows="1"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    placeholder=self.placeholder
                    aria-describedby=self.note
                    aria-invalid=invalid
                    prop:value=self.value
                    on:input=take
                ></textarea>
            }
            .into_any();
        }
        view! {
            <input
                id=self.id
                type=self.kind
                inputmode=self.mode
                dir=self.dir
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                enterkeyhint="go"
                placeholder=self.placeholder
                aria-describedby=self.note
                aria-invalid=invalid
                prop:value=self.value
                on:input=take
            />
        }
        .into_any()
    }
}

/// A choice: each option with its value and its name, and the one that is chosen at first.
pub struct Select {
    pub id: Option<String>,
    pub class: Option<&'static str>,
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
            view! { <option value=value selected=is_chosen>{name}</option> }.into_any()
        };
        let options: Vec<AnyView> = self.options.into_iter().map(option).collect();
        view! {
            <select
                id=self.id
                class=self.class
                aria-label=self.label
                prop:value=self.value
                on:change=move |event| take(event_target_value(&event))
            >
                {options}
            </select>
        }
        .into_any()
    }
}
