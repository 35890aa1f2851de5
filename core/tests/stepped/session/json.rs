//! The `json` session at a channel, which sends to all, and at a relay, which excludes the sender.

use leptos_chat_core::connection::{Delivery, Event};
use leptos_chat_core::session::options::SessionOptions;
use leptos_chat_core::session::{Action, Kind, Reason, Session, json::JsonSession};
use leptos_chat_core::shape::Shape;
use leptos_chat_core::wire::Message;
use leptos_chat_core::wire::json::JsonFields;

use super::bench::{Bench, answered, shown};
use crate::world::{URL, World, asking};
use crate::{millis, secs};

fn session(user: &str) -> JsonSession {
    JsonSession::new(Some(user.into()), JsonFields::default())
}

fn bench() -> Bench<JsonSession> {
    Bench::new(session("ada"))
}

fn world(serve: impl FnMut(&Message) -> Vec<Message> + 'static) -> World {
    let mut world = World::new(asking(URL), session("ada"));
    world.serve(serve);
    world.connected()
}

/// Sends everything to everybody, the sender too, as binary frames.
fn channel() -> World {
    world(|message| {
        let text = message.as_text().expect("JSON").to_owned();
        if text.contains(r#""type":"ping""#) {
            return vec![text.replace("ping", "pong").into_bytes().into()];
        }
        vec![text.into_bytes().into()]
    })
}

/// Sends everything to all others, and never answers.
fn relay() -> World {
    world(|_| Vec::new())
}

// A channel to all

