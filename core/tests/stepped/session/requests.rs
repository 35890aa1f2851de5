//! Requests: an app's own, with the server's answer; and the server's, which the app answers.

use leptos_chat_core::connection::{Delivery, Event, SendOptions};
use leptos_chat_core::driver::Host;
use leptos_chat_core::json;
use leptos_chat_core::session::json::JsonSession;
use leptos_chat_core::session::options::{SessionOptions, SocketIoOptions};
use leptos_chat_core::session::{
    Action, Channel, Incoming, Kind, MessageId, Outgoing, Protocol, RequestId, Session,
};

use super::bench::Bench;
use super::options;
use super::socketio::{OPEN, joined, joined_with};
use crate::harness::Harness;

fn ask(harness: &mut Harness, make: impl FnOnce(MessageId) -> Outgoing) -> MessageId {
    let id = harness.new_id();
    let outgoing = make(id);
    Host::send(harness, id, outgoing, &SendOptions::default(), |_| {}).expect("accepted");
    id
}

fn replies(harness: &Harness, id: MessageId) -> Vec<&Incoming> {
    let replies = harness.events.iter().filter_map(|event| match event {
        Event::Reply { id: other, reply } if *other == id => Some(reply),
        _ => None,
    });
    replies.collect()
}

// Socket.IO

