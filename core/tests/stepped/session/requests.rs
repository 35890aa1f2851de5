//! Requests: an app's own, with the server's answer; and the server's, which the app answers.

use leptos_chat_core::connection::{Delivery, Event};
use leptos_chat_core::driver::Host;
use leptos_chat_core::json;
use leptos_chat_core::session::options::{SessionOptions, SocketIoOptions};
use leptos_chat_core::session::{Incoming, MessageId, Outgoing, Protocol, RequestId};

use super::options;
use super::socketio::{OPEN, joined, joined_with};
use crate::world::World;

fn ask(world: &mut World, make: impl FnOnce(MessageId) -> Outgoing) -> MessageId {
    let id = world.connection.new_id();
    let outgoing = make(id);
    Host::send(world, id, outgoing, |_| {}).expect("accepted");
    id
}

fn replies(world: &World, id: MessageId) -> Vec<&Incoming> {
    let replies = world.events.iter().filter_map(|event| match event {
        Event::Reply { id: other, reply } if *other == id => Some(reply),
        _ => None,
    });
    replies.collect()
}

// Socket.IO

#[test]
fn an_acknowledgement_brings_its_data_before_the_delivery_is_told() {
    let mut world = joined();
    let id = ask(&mut world, |_| Outgoing::event("seats", vec![json!(7)]));
    assert_eq!(world.last_sent(), r#"420["seats",7]"#);
    world.hear(r#"430[{"free":["a","b"]},2]"#);
    let data = replies(&world, id)[0].data.clone();
    assert_eq!(data, Some(json!([{"free": ["a", "b"]}, 2])));
    assert_eq!(world.fate(id).last(), Some(&Delivery::Delivered));
    let reply = |event: &Event| matches!(event, Event::Reply { .. });
    let at = world.events.iter().position(reply);
    let told = |event: &Event| {
        matches!(
            event,
            Event::Delivery {
                delivery: Delivery::Delivered,
                ..
            }
        )
    };
    assert!(at < world.events.iter().position(told));
}

#[test]
fn an_error_in_the_acknowledgement_is_an_answer_too() {
    let mut world = joined();
    let id = ask(&mut world, |_| Outgoing::event("seats", Vec::new()));
    world.hear(r#"430[{"error":"full"}]"#);
    assert_eq!(replies(&world, id).len(), 1);
    assert!(matches!(world.fate(id).last(), Some(Delivery::Failed(_))));
}

/// A connection whose app answers `where are you`.
fn answering() -> World {
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

fn asked(world: &World) -> RequestId {
    let last = world.shown().last().copied().cloned();
    last.and_then(|incoming| incoming.request)
        .expect("a request")
}

#[test]
fn the_app_answers_the_events_it_has_named_once() {
    let mut world = answering();
    world.hear(r#"4212["where are you",1]"#);
    let request = asked(&world);
    assert_eq!(world.sent().len(), 1, "nothing but CONNECT");
    assert!(Host::answer(&mut world, request, vec![json!("here")]));
    assert_eq!(world.last_sent(), r#"4312["here"]"#);
    assert!(!Host::answer(&mut world, request, vec![json!("again")]));
    assert_eq!(world.sent().len(), 2);
}

#[test]
fn other_events_are_acknowledged_at_once() {
    let mut world = answering();
    world.hear(r#"423["news",1]"#);
    assert_eq!(world.last_sent(), "433[]");
    assert_eq!(world.shown().last().unwrap().request, None);
}

#[test]
fn no_answer_goes_over_another_link_than_its_request() {
    let mut world = answering();
    world.hear(r#"420["where are you"]"#);
    let old = asked(&world);
    world.breaks();
    assert!(!Host::answer(&mut world, old, vec![]));
    world.advance_to_timer();
    world.accept();
    world.hear(OPEN);
    world.hear(r#"40{"sid":"b"}"#);
    world.hear(r#"420["where are you"]"#);
    let sent = world.sent().len();
    assert!(!Host::answer(&mut world, old, vec![]));
    assert_eq!(world.sent().len(), sent);
    let new = asked(&world);
    assert!(Host::answer(&mut world, new, vec![]));
}

// JSON

fn seats(id: MessageId) -> Outgoing {
    let request = json!({"id": (id.to_string()), "op": "seats"});
    Outgoing::exactly(request.to_string())
}

#[test]
fn the_reply_that_carries_the_requests_id_is_its_answer_and_data() {
    let mut world = World::json().connected();
    let id = ask(&mut world, seats);
    let other = ask(&mut world, seats);
    world.hear(format!(r#"{{"id":"{id}","result":{{"text":"two"}}}}"#));
    let data = replies(&world, id)[0].data.clone().unwrap();
    assert_eq!(data.get("result"), Some(&json!({"text": "two"})));
    assert_eq!(world.fate(id).last(), Some(&Delivery::Delivered));
    assert_eq!(world.shown().len(), 1);
    assert!(replies(&world, other).is_empty());
}

#[test]
fn our_own_request_that_comes_back_is_no_reply() {
    let mut world = World::json().connected();
    let id = ask(&mut world, seats);
    let request = world.last_sent();
    world.hear(request.clone());
    world.hear(format!(r#"{{"from":"bo","said":{request}}}"#));
    // As a server with a log numbers it.
    world.hear(request.replace('}', r#","seq":7}"#));
    assert!(replies(&world, id).is_empty());
    world.hear(format!(r#"{{"id":"{id}","free":2}}"#));
    assert_eq!(replies(&world, id).len(), 1);
    world.hear(format!(r#"{{"id":"{id}","free":1}}"#));
    assert_eq!(replies(&world, id).len(), 1, "one request, one reply");
}

#[test]
fn a_reply_to_a_request_proves_no_line() {
    let mut world = World::json().connected();
    let line = world.say("a");
    let id = ask(&mut world, seats);
    world.hear(format!(r#"{{"id":"{id}","free":2}}"#));
    assert_eq!(world.fate(line).last(), Some(&Delivery::Sent));
}
