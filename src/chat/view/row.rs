//! One message, as a row of the list: a clone with its texts set. Text from the network becomes text nodes and nothing else.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use leptos::prelude::*;
use leptos::reactive::effect::RenderEffect;
use leptos::web_sys::Element;
use wasm_bindgen::JsCast;

use super::dom;
use super::line::{beginning, continues, hex, hue, sender_name};
use crate::chat::handle::ChatHandle;
use crate::list::{Row, Rows, Standing};
use leptos_chat_core::chat::language::Language;
use leptos_chat_core::chat::language::phrases::filled;
use leptos_chat_core::chat::message::{Author, ChatMessage};
use leptos_chat_core::connection::Delivery;
use leptos_chat_core::session::{Body, Reason};

/// Makes what the times of rows are written with: a browser takes tens of milliseconds for it, once.
pub(super) fn prepare(lang: Memo<Language>) {
    // The view may have gone.
    if let Some(language) = lang.try_get_untracked() {
        dom::when(Duration::ZERO, language);
    }
}

/// Makes the rows of a chat.
pub(super) struct ChatRows {
    chat: ChatHandle,
    lang: Memo<Language>,
    standing: ArcRwSignal<Standing>,
    /// What the rows of each author are cloned from.
    own: Pattern,
    other: Pattern,
    system: Pattern,
}

impl ChatRows {
    pub(super) fn new(
        chat: ChatHandle,
        lang: Memo<Language>,
        standing: ArcRwSignal<Standing>,
    ) -> Self {
        Self {
            chat,
            lang,
            standing,
            own: Pattern::new(Author::Me),
            other: Pattern::new(Author::Other),
            system: Pattern::new(Author::System),
        }
    }

    fn blank(&self, message: &ChatMessage, language: Language) -> Parts {
        let pattern = match message.author {
            Author::Me => &self.own,
            Author::Other => &self.other,
            Author::System => &self.system,
        };
        Parts::of(pattern.clone_at(message.at, language), message.author)
    }
}

impl Rows for ChatRows {
    fn make(&self, key: u64) -> Row {
        let messages = self.chat.messages.get_untracked();
        let Some(message) = messages.get(key) else {
            return Row::new(element("div", "chat-row"));
        };
        let before = key.checked_sub(1).and_then(|before| messages.get(before));
        let language = self.lang.try_get_untracked().unwrap_or_default();
        let parts = self.blank(&message, language);
        parts.fill(&message, before.as_deref(), language);
        let delivery = message.id.and_then(|id| self.chat.delivery(id));
        let row = Row::new(parts.row.clone());
        match delivery {
            Some(delivery) => row.with(follow(parts.row, delivery, language)),
            None => row,
        }
    }

    fn moved(&self, key: u64, row: &Element) {
        set(row, "data-message", &key.to_string());
    }

    fn text(&self, key: u64) -> String {
        let message = self.chat.messages.get_untracked().get(key);
        message.map_or_else(String::new, |message| match &message.body {
            Body::Text(text) => text.clone(),
            Body::Binary(bytes) => hex(bytes),
        })
    }

    fn text_selector(&self) -> Option<&'static str> {
        Some("[data-text]")
    }

    fn stands(&self, standing: Standing) {
        self.standing.set(standing);
    }
}

/// The elements of a row that have something to say.
struct Parts {
    row: Element,
    avatar: Option<Element>,
    bubble: Element,
    sender: Element,
    line: Element,
    text: Element,
}

/// Every pattern has the elements that are looked for in it.
const IN_PATTERN: &str = "an element of the pattern";

impl Parts {
    fn of(row: Element, author: Author) -> Self {
        let first = |element: &Element| element.first_element_child().expect(IN_PATTERN);
        let next = |element: &Element| element.next_element_sibling().expect(IN_PATTERN);
        let avatar = (author == Author::Other).then(|| first(&row));
        let bubble = avatar.as_ref().map_or_else(|| first(&row), next);
        let sender = first(&bubble);
        let line = next(&sender);
        let text = first(&line);
        Self {
            row,
            avatar,
            bubble,
            sender,
            line,
            text,
        }
    }

