//! The chat's state in a view of one's own: `cargo xtask serve --example view`.
#![forbid(unsafe_code)]

use leptos::prelude::*;
use leptos_chat::{ChatOptions, use_chat};

/// How the link is, how many lines there are, and a button that says hello.
#[component]
fn Mini() -> impl IntoView {
    let options = ChatOptions::default().user("ada");
    let chat = use_chat("ws://127.0.0.1:4181/channel", options);
    let (messages, state) = (chat.messages.clone(), chat.state.clone());
    let said = RwSignal::new(String::new());
    let greet = move |_| match chat.send("hello") {
        // An accepted message has an id, and its fate is told in `messages`.
        Ok(_) => said.set(String::new()),
        Err(error) => said.set(error.to_string()),
    };
    view! {
        <p>{move || state.read().name()} ", " {move || messages.read().len()} " messages"</p>
        <button on:click=greet>"Say hello"</button>
        <p role="status">{said}</p>
    }
}

fn main() {
    mount_to_body(Mini);
}