#[test]
fn an_echo_proves_delivery_and_is_not_shown() {
    let mut world = channel();
    let id = world.say("hi");
    world.advance_secs(1);
    use Delivery::{Delivered, Queued, Sent};
    assert_eq!(world.fate(id), [Queued, Sent, Delivered]);
    assert!(world.shown().is_empty());
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
fn a_foreign_message_under_an_id_of_our_form_is_shown() {
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
        [Action::Delivered(id)]
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
    assert_eq!(bench.hear(frame), [Action::Delivered(first)]);
    assert_eq!(bench.hear(frame), [Action::Delivered(second)]);
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
fn a_blank_name_is_no_name() {
    let mut bench = Bench::new(session("  "));
    assert!(!bench.say("hi").1.contains("user"));
}

// A relay to all others

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

// Heartbeats

#[test]
fn a_channel_that_answers_is_held_to_it() {
    let mut world = channel();
    world.advance_secs(30);
    assert_eq!(world.name(), "open");
    world.serve(|_| Vec::new());
    world.advance_secs(31);
    assert!(world.sockets.len() > 1, "a new attempt was made");
    assert!(world.shown().is_empty());
}

#[test]
fn an_own_ping_that_comes_back_is_an_answer() {
    let mut bench = bench();
    let (ping, deadline) = bench.beat();
    assert!(!deadline, "nothing is known yet");
    assert_eq!(bench.hear(ping), [Action::Answered]);
    assert!(bench.beat().1);
}

#[test]
fn a_pong_with_the_pings_id_is_an_answer() {
    let mut bench = bench();
    let (ping, _) = bench.beat();
    assert_eq!(bench.hear(ping.replace("ping", "pong")), [Action::Answered]);
    assert!(bench.beat().1);
}

#[test]
fn a_pong_without_an_id_is_an_answer_at_a_server() {
    let mut bench = bench();
    assert_eq!(bench.hear(r#"{"type":"pong"}"#), [], "nobody asked");
    bench.beat();
    assert_eq!(bench.hear(r#"{"type":"pong"}"#), [Action::Answered]);
    assert!(bench.beat().1);
}

#[test]
fn at_a_relay_another_clients_pong_is_no_proof() {
    for foreign in [
        r#"{"type":"ping","id":"x"}"#,
        r#"{"type":"ping"}"#,
        r#"{"type":"pong","id":"x"}"#,
    ] {
        let mut bench = bench();
        let (ping, _) = bench.beat();
        bench.hear(foreign);
        bench.hear(r#"{"type":"pong"}"#);
        bench.hear(ping.replace("ping", "pong"));
        assert!(!bench.beat().1, "{foreign}");
    }
}

#[test]
fn a_pong_that_came_before_the_relay_showed_itself_counts_no_longer() {
    let mut bench = bench();
    bench.beat();
    bench.hear(r#"{"type":"pong"}"#);
    assert!(bench.beat().1);
    bench.hear(r#"{"type":"ping","id":"another client's"}"#);
    assert!(!bench.beat().1);
}

#[test]
fn an_own_ping_that_comes_back_is_proof_even_where_pings_are_relayed() {
    let mut bench = bench();
    bench.hear(r#"{"type":"ping","id":"another client's"}"#);
    let (ping, _) = bench.beat();
    bench.hear(ping);
    assert!(bench.beat().1);
}

#[test]
fn two_answers_to_one_ping_come_from_clients() {
    let mut bench = bench();
    let (ping, _) = bench.beat();
    let pong = ping.replace("ping", "pong");
    bench.hear(pong.clone());
    bench.hear(pong);
    assert!(!bench.beat().1);
}

#[test]
fn what_answered_on_the_old_socket_is_not_expected_of_the_new() {
    let mut bench = bench();
    let (ping, _) = bench.beat();
    bench.hear(ping.clone());
    bench.reconnect();
    assert!(!bench.beat().1);
    assert!(!answered(&bench.hear(ping)), "an old ping from a history");
    assert!(!bench.beat().1);
}

#[test]
fn two_clients_at_a_relay_do_not_kill_each_others_links() {
    // Each hears the other's pings, half an interval apart.
    let mut world = relay();
    for n in 0..50 {
        world.advance_secs(10);
        world.hear(format!(r#"{{"type":"ping","id":"{n:032x}"}}"#));
        world.advance_secs(10);
    }
    assert_eq!((world.name(), world.sockets.len()), ("open", 1));
}

#[test]
fn a_server_ping_is_answered_where_that_was_set_at_most_once_a_second() {
    let shape = Shape {
        pong: Some(r#"{"type":"pong"}"#.parse().expect("a template")),
        ..Shape::default()
    };
    let mut bench = Bench::new(JsonSession::with_options(&SessionOptions {
        shape,
        ..SessionOptions::default()
    }));
    let ping = r#"{"type":"ping"}"#;
    let pong = [Action::Transmit(r#"{"type":"pong"}"#.into())];
    assert_eq!(bench.hear(ping), pong);
    for _ in 0..10 {
        assert_eq!(bench.hear(ping), []);
    }
    bench.wait(millis(999));
    assert_eq!(bench.hear(ping), []);
    bench.wait(millis(1));
    assert_eq!(bench.hear(ping), pong);
    bench.reconnect();
    assert_eq!(
        bench.hear(ping),
        pong,
        "a new socket's ping waits for nothing"
    );
}

#[test]
fn another_clients_ping_is_not_answered_by_us() {
    assert_eq!(bench().hear(r#"{"type":"ping","id":"x"}"#), []);
}

#[test]
fn no_heartbeat_of_anybody_is_shown() {
    let mut bench = bench();
    let own = bench.beat().0;
    for frame in [
        "ping",
        "pong",
        r#"{"type":"ping"}"#,
        r#"{"type":"pong"}"#,
        r#"{"type":"ping","id":"x"}"#,
        r#"{"type":"pong","id":"x"}"#,
        r#"{"type":"PING","id":7}"#,
        own.as_str(),
    ] {
        let actions = bench.hear(frame);
        let visible = |action: &Action| {
            matches!(
                action,
                Action::Deliver(_) | Action::Unreadable(..) | Action::Delivered(_)
            )
        };
        assert!(!actions.iter().any(visible), "{frame}");
    }
}

#[test]
fn a_message_about_ping_is_a_message() {
    let mut bench = bench();
    assert_eq!(shown(&bench.hear(r#"{"text":"ping"}"#)), ["ping"]);
    assert_eq!(
        shown(&bench.hear(r#"{"type":"ping","text":"really"}"#)),
        ["really"]
    );
}

// What cannot be read

#[test]
fn a_lone_surrogate_costs_one_character() {
    let actions = bench().hear(r#"{"text":"a\ud800b","user":"\udc00"}"#);
    assert_eq!(shown(&actions), ["a\u{fffd}b"]);
}

#[test]
fn deep_json_is_unreadable_and_no_overflow() {
    for text in [
        "[".repeat(100_000),
        format!(r#"{{"text":{}1{}}}"#, "[".repeat(500), "]".repeat(500)),
    ] {
        let actions = bench().hear(text);
        assert!(
            matches!(&actions[..], [Action::Unreadable(..)]),
            "{actions:?}"
        );
    }
}

#[test]
fn bytes_that_are_no_utf8_are_unreadable_and_kept() {
    let bytes = vec![0xff, 0xfe, 0x00];
    let actions = bench().hear(bytes.clone());
    let [Action::Unreadable(reason, Message::Binary(kept))] = &actions[..] else {
        panic!("{actions:?}");
    };
    assert_eq!(*reason, Reason::NotText);
    assert_eq!(*kept, bytes);
}

#[test]
fn garbage_closes_nothing() {
    let mut world = relay();
    for frame in ["{", "[[", r#"{"text":"#, "", "{\"a\":1"] {
        world.hear(frame);
    }
    world.hear(vec![0xff]);
    let unreadable = |event: &&Event| matches!(event, Event::Unreadable { .. });
    assert_eq!(world.events.iter().filter(unreadable).count(), 6);
    world.hear(r#"{"text":"fine"}"#);
    assert_eq!(world.texts(), ["fine"]);
    world.advance(secs(60));
    assert_eq!(world.name(), "open");
}

#[test]
fn a_server_that_sends_a_message_back_is_asked_at_once_whether_it_answers() {
    let mut world = World::with_config(asking(URL), Box::new(session("ada")));
    world.serve(|message| vec![message.clone()]);
    let mut world = world.connected();
    world.say("mine");
    world.advance(millis(50));
    // It falls silent half a second after the opening, before the first heartbeat would have been due.
    world.serve(|_| Vec::new());
    world.advance_secs(60);
    assert!(world.sockets.len() > 1, "it was never found dead");
}

#[test]
fn bytes_are_not_sent_again_where_words_are() {
    let mut world = channel();
    world.say("shows that ids come back");
    world.advance_secs(1);
    world.serve(|_| Vec::new());
    let words = world.say("words");
    let bytes = world.say(vec![0xff, 0xfe]);
    world.breaks();
    use Delivery::{Failed, Queued};
    assert_eq!(world.fate(words).last(), Some(&Queued));
    let unconfirmed = Failed(leptos_chat_core::connection::Failure::Unconfirmed);
    assert_eq!(world.fate(bytes).last(), Some(&unconfirmed));
}
