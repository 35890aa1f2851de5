//! `use_socket` on real sockets: order, loss, reconnection, and that nothing is left behind.

use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use leptos_chat::{
    Body, CloseError, ClosedReason, Message, ReadyState, SendError, SocketHandle, SocketOptions,
    SocketUrl, State, provide_socket, shared_socket, use_socket,
};
use wasm_bindgen_test::wasm_bindgen_test;

use super::support::{Alive, Log, a_while, control, until, until_clients, url};

fn open(url: impl SocketUrl, options: SocketOptions) -> (Alive, SocketHandle, Log) {
    let log = Log::default();
    let (alive, socket) = Alive::with(|| {
        let socket = use_socket(url, options.idle());
        let log = Rc::clone(&log);
        socket.subscribe(move |message| {
            log.borrow_mut().push(match &message.body {
                Body::Text(text) => text.clone(),
                Body::Binary(bytes) => format!("{} bytes", bytes.len()),
            });
        });
        socket
    });
    socket.open();
    (alive, socket, log)
}

/// Reconnects fast, so that tests do.
fn hasty() -> SocketOptions {
    let mut options = SocketOptions::default();
    options.config.min_reconnect_delay = Duration::from_millis(20);
    options
}

async fn until_open(socket: &SocketHandle) {
    let state = socket.state.clone();
    until("the socket is open", || state.get_untracked().is_open()).await;
}

#[wasm_bindgen_test]
async fn it_opens_is_greeted_and_gets_its_answers_in_order() {
    let (_alive, socket, log) = open(url("/echo"), SocketOptions::default());
    assert_eq!(socket.ready_state.get_untracked(), ReadyState::Connecting);
    for number in 0..100 {
        socket.send(number.to_string()).unwrap();
    }
    until("all answers are there", || log.borrow().len() == 101).await;
    assert_eq!(socket.ready_state.get_untracked(), ReadyState::Open);
    assert_eq!(log.borrow()[0], "Hi there, I am a server");
    for number in 0..100 {
        assert_eq!(
            log.borrow()[number + 1],
            format!("Hello, you sent -> {number}")
        );
    }
}

#[wasm_bindgen_test]
async fn bytes_stay_bytes() {
    let (_alive, socket, log) = open(url("/echo"), SocketOptions::default());
    socket.send(Message::Binary(vec![0, 255, 128])).unwrap();
    until("the bytes are back", || {
        log.borrow().iter().any(|line| line == "3 bytes")
    })
    .await;
}

#[wasm_bindgen_test]
async fn what_is_sent_while_the_link_is_down_arrives_once_and_in_order() {
    let (_alive, socket, log) = open(url("/echo"), hasty());
    until_open(&socket).await;
    control("refuse?on=true").await;
    control("drop-all").await;
    let state = socket.state.clone();
    until("it waits", || {
        matches!(state.get_untracked(), State::Waiting { .. })
    })
    .await;
    for number in 0..20 {
        socket.send(number.to_string()).unwrap();
    }
    control("refuse?on=false").await;
    let answers = || {
        let answers = log.borrow();
        let answers = answers
            .iter()
            .filter_map(|line| line.strip_prefix("Hello, you sent -> "));
        answers.map(str::to_owned).collect::<Vec<_>>()
    };
    until("all answers are there", || answers().len() >= 20).await;
    assert_eq!(
        answers(),
        (0..20).map(|n| n.to_string()).collect::<Vec<_>>()
    );
}

#[wasm_bindgen_test]
async fn a_lost_link_is_replaced_and_the_countdown_is_told() {
    let mut options = hasty();
    options.config.min_reconnect_delay = Duration::from_millis(1500);
    let (_alive, socket, _log) = open(url("/echo"), options);
    until_open(&socket).await;
    control("drop-all").await;
    let retry_in = socket.retry_in.clone();
    until("it counts down", || retry_in.get_untracked().is_some()).await;
    assert!(socket.last_disconnect.get_untracked().is_some());
    socket.retry_now();
    until_open(&socket).await;
    assert_eq!(retry_in.get_untracked(), None);
    assert_eq!(socket.last_disconnect.get_untracked(), None);
}

#[wasm_bindgen_test]
async fn a_url_that_no_socket_takes_ends_with_a_reason() {
    for bad in ["", "nonsense", "wss://", "ftp://x", "ws://127.0.0.1:99999"] {
        let (_alive, socket, _log) = open(bad, SocketOptions::default());
        let state = socket.state.get_untracked();
        let bad_url = matches!(
            &state,
            State::Closed {
                reason: ClosedReason::BadUrl(_)
            }
        );
        assert!(bad_url, "{bad:?} gave {state:?}");
    }
}

