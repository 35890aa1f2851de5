//! The form: which server, which protocol, which name.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::web_sys::Event;
use leptos_chat::{Language, Protocol};
use leptos_chat::{ServerUrl, UrlError};
use leptos_chat_core::chat::language::phrases::filled;

use super::address::{self, Origin};
use super::extras::Extras;
use super::field::Field;
use super::parameters::{Ask, Start};
use super::parts::{
    Act, Flag, Has, Input, Part, Select, Text, element, entry, is, labelled, line, on, part, word,
};
use super::phrases;
use super::reach::reach;
use super::room::Settings;

/// The form, as what is entered in it.
#[derive(Clone, Copy)]
pub struct Form {
    entered: RwSignal<Entered>,
    /// The language of the page.
    pub lang: RwSignal<Language>,
}

/// What a person has entered.
#[derive(Clone)]
struct Entered {
    url: String,
    protocol: Protocol,
    user: String,
    extras: Extras,
    /// A server was given a secret.
    secret_used: bool,
    note: Option<Note>,
    /// Where the page comes from.
    origin: Origin,
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

impl Form {
    pub fn new(start: &Start, origin: Origin, lang: RwSignal<Language>) -> Self {
        let entered = RwSignal::new(Entered {
            url: start.url.clone(),
            protocol: start.protocol,
            user: start.user.clone(),
            extras: start.extras.clone(),
            secret_used: false,
            note: start.asks_first.clone().map(Note::Ask),
            origin,
        });
        Self { entered, lang }
    }

    /// The settings to connect with; `None` where something in them has to be mended first, which is then said.
    pub fn settings(self) -> Option<Settings> {
        let entered = self.entered.get_untracked();
        let url = match entered.server() {
            Ok(url) => url,
            Err(error) => {
                self.say(Some(Note::Url(error)));
                return None;
            }
        };
        if let Some(field) = entered.extras.first_wrong(entered.protocol) {
            self.say(Some(Note::Wrong(field)));
            reach(field);
            return None;
        }
        self.entered.update(|now| {
            now.note = None;
            now.secret_used = entered.extras.any_of(Field::is_secret);
        });
        Some(Settings {
            extras: entered.extras,
            url: url.as_str().to_owned(),
            protocol: entered.protocol,
            user: entered.user.trim().to_owned(),
        })
    }

    /// Says at once what is wrong with the server's URL.
    pub fn check(self) {
        let read = self.entered.with_untracked(Entered::server);
        if let Err(error) = read {
            self.say(Some(Note::Url(error)));
        }
    }

    /// The protocol that is chosen.
    pub fn protocol(self) -> Protocol {
        self.entered.with(|entered| entered.protocol)
    }

    /// Something of what is in the further settings.
    pub fn of_extras<T>(self, read: impl FnOnce(&Extras) -> T) -> T {
        self.entered.with(|entered| read(&entered.extras))
    }

    /// Sets one of the further settings.
    pub fn set_extra(self, field: Field, value: String) {
        self.entered.update(|now| now.extras.set(field, value));
    }

    fn say(self, note: Option<Note>) {
        self.entered.update(|now| now.note = note);
    }

    /// Whether the note is one of these.
    fn has_note(self, is: fn(&Note) -> bool) -> bool {
        self.entered
            .with(|entered| entered.note.as_ref().is_some_and(is))
    }
}

impl Entered {
    fn server(&self) -> Result<ServerUrl, UrlError> {
        address::read(&self.url, &self.origin)
    }

