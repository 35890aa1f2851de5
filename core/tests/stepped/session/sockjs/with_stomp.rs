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
    let mut world = world(URL, inside);
    world.fetched(Ok(INFO));
    assert_eq!(world.sockets[0].target.subprotocols.len(), 3);
    world.refuse();
    assert!(
        world.sockets[1].target.subprotocols.is_empty(),
        "the framed endpoint knows none"
    );
    world.accept();
    world.hear("o");
    assert!(
        world.sent()[0].starts_with(r#"["CONNECT\naccept-version"#),
        "{}",
        world.sent()[0]
    );
    world.hear(format!("a[{}]", serde_json::Value::from(CONNECTED)));
    assert_eq!(
        (world.name(), world.protocol().as_str()),
        ("open", "sockjs, stomp")
    );
    world.hear(r#"a["\n"]"#);
    world.advance_secs(20);
    assert_eq!(world.last_sent(), r#"["\n"]"#);
    world.hear(r#"a["MESSAGE\ndestination:/a\nmessage-id:1\n\nhi\u0000"]"#);
    assert_eq!(world.texts(), ["hi"]);
}

/// `/info` of a servlet, Spring's for one.
const SERVLET: &str = r#"{"entropy":1,"origins":["*:*"],"cookie_needed":true,"websocket":true}"#;

#[test]
fn a_servlet_is_asked_whether_it_is_stomp() {
    let mut world = world(URL, options(Protocol::SockJs));
    world.fetched(Ok(SERVLET));
    assert_eq!(
        world.sockets[0].target.subprotocols,
        ["any", "v12.stomp", "v11.stomp", "v10.stomp"]
    );
    world.opened(world.socket(), "v12.stomp");
    assert!(world.last_sent().starts_with("CONNECT\n"));
    world.hear(CONNECTED);
    assert_eq!(
        (world.name(), world.protocol().as_str()),
        ("open", "sockjs, stomp")
    );
}

#[test]
fn one_that_picks_none_is_opened_again_without_the_question() {
    let mut world = world(URL, options(Protocol::SockJs));
    world.fetched(Ok(SERVLET));
    world.refuse();
    assert_eq!(world.url(), "wss://chat.example/chat/websocket");
    assert!(world.sockets[1].target.subprotocols.is_empty());
    world.accept();
    world.hear(r#"{"text":"hi"}"#);
    assert_eq!(world.protocol().as_str(), "sockjs, json");
    world.breaks();
    world.advance_to_timer();
    assert!(
        world.sockets[2].target.subprotocols.is_empty(),
        "asked once"
    );
}

#[test]
fn one_that_picks_any_name_at_all_is_not_taken_for_stomp() {
    let mut world = world(URL, options(Protocol::SockJs));
    world.fetched(Ok(SERVLET));
    world.opened(world.socket(), "any");
    world.hear(r#"{"text":"hi"}"#);
    assert_eq!(
        (world.texts(), world.protocol().as_str()),
        (vec!["hi"], "sockjs, json")
    );
}

#[test]
fn auto_finds_spring_by_its_readmes_url() {
    let mut world = world("http://chat.example/ws", options(Protocol::Auto));
    world.refuse();
    world.fetched(Ok(SERVLET));
    assert_eq!(world.url(), "ws://chat.example/ws/websocket");
    world.opened(world.socket(), "v12.stomp");
    world.hear(CONNECTED);
    assert_eq!(
        (world.name(), world.protocol().as_str()),
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
    let mut world = world("ws://chat.example/gs-guide-websocket", session);
    assert_eq!(world.sockets[0].target.subprotocols[0], "v12.stomp");
    world.accept();
    assert!(world.last_sent().starts_with("CONNECT\n"));
    world.hear(CONNECTED);
    assert_eq!(world.protocol().as_str(), "stomp");
}

#[test]
fn a_stomp_url_gives_away_what_is_inside() {
    let mut world = world("https://chat.example/stomp", options(Protocol::SockJs));
    assert_eq!(world.fetches[0].1, "https://chat.example/stomp/info");
    world.fetched(Ok(INFO));
    assert_eq!(world.url(), "wss://chat.example/stomp/websocket");
    world.refuse();
    world.accept();
    world.hear("o");
    assert!(
        world.sent()[0].starts_with(r#"["CONNECT\n"#),
        "{}",
        world.sent()[0]
    );
    world.hear(format!("a[{}]", serde_json::Value::from(CONNECTED)));
    assert_eq!(
        (world.name(), world.protocol().as_str()),
        ("open", "sockjs, stomp")
    );
}

#[test]
fn stomp_asks_for_sockjs_only_where_its_own_url_is_refused() {
    let mut bare = world(URL, options(Protocol::Stomp));
    assert_eq!(
        (bare.url(), bare.fetches.len()),
        ("wss://chat.example/chat", 0)
    );
    bare.accept();
    assert!(bare.sent()[0].starts_with("CONNECT\n"));
    bare.hear(CONNECTED);
    assert_eq!(bare.protocol().as_str(), "stomp");

    let mut inside = world(URL, options(Protocol::Stomp));
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
    let down: [&dyn Fn(&mut World); 2] = [
        &|world| {
            world.fetched(Err(FetchError::Unreachable));
            world.refuse();
            world.refuse();
        },
        &|world| world.fetched(Ok("<html>")),
    ];
    for go in down {
        let mut world = world(URL, options(Protocol::Stomp));
        world.refuse();
        go(&mut world);
        assert_eq!(world.name(), "waiting");
        assert!(
            world
                .events
                .contains(&Event::Disconnected(Disconnect::Refused))
        );
    }
}
