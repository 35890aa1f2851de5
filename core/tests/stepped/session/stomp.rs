//! STOMP, bare: handshake, heart-beats, subscriptions, receipts, errors, and frames that come in pieces.

use std::time::Duration;

use leptos_chat_core::connection::{Config, Delivery, Failure};
use leptos_chat_core::session::options::StompHeaders;
use leptos_chat_core::session::options::{Credentials, StompOptions};
use leptos_chat_core::session::{
    Body, Heartbeat, HeartbeatSetting, Protocol, Reason, options::SessionOptions,
};
use leptos_chat_core::wire::Message;

use super::{options, refused, world, world_with};
use crate::world::World;

const URL: &str = "ws://chat.example:15674/ws";
const CONNECTED: &str =
    "CONNECTED\nserver:RabbitMQ/3.10.8\nsession:session-A\nheart-beat:0,0\nversion:1.2\n\n\0\n";

/// The answer to the last SUBSCRIBE, of a broker that gives receipts.
const SUBSCRIBED: &str = "RECEIPT\nreceipt-id:subscribed\n\n\0";

fn joined() -> World {
    joined_with(options(Protocol::Stomp), CONNECTED)
}

fn joined_with(options: SessionOptions, connected: &str) -> World {
    let mut world = world(URL, options);
    join(&mut world, connected);
    world
}

fn join(world: &mut World, connected: &str) {
    world.opened(world.socket(), "v12.stomp");
    world.hear(connected);
    world.hear(SUBSCRIBED);
    assert_eq!((world.name(), world.protocol().as_str()), ("open", "stomp"));
}

/// A heart-beat of one second each way.
fn each_second() -> Config {
    Config {
        heartbeat: HeartbeatSetting::Every(Heartbeat {
            send_every: Duration::from_secs(1),
            expect_within: Duration::from_secs(10),
        }),
        ..Config::new(URL)
    }
}

/// A frame's lines, without the beats before it.
fn lines(frame: &str) -> Vec<&str> {
    frame.trim_end_matches('\0').lines().collect()
}

fn message(headers: &str, body: &str) -> String {
    format!(
        "MESSAGE\nsubscription:0\ndestination:/topic/chat\nmessage-id:T_0@@1\n{headers}\n{body}\0\n"
    )
}

#[test]
fn connect_says_who_we_are_and_escapes_it() {
    let options = SessionOptions {
        credentials: Credentials {
            login: Some("ada".into()),
            passcode: Some(r"a:b\c".into()),
            ..Credentials::default()
        },
        stomp: StompOptions {
            vhost: Some("/chat".into()),
            ..StompOptions::default()
        },
        ..options(Protocol::Stomp)
    };
    let mut world = world(URL, options);
    assert_eq!(
        world.sockets[0].target.subprotocols,
        ["v12.stomp", "v11.stomp", "v10.stomp"]
    );
    world.opened(world.socket(), "v12.stomp");
    let connect = world.last_sent();
    assert_eq!(
        lines(&connect),
        [
            "CONNECT",
            "accept-version:1.0,1.1,1.2",
            "host:/chat",
            "login:ada",
            r"passcode:a\cb\\c",
            "heart-beat:20000,20000",
            "",
        ]
    );
    assert_eq!(world.name(), "handshaking");
}

#[test]
fn a_server_of_1_0_gets_the_passcode_as_it_is() {
    let passcode = Some(r"a:b\c".into());
    let mut world = world(
        URL,
        SessionOptions {
            credentials: Credentials {
                passcode,
                ..Credentials::default()
            },
            ..options(Protocol::Stomp)
        },
    );
    world.opened(world.socket(), "v10.stomp");
    assert!(world.last_sent().contains("passcode:a:b\\c\n"));
}

#[test]
fn secrets_stay_out_of_debug() {
    let passcode = Some("hunter2".into());
    let options = SessionOptions {
        credentials: Credentials {
            passcode,
            ..Credentials::default()
        },
        ..options(Protocol::Stomp)
    };
    assert!(!format!("{options:?}").contains("hunter2"));
}

