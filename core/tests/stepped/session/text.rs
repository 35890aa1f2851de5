//! The `text` session at an echo server and among other people.

use leptos_chat_core::connection::Config;
use leptos_chat_core::session::{Action, Body, CloseEvent, Incoming, Session, text::TextSession};
use leptos_chat_core::wire::Message;

use super::bench::{Bench, answered, shown};
use crate::harness::{Harness, URL, asking};
use crate::secs;

const PREFIX: &str = "Hello, you sent -> ";

fn bench() -> Bench<TextSession> {
    Bench::new(TextSession::new())
}

fn echo(text: &str) -> String {
    format!("{PREFIX}{text}")
}

/// A bench whose server has shown how it echoes.
fn learned() -> Bench<TextSession> {
    let mut bench = bench();
    bench.beat();
    bench.hear(echo("ping"));
    bench.say("hello");
    bench.hear(echo("hello"));
    bench
}

/// The echo server of the tutorials.
fn echo_harness(prefix: &'static str) -> Harness {
    let mut harness = Harness::new(asking(URL), TextSession::new());
    harness.serve(move |message| {
        let text = message.as_text().expect("a text");
        vec![format!("{prefix}{text}").into()]
    });
    let mut harness = harness.connected();
    harness.hear("Hi there, I am a server");
    harness
}

#[test]
fn the_greeting_and_answers_are_shown() {
    let mut harness = echo_harness(PREFIX);
    harness.say("one");
    harness.say("two");
    harness.advance_secs(1);
    assert_eq!(
        harness.texts(),
        ["Hi there, I am a server", &echo("one"), &echo("two")]
    );
}

#[test]
fn answers_to_heartbeats_are_swallowed_from_the_first_on() {
    let mut harness = echo_harness(PREFIX);
    harness.advance_secs(200);
    assert_eq!(harness.texts(), ["Hi there, I am a server"]);
    assert_eq!(harness.sent().len(), 11);
}

#[test]
fn answers_to_heartbeats_are_swallowed_among_messages() {
    let mut harness = echo_harness(PREFIX);
    let mut expected = vec!["Hi there, I am a server".to_owned()];
    for n in 0..300 {
        let text = format!("message {n}");
        harness.say(text.as_str());
        expected.push(echo(&text));
        harness.advance_secs(3);
    }
    assert_eq!(harness.texts(), expected);
}

#[test]
fn an_echo_server_that_goes_silent_is_noticed() {
    let mut harness = echo_harness(PREFIX);
    harness.advance_secs(5);
    harness.serve(|_| Vec::new());
    harness.advance_secs(26);
    assert!(harness.sockets.len() > 1, "a new attempt was made");
}

#[test]
fn the_users_own_ping_shows_its_answer() {
    for prefix in [PREFIX, ""] {
        let mut harness = echo_harness(prefix);
        harness.advance_secs(1);
        for _ in 0..3 {
            harness.say("ping");
            harness.advance_secs(25);
        }
        let answer = format!("{prefix}ping");
        let shown = harness
            .texts()
            .iter()
            .filter(|text| **text == answer)
            .count();
        assert_eq!(shown, 3, "after {prefix:?}");
    }
}

#[test]
fn the_users_ping_right_behind_a_heartbeat_shows_one_answer() {
    let mut bench = learned();
    bench.beat();
    bench.say("ping");
    assert_eq!(shown(&bench.hear(echo("ping"))), Vec::<String>::new());
    assert_eq!(shown(&bench.hear(echo("ping"))), [echo("ping")]);
}

#[test]
fn a_users_text_that_ends_in_ping_does_not_take_the_heartbeats_place() {
    let mut bench = learned();
    bench.beat();
    bench.say("stop sleeping");
    bench.beat();
    assert_eq!(
        shown(&bench.hear(echo("stop sleeping"))),
        [echo("stop sleeping")]
    );
    assert_eq!(bench.hear(echo("ping")), [Action::Answered]);
}

#[test]
fn other_peoples_lines_that_end_in_ping_are_not_lost() {
    let mut bench = learned();
    bench.beat();
    for line in ["shall we go camping", "bo: ping", "I said: ping", "-> ping"] {
        assert_eq!(shown(&bench.hear(line)), [line]);
    }
    assert_eq!(bench.hear(echo("ping")), [Action::Answered]);
}

