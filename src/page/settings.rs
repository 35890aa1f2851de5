//! The further settings of the form: folded until they are asked for, or until something in them has to be mended.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_chat::Language;
use leptos_chat::shape::PRESETS;

use super::field::{Control, Field};
use super::form::Form;
use super::parts::{
    Act, Flag, Input, Part, Select, Text, element, entry, is, line, on, part, word,
};
use super::phrases;
use super::reach::{id, reach};

/// No preset: what the person sets instead, where the protocol has it.
const OWN: [Field; 3] = [Field::Send, Field::Event, Field::Destination];

/// The settings.
pub fn more_settings(form: Form, is_open: bool) -> AnyView {
    // Folded, they cost nothing: they would be half of the page. Once they are there, they stay.
    let unfolded = ArcRwSignal::new(is_open);
    let seen = unfolded.clone();
    let entries: Part = Box::new(move || seen.get().then(|| entries(form)));
    let title = word(form.lang, |words| words.more).into_any();
    let press = on("click", move |_| {
        if !unfolded.get_untracked() {
            unfolded.set(true);
        }
    });
    let parts = vec![
        element("summary", "", vec![press], vec![title]),
        part(entries),
    ];
    let has = is_open.then(|| is("open", ""));
    element("details", "page-more", has.into_iter().collect(), parts)
}

#[inline(never)]
fn entries(form: Form) -> AnyView {
    let entries = Field::ALL.into_iter().map(|field| setting(form, field));
    element("div", "page-more-entries", vec![], entries.collect())
}

/// The usual shapes to pick from, beside the preview of a message whose shape is a guess. In the language at hand: whoever shows
/// it shows it anew in another one.
pub fn shape_picker(form: Form, connect: Act) -> AnyView {
    let language = form.lang.get();
    let words = phrases::of(language);
    let mut options = vec![("", words.other_shape.to_owned())];
    options.extend(presets(language));
    let protocol = untrack(|| form.protocol());
    let own = OWN.into_iter().filter(|field| field.fits(protocol));
    options.extend(own.map(|field| (field.id(), phrases::field(language, field).to_owned() + "…")));
    let select = Select {
        id: None,
        class: "page-shapes",
        label: Some(words.shape),
        options,
        value: Arc::new(String::new),
        take: Box::new(
            move |name| match OWN.into_iter().find(|field| field.id() == name) {
                Some(field) => reach(field),
                None if name.is_empty() => {}
                None => {
                    // What was written before would win.
                    form.set_extra(Field::Send, String::new());
                    form.set_extra(Field::Preset, name);
                    connect();
                }
            },
        ),
    };
    select.view()
}

fn presets(language: Language) -> impl Iterator<Item = (&'static str, String)> {
    PRESETS
        .iter()
        .map(move |preset| (preset.name, phrases::preset(language, preset).to_owned()))
}

/// One field with its label, and what is wrong with its value beside it.
fn setting(form: Form, field: Field) -> AnyView {
    let lang = form.lang;
    let label: Text = Arc::new(move || phrases::field(lang.get(), field).to_owned());
    let hidden: Flag = Arc::new(move || !field.fits(form.protocol()));
    let note: Text = Arc::new(move || {
        let trouble = form.of_extras(|extras| extras.trouble(field));
        let told = trouble.map(|trouble| phrases::trouble(lang.get(), &trouble));
        told.unwrap_or_default()
    });
    let class = match field {
        Field::Preset
        | Field::Send
        | Field::Hello
        | Field::Auth
        | Field::ConnectHeader
        | Field::SubscribeHeader
        | Field::SendHeader => "page-entry page-entry-wide",
        _ => "page-entry",
    };
    let note_id = format!("{}-note", id(field));
    let control = vec![
        control(form, field, note_id.clone()),
        line(Some(note_id), "page-entry-note", note),
    ];
    entry(class, hidden, &id(field), label, control)
}

fn control(form: Form, field: Field, note: String) -> AnyView {
    let value: Text = Arc::new(move || form.of_extras(|extras| extras.raw(field).to_owned()));
    let take = move |value| form.set_extra(field, value);
    if field.control() == Control::Choice {
        let select: Part = Box::new(move || {
            let language = form.lang.get();
            let mut options = vec![("", phrases::of(language).learnt.to_owned())];
            options.extend(presets(language));
            let select = Select {
                id: Some(id(field)),
                class: "",
                label: None,
                options,
                value: value.clone(),
                take: Box::new(take),
            };
            Some(select.view())
        });
        return part(select);
    }
    let input = Input {
        id: id(field),
        is_long: field.control() == Control::Lines,
        kind: if field.is_secret() {
            "password"
        } else {
            "text"
        },
        mode: None,
        dir: None,
        placeholder: Arc::new(move || phrases::example(field).to_owned()),
        note: Some(note),
        is_wrong: Arc::new(move || form.of_extras(|extras| extras.trouble(field).is_some())),
        value,
        take: Box::new(take),
    };
    input.view()
}
