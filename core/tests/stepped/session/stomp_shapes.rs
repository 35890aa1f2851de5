//! STOMP at servers whose bodies have a shape of their own, as those of Spring's tutorials: templates, a hello, own lines that come
//! back in the application's fields.

use leptos_chat_core::connection::Delivery;
use leptos_chat_core::session::options::StompOptions;
use leptos_chat_core::session::stomp::StompSession;
use leptos_chat_core::session::{
    Action, Kind, MessageId, Outgoing, Protocol, Reason, Session, options::SessionOptions,
};
use leptos_chat_core::shape::{Shape, Template};

use super::bench::Bench;
use super::{harness, options};
use crate::harness::Harness;

const URL: &str = "ws://chat.example:8080/ws";
/// Spring's: no name, no session, no heart-beats; and no receipt for SUBSCRIBE.
const CONNECTED: &str = "CONNECTED\nversion:1.2\nheart-beat:0,0\n\n\0";

fn template(text: &str) -> Template {
    text.parse().expect("a template")
}

/// The chat that most tutorials build.
fn tutorial() -> SessionOptions {
    SessionOptions {
        stomp: StompOptions {
            destination: Some("/app/chat.sendMessage".into()),
            ..StompOptions::default()
        },
        listen: vec!["/topic/public".into()],
        shape: Shape {
            hello: vec![template(
                r#"/app/chat.addUser {"sender":"{user}","type":"JOIN"}"#,
            )],
            send: Some(template(
                r#"{"sender":"{user}","content":"{text}","type":"CHAT"}"#,
            )),
            ..Shape::default()
        },
        ..options(Protocol::Stomp)
    }
}

fn connected(options: SessionOptions) -> Harness {
    let mut harness = harness(URL, options);
    harness.accept();
    harness.hear(CONNECTED);
    harness
}

fn joined(options: SessionOptions) -> Harness {
    let mut harness = connected(options);
    harness.advance_secs(1);
    assert_eq!(harness.name(), "open");
    harness
}

fn message(body: &str) -> String {
    format!("MESSAGE\ndestination:/topic/public\nmessage-id:1\nsubscription:0\n\n{body}\0")
}

fn frame(destination: &str, body: &str) -> impl Fn(&String) -> bool {
    move |sent| {
        sent.starts_with(&format!("SEND\ndestination:{destination}\n"))
            && sent.ends_with(&format!("\n\n{body}\0"))
    }
}

#[test]
fn hello_goes_to_its_own_destination_behind_subscribe_and_before_what_waits() {
    let mut harness = harness(URL, tutorial());
    harness.say("written before");
    harness.accept();
    harness.hear(CONNECTED);
    harness.advance_secs(1);
    let sent = harness.sent();
    assert!(sent[1].contains("\ndestination:/topic/public\n"));
    let hello = r#"{"sender":"ada","type":"JOIN"}"#;
    assert!(frame("/app/chat.addUser", hello)(&sent[2]), "{}", sent[2]);
    let line = r#"{"sender":"ada","content":"written before","type":"CHAT"}"#;
    assert!(
        frame("/app/chat.sendMessage", line)(&sent[3]),
        "{}",
        sent[3]
    );
    harness.breaks();
    harness.advance_to_timer();
    harness.accept();
    harness.hear(CONNECTED);
    harness.advance_secs(1);
    assert!(frame("/app/chat.addUser", hello)(&harness.sent()[2]));
}

