//! The same at servers of plain text.

use super::*;

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
