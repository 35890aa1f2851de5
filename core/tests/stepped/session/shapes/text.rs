//! The same at servers of plain text.

use super::*;

#[test]
fn a_text_server_has_hello_templates_and_pongs_too() {
    let shape = Shape {
        hello: vec!["/nick {user}".parse().expect("a template")],
        pong: "pong".parse().ok(),
        ..sending("/say {text}")
    };
    let mut harness = Harness::new(
        Config::default(),
        TextSession::with_options(&options(shape)),
    )
    .connected();
    harness.say("hi");
    harness.hear("ping");
    assert_eq!(harness.sent(), ["/nick ada", "/say hi", "pong"]);
    assert_eq!(harness.texts(), Vec::<&str>::new());
}

#[test]
fn a_text_servers_pings_are_answered_once_a_link_ended_over_them() {
    let mut harness = Harness::new(Config::default(), TextSession::default()).connected();
    for expected in [vec![], vec!["PONG".to_owned()]] {
        harness.hear("PING");
        assert_eq!(harness.sent(), expected);
        harness.server_closes(1000, "");
        harness.advance_to_timer();
        harness.accept();
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
    let mut harness = Harness::new(Config::default(), session(shape));
    harness.open();
    harness.say("early");
    for id in [17, 18] {
        harness.accept();
        assert_eq!(
            harness.sent(),
            Vec::<String>::new(),
            "the old link's number is not told"
        );
        harness.hear(format!(r#"{{"type":"id","id":{id}}}"#));
        assert_eq!(
            parsed(&harness.sent()[0]),
            json!({"type": "username", "name": "ada", "id": id})
        );
        assert_eq!(parsed(&harness.sent()[1])["id"], id);
        let quiet = |incoming: &&Incoming| incoming.kind == Kind::Data;
        assert!(
            harness.shown().iter().all(quiet),
            "what belongs to the opening is no line"
        );
        harness.breaks();
        harness.say("more");
        harness.advance_to_timer();
    }
}

#[test]
fn where_own_messages_come_back_one_that_does_not_ends_a_silent_link_and_is_sent_again() {
    let mut harness = harness(Shape::default());
    harness.serve(|message| vec![message.clone()]);
    harness.say("one");
    harness.advance_secs(1);
    harness.serve(|_| Vec::new());
    let lost = harness.say("two");
    harness.advance(millis(9_999));
    assert_eq!(harness.name(), "open");
    harness.advance(millis(1));
    assert_eq!(harness.name(), "waiting");
    assert_eq!(harness.fate(lost).last(), Some(&Delivery::Queued));
    harness.serve(|message| vec![message.clone()]);
    harness.advance_to_timer();
    harness.accept();
    harness.advance_secs(1);
    assert_eq!(harness.fate(lost).last(), Some(&Delivery::Delivered));
}

#[test]
fn a_link_that_lives_is_not_ended_for_a_message_that_a_server_keeps_to_itself() {
    let mut harness = harness(Shape::default());
    harness.serve(|message| vec![message.clone()]);
    harness.say("one");
    harness.advance_secs(1);
    harness.serve(|_| Vec::new());
    harness.say("spam");
    harness.advance_secs(5);
    harness.hear(r#"{"text":"hi","user":"bo","id":"x1"}"#);
    harness.advance_secs(600);
    assert_eq!((harness.name(), harness.sockets.len()), ("open", 1));
}

#[test]
fn a_server_that_never_told_a_message_back_is_not_held_to_it() {
    let mut harness = harness(Shape::default());
    harness.say("one");
    harness.advance_secs(600);
    assert_eq!((harness.name(), harness.sockets.len()), ("open", 1));
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
    let mut harness = Harness::boxed(Config::default(), options.session(7)).connected();
    harness.say("hi");
    harness.hear(r#"{"user":"bo","said":"yes"}"#);
    assert_eq!(
        (harness.sent(), harness.texts()),
        (vec!["hi".to_owned()], vec!["yes"])
    );
    assert_eq!(harness.protocol().as_str(), "text");
}

#[test]
fn another_shape_takes_a_new_link_and_forgets_nothing() {
    let mut harness = harness(Shape::default());
    harness.hear(r#"{"user":"bo","text":"a line that came before"}"#);
    harness.say("in the first shape");
    let session = SessionOptions {
        user: Some("ada".into()),
        shape: sending(r#"{"m":"{text}"}"#),
        ..SessionOptions::default()
    };
    let heartbeat = HeartbeatSetting::Auto;
    harness.input(Input::Reshape(Box::new(Reshape { session, heartbeat })));
    harness.say("in the second");
    harness.accept();
    assert_eq!(harness.sent(), [r#"{"m":"in the second"}"#]);
    harness.hear(r#"{"user":"bo","text":"a line that came before"}"#);
    harness.advance_secs(1);
    assert_eq!(harness.texts(), ["a line that came before"]);
}

#[test]
fn a_server_that_says_why_it_ends_the_link_is_not_spoken_for() {
    let mut harness = harness(Shape::default());
    harness.say("hi");
    harness.server_closes(1000, "join first");
    let told = |event: &Event| matches!(event, Event::Disconnected(Disconnect::Closed(close)) if close.reason == "join first");
    assert!(harness.events.iter().any(told), "{:?}", harness.events);
}
