//! At real servers, Socket.IO's own and RabbitMQ: requests both ways, channels at run time, and what a reconnection brings back.
//!
//! `tests/servers/with.mjs` starts them and says where they are. Where one is not there, nothing is tried.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use leptos_chat::json::Value;
use leptos_chat::{
    Channel, ChannelState, Delivery, Incoming, Outgoing, Protocol, RequestError, SocketHandle,
    SocketOptions, use_socket,
};
use wasm_bindgen_test::{console_log, wasm_bindgen_test};

use super::support::{Alive, Log, until};

const SOCKET_IO: Option<&str> = option_env!("LEPTOS_CHAT_TEST_SOCKETIO");
const STOMP: Option<&str> = option_env!("LEPTOS_CHAT_TEST_STOMP");

/// A socket that is open, and what it has heard.
async fn open(url: &str, options: SocketOptions) -> (Alive, SocketHandle, Log) {
    let url = url.to_owned();
    let (alive, socket) = Alive::with(|| use_socket(url, options));
    let heard = Log::default();
    let log = heard.clone();
    let note = move |message: &Incoming| {
        let from = message.namespace.as_ref().or(message.channel.as_ref());
        let from = from.map(String::as_str).unwrap_or_default();
        log.borrow_mut().push(format!("{from}: {message}"));
    };
    socket.listen(note).keep();
    let state = socket.state.clone();
    until("it is open", || state.get_untracked().is_open()).await;
    (alive, socket, heard)
}

async fn until_heard(heard: &Log, line: &str) {
    let is_heard = || heard.borrow().iter().any(|other| other == line);
    until(&format!("{line:?} is heard"), is_heard).await;
}

async fn until_joined(state: &ArcSignal<ChannelState>) {
    let joined = || state.get_untracked() == ChannelState::Joined;
    until("it is joined", joined).await;
}

