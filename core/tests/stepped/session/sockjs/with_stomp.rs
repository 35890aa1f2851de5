//! STOMP inside.

use super::*;

/// And the answer to SUBSCRIBE.
const CONNECTED: &str =
    "CONNECTED\nversion:1.2\nheart-beat:1000,1000\n\n\0RECEIPT\nreceipt-id:subscribed\n\n\0";

#[test]
fn stomp_goes_inside_with_its_heart_beats() {
    let inside = SessionOptions {
        sockjs: SockJsOptions {
            inside: Protocol::Stomp,
        },
        ..options(Protocol::SockJs)
    };
    let mut harness = harness(URL, inside);
    harness.fetched(Ok(INFO));
    assert_eq!(harness.sockets[0].target.subprotocols.len(), 3);
    harness.refuse();
    assert!(
        harness.sockets[1].target.subprotocols.is_empty(),
        "the framed endpoint knows none"
    );
    harness.accept();
    harness.hear("o");
    assert!(
        harness.sent()[0].starts_with(r#"["CONNECT\naccept-version"#),
        "{}",
        harness.sent()[0]
    );
    harness.hear(format!("a[{}]", serde_json::Value::from(CONNECTED)));
    assert_eq!(
        (harness.name(), harness.protocol().as_str()),
        ("open", "sockjs, stomp")
    );
    harness.hear(r#"a["\n"]"#);
    harness.advance_secs(20);
    assert_eq!(harness.last_sent(), r#"["\n"]"#);
    harness.hear(r#"a["MESSAGE\ndestination:/a\nmessage-id:1\n\nhi\u0000"]"#);
    assert_eq!(harness.texts(), ["hi"]);
}

/// `/info` of a servlet, Spring's for one.
const SERVLET: &str = r#"{"entropy":1,"origins":["*:*"],"cookie_needed":true,"websocket":true}"#;

#[test]
fn a_servlet_is_asked_whether_it_is_stomp() {
    let mut harness = harness(URL, options(Protocol::SockJs));
    harness.fetched(Ok(SERVLET));
    assert_eq!(
        harness.sockets[0].target.subprotocols,
        ["any", "v12.stomp", "v11.stomp", "v10.stomp"]
    );
    harness.opened(harness.socket(), "v12.stomp");
    assert!(harness.last_sent().starts_with("CONNECT\n"));
    harness.hear(CONNECTED);
    assert_eq!(
        (harness.name(), harness.protocol().as_str()),
        ("open", "sockjs, stomp")
    );
}

#[test]
fn one_that_picks_none_is_opened_again_without_the_question() {
    let mut harness = harness(URL, options(Protocol::SockJs));
    harness.fetched(Ok(SERVLET));
    harness.refuse();
    assert_eq!(harness.url(), "wss://chat.example/chat/websocket");
    assert!(harness.sockets[1].target.subprotocols.is_empty());
    harness.accept();
    harness.hear(r#"{"text":"hi"}"#);
    assert_eq!(harness.protocol().as_str(), "sockjs, json");
    harness.breaks();
    harness.advance_to_timer();
    assert!(
        harness.sockets[2].target.subprotocols.is_empty(),
        "asked once"
    );
}

#[test]
fn one_that_picks_any_name_at_all_is_not_taken_for_stomp() {
    let mut harness = harness(URL, options(Protocol::SockJs));
    harness.fetched(Ok(SERVLET));
    harness.opened(harness.socket(), "any");
    harness.hear(r#"{"text":"hi"}"#);
    assert_eq!(
        (harness.texts(), harness.protocol().as_str()),
        (vec!["hi"], "sockjs, json")
    );
}

#[test]
fn auto_finds_spring_by_its_readmes_url() {
    let mut harness = harness("http://chat.example/ws", options(Protocol::Auto));
    harness.refuse();
    harness.fetched(Ok(SERVLET));
    assert_eq!(harness.url(), "ws://chat.example/ws/websocket");
    harness.opened(harness.socket(), "v12.stomp");
    harness.hear(CONNECTED);
    assert_eq!(
        (harness.name(), harness.protocol().as_str()),
        ("open", "sockjs, stomp")
    );
}

#[test]
fn a_destination_means_stomp_under_auto() {
    let session = SessionOptions {
        stomp: StompOptions {
            destination: Some("/app/hello".into()),
            ..StompOptions::default()
        },
        listen: vec!["/topic/greetings".into()],
        ..options(Protocol::Auto)
    };
    let mut harness = harness("ws://chat.example/gs-guide-websocket", session);
    assert_eq!(harness.sockets[0].target.subprotocols[0], "v12.stomp");
    harness.accept();
    assert!(harness.last_sent().starts_with("CONNECT\n"));
    harness.hear(CONNECTED);
    assert_eq!(harness.protocol().as_str(), "stomp");
}

#[test]
fn a_stomp_url_gives_away_what_is_inside() {
    let mut harness = harness("https://chat.example/stomp", options(Protocol::SockJs));
    assert_eq!(harness.fetches[0].1, "https://chat.example/stomp/info");
    harness.fetched(Ok(INFO));
    assert_eq!(harness.url(), "wss://chat.example/stomp/websocket");
    harness.refuse();
    harness.accept();
    harness.hear("o");
    assert!(
        harness.sent()[0].starts_with(r#"["CONNECT\n"#),
        "{}",
        harness.sent()[0]
    );
    harness.hear(format!("a[{}]", serde_json::Value::from(CONNECTED)));
    assert_eq!(
        (harness.name(), harness.protocol().as_str()),
        ("open", "sockjs, stomp")
    );
}

#[test]
fn stomp_asks_for_sockjs_only_where_its_own_url_is_refused() {
    let mut bare = harness(URL, options(Protocol::Stomp));
    assert_eq!(
        (bare.url(), bare.fetches.len()),
        ("wss://chat.example/chat", 0)
    );
    bare.accept();
    assert!(bare.sent()[0].starts_with("CONNECT\n"));
    bare.hear(CONNECTED);
    assert_eq!(bare.protocol().as_str(), "stomp");

    let mut inside = harness(URL, options(Protocol::Stomp));
    inside.refuse();
    assert_eq!(inside.fetches.len(), 1);
    inside.fetched(Ok(INFO));
    inside.refuse();
    inside.accept();
    inside.hear("o");
    inside.hear(format!("a[{}]", serde_json::Value::from(CONNECTED)));
    assert_eq!(
        (inside.name(), inside.protocol().as_str()),
        ("open", "sockjs, stomp")
    );
    assert_eq!(inside.states(), ["connecting", "handshaking", "open"]);
}

#[test]
fn a_stomp_server_that_is_down_is_not_called_a_broken_sockjs_one() {
    let down: [&dyn Fn(&mut Harness); 2] = [
        &|harness| {
            harness.fetched(Err(FetchError::Unreachable));
            harness.refuse();
            harness.refuse();
        },
        &|harness| harness.fetched(Ok("<html>")),
    ];
    for go in down {
        let mut harness = harness(URL, options(Protocol::Stomp));
        harness.refuse();
        go(&mut harness);
        assert_eq!(harness.name(), "waiting");
        assert!(
            harness
                .events
                .contains(&Event::Disconnected(Disconnect::Refused))
        );
    }
}
