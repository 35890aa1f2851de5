//! The page: pick a server and a protocol, and chat. A module of the binary alone.

mod address;
mod console;
mod demand;
mod extras;
mod field;
mod form;
mod memory;
mod parameters;
mod parts;
mod phrases;
mod reach;
mod room;
mod settings;

use std::sync::Arc;

use leptos::mount::mount_to_body;
use leptos::prelude::*;
use leptos_chat::{
    ChatHandle, ChatView, ClosedReason, Language, Protocol, State, browser_language,
};

use address::Origin;
use field::Field;
use form::{Form, server_form};
use memory::{Memories, Memory};
use parameters::{Parameters, Start};
use parts::{Act, Has, Part, Text, effect, element, is, on, part, word};
use reach::reach;
use room::Rooms;

/// Takes away what index.html shows while the program is loaded, and mounts the page for as long as it is open.
pub fn start() {
    console::start();
    if let Some(loading) = document().get_element_by_id("loading") {
        loading.remove();
    }
    mount_to_body(app);
}

/// Where the page comes from.
fn origin() -> Origin {
    let location = window().location();
    Origin {
        secure: location.protocol().is_ok_and(|scheme| scheme == "https:"),
        host: location.host().unwrap_or_default(),
    }
}

fn app() -> AnyView {
    let memory = Memory::of_browser();
    let parameters = Parameters::of_page();
    let origin = origin();
    // The browser takes its time to get at its storage: a link that says all does not wait for it.
    let memories = match parameters.names_all() {
        true => Memories::default(),
        false => memory.recall(),
    };
    let start = Start::decide(&parameters, &memories, &origin);
    let lang = RwSignal::new(Language::default());
    let form = Form::new(&start, origin, lang);
    // While the link is being opened, the rest is made.
    let first = if start.connects {
        form.settings()
    } else {
        None
    };
    let rooms = Rooms::new(first.clone());
    let chosen = parameters.lang.or_else(|| memory.language());
    lang.set(chosen.unwrap_or_else(browser_language));
    if let Some(settings) = first {
        memory.remember(&settings);
    } else if start.given && !start.connects {
        form.check();
    }
    let connect = connect(form, &rooms, &memory);
    follow(&rooms, lang);
    let leave: Act = {
        let rooms = rooms.clone();
        Box::new(move || rooms.leave())
    };
    let submit: Act = {
        let connect = connect.clone();
        Box::new(move || connect())
    };
    let more = settings::more_settings(form, parameters.extras.any());
    let parts = vec![
        head(lang, &memory),
        server_form(form, more, submit, leave),
        element(
            "main",
            "page-chat",
            vec![],
            vec![room(rooms, form, connect)],
        ),
    ];
    element("div", "page", vec![], parts)
}

/// The page's name, and the languages to choose from.
fn head(lang: RwSignal<Language>, memory: &Memory) -> AnyView {
    let logo = element("span", "page-logo", vec![is("aria-hidden", "true")], vec![]);
    let title = vec![logo, "leptos-chat".to_owned().into_any()];
    let parts = vec![
        element("h1", "page-title", vec![], title),
        languages(lang, memory),
    ];
    element("header", "page-head", vec![], parts)
}

/// Enters the room that the form describes, if it describes one.
fn connect(form: Form, rooms: &Rooms, memory: &Memory) -> Arc<dyn Fn() + Send + Sync> {
    let (rooms, memory) = (rooms.clone(), memory.clone());
    Arc::new(move || {
        if let Some(settings) = form.settings() {
            memory.remember(&settings);
            rooms.enter(settings);
        }
    })
}

/// The chat at hand.
fn room(rooms: Rooms, form: Form, connect: Arc<dyn Fn() + Send + Sync>) -> AnyView {
    let shapes = ViewFn::from(move || {
        let connect = connect.clone();
        settings::shape_picker(form, Box::new(move || connect()))
    });
    let room: Part = Box::new(move || {
        let (chat, shapes) = (rooms.chat(), shapes.clone());
        Some(view! { <ChatView chat lang=form.lang shapes /> }.into_any())
    });
    part(room)
}

/// Tells the browser which language the page speaks, unfolds the settings where the login in them was refused, and fetches the rest of
/// the program once a chat is open.
fn follow(rooms: &Rooms, lang: RwSignal<Language>) {
    let (opened, rooms) = (rooms.clone(), rooms.clone());
    effect(move || {
        if login_refused(&rooms.chat()) {
            reach(Field::Login);
        }
    });
    effect(move || {
        if *opened.chat().state.read() == State::Open {
            demand::prefetch();
        }
    });
    effect(move || {
        if let Some(root) = document().document_element() {
            // Setting an attribute of a valid name does not fail.
            let _ = root.set_attribute("lang", lang.get().tag());
        }
    });
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

/// The switch between the languages.
fn languages(lang: RwSignal<Language>, memory: &Memory) -> AnyView {
    let button = |language: &Language| {
        let (language, memory) = (*language, memory.clone());
        let pressed: Text = Arc::new(move || (lang.get() == language).to_string());
        let choose = move |_| {
            lang.set(language);
            memory.remember_language(language);
        };
        let has = vec![
            is("type", "button"),
            is("lang", language.tag()),
            Has::Follows("aria-pressed", pressed),
            on("click", choose),
        ];
        element(
            "button",
            "",
            has,
            vec![phrases::name(language).to_owned().into_any()],
        )
    };
    let buttons: Vec<AnyView> = Language::ALL.iter().map(button).collect();
    let label = word(lang, |words| words.language);
    let has = vec![is("role", "group"), Has::Follows("aria-label", label)];
    element("div", "page-languages", has, buttons)
}