#[test]
fn without_a_heartbeat_none_is_offered() {
    let mut world = world_with(
        Config {
            heartbeat: HeartbeatSetting::Off,
            ..each_second()
        },
        options(Protocol::Stomp),
    );
    world.opened(world.socket(), "v12.stomp");
    assert!(world.last_sent().contains("heart-beat:0,0\n"));
    world.hear("CONNECTED\nversion:1.2\nheart-beat:1000,1000\n\n\0");
    world.hear(SUBSCRIBED);
    let before = world.sent().len();
    world.advance_secs(3600);
    assert_eq!((world.sent().len(), world.name()), (before, "open"));
}

#[test]
fn the_slower_side_sets_the_heart_beat_and_we_send_a_little_early() {
    let mut world = world_with(each_second(), options(Protocol::Stomp));
    join(
        &mut world,
        "CONNECTED\nversion:1.2\nheart-beat:0,5000\n\n\0",
    );
    // The first one may come sooner.
    world.advance_secs(4);
    assert_eq!(world.last_sent(), "\n");
    let before = world.sent().len();
    world.advance_secs(40);
    assert_eq!(world.sent().len(), before + 10);
    assert_eq!(world.name(), "open", "the server promised nothing");
}

#[test]
fn a_server_that_misses_its_heart_beat_twice_is_dead() {
    let mut world = world_with(each_second(), options(Protocol::Stomp));
    join(
        &mut world,
        "CONNECTED\nversion:1.2\nheart-beat:3000,0\n\n\0",
    );
    let before = world.sent().len();
    for _ in 0..5 {
        world.advance(Duration::from_millis(5_900));
        world.hear("\n");
    }
    assert_eq!(
        (world.name(), world.sent().len()),
        ("open", before),
        "late, but there; and it wants none"
    );
    world.advance(Duration::from_millis(6_001));
    assert_eq!(world.name(), "waiting");
}

#[test]
fn it_subscribes_again_after_a_reconnect() {
    let listen = vec!["/topic/a".into(), "/exchange/b/c:d".into()];
    let mut world = joined_with(
        SessionOptions {
            listen,
            ..options(Protocol::Stomp)
        },
        CONNECTED,
    );
    let subscribe = [
        "SUBSCRIBE\nid:0\ndestination:/topic/a\nack:auto\n\n\0",
        "SUBSCRIBE\nid:1\ndestination:/exchange/b/c\\cd\nack:auto\nreceipt:subscribed\n\n\0",
    ];
    assert_eq!(world.sent()[1..3], subscribe);
    world.breaks();
    world.advance_to_timer();
    join(&mut world, CONNECTED);
    assert_eq!(world.sent()[1..3], subscribe);
    assert_eq!(world.gaps(), 1);
}

#[test]
fn a_second_connected_subscribes_to_nothing_twice() {
    let mut world = joined();
    let before = world.sent().len();
    world.hear(CONNECTED);
    assert_eq!(world.sent().len(), before);
}