    /// Another URL, another server: a secret that was given to one is not given to the next.
    fn change_url(&mut self, url: String) {
        self.url = url;
        self.note = None;
        if std::mem::take(&mut self.secret_used) {
            self.extras.forget_secrets();
        }
    }
}

impl Note {
    fn text(&self, language: Language) -> String {
        let words = phrases::of(language);
        match self {
            Self::Url(error) => language.url_error(error),
            Self::Wrong(field) => filled(words.wrong_setting, &[phrases::field(language, *field)]),
            Self::Ask(Ask { host, speaks: true }) => filled(words.asks_to_speak, &[host]),
            Self::Ask(Ask { host, .. }) => filled(words.asks_first, &[host]),
        }
    }
}

/// The form's view, with `more` settings below.
pub fn server_form(form: Form, more: AnyView, connect: Act, leave: Act) -> AnyView {
    let lang = form.lang;
    let submit = move |event: Event| {
        event.prevent_default();
        connect();
    };
    let nothing: Act = Box::new(|| ());
    let parts = vec![
        url_field(form),
        protocol_field(form),
        name_field(form),
        labelled(
            "submit",
            "page-connect",
            word(lang, |words| words.connect),
            nothing,
        ),
        labelled(
            "button",
            "page-disconnect",
            word(lang, |words| words.disconnect),
            leave,
        ),
        note(form),
        more,
        line(None, "page-hint", word(lang, |words| words.hint)),
    ];
    let has = vec![
        is("novalidate", ""),
        is("autocomplete", "off"),
        Has::Follows("aria-label", word(lang, |words| words.server)),
        on("submit", submit),
    ];
    element("form", "page-form", has, parts)
}

/// What a person has to do.
fn note(form: Form) -> AnyView {
    let tone: Text = Arc::new(move || {
        let is_bad = form.has_note(|note| !matches!(note, Note::Ask(_)));
        if is_bad { "bad" } else { "ask" }.to_owned()
    });
    let text: Text = Arc::new(move || {
        let language = form.lang.get();
        let text = |note: &Note| note.text(language);
        let note = form.entered.with(|entered| entered.note.as_ref().map(text));
        note.unwrap_or_default()
    });
    let has = vec![
        is("id", "server-url-note"),
        is("role", "alert"),
        Has::Follows("data-tone", tone),
    ];
    element("p", "page-note", has, vec![text.into_any()])
}

/// A field that every protocol has.
fn shown() -> Flag {
    Arc::new(|| false)
}

fn url_field(form: Form) -> AnyView {
    let input = Input {
        id: "server-url".to_owned(),
        is_long: false,
        kind: "text",
        mode: Some("url"),
        dir: None,
        placeholder: Arc::new(|| "wss://chat.example.org/room".to_owned()),
        note: Some("server-url-note".to_owned()),
        is_wrong: Arc::new(move || form.has_note(|note| matches!(note, Note::Url(_)))),
        value: Arc::new(move || form.entered.with(|entered| entered.url.clone())),
        take: Box::new(move |url| form.entered.update(|now| now.change_url(url))),
    };
    let label = word(form.lang, |words| words.server_url);
    let class = "page-entry page-entry-url";
    entry(class, shown(), "server-url", label, vec![input.view()])
}

fn protocol_field(form: Form) -> AnyView {
    let select: Part = Box::new(move || {
        let language = form.lang.get();
        let protocols = Protocol::ALL.iter().filter(|each| each.is_available());
        let select = Select {
            id: Some("server-protocol".to_owned()),
            class: "",
            label: None,
            options: protocols
                .map(|each| (each.name(), phrases::protocol(language, *each).to_owned()))
                .collect(),
            value: Arc::new(move || form.protocol().name().to_owned()),
            take: Box::new(move |name| {
                if let Ok(chosen) = name.parse() {
                    form.entered.update(|now| now.protocol = chosen);
                }
            }),
        };
        Some(select.view())
    });
    let label = word(form.lang, |words| words.protocol);
    let class = "page-entry page-entry-protocol";
    entry(class, shown(), "server-protocol", label, vec![part(select)])
}

fn name_field(form: Form) -> AnyView {
    let input = Input {
        id: "user-name".to_owned(),
        is_long: false,
        kind: "text",
        mode: None,
        dir: Some("auto"),
        placeholder: word(form.lang, |words| words.name_hint),
        note: None,
        is_wrong: Arc::new(|| false),
        value: Arc::new(move || form.entered.with(|entered| entered.user.clone())),
        take: Box::new(move |user| form.entered.update(|now| now.user = user)),
    };
    let label = word(form.lang, |words| words.your_name);
    let class = "page-entry page-entry-name";
    entry(class, shown(), "user-name", label, vec![input.view()])
}
