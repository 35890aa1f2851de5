//! The way to the namespace: URL, handshake, credentials, heartbeat.

use super::*;

#[test]
fn the_url_is_completed_and_nothing_is_sent_before_the_server_speaks() {
    let mut harness = harness(URL, options(Protocol::SocketIo));
    assert_eq!(
        harness.url(),
        "ws://chat.example:3000/socket.io/?EIO=4&transport=websocket"
    );
    harness.accept();
    assert!(harness.sent().is_empty());
    assert_eq!(harness.name(), "handshaking");
    harness.hear(OPEN);
    assert_eq!(harness.sent(), ["40"]);
    harness.hear(CONNECTED);
    assert_eq!(harness.name(), "open");
}

#[test]
fn the_auth_payload_goes_with_connect() {
    let auth = Some(json!({ "token": "t" }));
    let mut harness = harness(
        URL,
        SessionOptions {
            credentials: Credentials {
                auth,
                ..Credentials::default()
            },
            ..options(Protocol::SocketIo)
        },
    );
    harness.accept();
    harness.hear(OPEN);
    assert_eq!(harness.sent(), [r#"40{"token":"t"}"#]);
}

#[test]
fn the_credentials_of_an_attempt_win_over_the_options() {
    use leptos_chat_core::connection::{Config, Endpoint, SocketEvent};
    let auth = Some(json!({ "token": "old" }));
    let session = SessionOptions {
        credentials: Credentials {
            auth,
            ..Credentials::default()
        },
        ..options(Protocol::SocketIo)
    };
    let mut harness = harness_with(Endpoint::Provided, Config::default(), session);
    let target = Target {
        auth: Some(json!({ "token": "new" })),
        ..Target::new(URL)
    };
    let socket = harness.resolves[0];
    harness.happens(socket, SocketEvent::Resolved(Ok(target)));
    harness.accept();
    harness.hear(OPEN);
    assert_eq!(harness.sent(), [r#"40{"token":"new"}"#]);
}

#[test]
fn the_servers_ping_is_answered_at_once_and_none_is_sent_by_us() {
    let mut harness = joined();
    harness.hear("2");
    assert_eq!(harness.last_sent(), "3");
    let before = harness.sent().len();
    harness.advance_secs(40);
    assert_eq!((harness.name(), harness.sent().len()), ("open", before));
}

#[test]
fn silence_for_ping_interval_and_timeout_is_a_dead_link() {
    let mut harness = joined();
    harness.advance_secs(30);
    harness.hear("2");
    harness.advance(Duration::from_millis(44_999));
    assert_eq!(harness.name(), "open");
    harness.advance(Duration::from_millis(2));
    assert_eq!(harness.name(), "waiting");
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
        let mut harness = harness(url, options);
        assert_eq!(harness.url(), "ws://h/socket.io/?EIO=4&transport=websocket");
        harness.accept();
        harness.hear(OPEN);
        assert_eq!(harness.sent(), ["40/admin,"]);
        harness.hear(CONNECTED);
        assert_eq!(harness.name(), "handshaking", "that was the main namespace");
        harness.hear(r#"40/admin,{"sid":"b"}"#);
        assert_eq!(harness.name(), "open");
        harness.say("hi");
        assert!(harness.last_sent().starts_with("42/admin,0["));
        harness.hear(r#"42["message","elsewhere"]"#);
        harness.hear(r#"42/admin,3["message","here"]"#);
        assert_eq!(harness.texts(), ["here"]);
        assert_eq!(harness.last_sent(), "43/admin,3[]");
        harness.close();
        assert_eq!(harness.last_sent(), "41/admin,");
    }
}

#[test]
fn a_namespace_that_cannot_be_written_stops() {
    let namespace = Some("/a,b".into());
    let mut harness = harness(
        URL,
        SessionOptions {
            socketio: SocketIoOptions {
                namespace,
                ..SocketIoOptions::default()
            },
            ..options(Protocol::SocketIo)
        },
    );
    harness.accept();
    harness.hear(OPEN);
    assert!(harness.over().contains("namespace"), "{}", harness.over());
}

#[test]
fn what_comes_before_the_servers_connect_is_bounded_in_bytes() {
    let mut harness = harness(URL, options(Protocol::SocketIo));
    harness.accept();
    harness.hear(OPEN);
    let long = "x".repeat(6 << 20);
    for _ in 0..3 {
        harness.hear(format!(r#"42["message","{long}"]"#));
    }
    harness.hear(CONNECTED);
    assert_eq!(harness.shown().len(), 2);
    let unreadable = |event: &&Event| matches!(event, Event::Unreadable { .. });
    assert_eq!(
        harness.events.iter().filter(unreadable).count(),
        1,
        "it is told"
    );
}

#[test]
fn the_words_and_the_bytes_of_an_early_event_count_once_each() {
    let mut harness = harness(URL, options(Protocol::SocketIo));
    harness.accept();
    harness.hear(OPEN);
    for _ in 0..4 {
        harness.hear(r#"451-["message",{"_placeholder":true,"num":0}]"#);
        harness.hear(vec![0; 5 << 20]);
    }
    harness.hear(CONNECTED);
    harness.end_burst();
    assert_eq!(harness.shown().len(), 3);
}

#[test]
fn a_message_may_be_as_long_as_the_server_takes() {
    let mut harness = joined();
    let text = |len: usize| "x".repeat(len);
    let whole = |len: usize| format!(r#"420["message","{}"]"#, text(len)).len();
    let longest = 1000 - whole(0);
    let fits = harness.send_to("message", &format!(r#"["{}"]"#, text(longest)), true);
    assert_eq!(harness.last_fate(fits), Delivery::Sent);
    let args = format!(r#"["{}"]"#, text(longest + 1));
    let over = harness.send_to("message", &args, true);
    let (len, limit) = (1001, 1000);
    assert_eq!(
        harness.last_fate(over),
        refused(Reason::TooLarge { len, limit })
    );
}
