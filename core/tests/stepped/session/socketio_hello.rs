//! What a Socket.IO session says first: hello, and the auth payload.

use leptos_chat_core::json;
use leptos_chat_core::session::Protocol;
use leptos_chat_core::session::options::{Credentials, SessionOptions};
use leptos_chat_core::shape::Shape;

use super::options;
use super::socketio::{OPEN, URL};
use super::socketio_shapes::{CONNECTED, last_args, template};
use crate::harness::Harness;

fn opening(hello: &[&str], ready: Option<&str>) -> Harness {
    let shape = Shape {
        hello: hello.iter().map(|hello| template(hello)).collect(),
        ready: ready.map(Into::into),
        ..Shape::default()
    };
    let options = SessionOptions {
        shape,
        ..options(Protocol::SocketIo)
    };
    let mut harness = super::harness(URL, options);
    harness.accept();
    harness.hear(OPEN);
    harness.hear(CONNECTED);
    harness
}

#[test]
fn nothing_is_waited_for_where_nothing_is_said_or_no_answer_was_named() {
    assert_eq!(opening(&[], Some("roomUsers")).name(), "open");
    assert_eq!(opening(&["hi"], None).name(), "open");
    let mut harness = opening(&["hi"], Some("roomUsers"));
    harness.hear(r#"42["news","two"]"#);
    assert_eq!(harness.name(), "handshaking");
}

#[test]
fn a_hello_that_names_no_event_goes_out_with_that_of_a_line() {
    for (hello, expected) in [
        ("{user} is here", json!(["message", "ada is here"])),
        (
            r#"[{"name":"{user}"}]"#,
            json!(["message", {"name": "ada"}]),
        ),
    ] {
        assert_eq!(last_args(&opening(&[hello], None)), expected);
    }
}

#[test]
fn names_in_the_auth_payload_are_filled_in_among_other_words() {
    let options = SessionOptions {
        credentials: Credentials {
            auth: Some(json!({"from": "row {heard:1|0}"})),
            ..Credentials::default()
        },
        ..options(Protocol::SocketIo)
    };
    let mut harness = super::harness(URL, options);
    harness.accept();
    harness.hear(OPEN);
    assert_eq!(harness.sent(), [r#"40{"from":"row 0"}"#]);
}
