//! Protocols whose code is loaded when it is needed: what is asked for and when, and that nothing is lost meanwhile.

use leptos_chat_core::connection::{Config, SocketEvent};
use leptos_chat_core::session::make::Protocols;
use leptos_chat_core::session::{LoadError, Protocol};

use super::options;
use crate::harness::{Harness, fixed};

const URL: &str = "ws://chat.example";
const OPEN: &str = r#"0{"sid":"s","upgrades":[],"pingInterval":25000,"pingTimeout":20000}"#;

fn lazy(protocol: Protocol, url: &str) -> Harness {
    let maker = Protocols::lazy().maker(protocol);
    let session = maker.for_chat().session(&options(protocol), 7);
    let mut harness = Harness::to(fixed(url), Config::default(), session);
    harness.open();
    harness
}

impl Harness {
    /// Answers the newest wish for code.
    fn loaded(&mut self, loaded: Result<(), LoadError>) {
        let socket = *self.loads.last().expect("code is asked for");
        let loaded = loaded.map(|()| Protocols::linked());
        self.happens(socket, SocketEvent::Loaded(loaded));
    }
}

#[test]
fn a_protocol_that_is_named_is_loaded_before_the_socket_is_opened() {
    let mut harness = lazy(Protocol::SocketIo, URL);
    assert!(harness.sockets.is_empty());
    assert_eq!(
        (harness.loads.len(), harness.protocol().as_str()),
        (1, "socket.io")
    );
    harness.loaded(Ok(()));
    assert!(harness.url().contains("EIO=4&transport=websocket"));
    harness.accept();
    harness.hear(OPEN);
    harness.hear(r#"40{"sid":"a"}"#);
    assert_eq!(harness.name(), "open");
}

#[test]
fn json_and_text_ask_for_nothing() {
    for (protocol, line) in [(Protocol::Json, r#"{"text":"a"}"#), (Protocol::Text, "a")] {
        for protocol in [Protocol::Auto, protocol] {
            let mut harness = lazy(protocol, URL);
            harness.accept();
            harness.hear(line);
            assert_eq!((harness.name(), harness.loads.len()), ("open", 0));
        }
    }
}

#[test]
fn what_the_server_says_while_the_code_is_loaded_is_kept() {
    let mut harness = lazy(Protocol::Auto, URL);
    harness.opened(harness.socket(), "v12.stomp");
    assert_eq!(harness.loads.len(), 1);
    assert!(harness.sent().is_empty());
    harness.hear("CONNECTED\nversion:1.2\n\n\0");
    harness.hear("RECEIPT\nreceipt-id:subscribed\n\n\0");
    harness.loaded(Ok(()));
    assert!(harness.sent()[0].starts_with("CONNECT\n"));
    assert_eq!(
        (harness.name(), harness.protocol().as_str()),
        ("open", "stomp")
    );
}

#[test]
fn a_server_that_says_too_much_before_its_code_is_there_is_asked_again_later() {
    let mut harness = lazy(Protocol::Auto, URL);
    harness.opened(harness.socket(), "v12.stomp");
    for _ in 0..5 {
        harness.hear("x".repeat(1 << 20).as_str());
    }
    assert_eq!(harness.name(), "waiting");
    assert!(harness.lost().contains("5242880"), "{}", harness.lost());
}

#[test]
fn sockjs_and_what_is_in_it_come_together() {
    let mut harness = lazy(
        Protocol::Auto,
        "ws://chat.example/chat/042/abcdef/websocket",
    );
    harness.loaded(Ok(()));
    assert_eq!(harness.url(), "ws://chat.example/chat/websocket");
    harness.opened(harness.socket(), "v12.stomp");
    assert!(harness.sent()[0].starts_with("CONNECT\n"));
    assert_eq!(harness.loads.len(), 1);
}

#[test]
fn a_server_that_refuses_its_url_is_looked_for_elsewhere_once_the_code_is_there() {
    let mut harness = lazy(Protocol::Auto, URL);
    harness.refuse();
    assert_eq!((harness.urls().len(), harness.loads.len()), (1, 1));
    harness.loaded(Ok(()));
    assert!(harness.url().contains("/socket.io/?EIO=4"));
    harness.accept();
    harness.hear(OPEN);
    harness.hear(r#"40{"sid":"a"}"#);
    assert_eq!(
        (harness.name(), harness.protocol().as_str()),
        ("open", "socket.io")
    );
}

#[test]
fn code_that_cannot_be_loaded_is_told_and_asked_for_with_the_next_attempt() {
    let mut harness = lazy(Protocol::Stomp, URL);
    harness.loaded(Err(LoadError));
    assert!(harness.lost().contains("load the page again"));
    harness.advance_to_timer();
    assert_eq!(harness.loads.len(), 2);
    harness.loaded(Ok(()));
    assert_eq!(harness.url(), URL);
}

#[test]
fn code_that_does_not_come_ends_the_attempt_in_time() {
    let mut harness = lazy(Protocol::Stomp, URL);
    harness.advance_secs(10);
    assert_eq!(harness.name(), "waiting");
    let late = harness.loads[0];
    harness.happens(late, SocketEvent::Loaded(Ok(Protocols::linked())));
    assert!(harness.sockets.is_empty(), "it is an old attempt's");
}

#[test]
fn code_that_was_loaded_is_not_asked_for_again() {
    let mut harness = lazy(Protocol::Stomp, URL);
    harness.loaded(Ok(()));
    harness.accept();
    harness.breaks();
    harness.advance_to_timer();
    assert_eq!((harness.urls().len(), harness.loads.len()), (2, 1));
}
