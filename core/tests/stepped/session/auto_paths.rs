//! `auto`: what gives each protocol away, and where a server is looked for that refuses its URL.

use leptos_chat_core::connection::{Disconnect, Event};
use leptos_chat_core::session::{FetchError, Protocol, Reason};

use super::{options, world};
use crate::millis;
use crate::world::World;

const INFO: &str = r#"{"websocket":true,"cookie_needed":false,"origins":["*:*"],"entropy":7}"#;
const OPEN: &str = r#"0{"sid":"s","upgrades":[],"pingInterval":25000,"pingTimeout":20000}"#;
const SOCKET_IO: &str = "ws://chat.example/socket.io/?EIO=4&transport=websocket";

fn auto(url: &str) -> World {
    world(url, options(Protocol::Auto))
}

#[test]
fn a_url_with_socket_io_in_it_is_socket_ios() {
    for url in [
        "ws://chat.example/socket.io",
        "ws://chat.example/socket.io/?token=1",
        "ws://chat.example/my-path/?EIO=4",
    ] {
        let mut world = auto(url);
        assert!(
            world.url().contains("EIO=4&transport=websocket"),
            "{}",
            world.url()
        );
        assert_eq!(world.protocol().as_str(), "auto", "only a guess yet");
        world.accept();
        world.hear(OPEN);
        world.hear(r#"40{"sid":"a"}"#);
        assert_eq!(
            (world.name(), world.protocol().as_str()),
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
        let mut world = auto(url);
        world.opened(world.socket(), "v12.stomp");
        assert!(world.sent()[0].starts_with("CONNECT\n"));
        world.hear("CONNECTED\nversion:1.2\n\n\0RECEIPT\nreceipt-id:subscribed\n\n\0");
        assert_eq!((world.name(), world.protocol().as_str()), ("open", "stomp"));
    }
}

#[test]
fn a_sockjs_sessions_url_is_sockjs() {
    let mut world = auto("ws://chat.example/chat/042/abcdef/websocket");
    assert_eq!(world.url(), "ws://chat.example/chat/websocket");
    world.accept();
    world.hear("hello");
    assert_eq!(
        (world.name(), world.protocol().as_str()),
        ("open", "sockjs, text")
    );
}

#[test]
fn the_subprotocol_that_the_server_picks_decides() {
    let mut world = auto("ws://chat.example/anything");
    world.opened(world.socket(), "v11.stomp");
    assert_eq!(world.protocol().as_str(), "stomp");
    assert!(world.sent()[0].starts_with("CONNECT\n"));
    world.hear("CONNECTED\nversion:1.1\n\n\0RECEIPT\nreceipt-id:subscribed\n\n\0");
    assert_eq!(world.name(), "open");
}

#[test]
fn a_server_that_refuses_its_url_is_looked_for_elsewhere_within_the_attempt() {
    let mut world = auto("ws://chat.example");
    world.refuse();
    assert_eq!(world.urls(), ["ws://chat.example", SOCKET_IO]);
    world.accept();
    world.hear(OPEN);
    world.hear(r#"40{"sid":"a"}"#);
    assert_eq!(
        (world.name(), world.protocol().as_str()),
        ("open", "socket.io")
    );
    world.breaks();
    world.advance_to_timer();
    assert_eq!(world.url(), SOCKET_IO, "what has worked is kept");
    assert_eq!(world.protocols(), ["socket.io"]);
}

#[test]
fn where_there_is_a_path_it_may_be_a_sockjs_server() {
    let mut world = auto("ws://chat.example/chat");
    world.refuse();
    assert_eq!(
        world.url(),
        "ws://chat.example/chat",
        "a raw endpoint says nothing of itself"
    );
    world.fetched(Ok(INFO));
    assert_eq!(world.url(), "ws://chat.example/chat/websocket");
    world.accept();
    world.hear(r#"{"text":"hi"}"#);
    assert_eq!(
        (world.name(), world.protocol().as_str()),
        ("open", "sockjs, json")
    );
    assert_eq!(world.states(), ["connecting", "handshaking", "open"]);
}

#[test]
fn it_may_be_a_framed_one() {
    let mut world = auto("ws://chat.example/chat");
    world.refuse();
    world.fetched(Ok(INFO));
    world.refuse();
    world.accept();
    world.hear("o");
    world.hear(r#"a["{\"text\":\"hi\"}"]"#);
    assert_eq!(
        (world.name(), world.protocol().as_str()),
        ("open", "sockjs, json")
    );
    assert_eq!(world.texts(), ["hi"]);
    world.breaks();
    world.advance_to_timer();
    world.accept();
    world.hear("o");
    assert_eq!(
        world.protocol().as_str(),
        "sockjs, json",
        "what has worked is kept"
    );
}

#[test]
fn a_path_may_be_a_socket_io_servers_namespace_too() {
    let mut world = auto("ws://chat.example/admin");
    world.refuse();
    world.fetched(Err(FetchError::Status(404)));
    assert_eq!(world.url(), SOCKET_IO);
    world.accept();
    world.hear(OPEN);
    assert_eq!(world.sent(), ["40/admin,"]);
}

#[test]
fn elsewhere_is_tried_at_the_first_second_fourth_and_eighth_attempt() {
    let mut world = auto("ws://chat.example");
    let mut tried = Vec::new();
    for attempt in 1..=9 {
        let before = world.sockets.len();
        let asked = world.fetches.len();
        while world.name() == "connecting" {
            world.refuse();
            if world.fetches.len() > asked {
                world.fetched(Err(FetchError::Status(404)));
            }
        }
        match world.sockets.len() - before {
            0 => {}
            1 => tried.push(attempt),
            other => panic!("{other} sockets"),
        }
        world.advance_to_timer();
        assert_eq!(world.url(), "ws://chat.example");
    }
    assert_eq!(tried, [1, 2, 4, 8]);
}

#[test]
fn a_url_that_has_worked_is_never_looked_for_elsewhere() {
    for greeting in [Some(r#"{"text":"hi"}"#), None] {
        let mut world = auto("ws://chat.example");
        world.accept();
        greeting.into_iter().for_each(|text| world.hear(text));
        world.advance_secs(1);
        assert_eq!(world.name(), "open");
        world.breaks();
        for _ in 0..4 {
            world.advance_to_timer();
            world.refuse();
            assert_eq!(world.name(), "waiting");
        }
        assert!(world.urls().iter().all(|url| *url == "ws://chat.example"));
    }
}

#[test]
fn a_polling_only_server_is_explained_here_too() {
    let mut world = auto("ws://chat.example/socket.io/");
    world.refuse();
    world.advance_to_timer();
    world.fetched(Ok(
        r#"0{"sid":"a","upgrades":[],"pingInterval":1,"pingTimeout":1}"#,
    ));
    assert!(world.over().contains("polling only"), "{}", world.over());
}

#[test]
fn a_guess_by_the_url_that_does_not_fit_says_so() {
    let mut world = auto("ws://chat.example/socket.io/");
    world.accept();
    world.hear("welcome");
    assert_eq!(world.over(), "this is not a Socket.IO server");
}

#[test]
fn a_guessed_path_counts_only_once_its_first_frame_came() {
    // A server of another kind comes back within the attempt, and takes any path.
    for words in ["welcome", r#"{"text":"hi"}"#, "o"] {
        let mut world = auto("ws://chat.example");
        world.refuse();
        assert_eq!(world.url(), SOCKET_IO);
        world.accept();
        world.hear(words);
        assert_eq!(world.name(), "waiting", "after {words}");
        assert_eq!(world.texts(), Vec::<&str>::new());
        world.advance_to_timer();
        assert_eq!(
            world.url(),
            "ws://chat.example",
            "back to the address as it was typed"
        );
        world.accept();
        world.hear("welcome");
        assert_eq!((world.name(), world.texts()), ("open", vec!["welcome"]));
    }
}

#[test]
fn a_guessed_path_that_says_nothing_is_given_up() {
    let mut world = auto("ws://chat.example");
    world.refuse();
    world.accept();
    world.advance(millis(2_000));
    assert_eq!(world.name(), "waiting");
    world.advance_to_timer();
    assert_eq!(world.url(), "ws://chat.example");
}

#[test]
fn a_framed_path_whose_info_this_page_may_not_read_shows_itself() {
    let mut world = auto("ws://chat.example/chat");
    world.refuse();
    world.fetched(Err(FetchError::Unreachable));
    assert!(
        world.url().starts_with("ws://chat.example/chat/") && world.url().ends_with("/websocket")
    );
    world.accept();
    world.hear("welcome");
    assert_eq!((world.name(), world.texts()), ("waiting", vec![]));
}

#[test]
fn a_polling_only_socket_io_server_under_auto_has_a_reason() {
    let mut world = auto("ws://chat.example");
    for _ in ["bare", "socket.io"] {
        world.refuse();
    }
    world.fetched(Err(FetchError::Status(404)));
    world.advance_to_timer();
    world.refuse();
    assert!(
        world
            .fetches
            .last()
            .expect("asked")
            .1
            .contains("transport=polling"),
        "{:?}",
        world.fetches
    );
    world.fetched(Ok(
        r#"0{"sid":"a","upgrades":[],"pingInterval":1,"pingTimeout":1}"#,
    ));
    let told = |event: &Event| {
        matches!(
            event,
            Event::Disconnected(Disconnect::Session(Reason::PollingOnly))
        )
    };
    assert!(world.events.iter().any(told), "{:?}", world.events);
    assert_eq!(world.name(), "waiting");
}

#[test]
fn a_sockjs_server_without_its_websocket_transport_under_auto_has_a_reason() {
    let mut world = auto("ws://chat.example/chat");
    world.refuse();
    world.fetched(Ok(
        r#"{"websocket":false,"cookie_needed":false,"origins":["*:*"],"entropy":7}"#,
    ));
    let told = |event: &Event| {
        matches!(
            event,
            Event::Disconnected(Disconnect::Session(Reason::WebSocketOff))
        )
    };
    assert!(world.events.iter().any(told), "{:?}", world.events);
}
