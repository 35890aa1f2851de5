//! Numbers that cannot be trusted, and announcements that somebody else makes.

use super::*;

#[test]
fn a_server_whose_numbers_stand_still_loses_nothing() {
    let mut world = greeted(WELCOME);
    for (id, text) in [("x", "one"), ("y", "two"), ("z", "three")] {
        world.hear(format!(r#"{{"text":"{text}","id":"{id}","seq":42}}"#));
    }
    assert_eq!(lines(&world), ["one", "two", "three"]);
    again(&mut world);
    assert_eq!((world.name(), world.gaps()), ("open", 1));
}

#[test]
fn numbers_that_go_back_lose_nothing() {
    let mut world = greeted(WELCOME);
    for (seq, text) in [
        (42, "one"),
        (3, "two"),
        (2, "three"),
        (1, "four"),
        (43, "five"),
    ] {
        world.hear(line(seq, text));
    }
    world.advance_secs(1);
    assert_eq!(lines(&world), ["one", "two", "three", "four", "five"]);
}

#[test]
fn what_is_no_number_is_no_number() {
    let mut world = greeted(WELCOME);
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
        world.hear(format!(
            r#"{{"text":"line {place}","id":"x{place}","seq":{seq}}}"#
        ));
    }
    assert_eq!(lines(&world).len(), numbers.len());
    world.hear(line(42, "next"));
    assert_eq!(lines(&world).len(), numbers.len() + 1);
}

#[test]
fn the_largest_number_breaks_nothing() {
    let mut world = greeted(WELCOME);
    world.hear(line((1 << 53) - 1, "last"));
    world.advance_secs(1);
    for seq in 42..45 {
        world.hear(line(seq, "small"));
    }
    assert_eq!(lines(&world).len(), 4);
    again(&mut world);
    world.hear(welcome("a", 44));
    assert_eq!(world.gaps(), 1, "its log is shorter than what it told");
    world.hear(line(45, "next"));
    assert_eq!(lines(&world).len(), 5);
}

#[test]
fn lines_that_wait_for_one_that_never_comes_are_bounded() {
    let mut world = greeted(WELCOME);
    again(&mut world);
    world.hear(welcome("a", 42));
    for seq in 43..1_050 {
        world.hear(line(seq, "live"));
    }
    assert_eq!((world.name(), world.gaps()), ("open", 1));
    assert_eq!(lines(&world).len(), 1_050 - 43);
    world.hear(line(1_050, &"x".repeat(5 << 20)));
    assert_eq!(lines(&world).len(), 1_051 - 43);
}

#[test]
fn what_was_heard_out_of_turn_is_shown_when_the_app_closes() {
    let mut world = greeted(WELCOME);
    world.hear(line(50, "early"));
    world.close();
    assert_eq!(lines(&world), ["early"]);
}

#[test]
fn what_a_relay_hands_on_later_is_no_announcement() {
    let mut world = greeted(r#"{"text":"hi","user":"bo"}"#);
    world.hear(WELCOME);
    world.hear(r#"{"type":"hello","ack":true,"resume":true,"log":"a","seq":3}"#);
    let id = world.say("mine");
    world.hear(line(4, "four"));
    world.hear(line(4, "four, again"));
    assert_eq!(lines(&world), ["hi", "four", "four, again"]);
    world.breaks();
    assert_eq!(world.last_fate(id), Delivery::Failed(Failure::Unconfirmed));
    world.advance_to_timer();
    world.accept();
    assert_eq!(world.name(), "open");
    assert!(world.sent().is_empty());
}

#[test]
fn what_somebody_says_is_no_announcement() {
    let mut world = greeted(r#"{"text":"look","user":"bo","ack":true,"log":"a","seq":41}"#);
    world.say("mine");
    again(&mut world);
    assert_eq!(world.name(), "open");
}

#[test]
fn an_announcement_without_words_is_not_shown() {
    let world = greeted(r#"{"type":"hello","ack":true}"#);
    assert!(lines(&world).is_empty());
}

#[test]
fn nothing_is_said_to_a_server_that_announces_nothing() {
    let mut world = greeted(r#"{"system":true,"text":"Welcome"}"#);
    world.hear(line(42, "one"));
    again(&mut world);
    assert_eq!(world.name(), "open");
    world.hear(line(42, "one"));
    world.advance(secs(30));
    assert!(world.sent().is_empty());
}