    fn fill(&self, message: &ChatMessage, before: Option<&ChatMessage>, language: Language) {
        let words = language.phrases();
        let name = sender_name(message, words);
        set(&self.row, "data-message", &message.key.to_string());
        if continues(message, before) {
            set(&self.row, "data-continues", "");
        }
        if let Some(avatar) = &self.avatar {
            self.fill_avatar(avatar, &name);
        }
        self.sender.set_text_content(Some(&name));
        self.fill_body(message, language);
        if message.gap_before {
            insert(
                &self.row,
                &said("p", "chat-gap", words.gap),
                self.row.first_element_child(),
            );
        }
        if message.error {
            set(&self.row, "data-error", "");
        }
        if let Some(reason) = &message.unreadable {
            self.fill_note(reason, language);
        }
    }

    #[inline(never)]
    fn fill_avatar(&self, avatar: &Element, name: &str) {
        set(&self.row, "data-hue", &hue(name).to_string());
        let initial: String = name.trim().chars().take(1).collect();
        avatar.set_text_content(Some(&dom::upper(&initial)));
    }

    #[inline(never)]
    fn fill_note(&self, reason: &Reason, language: Language) {
        set(&self.row, "data-unreadable", "");
        let told = language.told(reason);
        let note = match reason.is_hint() {
            true => told,
            false => filled(language.phrases().unreadable, &[&told]),
        };
        let note = said("p", "chat-note", &note);
        set(&note, "dir", "auto");
        insert(&self.bubble, &note, Some(self.line.clone()));
    }

    #[inline(never)]
    fn fill_bytes(&self, bytes: &[u8], language: Language) {
        let note = said("p", "chat-note", &language.binary(bytes.len()));
        insert(&self.line, &note, Some(self.text.clone()));
        set(&self.text, "class", "chat-text chat-code");
        set(&self.text, "dir", "ltr");
        self.text.set_text_content(Some(&hex(bytes)));
    }

    /// A text that would be slow to draw: its beginning, and a button for the rest.
    #[inline(never)]
    fn add_more(&self, text: &str, language: Language) {
        let more = button("chat-more", &language.show_all(text.len()));
        insert(&self.line, &more, self.text.next_element_sibling());
    }

    fn fill_body(&self, message: &ChatMessage, language: Language) {
        match &message.body {
            Body::Binary(bytes) => self.fill_bytes(bytes, language),
            Body::Text(text) => {
                let beginning = beginning(text);
                self.text.set_text_content(Some(beginning.unwrap_or(text)));
                if beginning.is_some() {
                    self.add_more(text, language);
                }
            }
        }
    }
}

/// Keeps a row's delivery up to date, as long as the effect lives: an attribute, from which the style sheet takes the rest.
#[inline(never)]
fn follow(row: Element, delivery: ArcReadSignal<Delivery>, language: Language) -> RenderEffect<()> {
    let shown: RefCell<Option<Element>> = RefCell::default();
    RenderEffect::new(move |_| {
        let delivery = delivery.read();
        set(&row, "data-delivery", delivery.name());
        match *delivery {
            Delivery::Echoed => set(&row, "data-proof", "words"),
            // A better proof may follow.
            Delivery::Delivered => drop(row.remove_attribute("data-proof")),
            _ => {}
        }
        if let Some(failure) = shown.take() {
            dom::pass_focus_on(&failure, ".chat-field");
            failure.remove();
        }
        let Delivery::Failed(why) = &*delivery else {
            return;
        };
        let failure = element("div", "chat-failure");
        let reason = said("span", "", &language.failure(why));
        set(&reason, "dir", "auto");
        let alert = element("span", "");
        set(&alert, "role", "alert");
        for part in [
            reason,
            button("chat-retry", language.phrases().retry),
            alert,
        ] {
            insert(&failure, &part, None);
        }
        insert(&row, &failure, None);
        shown.replace(Some(failure));
    })
}

