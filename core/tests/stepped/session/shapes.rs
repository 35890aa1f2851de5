//! The `json` and the `text` session at servers that other people wrote: what is learnt, and what is left alone.

use leptos_chat_core::connection::{Config, Delivery, Disconnect, Event, Input, Reshape};
use leptos_chat_core::json;
use leptos_chat_core::json::Value;
use leptos_chat_core::session::options::{Credentials, SessionOptions};
use leptos_chat_core::session::{
    Action, HeartbeatSetting, Incoming, Kind, MessageId, Outgoing, Reason, Session,
    json::JsonSession, text::TextSession,
};
use leptos_chat_core::shape::{Shape, Template, preset};

use super::bench::{Bench, shown};
use crate::millis;
use crate::world::{URL, World, asking};

fn options(shape: Shape) -> SessionOptions {
    SessionOptions {
        user: Some("ada".into()),
        shape,
        ..SessionOptions::default()
    }
}

fn session(shape: Shape) -> JsonSession {
    JsonSession::with_options(&options(shape))
}

fn bench() -> Bench<JsonSession> {
    Bench::new(session(Shape::default()))
}

fn sending(template: &str) -> Shape {
    Shape {
        send: Some(Template::message(template).expect("a template")),
        ..Shape::default()
    }
}

/// A world as it is by default: nobody asked for heartbeats.
fn world(shape: Shape) -> World {
    World::new(Config::new(URL), session(shape)).connected()
}

fn parsed(text: &str) -> Value {
    Value::parse(text).unwrap_or_else(|_| panic!("{text} is no JSON"))
}

fn kinds(actions: &[Action]) -> Vec<Kind> {
    let kinds = actions.iter().filter_map(|action| match action {
        Action::Deliver(Incoming { kind, .. }) => Some(*kind),
        _ => None,
    });
    kinds.collect()
}

fn nothing_sent(world: &World) -> bool {
    world.sockets.iter().all(|socket| socket.sent.is_empty())
}

// How a message is put

