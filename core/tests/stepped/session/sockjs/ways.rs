//! The way to a server: its description, the raw endpoint, the framed one.

use super::*;

#[test]
fn info_comes_first_then_the_raw_endpoint_which_needs_no_frames() {
    let mut harness = harness(URL, json_inside());
    assert!(harness.sockets.is_empty());
    assert_eq!(harness.fetches[0].1, "https://chat.example/chat/info");
    harness.fetched(Ok(INFO));
    assert_eq!(harness.url(), "wss://chat.example/chat/websocket");
    harness.accept();
    assert_eq!(
        (harness.name(), harness.protocol().as_str()),
        ("open", "sockjs, json")
    );
    harness.hear(r#"{"text":"hi"}"#);
    assert_eq!(harness.texts(), ["hi"]);
    harness.say("ho");
    assert!(
        harness.last_sent().starts_with('{'),
        "{}",
        harness.last_sent()
    );
}

#[test]
fn a_refused_raw_endpoint_leads_to_the_framed_one_within_the_attempt() {
    let mut harness = framed();
    let url = harness.url().to_owned();
    let rest = url
        .strip_prefix("wss://chat.example/chat/")
        .expect("the base");
    let parts: Vec<&str> = rest.split('/').collect();
    assert!(
        matches!(parts[..], [server, session, "websocket"] if server.len() == 3 && session.len() == 32),
        "{url}"
    );
    assert_eq!(harness.states(), ["connecting", "handshaking", "open"]);
    harness.say("ho");
    assert!(
        harness.last_sent().starts_with(r#"["{\"id\":"#),
        "{}",
        harness.last_sent()
    );
    harness.breaks();
    harness.advance_to_timer();
    assert_eq!(harness.fetches.len(), 1, "what has worked comes first");
    assert_ne!(harness.url(), url, "each session has its own name");
    assert!(harness.url().ends_with("/websocket") && harness.url().len() == url.len());
}

#[test]
fn nothing_goes_out_before_the_servers_o() {
    let mut harness = harness_with(
        fixed(URL),
        Config {
            heartbeat: HeartbeatSetting::Off,
            ..Config::default()
        },
        json_inside(),
    );
    harness.say("early");
    harness.fetched(Ok(INFO));
    harness.refuse();
    harness.accept();
    assert_eq!((harness.name(), harness.sent().len()), ("handshaking", 0));
    harness.hear("o");
    assert_eq!(harness.sent().len(), 1);
}

#[test]
fn once_a_way_has_worked_no_other_is_tried() {
    let mut harness = framed();
    let before = harness.sockets.len();
    harness.breaks();
    for _ in 0..3 {
        harness.advance_to_timer();
        assert!(
            harness.url().len() > "wss://chat.example/chat/000//websocket".len() + 20,
            "{}",
            harness.url()
        );
        harness.refuse();
        assert_eq!(harness.name(), "waiting");
    }
    assert_eq!(
        (harness.sockets.len(), harness.fetches.len()),
        (before + 3, 1)
    );
}

#[test]
fn a_server_without_info_is_explained_after_all_was_tried() {
    let mut harness = harness(URL, json_inside());
    harness.fetched(Err(FetchError::Status(404)));
    harness.refuse();
    harness.refuse();
    assert_eq!(
        harness.lost(),
        "the server answered 404 when asked for its description"
    );
    assert_eq!(harness.urls().len(), 2);
}

#[test]
fn a_token_in_the_url_is_in_nothing_that_is_told_of_a_failed_info() {
    let answers = [
        Err(FetchError::Unreachable),
        Err(FetchError::Status(403)),
        Ok("<html>"),
        Ok(r#"{"websocket":false}"#),
    ];
    for answer in answers {
        let mut harness = harness("https://chat.example/chat?token=hunter2", json_inside());
        assert!(harness.fetches[0].1.ends_with("/info?token=hunter2"));
        harness.fetched(answer);
        if harness.live().len() == 1 {
            harness.refuse();
            harness.refuse();
        }
        assert_ne!(harness.name(), "connecting");
        let told = format!("{:?} {:?}", harness.events, harness.state());
        assert!(!told.contains("hunter2"), "{told}");
    }
}

#[test]
fn an_info_that_this_page_may_not_read_does_not_keep_it_out() {
    let mut harness = harness(URL, json_inside());
    harness.fetched(Err(FetchError::Unreachable));
    harness.accept();
    assert_eq!(harness.name(), "open");
}

#[test]
fn a_document_that_is_no_info_is_explained() {
    let mut harness = harness(URL, json_inside());
    harness.fetched(Ok("<html>"));
    assert!(
        harness.lost().starts_with("this is not a SockJS server"),
        "{}",
        harness.lost()
    );
}

#[test]
fn a_server_without_the_websocket_transport_stops() {
    let mut harness = harness(URL, json_inside());
    harness.fetched(Ok(r#"{"websocket":false}"#));
    assert_eq!(
        harness.over(),
        "this SockJS server has its websocket transport turned off"
    );
}

#[test]
fn an_address_copied_from_a_browsers_tools_leads_to_its_base() {
    for url in [
        "wss://chat.example/chat/websocket",
        "wss://chat.example/chat/123/abc_-9/websocket",
        "https://chat.example/chat/",
    ] {
        let mut harness = harness(url, json_inside());
        assert_eq!(
            harness.fetches[0].1, "https://chat.example/chat/info",
            "{url}"
        );
        harness.fetched(Ok(INFO));
        assert_eq!(harness.url(), "wss://chat.example/chat/websocket");
    }
}

#[test]
fn it_is_shown_as_what_is_inside_until_the_way_is_known() {
    let session = |protocol| options(protocol).session(7);
    assert_eq!(session(Protocol::Stomp).protocol().to_string(), "stomp");
    let sockjs = json_inside().session(7).protocol();
    assert_eq!(sockjs, Spoken::OverSockJs(Protocol::Json));
}

#[test]
fn once_the_raw_endpoint_has_worked_the_framed_one_is_not_tried() {
    let mut harness = harness(URL, json_inside());
    harness.fetched(Ok(INFO));
    harness.accept();
    harness.breaks();
    harness.advance_to_timer();
    harness.refuse();
    assert_eq!(harness.name(), "waiting");
}