#[test]
fn an_acknowledgement_brings_its_data_before_the_delivery_is_told() {
    let mut harness = joined();
    let id = ask(&mut harness, |_| Outgoing::event("seats", vec![json!(7)]));
    assert_eq!(harness.last_sent(), r#"420["seats",7]"#);
    harness.hear(r#"430[{"free":["a","b"]},2]"#);
    let data = replies(&harness, id)[0].data.clone();
    assert_eq!(data, Some(json!([{"free": ["a", "b"]}, 2])));
    assert_eq!(harness.fate(id).last(), Some(&Delivery::Delivered));
    let reply = |event: &Event| matches!(event, Event::Reply { .. });
    let at = harness.events.iter().position(reply);
    let told = |event: &Event| {
        matches!(
            event,
            Event::Delivery {
                delivery: Delivery::Delivered,
                ..
            }
        )
    };
    assert!(at < harness.events.iter().position(told));
}

#[test]
fn an_error_in_the_acknowledgement_is_an_answer_too() {
    let mut harness = joined();
    let id = ask(&mut harness, |_| Outgoing::event("seats", Vec::new()));
    harness.hear(r#"430[{"error":"full"}]"#);
    assert_eq!(replies(&harness, id).len(), 1);
    assert!(matches!(harness.fate(id).last(), Some(Delivery::Failed(_))));
}

/// A connection whose app answers `where are you`.
fn answering() -> Harness {
    let socketio = SocketIoOptions {
        answers: vec!["where are you".into()],
        ..SocketIoOptions::default()
    };
    let options = SessionOptions {
        socketio,
        ..options(Protocol::SocketIo)
    };
    joined_with(options, r#"40{"sid":"a"}"#)
}

fn asked(harness: &Harness) -> RequestId {
    let last = harness.shown().last().copied().cloned();
    last.and_then(|incoming| incoming.request)
        .expect("a request")
}

#[test]
fn the_app_answers_the_events_it_has_named_once() {
    let mut harness = answering();
    harness.hear(r#"4212["where are you",1]"#);
    let request = asked(&harness);
    assert_eq!(harness.sent().len(), 1, "nothing but CONNECT");
    assert!(Host::answer(&mut harness, request, vec![json!("here")]));
    assert_eq!(harness.last_sent(), r#"4312["here"]"#);
    assert!(!Host::answer(&mut harness, request, vec![json!("again")]));
    assert_eq!(harness.sent().len(), 2);
}

#[test]
fn other_events_are_acknowledged_at_once() {
    let mut harness = answering();
    harness.hear(r#"423["news",1]"#);
    assert_eq!(harness.last_sent(), "433[]");
    assert_eq!(harness.shown().last().unwrap().request, None);
}

#[test]
fn no_answer_goes_over_another_link_than_its_request() {
    let mut harness = answering();
    harness.hear(r#"420["where are you"]"#);
    let old = asked(&harness);
    harness.breaks();
    assert!(!Host::answer(&mut harness, old, vec![]));
    harness.advance_to_timer();
    harness.accept();
    harness.hear(OPEN);
    harness.hear(r#"40{"sid":"b"}"#);
    harness.hear(r#"420["where are you"]"#);
    let sent = harness.sent().len();
    assert!(!Host::answer(&mut harness, old, vec![]));
    assert_eq!(harness.sent().len(), sent);
    let new = asked(&harness);
    assert!(Host::answer(&mut harness, new, vec![]));
}

#[test]
fn the_app_answers_in_the_namespace_that_asks_while_it_is_joined() {
    let mut harness = answering();
    Host::join(&mut harness, Channel::new("/admin"));
    harness.hear(r#"40/admin,{"sid":"b"}"#);
    harness.hear(r#"42/admin,7["where are you",1]"#);
    let request = asked(&harness);
    assert_eq!(harness.last_sent(), "40/admin,");
    assert!(Host::answer(&mut harness, request, vec![json!("here")]));
    assert_eq!(harness.last_sent(), r#"43/admin,7["here"]"#);
    harness.hear(r#"42/admin,8["where are you"]"#);
    let request = asked(&harness);
    Host::leave_channel(&mut harness, "/admin");
    assert!(!Host::answer(&mut harness, request, vec![]));
    assert_eq!(harness.last_sent(), "41/admin,");
}

// JSON

fn seats(id: MessageId) -> Outgoing {
    let request = json!({"id": (id.to_string()), "op": "seats"});
    Outgoing::exactly(request.to_string())
}

#[test]
fn the_reply_that_carries_the_requests_id_is_its_answer_and_data() {
    let mut harness = Harness::json().connected();
    let id = ask(&mut harness, seats);
    let other = ask(&mut harness, seats);
    harness.hear(format!(r#"{{"id":"{id}","result":{{"text":"two"}}}}"#));
    let reply = replies(&harness, id)[0];
    let data = reply.data.as_ref().unwrap();
    assert_eq!(data.get("result"), Some(&json!({"text": "two"})));
    assert_eq!(
        (reply.to_string(), reply.kind),
        (data.to_string(), Kind::Data)
    );
    assert_eq!(harness.fate(id).last(), Some(&Delivery::Delivered));
    assert_eq!(harness.shown().len(), 1);
    assert!(replies(&harness, other).is_empty());
}

#[test]
fn our_own_request_that_comes_back_is_no_reply() {
    let mut harness = Harness::json().connected();
    let id = ask(&mut harness, seats);
    let request = harness.last_sent();
    harness.hear(request.clone());
    harness.hear(format!(r#"{{"from":"bo","said":{request}}}"#));
    // As a server with a log numbers it.
    harness.hear(request.replace('}', r#","seq":7}"#));
    assert!(replies(&harness, id).is_empty());
    harness.hear(format!(r#"{{"id":"{id}","free":2}}"#));
    assert_eq!(replies(&harness, id).len(), 1);
    harness.hear(format!(r#"{{"id":"{id}","free":1}}"#));
    assert_eq!(replies(&harness, id).len(), 1, "one request, one reply");
}

#[test]
fn a_reply_to_a_request_proves_no_line() {
    let mut harness = Harness::json().connected();
    let line = harness.say("a");
    let id = ask(&mut harness, seats);
    harness.hear(format!(r#"{{"id":"{id}","free":2}}"#));
    assert_eq!(harness.fate(line).last(), Some(&Delivery::Sent));
}

#[test]
fn a_copy_of_a_request_is_none_however_the_server_writes_it() {
    let mut harness = Harness::json().connected();
    let line = harness.say("a");
    // Own lines come back here, with what this server adds to each.
    harness.hear(format!(
        r#"{{"id":"{line}","text":"a","user":"ada","at":7}}"#
    ));
    let id = ask(&mut harness, seats);
    let request = harness.last_sent();
    let copies = [
        format!(r#"{{"at":7,"id":"{id}","op":"seats","user":"ada"}}"#),
        format!(r#"{{"op":"seats","id":"{id}"}}"#),
        json!({"from": "bo", "body": request}).to_string(),
        json!({"body": (json!({"op": "seats", "at": 7, "id": (id.to_string())}).to_string())})
            .to_string(),
        json!([1, ["op", request.clone()]]).to_string(),
        json!({"from": "bo", "body": (format!("bo: {request}"))}).to_string(),
    ];
    for copy in copies {
        harness.hear(copy.clone());
        assert!(replies(&harness, id).is_empty(), "{copy}");
    }
    harness.hear(format!(r#"{{"id":"{id}","op":"seats","free":2}}"#));
    assert_eq!(
        replies(&harness, id).len(),
        1,
        "it says more than was asked"
    );
}

#[test]
fn a_reply_may_repeat_the_request_where_own_lines_do_not_come_back() {
    let mut harness = Harness::json().connected();
    let id = ask(&mut harness, seats);
    harness.hear(format!(r#"{{"id":"{id}","op":"seats","user":"ada"}}"#));
    assert_eq!(replies(&harness, id).len(), 1);
}

#[test]
fn a_request_that_is_sent_again_has_one_reply() {
    let mut bench = Bench::new(JsonSession::default());
    let id = MessageId(7 << 64);
    for _ in 0..2 {
        let request = seats(id);
        bench.act(|session, now, out| session.send(id, request, now, out));
    }
    let reply = format!(r#"{{"id":"{id}","free":2}}"#);
    let replied = |actions: &[Action]| actions.contains(&Action::Delivered(id));
    assert!(replied(&bench.hear(reply.as_str())));
    assert!(!replied(&bench.hear(reply.as_str())));
}

#[test]
fn a_reply_in_an_array_is_a_reply_and_a_copy_in_one_is_not() {
    let mut bench = Bench::new(JsonSession::default());
    let id = MessageId(0x77);
    let asked = format!(r#"["seats",{{"id":"{id}"}}]"#);
    let outgoing = Outgoing::exactly(asked.clone());
    bench.act(|session, now, out| session.send(id, outgoing, now, out));
    let replies = |actions: Vec<Action>| {
        let is_reply = |action: &&Action| matches!(action, Action::Reply(..));
        actions.iter().filter(is_reply).count()
    };
    assert_eq!(replies(bench.hear(asked)), 0);
    assert_eq!(replies(bench.hear(format!(r#"["seats","{id}",7]"#))), 1);
}