#[test]
fn while_nothing_is_known_an_object_with_our_id_goes_out() {
    let mut bench = bench();
    let (id, frame) = bench.say("hi");
    assert_eq!(
        parsed(&frame),
        json!({"id": id.to_string(), "text": "hi", "user": "ada"})
    );
    let preview = bench.session.preview("hi").expect("JSON has one");
    assert!(
        preview.guessed && preview.text.contains(r#""text":"hi""#),
        "{preview:?}"
    );
}

#[test]
fn a_plain_line_is_answered_with_plain_words() {
    let mut bench = bench();
    bench.hear("Client #7 says: hi");
    assert_eq!(bench.say("yes").1, "yes");
    assert!(!bench.session.preview("yes").expect("JSON has one").guessed);
}

#[test]
fn a_json_string_is_answered_with_one() {
    let mut bench = bench();
    assert_eq!(shown(&bench.hear(r#""hi""#)), ["hi"]);
    assert_eq!(bench.say("say \"yes\"").1, r#""say \"yes\"""#);
}

#[test]
fn lines_in_a_list_do_not_show_how_one_is_put_alone() {
    let mut bench = bench();
    let line = r#"[{"user":"bo","text":"hi there"}]"#;
    assert_eq!(shown(&bench.hear(line)), ["hi there"]);
    let (id, frame) = bench.say("yes");
    assert_eq!(
        parsed(&frame),
        json!({"id": id.to_string(), "text": "yes", "user": "ada"})
    );
}

#[test]
fn an_array_of_two_is_answered_with_one() {
    for (line, text, answer) in [
        (
            r#"["chat",{"nick":"bo","msg":"hi there"}]"#,
            "hi there",
            r#"["chat",{"id":"ID","msg":"yes","nick":"ada"}]"#,
        ),
        (
            r#"["message","hi there"]"#,
            "hi there",
            r#"["message","yes"]"#,
        ),
        (r#"["bo","hi"]"#, "hi", r#"["ada","yes"]"#),
    ] {
        let mut bench = bench();
        assert_eq!(shown(&bench.hear(line)), [text]);
        let preview = bench.session.preview("yes").expect("JSON has one");
        assert!(preview.guessed, "{line}");
        let (id, frame) = bench.say("yes");
        let answer = answer.replace("ID", &id.to_string());
        assert_eq!(parsed(&frame), parsed(&answer));
    }
}

#[test]
fn a_name_and_the_words_in_an_array_come_back_as_ours() {
    let mut bench = bench();
    assert_eq!(shown(&bench.hear(r#"["bo","hi"]"#)), ["hi"]);
    let (id, frame) = bench.say("ok");
    assert_eq!(bench.hear(frame), [Action::Delivered(id)]);
}

#[test]
fn the_words_go_where_the_first_line_had_them() {
    for (line, path) in [
        (r#"{"message":"hi there"}"#, "message"),
        (r#"{"body":"hi there","at":7}"#, "body"),
        (r#"{"username":"bo","msgText":"hi there"}"#, "msgText"),
        (
            r#"{"type":"chat","data":{"content":"hi there"}}"#,
            "data.content",
        ),
    ] {
        let mut bench = bench();
        assert_eq!(shown(&bench.hear(line)), ["hi there"]);
        let (id, frame) = bench.say("yes");
        let value = parsed(&frame);
        let path: leptos_chat_core::shape::Path = path.parse().expect("a path");
        assert_eq!(path.text(&value).as_deref(), Some("yes"), "{frame}");
        assert!(
            frame.contains(&id.to_string()),
            "the id stands beside it: {frame}"
        );
    }
}

#[test]
fn what_the_server_itself_says_does_not_show_how_to_answer() {
    let mut bench = bench();
    bench.hear(r#"{"type":"welcome","message":"hello ada"}"#);
    bench.hear(r#"{"type":"color","data":"red"}"#);
    assert!(parsed(&bench.say("hi").1).get("text").is_some());
}

#[test]
fn a_server_that_wraps_our_object_into_words_takes_words() {
    for (before, after) in [
        ("Client #7 says: ", ""),
        ("ada: ", ""),
        (r#"{"action":"sent","name":"x","text":"#, "}"),
    ] {
        let mut bench = bench();
        let (id, frame) = bench.say("hi");
        let wrapped = match after {
            "" => format!("{before}{frame}"),
            after => format!("{before}{}{after}", Value::from(frame)),
        };
        let actions = bench.hear(wrapped);
        assert!(actions.contains(&Action::Delivered(id)), "{actions:?}");
        assert_eq!(shown(&actions), Vec::<String>::new());
        assert_eq!(bench.say("again").1, "again");
    }
}

#[test]
fn with_a_template_ids_and_names_go_where_it_has_them_and_nowhere_else() {
    let mut with = Bench::new(session(sending(r#"{"message":"{text}"}"#)));
    assert_eq!(with.say("a \"b\"").1, r#"{"message":"a \"b\""}"#);
    let mut named = Bench::new(session(sending(
        r#"{"u":"{user}","m":"{text}","n":"{id}"}"#,
    )));
    let (id, frame) = named.say("hi");
    assert_eq!(frame, format!(r#"{{"u":"ada","m":"hi","n":"{id}"}}"#));
    let preview = named.session.preview("hi").expect("a template has one");
    assert_eq!(
        (preview.text.as_str(), preview.guessed),
        (r#"{"u":"ada","m":"hi","n":"…"}"#, false)
    );
}

#[test]
fn a_preview_and_debug_hide_the_secret() {
    let options = SessionOptions {
        credentials: Credentials {
            secret: Some("hunter2".into()),
            ..Credentials::default()
        },
        ..options(sending(r#"{"token":"{secret}","m":"{text}"}"#))
    };
    let mut bench = Bench::new(JsonSession::with_options(&options));
    assert_eq!(bench.say("hi").1, r#"{"token":"hunter2","m":"hi"}"#);
    let preview = bench
        .session
        .preview("hi")
        .expect("a template has one")
        .text;
    assert_eq!(preview, r#"{"token":"•••","m":"hi"}"#);
    assert!(!format!("{options:?} {:?}", bench.session).contains("hunter2"));
}

#[test]
fn an_apps_own_json_goes_as_it_is() {
    let mut bench = bench();
    let outgoing = Outgoing {
        as_is: true,
        ..Outgoing::from(r#"{"mine":1}"#)
    };
    let actions = bench.act(|session, now, out| session.send(MessageId(1), outgoing, now, out));
    assert_eq!(actions, [Action::Transmit(r#"{"mine":1}"#.into())]);
    assert!(!bench.session.recognisable(MessageId(1)));
}

#[test]
fn another_address_is_learnt_anew() {
    let mut bench = bench();
    bench.hear("plain words");
    assert_eq!(bench.say("yes").1, "yes");
    let target = leptos_chat_core::session::Target::new("ws://other.example/");
    bench.act(|session, now, out| {
        session.begin(&target, out);
        session.handle_open("", now, out);
    });
    assert!(parsed(&bench.say("yes").1).is_object());
}

// What arrives

#[test]
fn json_that_is_no_line_is_shown_until_a_line_was_read_and_is_data_then() {
    let mut bench = bench();
    let users = r#"{"count":2,"type":"users"}"#;
    let first = bench.hear(users);
    assert_eq!(
        (shown(&first), kinds(&first)),
        (vec![users.to_owned()], vec![Kind::Chat])
    );
    bench.hear(r#"{"text":"hi"}"#);
    for quiet in [
        users,
        "null",
        "[]",
        r#"{"action":"join"}"#,
        r#"{"type":"typing","user":"bo"}"#,
    ] {
        assert_eq!(kinds(&bench.hear(quiet)), [Kind::Data], "{quiet}");
    }
}

#[test]
fn an_app_gets_data_whole() {
    let mut bench = bench();
    bench.hear(r#"{"text":"hi"}"#);
    let actions = bench.hear(r#"{"type":"users","count":2}"#);
    let [Action::Deliver(incoming)] = &actions[..] else {
        panic!("{actions:?}")
    };
    assert_eq!(incoming.data, Some(json!({"type": "users", "count": 2})));
}

#[test]
fn a_told_error_is_an_error_and_fails_the_message_it_names() {
    let mut bench = bench();
    let (id, _) = bench.say("hi");
    let actions = bench.hear(r#"{"error":"You are muted"}"#);
    assert_eq!(
        (shown(&actions), kinds(&actions)),
        (vec!["You are muted".to_owned()], vec![Kind::Error])
    );
    let actions = bench.hear(format!(
        r#"{{"type":"error","id":"{id}","message":"Too long"}}"#
    ));
    assert!(
        actions.contains(&Action::Failed(id, Reason::Server("Too long".into()))),
        "{actions:?}"
    );
}

#[test]
fn json_that_is_no_line_and_carries_our_id_proves_the_message() {
    for answer in [
        r#"{"type":"ack","id":"ID"}"#,
        r#"["1","ID","room:lobby","phx_reply",{"response":{},"status":"ok"}]"#,
        r#"{"ok":true,"msgId":"ID"}"#,
    ] {
        let mut bench = bench();
        let (id, _) = bench.say("hi");
        let actions = bench.hear(answer.replace("ID", &id.to_string()));
        assert!(
            actions.contains(&Action::Delivered(id)),
            "{answer}: {actions:?}"
        );
    }
}

#[test]
fn paths_say_where_the_words_are_and_what_has_none_is_data() {
    let shape = Shape {
        text: "d.said".parse().ok(),
        from: "d.by.nm".parse().ok(),
        id: "n".parse().ok(),
        ..Shape::default()
    };
    let mut bench = Bench::new(session(shape));
    let actions = bench.hear(r#"{"n":7,"message":"noise","d":{"said":"hi","by":{"nm":"bo"}}}"#);
    let [Action::Deliver(incoming)] = &actions[..] else {
        panic!("{actions:?}")
    };
    assert_eq!(incoming.body.as_text(), Some("hi"));
    assert_eq!(
        (incoming.sender.as_deref(), incoming.id.as_deref()),
        (Some("bo"), Some("7"))
    );
    assert_eq!(kinds(&bench.hear(r#"{"message":"noise"}"#)), [Kind::Data]);
}

// Heartbeats

#[test]
fn a_json_server_hears_nothing_that_nobody_wrote() {
    for heard in [
        None,
        Some(r#"{"text":"hi"}"#),
        Some("plain words"),
        Some(r#"{"type":"ping"}"#),
        Some(r#"{"type":"ping","id":"x"}"#),
    ] {
        let mut world = world(Shape::default());
        heard.into_iter().for_each(|text| world.hear(text));
        world.advance_secs(3600);
        assert!(nothing_sent(&world), "after {heard:?}: {:?}", world.sent());
        assert_eq!((world.name(), world.sockets.len()), ("open", 1));
    }
}

#[test]
fn a_server_that_announces_heartbeats_gets_them() {
    let mut world = world(Shape::default());
    world.hear(r#"{"system":true,"text":"Welcome","heartbeat":true}"#);
    world.advance_secs(30);
    assert!(
        world.sent()[0].contains(r#""type":"ping""#),
        "{:?}",
        world.sent()
    );
}

#[test]
fn somebodys_line_announces_nothing() {
    let mut world = world(Shape::default());
    world.hear(r#"{"user":"bo","text":"hi","heartbeat":true}"#);
    world.advance_secs(600);
    assert!(nothing_sent(&world));
}

#[test]
fn a_server_that_answered_a_heartbeat_before_gets_them_unasked() {
    let mut bench = bench();
    let (ping, _) = bench.beat();
    bench.hear(ping);
    bench.reconnect();
    assert!(
        bench
            .session
            .liveness(HeartbeatSetting::Auto)
            .send_every
            .is_some()
    );
    assert_eq!(
        bench.session.liveness(HeartbeatSetting::Off).send_every,
        None
    );
}

#[test]
fn a_heartbeat_that_comes_back_wrapped_is_its_echo_and_never_a_line() {
    for wrap in [
        "Client #7 says: PING",
        "echo:PING",
        r#"{"id":"echo","text":TEXT}"#,
        r#"["1",ID,"phoenix","phx_reply",{"status":"ok"}]"#,
    ] {
        let mut bench = bench();
        let (ping, _) = bench.beat();
        let id = parsed(&ping)["id"].to_string();
        let answer = wrap
            .replace("PING", &ping)
            .replace("TEXT", &Value::from(format!("echo:{ping}")).to_string())
            .replace("ID", &id);
        assert_eq!(bench.hear(answer.clone()), [Action::Answered], "{wrap}");
        bench.reconnect();
        assert_eq!(bench.hear(answer), [], "told again from a history");
    }
}

#[test]
fn the_servers_own_ping_is_no_row_and_is_not_answered() {
    for ping in [
        "ping",
        "PING",
        r#"{"type":"ping"}"#,
        r#"{"event":"ping","id":7}"#,
        r#"{"op":"ping"}"#,
        r#"{"ping":1510931567}"#,
    ] {
        let mut bench = bench();
        assert_eq!(bench.hear(ping), [], "{ping}");
    }
}

#[test]
fn after_a_link_ended_with_pings_unanswered_they_are_answered_in_their_own_words() {
    for (ping, pong) in [
        ("ping", "pong"),
        ("PING", "PONG"),
        (r#"{"type":"ping"}"#, r#"{"type":"pong"}"#),
        (r#"{"event":"ping","id":7}"#, r#"{"event":"pong","id":7}"#),
        (r#"{"ping":1510931567}"#, r#"{"pong":1510931567}"#),
    ] {
        let mut world = world(Shape::default());
        world.hear(ping);
        world.advance_secs(5);
        assert!(nothing_sent(&world));
        world.server_closes(1000, "ping timeout");
        world.advance_to_timer();
        world.accept();
        world.hear(ping);
        assert_eq!(world.sent(), [pong], "{ping}");
        assert_eq!(world.texts(), Vec::<&str>::new());
    }
}

#[test]
fn a_link_that_ends_long_after_a_ping_says_nothing_of_it() {
    let mut world = world(Shape::default());
    world.hear(r#"{"type":"ping"}"#);
    world.advance_secs(600);
    world.breaks();
    world.advance_to_timer();
    world.accept();
    world.hear(r#"{"type":"ping"}"#);
    assert!(nothing_sent(&world));
}

#[test]
fn a_pong_that_was_set_is_what_answers() {
    let shape = Shape {
        pong: "{\"op\":\"alive\"}".parse().ok(),
        ..Shape::default()
    };
    let mut world = world(shape);
    world.hear(r#"{"op":"ping"}"#);
    assert_eq!(world.sent(), [r#"{"op":"alive"}"#]);
}

#[test]
fn two_links_that_end_on_their_first_heartbeat_turn_heartbeats_off() {
    let mut world = World::new(asking(URL), session(Shape::default())).connected();
    for _ in 0..2 {
        assert_eq!(world.sent().len(), 1);
        world.advance(millis(100));
        world.server_closes(1011, "");
        world.advance_to_timer();
        world.accept();
    }
    world.advance_secs(600);
    assert_eq!(world.sent(), Vec::<String>::new());
}

#[test]
fn a_network_that_breaks_links_takes_no_heartbeats_from_a_server_that_answers_them() {
    let mut world = World::new(asking(URL), session(Shape::default()));
    world.serve(|message| vec![message.clone()]);
    let mut world = world.connected();
    world.advance_secs(5);
    for _ in 0..4 {
        world.breaks();
        world.advance_to_timer();
        world.accept();
        assert_eq!(world.sent().len(), 1, "a heartbeat goes out");
    }
}

// First lines, and last ones

#[test]
fn hello_is_said_at_each_opening_before_what_waits() {
    let shape = Shape {
        hello: vec![
            "{user}".parse().expect("a template"),
            r#"{"type":"join"}"#.parse().expect("a template"),
        ],
        ..sending("{text}")
    };
    let mut world = World::new(Config::new(URL), session(shape));
    world.open();
    world.say("early");
    world.accept();
    assert_eq!(world.sent(), ["ada", r#"{"type":"join"}"#, "early"]);
    world.breaks();
    world.say("later");
    world.advance_to_timer();
    world.accept();
    assert_eq!(world.sent()[..2], ["ada", r#"{"type":"join"}"#]);
    assert_eq!(world.sent().last().map(String::as_str), Some("later"));
}

#[test]
fn what_waits_goes_out_after_the_answer_to_hello_or_five_seconds_later() {
    let shape = Shape {
        hello: vec![r#"{"command":"subscribe"}"#.parse().expect("a template")],
        ready: Some("confirm_subscription".into()),
        ..sending(r#"{"m":"{text}"}"#)
    };
    for answered in [true, false] {
        let mut world = World::new(Config::new(URL), session(shape.clone()));
        world.open();
        world.say("early");
        world.accept();
        world.advance(millis(4_999));
        assert_eq!((world.name(), world.sent().len()), ("handshaking", 1));
        match answered {
            true => world.hear(r#"{"type":"confirm_subscription"}"#),
            false => world.advance(millis(1)),
        }
        assert_eq!(
            (world.name(), world.sent()[1].as_str()),
            ("open", r#"{"m":"early"}"#)
        );
    }
}

#[test]
fn a_server_that_closes_on_its_first_line_gets_no_id_in_the_next_and_that_is_told() {
    let mut world = world(Shape::default());
    let id = world.say("hi");
    world.advance(millis(50));
    world.server_closes(1011, "");
    let told = |event: &Event| {
        matches!(
            event,
            Event::Disconnected(Disconnect::Session(Reason::ClosedOnLine))
        )
    };
    assert!(world.events.iter().any(told), "{:?}", world.events);
    assert!(
        matches!(world.fate(id).last(), Some(Delivery::Failed(_))),
        "nothing is sent again on a guess"
    );
    world.advance_to_timer();
    world.accept();
    world.say("again");
    assert_eq!(
        parsed(&world.sent()[0]),
        json!({"text": "again", "user": "ada"})
    );
}

#[test]
fn a_link_that_just_breaks_after_the_first_line_is_blamed_on_nothing_until_it_happens_twice() {
    let mut world = world(Shape::default());
    for blamed in [false, true] {
        world.say("hi");
        world.advance(millis(50));
        world.breaks();
        let told = |event: &Event| {
            matches!(
                event,
                Event::Disconnected(Disconnect::Session(Reason::ClosedOnLine))
            )
        };
        assert_eq!(world.events.iter().any(told), blamed);
        world.advance_to_timer();
        world.accept();
    }
}

#[test]
fn a_link_that_ends_after_a_line_was_borne_is_not_blamed_on_one() {
    let mut world = world(Shape::default());
    world.say("hi");
    world.advance_secs(3);
    world.say("more");
    world.server_closes(1011, "");
    world.advance_to_timer();
    world.accept();
    world.say("again");
    assert!(parsed(&world.sent()[0]).get("id").is_some());
}

// The frameworks' own documents

fn framework(name: &str) -> World {
    let preset = preset(name).expect("a preset");
    World::new(Config::new(URL), session(preset.shape()))
}

#[test]
fn action_cable_is_a_few_lines_of_data() {
    let mut world = framework("action-cable");
    world.say("say \"hi\"");
    world.open();
    world.accept();
    assert_eq!(parsed(&world.sent()[0])["command"], "subscribe");
    world.hear(r#"{"type":"welcome"}"#);
    assert_eq!(world.name(), "handshaking");
    world.hear(r#"{"identifier":"{\"channel\":\"ChatChannel\"}","type":"confirm_subscription"}"#);
    let sent = parsed(&world.sent()[1]);
    let data = parsed(sent["data"].as_str().expect("JSON in a string"));
    assert_eq!(data, json!({"action": "speak", "message": "say \"hi\""}));
    for n in 0..100 {
        world.hear(format!(
            r#"{{"type":"ping","message":{}}}"#,
            1_510_931_567 + 3 * n
        ));
        world.advance_secs(3);
    }
    world.hear(r#"{"identifier":"{\"channel\":\"ChatChannel\"}","message":{"message":"yes","sent_by":"bo"}}"#);
    let lines: Vec<_> = world
        .shown()
        .into_iter()
        .filter(|incoming| incoming.kind == Kind::Chat)
        .collect();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(
        (lines[0].body.as_text(), lines[0].sender.as_deref()),
        (Some("yes"), Some("bo"))
    );
    assert_eq!(world.sent().len(), 2, "pings need no answer there");
}

#[test]
fn phoenix_channels_are_a_few_lines_of_data() {
    let mut world = framework("phoenix");
    world.open();
    world.accept();
    assert_eq!(world.sent()[0], r#"["1","1","room:lobby","phx_join",{}]"#);
    world.hear(r#"["1","1","room:lobby","phx_reply",{"response":{},"status":"ok"}]"#);
    assert_eq!(world.name(), "open");
    world.serve(|message| {
        let frame = parsed(message.as_text().expect("JSON"));
        let reply =
            json!([frame[0], frame[1], frame[2], "phx_reply", {"response": {}, "status": "ok"}]);
        vec![reply.to_string().into()]
    });
    let id = world.say("hi");
    world.advance_secs(1);
    assert_eq!(
        world.fate(id).last(),
        Some(&Delivery::Delivered),
        "the reply proves it"
    );
    world.hear(r#"["1",null,"room:lobby","new_msg",{"body":"yes","user":"bo"}]"#);
    world.hear(r#"["1",null,"room:lobby","presence_state",{}]"#);
    world.advance_secs(120);
    let lines: Vec<_> = world
        .shown()
        .into_iter()
        .filter(|incoming| incoming.kind == Kind::Chat)
        .collect();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(
        (lines[0].body.as_text(), lines[0].sender.as_deref()),
        (Some("yes"), Some("bo"))
    );
    let beats = world
        .sent()
        .iter()
        .filter(|frame| frame.contains("heartbeat"))
        .count();
    assert!(
        beats > 3,
        "without them the link ends after a minute: {beats}"
    );
    assert_eq!((world.name(), world.sockets.len()), ("open", 1));
}

#[test]
fn signalrs_json_protocol_is_a_few_lines_of_data() {
    let mut world = framework("signalr");
    world.open();
    world.accept();
    assert_eq!(
        world.sent(),
        ["{\"protocol\":\"json\",\"version\":1}\u{1e}"]
    );
    world.hear("{}\u{1e}");
    assert_eq!(world.name(), "open");
    world.say("hi");
    assert!(world.sent().contains(
        &"{\"type\":1,\"target\":\"SendMessage\",\"arguments\":[\"ada\",\"hi\"]}\u{1e}".to_owned()
    ));
    world.hear("{\"type\":6}\u{1e}{\"type\":1,\"target\":\"ReceiveMessage\",\"arguments\":[\"bo\",\"yes\"]}\u{1e}{\"type\":6}\u{1e}");
    let lines: Vec<_> = world
        .shown()
        .into_iter()
        .filter(|incoming| incoming.kind == Kind::Chat)
        .collect();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(
        (lines[0].body.as_text(), lines[0].sender.as_deref()),
        (Some("yes"), Some("bo"))
    );
}

#[test]
fn api_gateway_is_a_line_of_data() {
    let mut world = framework("action-data").connected();
    world.say("hi");
    assert_eq!(world.sent(), [r#"{"action":"sendmessage","data":"hi"}"#]);
    world.hear("bare words come out");
    assert_eq!(world.texts(), ["bare words come out"]);
}

// Plain text

#[test]
fn a_text_server_has_hello_templates_and_pongs_too() {
    let shape = Shape {
        hello: vec!["/nick {user}".parse().expect("a template")],
        pong: "pong".parse().ok(),
        ..sending("/say {text}")
    };
    let mut world =
        World::new(Config::new(URL), TextSession::with_options(&options(shape))).connected();
    world.say("hi");
    world.hear("ping");
    assert_eq!(world.sent(), ["/nick ada", "/say hi", "pong"]);
    assert_eq!(world.texts(), Vec::<&str>::new());
}

#[test]
fn a_text_servers_pings_are_answered_once_a_link_ended_over_them() {
    let mut world = World::new(Config::new(URL), TextSession::default()).connected();
    for expected in [vec![], vec!["PONG".to_owned()]] {
        world.hear("PING");
        assert_eq!(world.sent(), expected);
        world.server_closes(1000, "");
        world.advance_to_timer();
        world.accept();
    }
}

#[test]
fn a_hello_waits_for_what_it_tells_back_on_each_link() {
    let shape = Shape {
        hello: vec![
            r#"{"type":"username","name":"{user}","id":{heard:id}}"#
                .parse()
                .expect("a template"),
        ],
        ..sending(r#"{"type":"message","text":"{text}","id":{heard:id}}"#)
    };
    let mut world = World::new(Config::new(URL), session(shape));
    world.open();
    world.say("early");
    for id in [17, 18] {
        world.accept();
        assert_eq!(
            world.sent(),
            Vec::<String>::new(),
            "the old link's number is not told"
        );
        world.hear(format!(r#"{{"type":"id","id":{id}}}"#));
        assert_eq!(
            parsed(&world.sent()[0]),
            json!({"type": "username", "name": "ada", "id": id})
        );
        assert_eq!(parsed(&world.sent()[1])["id"], id);
        let quiet = |incoming: &&Incoming| incoming.kind == Kind::Data;
        assert!(
            world.shown().iter().all(quiet),
            "what belongs to the opening is no line"
        );
        world.breaks();
        world.say("more");
        world.advance_to_timer();
    }
}

#[test]
fn where_own_messages_come_back_one_that_does_not_ends_a_silent_link_and_is_sent_again() {
    let mut world = world(Shape::default());
    world.serve(|message| vec![message.clone()]);
    world.say("one");
    world.advance_secs(1);
    world.serve(|_| Vec::new());
    let lost = world.say("two");
    world.advance(millis(9_999));
    assert_eq!(world.name(), "open");
    world.advance(millis(1));
    assert_eq!(world.name(), "waiting");
    assert_eq!(world.fate(lost).last(), Some(&Delivery::Queued));
    world.serve(|message| vec![message.clone()]);
    world.advance_to_timer();
    world.accept();
    world.advance_secs(1);
    assert_eq!(world.fate(lost).last(), Some(&Delivery::Delivered));
}

#[test]
fn a_link_that_lives_is_not_ended_for_a_message_that_a_server_keeps_to_itself() {
    let mut world = world(Shape::default());
    world.serve(|message| vec![message.clone()]);
    world.say("one");
    world.advance_secs(1);
    world.serve(|_| Vec::new());
    world.say("spam");
    world.advance_secs(5);
    world.hear(r#"{"text":"hi","user":"bo","id":"x1"}"#);
    world.advance_secs(600);
    assert_eq!((world.name(), world.sockets.len()), ("open", 1));
}

#[test]
fn a_server_that_never_told_a_message_back_is_not_held_to_it() {
    let mut world = world(Shape::default());
    world.say("one");
    world.advance_secs(600);
    assert_eq!((world.name(), world.sockets.len()), ("open", 1));
}

#[test]
fn words_go_out_and_json_comes_in_where_a_path_says_so() {
    let options = SessionOptions {
        protocol: leptos_chat_core::session::Protocol::Text,
        ..options(Shape {
            text: "said".parse().ok(),
            ..Shape::default()
        })
    };
    let mut world = World::boxed(Config::new(URL), options.session(7, None)).connected();
    world.say("hi");
    world.hear(r#"{"user":"bo","said":"yes"}"#);
    assert_eq!(
        (world.sent(), world.texts()),
        (vec!["hi".to_owned()], vec!["yes"])
    );
    assert_eq!(world.protocol().as_str(), "text");
}

#[test]
fn another_shape_takes_a_new_link_and_forgets_nothing() {
    let mut world = world(Shape::default());
    world.hear(r#"{"user":"bo","text":"a line that came before"}"#);
    world.say("in the first shape");
    let session = SessionOptions {
        user: Some("ada".into()),
        shape: sending(r#"{"m":"{text}"}"#),
        ..SessionOptions::default()
    };
    let heartbeat = HeartbeatSetting::Auto;
    world.input(Input::Reshape(Box::new(Reshape { session, heartbeat })));
    world.say("in the second");
    world.accept();
    assert_eq!(world.sent(), [r#"{"m":"in the second"}"#]);
    world.hear(r#"{"user":"bo","text":"a line that came before"}"#);
    world.advance_secs(1);
    assert_eq!(world.texts(), ["a line that came before"]);
}

#[test]
fn a_server_that_says_why_it_ends_the_link_is_not_spoken_for() {
    let mut world = world(Shape::default());
    world.say("hi");
    world.server_closes(1000, "join first");
    let told = |event: &Event| matches!(event, Event::Disconnected(Disconnect::Closed(close)) if close.reason == "join first");
    assert!(world.events.iter().any(told), "{:?}", world.events);
}
