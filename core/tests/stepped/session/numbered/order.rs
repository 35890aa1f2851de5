//! Lines in the order of their numbers, each once.

use super::*;

#[test]
fn a_line_that_comes_twice_under_its_number_is_shown_once() {
    let mut world = greeted(WELCOME);
    for seq in [42, 43, 42, 43, 44] {
        world.hear(line(seq, "ok"));
    }
    assert_eq!(lines(&world), ["ok", "ok", "ok"]);
}

#[test]
fn lines_that_came_in_another_order_are_shown_in_that_of_their_numbers() {
    let mut world = greeted(WELCOME);
    for (seq, text) in [(43, "two"), (44, "three"), (42, "one"), (45, "four")] {
        world.hear(line(seq, text));
    }
    assert_eq!(lines(&world), ["one", "two", "three", "four"]);
}

#[test]
fn numbers_that_are_left_out_hold_up_one_line_once() {
    let mut world = greeted(WELCOME);
    world.hear(line(50, "one"));
    assert!(lines(&world).is_empty());
    world.advance_secs(1);
    assert_eq!(lines(&world), ["one"]);
    world.hear(line(70, "two"));
    assert_eq!(lines(&world), ["one", "two"]);
    again(&mut world);
    world.hear(welcome("a", 99));
    assert_eq!(world.sent(), [r#"{"type":"resume","log":"a","after":70}"#]);
    world.hear(line(90, "three"));
    world.hear(resumed(true, 99));
    assert_eq!((lines(&world).len(), world.gaps()), (3, 0));
}

#[test]
fn an_acknowledgement_takes_its_place_in_the_order() {
    let mut world = greeted(WELCOME);
    let id = world.say("mine");
    world.hear(ack(id, 42));
    world.hear(line(43, "at once"));
    assert_eq!(lines(&world), ["at once"]);
}

#[test]
fn a_second_copy_that_the_server_numbers_anew_is_known_by_its_id() {
    let mut world = greeted(WELCOME);
    world.hear(r#"{"text":"hi","id":"x1","seq":42}"#);
    world.hear(r#"{"text":"hi","id":"x1","resent":true,"seq":43}"#);
    assert_eq!(lines(&world), ["hi"]);
}

#[test]
fn a_history_that_is_told_to_whoever_joins_is_shown_once() {
    let mut world = greeted(WELCOME);
    world.hear(line(40, "forty"));
    world.hear(line(41, "forty-one"));
    again(&mut world);
    world.hear(WELCOME);
    world.hear(line(40, "forty"));
    world.hear(line(41, "forty-one"));
    world.hear(resumed(true, 41));
    assert_eq!(lines(&world), ["forty", "forty-one"]);
}
