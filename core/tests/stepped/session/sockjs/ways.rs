//! The way to a server: its description, the raw endpoint, the framed one.

use super::*;

#[test]
fn info_comes_first_then_the_raw_endpoint_which_needs_no_frames() {
    let mut world = world(URL, json_inside());
    assert!(world.sockets.is_empty());
    assert_eq!(world.fetches[0].1, "https://chat.example/chat/info");
    world.fetched(Ok(INFO));
    assert_eq!(world.url(), "wss://chat.example/chat/websocket");
    world.accept();
    assert_eq!(
        (world.name(), world.protocol().as_str()),
        ("open", "sockjs, json")
    );
    world.hear(r#"{"text":"hi"}"#);
    assert_eq!(world.texts(), ["hi"]);
    world.say("ho");
    assert!(world.last_sent().starts_with('{'), "{}", world.last_sent());
}

#[test]
fn a_refused_raw_endpoint_leads_to_the_framed_one_within_the_attempt() {
    let mut world = framed();
    let url = world.url().to_owned();
    let rest = url
        .strip_prefix("wss://chat.example/chat/")
        .expect("the base");
    let parts: Vec<&str> = rest.split('/').collect();
    assert!(
        matches!(parts[..], [server, session, "websocket"] if server.len() == 3 && session.len() == 32),
        "{url}"
    );
    assert_eq!(world.states(), ["connecting", "handshaking", "open"]);
    world.say("ho");
    assert!(
        world.last_sent().starts_with(r#"["{\"id\":"#),
        "{}",
        world.last_sent()
    );
    world.breaks();
    world.advance_to_timer();
    assert_eq!(world.fetches.len(), 1, "what has worked comes first");
    assert_ne!(world.url(), url, "each session has its own name");
    assert!(world.url().ends_with("/websocket") && world.url().len() == url.len());
}

#[test]
fn nothing_goes_out_before_the_servers_o() {
    let mut world = world_with(
        Config {
            heartbeat: HeartbeatSetting::Off,
            ..Config::new(URL)
        },
        json_inside(),
    );
    world.say("early");
    world.fetched(Ok(INFO));
    world.refuse();
    world.accept();
    assert_eq!((world.name(), world.sent().len()), ("handshaking", 0));
    world.hear("o");
    assert_eq!(world.sent().len(), 1);
}

#[test]
fn once_a_way_has_worked_no_other_is_tried() {
    let mut world = framed();
    let before = world.sockets.len();
    world.breaks();
    for _ in 0..3 {
        world.advance_to_timer();
        assert!(
            world.url().len() > "wss://chat.example/chat/000//websocket".len() + 20,
            "{}",
            world.url()
        );
        world.refuse();
        assert_eq!(world.name(), "waiting");
    }
    assert_eq!((world.sockets.len(), world.fetches.len()), (before + 3, 1));
}

#[test]
fn a_server_without_info_is_explained_after_all_was_tried() {
    let mut world = world(URL, json_inside());
    world.fetched(Err(FetchError::Status(404)));
    world.refuse();
    world.refuse();
    assert_eq!(
        world.lost(),
        "the server answered 404 when asked for its description"
    );
    assert_eq!(world.urls().len(), 2);
}

#[test]
fn an_info_that_this_page_may_not_read_does_not_keep_it_out() {
    let mut world = world(URL, json_inside());
    world.fetched(Err(FetchError::Unreachable));
    world.accept();
    assert_eq!(world.name(), "open");
}

#[test]
fn a_document_that_is_no_info_is_explained() {
    let mut world = world(URL, json_inside());
    world.fetched(Ok("<html>"));
    assert!(
        world.lost().starts_with("this is not a SockJS server"),
        "{}",
        world.lost()
    );
}

#[test]
fn a_server_without_the_websocket_transport_stops() {
    let mut world = world(URL, json_inside());
    world.fetched(Ok(r#"{"websocket":false}"#));
    assert_eq!(
        world.over(),
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
        let mut world = world(url, json_inside());
        assert_eq!(
            world.fetches[0].1, "https://chat.example/chat/info",
            "{url}"
        );
        world.fetched(Ok(INFO));
        assert_eq!(world.url(), "wss://chat.example/chat/websocket");
    }
}
