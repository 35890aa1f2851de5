//! Numbers that cannot be trusted, and announcements that somebody else makes.

use super::*;

#[test]
fn a_server_whose_numbers_stand_still_loses_nothing() {
    let mut harness = greeted(WELCOME);
    for (id, text) in [("x", "one"), ("y", "two"), ("z", "three")] {
        harness.hear(format!(r#"{{"text":"{text}","id":"{id}","seq":42}}"#));
    }
    assert_eq!(lines(&harness), ["one", "two", "three"]);
    again(&mut harness);
    assert_eq!((harness.name(), harness.gaps()), ("open", 1));
}

#[test]
fn a_server_whose_numbers_stand_still_loses_no_line_without_an_id() {
    let mut harness = greeted(WELCOME);
    for text in ["one", "two", "three"] {
        harness.hear(format!(r#"{{"text":"{text}","seq":42}}"#));
    }
    assert_eq!(lines(&harness), ["one", "two", "three"]);
}

#[test]
fn numbers_that_go_back_lose_nothing() {
    let mut harness = greeted(WELCOME);
    for (seq, text) in [
        (42, "one"),
        (3, "two"),
        (2, "three"),
        (1, "four"),
        (43, "five"),
    ] {
        harness.hear(line(seq, text));
    }
    harness.advance_secs(1);
    assert_eq!(lines(&harness), ["one", "two", "three", "four", "five"]);
}

#[test]
fn what_is_no_number_is_no_number() {
    let mut harness = greeted(WELCOME);
    let numbers = [
        "\"42\"",
        "null",
        "-1",
        "1.5",
        "9007199254740992",
        "1e300",
        "[42]",
    ];
    for (place, seq) in numbers.into_iter().enumerate() {
        harness.hear(format!(
            r#"{{"text":"line {place}","id":"x{place}","seq":{seq}}}"#
        ));
    }
    harness.end_burst();
    assert_eq!(lines(&harness).len(), numbers.len());
    harness.hear(line(42, "next"));
    harness.end_burst();
    assert_eq!(lines(&harness).len(), numbers.len() + 1);
}

#[test]
fn the_largest_number_breaks_nothing() {
    let mut harness = greeted(WELCOME);
    harness.hear(line((1 << 53) - 1, "last"));
    harness.advance_secs(1);
    for seq in 42..45 {
        harness.hear(line(seq, "small"));
    }
    assert_eq!(lines(&harness).len(), 4);
    again(&mut harness);
    harness.hear(welcome("a", 44));
    assert_eq!(harness.gaps(), 1, "its log is shorter than what it told");
    harness.hear(line(45, "next"));
    assert_eq!(lines(&harness).len(), 5);
}

#[test]
fn lines_that_wait_for_one_that_never_comes_are_bounded() {
    let mut harness = greeted(WELCOME);
    again(&mut harness);
    harness.hear(welcome("a", 42));
    for seq in 43..1_050 {
        harness.hear(line(seq, "live"));
    }
    harness.end_burst();
    assert_eq!((harness.name(), harness.gaps()), ("open", 1));
    assert_eq!(lines(&harness).len(), 1_050 - 43);
    harness.hear(line(1_050, &"x".repeat(5 << 20)));
    assert_eq!(lines(&harness).len(), 1_051 - 43);
}

#[test]
fn what_was_heard_out_of_turn_is_shown_when_the_app_closes() {
    let mut harness = greeted(WELCOME);
    harness.hear(line(50, "early"));
    harness.close();
    assert_eq!(lines(&harness), ["early"]);
}

#[test]
fn what_a_relay_hands_on_later_is_no_announcement() {
    let mut harness = greeted(r#"{"text":"hi","user":"bo"}"#);
    harness.hear(WELCOME);
    harness.hear(r#"{"type":"hello","ack":true,"resume":true,"log":"a","seq":3}"#);
    let id = harness.say("mine");
    harness.hear(line(4, "four"));
    harness.hear(line(4, "four, again"));
    assert_eq!(lines(&harness), ["hi", "four", "four, again"]);
    harness.breaks();
    assert_eq!(
        harness.last_fate(id),
        Delivery::Failed(Failure::Unconfirmed)
    );
    harness.advance_to_timer();
    harness.accept();
    assert_eq!(harness.name(), "open");
    assert!(harness.sent().is_empty());
}

#[test]
fn what_somebody_says_is_no_announcement() {
    let mut harness = greeted(r#"{"text":"look","user":"bo","ack":true,"log":"a","seq":41}"#);
    harness.say("mine");
    again(&mut harness);
    assert_eq!(harness.name(), "open");
}

#[test]
fn who_did_not_ask_for_the_missed_lines_is_not_told_that_these_were_all() {
    let mut harness = greeted(WELCOME);
    harness.hear(resumed(true, 50));
    harness.hear(line(42, "one"));
    harness.hear(line(43, "two"));
    harness.advance_secs(1);
    assert_eq!(lines(&harness), ["one", "two"]);
    again(&mut harness);
    harness.hear(welcome("a", 44));
    // Somebody hands on what a server of another log says.
    harness.hear(resumed(true, 44).replace(r#""log":"a""#, r#""log":"b""#));
    harness.hear(line(44, "three"));
    harness.hear(resumed(true, 44));
    assert_eq!(lines(&harness), ["one", "two", "three"]);
    assert_eq!((harness.name(), harness.gaps()), ("open", 0));
}

#[test]
fn an_announcement_without_words_is_not_shown() {
    let harness = greeted(r#"{"type":"hello","ack":true}"#);
    assert!(lines(&harness).is_empty());
}

#[test]
fn nothing_is_said_to_a_server_that_announces_nothing() {
    let mut harness = greeted(r#"{"system":true,"text":"Welcome"}"#);
    harness.hear(line(42, "one"));
    again(&mut harness);
    assert_eq!(harness.name(), "open");
    harness.hear(line(42, "one"));
    harness.advance(secs(30));
    assert!(harness.sent().is_empty());
}

/// A link to a server that is greeted first, and whose answer is waited for.
fn waiting_for_welcome() -> Harness {
    let shape = Shape {
        hello: vec![r#"{"type":"join"}"#.parse().expect("a template")],
        ready: Some("joined".into()),
        ..Shape::default()
    };
    let session = JsonSession::with_options(&SessionOptions {
        user: Some("ada".into()),
        shape,
        ..SessionOptions::default()
    });
    Harness::new(Config::default(), session).connected()
}

#[test]
fn while_hello_waits_for_its_answer_the_server_may_still_say_what_it_promises() {
    let mut harness = waiting_for_welcome();
    harness.hear(r#"{"status":"busy"}"#);
    harness.hear(WELCOME);
    harness.hear(r#"{"type":"joined"}"#);
    harness.hear(line(43, "two"));
    assert!(lines(&harness).is_empty(), "the first has not come yet");
    harness.hear(line(42, "one"));
    assert_eq!(lines(&harness), ["one", "two"]);
}

#[test]
fn what_is_said_after_the_answer_to_hello_promises_nothing() {
    let mut harness = waiting_for_welcome();
    harness.hear(r#"{"status":"busy"}"#);
    harness.hear(r#"{"type":"joined"}"#);
    harness.hear(WELCOME);
    harness.hear(line(43, "two"));
    assert_eq!(lines(&harness), ["two"]);
}

#[test]
fn a_connection_whose_hello_was_not_answered_is_not_open_though_all_that_was_missed_is_told() {
    let mut harness = waiting_for_welcome();
    harness.hear(WELCOME);
    harness.hear(r#"{"type":"joined"}"#);
    again(&mut harness);
    harness.hear(WELCOME);
    harness.hear(resumed(true, 41));
    assert_eq!(harness.name(), "handshaking");
    harness.hear(r#"{"type":"joined"}"#);
    assert_eq!(harness.name(), "open");
}

#[test]
fn an_acknowledgement_of_a_server_that_promised_none_is_data_too() {
    let session = JsonSession::new(Some("ada".into()), JsonFields::default());
    let mut harness = Harness::new(Config::default(), session).connected();
    let id = harness.say("hi");
    harness.hear(ack(id, 42));
    assert_eq!(harness.fate(id).last(), Some(&Delivery::Delivered));
    assert_eq!(harness.shown()[0].kind, Kind::Data);
}
