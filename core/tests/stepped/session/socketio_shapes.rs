//! Socket.IO as tutorials speak it: strings, events of their own, rows behind the words, a hello at the opening.

use leptos_chat_core::connection::{Delivery, Event};
use leptos_chat_core::json;
use leptos_chat_core::json::Value;
use leptos_chat_core::session::options::{Credentials, SessionOptions, SocketIoOptions};
use leptos_chat_core::session::{Kind, Protocol, Reason};
use leptos_chat_core::shape::{Shape, Template};

use super::options;
use super::socketio::{OPEN, URL, joined, joined_with};
use crate::world::World;

const CONNECTED: &str = r#"40{"sid":"a"}"#;

fn template(source: &str) -> Template {
    source.parse().expect("a template")
}

fn shaped(event: &str, send: &str) -> SessionOptions {
    SessionOptions {
        socketio: SocketIoOptions {
            event: Some(event.into()),
            ..SocketIoOptions::default()
        },
        shape: Shape {
            send: Some(template(send)),
            ..Shape::default()
        },
        ..options(Protocol::SocketIo)
    }
}

/// The last event, without its ack id.
fn last_args(world: &World) -> Value {
    let text = world.last_sent();
    let json = text.find('[').expect("an array");
    Value::parse(&text[json..]).expect("JSON")
}

fn kinds(world: &World) -> Vec<Kind> {
    world.shown().iter().map(|incoming| incoming.kind).collect()
}

