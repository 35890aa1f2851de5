//! A relay, which sends to all others.

use super::*;

#[test]
fn at_a_relay_sent_is_the_last_state_and_no_deadline_kills_the_link() {
    let mut harness = relay();
    let id = harness.say("hi");
    harness.advance_secs(3600);
    harness.hear(r#"{"text":"hello"}"#);
    harness.advance_secs(3600);
    assert_eq!(harness.fate(id), [Delivery::Queued, Delivery::Sent]);
    assert_eq!((harness.name(), harness.sockets.len()), ("open", 1));
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
