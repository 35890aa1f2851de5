//! First lines, and last ones.

use super::*;

fn is_a_line_blamed(harness: &Harness) -> bool {
    let line = Event::Disconnected(Disconnect::Session(Reason::ClosedOnLine));
    harness.events.contains(&line)
}

#[test]
fn hello_is_said_at_each_opening_before_what_waits() {
    let shape = Shape {
        hello: vec![
            "{user}".parse().expect("a template"),
            r#"{"type":"join"}"#.parse().expect("a template"),
        ],
        ..sending("{text}")
    };
    let mut harness = Harness::new(Config::default(), session(shape));
    harness.open();
    harness.say("early");
    harness.accept();
    assert_eq!(harness.sent(), ["ada", r#"{"type":"join"}"#, "early"]);
    harness.breaks();
    harness.say("later");
    harness.advance_to_timer();
    harness.accept();
    assert_eq!(harness.sent()[..2], ["ada", r#"{"type":"join"}"#]);
    assert_eq!(harness.sent().last().map(String::as_str), Some("later"));
}

#[test]
fn what_waits_goes_out_after_the_answer_to_hello_or_five_seconds_later() {
    let shape = Shape {
        hello: vec![r#"{"command":"subscribe"}"#.parse().expect("a template")],
        ready: Some("confirm_subscription".into()),
        ..sending(r#"{"m":"{text}"}"#)
    };
    for answered in [true, false] {
        let mut harness = Harness::new(Config::default(), session(shape.clone()));
        harness.open();
        harness.say("early");
        harness.accept();
        harness.advance(millis(4_999));
        assert_eq!((harness.name(), harness.sent().len()), ("handshaking", 1));
        match answered {
            true => harness.hear(r#"{"type":"confirm_subscription"}"#),
            false => harness.advance(millis(1)),
        }
        assert_eq!(
            (harness.name(), harness.sent()[1].as_str()),
            ("open", r#"{"m":"early"}"#)
        );
    }
}

#[test]
fn a_server_that_closes_on_its_first_line_gets_no_id_in_the_next_and_that_is_told() {
    let mut harness = harness(Shape::default());
    let id = harness.say("hi");
    harness.advance(millis(50));
    harness.server_closes(1011, "");
    assert!(is_a_line_blamed(&harness), "{:?}", harness.events);
    assert!(
        matches!(harness.fate(id).last(), Some(Delivery::Failed(_))),
        "nothing is sent again on a guess"
    );
    harness.advance_to_timer();
    harness.accept();
    harness.say("again");
    assert_eq!(
        parsed(&harness.sent()[0]),
        json!({"text": "again", "user": "ada"})
    );
}

#[test]
fn a_link_that_just_breaks_after_the_first_line_is_blamed_on_nothing_until_it_happens_twice() {
    let mut harness = harness(Shape::default());
    for blamed in [false, true] {
        harness.say("hi");
        harness.advance(millis(50));
        harness.breaks();
        assert_eq!(is_a_line_blamed(&harness), blamed);
        harness.advance_to_timer();
        harness.accept();
    }
}

#[test]
fn a_link_that_ends_after_a_line_was_borne_is_not_blamed_on_one() {
    let mut harness = harness(Shape::default());
    harness.say("hi");
    harness.advance_secs(3);
    harness.say("more");
    harness.server_closes(1011, "");
    harness.advance_to_timer();
    harness.accept();
    harness.say("again");
    assert!(parsed(&harness.sent()[0]).get("id").is_some());
}

#[test]
fn a_link_that_ends_after_own_lines_came_back_is_not_blamed_on_one() {
    let mut harness = harness(Shape::default());
    let first = harness.say("hi");
    harness.hear(format!(r#"{{"id":"{first}","text":"hi","user":"ada"}}"#));
    harness.breaks();
    for _ in 0..2 {
        harness.advance_to_timer();
        harness.accept();
        harness.say("more");
        harness.server_closes(1011, "");
    }
    assert!(!is_a_line_blamed(&harness), "{:?}", harness.events);
}

#[test]
fn a_server_that_says_it_reads_ids_does_not_end_links_over_them() {
    let mut harness = harness(Shape::default());
    harness.hear(r#"{"system":true,"text":"Welcome","ack":true}"#);
    harness.say("hi");
    harness.server_closes(1011, "");
    assert!(!is_a_line_blamed(&harness), "{:?}", harness.events);
}

#[test]
fn a_server_that_passes_on_another_clients_ids_does_not_end_links_over_them() {
    let of_a_client = "0199fc3d7a1b7c2d8e3f405162738495";
    let of_a_server = "0199fc3d7a1b4c2d8e3f405162738495";
    for (id, blamed) in [(of_a_client, false), (of_a_server, true)] {
        let mut harness = harness(Shape::default());
        harness.hear(format!(r#"{{"id":"{id}","text":"hello","user":"bo"}}"#));
        harness.say("hi");
        harness.server_closes(1011, "");
        assert_eq!(is_a_line_blamed(&harness), blamed, "{id}");
    }
}
