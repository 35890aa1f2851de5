//! The page: pick a server and a protocol, and chat. A module of the binary alone.

mod address;
mod extras;
mod field;
mod form;
mod memory;
mod parameters;
mod room;
mod settings;
mod words;

use leptos::mount::mount_to;
use leptos::prelude::*;
use leptos_chat::{
    ChatHandle, ChatView, ClosedReason, Language, Protocol, State, browser_language,
};

use address::Origin;
use field::Field;
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

/// Where the page comes from.
fn origin() -> Origin {
    let location = window().location();
    Origin {
        secure: location.protocol().is_ok_and(|scheme| scheme == "https:"),
        host: location.host().unwrap_or_default(),
    }
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
    let origin = origin();
    let start = Start::decide(&parameters, &memory.recall(), &origin);
    let lang = RwSignal::new(
        parameters
            .lang
            .or(memory.recall().lang)
            .unwrap_or_else(browser_language),
    );
    let rooms = Rooms::new();
    let asks_more = parameters.extras.any();
    let entries = Entries::new(&start, origin);
    let connect = {
        let (rooms, memory) = (rooms.clone(), memory.clone());
        move || {
            if let Some(settings) = entries.settings() {
                memory.remember(&settings);
                rooms.enter(settings);
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
    Effect::new({
        let rooms = rooms.clone();
        move || {
            if login_refused(&rooms.chat()) {
                entries.reach.set(Some(Field::Login));
            }
        }
    });
    let shapes = {
        let connect = connect.clone();
        ViewFn::from(move || {
            settings::shape_picker(
                entries.extras,
                entries.protocol(),
                lang,
                entries.reach,
                connect.clone(),
            )
        })
    };
    let room = move || {
        let (chat, shapes) = (rooms.chat(), shapes.clone());
        view! { <ChatView chat lang shapes /> }
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
            <ServerForm entries lang asks_more connect leave />
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