#[test]
fn what_waits_goes_out_after_the_answer_to_hello_or_five_seconds() {
    let shape = Shape {
        ready: Some("JOIN".into()),
        ..tutorial().shape
    };
    let options = SessionOptions {
        shape,
        ..tutorial()
    };
    let mut harness = connected(options.clone());
    harness.advance_secs(4);
    assert_eq!(harness.name(), "handshaking");
    harness.hear(message(r#"{"type":"JOIN","content":null,"sender":"ada"}"#));
    assert_eq!(harness.name(), "open");
    let mut other = connected(options);
    other.advance_secs(6);
    assert_eq!(other.name(), "open");
}

#[test]
fn an_own_line_that_comes_back_in_the_applications_fields_is_proof_and_not_shown() {
    let mut harness = joined(tutorial());
    let id = harness.say("hi");
    harness.hear(message(r#"{"type":"CHAT","content":"hi","sender":"ada"}"#));
    assert_eq!(harness.last_fate(id), Delivery::Echoed);
    harness.hear(message(r#"{"type":"CHAT","content":"hi","sender":"bob"}"#));
    assert_eq!(harness.texts(), ["hi"]);
}

#[test]
fn an_own_line_that_the_method_made_into_something_else_stays_sent() {
    let guide = SessionOptions {
        stomp: StompOptions {
            destination: Some("/app/hello".into()),
            ..StompOptions::default()
        },
        listen: vec!["/topic/greetings".into()],
        shape: Shape {
            send: Some(template(r#"{"name":"{text}"}"#)),
            ..Shape::default()
        },
        ..options(Protocol::Stomp)
    };
    let mut harness = joined(guide);
    let id = harness.say("Ada");
    assert!(frame("/app/hello", r#"{"name":"Ada"}"#)(
        &harness.last_sent()
    ));
    harness.hear(message(r#"{"content":"Hello, Ada!"}"#));
    assert_eq!(harness.last_fate(id), Delivery::Sent);
    assert_eq!(harness.texts(), ["Hello, Ada!"]);
}

#[test]
fn who_joins_is_no_line_once_a_line_was_heard() {
    let mut harness = joined(tutorial());
    harness.hear(message(r#"{"type":"CHAT","content":"hi","sender":"bob"}"#));
    harness.hear(message(r#"{"type":"LEAVE","content":null,"sender":"bob"}"#));
    let kinds: Vec<_> = harness.shown().iter().map(|shown| shown.kind).collect();
    assert_eq!(kinds, [Kind::Chat, Kind::Data]);
}

/// What a `@SubscribeMapping` answers: to SUBSCRIBE itself, and to each one anew.
#[test]
fn a_list_that_answers_the_subscription_is_lines_and_those_of_before_are_not_shown_again() {
    let with_history = || SessionOptions {
        listen: vec!["/app/history".into(), "/topic/public".into()],
        ..tutorial()
    };
    let history = |lines: &[&str]| {
        let line = |text| format!(r#"{{"type":"CHAT","content":"{text}","sender":"bob"}}"#);
        let lines: Vec<String> = lines.iter().map(line).collect();
        message(&format!("[{}]", lines.join(",")))
    };
    let mut harness = connected(with_history());
    harness.hear(history(&["good morning", "how are you"]));
    assert_eq!(harness.texts(), ["good morning", "how are you"]);
    harness.breaks();
    harness.advance_to_timer();
    harness.accept();
    harness.hear(CONNECTED);
    harness.hear(history(&["good morning", "how are you", "still there?"]));
    harness.advance_secs(1);
    assert_eq!(
        harness.texts(),
        ["good morning", "how are you", "still there?"]
    );
}

/// What a `@MessageExceptionHandler` with `@SendToUser("/queue/errors")` says.
#[test]
fn an_error_that_a_method_tells_is_the_servers_words_and_ends_nothing() {
    let mut harness = joined(tutorial());
    harness.hear(message(r#"{"error":"You are muted"}"#));
    assert_eq!(harness.texts(), ["You are muted"]);
    assert_eq!(harness.shown()[0].kind, Kind::Error);
    assert_eq!(harness.name(), "open");
}

/// A method whose object has other members answers with what it could not read.
#[test]
fn an_answer_of_empty_members_alone_is_no_line() {
    let mut harness = joined(SessionOptions {
        shape: Shape::default(),
        ..tutorial()
    });
    harness.say("hello there");
    harness.hear(message(r#"{"type":null,"content":null,"sender":null}"#));
    assert_eq!(harness.shown()[0].kind, Kind::Data);
}

#[test]
fn no_other_words_are_the_answer_to_hello() {
    let shape = Shape {
        ready: Some("JOIN".into()),
        ..tutorial().shape
    };
    let mut harness = connected(SessionOptions {
        shape,
        ..tutorial()
    });
    harness.advance_secs(1);
    harness.hear(message(r#"{"type":"CHAT","content":"hi","sender":"bob"}"#));
    assert_eq!(harness.name(), "handshaking");
    harness.hear(message(r#"{"type":"JOIN","content":null,"sender":"ada"}"#));
    assert_eq!(harness.name(), "open");
}

fn shaped(send: Option<&str>) -> SessionOptions {
    SessionOptions {
        shape: Shape {
            send: send.map(template),
            ..Shape::default()
        },
        ..options(Protocol::Stomp)
    }
}

/// What was proved of the server stays where the app sets a shape of its own; whether a message carries its id is the shape's.
#[test]
fn a_message_is_known_again_where_ids_come_back_and_it_has_one() {
    let with_id = r#"{"id":"{id}","text":"{text}"}"#;
    let mut bench = Bench::new(StompSession::new(&shaped(Some(with_id))));
    bench.hear(CONNECTED);
    let (first, _) = bench.say("hi");
    assert!(!bench.session.proves() && !bench.session.recognisable(first));
    bench.hear(message(&format!(r#"{{"id":"{first}","text":"hi"}}"#)));
    assert!(bench.session.proves() && bench.session.recognisable(first));
    for (send, is_known) in [
        (Some(with_id), true),
        (None, true),
        (Some(r#"{"words":"{text}"}"#), false),
    ] {
        bench.session.reshape(&shaped(send));
        bench.reconnect();
        bench.hear(CONNECTED);
        let (next, _) = bench.say("ho");
        assert_eq!(bench.session.recognisable(next), is_known, "{send:?}");
    }
}

#[test]
fn a_limit_that_the_server_told_is_known_when_the_app_sets_another_shape() {
    let mut bench = Bench::new(StompSession::new(&shaped(None)));
    bench.hear(CONNECTED);
    bench.hear("ERROR\nmessage:the limit of 2048 bytes has been exceeded\n\n\0");
    bench.session.reshape(&shaped(Some("{text}")));
    bench.reconnect();
    bench.hear(CONNECTED);
    let long = Outgoing::from("x".repeat(3000).as_str());
    let sent = bench.act(|session, now, out| session.send(MessageId(7), long, now, out));
    let [Action::Failed(_, Reason::TooLarge { limit, .. })] = sent[..] else {
        panic!("{sent:?}");
    };
    assert_eq!(limit, 2048);
}
