//! The `auto` session: what it takes a server for, and when it changes its mind.

use leptos_chat_core::connection::{Config, Delivery, Event, Input};
use leptos_chat_core::session::options::SessionOptions;
use leptos_chat_core::session::{Heartbeat, HeartbeatSetting};
use leptos_chat_core::wire::Message;

use crate::world::{URL, World, asking};
use crate::{millis, secs};

fn world() -> World {
    let options = SessionOptions {
        user: Some("ada".into()),
        ..SessionOptions::default()
    };
    World::boxed(asking(URL), options.session(7, None))
}

fn protocols(world: &World) -> Vec<String> {
    let protocols = world.events.iter().filter_map(|event| match event {
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
    let mut world = world().connected();
    assert_eq!(
        (world.name(), world.protocol().as_str()),
        ("handshaking", "auto")
    );
    world.hear(br#"{"system":true,"text":"welcome"}"#.to_vec());
    assert_eq!((world.name(), world.protocol().as_str()), ("open", "json"));
    assert_eq!(world.texts(), ["welcome"]);
    assert_eq!(protocols(&world), ["json"]);
}

#[test]
fn words_in_a_json_string_make_it_json() {
    let mut world = world().connected();
    world.hear(r#""hello""#);
    assert_eq!((world.name(), world.protocol().as_str()), ("open", "json"));
    assert_eq!(world.texts(), ["hello"]);
}

#[test]
fn several_json_texts_in_the_first_frame_make_it_json() {
    let mut world = world().connected();
    world.hear("{\"user\":\"bob\",\"text\":\"one\"}\n{\"user\":\"bob\",\"text\":\"two\"}");
    assert_eq!(world.protocol(), "json");
    assert_eq!(world.texts(), ["one", "two"]);
}

#[test]
fn a_text_greeting_makes_it_text() {
    let mut world = world();
    world.serve(text_echo);
    let mut world = world.connected();
    world.hear("Hi there, I am a server");
    assert_eq!((world.name(), world.protocol().as_str()), ("open", "text"));
    world.advance_secs(100);
    assert_eq!(world.texts(), ["Hi there, I am a server"]);
    assert_eq!(world.sent()[0], "ping");
}

#[test]
fn a_silent_server_is_taken_for_json_after_300_ms() {
    let mut world = world().connected();
    world.advance(millis(299));
    assert_eq!(world.name(), "handshaking");
    world.advance(millis(1));
    assert_eq!((world.name(), world.protocol().as_str()), ("open", "json"));
    world.advance_secs(3600);
    assert_eq!((world.name(), world.sockets.len()), ("open", 1));
}

#[test]
fn what_was_queued_waits_for_the_decision_and_then_goes_out() {
    let mut world = world();
    world.say("early");
    world.open();
    world.accept();
    assert!(world.sent().is_empty());
    world.hear("Hi there");
    assert_eq!(world.sent(), ["ping", "early"]);
}

#[test]
fn a_silent_server_that_speaks_text_after_all_becomes_text() {
    let mut world = world().connected();
    world.advance_secs(1);
    world.hear("late words");
    assert_eq!(world.protocol().as_str(), "text");
    assert_eq!(world.texts(), ["late words"]);
    world.say("plain");
    assert_eq!(world.sent().last().map(String::as_str), Some("plain"));
}

#[test]
fn a_silent_server_that_speaks_json_stays_json() {
    let mut world = world().connected();
    world.advance_secs(1);
    world.hear(r#"{"text":"hi"}"#);
    world.hear("not json");
    assert_eq!(world.protocol().as_str(), "json");
    assert_eq!(world.texts(), ["hi", "not json"]);
}

#[test]
fn a_text_servers_answer_to_the_provisional_heartbeat_is_not_shown() {
    let mut world = world();
    world.serve(text_echo);
    let mut world = world.connected();
    world.advance_secs(100);
    assert_eq!(world.protocol().as_str(), "text");
    assert_eq!(world.texts(), Vec::<&str>::new());
    assert_eq!(world.name(), "open");
}

#[test]
fn a_late_greeting_before_that_answer_does_not_bring_it_to_light() {
    let mut world = world();
    world.serve(text_echo);
    world.latency = millis(500);
    let mut world = world.connected();
    world.advance(millis(400));
    world.hear("Hi there, I am a server");
    world.advance_secs(100);
    assert_eq!(world.texts(), ["Hi there, I am a server"]);
}

#[test]
fn several_answers_to_provisional_heartbeats_are_not_shown() {
    let config = Config {
        heartbeat: HeartbeatSetting::Every(Heartbeat {
            send_every: secs(4),
            expect_within: secs(20),
        }),
        ..Config::new(URL)
    };
    let mut world = World::boxed(config, SessionOptions::default().session(7, None));
    world.serve(text_echo);
    world.latency = secs(9);
    let mut world = world.connected();
    world.advance_secs(300);
    assert_eq!(
        world
            .sent()
            .iter()
            .filter(|text| text.contains("type"))
            .count(),
        3
    );
    assert_eq!(world.texts(), Vec::<&str>::new());
}

#[test]
fn latency_is_not_counted_from_a_provisional_heartbeat() {
    let mut world = world();
    world.serve(text_echo);
    let mut world = world.connected();
    world.advance_secs(30);
    let latencies = world.events.iter().filter_map(|event| match event {
        Event::Latency(latency) => Some(*latency),
        _ => None,
    });
    assert_eq!(latencies.collect::<Vec<_>>(), [millis(20)]);
}

#[test]
fn another_clients_heartbeat_decides_nothing_and_is_not_shown() {
    for text in ["ping", "pong"] {
        let mut world = world().connected();
        world.hear(text);
        assert_eq!(world.name(), "handshaking");
        world.advance_secs(1);
        world.hear(text);
        assert_eq!(world.protocol().as_str(), "json");
        world.hear("words");
        assert_eq!(world.protocol().as_str(), "text");
        assert_eq!(world.texts(), ["words"]);
    }
}

#[test]
fn a_decision_is_kept_over_a_reconnect() {
    let mut world = world().connected();
    world.hear("Hi there");
    world.breaks();
    world.advance_to_timer();
    world.accept();
    assert_eq!((world.name(), world.protocol().as_str()), ("open", "text"));
    assert_eq!(protocols(&world), ["text"]);
}

#[test]
fn a_decision_by_silence_is_made_again() {
    let mut world = world().connected();
    world.advance_secs(1);
    world.breaks();
    world.advance_to_timer();
    world.accept();
    assert_eq!(
        (world.name(), world.protocol().as_str()),
        ("handshaking", "auto")
    );
    world.hear("words");
    assert_eq!(protocols(&world), ["json", "auto", "text"]);
}

#[test]
fn the_decision_does_not_outlive_its_socket() {
    let mut world = world().connected();
    world.advance(millis(100));
    world.breaks();
    world.advance_to_timer();
    world.accept();
    world.advance(millis(299));
    assert_eq!(world.name(), "handshaking");
    world.advance(millis(1));
    assert_eq!(world.name(), "open");
}

#[test]
fn bytes_first_make_it_text_and_are_shown_as_bytes() {
    let mut world = world().connected();
    world.hear(vec![0xff]);
    assert_eq!(world.protocol().as_str(), "text");
    assert_eq!(world.shown().len(), 1);
}

#[test]
fn it_proves_as_its_choice_does() {
    let mut world = world();
    world.serve(|message| vec![message.clone()]);
    let mut world = world.connected();
    world.hear(r#"{"text":"hi"}"#);
    let id = world.say("mine");
    world.advance_secs(1);
    assert_eq!(world.fate(id).last(), Some(&Delivery::Delivered));
    // A server that proves each message and did not prove this one may not have it, though it was heard later:
    // it is sent again.
    world.serve(|_| Vec::new());
    let lost = world.say("lost");
    world.advance_secs(6);
    world.hear(r#"{"text":"hi"}"#);
    world.breaks();
    assert_eq!(world.fate(lost).last(), Some(&Delivery::Queued));
}

#[test]
fn a_page_that_stood_still_reads_the_greeting_that_waits_before_it_decides() {
    let mut world = world().connected();
    world.now = world.now + millis(900);
    world.input(Input::Timeout);
    assert_eq!(
        world.name(),
        "handshaking",
        "the words may wait behind the timer"
    );
    world.hear("Hi there");
    assert_eq!(world.protocol().as_str(), "text");
    let mut world = self::world().connected();
    world.now = world.now + millis(900);
    world.input(Input::Timeout);
    world.advance_secs(2);
    assert_eq!(world.protocol().as_str(), "json");
}

#[test]
fn a_server_that_greets_in_words_may_say_its_lines_in_json() {
    let mut world = world().connected();
    world.hear("Welcome to the chat!");
    world.hear(r#"{"user":"bo","message":"hi"}"#);
    assert_eq!(world.texts(), ["Welcome to the chat!", "hi"]);
    assert_eq!(world.protocol().as_str(), "json");
    world.say("yes");
    assert!(
        world
            .sent()
            .last()
            .is_some_and(|frame| frame.contains(r#""message":"yes""#))
    );
}

#[test]
fn json_that_somebody_pastes_into_a_text_chat_changes_nothing() {
    let mut world = world().connected();
    for line in ["Welcome", "bo: hi", "bo: look"] {
        world.hear(line);
    }
    world.hear(r#"{"text":"pasted"}"#);
    assert_eq!(world.protocol().as_str(), "text");
    assert_eq!(world.texts().last(), Some(&r#"{"text":"pasted"}"#));
}

#[test]
fn words_that_wrap_what_was_sent_on_a_guess_show_that_words_are_taken() {
    let mut world = world();
    world
        .serve(|message| vec![format!("You wrote: {}", message.as_text().expect("a text")).into()]);
    let mut world = world.connected();
    world.advance(millis(300));
    let id = world.say("hi");
    world.advance(millis(100));
    assert_eq!(world.fate(id).last(), Some(&Delivery::Delivered));
    world.say("again");
    assert_eq!(world.sent().last().map(String::as_str), Some("again"));
}

#[test]
fn the_preview_and_the_goodbye_are_those_of_the_protocol_that_was_found() {
    let mut world = world();
    assert_eq!(world.connection.preview("hi"), None);
    world.open();
    world.opened(world.socket(), "v12.stomp");
    world.hear("CONNECTED\nversion:1.2\n\n\0");
    world.advance(secs(3));
    assert_eq!((world.name(), world.protocol().as_str()), ("open", "stomp"));
    let preview = world.connection.preview("hi").expect("it is known by now");
    assert!(preview.text.contains("hi"), "{preview:?}");
    world.close();
    assert_eq!(world.last_sent(), "DISCONNECT\nreceipt:bye\n\n\0");
}

#[test]
fn a_line_that_is_held_as_a_part_of_a_history_is_shown_before_one_leaves() {
    for protocol in ["text", "json"] {
        let line = |word: &str| match protocol {
            "text" => word.to_owned(),
            _ => format!(r#"{{"text":"{word}"}}"#),
        };
        let mut world = world().connected();
        for word in ["good morning all", "how are you today"] {
            world.hear(line(word));
            world.advance(secs(2));
        }
        world.breaks();
        world.advance_to_timer();
        world.accept();
        world.hear(line("good morning all"));
        assert_eq!(world.texts().len(), 2, "{protocol}: it is held");
        world.close();
        assert_eq!(world.texts().len(), 3, "{protocol}");
    }
}
