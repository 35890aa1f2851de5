//! What was missed is asked for, or the gap is marked.

use super::*;

#[test]
fn what_was_missed_is_asked_for_and_leaves_no_gap() {
    let mut world = greeted(WELCOME);
    world.hear(line(42, "one"));
    again(&mut world);
    world.say("mine");
    assert_eq!(world.name(), "handshaking");
    world.hear(welcome("a", 44));
    assert_eq!(world.sent(), [r#"{"type":"resume","log":"a","after":42}"#]);
    world.hear(line(43, "two"));
    world.hear(line(44, "three"));
    world.hear(resumed(true, 44));
    assert_eq!(world.name(), "open");
    assert_eq!(
        world.sent().len(),
        2,
        "the question, and then what was queued"
    );
    assert_eq!(lines(&world), ["one", "two", "three"]);
    assert_eq!(world.gaps(), 0);
}

#[test]
fn a_fresh_page_asks_for_nothing_and_waits_for_nothing() {
    let session = JsonSession::default();
    let mut world = World::new(Config::new(URL), session).connected();
    assert_eq!(world.name(), "open");
    world.hear(WELCOME);
    assert!(world.sent().is_empty());
}

#[test]
fn a_live_line_that_overtakes_what_was_missed_is_shown_behind_it() {
    let mut world = greeted(WELCOME);
    again(&mut world);
    world.hear(welcome("a", 42));
    world.hear(line(43, "live"));
    world.advance_secs(1);
    assert!(lines(&world).is_empty());
    world.hear(line(42, "missed"));
    world.hear(line(43, "live"));
    world.hear(resumed(true, 43));
    assert_eq!(lines(&world), ["missed", "live"]);
    assert_eq!(world.gaps(), 0);
}

#[test]
fn a_link_that_breaks_while_it_tells_asks_for_the_rest() {
    let mut world = greeted(WELCOME);
    again(&mut world);
    world.hear(welcome("a", 44));
    world.hear(line(42, "one"));
    world.hear(line(44, "three"));
    again(&mut world);
    world.hear(welcome("a", 44));
    assert_eq!(world.sent(), [r#"{"type":"resume","log":"a","after":42}"#]);
    world.hear(line(43, "two"));
    world.hear(line(44, "three"));
    world.hear(resumed(true, 44));
    assert_eq!(lines(&world), ["one", "two", "three"]);
    assert_eq!(world.gaps(), 0);
}

#[test]
fn a_line_out_of_its_turn_waits_over_the_next_link_until_what_was_missed_is_told() {
    let mut world = greeted(WELCOME);
    again(&mut world);
    world.hear(welcome("a", 43));
    world.hear(line(43, "later"));
    again(&mut world);
    world.advance_secs(1);
    assert!(lines(&world).is_empty());
    world.hear(welcome("a", 43));
    world.hear(line(42, "before"));
    world.hear(resumed(true, 43));
    assert_eq!(lines(&world), ["before", "later"]);
    assert_eq!(world.gaps(), 0);
}

#[test]
fn a_log_that_has_forgotten_some_marks_the_gap_before_the_rest() {
    let mut world = greeted(WELCOME);
    world.hear(line(42, "one"));
    again(&mut world);
    world.hear(welcome("a", 90));
    world.hear(line(89, "late"));
    world.hear(line(90, "later"));
    world.hear(resumed(false, 90));
    assert_eq!(lines(&world), ["one", "late", "later"]);
    assert_eq!(world.gaps(), 1);
    assert_eq!(gap_before(&world).as_deref(), Some("late"));
    world.hear(line(91, "next"));
    assert_eq!(lines(&world).len(), 4);
}

#[test]
fn another_log_is_not_asked_and_the_gap_is_marked() {
    let mut world = greeted(WELCOME);
    world.hear(line(42, "one"));
    again(&mut world);
    world.hear(welcome("b", 0));
    assert!(world.sent().is_empty());
    assert_eq!((world.name(), world.gaps()), ("open", 1));
    world.hear(line(1, "new"));
    assert_eq!(lines(&world), ["one", "new"]);
}

#[test]
fn a_log_that_became_shorter_is_another_one() {
    let mut world = greeted(WELCOME);
    world.hear(line(42, "one"));
    again(&mut world);
    world.hear(welcome("a", 7));
    assert!(world.sent().is_empty());
    assert_eq!(world.gaps(), 1);
    world.hear(line(8, "eight"));
    assert_eq!(lines(&world), ["one", "eight"]);
}

#[test]
fn numbers_alone_show_that_nothing_was_missed() {
    let numbers = r#"{"system":true,"text":"Welcome","log":"a","seq":41}"#;
    let mut world = greeted(numbers);
    again(&mut world);
    world.hear(numbers);
    assert_eq!((world.name(), world.gaps()), ("open", 0));
    again(&mut world);
    world.hear(numbers.replace("41", "42"));
    assert_eq!((world.name(), world.gaps()), ("open", 1));
    assert!(world.sent().is_empty());
    world.hear(line(43, "next"));
    assert_eq!(lines(&world), ["next"]);
}

#[test]
fn a_promise_to_resume_that_is_not_kept_costs_a_moment_and_marks_the_gap() {
    let mut world = greeted(WELCOME);
    again(&mut world);
    world.hear(welcome("a", 42));
    world.hear(line(43, "live"));
    world.advance_secs(8);
    assert_eq!((world.name(), world.gaps()), ("open", 1));
    assert_eq!(lines(&world), ["live"]);
    assert_eq!(gap_before(&world).as_deref(), Some("live"));
    // It comes after all.
    world.hear(line(42, "late"));
    assert_eq!(lines(&world), ["live", "late"]);
}

#[test]
fn a_server_that_tells_without_end_does_not_keep_the_connection_from_opening() {
    let mut world = greeted(WELCOME);
    again(&mut world);
    world.hear(welcome("a", 1_000));
    for seq in 42..52 {
        world.advance_secs(1);
        world.hear(line(seq, "one more"));
    }
    assert_eq!(world.name(), "open");
    assert_eq!(lines(&world).len(), 10);
}

#[test]
fn a_server_that_announces_nothing_any_more_is_an_old_one() {
    let mut world = greeted(WELCOME);
    again(&mut world);
    assert_eq!(world.name(), "handshaking");
    world.hear(r#"{"text":"hi","seq":7}"#);
    assert_eq!((world.name(), world.gaps()), ("open", 1));
    assert_eq!(gap_before(&world).as_deref(), Some("hi"));
    again(&mut world);
    assert_eq!(world.name(), "open", "nothing is waited for any more");
}

#[test]
fn a_server_that_says_nothing_any_more_costs_a_moment() {
    let mut world = greeted(WELCOME);
    again(&mut world);
    world.advance_secs(8);
    assert_eq!((world.name(), world.gaps()), ("open", 1));
    // It was slow: what was missed is told after all.
    world.hear(welcome("a", 42));
    assert_eq!(world.sent(), [r#"{"type":"resume","log":"a","after":41}"#]);
    world.hear(line(42, "missed"));
    world.hear(resumed(true, 42));
    assert_eq!(lines(&world), ["missed"]);
}

#[test]
fn another_address_is_asked_for_nothing() {
    let mut bench = Bench::new(JsonSession::default());
    bench.hear(WELCOME);
    bench.hear(line(43, "early"));
    let out = bench.act(|session, now, out| {
        use leptos_chat_core::session::{Session, Target};
        session.begin(&Target::new("wss://other.example"), out);
        session.handle_open("", now, out);
    });
    assert_eq!(shown(&out), ["early"]);
    assert_eq!(bench.hear(WELCOME).len(), 1, "shown, and nothing asked");
}
