//! Socket.IO: handshake, events, acknowledgements, binary, and every way in which a server ends it.

use std::time::Duration;

use leptos_chat_core::connection::{Delivery, Event};
use leptos_chat_core::json;
use leptos_chat_core::json::Value;
use leptos_chat_core::session::options::{Credentials, SocketIoOptions};
use leptos_chat_core::session::{
    Body, FetchError, Kind, Protocol, Reason, Target, options::SessionOptions,
};
use leptos_chat_core::wire::Message;

use super::{options, refused, world};
use crate::world::{SocketState, World};

pub const URL: &str = "ws://chat.example:3000";
pub const OPEN: &str =
    r#"0{"sid":"s","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000}"#;
const CONNECTED: &str = r#"40{"sid":"a"}"#;

/// A connection that has joined the main namespace.
pub fn joined() -> World {
    joined_with(options(Protocol::SocketIo), CONNECTED)
}

pub fn joined_with(options: SessionOptions, connected: &str) -> World {
    let mut world = world(URL, options);
    world.accept();
    world.hear(OPEN);
    world.hear(connected);
    assert_eq!(
        (world.name(), world.protocol().as_str()),
        ("open", "socket.io")
    );
    world
}

/// The ack id and the arguments of the last event that was sent in the main namespace.
fn last_event(world: &World) -> (u64, Vec<Value>) {
    let text = world.last_sent();
    let rest = text.strip_prefix("42").expect("an event");
    let json = rest.find('[').expect("an array");
    let args = Value::parse(&rest[json..]).expect("JSON");
    let args = args.as_array().expect("arguments").clone();
    (rest[..json].parse().expect("an ack id"), args)
}

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
    let mut world = super::world_with(config, session);
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
fn an_acknowledgement_proves_a_message() {
    let mut world = joined();
    let id = world.say("hi");
    let (ack, args) = last_event(&world);
    assert_eq!(
        args,
        [
            json!("message"),
            json!({ "id": id.to_string(), "text": "hi", "user": "ada" })
        ]
    );
    assert_eq!(world.last_fate(id), Delivery::Sent);
    world.hear(format!(r#"43{ack}["ok"]"#));
    assert_eq!(world.last_fate(id), Delivery::Delivered);
    let other = world.say("ho");
    assert_eq!(last_event(&world).0, ack + 1);
    world.hear(format!("43{}[]", ack + 1));
    assert_eq!(world.last_fate(other), Delivery::Delivered);
}

#[test]
fn an_acknowledgement_that_says_no_fails_the_message_with_its_words() {
    let words = |words: &str| Reason::Server(words.to_owned());
    for (answer, reason) in [
        (json!([{ "error": "too loud" }]), words("too loud")),
        (
            json!([{ "error": { "message": "too loud" } }]),
            words("too loud"),
        ),
        (
            json!([{ "status": "error", "message": "banned" }]),
            words("banned"),
        ),
        (json!([{ "error": true }]), Reason::Refused),
    ] {
        let mut world = joined();
        let id = world.say("hi");
        let (ack, _) = last_event(&world);
        world.hear(format!("43{ack}{answer}"));
        assert_eq!(world.last_fate(id), refused(reason), "{answer}");
        assert_eq!(world.name(), "open");
    }
    let mut world = joined();
    let id = world.say("hi");
    world.hear(format!(
        r#"43{}[{{"error":null,"status":"ok"}}]"#,
        last_event(&world).0
    ));
    assert_eq!(world.last_fate(id), Delivery::Delivered);
}

#[test]
fn an_own_message_that_comes_back_is_proof_once_and_not_shown() {
    let mut world = joined();
    let id = world.say("hi");
    let (ack, args) = last_event(&world);
    world.hear(format!("42{}", Value::Array(args)));
    world.hear(format!("43{ack}[]"));
    assert_eq!(world.delivered(id), 1);
    assert!(world.shown().is_empty());
}

#[test]
fn the_server_gets_the_acknowledgement_it_asks_for() {
    let mut world = joined();
    world.hear(r#"4217["message","are you there?"]"#);
    assert_eq!(world.last_sent(), "4317[]");
    assert_eq!(world.texts(), ["are you there?"]);
    world.hear(r#"42["message","no answer needed"]"#);
    assert_eq!(world.last_sent(), "4317[]");
}

#[test]
fn chat_events_are_shown_in_any_shape_and_others_are_aside() {
    let mut world = joined();
    world.hear(r#"42["message","plain"]"#);
    world.hear(r#"42["chat message",{"text":"object","user":"bob","id":"1"}]"#);
    world.hear(r#"42["new message",{"username":"cy","message":"named"}]"#);
    world.hear(r#"42["typing",{"who":"bob"},[1]]"#);
    world.hear(r#"42["message"]"#);
    let shown = world.shown();
    assert_eq!(world.texts()[..3], ["plain", "object", "named"]);
    assert_eq!(shown[1].sender.as_deref(), Some("bob"));
    assert_eq!(shown[2].sender.as_deref(), Some("cy"));
    assert_eq!(
        shown
            .iter()
            .map(|incoming| incoming.kind == Kind::Data)
            .collect::<Vec<_>>(),
        [false, false, false, true, true]
    );
    assert_eq!(shown[3].channel.as_deref(), Some("typing"));
    assert_eq!(shown[3].data, Some(json!([{ "who": "bob" }, [1]])));
}

#[test]
fn the_event_is_an_option_and_may_differ_by_message() {
    let event = Some("say".into());
    let mut world = joined_with(
        SessionOptions {
            socketio: SocketIoOptions {
                event,
                ..SocketIoOptions::default()
            },
            ..options(Protocol::SocketIo)
        },
        CONNECTED,
    );
    world.say("hi");
    assert_eq!(last_event(&world).1[0], "say");
    world.hear(r#"42["say","shown"]"#);
    assert_eq!(world.shown()[0].kind, Kind::Chat);
    world.send_to("shout", "HI", false);
    assert_eq!(last_event(&world).1[0], "shout");
    world.send_to("move", r#"[1,{"x":[null]},"y"]"#, true);
    assert_eq!(
        last_event(&world).1,
        [json!("move"), json!(1), json!({ "x": [null] }), json!("y")]
    );
    let id = world.send_to("move", "{}", true);
    assert_eq!(world.last_fate(id), refused(Reason::NoArguments));
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
fn a_refused_connect_stops_with_the_servers_words_and_is_not_retried() {
    for (packet, words) in [
        (
            r#"44{"message":"not authorized","data":{"hint":1}}"#,
            "not authorized",
        ),
        (r#"44"Invalid namespace""#, "Invalid namespace"),
        ("44", "the server refused it"),
    ] {
        let mut world = world(URL, options(Protocol::SocketIo));
        world.accept();
        world.hear(OPEN);
        world.hear(packet);
        assert_eq!(world.over(), words);
        world.advance_secs(600);
        assert_eq!(world.sockets.len(), 1);
        assert!(
            world.live().is_empty(),
            "the server would keep the socket open"
        );
    }
}

#[test]
fn a_kick_stops() {
    let mut world = joined();
    world.hear("41");
    assert_eq!(world.over(), "the server disconnected this client");
    assert!(world.live().is_empty());
}

#[test]
fn the_engines_close_reconnects() {
    let mut world = joined();
    world.hear("1");
    assert_eq!(world.lost(), "the server closed the connection");
}

#[test]
fn a_close_without_a_reason_reconnects() {
    let mut world = joined();
    world.server_closes(1005, "");
    assert_eq!(world.name(), "waiting");
}

#[test]
fn a_socket_io_2_server_is_recognised() {
    let mut world = world(URL, options(Protocol::SocketIo));
    world.accept();
    world.hear(r#"0{"sid":"s","upgrades":[],"pingInterval":25000,"pingTimeout":5000}"#);
    world.hear("40");
    assert!(world.over().contains("Socket.IO 2"), "{}", world.over());
}

#[test]
fn another_kind_of_server_is_not_taken_for_one() {
    for greeting in ["welcome", "42[\"message\",\"too early\"]", "0{}"] {
        let mut world = world(URL, options(Protocol::SocketIo));
        world.accept();
        world.hear(greeting);
        assert_eq!(world.over(), "this is not a Socket.IO server");
    }
}

#[test]
fn a_polling_only_server_is_explained() {
    let mut world = world(URL, options(Protocol::SocketIo));
    world.refuse();
    world.advance_to_timer();
    assert_eq!(
        world.fetches[0].1,
        "http://chat.example:3000/socket.io/?EIO=4&transport=polling"
    );
    world.fetched(Ok(
        r#"0{"sid":"a","upgrades":[],"pingInterval":1,"pingTimeout":1}"#,
    ));
    assert!(world.over().contains("polling only"), "{}", world.over());
}

#[test]
fn a_server_that_is_only_down_is_tried_again() {
    let mut world = world(URL, options(Protocol::SocketIo));
    for fetches in [1, 2, 2, 3] {
        world.refuse();
        world.advance_to_timer();
        assert_eq!(
            world.fetches.len(),
            fetches,
            "browsers complain of each answer that is none"
        );
        if world
            .sockets
            .last()
            .is_none_or(|socket| socket.state != SocketState::Opening)
        {
            world.fetched(Err(FetchError::Unreachable));
        }
    }
    world.accept();
    world.hear(OPEN);
    world.hear(CONNECTED);
    assert_eq!(world.name(), "open");
    world.breaks();
    for _ in 0..3 {
        world.advance_to_timer();
        world.refuse();
    }
    assert_eq!(
        world.fetches.len(),
        3,
        "it has worked: what else could be said?"
    );
}

#[test]
fn bytes_arrive_as_bytes_with_all_attachments_at_hand() {
    let mut world = joined();
    world.hear(
        r#"452-["message",{"_placeholder":true,"num":0},{"more":{"_placeholder":true,"num":1}}]"#,
    );
    world.hear(vec![1, 2, 3]);
    world.hear("2");
    assert!(world.shown().is_empty());
    world.hear(vec![0xff]);
    let incoming = world.shown()[0];
    assert_eq!(incoming.body, Body::Binary(vec![1, 2, 3]));
    assert_eq!(incoming.attachments, [vec![1, 2, 3], vec![0xff]]);
    assert_eq!(incoming.kind, Kind::Chat);
}

#[test]
fn bytes_beside_words_are_not_lost() {
    let mut world = joined();
    world.hear(r#"451-["file","a.png",{"_placeholder":true,"num":0}]"#);
    world.hear(vec![9]);
    let incoming = world.shown()[0];
    assert_eq!(incoming.body, Body::Text("a.png".into()));
    assert_eq!(incoming.attachments, [vec![9]]);
}

#[test]
fn a_text_after_missing_attachments_is_read() {
    let mut world = joined();
    world.hear(r#"451-["file",{"_placeholder":true,"num":0}]"#);
    world.hear(r#"42["message","hello"]"#);
    assert_eq!(world.shown().len(), 1);
    assert_eq!(world.shown()[0].body, Body::Text("hello".into()));
    let unreadable = |event: &&Event| matches!(event, Event::Unreadable { .. });
    assert_eq!(world.events.iter().filter(unreadable).count(), 1);
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

#[test]
fn bytes_go_out_as_an_attachment_and_are_acknowledged() {
    let mut world = joined();
    let id = world.say(vec![1, 2]);
    let sent = &world.sockets[0].sent;
    let head = r#"451-0["message",{"_placeholder":true,"num":0}]"#;
    assert_eq!(
        sent[sent.len() - 2..],
        [Message::Text(head.into()), Message::Binary(vec![1, 2])]
    );
    world.hear("430[]");
    assert_eq!(world.last_fate(id), Delivery::Delivered);
}

#[test]
fn reserved_event_names_are_neither_sent_nor_heard() {
    let mut world = joined();
    let before = world.sent().len();
    let id = world.send_to("disconnect", "x", false);
    assert!(matches!(world.last_fate(id), Delivery::Failed(_)));
    assert_eq!(world.sent().len(), before);
    world.hear(r#"42["connect","x"]"#);
    assert_eq!(
        (world.shown().len(), world.unreadable(), world.name()),
        (0, 1, "open")
    );
}

#[test]
fn a_message_over_the_servers_limit_fails_and_costs_nothing_else() {
    let mut world = joined();
    let id = world.say("x".repeat(1000));
    assert_eq!(
        world.last_fate(id),
        refused(Reason::TooLarge {
            len: 1079,
            limit: 1000
        })
    );
    let id = world.say(vec![0; 1001]);
    assert!(matches!(world.last_fate(id), Delivery::Failed(_)));
    let id = world.say("short");
    assert_eq!(world.last_fate(id), Delivery::Sent);
    assert_eq!(last_event(&world).0, 0, "no number was used up");
}

#[test]
fn malformed_packets_are_unreadable_and_close_nothing() {
    let mut world = joined();
    let broken: [Message; 10] = [
        "".into(),
        "9".into(),
        "4".into(),
        "49".into(),
        "42".into(),
        "42{".into(),
        r#"42[{"no":"name"}]"#.into(),
        "43[]".into(),
        vec![1, 2].into(),
        r#"450-["x"]"#.into(),
    ];
    for (index, message) in broken.into_iter().enumerate() {
        world.hear(message.clone());
        assert_eq!(
            (world.unreadable(), world.name()),
            (index + 1, "open"),
            "{message:?}"
        );
    }
    world.hear(r#"451-["x",{"_placeholder":true,"num":0}]"#);
    world.hear(r#"42["message","where are the bytes?"]"#);
    assert_eq!(world.unreadable(), 11);
    world.hear(r#"42["message","still here"]"#);
    assert_eq!(world.texts(), ["where are the bytes?", "still here"]);
    world.hear("43999[]");
    assert_eq!(
        world.unreadable(),
        11,
        "an acknowledgement that nobody waits for"
    );
}

#[test]
fn an_acknowledgement_of_the_old_link_proves_nothing_on_the_new_one() {
    let mut world = joined();
    let lost = world.say("lost");
    world.breaks();
    assert!(matches!(world.last_fate(lost), Delivery::Failed(_)));
    world.advance_to_timer();
    world.accept();
    world.hear(OPEN);
    world.hear(CONNECTED);
    world.hear("430[]");
    assert!(matches!(world.last_fate(lost), Delivery::Failed(_)));
}

#[test]
fn leaving_says_goodbye() {
    let mut world = joined();
    world.close();
    assert_eq!(world.last_sent(), "41");
    assert_eq!(world.sockets[0].closed_with, Some((1000, String::new())));
}
