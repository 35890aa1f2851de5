//! Socket.IO as tutorials speak it: strings, events of their own, rows behind the words, a hello at the opening.

use leptos_chat_core::connection::{Delivery, Event};
use leptos_chat_core::json;
use leptos_chat_core::json::Value;
use leptos_chat_core::session::options::{Credentials, SessionOptions, SocketIoOptions};
use leptos_chat_core::session::{Kind, Protocol, Reason};
use leptos_chat_core::shape::{Shape, Template};

use super::options;
use super::socketio::{OPEN, URL, joined, joined_with};
use crate::harness::Harness;

pub(super) const CONNECTED: &str = r#"40{"sid":"a"}"#;

pub(super) fn template(source: &str) -> Template {
    source.parse().expect("a template")
}

pub(super) fn shaped(event: &str, send: &str) -> SessionOptions {
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
pub(super) fn last_args(harness: &Harness) -> Value {
    let text = harness.last_sent();
    let json = text.find('[').expect("an array");
    Value::parse(&text[json..]).expect("JSON")
}

fn kinds(harness: &Harness) -> Vec<Kind> {
    harness
        .shown()
        .iter()
        .map(|incoming| incoming.kind)
        .collect()
}

#[test]
fn the_first_line_shows_its_event_and_that_it_is_a_string() {
    let mut harness = joined();
    harness.hear(r#"42["chat message","hello"]"#);
    harness.say("hi");
    assert_eq!(last_args(&harness), json!(["chat message", "hi"]));
}

#[test]
fn a_row_behind_the_words_asks_for_an_id_behind_ours() {
    let mut harness = joined();
    harness.hear(r#"42["chat message","hello",17]"#);
    let id = harness.say("hi");
    assert_eq!(
        last_args(&harness),
        json!(["chat message", "hi", id.to_string()])
    );
    assert_eq!(harness.shown()[0].id.as_deref(), Some("17"));
}

#[test]
fn the_first_object_shows_the_member_for_the_words() {
    let mut harness = joined();
    harness.hear(r#"42["my_response",{"data":"hello","count":1}]"#);
    let id = harness.say("hi");
    let expected = json!(["my_response", {"data": "hi", "id": id.to_string(), "user": "ada"}]);
    assert_eq!(last_args(&harness), expected);
}

#[test]
fn what_is_set_is_not_learnt() {
    let mut harness = joined_with(shaped("say", "{text}"), CONNECTED);
    harness.hear(r#"42["message",{"text":"hello"}]"#);
    harness.say("hi [1]");
    assert_eq!(last_args(&harness), json!(["say", "hi [1]"]));
}

#[test]
fn an_array_in_the_template_is_the_arguments() {
    let mut harness = joined_with(shaped("chat message", r#"["{text}","{id}"]"#), CONNECTED);
    let id = harness.say(r#"with "quotes""#);
    let text = harness.last_sent();
    let expected = json!(["chat message", r#"with "quotes""#, id.to_string()]);
    assert_eq!(last_args(&harness), expected);
    assert!(
        text.starts_with("420["),
        "an acknowledgement is asked for: {text}"
    );
    harness.hear("430[]");
    assert_eq!(harness.last_fate(id), Delivery::Delivered);
}

#[test]
fn other_events_are_shown_where_they_read_like_a_line_or_are_listened_to() {
    let mut harness = joined();
    harness.hear(r#"42["receive_message",{"author":"bo","message":"one"}]"#);
    harness.hear(r#"42["typing",{"author":"bo","message":"tw"}]"#);
    harness.hear(r#"42["news","two"]"#);
    assert_eq!(kinds(&harness), [Kind::Chat, Kind::Data, Kind::Data]);
    for listen in ["news", "*"] {
        let mut harness = joined_with(
            SessionOptions {
                listen: vec![listen.into()],
                ..options(Protocol::SocketIo)
            },
            CONNECTED,
        );
        harness.hear(r#"42["news","two"]"#);
        assert_eq!(kinds(&harness), [Kind::Chat]);
    }
}

#[test]
fn an_error_that_the_server_tells_is_an_error() {
    let mut harness = joined();
    harness.hear(r#"42["exception",{"status":"error","message":"You are muted"}]"#);
    assert_eq!(kinds(&harness), [Kind::Error]);
    assert_eq!(harness.texts(), ["You are muted"]);
}

#[test]
fn what_a_server_says_before_its_connect_is_shown_after_it() {
    let mut harness = super::harness(URL, options(Protocol::SocketIo));
    harness.accept();
    harness.hear(OPEN);
    harness.hear(r#"42["my_response",{"data":"Connected","count":0}]"#);
    assert!(harness.shown().is_empty());
    harness.hear(CONNECTED);
    assert_eq!(
        (harness.name(), harness.texts()),
        ("open", vec!["Connected"])
    );
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
        let mut harness = super::harness(URL, options.clone());
        harness.say("waits");
        harness.accept();
        harness.hear(OPEN);
        harness.hear(CONNECTED);
        let hello = json!(["joinRoom", {"username": "ada", "room": "lobby"}]);
        assert_eq!(last_args(&harness), hello);
        assert_eq!(harness.name(), "handshaking");
        if answer {
            harness.hear(r#"42["roomUsers",{"users":[]}]"#);
        } else {
            harness.advance_secs(5);
        }
        assert_eq!(harness.name(), "open");
        assert_eq!(last_args(&harness)[1]["text"], "waits");
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
    let mut harness = super::harness(URL, options);
    let connect = |harness: &mut Harness| {
        harness.accept();
        harness.hear(OPEN);
        let sent = Value::parse(&harness.last_sent()[2..]).expect("JSON");
        harness.hear(CONNECTED);
        sent
    };
    assert_eq!(
        connect(&mut harness),
        json!({"serverOffset": 0, "token": "t"})
    );
    harness.hear(r#"42["chat message","hello",17]"#);
    harness.breaks();
    harness.advance_to_timer();
    assert_eq!(
        connect(&mut harness),
        json!({"serverOffset": 17, "token": "t"})
    );
}

#[test]
fn a_history_with_rows_stands_once() {
    let mut harness = joined();
    let history = |harness: &mut Harness| {
        for (row, text) in [(1, "one"), (2, "two"), (3, "three"), (4, "four")] {
            harness.hear(format!(r#"42["chat message","{text}",{row}]"#));
        }
    };
    history(&mut harness);
    for _ in 0..2 {
        harness.breaks();
        harness.advance_to_timer();
        harness.accept();
        harness.hear(OPEN);
        harness.hear(CONNECTED);
        history(&mut harness);
        harness.advance_secs(1);
    }
    assert_eq!(harness.texts(), ["one", "two", "three", "four"]);
}

#[test]
fn the_own_line_of_a_server_that_repeats_strings_stands_once() {
    let mut harness = joined();
    harness.hear(r#"42["chat message","hello"]"#);
    let id = harness.say("a line that is no coincidence");
    harness.hear(r#"42["chat message","a line that is no coincidence"]"#);
    assert_eq!(harness.last_fate(id), Delivery::Echoed);
    harness.say("ok");
    harness.hear(r#"42["chat message","ok"]"#);
    assert_eq!(harness.texts(), ["hello"]);
}

#[test]
fn the_preview_shows_what_goes_out_and_whether_it_is_a_guess() {
    let mut harness = joined();
    let guess = harness.connection.preview("hi").expect("a preview");
    assert!(guess.guessed);
    assert_eq!(
        guess.text,
        r#"["message",{"id":"…","text":"hi","user":"ada"}]"#
    );
    harness.hear(r#"42["chat message","hello"]"#);
    let learnt = harness.connection.preview("hi").expect("a preview");
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
    let harness = joined_with(secret, CONNECTED);
    let preview = harness.connection.preview("hi").expect("a preview").text;
    assert_eq!(preview, r#"["say",{"key":"•••","text":"hi"}]"#);
}

fn hints(harness: &Harness) -> Vec<&Reason> {
    let hints = harness.events.iter().filter_map(|event| match event {
        Event::Hint(reason) => Some(reason),
        _ => None,
    });
    hints.collect()
}

#[test]
fn a_guessed_event_that_nobody_answers_is_told_once() {
    let mut harness = joined();
    harness.say("is anybody there?");
    harness.advance_secs(9);
    assert!(hints(&harness).is_empty());
    harness.advance_secs(1);
    assert_eq!(hints(&harness), [&Reason::NobodyListens("message".into())]);
    harness.say("nobody?");
    harness.hear("2");
    harness.advance_secs(20);
    assert_eq!(hints(&harness).len(), 1);
}

#[test]
fn nothing_is_told_of_an_event_that_the_app_has_named() {
    let mut harness = joined();
    harness.send_to("seats", "[1]", true);
    harness.advance_secs(20);
    assert!(hints(&harness).is_empty());
}

#[test]
fn nothing_is_told_where_something_is_heard_or_the_event_was_set() {
    for answer in ["430[]", r#"42["message","hello"]"#] {
        let mut harness = joined();
        harness.say("is anybody there?");
        harness.hear(answer);
        harness.advance_secs(20);
        assert!(hints(&harness).is_empty(), "{answer}");
    }
    let mut harness = joined_with(shaped("say", "{text}"), CONNECTED);
    harness.say("is anybody there?");
    harness.advance_secs(20);
    assert!(hints(&harness).is_empty());
}

#[test]
fn what_was_learnt_is_shown_and_a_later_line_changes_nothing() {
    let mut harness = joined();
    harness.hear(r#"42["news",{"author":"bo","message":"hello"}]"#);
    harness.hear(r#"42["news",{"message":"3:1"}]"#);
    harness.hear(r#"42["chat message","hi"]"#);
    assert_eq!(kinds(&harness), [Kind::Chat; 3]);
    harness.say("ho");
    assert_eq!(last_args(&harness)[0], "news");
}

#[test]
fn what_the_server_says_itself_does_not_show_how_lines_are_said() {
    let mut harness = joined();
    harness.hear(r#"42["my_response",{"system":true,"data":"Connected"}]"#);
    harness.say("hi");
    assert_eq!(last_args(&harness)[0], "message");
}

#[test]
fn a_path_leads_to_the_words_and_only_a_number_behind_a_string_is_a_row() {
    let shape = Shape {
        text: Some("data.words".parse().expect("a path")),
        ..Shape::default()
    };
    let options = SessionOptions {
        shape,
        ..options(Protocol::SocketIo)
    };
    let mut harness = joined_with(options, CONNECTED);
    harness.hear(r#"42["message",{"data":{"words":"hi"}},5]"#);
    assert_eq!(harness.texts(), ["hi"]);
    assert_eq!(harness.shown()[0].id, None);
    let mut harness = joined();
    harness.hear(r#"42["message","hi","lobby"]"#);
    assert_eq!(harness.shown()[0].id, None);
}

#[test]
fn heartbeats_in_events_are_not_shown_and_the_words_of_errors_are() {
    let mut harness = joined();
    harness.hear(r#"42["message",{"type":"ping"}]"#);
    harness.hear(r#"42["exception",{"error":{"message":"You are muted"}}]"#);
    assert_eq!(
        (harness.texts(), kinds(&harness)),
        (vec!["You are muted"], vec![Kind::Error])
    );
}

#[test]
fn what_somebody_writes_is_words_though_it_looks_like_arguments() {
    let mut harness = joined_with(shaped("say", "{text}"), CONNECTED);
    harness.say("[1]");
    assert_eq!(last_args(&harness), json!(["say", "[1]"]));
}