#[test]
fn a_receipt_proves_a_message() {
    let mut world = joined();
    let id = world.say("hi");
    let body = format!(r#"{{"id":"{id}","text":"hi","user":"ada"}}"#);
    let (receipt, length) = (
        format!("receipt:{id}"),
        format!("content-length:{}", body.len()),
    );
    assert_eq!(
        lines(&world.last_sent()),
        [
            "SEND",
            "destination:/topic/chat",
            "content-type:application/json",
            &receipt,
            &length,
            "",
            &body
        ]
    );
    assert_eq!(world.last_fate(id), Delivery::Sent);
    world.hear(format!("RECEIPT\nreceipt-id:{id}\n\n\0\n"));
    assert_eq!(world.last_fate(id), Delivery::Delivered);
}

#[test]
fn a_message_that_comes_back_before_its_receipt_is_proof_once() {
    let mut world = joined();
    let id = world.say("hi");
    let body = format!(r#"{{"id":"{id}","text":"hi","user":"ada"}}"#);
    world.hear(message(&format!("receipt:{id}\n"), &body));
    world.hear(format!("RECEIPT\nreceipt-id:{id}\n\n\0\n"));
    assert_eq!(world.delivered(id), 1);
    assert!(world.shown().is_empty());
}

#[test]
fn the_receipt_header_of_anothers_message_is_no_answer() {
    let mut world = joined();
    let id = world.say("mine");
    // RabbitMQ hands the sender's `receipt` header on to every subscriber.
    world.hear(message(
        &format!("receipt:{id}\n"),
        r#"{"text":"hers","user":"bob","id":"1"}"#,
    ));
    assert_eq!(world.last_fate(id), Delivery::Sent);
    assert_eq!(world.texts(), ["hers"]);
}

#[test]
fn a_broker_without_receipts_proves_by_the_message_that_comes_back() {
    let mut world = joined_with(
        options(Protocol::Stomp),
        "CONNECTED\nversion:1.2\nheart-beat:0,0\n\n\0",
    );
    let by_id = world.say("with its id");
    world.hear(message(
        "",
        &format!(r#"{{"id":"{by_id}","text":"with its id"}}"#),
    ));
    assert_eq!(world.delivered(by_id), 1);
    // A server that makes its own objects keeps the name and the text at best.
    let by_text = world.say("by its text");
    world.hear(message("", r#"{"from":"bob","text":"by its text"}"#));
    assert_eq!(world.last_fate(by_text), Delivery::Sent);
    world.hear(message("", r#"{"from":"ada","text":"by its text"}"#));
    assert_eq!(world.delivered(by_text), 1);
    assert_eq!(world.texts(), ["by its text"], "bob's");
}

#[test]
fn where_to_send_may_differ_from_what_is_heard() {
    let options = SessionOptions {
        listen: vec!["/topic/greetings".into()],
        stomp: StompOptions {
            destination: Some("/app/hello".into()),
            ..StompOptions::default()
        },
        ..options(Protocol::Stomp)
    };
    let mut world = joined_with(options, CONNECTED);
    assert!(world.last_sent().contains("destination:/topic/greetings\n"));
    world.say("hi");
    assert!(world.last_sent().contains("destination:/app/hello\n"));
    world.send_to("/queue/x", r#"{"name":"ada"}"#, true);
    let sent = world.last_sent();
    assert!(sent.contains("destination:/queue/x\ncontent-type:application/json\n"));
    assert!(sent.ends_with("\n\n{\"name\":\"ada\"}\0"), "{sent:?}");
}

#[test]
fn an_error_before_connected_stops_with_its_words() {
    let mut world = world(URL, options(Protocol::Stomp));
    world.opened(world.socket(), "v12.stomp");
    world.hear("ERROR\nmessage:Bad CONNECT\ncontent-type:text/plain\nversion:1.0,1.1,1.2\ncontent-length:32\n\nAccess refused for user 'guest'\n\0\n");
    assert_eq!(world.over(), "Bad CONNECT: Access refused for user 'guest'");
    world.advance_secs(600);
    assert_eq!(world.sockets.len(), 1);
}

#[test]
fn a_later_error_reconnects_with_its_words() {
    for (error, words) in [
        ("ERROR\nmessage:gone\n\n\0", "gone"),
        ("ERROR\n\nbody\nmore\0", "body"),
        ("ERROR\n\n\0", "the server reported an error"),
    ] {
        let mut world = joined();
        world.hear(error);
        assert_eq!(world.lost(), words);
        world.advance_to_timer();
        join(&mut world, CONNECTED);
    }
}

#[test]
fn the_third_error_in_a_row_stops_with_its_words() {
    let mut world = joined();
    for _ in 0..2 {
        world.hear("ERROR\nmessage:not for you\n\n\0");
        world.advance_to_timer();
        join(&mut world, CONNECTED);
    }
    world.hear("ERROR\nmessage:not for you\n\n\0");
    assert_eq!(world.over(), "not for you");
}

#[test]
fn an_error_after_a_good_while_is_the_first_in_a_row() {
    let mut world = joined();
    for _ in 0..5 {
        world.advance_secs(61);
        world.hear("ERROR\nmessage:going down\n\n\0");
        world.advance_to_timer();
        join(&mut world, CONNECTED);
    }
}

#[test]
fn a_heart_beat_that_the_server_missed_never_stops() {
    let mut world = joined();
    for _ in 0..5 {
        // So soon that no link is a stable one.
        world.advance(Duration::from_secs(2));
        world.hear("ERROR\nmessage:Session closed.\n\n\0");
        assert_eq!(
            world.lost(),
            "the server did not hear our heartbeat in time"
        );
        world.advance_to_timer();
        join(&mut world, CONNECTED);
    }
}

/// Tomcat says so where our half of the link has ended on the way.
#[test]
fn a_protocol_error_without_an_error_frame_is_worth_another_link_unless_it_is_the_third_in_a_row() {
    let mut world = joined();
    for _ in 0..2 {
        world.server_closes(1002, "");
        assert_eq!(world.lost(), "the server closed the connection");
        world.advance_to_timer();
        join(&mut world, CONNECTED);
    }
    world.breaks();
    world.advance_to_timer();
    join(&mut world, CONNECTED);
    for _ in 0..2 {
        world.server_closes(1002, "");
        world.advance_to_timer();
        join(&mut world, CONNECTED);
    }
    world.server_closes(1002, "");
    assert_eq!(world.name(), "closed");
}

#[test]
fn three_errors_in_a_row_stop_with_the_servers_words() {
    let mut world = joined();
    for _ in 0..2 {
        world.hear("ERROR\nmessage:no such topic\n\n\0");
        world.advance_to_timer();
        join(&mut world, CONNECTED);
    }
    world.hear("ERROR\nmessage:no such topic\n\n\0");
    assert_eq!(world.over(), "no such topic");
}

#[test]
fn without_a_receipt_for_subscribe_it_opens_after_a_short_wait() {
    let mut world = world(URL, options(Protocol::Stomp));
    world.say("written before");
    world.accept();
    world.hear("CONNECTED\nversion:1.2\nheart-beat:0,0\n\n\0");
    assert_eq!(world.name(), "handshaking");
    assert!(world.last_sent().starts_with("SUBSCRIBE"));
    world.advance(Duration::from_millis(149));
    assert_eq!(world.name(), "handshaking");
    world.advance(Duration::from_millis(1));
    assert_eq!(world.name(), "open");
    assert!(world.last_sent().starts_with("SEND"));
}

#[test]
fn a_message_shows_that_it_is_subscribed() {
    let mut world = world(URL, options(Protocol::Stomp));
    world.accept();
    world.hear("CONNECTED\nversion:1.2\n\n\0");
    world.hear(message("", "hi"));
    assert_eq!((world.name(), world.texts()), ("open", vec!["hi"]));
}

#[test]
fn headers_of_the_apps_own_go_with_connect_subscribe_and_send() {
    let pair = |name: &str, value: &str| vec![(name.to_owned(), value.to_owned())];
    let headers = StompHeaders {
        connect: pair("Authorization", "Bearer hunter2"),
        subscribe: pair("selector", "a = 1"),
        send: pair("persistent", "true"),
    };
    let session = SessionOptions {
        stomp: StompOptions {
            headers,
            ..StompOptions::default()
        },
        ..options(Protocol::Stomp)
    };
    assert!(!format!("{session:?} {:?}", session.stomp.headers).contains("hunter2"));
    let mut world = joined_with(session, CONNECTED);
    world.say("hi");
    let sent = world.sent();
    assert!(sent[0].contains("\nAuthorization:Bearer hunter2\n"));
    assert!(sent[1].contains("\nselector:a = 1\n"));
    assert!(sent[2].contains("\npersistent:true\n"));
}

#[test]
fn a_large_frame_goes_out_in_parts_and_is_one_frame_again() {
    let mut world = joined();
    let before = world.sent().len();
    let text = "\u{4f60}\u{597d} ".repeat(3000);
    world.say(text.as_str());
    let parts = &world.sent()[before..];
    assert!(parts.len() > 4 && parts.iter().all(|part| part.len() <= 4096));
    let frame = parts.concat();
    assert!(frame.starts_with("SEND\n") && frame.ends_with('\0') && frame.contains(&text));
}

#[test]
fn a_frame_over_the_limit_that_the_server_tells_fails_and_is_never_sent_again() {
    let limit = "ERROR\nmessage:The configured STOMP buffer size limit of 65536 bytes has been exceeded\n\n\0";
    let mut world = joined();
    world.say("fine");
    let huge = world.say("x".repeat(70_000));
    world.hear(limit);
    let why = |fate: &Delivery| match fate {
        Delivery::Failed(Failure::Refused(reason)) => reason.to_string(),
        other => panic!("it was to fail: {other:?}"),
    };
    assert!(why(&world.last_fate(huge)).contains("65536"));
    world.advance_to_timer();
    join(&mut world, CONNECTED);
    assert!(world.sent().iter().all(|frame| !frame.contains("xxxx")));
    let before = world.sent().len();
    let again = world.say("x".repeat(70_000));
    assert!(why(&world.last_fate(again)).contains("no more than 65536 are"));
    assert_eq!(world.sent().len(), before);
    assert_eq!(world.name(), "open");
}

#[test]
fn a_broker_that_reads_no_parts_gets_the_next_frames_whole() {
    let mut world = joined();
    let count = |world: &mut World| {
        let before = world.sent().len();
        world.say("x".repeat(10_000));
        world.sent().len() - before
    };
    assert_eq!(count(&mut world), 3);
    world.hear("ERROR\nmessage:unexpected end of frame\n\n\0");
    world.advance_to_timer();
    join(&mut world, CONNECTED);
    assert_eq!(count(&mut world), 1);
    world.server_closes(1009, "");
    world.advance_to_timer();
    join(&mut world, CONNECTED);
    assert_eq!(count(&mut world), 3);
}

#[test]
fn no_host_is_named_unless_the_server_asks_for_one() {
    let mut world = world(URL, options(Protocol::Stomp));
    world.accept();
    assert!(!world.last_sent().contains("\nhost:"));
    world.hear("ERROR\nmessage:the host header is missing\n\n\0");
    world.advance_to_timer();
    world.accept();
    assert!(world.last_sent().contains("\nhost:chat.example\n"));
    world.hear("ERROR\nmessage:unknown host\n\n\0");
    assert_eq!(world.over(), "unknown host");
}

#[test]
fn a_server_that_leaves_after_connect_hears_the_other_host_next() {
    let mut world = world(URL, options(Protocol::Stomp));
    for names in [false, true, false] {
        world.accept();
        assert_eq!(world.last_sent().contains("\nhost:"), names);
        world.breaks();
        world.advance_to_timer();
    }
}

#[test]
fn a_message_without_an_id_is_shown() {
    let mut world = joined();
    world.hear("MESSAGE\ndestination:/topic/chat\nsubscription:0\n\nhi\0");
    assert_eq!((world.texts(), world.unreadable()), (vec!["hi"], 0));
}

#[test]
fn an_error_that_names_a_message_fails_it() {
    let mut world = joined();
    let id = world.say("too much");
    world.hear(format!("ERROR\nmessage:not allowed\nreceipt-id:{id}\n\n\0"));
    assert_eq!(
        world.last_fate(id),
        refused(Reason::Server("not allowed".into()))
    );
    assert_eq!(world.name(), "waiting");
}

#[test]
fn another_kind_of_server_is_not_taken_for_one() {
    for greeting in ["welcome\n", r#"{"text":"hi"}"#] {
        let mut world = world(URL, options(Protocol::Stomp));
        world.accept();
        world.hear(greeting);
        assert_eq!(world.over(), "this is not a STOMP server");
    }
    let mut world = world(URL, options(Protocol::Stomp));
    world.accept();
    world.hear("CONNECTED\nversion:2.0\n\n\0");
    assert!(world.over().contains("2.0"), "{}", world.over());
}

#[test]
fn frames_come_in_pieces_and_several_at_once() {
    let mut world = joined();
    let (first, second) = (message("", "one \u{e9}"), message("", "two"));
    let all = format!("\n{first}\n\n{second}");
    let bytes = all.as_bytes();
    for piece in bytes.chunks(7) {
        world.hear(piece.to_vec());
    }
    world.hear(format!("{first}{second}\n{first}"));
    assert_eq!(
        world.texts(),
        ["one \u{e9}", "two", "one \u{e9}", "two", "one \u{e9}"]
    );
}

#[test]
fn a_broken_frame_is_unreadable_and_closes_nothing() {
    let mut world = joined();
    world.hear("NONSENSE\n\n\0");
    world.hear("MESSAGE\nno-colon\n\n\0");
    world.hear("MESSAGE\nmessage-id:1\n\nno destination\0");
    world.hear("MESSAGE\nmessage-id:1\ndestination:\\x\n\n\0");
    assert_eq!((world.unreadable(), world.name()), (4, "open"));
    world.hear(message("", "still here"));
    assert_eq!(world.texts(), ["still here"]);
}

#[test]
fn older_versions_are_spoken_where_the_server_picks_them() {
    let listen = vec!["/a:b".into()];
    for (version, written) in [
        ("1.1", "destination:/a\\cb\n"),
        ("1.0", "destination:/a:b\n"),
    ] {
        let session = SessionOptions {
            listen: listen.clone(),
            ..options(Protocol::Stomp)
        };
        let mut world = world(URL, session);
        world.opened(
            world.socket(),
            &format!("v{}.stomp", version.replace('.', "")),
        );
        world.hear(format!("CONNECTED\nversion:{version}\n\n\0"));
        world.hear(SUBSCRIBED);
        assert_eq!(world.name(), "open");
        assert!(world.sent()[1].contains(written), "{}", world.sent()[1]);
        let subscription = if version == "1.0" {
            ""
        } else {
            "subscription:0\n"
        };
        world.hear(format!(
            "MESSAGE\n{subscription}destination:/a\nmessage-id:1\n\nhi\0"
        ));
        assert_eq!(world.texts(), ["hi"]);
    }
}

#[test]
fn a_server_may_pick_an_older_version_than_its_subprotocol() {
    let mut world = joined_with(options(Protocol::Stomp), "CONNECTED\n\n\0");
    world.hear("MESSAGE\ndestination:C:\\dir\nmessage-id:1\n\nhi\0");
    assert_eq!(
        world.shown()[0].channel.as_deref(),
        Some("C:\\dir"),
        "1.0 has no escapes"
    );
}

#[test]
fn bodies_are_words_where_they_can_be_and_bytes_where_not() {
    let mut world = joined_with(options(Protocol::Stomp), "CONNECTED\nversion:1.2\n\n\0");
    world.hear(message("content-type:text/plain\n", "plain"));
    world.hear(message("", r#"{"content":"json","sender":"bob"}"#));
    world.hear(message("", r#"{"nothing":"known"}"#));
    let mut binary =
        b"MESSAGE\ndestination:/a\nmessage-id:2\ncontent-length:3\n\n\xff\0\xfe\0".to_vec();
    world.hear(std::mem::take(&mut binary));
    assert_eq!(world.texts(), ["plain", "json", r#"{"nothing":"known"}"#]);
    let shown = world.shown();
    assert_eq!(shown[1].sender.as_deref(), Some("bob"));
    assert_eq!(shown[3].body, Body::Binary(vec![0xff, 0, 0xfe]));
    assert_eq!(
        shown[0]
            .data
            .as_ref()
            .and_then(|data| data.get("content-type")?.as_str()),
        Some("text/plain")
    );
    let id = world.say(vec![0xff]);
    assert!(matches!(
        world.sockets[0].sent.last(),
        Some(Message::Binary(_))
    ));
    assert_eq!(world.last_fate(id), Delivery::Sent);
}

#[test]
fn bytes_do_not_go_to_a_broker_that_would_break_its_subscribers_with_them() {
    let mut world = joined();
    let before = world.sent().len();
    let id = world.say(vec![0xff]);
    assert!(matches!(world.last_fate(id), Delivery::Failed(_)));
    assert_eq!(world.sent().len(), before);
    world.say(b"words in bytes".to_vec());
    assert_eq!(world.sent().len(), before + 1);
    // One that was told to write binary frames.
    let mut other = world_with(Config::new(URL), options(Protocol::Stomp));
    other.opened(other.socket(), "v12.stomp");
    other.hear(CONNECTED.as_bytes().to_vec());
    other.hear(SUBSCRIBED.as_bytes().to_vec());
    let id = other.say(vec![0xff]);
    assert_eq!(other.last_fate(id), Delivery::Sent);
}

#[test]
fn leaving_disconnects() {
    let mut world = joined();
    world.close();
    assert_eq!(world.last_sent(), "DISCONNECT\nreceipt:bye\n\n\0");
    world.hear("RECEIPT\nreceipt-id:bye\n\n\0");
    world.server_closes(1000, "STOMP died");
    assert_eq!(world.name(), "closed");
}
