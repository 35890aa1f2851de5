//! What an app does with its own messages (waits for their fate, takes them back, gives them a time to live), and a URL that
//! changes.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use leptos_chat::session::{Action, Actions};
use leptos_chat::{
    Channel, ChannelState, ChatOptions, Delivery, Failure, Incoming, Instant, Message, MessageId,
    Outgoing, Protocol, RequestError, SendError, SendOptions, Session, SocketHandle, SocketOptions,
    Spoken, State, use_chat, use_socket,
};
use wasm_bindgen_test::wasm_bindgen_test;

use super::support::{Alive, until, until_kept, url};

fn open(path: &str, options: SocketOptions) -> (Alive, SocketHandle) {
    Alive::with(|| use_socket(url(path), options))
}

fn json() -> SocketOptions {
    SocketOptions::default().protocol(Protocol::Json)
}

#[wasm_bindgen_test]
async fn the_delivery_of_a_message_is_awaited() {
    let (_alive, socket) = open("/channel", json());
    let id = socket.send("hello").unwrap();
    assert_eq!(socket.pending().len(), 1);
    assert_eq!(socket.delivery(id).await, Some(Delivery::Delivered));
    assert_eq!(socket.delivery(id).await, Some(Delivery::Delivered));
    assert!(socket.pending().is_empty());
}

#[wasm_bindgen_test]
async fn what_waits_is_taken_back_or_expires_and_what_is_volatile_does_not_wait() {
    let (_alive, socket) = open("/channel", json().idle());
    let volatile = SendOptions::default().volatile();
    let refused = socket.send_with("now", volatile).unwrap_err();
    assert_eq!(refused.why, SendError::WouldWait);
    let cancelled = socket.send("a").unwrap();
    let soon = SendOptions::default().expires_after(Duration::from_millis(50));
    let mortal = socket.send_with("b", soon).unwrap();
    assert!(socket.cancel(cancelled));
    assert!(!socket.cancel(cancelled));
    let failed = |why| Some(Delivery::Failed(why));
    assert_eq!(socket.delivery(mortal).await, failed(Failure::Expired));
    assert_eq!(socket.delivery(cancelled).await, failed(Failure::Cancelled));
    let again = SendOptions::default().again(mortal);
    assert_eq!(socket.send_with("b", again).unwrap(), mortal);
    socket.open();
    assert_eq!(socket.delivery(mortal).await, Some(Delivery::Delivered));
}

#[wasm_bindgen_test]
async fn a_delivery_that_is_awaited_ends_with_the_component() {
    let (alive, socket) = open("/channel", json().idle());
    let id = socket.send("a").unwrap();
    let told = Rc::new(RefCell::new(None));
    wasm_bindgen_futures::spawn_local({
        let (told, delivery) = (told.clone(), socket.delivery(id));
        async move {
            told.replace(delivery.await)
                .is_none()
                .then_some(())
                .unwrap()
        }
    });
    // Another one that nobody waits for any more.
    drop(socket.delivery(id));
    drop(alive);
    until("it is told", || told.borrow().is_some()).await;
    let interrupted = Delivery::Failed(Failure::Interrupted);
    assert_eq!(*told.borrow(), Some(interrupted));
    assert_eq!(socket.delivery(id).await, told.take());
}

#[wasm_bindgen_test]
async fn the_url_may_be_a_signal() {
    let url = ArcRwSignal::new(super::support::url("/echo"));
    let options = SocketOptions::default();
    let (_alive, socket) = Alive::with(|| use_socket(url.clone(), options));
    let greeted = Rc::new(RefCell::new(0));
    socket
        .listen({
            let greeted = greeted.clone();
            move |_| *greeted.borrow_mut() += 1
        })
        .keep();
    until("it is greeted", || *greeted.borrow() == 1).await;
    url.set(String::new());
    let state = socket.state.clone();
    until("it is closed", || {
        matches!(state.get_untracked(), State::Closed { .. })
    })
    .await;
    url.set(super::support::url("/channel"));
    until("it is open again", || state.get_untracked().is_open()).await;
    url.set(super::support::url("/echo"));
    until("it is greeted again", || *greeted.borrow() > 1).await;
}

#[wasm_bindgen_test]
async fn a_chat_at_another_url_begins_empty_and_keeps_what_was_not_sent() {
    let (first, second) = (
        super::support::url("/channel?a"),
        super::support::url("/echo"),
    );
    let url = ArcRwSignal::new(first.clone());
    let options = ChatOptions::default()
        .user("signal")
        .protocol(Protocol::Json)
        .idle();
    let (_alive, chat) = Alive::with(|| use_chat(url.clone(), options));
    chat.send("for the first").unwrap();
    let messages = chat.messages.clone();
    url.set(second);
    until("it is empty", || messages.get_untracked().is_empty()).await;
    url.set(first);
    until("it is offered again", || {
        messages.get_untracked().len() == 1
    })
    .await;
    let kept = messages.get_untracked();
    let kept = kept.read().iter().next().cloned().unwrap();
    assert_eq!(kept.body.as_text(), Some("for the first"));
    assert!(matches!(kept.delivery, Some(Delivery::Failed(_))));
    chat.open();
    chat.retry(kept.id.unwrap()).unwrap();
    let fate = chat.socket().delivery(kept.id.unwrap());
    assert_eq!(fate.await, Some(Delivery::Delivered));
}

