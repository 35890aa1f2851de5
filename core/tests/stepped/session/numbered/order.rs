//! Lines in the order of their numbers, each once.

use super::*;

#[test]
fn a_line_that_comes_twice_under_its_number_is_shown_once() {
    let mut harness = greeted(WELCOME);
    for seq in [42, 43, 42, 43, 44] {
        harness.hear(line(seq, "ok"));
    }
    assert_eq!(lines(&harness), ["ok", "ok", "ok"]);
}

#[test]
fn lines_that_came_in_another_order_are_shown_in_that_of_their_numbers() {
    let mut harness = greeted(WELCOME);
    for (seq, text) in [(43, "two"), (44, "three"), (42, "one"), (45, "four")] {
        harness.hear(line(seq, text));
    }
    assert_eq!(lines(&harness), ["one", "two", "three", "four"]);
}

#[test]
fn numbers_that_are_left_out_hold_up_one_line_once() {
    let mut harness = greeted(WELCOME);
    harness.hear(line(50, "one"));
    assert!(lines(&harness).is_empty());
    harness.advance_secs(1);
    assert_eq!(lines(&harness), ["one"]);
    harness.hear(line(70, "two"));
    assert_eq!(lines(&harness), ["one", "two"]);
    again(&mut harness);
    harness.hear(welcome("a", 99));
    assert_eq!(
        harness.sent(),
        [r#"{"type":"resume","log":"a","after":70}"#]
    );
    harness.hear(line(90, "three"));
    harness.hear(resumed(true, 99));
    assert_eq!((lines(&harness).len(), harness.gaps()), (3, 0));
}

#[test]
fn an_acknowledgement_takes_its_place_in_the_order() {
    let mut harness = greeted(WELCOME);
    let id = harness.say("mine");
    harness.hear(ack(id, 42));
    harness.hear(line(43, "at once"));
    assert_eq!(lines(&harness), ["at once"]);
}

#[test]
fn a_second_copy_that_the_server_numbers_anew_is_known_by_its_id() {
    let mut harness = greeted(WELCOME);
    harness.hear(r#"{"text":"hi","id":"x1","seq":42}"#);
    harness.hear(r#"{"text":"hi","id":"x1","resent":true,"seq":43}"#);
    assert_eq!(lines(&harness), ["hi"]);
}

#[test]
fn a_history_that_is_told_to_whoever_joins_is_shown_once() {
    let mut harness = greeted(WELCOME);
    harness.hear(line(40, "forty"));
    harness.hear(line(41, "forty-one"));
    again(&mut harness);
    harness.hear(WELCOME);
    harness.hear(line(40, "forty"));
    harness.hear(line(41, "forty-one"));
    harness.hear(resumed(true, 41));
    assert_eq!(lines(&harness), ["forty", "forty-one"]);
}

#[test]
fn what_still_waits_when_the_first_gap_is_filled_is_shown_in_time() {
    let mut harness = greeted(WELCOME);
    for (seq, text) in [(43, "two"), (45, "four"), (42, "one")] {
        harness.hear(line(seq, text));
    }
    assert_eq!(lines(&harness), ["one", "two"]);
    harness.advance_secs(1);
    assert_eq!(lines(&harness), ["one", "two", "four"]);
}
