//! The list of messages: follows its end, leaves a reader alone who went back, and offers the way to the end.

use leptos::ev::MouseEvent;
use leptos::html::Div;
use leptos::prelude::*;
use leptos::web_sys::{Element, HtmlElement};
use wasm_bindgen::JsCast;

use super::row::{self, ChatRows};
use crate::chat::handle::ChatHandle;
use crate::chat::language::Language;
use crate::list::{List, Standing};
use leptos_chat_core::connection::State;

/// The list of messages.
#[component]
pub(in crate::chat) fn MessageList(
    /// The chat.
    chat: ChatHandle,
    /// The language.
    lang: Signal<Language>,
) -> impl IntoView {
    let list = MessagesDrawn::new(&chat, lang);
    let messages = chat.messages.clone();
    let count = ArcMemo::new(move |_| messages.read().len());
    let empty = {
        let (count, state) = (count.clone(), chat.state.clone());
        let idle = ArcMemo::new(move |_| *state.read() == State::Idle);
        let text = move || {
            let words = lang.get().words();
            if idle.get() {
                words.nothing_open
            } else {
                words.nothing_yet
            }
        };
        move || (count.get() == 0).then(|| view! { <p class="chat-empty">{text()}</p> })
    };
    let messages = chat.messages.clone();
    let gap_at_end = ArcMemo::new(move |_| messages.read().read().has_gap_at_end());
    list.follow(gap_at_end.clone());
    let gap = move || {
        gap_at_end
            .get()
            .then(|| view! { <p class="chat-gap">{lang.get().words().gap}</p> })
    };
    let click = move |event: MouseEvent| {
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok());
        // A click elsewhere is none of the list's.
        let _ = target.and_then(|target| row::click(&target, &chat, lang.get_untracked()));
    };
    view! {
        <div class="chat-list">
            <div
                node_ref=list.scroller
                class="chat-log"
                role="log"
                aria-live="off"
                tabindex="0"
                aria-label=move || lang.get().words().messages
                data-count=move || count.get().to_string()
                on:click=click
            >
                {empty}
                <div node_ref=list.body class="chat-rows"></div>
                {gap}
            </div>
            <ToTheEnd standing=list.standing.clone() lang act=move || list.to_end() />
        </div>
    }
    .into_any()
}

/// The button that a reader who went back gets.
#[component]
fn ToTheEnd(
    standing: ArcRwSignal<Standing>,
    lang: Signal<Language>,
    act: impl Fn() + Clone + Send + 'static,
) -> impl IntoView {
    let shown = ArcMemo::new({
        let standing = standing.clone();
        move |_| !standing.read().at_end
    });
    let unseen = ArcMemo::new(move |_| standing.read().unseen);
    move || {
        let (act, language) = (act.clone(), lang.get());
        shown.get().then(|| {
            let label = match unseen.get() {
                0 => language.words().to_the_end.to_owned(),
                count => language.new_messages(count),
            };
            view! {
                <button type="button" class="chat-to-end" on:click=move |_| act()>{label}</button>
            }
        })
    }
}

/// The list, once it is in the document.
#[derive(Clone)]
struct MessagesDrawn {
    chat: ChatHandle,
    lang: Signal<Language>,
    list: StoredValue<Option<List>, LocalStorage>,
    standing: ArcRwSignal<Standing>,
    scroller: NodeRef<Div>,
    body: NodeRef<Div>,
}

impl MessagesDrawn {
    fn new(chat: &ChatHandle, lang: Signal<Language>) -> Self {
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
    fn follow(&self, gap_at_end: ArcMemo<bool>) {
        let this = self.clone();
        Effect::new(move || this.mount());
        let this = self.clone();
        Effect::new(move || {
            let language = this.lang.get();
            if let (Some(scroller), Some(list)) = (this.scroller.get(), this.list()) {
                name_deliveries(&scroller, language);
                list.redraw();
            }
        });
        let this = self.clone();
        Effect::new(move |last_own: Option<Option<u64>>| this.catch_up(last_own.flatten()));
        let this = self.clone();
        Effect::new(move || {
            gap_at_end.get();
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

    /// Draws what was said. An own message that is new brings the reader back to the end.
    fn catch_up(&self, last_own: Option<u64>) -> Option<u64> {
        let messages = self.chat.messages.get();
        let (items, own) = {
            let timeline = messages.read();
            let items = timeline.first_key()..timeline.end_key();
            (items, timeline.last_own_key())
        };
        if let Some(list) = self.list() {
            if own > last_own && !list.standing().at_end {
                list.to_end();
            }
            list.set_range(items);
        }
        own
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
    let words = language.words();
    for (name, word) in [
        ("--chat-queued", words.queued),
        ("--chat-sent", words.sent),
        ("--chat-delivered", words.delivered),
        ("--chat-failed", words.failed),
    ] {
        // A custom property takes any value.
        let _ = scroller.style().set_property(name, &format!("\"{word}\""));
    }
}
