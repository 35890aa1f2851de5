//! The further settings of the form: folded until they are asked for, or until something in them has to be mended.

use leptos::html::Details;
use leptos::prelude::*;
use leptos::reactive::graph::{Subscriber, ToAnySubscriber};
use leptos::web_sys::HtmlElement;
use leptos_chat::shape::PRESETS;
use leptos_chat::{Language, Protocol};
use wasm_bindgen::JsCast;

use super::extras::Extras;
use super::field::{Control, Field};
use super::words;

/// Unfolds the settings and puts the focus on one of them.
pub type Reach = RwSignal<Option<Field>>;

/// No preset: what the person sets instead, where the protocol has it.
const OWN: [Field; 3] = [Field::Send, Field::Event, Field::Destination];

/// The settings.
#[component]
pub fn MoreSettings(
    extras: RwSignal<Extras>,
    protocol: RwSignal<Protocol>,
    lang: RwSignal<Language>,
    open: bool,
    reach: Reach,
) -> impl IntoView {
    let details = NodeRef::<Details>::new();
    Effect::new(move || {
        if let (Some(field), Some(details)) = (reach.get(), details.get()) {
            // Setting an attribute of a valid name does not fail.
            let _ = details.set_attribute("open", "");
            focus(field);
        }
    });
    let entries = Field::ALL
        .map(|field| entry(field, extras, protocol, lang))
        .into_iter()
        .collect_view();
    view! {
        <details node_ref=details class="page-more" open=open>
            <summary>{move || words::of(lang.get()).more}</summary>
            <div class="page-more-entries">{entries}</div>
        </details>
    }
    .into_any()
}

/// The usual shapes to pick from, beside the preview of a message whose shape is a guess.
pub fn shape_picker(
    extras: RwSignal<Extras>,
    protocol: Protocol,
    lang: RwSignal<Language>,
    reach: Reach,
    connect: impl Fn() + 'static,
) -> AnyView {
    let pick = move |event| {
        let name = event_target_value(&event);
        match OWN.into_iter().find(|field| field.id() == name) {
            Some(field) => reach.set(Some(field)),
            None if name.is_empty() => {}
            None => {
                extras.update(|extras| {
                    // What was written before would win.
                    extras.set(Field::Send, String::new());
                    extras.set(Field::Preset, name);
                });
                connect();
            }
        }
    };
    // One reader stands for all those in the picker, and takes itself off the page's signal, which outlives it.
    let lang = ArcMemo::new(move |_| lang.get());
    let reader = lang.to_any_subscriber();
    on_cleanup(move || reader.clear_sources(&reader));
    let lang = Signal::from(lang);
    let options = PRESETS.iter().map(|preset| {
        view! { <option value=preset.name>{move || words::preset(lang.get(), preset)}</option> }
    });
    let own = OWN.into_iter().filter(|field| field.fits(protocol));
    let own = own.map(|field| {
        view! { <option value=field.id()>{move || words::field(lang.get(), field)} "…"</option> }
    });
    view! {
        <select class="page-shapes" aria-label=move || words::of(lang.get()).shape on:change=pick>
            <option value="">{move || words::of(lang.get()).other_shape}</option>
            {options.collect_view()}
            {own.collect_view()}
        </select>
    }
    .into_any()
}

fn id(field: Field) -> String {
    format!("extra-{}", field.id())
}

fn focus(field: Field) {
    let element = document()
        .get_element_by_id(&id(field))
        .and_then(|element| element.dyn_into::<HtmlElement>().ok());
    if let Some(element) = element {
        // A field that cannot have the focus is there all the same.
        let _ = element.focus();
    }
}

/// One field with its label, and what is wrong with its value beside it.
fn entry(
    field: Field,
    extras: RwSignal<Extras>,
    protocol: RwSignal<Protocol>,
    lang: RwSignal<Language>,
) -> AnyView {
    let note = move || {
        let trouble = extras.with(|extras| extras.trouble(field));
        trouble.map(|trouble| words::trouble(lang.get(), &trouble))
    };
    let note_id = format!("{}-note", id(field));
    let wide = matches!(
        field,
        Field::Preset | Field::Send | Field::Hello | Field::Auth
    );
    view! {
        <div
            class="page-entry"
            class:page-entry-wide=wide
            hidden=move || !field.fits(protocol.get())
        >
            <label for=id(field)>{move || words::field(lang.get(), field)}</label>
            {control(field, extras, lang)}
            <p class="page-entry-note" id=note_id>{note}</p>
        </div>
    }
    .into_any()
}

fn control(field: Field, extras: RwSignal<Extras>, lang: RwSignal<Language>) -> AnyView {
    let value = move || extras.with(|extras| extras.raw(field).to_owned());
    let invalid = move || {
        let wrong = extras.with(|extras| extras.trouble(field).is_some());
        wrong.then_some("true")
    };
    let set = move |event| {
        let value = event_target_value(&event);
        extras.update(|extras| extras.set(field, value));
    };
    let note_id = format!("{}-note", id(field));
    match field.control() {
        Control::Choice => {
            // One reader stands for all those in the picker, and takes itself off the page's signal, which outlives it.
            let lang = ArcMemo::new(move |_| lang.get());
            let reader = lang.to_any_subscriber();
            on_cleanup(move || reader.clear_sources(&reader));
            let lang = Signal::from(lang);
            let options = PRESETS.iter().map(|preset| {
                view! { <option value=preset.name>{move || words::preset(lang.get(), preset)}</option> }
            });
            view! {
                <select id=id(field) prop:value=value on:change=set>
                    <option value="">{move || words::of(lang.get()).learnt}</option>
                    {options.collect_view()}
                </select>
            }
            .into_any()
        }
        Control::Lines => view! {
            <textarea
                id=id(field)
                rows="1"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                placeholder=words::example(field)
                aria-describedby=note_id
                aria-invalid=invalid
                prop:value=value
                on:input=set
            ></textarea>
        }
        .into_any(),
        Control::Line | Control::Secret => view! {
            <input
                id=id(field)
                type=if field.is_secret() { "password" } else { "text" }
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                enterkeyhint="go"
                placeholder=words::example(field)
                aria-describedby=note_id
                aria-invalid=invalid
                prop:value=value
                on:input=set
            />
        }
        .into_any(),
    }
}