#[test]
fn the_first_line_shows_its_event_and_that_it_is_a_string() {
    let mut world = joined();
    world.hear(r#"42["chat message","hello"]"#);
    world.say("hi");
    assert_eq!(last_args(&world), json!(["chat message", "hi"]));
}

#[test]
fn a_row_behind_the_words_asks_for_an_id_behind_ours() {
    let mut world = joined();
    world.hear(r#"42["chat message","hello",17]"#);
    let id = world.say("hi");
    assert_eq!(
        last_args(&world),
        json!(["chat message", "hi", id.to_string()])
    );
    assert_eq!(world.shown()[0].id.as_deref(), Some("17"));
}

#[test]
fn the_first_object_shows_the_member_for_the_words() {
    let mut world = joined();
    world.hear(r#"42["my_response",{"data":"hello","count":1}]"#);
    let id = world.say("hi");
    let expected = json!(["my_response", {"data": "hi", "id": id.to_string(), "user": "ada"}]);
    assert_eq!(last_args(&world), expected);
}

#[test]
fn what_is_set_is_not_learnt() {
    let mut world = joined_with(shaped("say", "{text}"), CONNECTED);
    world.hear(r#"42["message",{"text":"hello"}]"#);
    world.say("hi [1]");
    assert_eq!(last_args(&world), json!(["say", "hi [1]"]));
}

#[test]
fn an_array_in_the_template_is_the_arguments() {
    let mut world = joined_with(shaped("chat message", r#"["{text}","{id}"]"#), CONNECTED);
    let id = world.say(r#"with "quotes""#);
    let text = world.last_sent();
    let expected = json!(["chat message", r#"with "quotes""#, id.to_string()]);
    assert_eq!(last_args(&world), expected);
    assert!(
        text.starts_with("420["),
        "an acknowledgement is asked for: {text}"
    );
    world.hear("430[]");
    assert_eq!(world.last_fate(id), Delivery::Delivered);
}

#[test]
fn other_events_are_shown_where_they_read_like_a_line_or_are_listened_to() {
    let mut world = joined();
    world.hear(r#"42["receive_message",{"author":"bo","message":"one"}]"#);
    world.hear(r#"42["typing",{"author":"bo","message":"tw"}]"#);
    world.hear(r#"42["news","two"]"#);
    assert_eq!(kinds(&world), [Kind::Chat, Kind::Data, Kind::Data]);
    for listen in ["news", "*"] {
        let mut world = joined_with(
            SessionOptions {
                listen: vec![listen.into()],
                ..options(Protocol::SocketIo)
            },
            CONNECTED,
        );
        world.hear(r#"42["news","two"]"#);
        assert_eq!(kinds(&world), [Kind::Chat]);
    }
}

#[test]
fn an_error_that_the_server_tells_is_an_error() {
    let mut world = joined();
    world.hear(r#"42["exception",{"status":"error","message":"You are muted"}]"#);
    assert_eq!(kinds(&world), [Kind::Error]);
    assert_eq!(world.texts(), ["You are muted"]);
}

#[test]
fn what_a_server_says_before_its_connect_is_shown_after_it() {
    let mut world = super::world(URL, options(Protocol::SocketIo));
    world.accept();
    world.hear(OPEN);
    world.hear(r#"42["my_response",{"data":"Connected","count":0}]"#);
    assert!(world.shown().is_empty());
    world.hear(CONNECTED);
    assert_eq!((world.name(), world.texts()), ("open", vec!["Connected"]));
}

#[test]
fn a_hello_goes_out_before_what_waits_and_its_answer_is_waited_for() {
    let shape = Shape {
        hello: vec![template(
            r#"["joinRoom",{"username":"{user}","room":"lobby"}]"#,
        )],
        ready: Some("roomUsers".into()),
        ..Shape::default()
    };
    let options = SessionOptions {
        shape,
        ..options(Protocol::SocketIo)
    };
    for answer in [true, false] {
        let mut world = super::world(URL, options.clone());
        world.say("waits");
        world.accept();
        world.hear(OPEN);
        world.hear(CONNECTED);
        let hello = json!(["joinRoom", {"username": "ada", "room": "lobby"}]);
        assert_eq!(last_args(&world), hello);
        assert_eq!(world.name(), "handshaking");
        if answer {
            world.hear(r#"42["roomUsers",{"users":[]}]"#);
        } else {
            world.advance_secs(5);
        }
        assert_eq!(world.name(), "open");
        assert_eq!(last_args(&world)[1]["text"], "waits");
    }
}

#[test]
fn the_auth_payload_names_the_row_that_was_heard_last() {
    let auth = json!({"serverOffset": "{heard:1|0}", "token": "t"});
    let options = SessionOptions {
        credentials: Credentials {
            auth: Some(auth),
            ..Credentials::default()
        },
        ..options(Protocol::SocketIo)
    };
    let mut world = super::world(URL, options);
    let connect = |world: &mut World| {
        world.accept();
        world.hear(OPEN);
        let sent = Value::parse(&world.last_sent()[2..]).expect("JSON");
        world.hear(CONNECTED);
        sent
    };
    assert_eq!(
        connect(&mut world),
        json!({"serverOffset": 0, "token": "t"})
    );
    world.hear(r#"42["chat message","hello",17]"#);
    world.breaks();
    world.advance_to_timer();
    assert_eq!(
        connect(&mut world),
        json!({"serverOffset": 17, "token": "t"})
    );
}

#[test]
fn a_history_with_rows_stands_once() {
    let mut world = joined();
    let history = |world: &mut World| {
        for (row, text) in [(1, "one"), (2, "two"), (3, "three"), (4, "four")] {
            world.hear(format!(r#"42["chat message","{text}",{row}]"#));
        }
    };
    history(&mut world);
    for _ in 0..2 {
        world.breaks();
        world.advance_to_timer();
        world.accept();
        world.hear(OPEN);
        world.hear(CONNECTED);
        history(&mut world);
        world.advance_secs(1);
    }
    assert_eq!(world.texts(), ["one", "two", "three", "four"]);
}

#[test]
fn the_own_line_of_a_server_that_repeats_strings_stands_once() {
    let mut world = joined();
    world.hear(r#"42["chat message","hello"]"#);
    let id = world.say("a line that is no coincidence");
    world.hear(r#"42["chat message","a line that is no coincidence"]"#);
    assert_eq!(world.last_fate(id), Delivery::Delivered);
    world.say("ok");
    world.hear(r#"42["chat message","ok"]"#);
    assert_eq!(world.texts(), ["hello"]);
}

#[test]
fn the_preview_shows_what_goes_out_and_whether_it_is_a_guess() {
    let mut world = joined();
    let guess = world.connection.preview("hi").expect("a preview");
    assert!(guess.guessed);
    assert_eq!(
        guess.text,
        r#"["message",{"id":"…","text":"hi","user":"ada"}]"#
    );
    world.hear(r#"42["chat message","hello"]"#);
    let learnt = world.connection.preview("hi").expect("a preview");
    assert_eq!(
        (learnt.guessed, learnt.text.as_str()),
        (false, r#"["chat message","hi"]"#)
    );
    let secret = SessionOptions {
        credentials: Credentials {
            secret: Some("s3cret".into()),
            ..Credentials::default()
        },
        ..shaped("say", r#"{"key":"{secret}","text":"{text}"}"#)
    };
    let world = joined_with(secret, CONNECTED);
    let preview = world.connection.preview("hi").expect("a preview").text;
    assert_eq!(preview, r#"["say",{"key":"•••","text":"hi"}]"#);
}

fn hints(world: &World) -> Vec<&Reason> {
    let hints = world.events.iter().filter_map(|event| match event {
        Event::Hint(reason) => Some(reason),
        _ => None,
    });
    hints.collect()
}

#[test]
fn a_guessed_event_that_nobody_answers_is_told_once() {
    let mut world = joined();
    world.say("is anybody there?");
    world.advance_secs(9);
    assert!(hints(&world).is_empty());
    world.advance_secs(1);
    assert_eq!(hints(&world), [&Reason::NobodyListens("message".into())]);
    world.say("nobody?");
    world.hear("2");
    world.advance_secs(20);
    assert_eq!(hints(&world).len(), 1);
}

#[test]
fn nothing_is_told_where_something_is_heard_or_the_event_was_set() {
    for answer in ["430[]", r#"42["message","hello"]"#] {
        let mut world = joined();
        world.say("is anybody there?");
        world.hear(answer);
        world.advance_secs(20);
        assert!(hints(&world).is_empty(), "{answer}");
    }
    let mut world = joined_with(shaped("say", "{text}"), CONNECTED);
    world.say("is anybody there?");
    world.advance_secs(20);
    assert!(hints(&world).is_empty());
}
