//! The whole chat in an app of its own: `cargo xtask serve --example chat`.
#![forbid(unsafe_code)]

use leptos::prelude::*;
use leptos_chat::Chat;

#[component]
fn Support() -> impl IntoView {
    view! { <Chat url="ws://127.0.0.1:4181/channel" user="ada" /> }
}

fn main() {
    mount_to_body(Support);
}
