//! JSON servers that acknowledge, number their lines and tell again what was missed; and those that say so and don't.

use leptos_chat_core::connection::{Config, Delivery, Event, Failure, Resend};
use leptos_chat_core::session::json::JsonSession;
use leptos_chat_core::session::{Kind, MessageId};
use leptos_chat_core::wire::json::JsonFields;

use crate::secs;
use crate::world::{URL, World};

const WELCOME: &str =
    r#"{"system":true,"text":"Welcome","ack":true,"resume":true,"log":"a","seq":41}"#;

/// A link to a server that has said this first.
fn greeted(welcome: &str) -> World {
    let session = JsonSession::new(Some("ada".into()), JsonFields::default());
    let mut world = World::new(Config::new(URL), session).connected();
    world.hear(welcome);
    world
}

fn line(seq: u64, text: &str) -> String {
    format!(r#"{{"text":"{text}","user":"bo","id":"b{seq}","seq":{seq}}}"#)
}

fn ack(id: MessageId, seq: u64) -> String {
    format!(r#"{{"type":"ack","id":"{id}","seq":{seq}}}"#)
}

fn welcome(log: &str, seq: u64) -> String {
    WELCOME
        .replace(r#""a""#, &format!(r#""{log}""#))
        .replace("41", &seq.to_string())
}

fn resumed(complete: bool, seq: u64) -> String {
    format!(r#"{{"type":"resumed","log":"a","seq":{seq},"complete":{complete}}}"#)
}

/// What is shown of others, without what the server says of itself.
fn lines(world: &World) -> Vec<String> {
    let chat = |kind| kind == Kind::Chat;
    let shown = world.shown();
    let lines = shown.iter().filter(|incoming| chat(incoming.kind));
    lines.map(|incoming| incoming.to_string()).collect()
}

/// The link breaks, and the next one is open for the browser.
fn again(world: &mut World) {
    world.breaks();
    world.advance_to_timer();
    world.accept();
}

/// The place of the mark of a gap among the lines.
fn gap_before(world: &World) -> Option<String> {
    let mut events = world
        .events
        .iter()
        .skip_while(|event| **event != Event::Gap);
    events.next()?;
    events.find_map(|event| match event {
        Event::Message(incoming) if incoming.kind == Kind::Chat => Some(incoming.to_string()),
        _ => None,
    })
}

// Acknowledgements

#[test]
fn an_acknowledgement_is_proof_and_nothing_to_show() {
    let mut world = greeted(WELCOME);
    let id = world.say("hi");
    assert_eq!(world.last_fate(id), Delivery::Sent);
    world.hear(ack(id, 42));
    world.hear(ack(id, 42));
    assert_eq!(world.delivered(id), 1);
    assert_eq!(world.shown().len(), 1, "the welcome");
}

#[test]
fn a_message_that_was_not_acknowledged_is_never_taken_for_read() {
    let mut world = greeted(WELCOME);
    let id = world.say("hi");
    for seq in 42..60 {
        world.advance_secs(1);
        world.hear(line(seq, "x"));
    }
    world.breaks();
    assert_eq!(world.last_fate(id), Delivery::Queued);
    assert!(!world.events.contains(&Event::Settled { id }));
}

#[test]
fn what_was_not_acknowledged_goes_again_behind_the_question_and_says_so() {
    let mut world = greeted(WELCOME);
    let id = world.say("hi");
    again(&mut world);
    world.hear(WELCOME);
    let asked = r#"{"type":"resume","log":"a","after":41}"#;
    assert_eq!(world.sent(), [asked]);
    world.hear(resumed(true, 41));
    let sent = world.sent();
    assert_eq!(sent.len(), 2);
    assert!(sent[1].contains(&id.to_string()) && sent[1].contains(r#""resent":true"#));
    world.hear(ack(id, 42));
    assert_eq!(world.last_fate(id), Delivery::Delivered);
}

#[test]
fn an_own_line_among_the_missed_ones_is_proof_and_is_not_sent_again() {
    let mut world = greeted(WELCOME);
    let id = world.say("hi");
    again(&mut world);
    world.hear(WELCOME.replace("41", "42"));
    world.hear(format!(
        r#"{{"id":"{id}","text":"hi","user":"ada","seq":42}}"#
    ));
    world.hear(resumed(true, 42));
    assert_eq!(world.delivered(id), 1);
    assert_eq!(world.sent().len(), 1, "the question alone");
    assert!(lines(&world).is_empty());
}

#[test]
fn an_own_line_without_an_id_among_the_missed_ones_is_ours() {
    let mut world = greeted(WELCOME);
    let id = world.say("a line that is longer than a word");
    again(&mut world);
    world.hear(WELCOME.replace("41", "42"));
    world.hear(r#"{"text":"a line that is longer than a word","user":"ada","seq":42}"#);
    world.hear(resumed(true, 42));
    assert_eq!(world.delivered(id), 1);
    assert!(lines(&world).is_empty());
}

#[test]
fn an_acknowledgement_of_a_message_that_is_not_ours_is_data() {
    let mut world = greeted(WELCOME);
    let id = world.say("hi");
    world.hear(ack(MessageId(7), 42));
    world.hear(r#"{"type":"ack","id":42}"#);
    world.hear(r#"{"type":"ack"}"#);
    assert_eq!(world.last_fate(id), Delivery::Sent);
    assert!(lines(&world).is_empty());
    world.hear(line(42, "under the same number"));
    assert_eq!(lines(&world), ["under the same number"]);
}

#[test]
fn a_server_that_never_acknowledges_is_not_believed_for_ever() {
    let mut world = greeted(WELCOME);
    let id = world.say("hi");
    for link in 0..2 {
        world.advance_secs(11);
        world.hear(r#"{"text":"alive"}"#);
        again(&mut world);
        world.hear(WELCOME);
        world.hear(resumed(true, 41));
        assert_eq!(world.sent().len(), 2, "link {link}");
    }
    world.advance_secs(11);
    world.hear(r#"{"text":"alive"}"#);
    world.breaks();
    world.advance_to_timer();
    world.accept();
    world.hear(WELCOME);
    world.hear(resumed(true, 41));
    world.breaks();
    assert_eq!(world.last_fate(id), Delivery::Failed(Failure::Unconfirmed));
}

#[test]
fn an_app_that_wants_nothing_sent_again_gets_its_wish() {
    let session = JsonSession::new(None, JsonFields::default());
    let config = Config {
        resend: Resend::Never,
        ..Config::new(URL)
    };
    let mut world = World::new(config, session).connected();
    world.hear(WELCOME);
    let id = world.say("hi");
    world.breaks();
    assert_eq!(world.last_fate(id), Delivery::Failed(Failure::Unconfirmed));
}

#[test]
fn an_overdue_acknowledgement_shows_a_dead_link() {
    let mut world = greeted(WELCOME);
    let id = world.say("hi");
    world.hear(ack(id, 42));
    world.say("again");
    world.advance_secs(9);
    assert_eq!(world.name(), "open");
    world.advance_secs(1);
    assert_ne!(world.name(), "open");
}

#[test]
fn an_id_goes_with_each_message_whatever_ended_the_link_and_however_others_speak() {
    let mut world = greeted(WELCOME);
    world.say("hi");
    again(&mut world);
    world.hear(WELCOME);
    world.hear(resumed(true, 41));
    world.hear("a line in bare words");
    let id = world.say("hello");
    assert!(world.last_sent().contains(&id.to_string()));
}

// What was missed

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
    let mut bench = super::bench::Bench::new(JsonSession::default());
    bench.hear(WELCOME);
    bench.hear(line(43, "early"));
    let out = bench.act(|session, now, out| {
        use leptos_chat_core::session::{Session, Target};
        session.begin(&Target::new("wss://other.example"), out);
        session.handle_open("", now, out);
    });
    assert_eq!(super::bench::shown(&out), ["early"]);
    assert_eq!(bench.hear(WELCOME).len(), 1, "shown, and nothing asked");
}

// Order, and once

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

// Numbers that cannot be trusted

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

// Somebody else's words

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
