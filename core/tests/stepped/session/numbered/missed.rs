//! What was missed is asked for, or the gap is marked.

use super::*;

#[test]
fn what_was_missed_is_asked_for_and_leaves_no_gap() {
    let mut harness = greeted(WELCOME);
    harness.hear(line(42, "one"));
    again(&mut harness);
    harness.say("mine");
    assert_eq!(harness.name(), "handshaking");
    harness.hear(welcome("a", 44));
    assert_eq!(
        harness.sent(),
        [r#"{"type":"resume","log":"a","after":42}"#]
    );
    harness.hear(line(43, "two"));
    harness.hear(line(44, "three"));
    harness.hear(resumed(true, 44));
    assert_eq!(harness.name(), "open");
    assert_eq!(
        harness.sent().len(),
        2,
        "the question, and then what was queued"
    );
    assert_eq!(lines(&harness), ["one", "two", "three"]);
    assert_eq!(harness.gaps(), 0);
}

#[test]
fn a_fresh_page_asks_for_nothing_and_waits_for_nothing() {
    let session = JsonSession::default();
    let mut harness = Harness::new(Config::default(), session).connected();
    assert_eq!(harness.name(), "open");
    harness.hear(WELCOME);
    assert!(harness.sent().is_empty());
}

#[test]
fn a_live_line_that_overtakes_what_was_missed_is_shown_behind_it() {
    let mut harness = greeted(WELCOME);
    again(&mut harness);
    harness.hear(welcome("a", 42));
    harness.hear(line(43, "live"));
    harness.advance_secs(1);
    assert!(lines(&harness).is_empty());
    harness.hear(line(42, "missed"));
    harness.hear(line(43, "live"));
    harness.hear(resumed(true, 43));
    assert_eq!(lines(&harness), ["missed", "live"]);
    assert_eq!(harness.gaps(), 0);
}

#[test]
fn a_link_that_breaks_while_it_tells_asks_for_the_rest() {
    let mut harness = greeted(WELCOME);
    again(&mut harness);
    harness.hear(welcome("a", 44));
    harness.hear(line(42, "one"));
    harness.hear(line(44, "three"));
    again(&mut harness);
    harness.hear(welcome("a", 44));
    assert_eq!(
        harness.sent(),
        [r#"{"type":"resume","log":"a","after":42}"#]
    );
    harness.hear(line(43, "two"));
    harness.hear(line(44, "three"));
    harness.hear(resumed(true, 44));
    assert_eq!(lines(&harness), ["one", "two", "three"]);
    assert_eq!(harness.gaps(), 0);
}

#[test]
fn a_line_out_of_its_turn_waits_over_the_next_link_until_what_was_missed_is_told() {
    let mut harness = greeted(WELCOME);
    again(&mut harness);
    harness.hear(welcome("a", 43));
    harness.hear(line(43, "later"));
    again(&mut harness);
    harness.advance_secs(1);
    assert!(lines(&harness).is_empty());
    harness.hear(welcome("a", 43));
    harness.hear(line(42, "before"));
    harness.hear(resumed(true, 43));
    assert_eq!(lines(&harness), ["before", "later"]);
    assert_eq!(harness.gaps(), 0);
}

#[test]
fn a_log_that_has_forgotten_some_marks_the_gap_before_the_rest() {
    let mut harness = greeted(WELCOME);
    harness.hear(line(42, "one"));
    again(&mut harness);
    harness.hear(welcome("a", 90));
    harness.hear(line(89, "late"));
    harness.hear(line(90, "later"));
    harness.hear(resumed(false, 90));
    assert_eq!(lines(&harness), ["one", "late", "later"]);
    assert_eq!(harness.gaps(), 1);
    assert_eq!(gap_before(&harness).as_deref(), Some("late"));
    harness.hear(line(91, "next"));
    assert_eq!(lines(&harness).len(), 4);
}

/// What the links have brought: their lines, and `|` for each mark of a gap.
fn told(harness: &Harness) -> String {
    let told = harness.events.iter().filter_map(|event| match event {
        Event::Gap => Some("|".to_owned()),
        Event::Message(line) if line.kind == Kind::Chat => Some(line.to_string()),
        _ => None,
    });
    told.collect::<Vec<_>>().join(" ")
}

/// A log of a few lines, and a line that came live over a link which broke before it told what was missed.
#[test]
fn what_is_missing_behind_an_older_links_line_is_marked_too() {
    let mut harness = greeted(WELCOME);
    again(&mut harness);
    harness.hear(welcome("a", 49));
    harness.hear(line(50, "live"));
    again(&mut harness);
    harness.hear(welcome("a", 61));
    harness.hear(line(60, "late"));
    harness.hear(line(61, "later"));
    harness.hear(resumed(false, 61));
    assert_eq!(told(&harness), "| live | late later");
}

#[test]
fn what_goes_on_from_an_older_links_line_needs_one_mark() {
    for (from, expected) in [(49, "| n49 n50 n51"), (50, "| n50 n51"), (51, "| n50 n51")] {
        let mut harness = greeted(WELCOME);
        again(&mut harness);
        harness.hear(welcome("a", 49));
        harness.hear(line(50, "n50"));
        again(&mut harness);
        harness.hear(welcome("a", 51));
        for number in from..=51 {
            harness.hear(line(number, &format!("n{number}")));
        }
        harness.hear(resumed(false, 51));
        assert_eq!(told(&harness), expected);
    }
}

/// What was waited for on the last link has its time there, and not while a provider is asked where the next one goes.
#[test]
fn what_came_before_its_turn_waits_while_a_provider_is_asked() {
    let session = Box::new(JsonSession::default());
    let mut harness = Harness::to(Endpoint::Provided, Config::default(), session);
    let answer = |harness: &mut Harness| {
        let socket = *harness.resolves.last().expect("the provider was asked");
        let target = Ok(Target::new(URL));
        harness.happens(socket, SocketEvent::Resolved(target));
        harness.accept();
    };
    harness.open();
    answer(&mut harness);
    harness.hear(WELCOME);
    harness.breaks();
    harness.advance_to_timer();
    answer(&mut harness);
    harness.hear(welcome("a", 42));
    harness.hear(line(43, "live"));
    harness.breaks();
    harness.advance_to_timer();
    harness.advance_secs(9);
    assert!(lines(&harness).is_empty());
    answer(&mut harness);
    harness.hear(welcome("a", 43));
    harness.hear(line(42, "missed"));
    harness.hear(resumed(true, 43));
    assert_eq!(lines(&harness), ["missed", "live"]);
}

#[test]
fn another_log_is_not_asked_and_the_gap_is_marked() {
    let mut harness = greeted(WELCOME);
    harness.hear(line(42, "one"));
    again(&mut harness);
    harness.hear(welcome("b", 0));
    assert!(harness.sent().is_empty());
    assert_eq!((harness.name(), harness.gaps()), ("open", 1));
    harness.hear(line(1, "new"));
    assert_eq!(lines(&harness), ["one", "new"]);
}

#[test]
fn a_log_that_became_shorter_is_another_one() {
    let mut harness = greeted(WELCOME);
    harness.hear(line(42, "one"));
    again(&mut harness);
    harness.hear(welcome("a", 7));
    assert!(harness.sent().is_empty());
    assert_eq!(harness.gaps(), 1);
    harness.hear(line(8, "eight"));
    assert_eq!(lines(&harness), ["one", "eight"]);
}

#[test]
fn numbers_alone_show_that_nothing_was_missed() {
    let numbers = r#"{"system":true,"text":"Welcome","log":"a","seq":41}"#;
    let mut harness = greeted(numbers);
    again(&mut harness);
    harness.hear(numbers);
    assert_eq!((harness.name(), harness.gaps()), ("open", 0));
    again(&mut harness);
    harness.hear(numbers.replace("41", "42"));
    assert_eq!((harness.name(), harness.gaps()), ("open", 1));
    assert!(harness.sent().is_empty());
    harness.hear(line(43, "next"));
    assert_eq!(lines(&harness), ["next"]);
}

#[test]
fn a_promise_to_resume_that_is_not_kept_costs_a_moment_and_marks_the_gap() {
    let mut harness = greeted(WELCOME);
    again(&mut harness);
    harness.hear(welcome("a", 42));
    harness.hear(line(43, "live"));
    harness.advance_secs(8);
    assert_eq!((harness.name(), harness.gaps()), ("open", 1));
    assert_eq!(lines(&harness), ["live"]);
    assert_eq!(gap_before(&harness).as_deref(), Some("live"));
    // It comes after all.
    harness.hear(line(42, "late"));
    assert_eq!(lines(&harness), ["live", "late"]);
}

#[test]
fn a_server_that_tells_without_end_does_not_keep_the_connection_from_opening() {
    let mut harness = greeted(WELCOME);
    again(&mut harness);
    harness.hear(welcome("a", 1_000));
    for seq in 42..52 {
        harness.advance_secs(1);
        harness.hear(line(seq, "one more"));
    }
    assert_eq!(harness.name(), "open");
    assert_eq!(lines(&harness).len(), 10);
}

#[test]
fn a_server_that_announces_nothing_any_more_is_an_old_one() {
    let mut harness = greeted(WELCOME);
    again(&mut harness);
    assert_eq!(harness.name(), "handshaking");
    harness.hear(r#"{"text":"hi","seq":7}"#);
    assert_eq!((harness.name(), harness.gaps()), ("open", 1));
    assert_eq!(gap_before(&harness).as_deref(), Some("hi"));
    again(&mut harness);
    assert_eq!(harness.name(), "open", "nothing is waited for any more");
}

#[test]
fn a_server_that_says_nothing_any_more_costs_a_moment() {
    let mut harness = greeted(WELCOME);
    again(&mut harness);
    harness.advance_secs(8);
    assert_eq!((harness.name(), harness.gaps()), ("open", 1));
    // It was slow: what was missed is told after all.
    harness.hear(welcome("a", 42));
    assert_eq!(
        harness.sent(),
        [r#"{"type":"resume","log":"a","after":41}"#]
    );
    harness.hear(line(42, "missed"));
    harness.hear(resumed(true, 42));
    assert_eq!(lines(&harness), ["missed"]);
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

/// Our line was acknowledged under its number: whoever says the same meanwhile, it is another line.
#[test]
fn anothers_line_with_the_words_of_an_acknowledged_one_of_ours_is_shown() {
    let others = [
        r#"{"text":"good morning","user":"bo","id":"b43","seq":43}"#,
        r#"{"text":"good morning","user":"bo","seq":43}"#,
        // A second page of ours.
        r#"{"text":"good morning","user":"ada","id":"0123456789abcdef0123456789abcdef","seq":43}"#,
        r#"{"text":"good morning","user":"ada","seq":43}"#,
    ];
    for other in others {
        let mut harness = greeted(WELCOME);
        let id = harness.say("good morning");
        harness.hear(ack(id, 42));
        again(&mut harness);
        harness.hear(welcome("a", 43));
        harness.hear(other);
        harness.hear(resumed(true, 43));
        assert_eq!(lines(&harness), ["good morning"], "{other}");
        assert_eq!((harness.gaps(), harness.delivered(id)), (0, 1));
    }
}

#[test]
fn an_own_line_that_came_back_under_its_number_hides_no_other() {
    for echo in ["", r#""id":"ID","#] {
        let mut harness = greeted(WELCOME);
        let id = harness.say("ok");
        let echo = echo.replace("ID", &id.to_string());
        harness.hear(format!(r#"{{{echo}"text":"ok","user":"ada","seq":42}}"#));
        assert_eq!(harness.delivered(id), 1);
        again(&mut harness);
        harness.hear(welcome("a", 43));
        harness.hear(r#"{"text":"ok","user":"ada","seq":43}"#);
        harness.hear(resumed(true, 43));
        assert_eq!(lines(&harness), ["ok"], "{echo}");
    }
}

#[test]
fn anothers_words_among_the_missed_ones_prove_nothing() {
    let mut harness = greeted(WELCOME);
    let id = harness.say("good morning");
    again(&mut harness);
    harness.hear(welcome("a", 42));
    harness.hear(line(42, "good morning"));
    harness.hear(resumed(true, 42));
    assert_eq!(lines(&harness), ["good morning"]);
    assert_eq!(harness.delivered(id), 0);
    assert!(harness.last_sent().contains(r#""resent":true"#));
}

#[test]
fn more_lines_than_are_held_among_numbers_that_are_left_out_say_nothing_to_the_app() {
    let mut harness = greeted(WELCOME);
    again(&mut harness);
    harness.hear(welcome("a", 4_000));
    for seq in 0..1_500 {
        harness.hear(line(43 + 2 * seq, "missed"));
    }
    harness.end_burst();
    let shown = harness.shown().len();
    harness.hear(resumed(true, 4_000));
    harness.end_burst();
    assert_eq!(lines(&harness).len(), 1_500);
    let data = harness.shown()[shown..]
        .iter()
        .any(|incoming| incoming.kind == Kind::Data);
    assert!(!data, "what the server answers is ours");
    harness.hear(line(4_001, "next"));
    harness.end_burst();
    assert_eq!(lines(&harness).len(), 1_501);
}

#[test]
fn what_is_missing_when_the_app_closes_is_asked_for_when_it_opens_again() {
    let mut harness = greeted(WELCOME);
    harness.hear(line(43, "early"));
    harness.close();
    harness.server_closes(1000, "");
    assert_eq!(lines(&harness), ["early"]);
    harness.open();
    harness.accept();
    harness.hear(welcome("a", 43));
    assert_eq!(
        harness.sent(),
        [r#"{"type":"resume","log":"a","after":41}"#]
    );
    harness.hear(line(42, "late"));
    harness.hear(line(43, "early"));
    harness.hear(resumed(true, 43));
    harness.hear(line(44, "next"));
    assert_eq!(lines(&harness), ["early", "late", "next"]);
    assert_eq!(harness.gaps(), 0);
    // A list may put it before what its sender said later.
    let mut shown = harness.shown().into_iter();
    let late = shown.find(|line| line.kind == Kind::Chat && !line.numbered);
    assert_eq!(late.map(ToString::to_string).as_deref(), Some("late"));
}

#[test]
fn an_own_line_of_the_last_link_among_what_was_missed_is_proved_by_our_name_and_its_words() {
    let mut harness = greeted(WELCOME);
    let id = harness.say("mine");
    // Later, nobody would take it for one that a relay read late.
    harness.advance_secs(61);
    again(&mut harness);
    harness.hear(welcome("a", 42));
    harness.hear(r#"{"text":"mine","user":"ada","seq":42}"#);
    harness.hear(resumed(true, 42));
    assert_eq!(harness.fate(id).last(), Some(&Delivery::Echoed));
    assert!(lines(&harness).is_empty());
}
