//! A chat as one writes it from the documentation of Leptos and leptos-use: `use_websocket`, a list of rows, a field.

use codee::string::JsonSerdeCodec;
use leptos::html::Div;
use leptos::prelude::*;
use leptos_use_websocket::{UseWebSocketReturn, use_websocket};
use serde::{Deserialize, Serialize};

/// What the server tells and hears.
#[derive(Clone, Serialize, Deserialize)]
struct Line {
    id: String,
    text: String,
    user: String,
}

fn main() {
    mount_to_body(App);
}

#[component]
fn App() -> impl IntoView {
    let query = window().location().search().unwrap_or_default();
    let query = leptos::web_sys::UrlSearchParams::new_with_str(&query).ok();
    let parameter = |name| query.as_ref().and_then(|query| query.get(name));
    // What `use_websocket` returns borrows the address for ever.
    let url = parameter("url").unwrap_or_default().leak();
    let user = parameter("user").unwrap_or_default();
    let UseWebSocketReturn { message, send, .. } = use_websocket::<Line, Line, JsonSerdeCodec>(url);
    let lines = RwSignal::new(Vec::new());
    gather(message, lines);
    let said = StoredValue::new(0);
    let say = move |text: String| {
        said.update_value(|said| *said += 1);
        let id = format!("{user} {}", said.get_value());
        send(&Line {
            id,
            text,
            user: user.clone(),
        });
    };
    view! {
        <div id="app">
            <Log lines />
            <Composer say />
        </div>
    }
}

/// Puts each message into the list as it comes.
#[cfg(not(feature = "frame"))]
fn gather(message: Signal<Option<Line>>, lines: RwSignal<Vec<Line>>) {
    Effect::new(move || {
        if let Some(line) = message.get() {
            lines.write().push(line);
        }
    });
}

/// Puts the messages into the list once in a frame.
#[cfg(feature = "frame")]
fn gather(message: Signal<Option<Line>>, lines: RwSignal<Vec<Line>>) {
    let waiting = StoredValue::new(Vec::new());
    Effect::new(move || {
        let Some(line) = message.get() else { return };
        if waiting.with_value(Vec::is_empty) {
            request_animation_frame(move || {
                lines.write().append(&mut waiting.write_value());
            });
        }
        waiting.write_value().push(line);
    });
}

#[component]
fn Log(lines: RwSignal<Vec<Line>>) -> impl IntoView {
    let log = NodeRef::<Div>::new();
    Effect::new(move || {
        lines.track();
        if let Some(log) = log.get() {
            request_animation_frame(move || log.set_scroll_top(log.scroll_height()));
        }
    });
    view! {
        <div id="log" node_ref=log>
            <For each=move || lines.get() key=|line| line.id.clone() let:line>
                <div class="row">
                    <span class="name">{line.user}</span>
                    <p class="text">{line.text}</p>
                </div>
            </For>
        </div>
    }
}

#[component]
fn Composer(say: impl Fn(String) + 'static) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        say(text.get_untracked());
        text.set(String::new());
    };
    view! {
        <form on:submit=submit>
            <input
                id="composer"
                placeholder="Message"
                autocomplete="off"
                prop:value=text
                on:input:target=move |event| text.set(event.target().value())
            />
        </form>
    }
}
