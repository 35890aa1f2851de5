//! The way to the namespace: URL, handshake, credentials, heartbeat.

use super::*;

#[test]
fn the_url_is_completed_and_nothing_is_sent_before_the_server_speaks() {
    let mut world = world(URL, options(Protocol::SocketIo));
    assert_eq!(
        world.url(),
        "ws://chat.example:3000/socket.io/?EIO=4&transport=websocket"
    );
    world.accept();
    assert!(world.sent().is_empty());
    assert_eq!(world.name(), "handshaking");
    world.hear(OPEN);
    assert_eq!(world.sent(), ["40"]);
    world.hear(CONNECTED);
    assert_eq!(world.name(), "open");
}

#[test]
fn the_auth_payload_goes_with_connect() {
    let auth = Some(json!({ "token": "t" }));
    let mut world = world(
        URL,
        SessionOptions {
            credentials: Credentials {
                auth,
                ..Credentials::default()
            },
            ..options(Protocol::SocketIo)
        },
    );
    world.accept();
    world.hear(OPEN);
    assert_eq!(world.sent(), [r#"40{"token":"t"}"#]);
}

#[test]
fn the_credentials_of_an_attempt_win_over_the_options() {
    use leptos_chat_core::connection::{Config, Endpoint, SocketEvent};
    let auth = Some(json!({ "token": "old" }));
    let config = Config {
        endpoint: Endpoint::Provided,
        ..Config::new(URL)
    };
    let session = SessionOptions {
        credentials: Credentials {
            auth,
            ..Credentials::default()
        },
        ..options(Protocol::SocketIo)
    };
    let mut world = world_with(config, session);
    let target = Target {
        auth: Some(json!({ "token": "new" })),
        ..Target::new(URL)
    };
    let socket = world.resolves[0];
    world.happens(socket, SocketEvent::Resolved(Ok(target)));
    world.accept();
    world.hear(OPEN);
    assert_eq!(world.sent(), [r#"40{"token":"new"}"#]);
}

#[test]
fn the_servers_ping_is_answered_at_once_and_none_is_sent_by_us() {
    let mut world = joined();
    world.hear("2");
    assert_eq!(world.last_sent(), "3");
    let before = world.sent().len();
    world.advance_secs(40);
    assert_eq!((world.name(), world.sent().len()), ("open", before));
}

#[test]
fn silence_for_ping_interval_and_timeout_is_a_dead_link() {
    let mut world = joined();
    world.advance_secs(30);
    world.hear("2");
    world.advance(Duration::from_millis(44_999));
    assert_eq!(world.name(), "open");
    world.advance(Duration::from_millis(2));
    assert_eq!(world.name(), "waiting");
}

#[test]
fn a_namespace_comes_from_the_option_or_from_the_urls_path() {
    let option = |namespace: &str| SessionOptions {
        socketio: SocketIoOptions {
            namespace: Some(namespace.into()),
            ..SocketIoOptions::default()
        },
        ..options(Protocol::SocketIo)
    };
    for (url, options) in [
        ("ws://h/admin", options(Protocol::SocketIo)),
        ("ws://h", option("/admin")),
        ("ws://h/other", option("admin")),
    ] {
        let mut world = world(url, options);
        assert_eq!(world.url(), "ws://h/socket.io/?EIO=4&transport=websocket");
        world.accept();
        world.hear(OPEN);
        assert_eq!(world.sent(), ["40/admin,"]);
        world.hear(CONNECTED);
        assert_eq!(world.name(), "handshaking", "that was the main namespace");
        world.hear(r#"40/admin,{"sid":"b"}"#);
        assert_eq!(world.name(), "open");
        world.say("hi");
        assert!(world.last_sent().starts_with("42/admin,0["));
        world.hear(r#"42["message","elsewhere"]"#);
        world.hear(r#"42/admin,3["message","here"]"#);
        assert_eq!(world.texts(), ["here"]);
        assert_eq!(world.last_sent(), "43/admin,3[]");
        world.close();
        assert_eq!(world.last_sent(), "41/admin,");
    }
}

#[test]
fn a_namespace_that_cannot_be_written_stops() {
    let namespace = Some("/a,b".into());
    let mut world = world(
        URL,
        SessionOptions {
            socketio: SocketIoOptions {
                namespace,
                ..SocketIoOptions::default()
            },
            ..options(Protocol::SocketIo)
        },
    );
    world.accept();
    world.hear(OPEN);
    assert!(world.over().contains("namespace"), "{}", world.over());
}

#[test]
fn what_comes_before_the_servers_connect_is_bounded_in_bytes() {
    let mut world = world(URL, options(Protocol::SocketIo));
    world.accept();
    world.hear(OPEN);
    let long = "x".repeat(6 << 20);
    for _ in 0..3 {
        world.hear(format!(r#"42["message","{long}"]"#));
    }
    world.hear(CONNECTED);
    assert_eq!(world.shown().len(), 2);
    let unreadable = |event: &&Event| matches!(event, Event::Unreadable { .. });
    assert_eq!(
        world.events.iter().filter(unreadable).count(),
        1,
        "it is told"
    );
}
