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

#[test]
fn what_the_server_says_itself_and_a_line_of_several_are_nobodys_echo() {
    let mut bench = bench();
    bench.say("a line of words from ada");
    for line in [
        r#"{"system":true,"text":"a line of words from ada"}"#,
        r#"{"text":"a line of words from ada\nand some of mine"}"#,
    ] {
        let told = shown(&bench.hear(line));
        assert!(
            matches!(&told[..], [whole] if whole.starts_with("a line of words from ada")),
            "{told:?}"
        );
    }
}

#[test]
fn a_copy_that_says_so_is_told_as_one() {
    let mut bench = bench();
    for (line, is_copy) in [
        (r#"{"user":"bo","text":"hi","resent":true}"#, true),
        (r#"{"user":"bo","text":"ho"}"#, false),
    ] {
        let heard = bench.hear(line);
        let [Action::Deliver(incoming)] = &heard[..] else {
            panic!("{heard:?}");
        };
        assert_eq!(incoming.resent, is_copy);
    }
}