#[test]
fn before_the_prefix_is_known_a_word_that_ends_in_ping_is_no_answer() {
    let mut bench = bench();
    bench.beat();
    assert_eq!(shown(&bench.hear("we went shopping")), ["we went shopping"]);
}

#[test]
fn at_a_server_that_answers_nothing_lines_that_end_in_ping_are_shown() {
    let mut bench = bench();
    bench.beat();
    for _ in 0..5 {
        bench.wait(secs(20));
        bench.beat();
        assert_eq!(shown(&bench.hear("what about ping")), ["what about ping"]);
        assert!(!bench.beat().1);
    }
}

#[test]
fn a_prefix_learned_from_messages_alone_is_enough() {
    let mut bench = bench();
    bench.beat();
    bench.wait(secs(60));
    for text in ["one", "two"] {
        bench.say(text);
        assert_eq!(shown(&bench.hear(echo(text))), [echo(text)]);
    }
    bench.beat();
    assert_eq!(bench.hear(echo("ping")), [Action::Answered]);
}

#[test]
fn a_heartbeat_without_an_answer_is_forgotten_when_a_later_message_has_one() {
    let mut bench = learned();
    bench.beat();
    bench.say("x");
    bench.hear(echo("x"));
    bench.say("ping");
    assert_eq!(shown(&bench.hear(echo("ping"))), [echo("ping")]);
}

#[test]
fn the_prefix_is_remembered_over_a_reconnect_but_nothing_is_expected() {
    let mut bench = learned();
    bench.beat();
    bench.reconnect();
    assert_eq!(
        shown(&bench.hear(echo("ping"))),
        [echo("ping")],
        "nothing was sent here"
    );
    assert!(!bench.beat().1);
    assert_eq!(shown(&bench.hear("bo: ping")), ["bo: ping"]);
    assert_eq!(bench.hear(echo("ping")), [Action::Answered]);
    assert!(bench.beat().1);
}

#[test]
fn a_bare_echo_of_the_heartbeat_is_swallowed() {
    let mut harness = echo_harness("");
    harness.say("hello");
    harness.advance_secs(200);
    assert_eq!(harness.texts(), ["Hi there, I am a server", "hello"]);
    assert_eq!(harness.name(), "open");
}

#[test]
fn a_bare_echo_server_is_held_to_its_answers_once_it_has_echoed_messages() {
    let mut bench = bench();
    bench.beat();
    assert_eq!(bench.hear("ping"), [], "that may be another client's");
    for text in ["one", "two"] {
        bench.say(text);
        bench.hear(text);
    }
    bench.beat();
    assert_eq!(bench.hear("ping"), [Action::Answered]);
    assert!(bench.beat().1);
}

#[test]
fn a_ping_too_many_shows_that_it_is_no_bare_echo_server() {
    let mut bench = bench();
    for text in ["one", "two"] {
        bench.say(text);
        bench.hear(text);
    }
    bench.beat();
    assert_eq!(bench.hear("ping"), [Action::Answered]);
    assert_eq!(bench.hear("ping"), []);
    assert!(!bench.beat().1);
}

#[test]
fn a_server_that_answers_pong_is_held_to_it() {
    let mut bench = bench();
    bench.beat();
    assert_eq!(bench.hear("pong"), [Action::Answered]);
    assert!(bench.beat().1);
}

#[test]
fn an_answered_heartbeat_is_no_longer_expected() {
    let mut bench = bench();
    bench.beat();
    bench.hear("pong");
    assert_eq!(shown(&bench.hear("bo: ping")), ["bo: ping"]);
    assert!(!answered(&bench.hear("pong")), "it was answered already");
}

#[test]
fn other_clients_heartbeats_are_not_shown() {
    let mut bench = bench();
    for text in ["ping", "pong", "ping"] {
        assert_eq!(bench.hear(text), []);
    }
}

#[test]
fn two_clients_at_a_relay_do_not_kill_each_others_links() {
    // Each hears the other's pings, and nothing answers.
    for offset in [0, 1, 5, 15] {
        let mut harness = Harness::new(asking(URL), TextSession::new()).connected();
        for _ in 0..50 {
            harness.advance_secs(offset);
            harness.hear("ping");
            harness.advance_secs(20 - offset);
        }
        // The other one leaves.
        harness.advance_secs(3600);
        assert_eq!(
            (harness.name(), harness.sockets.len()),
            ("open", 1),
            "{offset} s apart"
        );
    }
}

