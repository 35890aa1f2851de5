//! A relay, which sends to all others.

use super::*;

#[test]
fn at_a_relay_sent_is_the_last_state_and_no_deadline_kills_the_link() {
    let mut world = relay();
    let id = world.say("hi");
    world.advance_secs(3600);
    world.hear(r#"{"text":"hello"}"#);
    world.advance_secs(3600);
    assert_eq!(world.fate(id), [Delivery::Queued, Delivery::Sent]);
    assert_eq!((world.name(), world.sockets.len()), ("open", 1));
}

#[test]
fn bytes_go_out_as_they_are() {
    let mut bench = bench();
    let body = Message::Binary(vec![0xff, 0xfe]);
    let out = bench.act(|session, now, out| {
        session.send(
            leptos_chat_core::session::MessageId(1),
            body.clone().into(),
            now,
            out,
        );
    });
    assert_eq!(out, [Action::Transmit(body)]);
}
