//! A channel, which sends to all.

use super::*;

#[test]
fn an_echo_proves_delivery_and_is_not_shown() {
    let mut harness = channel();
    let id = harness.say("hi");
    harness.advance_secs(1);
    use Delivery::{Delivered, Queued, Sent};
    assert_eq!(harness.fate(id), [Queued, Sent, Delivered]);
    assert!(harness.shown().is_empty());
}

#[test]
fn a_second_echo_is_neither_shown_nor_a_second_proof() {
    let mut bench = bench();
    let (id, sent) = bench.say("hi");
    assert_eq!(bench.hear(sent.clone()), [Action::Delivered(id)]);
    assert_eq!(bench.hear(sent), []);
}

#[test]
fn a_message_that_is_sent_again_is_proved_again() {
    let mut bench = bench();
    let (id, sent) = bench.say("hi");
    bench.hear(sent.clone());
    bench.last_id -= 1;
    assert_eq!(bench.say("hi").0, id);
    assert_eq!(bench.hear(sent), [Action::Delivered(id)]);
}

#[test]
fn an_echo_after_a_reconnect_is_still_known() {
    let mut bench = bench();
    let (id, sent) = bench.say("hi");
    bench.reconnect();
    assert_eq!(bench.hear(sent), [Action::Delivered(id)]);
}

#[test]
fn a_server_that_echoes_proves_from_then_on() {
    let mut bench = bench();
    assert!(!bench.session.proves());
    let (_, sent) = bench.say("hi");
    bench.hear(sent);
    assert!(bench.session.proves());
    bench.reconnect();
    assert!(bench.session.proves());
}

#[test]
fn text_and_binary_frames_are_alike() {
    let mut bench = bench();
    let (id, sent) = bench.say("hi");
    assert_eq!(bench.hear(sent.into_bytes()), [Action::Delivered(id)]);
    let text = r#"{"text":"from another"}"#;
    assert_eq!(bench.hear(text), bench.hear(text.as_bytes().to_vec()));
}

#[test]
fn another_clients_constant_id_is_never_deduplicated() {
    let mut bench = bench();
    for _ in 0..3 {
        let actions = bench.hear(r#"{"id":"u1","text":"same"}"#);
        assert_eq!(shown(&actions), ["same"]);
    }
}

#[test]
fn another_clients_message_under_an_id_of_our_form_is_shown() {
    let mut bench = bench();
    bench.say("hi");
    let frame = format!(r#"{{"id":"{:032x}","text":"hi","user":"ada"}}"#, 77);
    assert_eq!(shown(&bench.hear(frame)), ["hi"]);
}

#[test]
fn an_echo_without_an_id_is_known_by_our_name_and_the_text() {
    let mut bench = bench();
    let (id, _) = bench.say("hi");
    assert_eq!(
        bench.hear(r#"{"text":"hi","user":"ada"}"#),
        [Action::Echoed(id)]
    );
    let again = bench.hear(r#"{"text":"hi","user":"ada"}"#);
    assert_eq!(shown(&again), ["hi"], "only as often as it was sent");
}

#[test]
fn the_same_text_of_another_or_of_nobody_is_shown() {
    let mut bench = bench();
    bench.say("hi");
    for frame in [r#"{"text":"hi","user":"bo"}"#, r#"{"text":"hi"}"#] {
        assert_eq!(shown(&bench.hear(frame)), ["hi"]);
    }
    let mut nameless = Bench::new(JsonSession::default());
    nameless.say("hi");
    assert_eq!(shown(&nameless.hear(r#"{"text":"hi"}"#)), ["hi"]);
}

#[test]
fn equal_texts_without_ids_are_proved_in_order() {
    let mut bench = bench();
    let [(first, _), (second, _)] = [bench.say("hi"), bench.say("hi")];
    let frame = r#"{"text":"hi","user":"ada"}"#;
    assert_eq!(bench.hear(frame), [Action::Echoed(first)]);
    assert_eq!(bench.hear(frame), [Action::Echoed(second)]);
}

#[test]
fn the_greeting_is_a_system_message() {
    let actions = bench().hear(br#"{"system":true,"text":"welcome"}"#.to_vec());
    let [Action::Deliver(incoming)] = &actions[..] else {
        panic!("{actions:?}")
    };
    assert_eq!(incoming.kind, Kind::System);
}

#[test]
fn an_array_is_several_messages_in_order() {
    let actions = bench().hear(r#"[{"text":"a"},{"text":"b"}]"#);
    assert_eq!(shown(&actions), ["a", "b"]);
}

#[test]
fn configured_names_are_written() {
    let fields = JsonFields {
        text: "words".into(),
        user: "who".into(),
        id: "key".into(),
    };
    let mut bench = Bench::new(JsonSession::new(Some("ada".into()), fields));
    let (id, sent) = bench.say("hi");
    assert_eq!(
        sent,
        format!(r#"{{"key":"{id}","words":"hi","who":"ada"}}"#)
    );
    assert_eq!(bench.hear(sent), [Action::Delivered(id)]);
}

#[test]
fn configured_names_are_written_whatever_is_heard() {
    let fields = JsonFields {
        text: "words".into(),
        ..JsonFields::default()
    };
    for heard in [
        r#"{"type":"chat","words":"hello","nick":"bo"}"#,
        r#"["chat","bo","hello"]"#,
    ] {
        let mut bench = Bench::new(JsonSession::new(Some("ada".into()), fields.clone()));
        bench.hear(heard);
        let (id, sent) = bench.say("hi");
        let named = format!(r#"{{"id":"{id}","words":"hi","user":"ada"}}"#);
        assert_eq!(sent, named, "{heard}");
    }
}

#[test]
fn a_blank_name_is_no_name() {
    let mut bench = Bench::new(session("  "));
    assert!(!bench.say("hi").1.contains("user"));
}

#[test]
fn bytes_are_not_sent_again_where_words_are() {
    let mut harness = channel();
    harness.say("shows that ids come back");
    harness.advance_secs(1);
    harness.serve(|_| Vec::new());
    let words = harness.say("words");
    let bytes = harness.say(vec![0xff, 0xfe]);
    harness.breaks();
    use Delivery::{Failed, Queued};
    assert_eq!(harness.fate(words).last(), Some(&Queued));
    let unconfirmed = Failed(leptos_chat_core::connection::Failure::Unconfirmed);
    assert_eq!(harness.fate(bytes).last(), Some(&unconfirmed));
}
