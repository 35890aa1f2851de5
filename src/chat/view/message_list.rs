//! The list of messages: follows its end, leaves a reader alone who went back, and offers the way to the end.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::web_sys::{Element, Event, HtmlElement};
use wasm_bindgen::JsCast;

use super::element::{ElementRef, Has, element, is, on};
use super::parts::{Part, Text, button, effect, line, part, word};
use super::row::{self, ChatRows};
use crate::chat::handle::ChatHandle;
use crate::list::{List, Standing};
use leptos_chat_core::chat::language::Language;
use leptos_chat_core::connection::State;

/// So long after the link has opened, when that is drawn, what the first row would wait for is made: a history may be on its way.
const PREPARED: Duration = Duration::from_millis(50);

/// The list of messages.
pub(super) fn message_list(chat: &ChatHandle, lang: Memo<Language>) -> AnyView {
    let list = MessagesDrawn::new(chat, lang);
    let count: Text = {
        let chat = chat.clone();
        Arc::new(move || chat.messages.read().len().to_string())
    };
    let gaps = {
        let chat = chat.clone();
        ArcMemo::new(move |_| u64::from(chat.messages.read().read().has_gap_at_end()))
    };
    list.follow(gaps.clone());
    let gap: Part = Box::new(move || {
        let gap = lang.get().phrases().gap;
        (gaps.get() > 0).then(|| line("chat-gap", gap.to_owned()))
    });
    let to_end = to_the_end(&list);
    let chat = chat.clone();
    let empty = empty(&chat, lang);
    let has = vec![
        Has::Ref(list.scroller),
        is("role", "log"),
        is("aria-live", "off"),
        is("tabindex", "0"),
        Has::Follows("aria-label", word(lang, |words| words.messages)),
        Has::Follows("data-count", count),
        on("click", move |event| clicked(&event, &chat, lang)),
    ];
    let body = element("div", "chat-rows", vec![Has::Ref(list.body)], vec![]);
    let log = element("div", "chat-log", has, vec![part(empty), body, part(gap)]);
    element("div", "chat-list", vec![], vec![log, part(to_end)])
}

fn clicked(event: &Event, chat: &ChatHandle, lang: Memo<Language>) {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    // A click elsewhere is none of the list's.
    let _ = target.and_then(|target| row::click(&target, chat, lang.get_untracked()));
}

/// What stands where there are no messages.
fn empty(chat: &ChatHandle, lang: Memo<Language>) -> Part {
    // A memo of a number, as the others are.
    let some = {
        let chat = chat.clone();
        ArcMemo::new(move |_| u64::from(!chat.messages.read().is_empty()))
    };
    let chat = chat.clone();
    Box::new(move || {
        let words = lang.get().phrases();
        let text = match *chat.state.read() {
            State::Idle => words.nothing_open,
            _ => words.nothing_yet,
        };
        (some.get() == 0).then(|| line("chat-empty", text.to_owned()))
    })
}

/// The button that a reader who went back gets.
fn to_the_end(list: &MessagesDrawn) -> Part {
    let list = list.clone();
    Box::new(move || {
        let (language, standing) = (list.lang.get(), list.standing.get());
        if standing.at_end {
            return None;
        }
        let label = match standing.unseen {
            0 => language.phrases().to_the_end.to_owned(),
            count => language.new_messages(count),
        };
        let list = list.clone();
        Some(button("chat-to-end", label, move || list.to_end()))
    })
}

/// The list, once it is in the document.
#[derive(Clone)]
struct MessagesDrawn {
    chat: ChatHandle,
    lang: Memo<Language>,
    list: StoredValue<Option<List>, LocalStorage>,
    standing: ArcRwSignal<Standing>,
    scroller: ElementRef,
    body: ElementRef,
}

impl MessagesDrawn {
    fn new(chat: &ChatHandle, lang: Memo<Language>) -> Self {
        Self {
            chat: chat.clone(),
            lang,
            list: StoredValue::new_local(None),
            standing: ArcRwSignal::default(),
            scroller: NodeRef::new(),
            body: NodeRef::new(),
        }
    }

    fn list(&self) -> Option<List> {
        self.list.try_get_value().flatten()
    }

    /// Puts the list into the document, and keeps it up to date.
    fn follow(&self, gaps: ArcMemo<u64>) {
        let this = self.clone();
        effect(move || this.mount());
        let this = self.clone();
        effect(move || {
            let language = this.lang.get();
            if let (Some(scroller), Some(list)) = (this.scroller.get(), this.list()) {
                name_deliveries(&scroller, language);
                list.redraw();
            }
        });
        let (state, lang) = (self.chat.state.clone(), self.lang);
        effect(move || {
            if state.read().is_open() {
                set_timeout(move || row::prepare(lang), PREPARED);
            }
        });
        let this = self.clone();
        let known = Cell::default();
        effect(move || known.set(this.catch_up(known.get())));
        let this = self.clone();
        effect(move || {
            gaps.track();
            let this = this.clone();
            // The mark is there by then, and nothing is painted yet.
            request_animation_frame(move || {
                this.list().inspect(List::refresh);
            });
        });
    }

    fn mount(&self) {
        if let (Some(scroller), Some(body)) = (self.scroller.get(), self.body.get()) {
            let rows = ChatRows::new(self.chat.clone(), self.lang, self.standing.clone());
            self.list.set_value(List::mount(&scroller, &body, rows));
        }
    }

    /// Draws what was said. An own message that is new brings the reader back to the end. `known`: the key behind the last own message,
    /// and how many lines had come late.
    fn catch_up(&self, (mut known_own, late): (u64, u64)) -> (u64, u64) {
        let messages = self.chat.messages.get();
        let (items, own, keys, late) = {
            let timeline = messages.read();
            let items = timeline.first_key()..timeline.end_key();
            let own = timeline.last_own_key().map_or(0, |key| key + 1);
            let keys = timeline.late_since(late).map(<[u64]>::to_vec);
            (items, own, keys, timeline.late())
        };
        for key in keys.iter().flatten() {
            known_own += u64::from(*key < known_own);
        }
        if let Some(list) = self.list() {
            if own > known_own && !list.standing().at_end {
                list.to_end();
            }
            list.insert(keys.as_deref().unwrap_or_default(), items);
            if keys.is_none() {
                list.redraw();
            }
        }
        (own, late)
    }

    fn to_end(&self) {
        if let Some(list) = self.list() {
            list.to_end();
        }
        if let Some(scroller) = self.scroller.get_untracked() {
            // The button that had the focus goes. A list that cannot take it is no harm.
            let _ = scroller.focus();
        }
    }
}

/// Gives the style sheet the words for the states of delivery, for those who hear them read.
fn name_deliveries(scroller: &HtmlElement, language: Language) {
    let words = language.phrases();
    for (name, word) in [
        ("--chat-queued", words.queued),
        ("--chat-sent", words.sent),
        ("--chat-delivered", words.delivered),
        ("--chat-echoed", words.echoed),
        ("--chat-failed", words.failed),
    ] {
        // A custom property takes any value.
        let _ = scroller.style().set_property(name, &format!("\"{word}\""));
    }
}