/// A click somewhere in the list: on a button of a row, it does what the button says.
pub(super) fn click(target: &Element, chat: &ChatHandle, language: Language) -> Option<()> {
    let button = target.closest(".chat-retry, .chat-more").ok()??;
    let row = button.closest("[data-message]").ok()??;
    let key = row.get_attribute("data-message")?.parse().ok()?;
    let message = chat.messages.get_untracked().get(key)?;
    if button.class_name() == "chat-more" {
        let text = row.query_selector("[data-text]").ok()??;
        text.set_text_content(message.body.as_text());
        dom::pass_focus_on(&button, ".chat-log");
        button.remove();
    } else {
        let refused = chat.retry(message.id?).err().map(|error| error.why);
        let alert = row.query_selector("[role=alert]").ok()??;
        let told = refused.map(|error| language.send_error(error));
        alert.set_text_content(told.as_deref());
    }
    Some(())
}

/// What the rows of one author are cloned from: all that does not change from one to the next.
struct Pattern {
    row: Element,
    time: Element,
    /// The time that stands in it: many messages come within a second.
    says: Cell<Option<(u64, Language)>>,
}

impl Pattern {
    fn new(author: Author) -> Self {
        let row = element("div", "chat-row");
        set(&row, "role", "listitem");
        set(&row, "data-author", author.name());
        if author == Author::Other {
            let avatar = element("span", "chat-avatar");
            set(&avatar, "aria-hidden", "true");
            insert(&row, &avatar, None);
        }
        let (bubble, line) = (element("div", "chat-bubble"), element("div", "chat-line"));
        let (sender, text) = (element("bdi", "chat-sender"), element("div", "chat-text"));
        let (meta, time) = (element("span", "chat-meta"), element("time", ""));
        set(&sender, "data-sender", "");
        set(&text, "data-text", "");
        set(&text, "dir", "auto");
        insert(&meta, &time, None);
        if author == Author::Me {
            insert(&meta, &element("span", "chat-mark"), None);
        }
        for (parent, child) in [
            (&line, &text),
            (&line, &meta),
            (&bubble, &sender),
            (&bubble, &line),
            (&row, &bubble),
        ] {
            insert(parent, child, None);
        }
        let says = Cell::default();
        Self { row, time, says }
    }

    /// A row with the time of its message and no other texts yet.
    fn clone_at(&self, at: Duration, language: Language) -> Element {
        let says = Some((at.as_secs(), language));
        if self.says.replace(says) != says {
            let when = dom::when(at, language);
            set(&self.time, "datetime", &when.iso);
            set(&self.time, "title", &when.long);
            self.time.set_text_content(Some(&when.short));
        }
        let clone = self.row.clone_node_with_deep(true);
        let clone = clone.map(JsCast::unchecked_into);
        clone.expect("elements can be cloned")
    }
}

fn element(name: &str, class: &str) -> Element {
    let element = document().create_element(name).expect("a name that is one");
    if !class.is_empty() {
        set(&element, "class", class);
    }
    element
}

fn said(name: &str, class: &str, text: &str) -> Element {
    let element = element(name, class);
    element.set_text_content(Some(text));
    element
}

fn button(class: &str, text: &str) -> Element {
    let button = said("button", class, text);
    set(&button, "type", "button");
    button
}

fn set(element: &Element, name: &str, value: &str) {
    // The names are names of attributes.
    let _ = element.set_attribute(name, value);
}

fn insert(parent: &Element, child: &Element, before: Option<Element>) {
    // A new element goes into another one.
    let _ = parent.insert_before(child, before.as_ref().map(AsRef::as_ref));
}
