//! SockJS: the way to a server, its frames, and what is carried inside.

use leptos_chat_core::connection::{ClosedReason, Config, Delivery, Disconnect, Event, State};
use leptos_chat_core::session::HeartbeatSetting;
use leptos_chat_core::session::options::{SockJsOptions, StompOptions};
use leptos_chat_core::session::{CloseEvent, FetchError, Reason};
use leptos_chat_core::session::{Protocol, options::SessionOptions};

use super::{options, refused, world, world_with};
use crate::world::World;

const URL: &str = "https://chat.example/chat";
const INFO: &str = r#"{"websocket":true,"cookie_needed":false,"origins":["*:*"],"entropy":1}"#;

fn json_inside() -> SessionOptions {
    SessionOptions {
        sockjs: SockJsOptions {
            inside: Protocol::Json,
        },
        ..options(Protocol::SockJs)
    }
}

/// A connection over the framed endpoint, without a heartbeat.
fn framed() -> World {
    framed_with(json_inside())
}

fn framed_with(options: SessionOptions) -> World {
    let mut world = world_with(
        Config {
            heartbeat: HeartbeatSetting::Off,
            ..Config::new(URL)
        },
        options,
    );
    world.fetched(Ok(INFO));
    world.refuse();
    world.accept();
    world.hear("o");
    world
}

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
fn many_messages_in_one_frame_keep_their_order() {
    let mut world = framed();
    world.hear(r#"a["{\"text\":\"1\"}","{\"text\":\"2\"}"]"#);
    world.hear("a[]");
    world.hear("h");
    world.hear(r#"m"{\"text\":\"3\"}""#);
    world.hear(r#"a["{\"text\":\"4\"}"]"#);
    assert_eq!(world.texts(), ["1", "2", "3", "4"]);
}

#[test]
fn the_code_of_the_close_frame_is_kept_over_the_1000_that_follows() {
    let mut world = framed();
    let socket = world.socket();
    world.hear(r#"c[4403,"not for you"]"#);
    world.closed(socket, 1000, "", true);
    let close = CloseEvent {
        code: 4403,
        reason: "not for you".into(),
        was_clean: true,
    };
    let reason = ClosedReason::Server(close);
    assert_eq!(*world.state(), State::Closed { reason });
}

#[test]
fn a_close_frame_worth_a_retry_is_retried_once() {
    let mut world = framed();
    let socket = world.socket();
    world.hear(r#"c[2010,"Another connection still open"]"#);
    world.closed(socket, 1000, "", true);
    let lost: Vec<_> = world
        .events
        .iter()
        .filter_map(|event| match event {
            Event::Disconnected(Disconnect::Closed(close)) => {
                Some((close.code, close.reason.as_str()))
            }
            _ => None,
        })
        .collect();
    assert_eq!(lost, [(2010, "Another connection still open")]);
    assert_eq!(world.name(), "waiting");
}

#[test]
fn a_second_o_reconnects() {
    let mut world = framed();
    world.hear("o");
    assert_eq!(world.lost(), "the server lost the session");
}

#[test]
fn frames_that_are_none_are_unreadable_and_close_nothing() {
    let mut world = framed();
    for frame in ["", "x", "a", "a[1]", "hello", "c[]"] {
        world.hear(frame);
    }
    world.hear(vec![0xff]);
    assert_eq!((world.unreadable(), world.name()), (7, "open"));
}

#[test]
fn bytes_are_refused_in_frames() {
    let mut world = framed();
    let id = world.say(vec![1, 2]);
    assert_eq!(world.last_fate(id), refused(Reason::BinaryInSockJs));
}

#[test]
fn what_is_inside_may_be_text_or_found_out() {
    let text = SessionOptions {
        sockjs: SockJsOptions {
            inside: Protocol::Text,
        },
        ..options(Protocol::SockJs)
    };
    let mut world = framed_with(text);
    assert_eq!(world.protocol().as_str(), "sockjs, text");
    world.say("a \"b\"");
    assert_eq!(world.last_sent(), r#"["a \"b\""]"#);

    let mut world = framed_with(options(Protocol::SockJs));
    assert_eq!(
        (world.name(), world.protocol().as_str()),
        ("handshaking", "sockjs, auto")
    );
    world.hear(r#"a["Hi there"]"#);
    assert_eq!(
        (world.name(), world.protocol().as_str()),
        ("open", "sockjs, text")
    );
    assert_eq!(world.texts(), ["Hi there"]);
}

#[test]
fn an_own_message_that_comes_back_is_proof() {
    let mut world = framed();
    let id = world.say("mine");
    let echo = world.last_sent();
    world.hear(format!("a{echo}"));
    assert_eq!(world.last_fate(id), Delivery::Delivered);
    assert!(world.shown().is_empty());
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

#[test]
fn go_away_is_retried_and_not_taken_for_unauthorised() {
    let mut world = framed();
    world.hear(r#"c[3000,"Go away!"]"#);
    assert_eq!(world.lost(), "Go away!");
    world.advance_to_timer();
    assert_eq!(world.name(), "connecting");
}

#[test]
fn a_server_whose_h_stops_coming_is_dead() {
    let mut world = framed();
    for _ in 0..3 {
        world.hear("h");
        world.advance_secs(25);
    }
    world.hear("h");
    world.advance_secs(49);
    assert_eq!(world.name(), "open");
    world.advance_secs(2);
    let silent = Event::Disconnected(Disconnect::Silent);
    assert!(world.events.contains(&silent));
}

#[test]
fn a_server_that_sends_no_h_may_be_silent_for_ever() {
    let mut world = framed();
    world.hear("h");
    world.advance_secs(3600);
    assert_eq!(world.name(), "open");
}

#[cfg(feature = "stomp")]
mod with_stomp {
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
    const SERVLET: &str =
        r#"{"entropy":1,"origins":["*:*"],"cookie_needed":true,"websocket":true}"#;

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
}
