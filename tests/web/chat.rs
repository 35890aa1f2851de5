//! `use_chat` on real sockets: what is shown, what is proved, and what may be sent again.

use std::time::Duration;

use leptos::prelude::*;
use leptos_chat::chat::message::Author;
use leptos_chat::{ChatHandle, ChatOptions, Delivery, Failure, Protocol, State, use_chat};
use wasm_bindgen_test::wasm_bindgen_test;

use super::support::{Alive, control, until, until_kept, url};

fn chat(path: &str, user: &str) -> (Alive, ChatHandle) {
    let mut options = ChatOptions::default().user(user).protocol(Protocol::Auto);
    options.socket.config.min_reconnect_delay = Duration::from_millis(20);
    // Each test starts with nothing kept.
    options.keep_unsent = false;
    Alive::with(|| use_chat(url(path), options))
}

async fn until_open(chat: &ChatHandle) {
    until("the chat is open", || chat.state.get_untracked().is_open()).await;
}

/// The texts of this author, in order.
fn texts(chat: &ChatHandle, author: Author) -> Vec<String> {
    let messages = chat.messages.get_untracked();
    let timeline = messages.read();
    let lines = timeline.iter().filter(|message| message.author == author);
    lines
        .map(|message| message.body.as_text().unwrap_or_default().to_owned())
        .collect()
}

#[wasm_bindgen_test]
async fn an_own_message_shows_at_once_and_is_proved_by_its_echo_once() {
    let (_alive, chat) = chat("/channel", "ada");
    until_open(&chat).await;
    let id = chat.send("hello").unwrap();
    assert_eq!(texts(&chat, Author::Me), ["hello"]);
    let delivery = chat.delivery(id).unwrap();
    until("it is delivered", || {
        delivery.get_untracked() == Delivery::Delivered
    })
    .await;
    assert_eq!(texts(&chat, Author::Me), ["hello"]);
    assert!(texts(&chat, Author::Other).is_empty());
    assert_eq!(texts(&chat, Author::System).len(), 1, "the greeting");
    assert_eq!(chat.protocol.get_untracked(), Protocol::Json.into());
}

#[wasm_bindgen_test]
async fn a_relay_hands_on_to_others_and_proves_nothing() {
    let (_ada, ada) = chat("/relay", "ada");
    let (_bo, bo) = chat("/relay", "bo");
    until_open(&ada).await;
    until_open(&bo).await;
    let id = ada.send("hello").unwrap();
    until("bo has it", || texts(&bo, Author::Other) == ["hello"]).await;
    assert_eq!(ada.delivery(id).unwrap().get_untracked(), Delivery::Sent);
    assert_eq!(
        bo.messages
            .get_untracked()
            .read()
            .iter()
            .next()
            .unwrap()
            .sender
            .as_deref(),
        Some("ada")
    );
}

#[wasm_bindgen_test]
async fn what_may_not_have_arrived_is_marked_and_can_be_sent_again() {
    let (alive, chat) = chat("/channel?fault=silent&after=0", "ada");
    until_open(&chat).await;
    let id = chat.send("into the void").unwrap();
    let delivery = chat.delivery(id).unwrap();
    until("it is sent", || delivery.get_untracked() == Delivery::Sent).await;
    control("drop-all").await;
    until("it is doubtful", || {
        delivery.get_untracked() == Delivery::Failed(Failure::Unconfirmed)
    })
    .await;
    until_open(&chat).await;
    chat.retry(id).unwrap();
    until("it is sent again", || {
        delivery.get_untracked() == Delivery::Sent
    })
    .await;
    assert_eq!(texts(&chat, Author::Me), ["into the void"]);
    // A silent server does not even notice that we leave.
    drop(alive);
    control("drop-all").await;
}

#[wasm_bindgen_test]
async fn garbage_costs_nothing_but_a_note() {
    let (_alive, chat) = chat("/channel?fault=garbage&after=1", "ada");
    until_open(&chat).await;
    chat.send("go").unwrap();
    until("notes are there", || {
        let messages = chat.messages.get_untracked();
        messages
            .read()
            .iter()
            .filter(|message| message.unreadable.is_some())
            .count()
            >= 2
    })
    .await;
    assert_eq!(chat.state.get_untracked(), State::Open);
    let id = chat.send("still here").unwrap();
    let delivery = chat.delivery(id).unwrap();
    until("the next one is delivered", || {
        delivery.get_untracked() == Delivery::Delivered
    })
    .await;
}

#[wasm_bindgen_test]
async fn the_input_is_sent_and_emptied_and_white_space_is_not_sent() {
    let (_alive, chat) = chat("/channel", "ada");
    chat.input.set("  \n ".into());
    assert_eq!(chat.send_input(), Ok(None));
    chat.input.set("queued before it was open".into());
    assert!(chat.send_input().unwrap().is_some());
    assert_eq!(chat.input.get_untracked(), "");
    until("it is delivered", || {
        let messages = chat.messages.get_untracked();
        messages
            .read()
            .iter()
            .any(|message| message.delivery == Some(Delivery::Delivered))
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_burst_is_shown_whole_and_in_order() {
    let (_ada, ada) = chat("/relay", "ada");
    let (_bo, bo) = chat("/relay", "bo");
    until_open(&ada).await;
    until_open(&bo).await;
    for number in 0..500 {
        ada.send(number.to_string()).unwrap();
    }
    until("all are there", || bo.messages.get_untracked().len() == 500).await;
    let expected: Vec<String> = (0..500).map(|number| number.to_string()).collect();
    assert_eq!(texts(&bo, Author::Other), expected);
}

#[wasm_bindgen_test]
async fn plain_text_is_found_out() {
    let (_alive, chat) = chat("/echo", "ada");
    until_open(&chat).await;
    assert_eq!(chat.protocol.get_untracked(), Protocol::Text.into());
    chat.send("hello").unwrap();
    until("the answer is there", || {
        texts(&chat, Author::Other).contains(&"Hello, you sent -> hello".to_owned())
    })
    .await;
}

#[wasm_bindgen_test]
async fn what_was_not_sent_when_the_page_ended_is_offered_again() {
    until_kept().await;
    // Nothing listens there.
    let nowhere = "ws://127.0.0.1:9/chat";
    let open = || Alive::with(|| use_chat(nowhere, ChatOptions::default().user("reloaded")));
    let (alive, chat) = open();
    let id = chat.send("written before the reload").unwrap();
    drop(alive);
    let (_alive, chat) = open();
    assert_eq!(texts(&chat, Author::Me), ["written before the reload"]);
    let delivery = chat.delivery(id).unwrap().get_untracked();
    assert_eq!(delivery, Delivery::Failed(Failure::Interrupted));
    chat.retry(id).unwrap();
    assert_eq!(chat.delivery(id).unwrap().get_untracked(), Delivery::Queued);
}

#[wasm_bindgen_test]
async fn a_long_queue_is_stored_when_the_page_is_left_before_its_time() {
    until_kept().await;
    let nowhere = "ws://127.0.0.1:9/chat";
    let open = || Alive::with(|| use_chat(nowhere, ChatOptions::default().user("leaving")));
    let (_alive, chat) = open();
    for n in 0..20 {
        chat.send(format!("line {n}")).unwrap();
    }
    let leaving = web_sys::Event::new("pagehide").unwrap();
    web_sys::window().unwrap().dispatch_event(&leaving).unwrap();
    let (_alive, after) = open();
    assert_eq!(texts(&after, Author::Me).len(), 20);
}
