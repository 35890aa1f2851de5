//! The list: draws a part of the timeline, follows its end, and leaves a reader alone who went back.

use leptos::ev::{KeyboardEvent, WheelEvent};
use leptos::html::Div;
use leptos::prelude::*;
use send_wrapper::SendWrapper;

use super::dom::{self, Resizes};
use super::row::row;
use crate::chat::handle::{ChatHandle, Messages};
use crate::chat::language::Language;
use crate::chat::model::scroll::Scroll;
use crate::chat::model::window::{Drawn, Held, Reader};
use leptos_chat_core::connection::State;

/// The list of messages.
#[component]
pub(in crate::chat) fn MessageList(
    /// The chat.
    chat: ChatHandle,
    /// The language.
    lang: Signal<Language>,
) -> impl IntoView {
    let list = List::new(&chat);
    list.follow();
    let (messages, rows) = (chat.messages.clone(), list.rows());
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
    let at_end = ArcMemo::new(move |_| messages.read().read().has_gap_at_end());
    let gap = move || {
        at_end
            .get()
            .then(|| view! { <p class="chat-gap">{lang.get().words().gap}</p> })
    };
    let each = move || {
        let language = lang.get();
        rows.get().map(move |key| (key, language))
    };
    let draw = move |(key, language): (u64, Language)| {
        let messages = chat.messages.get_untracked();
        let before = key.checked_sub(1).and_then(|before| messages.get(before));
        messages
            .get(key)
            .map(|message| row(message, before.as_deref(), &chat, language))
    };
    let (scrolled, to_end) = (list.clone(), list.clone());
    let (wheel, touch, keys) = (list.clone(), list.clone(), list.clone());
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
                on:scroll=move |_| scrolled.scrolled()
                on:wheel=move |event: WheelEvent| if event.delta_y() < 0.0 { wheel.pulled_up() }
                on:touchmove=move |_| touch.pulled_up()
                on:keydown=move |event: KeyboardEvent| if goes_up(&event.key()) { keys.pulled_up() }
            >
                {empty}
                <div node_ref=list.rows_node class="chat-rows" role="list">
                    <For each=each key=|row| *row children=draw />
                </div>
                {gap}
            </div>
            <ToTheEnd drawn=list.drawn.clone() lang act=move || to_end.to_end() />
        </div>
    }
    .into_any()
}

fn goes_up(key: &str) -> bool {
    matches!(key, "ArrowUp" | "PageUp" | "Home" | " ")
}

/// The button that a reader who went back gets.
#[component]
fn ToTheEnd(
    drawn: ArcMemo<Drawn>,
    lang: Signal<Language>,
    act: impl Fn() + Clone + Send + 'static,
) -> impl IntoView {
    let shown = ArcMemo::new({
        let drawn = drawn.clone();
        move |_| !drawn.read().pinned
    });
    let unseen = ArcMemo::new(move |_| drawn.read().unseen);
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

/// The list's state. What is drawn follows from the messages and from where the reader is; the scroller follows from that.
#[derive(Clone)]
struct List {
    messages: leptos::reactive::wrappers::read::ArcSignal<Messages>,
    reader: ArcRwSignal<Reader>,
    drawn: ArcMemo<Drawn>,
    scroll: StoredValue<Scroll>,
    /// The row at the upper edge, which stays where it is when rows come and go above it.
    anchor: StoredValue<Option<(String, f64)>>,
    scroller: NodeRef<Div>,
    rows_node: NodeRef<Div>,
}

impl List {
    fn new(chat: &ChatHandle) -> Self {
        let reader = ArcRwSignal::new(Reader::AtEnd);
        let drawn = ArcMemo::new({
            let (messages, reader) = (chat.messages.clone(), reader.clone());
            move |_| reader.get().draws(held(&messages.read()))
        });
        Self {
            messages: chat.messages.clone(),
            reader,
            drawn,
            scroll: StoredValue::default(),
            anchor: StoredValue::default(),
            scroller: NodeRef::new(),
            rows_node: NodeRef::new(),
        }
    }

    fn rows(&self) -> ArcMemo<std::ops::Range<u64>> {
        let drawn = self.drawn.clone();
        ArcMemo::new(move |_| drawn.read().rows.clone())
    }

    /// Puts the scroller where it belongs: when other rows are drawn, and when anything changes its size.
    fn follow(&self) {
        let list = self.clone();
        let rows = self.rows();
        let pinned = ArcMemo::new({
            let drawn = self.drawn.clone();
            move |_| drawn.read().pinned
        });
        Effect::new(move || {
            // Read, not tracked alone: a memo that was never read follows nothing.
            let _ = (rows.get(), pinned.get());
            let list = list.clone();
            // The rows are there by then, and nothing is painted yet.
            request_animation_frame(move || list.settle());
        });
        let list = self.clone();
        Effect::new(move || {
            let (Some(scroller), Some(rows)) = (list.scroller.get(), list.rows_node.get()) else {
                return;
            };
            let settled = list.clone();
            let watch = Resizes::watch(&[&scroller, &rows], move || settled.settle());
            let watch = SendWrapper::new(watch);
            on_cleanup(move || drop(watch));
        });
    }

    fn settle(&self) {
        let (Some(scroller), Some(rows)) = (
            self.scroller.try_get_untracked().flatten(),
            self.rows_node.try_get_untracked().flatten(),
        ) else {
            return;
        };
        let Some(anchor) = self.anchor.try_get_value() else {
            return;
        };
        if self.drawn.read_untracked().pinned {
            scroller.set_scroll_top(scroller.scroll_height());
        } else if let Some((key, was)) = anchor
            && let Some(is) = dom::row_offset(&scroller, &rows, &key)
            && (is - was).abs() >= 1.0
        {
            scroller.set_scroll_top(scroller.scroll_top() + (is - was).round() as i32);
        }
        let measures = dom::measure(&scroller);
        self.scroll.try_update_value(|scroll| scroll.set(measures));
    }

    fn scrolled(&self) {
        let (Some(scroller), Some(rows)) = (
            self.scroller.get_untracked(),
            self.rows_node.get_untracked(),
        ) else {
            return;
        };
        let measures = dom::measure(&scroller);
        let drawn = self.drawn.get_untracked();
        let held = held(&self.messages.read_untracked());
        self.anchor.set_value(dom::row_at_edge(&scroller, &rows));
        let moved = self
            .scroll
            .try_update_value(|scroll| scroll.moved(measures, &drawn, held));
        if let Some(reader) = moved.flatten() {
            self.reader.set(reader);
        }
    }

    fn pulled_up(&self) {
        self.scroll.update_value(Scroll::pull_up);
    }

    fn to_end(&self) {
        self.reader.set(Reader::AtEnd);
        if let Some(scroller) = self.scroller.get_untracked() {
            // The button that had the focus goes. A list that cannot take it is no harm.
            let _ = scroller.focus();
        }
    }
}

fn held(messages: &Messages) -> Held {
    let timeline = messages.read();
    Held {
        first: timeline.first_key(),
        end: timeline.end_key(),
        last_own: timeline.last_own_key(),
    }
}
