//! The `auto` session: what it takes a server for, and when it changes its mind.

use leptos_chat_core::connection::{Config, Delivery, Event, Input};
use leptos_chat_core::session::options::SessionOptions;
use leptos_chat_core::session::{Heartbeat, HeartbeatSetting};
use leptos_chat_core::wire::Message;

use crate::harness::{Harness, asking};
use crate::{millis, secs};

pub(super) fn harness() -> Harness {
    let options = SessionOptions {
        user: Some("ada".into()),
        ..SessionOptions::default()
    };
    Harness::boxed(asking(), options.session(7))
}

fn protocols(harness: &Harness) -> Vec<String> {
    let protocols = harness.events.iter().filter_map(|event| match event {
        Event::Protocol(spoken) => Some(spoken.to_string()),
        _ => None,
    });
    protocols.collect()
}

fn text_echo(message: &Message) -> Vec<Message> {
    let text = message.as_text().expect("a text");
    vec![format!("Hello, you sent -> {text}").into()]
}

#[test]
fn a_json_greeting_makes_it_json() {
    let mut harness = harness().connected();
    assert_eq!(
        (harness.name(), harness.protocol().as_str()),
        ("handshaking", "auto")
    );
    harness.hear(br#"{"system":true,"text":"welcome"}"#.to_vec());
    assert_eq!(
        (harness.name(), harness.protocol().as_str()),
        ("open", "json")
    );
    assert_eq!(harness.texts(), ["welcome"]);
    assert_eq!(protocols(&harness), ["json"]);
}

#[test]
fn words_in_a_json_string_make_it_json() {
    let mut harness = harness().connected();
    harness.hear(r#""hello""#);
    assert_eq!(
        (harness.name(), harness.protocol().as_str()),
        ("open", "json")
    );
    assert_eq!(harness.texts(), ["hello"]);
}

#[test]
fn several_json_texts_in_the_first_frame_make_it_json() {
    let mut harness = harness().connected();
    harness.hear("{\"user\":\"bob\",\"text\":\"one\"}\n{\"user\":\"bob\",\"text\":\"two\"}");
    assert_eq!(harness.protocol(), "json");
    assert_eq!(harness.texts(), ["one", "two"]);
}

#[test]
fn a_text_greeting_makes_it_text() {
    let mut harness = harness();
    harness.serve(text_echo);
    let mut harness = harness.connected();
    harness.hear("Hi there, I am a server");
    assert_eq!(
        (harness.name(), harness.protocol().as_str()),
        ("open", "text")
    );
    harness.advance_secs(100);
    assert_eq!(harness.texts(), ["Hi there, I am a server"]);
    assert_eq!(harness.sent()[0], "ping");
}

#[test]
fn a_silent_server_is_taken_for_json_after_300_ms() {
    let mut harness = harness().connected();
    harness.advance(millis(299));
    assert_eq!(harness.name(), "handshaking");
    harness.advance(millis(1));
    assert_eq!(
        (harness.name(), harness.protocol().as_str()),
        ("open", "json")
    );
    harness.advance_secs(3600);
    assert_eq!((harness.name(), harness.sockets.len()), ("open", 1));
}

#[test]
fn what_was_queued_waits_for_the_decision_and_then_goes_out() {
    let mut harness = harness();
    harness.say("early");
    harness.open();
    harness.accept();
    assert!(harness.sent().is_empty());
    harness.hear("Hi there");
    assert_eq!(harness.sent(), ["ping", "early"]);
}

#[test]
fn a_silent_server_that_speaks_text_after_all_becomes_text() {
    let mut harness = harness().connected();
    harness.advance_secs(1);
    harness.hear("late words");
    assert_eq!(harness.protocol().as_str(), "text");
    assert_eq!(harness.texts(), ["late words"]);
    harness.say("plain");
    assert_eq!(harness.sent().last().map(String::as_str), Some("plain"));
}

/// A server that tells its lines again to whoever joins: what is shown of them, and of one that is new.
fn told_again(lines: [&str; 2]) -> Vec<String> {
    let mut harness = harness().connected();
    harness.advance_secs(1);
    lines.iter().for_each(|line| harness.hear(*line));
    harness.closed(harness.socket(), 1006, "", false);
    while harness.name() == "waiting" {
        harness.advance_secs(1);
    }
    harness.accept();
    lines.iter().for_each(|line| harness.hear(*line));
    harness.hear("said meanwhile");
    harness.advance_secs(1);
    harness.texts().into_iter().map(str::to_owned).collect()
}

#[test]
fn what_was_heard_before_the_server_was_known_is_known_when_it_is_told_again() {
    let words = ["late words of somebody", "and an answer to them"];
    assert_eq!(told_again(words), [words[0], words[1], "said meanwhile"]);
    // A greeting is said to whoever comes.
    let line = r#"{"user":"bo","text":"hello"}"#;
    let shown = ["welcome", "hello", "welcome", "said meanwhile"];
    assert_eq!(told_again(["welcome", line]), shown);
}

#[test]
fn a_silent_server_that_speaks_json_stays_json() {
    let mut harness = harness().connected();
    harness.advance_secs(1);
    harness.hear(r#"{"text":"hi"}"#);
    harness.hear("not json");
    assert_eq!(harness.protocol().as_str(), "json");
    assert_eq!(harness.texts(), ["hi", "not json"]);
}

#[test]
fn a_text_servers_answer_to_the_provisional_heartbeat_is_not_shown() {
    let mut harness = harness();
    harness.serve(text_echo);
    let mut harness = harness.connected();
    harness.advance_secs(100);
    assert_eq!(harness.protocol().as_str(), "text");
    assert_eq!(harness.texts(), Vec::<&str>::new());
    assert_eq!(harness.name(), "open");
}

#[test]
fn a_late_greeting_before_that_answer_does_not_bring_it_to_light() {
    let mut harness = harness();
    harness.serve(text_echo);
    harness.latency = millis(500);
    let mut harness = harness.connected();
    harness.advance(millis(400));
    harness.hear("Hi there, I am a server");
    harness.advance_secs(100);
    assert_eq!(harness.texts(), ["Hi there, I am a server"]);
}

#[test]
fn several_answers_to_provisional_heartbeats_are_not_shown() {
    let config = Config {
        heartbeat: HeartbeatSetting::Every(Heartbeat {
            send_every: secs(4),
            expect_within: secs(20),
        }),
        ..Config::default()
    };
    let mut harness = Harness::boxed(config, SessionOptions::default().session(7));
    harness.serve(text_echo);
    harness.latency = secs(9);
    let mut harness = harness.connected();
    harness.advance_secs(300);
    assert_eq!(
        harness
            .sent()
            .iter()
            .filter(|text| text.contains("type"))
            .count(),
        3
    );
    assert_eq!(harness.texts(), Vec::<&str>::new());
}

#[test]
fn latency_is_not_counted_from_a_provisional_heartbeat() {
    let mut harness = harness();
    harness.serve(text_echo);
    let mut harness = harness.connected();
    harness.advance_secs(30);
    let latencies = harness.events.iter().filter_map(|event| match event {
        Event::Latency(latency) => Some(*latency),
        _ => None,
    });
    assert_eq!(latencies.collect::<Vec<_>>(), [millis(20)]);
}

#[test]
fn another_clients_heartbeat_decides_nothing_and_is_not_shown() {
    for text in ["ping", "pong"] {
        let mut harness = harness().connected();
        harness.hear(text);
        assert_eq!(harness.name(), "handshaking");
        harness.advance_secs(1);
        harness.hear(text);
        assert_eq!(harness.protocol().as_str(), "json");
        harness.hear("words");
        assert_eq!(harness.protocol().as_str(), "text");
        assert_eq!(harness.texts(), ["words"]);
    }
}

#[test]
fn a_decision_is_kept_over_a_reconnect() {
    let mut harness = harness().connected();
    harness.hear("Hi there");
    harness.breaks();
    harness.advance_to_timer();
    harness.accept();
    assert_eq!(
        (harness.name(), harness.protocol().as_str()),
        ("open", "text")
    );
    assert_eq!(protocols(&harness), ["text"]);
}

#[test]
fn a_decision_by_silence_is_made_again() {
    let mut harness = harness().connected();
    harness.advance_secs(1);
    harness.breaks();
    harness.advance_to_timer();
    harness.accept();
    assert_eq!(
        (harness.name(), harness.protocol().as_str()),
        ("handshaking", "auto")
    );
    harness.hear("words");
    assert_eq!(protocols(&harness), ["json", "auto", "text"]);
}

#[test]
fn the_decision_does_not_outlive_its_socket() {
    let mut harness = harness().connected();
    harness.advance(millis(100));
    harness.breaks();
    harness.advance_to_timer();
    harness.accept();
    harness.advance(millis(299));
    assert_eq!(harness.name(), "handshaking");
    harness.advance(millis(1));
    assert_eq!(harness.name(), "open");
}

#[test]
fn bytes_first_make_it_text_and_are_shown_as_bytes() {
    let mut harness = harness().connected();
    harness.hear(vec![0xff]);
    assert_eq!(harness.protocol().as_str(), "text");
    assert_eq!(harness.shown().len(), 1);
}

#[test]
fn it_proves_as_its_choice_does() {
    let mut harness = harness();
    harness.serve(|message| vec![message.clone()]);
    let mut harness = harness.connected();
    harness.hear(r#"{"text":"hi"}"#);
    let id = harness.say("mine");
    harness.advance_secs(1);
    assert_eq!(harness.fate(id).last(), Some(&Delivery::Delivered));
    // A server that proves each message and did not prove this one may not have it, though it was heard later:
    // it is sent again.
    harness.serve(|_| Vec::new());
    let lost = harness.say("lost");
    harness.advance_secs(6);
    harness.hear(r#"{"text":"hi"}"#);
    harness.breaks();
    assert_eq!(harness.fate(lost).last(), Some(&Delivery::Queued));
}

#[test]
fn a_page_that_stood_still_reads_the_greeting_that_waits_before_it_decides() {
    let mut harness = harness().connected();
    harness.now = harness.now + millis(900);
    harness.input(Input::Timeout);
    assert_eq!(
        harness.name(),
        "handshaking",
        "the words may wait behind the timer"
    );
    harness.hear("Hi there");
    assert_eq!(harness.protocol().as_str(), "text");
    let mut harness = self::harness().connected();
    harness.now = harness.now + millis(900);
    harness.input(Input::Timeout);
    harness.advance_secs(2);
    assert_eq!(harness.protocol().as_str(), "json");
}

#[test]
fn a_server_that_greets_in_words_may_say_its_lines_in_json() {
    let mut harness = harness().connected();
    harness.hear("Welcome to the chat!");
    harness.hear(r#"{"user":"bo","message":"hi"}"#);
    assert_eq!(harness.texts(), ["Welcome to the chat!", "hi"]);
    assert_eq!(harness.protocol().as_str(), "json");
    harness.say("yes");
    assert!(
        harness
            .sent()
            .last()
            .is_some_and(|frame| frame.contains(r#""message":"yes""#))
    );
}

#[test]
fn json_that_somebody_pastes_into_a_text_chat_changes_nothing() {
    let mut harness = harness().connected();
    for line in ["Welcome", "bo: hi", "bo: look"] {
        harness.hear(line);
    }
    harness.hear(r#"{"text":"pasted"}"#);
    assert_eq!(harness.protocol().as_str(), "text");
    assert_eq!(harness.texts().last(), Some(&r#"{"text":"pasted"}"#));
}

#[test]
fn words_that_wrap_what_was_sent_on_a_guess_show_that_words_are_taken() {
    let mut harness = harness();
    harness
        .serve(|message| vec![format!("You wrote: {}", message.as_text().expect("a text")).into()]);
    let mut harness = harness.connected();
    harness.advance(millis(300));
    let id = harness.say("hi");
    harness.advance(millis(100));
    assert_eq!(harness.fate(id).last(), Some(&Delivery::Delivered));
    harness.say("again");
    assert_eq!(harness.sent().last().map(String::as_str), Some("again"));
}

#[test]
fn the_preview_and_the_goodbye_are_those_of_the_protocol_that_was_found() {
    let mut harness = harness();
    assert_eq!(harness.connection.preview("hi"), None);
    harness.open();
    harness.opened(harness.socket(), "v12.stomp");
    harness.hear("CONNECTED\nversion:1.2\n\n\0");
    harness.advance(secs(3));
    assert_eq!(
        (harness.name(), harness.protocol().as_str()),
        ("open", "stomp")
    );
    let preview = harness
        .connection
        .preview("hi")
        .expect("it is known by now");
    assert!(preview.text.contains("hi"), "{preview:?}");
    harness.close();
    assert_eq!(harness.last_sent(), "DISCONNECT\nreceipt:bye\n\n\0");
}

#[test]
fn a_line_that_is_held_as_a_part_of_a_history_is_shown_before_one_leaves() {
    for protocol in ["text", "json"] {
        let line = |word: &str| match protocol {
            "text" => word.to_owned(),
            _ => format!(r#"{{"text":"{word}"}}"#),
        };
        let mut harness = harness().connected();
        for word in ["good morning all", "how are you today"] {
            harness.hear(line(word));
            harness.advance(secs(2));
        }
        harness.breaks();
        harness.advance_to_timer();
        harness.accept();
        harness.hear(line("good morning all"));
        assert_eq!(harness.texts().len(), 2, "{protocol}: it is held");
        harness.close();
        assert_eq!(harness.texts().len(), 3, "{protocol}");
    }
}