#[wasm_bindgen_test]
async fn close_is_final_until_open() {
    let (_alive, socket, _log) = open(url("/echo"), hasty());
    until_open(&socket).await;
    socket.close();
    let state = socket.state.clone();
    until("it is closed", || {
        matches!(state.get_untracked(), State::Closed { .. })
    })
    .await;
    window()
        .dispatch_event(&web_sys::Event::new("online").unwrap())
        .unwrap();
    a_while(Duration::from_millis(100)).await;
    assert!(matches!(state.get_untracked(), State::Closed { .. }));
    let refused = socket.send("late").unwrap_err();
    assert_eq!(refused.why, SendError::Closed);
    assert_eq!(refused.message.body, Message::Text("late".into()));
    socket.open();
    until_open(&socket).await;
}

#[wasm_bindgen_test]
async fn what_the_browser_would_throw_at_is_refused_with_a_reason() {
    let (_alive, socket, _log) = open(url("/echo"), SocketOptions::default());
    until_open(&socket).await;
    for code in [0, 999, 1001, 1005, 1006, 1011, 2999, 5000] {
        assert_eq!(socket.close_with(code, ""), Err(CloseError::Code(code)));
    }
    assert_eq!(
        socket.close_with(3000, &"语".repeat(42)),
        Err(CloseError::Reason(126))
    );
    assert!(socket.state.get_untracked().is_open());
    socket.close_with(4999, &"语".repeat(41)).unwrap();
}

#[wasm_bindgen_test]
async fn an_unmounted_owner_leaves_no_socket_and_no_listener() {
    until_clients(0).await;
    let (alive, socket, log) = open(url("/channel"), SocketOptions::default());
    until_open(&socket).await;
    until_clients(1).await;
    let before = log.borrow().len();
    drop(alive);
    until_clients(0).await;
    assert_eq!(socket.send("late").unwrap_err().why, SendError::Closed);
    assert_eq!(log.borrow().len(), before);
    assert_eq!(Rc::strong_count(&log), 1, "the listener is still there");
}

#[wasm_bindgen_test]
async fn a_listener_goes_with_its_own_owner_and_the_socket_stays() {
    let (alive, socket, log) = open(url("/echo"), SocketOptions::default());
    let inner_log = Log::default();
    let inner = alive.inside(|| Owner::current().unwrap().child());
    inner.with(|| {
        let log = Rc::clone(&inner_log);
        socket.subscribe(move |_| log.borrow_mut().push(String::new()));
    });
    until("both heard the greeting", || {
        log.borrow().len() == 1 && inner_log.borrow().len() == 1
    })
    .await;
    inner.cleanup();
    socket.send("x").unwrap();
    until("the outer one hears on", || log.borrow().len() == 2).await;
    assert_eq!(inner_log.borrow().len(), 1);
}

#[wasm_bindgen_test]
async fn a_listener_that_no_component_owns_hears_until_its_subscription_is_dropped() {
    let (_alive, socket, log) = open(url("/echo"), SocketOptions::default());
    let heard = Log::default();
    let subscription = socket.listen({
        let heard = Rc::clone(&heard);
        move |message| heard.borrow_mut().push(message.to_string())
    });
    until("it heard the greeting", || heard.borrow().len() == 1).await;
    drop(subscription);
    socket.send("x").unwrap();
    until("the other one hears on", || log.borrow().len() == 2).await;
    assert_eq!(*heard.borrow(), ["Hi there, I am a server"]);
}

#[wasm_bindgen_test]
async fn a_listener_takes_the_subscriptions_that_it_holds_along() {
    let (_alive, socket, log) = open(url("/echo"), SocketOptions::default());
    let heard = Log::default();
    let inner = socket.listen({
        let heard = Rc::clone(&heard);
        move |message| heard.borrow_mut().push(message.to_string())
    });
    let outer = socket.listen(move |_| {
        let _ = &inner;
    });
    until("it heard the greeting", || heard.borrow().len() == 1).await;
    drop(outer);
    socket.send("x").unwrap();
    until("the other one hears on", || log.borrow().len() == 2).await;
    assert_eq!(heard.borrow().len(), 1);
}

#[wasm_bindgen_test]
async fn a_listener_may_send_and_close() {
    let (_alive, socket, log) = open(url("/echo"), SocketOptions::default());
    let talker = socket.clone();
    socket.subscribe(move |message| {
        if message.body.as_text() == Some("Hi there, I am a server") {
            talker.send("one").unwrap();
            talker.send("two").unwrap();
        } else {
            talker.close();
        }
    });
    let state = socket.state.clone();
    until("it is closed", || {
        matches!(state.get_untracked(), State::Closed { .. })
    })
    .await;
    assert!(log.borrow().len() >= 2);
}

#[wasm_bindgen_test]
async fn one_connection_is_shared_through_the_context() {
    until_clients(0).await;
    let (alive, provided) = Alive::with(|| provide_socket(url("/echo"), SocketOptions::default()));
    let shared = alive.inside(|| shared_socket().expect("it was provided"));
    until_open(&shared).await;
    shared.close();
    let state = provided.state.clone();
    until("both are closed", || {
        matches!(state.get_untracked(), State::Closed { .. })
    })
    .await;
}
