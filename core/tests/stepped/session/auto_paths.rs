//! `auto`: what gives each protocol away, and where a server is looked for that refuses its URL.

use leptos_chat_core::connection::{Disconnect, Event};
use leptos_chat_core::session::{Action, CloseEvent, FetchError, Protocol, Reason};

use super::auto_links::Alone;
use super::{harness, options};
use crate::harness::{Harness, START};
use crate::millis;

const INFO: &str = r#"{"websocket":true,"cookie_needed":false,"origins":["*:*"],"entropy":7}"#;
const OPEN: &str = r#"0{"sid":"s","upgrades":[],"pingInterval":25000,"pingTimeout":20000}"#;
const SOCKET_IO: &str = "ws://chat.example/socket.io/?EIO=4&transport=websocket";

fn auto(url: &str) -> Harness {
    harness(url, options(Protocol::Auto))
}

#[test]
fn a_url_with_socket_io_in_it_is_socket_ios() {
    for url in [
        "ws://chat.example/socket.io",
        "ws://chat.example/socket.io/?token=1",
        "ws://chat.example/my-path/?EIO=4",
    ] {
        let mut harness = auto(url);
        assert!(
            harness.url().contains("EIO=4&transport=websocket"),
            "{}",
            harness.url()
        );
        assert_eq!(harness.protocol().as_str(), "auto", "only a guess yet");
        harness.accept();
        harness.hear(OPEN);
        harness.hear(r#"40{"sid":"a"}"#);
        assert_eq!(
            (harness.name(), harness.protocol().as_str()),
            ("open", "socket.io")
        );
    }
}

#[test]
fn a_stomp_url_is_stomps() {
    for url in [
        "ws://chat.example/stomp",
        "ws://chat.example:15674/ws",
        "ws://chat.example/app/stomp/x",
    ] {
        let mut harness = auto(url);
        harness.opened(harness.socket(), "v12.stomp");
        assert!(harness.sent()[0].starts_with("CONNECT\n"));
        harness.hear("CONNECTED\nversion:1.2\n\n\0RECEIPT\nreceipt-id:subscribed\n\n\0");
        assert_eq!(
            (harness.name(), harness.protocol().as_str()),
            ("open", "stomp")
        );
    }
}

#[test]
fn a_sockjs_sessions_url_is_sockjs() {
    let mut harness = auto("ws://chat.example/chat/042/abcdef/websocket");
    assert_eq!(harness.url(), "ws://chat.example/chat/websocket");
    harness.accept();
    harness.hear("hello");
    assert_eq!(
        (harness.name(), harness.protocol().as_str()),
        ("open", "sockjs, text")
    );
}

#[test]
fn the_subprotocol_that_the_server_picks_decides() {
    let mut harness = auto("ws://chat.example/anything");
    harness.opened(harness.socket(), "v11.stomp");
    assert_eq!(harness.protocol().as_str(), "stomp");
    assert!(harness.sent()[0].starts_with("CONNECT\n"));
    harness.hear("CONNECTED\nversion:1.1\n\n\0RECEIPT\nreceipt-id:subscribed\n\n\0");
    assert_eq!(harness.name(), "open");
}

#[test]
fn a_server_that_refuses_its_url_is_looked_for_elsewhere_within_the_attempt() {
    let mut harness = auto("ws://chat.example");
    harness.refuse();
    assert_eq!(harness.urls(), ["ws://chat.example", SOCKET_IO]);
    harness.accept();
    harness.hear(OPEN);
    harness.hear(r#"40{"sid":"a"}"#);
    assert_eq!(
        (harness.name(), harness.protocol().as_str()),
        ("open", "socket.io")
    );
    harness.breaks();
    harness.advance_to_timer();
    assert_eq!(harness.url(), SOCKET_IO, "what has worked is kept");
    assert_eq!(harness.protocols(), ["socket.io"]);
}

#[test]
fn where_there_is_a_path_it_may_be_a_sockjs_server() {
    let mut harness = auto("ws://chat.example/chat");
    harness.refuse();
    assert_eq!(
        harness.url(),
        "ws://chat.example/chat",
        "a raw endpoint says nothing of itself"
    );
    harness.fetched(Ok(INFO));
    assert_eq!(harness.url(), "ws://chat.example/chat/websocket");
    harness.accept();
    harness.hear(r#"{"text":"hi"}"#);
    assert_eq!(
        (harness.name(), harness.protocol().as_str()),
        ("open", "sockjs, json")
    );
    assert_eq!(harness.states(), ["connecting", "handshaking", "open"]);
}

#[test]
fn it_may_be_a_framed_one() {
    let mut harness = auto("ws://chat.example/chat");
    harness.refuse();
    harness.fetched(Ok(INFO));
    harness.refuse();
    harness.accept();
    harness.hear("o");
    harness.hear(r#"a["{\"text\":\"hi\"}"]"#);
    assert_eq!(
        (harness.name(), harness.protocol().as_str()),
        ("open", "sockjs, json")
    );
    assert_eq!(harness.texts(), ["hi"]);
    harness.breaks();
    harness.advance_to_timer();
    harness.accept();
    harness.hear("o");
    assert_eq!(
        harness.protocol().as_str(),
        "sockjs, json",
        "what has worked is kept"
    );
}

#[test]
fn a_path_may_be_a_socket_io_servers_namespace_too() {
    let mut harness = auto("ws://chat.example/admin");
    harness.refuse();
    harness.fetched(Err(FetchError::Status(404)));
    assert_eq!(harness.url(), SOCKET_IO);
    harness.accept();
    harness.hear(OPEN);
    assert_eq!(harness.sent(), ["40/admin,"]);
}

#[test]
fn elsewhere_is_tried_at_the_first_second_fourth_and_eighth_attempt() {
    let mut harness = auto("ws://chat.example");
    let mut tried = Vec::new();
    for attempt in 1..=9 {
        let before = harness.sockets.len();
        let asked = harness.fetches.len();
        while harness.name() == "connecting" {
            harness.refuse();
            if harness.fetches.len() > asked {
                harness.fetched(Err(FetchError::Status(404)));
            }
        }
        match harness.sockets.len() - before {
            0 => {}
            1 => tried.push(attempt),
            other => panic!("{other} sockets"),
        }
        harness.advance_to_timer();
        assert_eq!(harness.url(), "ws://chat.example");
    }
    assert_eq!(tried, [1, 2, 4, 8]);
}

#[test]
fn a_url_that_has_worked_is_never_looked_for_elsewhere() {
    for greeting in [Some(r#"{"text":"hi"}"#), None] {
        let mut harness = auto("ws://chat.example");
        harness.accept();
        greeting.into_iter().for_each(|text| harness.hear(text));
        harness.advance_secs(1);
        assert_eq!(harness.name(), "open");
        harness.breaks();
        for _ in 0..4 {
            harness.advance_to_timer();
            harness.refuse();
            assert_eq!(harness.name(), "waiting");
        }
        assert!(harness.urls().iter().all(|url| *url == "ws://chat.example"));
    }
}

#[test]
fn a_polling_only_server_is_explained_here_too() {
    let mut harness = auto("ws://chat.example/socket.io/");
    harness.refuse();
    harness.advance_to_timer();
    harness.fetched(Ok(
        r#"0{"sid":"a","upgrades":[],"pingInterval":1,"pingTimeout":1}"#,
    ));
    assert!(
        harness.over().contains("polling only"),
        "{}",
        harness.over()
    );
}

#[test]
fn a_guess_by_the_url_that_does_not_fit_says_so() {
    let mut harness = auto("ws://chat.example/socket.io/");
    harness.accept();
    harness.hear("welcome");
    assert_eq!(harness.over(), "this is not a Socket.IO server");
}

#[test]
fn a_guessed_path_counts_only_once_its_first_frame_came() {
    // A server of another kind comes back within the attempt, and takes any path.
    for words in ["welcome", r#"{"text":"hi"}"#, "o"] {
        let mut harness = auto("ws://chat.example");
        harness.refuse();
        assert_eq!(harness.url(), SOCKET_IO);
        harness.accept();
        harness.hear(words);
        assert_eq!(harness.name(), "waiting", "after {words}");
        assert_eq!(harness.texts(), Vec::<&str>::new());
        harness.advance_to_timer();
        assert_eq!(
            harness.url(),
            "ws://chat.example",
            "back to the address as it was typed"
        );
        harness.accept();
        harness.hear("welcome");
        assert_eq!((harness.name(), harness.texts()), ("open", vec!["welcome"]));
    }
}

#[test]
fn a_guessed_path_that_says_nothing_is_given_up() {
    let mut harness = auto("ws://chat.example");
    harness.refuse();
    harness.accept();
    harness.advance(millis(2_000));
    assert_eq!(harness.name(), "waiting");
    harness.advance_to_timer();
    assert_eq!(harness.url(), "ws://chat.example");
}

#[test]
fn a_framed_path_whose_info_this_page_may_not_read_shows_itself() {
    let mut harness = auto("ws://chat.example/chat");
    harness.refuse();
    harness.fetched(Err(FetchError::Unreachable));
    assert!(
        harness.url().starts_with("ws://chat.example/chat/")
            && harness.url().ends_with("/websocket")
    );
    harness.accept();
    harness.hear("welcome");
    assert_eq!((harness.name(), harness.texts()), ("waiting", vec![]));
}

#[test]
fn a_polling_only_socket_io_server_under_auto_has_a_reason() {
    let mut harness = auto("ws://chat.example");
    for _ in ["bare", "socket.io"] {
        harness.refuse();
    }
    harness.fetched(Err(FetchError::Status(404)));
    harness.advance_to_timer();
    harness.refuse();
    assert!(
        harness
            .fetches
            .last()
            .expect("asked")
            .1
            .contains("transport=polling"),
        "{:?}",
        harness.fetches
    );
    harness.fetched(Ok(
        r#"0{"sid":"a","upgrades":[],"pingInterval":1,"pingTimeout":1}"#,
    ));
    let told = |event: &Event| {
        matches!(
            event,
            Event::Disconnected(Disconnect::Session(Reason::PollingOnly))
        )
    };
    assert!(harness.events.iter().any(told), "{:?}", harness.events);
    assert_eq!(harness.name(), "waiting");
}

#[test]
fn a_sockjs_server_without_its_websocket_transport_under_auto_has_a_reason() {
    let mut harness = auto("ws://chat.example/chat");
    harness.refuse();
    harness.fetched(Ok(
        r#"{"websocket":false,"cookie_needed":false,"origins":["*:*"],"entropy":7}"#,
    ));
    let told = |event: &Event| {
        matches!(
            event,
            Event::Disconnected(Disconnect::Session(Reason::WebSocketOff))
        )
    };
    assert!(harness.events.iter().any(told), "{:?}", harness.events);
}

#[test]
fn a_guessed_path_that_opens_and_ends_without_a_word_is_the_end_of_the_attempt() {
    let mut auto = Alone::new();
    let closes = |auto: &mut Alone| {
        auto.act(|session, out| session.handle_close(&CloseEvent::abnormal(), out))
    };
    auto.begin("ws://chat.example/room");
    assert!(matches!(closes(&mut auto)[..], [Action::Fetch(_)]));
    auto.act(|session, out| session.handle_fetched(Ok(INFO.into()), out));
    auto.act(|session, out| session.handle_open("", START, out));
    assert_eq!(closes(&mut auto), []);
}