fn there(server: Option<&'static str>, name: &str) -> Option<&'static str> {
    if server.is_none() {
        console_log!("no {name}: nothing is tried there");
    }
    server
}

fn socket_io() -> SocketOptions {
    let mut options = SocketOptions::default().protocol(Protocol::SocketIo);
    options.session_mut().socketio.answers = vec!["ask".into()];
    options
}

/// Its link is cut, and the next one is open.
async fn cut(socket: &SocketHandle) {
    let links = Rc::new(RefCell::new(Vec::new()));
    let (seen, state) = (links.clone(), socket.state.clone());
    let watch = Effect::new(move |_| seen.borrow_mut().push(state.get().is_open()));
    socket.send(Outgoing::event("drop", vec![])).unwrap();
    let again = || links.borrow().contains(&false) && links.borrow().last() == Some(&true);
    until("it is open again", again).await;
    watch.stop();
}

#[wasm_bindgen_test]
async fn a_socket_io_server_answers_requests_with_data_and_is_answered() {
    let Some(url) = there(SOCKET_IO, "Socket.IO server") else {
        return;
    };
    let (_alive, socket, heard) = open(url, socket_io()).await;
    let answering = socket.clone();
    let answer = move |message: &Incoming| {
        if let Some(request) = message.request {
            answering.answer(request, vec![Value::from("forty-two")]);
        }
    };
    socket.listen(answer).keep();
    let ask = |event: &'static str, argument: &'static str, deadline| {
        let make = move |_| Outgoing::event(event, vec![Value::from(argument)]);
        socket.request(make, deadline)
    };
    for round in 0..2 {
        let reply = ask("echo", "hello", Duration::from_secs(10)).await.unwrap();
        assert!(reply.data.unwrap().to_string().contains("hello"));
        ask("question", "how many", Duration::from_secs(10))
            .await
            .unwrap();
        until("the server has our answer", || {
            let heard = heard.borrow();
            let answered = heard.iter().filter(|line| line.contains("forty-two"));
            answered.count() > round
        })
        .await;
        let nobody = ask("nobody listens", "", Duration::from_millis(200)).await;
        assert_eq!(nobody, Err(RequestError::TimedOut));
        cut(&socket).await;
    }
}

#[wasm_bindgen_test]
async fn a_second_namespace_is_joined_over_the_same_socket_and_again_over_the_next() {
    let Some(url) = there(SOCKET_IO, "Socket.IO server") else {
        return;
    };
    let (other_alive, other, heard) = open(url, socket_io()).await;
    let (alive, socket, _) = open(url, socket_io()).await;
    let join = |alive: &Alive, socket: &SocketHandle| {
        let room = alive.inside(|| socket.join(Channel::new("/admin")));
        room.unwrap()
    };
    let room = join(&alive, &socket);
    let others = join(&other_alive, &other);
    until_joined(&room.state).await;
    until_joined(&others.state).await;
    let say = |text: &str| {
        let event = Outgoing::event("message", vec![Value::from(text)]);
        socket.send(event.in_namespace("/admin")).unwrap()
    };
    let id = say("one");
    until_heard(&heard, "/admin: one").await;
    assert_eq!(socket.delivery(id).await, Some(Delivery::Delivered));
    cut(&socket).await;
    cut(&other).await;
    until_joined(&room.state).await;
    until_joined(&others.state).await;
    say("two");
    until_heard(&heard, "/admin: two").await;
    let refused = alive.inside(|| socket.join(Channel::new("/private")));
    let state = refused.unwrap().state;
    until("it is refused", || {
        matches!(state.get_untracked(), ChannelState::Refused(_))
    })
    .await;
    let token = Value::parse(r#"{"token":"secret"}"#).unwrap();
    let let_in = alive.inside(|| socket.join(Channel::new("/private").auth(token)));
    until_joined(&let_in.unwrap().state).await;
    assert!(others.leave());
    say("three");
    say("four");
    let id = say("five");
    assert_eq!(socket.delivery(id).await, Some(Delivery::Delivered));
    assert!(!heard.borrow().iter().any(|line| line.contains("three")));
}

fn stomp() -> SocketOptions {
    let mut options = SocketOptions::default().protocol(Protocol::Stomp);
    let session = options.session_mut();
    session.stomp.destination = Some("/topic/web".into());
    session.credentials.login = Some("guest".into());
    session.credentials.passcode = Some("guest".into());
    options
}

fn to(channel: &str, text: &str) -> Outgoing {
    Outgoing {
        channel: Some(channel.into()),
        ..Outgoing::from(text)
    }
}

#[wasm_bindgen_test]
async fn a_stomp_destination_is_joined_with_headers_again_over_the_next_link_and_left() {
    let Some(url) = there(STOMP, "RabbitMQ") else {
        return;
    };
    const ROOM: &str = "/topic/web.room";
    let (alive, socket, heard) = open(url, stomp()).await;
    // The queue is the subscription's own by this header, and the broker's receipt confirms both.
    let channel = Channel::new(ROOM).header("x-expires", "60000");
    let room = alive.inside(|| socket.join(channel)).unwrap();
    until_joined(&room.state).await;
    let (_other_alive, other, _) = open(url, stomp()).await;
    other.send(to(ROOM, "one")).unwrap();
    until_heard(&heard, &format!("{ROOM}: one")).await;
    // An ERROR ends the link.
    let state = socket.state.clone();
    let refused = socket.send(to("/nowhere/at-all", "lost")).unwrap();
    until("the broker has ended the link", || {
        !state.get_untracked().is_open()
    })
    .await;
    assert!(matches!(
        socket.delivery(refused).await,
        Some(Delivery::Failed(_))
    ));
    until("it is open again", || state.get_untracked().is_open()).await;
    until_joined(&room.state).await;
    other.send(to(ROOM, "two")).unwrap();
    until_heard(&heard, &format!("{ROOM}: two")).await;
    assert!(room.leave());
    other.send(to(ROOM, "three")).unwrap();
    other.send("to the chat").unwrap();
    until_heard(&heard, "/topic/web: to the chat").await;
    assert!(!heard.borrow().iter().any(|line| line.ends_with("three")));
}
