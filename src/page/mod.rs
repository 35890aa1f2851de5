//! The page: pick a server and a protocol, and chat. A module of the binary alone.

mod extras;
mod form;
mod memory;
mod parameters;
mod room;
mod words;

use leptos::mount::mount_to;
use leptos::prelude::*;
use leptos_chat::ServerUrl;
use leptos_chat::{ChatHandle, ChatView, ClosedReason, Language, Protocol, State};

use form::{Entries, ServerForm};
use memory::Memory;
use parameters::{Parameters, Start};
use room::Rooms;

/// Takes away what index.html shows while the program is loaded, and mounts the page for as long as it is open.
pub fn start() {
    if let Some(loading) = document().get_element_by_id("loading") {
        loading.remove();
    }
    mount_to(body(), App).forget();
}

fn body() -> leptos::web_sys::HtmlElement {
    document()
        .body()
        .expect("the program starts when the page's body is there")
}

#[component]
fn App() -> impl IntoView {
    let memory = Memory::of_browser();
    let parameters = Parameters::of_page();
    let host = window().location().hostname().unwrap_or_default();
    let start = Start::decide(&parameters, &memory.recall(), &host);
    let lang = RwSignal::new(
        parameters
            .lang
            .or(memory.recall().lang)
            .unwrap_or_else(Language::of_browser),
    );
    let rooms = Rooms::new();
    let asks_more = parameters.extras.any();
    let notice = RwSignal::new(start.asks_first.clone());
    let entries = Entries::new(&start);
    let connect = {
        let (rooms, memory) = (rooms.clone(), memory.clone());
        move || {
            notice.set(None);
            match ServerUrl::parse(&entries.url.get_untracked()) {
                Ok(url) => {
                    let settings = entries.settings(&url);
                    memory.remember(&settings);
                    rooms.enter(settings);
                    entries.trouble.set(None);
                }
                Err(error) => entries.trouble.set(Some(error)),
            }
        }
    };
    if start.connects {
        connect();
    } else if start.given {
        entries.check();
    }
    speak_on_page(lang);
    let leave = {
        let rooms = rooms.clone();
        move || rooms.leave()
    };
    let refused = {
        let rooms = rooms.clone();
        Memo::new(move |_| login_refused(&rooms.chat()))
    };
    let room = move || {
        let chat = rooms.chat();
        view! { <ChatView chat lang /> }
    };
    view! {
        <div class="page">
            <header class="page-head">
                <h1 class="page-title">
                    <span class="page-logo" aria-hidden="true"></span>
                    "leptos-chat"
                </h1>
                <Languages lang memory />
            </header>
            <ServerForm entries notice lang asks_more refused connect leave />
            <main class="page-chat">{room}</main>
        </div>
    }
    .into_any()
}

/// Whether the broker refused who connects, or where to: what the person has to mend is in the settings.
fn login_refused(chat: &ChatHandle) -> bool {
    let rejected = matches!(
        &*chat.state.read(),
        State::Closed {
            reason: ClosedReason::Rejected(_)
        }
    );
    rejected && chat.protocol.read().protocol() == Some(Protocol::Stomp)
}

/// Tells the browser which language the page speaks.
fn speak_on_page(lang: RwSignal<Language>) {
    Effect::new(move || {
        if let Some(root) = document().document_element() {
            // Setting an attribute of a valid name does not fail.
            let _ = root.set_attribute("lang", lang.get().tag());
        }
    });
}

/// The switch between the languages.
#[component]
fn Languages(lang: RwSignal<Language>, memory: Memory) -> impl IntoView {
    let button = |language: Language| {
        let memory = memory.clone();
        let choose = move |_| {
            lang.set(language);
            memory.remember_language(language);
        };
        view! {
            <button
                type="button"
                lang=language.tag()
                aria-pressed=move || (lang.get() == language).to_string()
                on:click=choose
            >
                {words::name(language)}
            </button>
        }
    };
    let buttons = Language::ALL
        .iter()
        .map(|language| button(*language))
        .collect_view();
    view! {
        <div class="page-languages" role="group" aria-label=move || words::of(lang.get()).language>
            {buttons}
        </div>
    }
    .into_any()
}
