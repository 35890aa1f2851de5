//! The form: which server, which protocol, which name.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_chat::{Language, Protocol};
use leptos_chat::{ServerUrl, UrlError};

use super::extras::{Extras, MoreSettings};
use super::parameters::Start;
use super::room::Settings;
use super::words;

/// What a person has entered.
#[derive(Clone, Copy)]
pub struct Entries {
    pub url: RwSignal<String>,
    protocol: RwSignal<Protocol>,
    user: RwSignal<String>,
    extras: RwSignal<Extras>,
    /// A server was given a secret.
    secret_used: StoredValue<bool>,
    /// What is wrong with the URL.
    pub trouble: RwSignal<Option<UrlError>>,
}

impl Entries {
    pub fn new(start: &Start) -> Self {
        Self {
            url: RwSignal::new(start.url.clone()),
            protocol: RwSignal::new(start.protocol),
            user: RwSignal::new(start.user.clone()),
            extras: RwSignal::new(start.extras.clone()),
            secret_used: StoredValue::new(false),
            trouble: RwSignal::new(None),
        }
    }

    /// The settings to connect with, for a URL that was checked.
    pub fn settings(self, url: &ServerUrl) -> Settings {
        let extras = self.extras.get_untracked();
        self.secret_used.set_value(extras.any_secret());
        Settings {
            extras,
            url: url.as_str().to_owned(),
            protocol: self.protocol.get_untracked(),
            user: self.user.get_untracked().trim().to_owned(),
        }
    }

    /// Another URL, another server: a secret that was given to one is not given to the next.
    fn change_url(self, url: String) {
        self.url.set(url);
        self.trouble.set(None);
        if self.secret_used.get_value() {
            self.secret_used.set_value(false);
            self.extras.update(Extras::forget_secrets);
        }
    }

    /// Says at once what is wrong with the URL.
    pub fn check(self) {
        self.trouble
            .set(ServerUrl::parse(&self.url.get_untracked()).err());
    }
}

/// The form.
#[component]
pub fn ServerForm(
    entries: Entries,
    notice: RwSignal<Option<String>>,
    lang: RwSignal<Language>,
    /// Whether the link of the page names some of the settings below the form.
    asks_more: bool,
    /// Whether the server refused them.
    refused: Memo<bool>,
    connect: impl Fn() + 'static,
    leave: impl Fn() + 'static,
) -> impl IntoView {
    let words = move || words::of(lang.get());
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        connect();
    };
    let alert = move || {
        let trouble = entries
            .trouble
            .get()
            .map(|error| lang.get().url_error(&error));
        trouble.or_else(|| Some(words().asks_first.replace("{}", &notice.get()?)))
    };
    let tone = move || {
        if entries.trouble.get().is_some() {
            "bad"
        } else {
            "ask"
        }
    };
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
            <MoreSettings extras=entries.extras protocol=entries.protocol lang open=asks_more refused />
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
                aria-invalid=move || entries.trouble.get().is_some().then_some("true")
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