#[wasm_bindgen_test]
async fn a_long_queue_is_kept_for_the_address_that_the_chat_leaves() {
    until_kept().await;
    let url = ArcRwSignal::new(super::support::url("/channel?long"));
    let options = ChatOptions::default().user("mover").idle();
    let (_alive, chat) = Alive::with(|| use_chat(url.clone(), options));
    for number in 0..20 {
        chat.send(format!("line {number}")).unwrap();
    }
    let messages = chat.messages.clone();
    let first = url.get_untracked();
    url.set(super::support::url("/echo"));
    until("it is empty", || messages.get_untracked().is_empty()).await;
    url.set(first);
    until("it is there again", || !messages.get_untracked().is_empty()).await;
    assert_eq!(messages.get_untracked().len(), 20);
}

#[wasm_bindgen_test]
async fn a_message_of_another_address_has_a_row_where_it_is_sent_again() {
    let url = ArcRwSignal::new(super::support::url("/channel"));
    let mut options = ChatOptions::default().user("ada").idle();
    options.keep_unsent = false;
    let (_alive, chat) = Alive::with(|| use_chat(url.clone(), options));
    let id = chat.send("for the first").unwrap();
    url.set(super::support::url("/channel?second"));
    let messages = chat.messages.clone();
    until("it is empty", || messages.get_untracked().is_empty()).await;
    let again = SendOptions::default().again(id);
    chat.send_with("for the second, too", again).unwrap();
    assert_eq!(messages.get_untracked().len(), 1);
    let delivery = chat.delivery(id).unwrap();
    assert_eq!(delivery.get_untracked(), Delivery::Queued);
}

#[wasm_bindgen_test]
async fn a_request_has_its_reply_or_none_in_time() {
    let (_alive, socket) = open("/channel", json());
    let (_other_alive, other) = open("/channel", json());
    let answering = other.clone();
    let answer = move |message: &Incoming| {
        let words = message.to_string();
        let id = words.split('"').find_map(MessageId::parse);
        if let Some(id) = id.filter(|_| words.contains("seats") && !words.contains("free")) {
            let answer = format!(r#"{{"id":"{id}","free":2}}"#);
            answering.send(Outgoing::exactly(answer)).unwrap();
        }
    };
    other.listen(answer).keep();
    let state = other.state.clone();
    until("it is there", || state.get_untracked().is_open()).await;
    let ask_within = |op, deadline| {
        let make = move |id| Outgoing::exactly(format!(r#"{{"op":"{op}","id":"{id}"}}"#));
        socket.request(make, deadline)
    };
    let ask = |op| ask_within(op, Duration::from_secs(5));
    let data = ask("seats").await.unwrap().data.unwrap();
    assert_eq!(data.get("free").and_then(|free| free.as_u64()), Some(2));
    // More than the browser's timers count.
    let patient = ask_within("seats", Duration::MAX).await;
    assert!(patient.is_ok(), "{patient:?}");
    let make = |id: MessageId| Outgoing::exactly(format!(r#"{{"op":"tables","id":"{id}"}}"#));
    let late = socket.request(make, Duration::from_millis(100)).await;
    assert_eq!(late, Err(RequestError::TimedOut));
    // Nobody waits for this one any more.
    drop(ask("seats"));
    socket.close();
    let refused = ask("seats").await.unwrap_err();
    assert!(matches!(refused, RequestError::NotSent(_)), "{refused}");
}

/// Raw messages, and any channel that is asked for.
#[derive(Default)]
struct Rooms(Vec<String>);

impl Session for Rooms {
    fn protocol(&self) -> Spoken {
        Spoken::Custom("rooms".into())
    }

    fn handle_message(&mut self, _message: Message, _now: Instant, _out: &mut Actions) {}

    fn send(&mut self, _id: MessageId, outgoing: Outgoing, _now: Instant, out: &mut Actions) {
        out.push(Action::Transmit(outgoing.body));
    }

    fn join(&mut self, channel: Channel, _now: Instant, out: &mut Actions) -> bool {
        self.0.push(channel.name.clone());
        out.push(Action::Channel(channel.name, ChannelState::Joined));
        true
    }

    fn leave(&mut self, name: &str, _out: &mut Actions) -> bool {
        let place = self.0.iter().position(|other| other == name);
        place.map(|place| self.0.remove(place)).is_some()
    }
}

#[wasm_bindgen_test]
async fn a_channel_has_its_state_and_is_left_with_its_owner() {
    let options = SocketOptions::default().custom_session(Rooms::default);
    let (alive, socket) = open("/channel", options);
    assert!(
        alive
            .inside(|| socket.join(Channel::new("kitchen")))
            .is_some()
    );
    let inner = alive.inside(|| Owner::current().unwrap().child());
    let room = inner.with(|| socket.join(Channel::new("garden"))).unwrap();
    let state = room.state.clone();
    until("it is joined", || {
        state.get_untracked() == ChannelState::Joined
    })
    .await;
    inner.cleanup();
    assert_eq!(state.get_untracked(), ChannelState::Left);
    assert!(!room.leave());
    let (_alive, raw) = open("/channel", SocketOptions::default());
    assert!(raw.join(Channel::new("kitchen")).is_none());
}

#[wasm_bindgen_test]
async fn a_channel_is_joined_no_more_once_the_connection_is_closed() {
    let options = SocketOptions::default().custom_session(Rooms::default);
    let (alive, socket) = open("/channel", options);
    let room = alive.inside(|| socket.join(Channel::new("kitchen")));
    let state = room.unwrap().state;
    let joined = || state.get_untracked() == ChannelState::Joined;
    until("it is joined", joined).await;
    let open = socket.state.clone();
    until("the socket is open", || open.get_untracked().is_open()).await;
    socket.close();
    until("it is joined no more", || !joined()).await;
    assert_eq!(state.get_untracked(), ChannelState::Joining);
}
