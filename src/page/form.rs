//! The form: which server, which protocol, which name.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_chat::{Language, Protocol};
use leptos_chat::{ServerUrl, UrlError};

use super::address::{self, Origin};
use super::extras::Extras;
use super::field::Field;
use super::parameters::{Ask, Start};
use super::room::Settings;
use super::settings::{MoreSettings, Reach};
use super::words;

/// What a person has entered.
#[derive(Clone, Copy)]
pub struct Entries {
    url: RwSignal<String>,
    protocol: RwSignal<Protocol>,
    user: RwSignal<String>,
    /// The further settings.
    pub extras: RwSignal<Extras>,
    /// Unfolds the further settings.
    pub reach: Reach,
    /// A server was given a secret.
    secret_used: StoredValue<bool>,
    note: RwSignal<Option<Note>>,
    origin: StoredValue<Origin>,
}

/// What the form tells a person who has to do something.
#[derive(Clone, Debug, PartialEq)]
enum Note {
    /// The URL cannot be used.
    Url(UrlError),
    /// One of the further settings cannot be used.
    Wrong(Field),
    /// The link wants something that the person has to agree to.
    Ask(Ask),
}

impl Entries {
    pub fn new(start: &Start, origin: Origin) -> Self {
        Self {
            url: RwSignal::new(start.url.clone()),
            protocol: RwSignal::new(start.protocol),
            user: RwSignal::new(start.user.clone()),
            extras: RwSignal::new(start.extras.clone()),
            reach: RwSignal::new(None),
            secret_used: StoredValue::new(false),
            note: RwSignal::new(start.asks_first.clone().map(Note::Ask)),
            origin: StoredValue::new(origin),
        }
    }

    /// The protocol that is chosen.
    pub fn protocol(self) -> Protocol {
        self.protocol.get_untracked()
    }

    /// The settings to connect with; `None` where something in them has to be mended first, which is then said.
    pub fn settings(self) -> Option<Settings> {
        let url = self.check()?;
        let protocol = self.protocol.get_untracked();
        let extras = self.extras.get_untracked();
        if let Some(field) = extras.first_wrong(protocol) {
            self.note.set(Some(Note::Wrong(field)));
            self.reach.set(Some(field));
            return None;
        }
        self.note.set(None);
        self.secret_used.set_value(extras.any_of(Field::is_secret));
        Some(Settings {
            extras,
            url: url.as_str().to_owned(),
            protocol,
            user: self.user.get_untracked().trim().to_owned(),
        })
    }

    /// Another URL, another server: a secret that was given to one is not given to the next.
    fn change_url(self, url: String) {
        self.url.set(url);
        self.note.set(None);
        if self.secret_used.get_value() {
            self.secret_used.set_value(false);
            self.extras.update(Extras::forget_secrets);
        }
    }

    /// The server's URL; says at once what is wrong with it.
    pub fn check(self) -> Option<ServerUrl> {
        let read = self
            .origin
            .with_value(|page| address::read(&self.url.get_untracked(), page));
        read.inspect_err(|error| self.note.set(Some(Note::Url(error.clone()))))
            .ok()
    }

    fn is_bad(self) -> bool {
        self.note
            .with(|note| matches!(note, Some(Note::Url(_) | Note::Wrong(_))))
    }
}

impl Note {
    fn text(&self, language: Language) -> String {
        let words = words::of(language);
        match self {
            Self::Url(error) => language.url_error(error),
            Self::Wrong(field) => words
                .wrong_setting
                .replace("{}", words::field(language, *field)),
            Self::Ask(Ask { host, speaks: true }) => words.asks_to_speak.replace("{}", host),
            Self::Ask(Ask { host, .. }) => words.asks_first.replace("{}", host),
        }
    }
}

/// The form.
#[component]
pub fn ServerForm(
    entries: Entries,
    lang: RwSignal<Language>,
    /// Whether the link of the page names some of the further settings.
    asks_more: bool,
    connect: impl Fn() + 'static,
    leave: impl Fn() + 'static,
) -> impl IntoView {
    let words = move || words::of(lang.get());
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        connect();
    };
    let alert = move || entries.note.get().map(|note| note.text(lang.get()));
    let tone = move || if entries.is_bad() { "bad" } else { "ask" };
    view! {
        <form class="page-form" novalidate autocomplete="off" aria-label=move || words().server on:submit=on_submit>
            <UrlField entries lang />
            <ProtocolField protocol=entries.protocol lang />
            <NameField user=entries.user lang />
            <button type="submit" class="page-connect">{move || words().connect}</button>
            <button type="button" class="page-disconnect" on:click=move |_| leave()>
                {move || words().disconnect}
            </button>
            <p id="server-url-note" class="page-note" role="alert" data-tone=tone>{alert}</p>
            <MoreSettings
                extras=entries.extras
                protocol=entries.protocol
                lang
                open=asks_more
                reach=entries.reach
            />
            <p class="page-hint">{move || words().hint}</p>
        </form>
    }
    .into_any()
}

#[component]
fn UrlField(entries: Entries, lang: RwSignal<Language>) -> impl IntoView {
    let on_input = move |event| entries.change_url(event_target_value(&event));
    view! {
        <div class="page-entry page-entry-url">
            <label for="server-url">{move || words::of(lang.get()).server_url}</label>
            <input
                id="server-url"
                type="text"
                inputmode="url"
                autocapitalize="off"
                spellcheck="false"
                enterkeyhint="go"
                placeholder="wss://chat.example.org/room"
                aria-describedby="server-url-note"
                aria-invalid=move || entries.note.with(|note| matches!(note, Some(Note::Url(_)))).then_some("true")
                prop:value=entries.url.get_untracked()
                on:input=on_input
            />
        </div>
    }
    .into_any()
}

#[component]
fn ProtocolField(protocol: RwSignal<Protocol>, lang: RwSignal<Language>) -> impl IntoView {
    let options = Protocol::ALL
        .iter()
        .copied()
        .filter(|each| each.is_available());
    let options = options.map(|each| {
        let chosen = each == protocol.get_untracked();
        view! {
            <option value=each.name() selected=chosen>{move || words::protocol(lang.get(), each)}</option>
        }
    });
    let on_change = move |event| {
        if let Ok(chosen) = event_target_value(&event).parse() {
            protocol.set(chosen);
        }
    };
    view! {
        <div class="page-entry page-entry-protocol">
            <label for="server-protocol">{move || words::of(lang.get()).protocol}</label>
            <select id="server-protocol" on:change=on_change>{options.collect_view()}</select>
        </div>
    }
    .into_any()
}

#[component]
fn NameField(user: RwSignal<String>, lang: RwSignal<Language>) -> impl IntoView {
    view! {
        <div class="page-entry page-entry-name">
            <label for="user-name">{move || words::of(lang.get()).your_name}</label>
            <input
                id="user-name"
                type="text"
                dir="auto"
                spellcheck="false"
                enterkeyhint="go"
                placeholder=move || words::of(lang.get()).name_hint
                prop:value=user.get_untracked()
                on:input=move |event| user.set(event_target_value(&event))
            />
        </div>
    }
    .into_any()
}