#[test]
fn a_client_that_answers_pong_at_a_relay_may_leave() {
    let mut harness = Harness::new(asking(URL), TextSession::new());
    harness.serve(|_| vec!["pong".into()]);
    let mut harness = harness.connected();
    harness.advance_secs(5);
    harness.hear("ping");
    harness.advance_secs(30);
    harness.serve(|_| Vec::new());
    harness.advance_secs(3600);
    assert_eq!((harness.name(), harness.sockets.len()), ("open", 1));
}

#[test]
fn xml_json_and_control_characters_are_shown_as_they_are() {
    let mut bench = bench();
    for text in [
        "<a>b</a>",
        r#"{"text":"x"}"#,
        "",
        " ",
        "\u{0}\u{7f}",
        "a\nb\r\n",
        "<script>1</script>",
    ] {
        assert_eq!(shown(&bench.hear(text)), [text]);
    }
}

#[test]
fn bytes_that_are_text_are_shown_as_text_and_others_as_bytes() {
    let mut bench = bench();
    assert_eq!(shown(&bench.hear("héllo".as_bytes().to_vec())), ["héllo"]);
    let bytes = vec![0, 0xff];
    let incoming = Incoming {
        body: Body::Binary(bytes.clone()),
        ..Incoming::default()
    };
    assert_eq!(bench.hear(bytes), [Action::Deliver(incoming)]);
}

#[test]
fn what_is_sent_is_sent_as_it_is() {
    let mut harness = Harness::new(asking(URL), TextSession::new()).connected();
    harness.say("<b>ping</b>");
    harness.say(vec![1, 0xff]);
    let sent = &harness.sockets[0].sent[1..];
    assert_eq!(
        *sent,
        [
            Message::Text("<b>ping</b>".into()),
            Message::Binary(vec![1, 0xff])
        ]
    );
}

#[test]
fn an_empty_message_confuses_nothing() {
    let mut bench = bench();
    for _ in 0..2 {
        bench.say("");
        assert_eq!(shown(&bench.hear("what?")), ["what?"]);
    }
    bench.beat();
    assert_eq!(bench.hear(echo("ping")), [], "held back, and asked for");
    bench.beat();
    assert_eq!(bench.hear(echo("ping")), [Action::Answered]);
}

#[test]
fn what_is_held_back_when_its_link_ends_is_asked_for_over_the_next_one() {
    let mut bench = bench();
    bench.beat();
    assert_eq!(bench.hear(echo("ping")), []);
    bench.act(|session, _, out| session.handle_close(&CloseEvent::abnormal(), out));
    bench.wait(secs(60));
    let waits = bench.act(|session, now, out| session.handle_timeout(now, out));
    assert_eq!(waits, [], "nobody can be asked");
    bench.reconnect();
    bench.beat();
    assert_eq!(bench.hear(echo("ping")), [Action::Answered]);
    bench.wait(secs(60));
    let late = bench.act(|session, now, out| session.handle_timeout(now, out));
    assert_eq!(late, [], "it was no line");
}

#[test]
fn what_the_next_link_does_not_confirm_is_shown() {
    let mut bench = bench();
    bench.beat();
    assert_eq!(bench.hear("bo: ping"), []);
    bench.act(|session, _, out| session.handle_close(&CloseEvent::abnormal(), out));
    bench.reconnect();
    bench.beat();
    bench.wait(secs(10));
    let late = bench.act(|session, now, out| session.handle_timeout(now, out));
    assert_eq!(shown(&late), ["bo: ping"]);
}

#[test]
fn somebodys_line_that_ends_in_the_heartbeats_word_is_shown_and_the_link_lives() {
    let mut harness = Harness::new(asking(URL), TextSession::new()).connected();
    harness.advance_secs(2);
    harness.hear("bo: shall we, ping");
    harness.advance_secs(20);
    assert_eq!(harness.texts(), ["bo: shall we, ping"]);
    harness.advance_secs(600);
    assert_eq!((harness.name(), harness.sockets.len()), ("open", 1));
}

#[test]
fn unasked_a_text_server_hears_nothing_that_nobody_wrote() {
    let mut harness = Harness::new(Config::new(URL), TextSession::new()).connected();
    harness.hear("welcome");
    harness.advance_secs(3600);
    assert_eq!(harness.sent(), Vec::<String>::new());
}
