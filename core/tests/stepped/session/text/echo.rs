//! Echo servers: what they put before our words, and how their answers to heartbeats are known.

use super::*;

#[test]
fn the_greeting_and_answers_are_shown() {
    let mut harness = echo_harness(PREFIX);
    harness.say("one");
    harness.say("two");
    harness.advance_secs(1);
    assert_eq!(
        harness.texts(),
        ["Hi there, I am a server", &echo("one"), &echo("two")]
    );
}

#[test]
fn answers_to_heartbeats_are_swallowed_from_the_first_on() {
    let mut harness = echo_harness(PREFIX);
    harness.advance_secs(200);
    assert_eq!(harness.texts(), ["Hi there, I am a server"]);
    assert_eq!(harness.sent().len(), 11);
}

#[test]
fn answers_to_heartbeats_are_swallowed_among_messages() {
    let mut harness = echo_harness(PREFIX);
    let mut expected = vec!["Hi there, I am a server".to_owned()];
    for n in 0..300 {
        let text = format!("message {n}");
        harness.say(text.as_str());
        expected.push(echo(&text));
        harness.advance_secs(3);
    }
    assert_eq!(harness.texts(), expected);
}

#[test]
fn an_echo_server_that_goes_silent_is_noticed() {
    let mut harness = echo_harness(PREFIX);
    harness.advance_secs(5);
    harness.serve(|_| Vec::new());
    harness.advance_secs(26);
    assert!(harness.sockets.len() > 1, "a new attempt was made");
}

#[test]
fn the_users_own_ping_shows_its_answer() {
    for prefix in [PREFIX, ""] {
        let mut harness = echo_harness(prefix);
        harness.advance_secs(1);
        for _ in 0..3 {
            harness.say("ping");
            harness.advance_secs(25);
        }
        let answer = format!("{prefix}ping");
        let shown = harness
            .texts()
            .iter()
            .filter(|text| **text == answer)
            .count();
        assert_eq!(shown, 3, "after {prefix:?}");
    }
}

#[test]
fn the_users_ping_right_behind_a_heartbeat_shows_one_answer() {
    let mut bench = learned();
    bench.beat();
    bench.say("ping");
    assert_eq!(shown(&bench.hear(echo("ping"))), Vec::<String>::new());
    assert_eq!(shown(&bench.hear(echo("ping"))), [echo("ping")]);
}

#[test]
fn a_users_text_that_ends_in_ping_does_not_take_the_heartbeats_place() {
    let mut bench = learned();
    bench.beat();
    bench.say("stop sleeping");
    bench.beat();
    assert_eq!(
        shown(&bench.hear(echo("stop sleeping"))),
        [echo("stop sleeping")]
    );
    assert_eq!(bench.hear(echo("ping")), [Action::Answered]);
}

#[test]
fn a_prefix_learned_from_messages_alone_is_enough() {
    let mut bench = bench();
    bench.beat();
    bench.wait(secs(60));
    for text in ["one", "two"] {
        bench.say(text);
        assert_eq!(shown(&bench.hear(echo(text))), [echo(text)]);
    }
    bench.beat();
    assert_eq!(bench.hear(echo("ping")), [Action::Answered]);
}

#[test]
fn a_heartbeat_without_an_answer_is_forgotten_when_a_later_message_has_one() {
    let mut bench = learned();
    bench.beat();
    bench.say("x");
    bench.hear(echo("x"));
    bench.say("ping");
    assert_eq!(shown(&bench.hear(echo("ping"))), [echo("ping")]);
}

#[test]
fn the_prefix_is_remembered_over_a_reconnect_but_nothing_is_expected() {
    let mut bench = learned();
    bench.beat();
    bench.reconnect();
    assert_eq!(
        shown(&bench.hear(echo("ping"))),
        [echo("ping")],
        "nothing was sent here"
    );
    assert!(!bench.beat().1);
    assert_eq!(shown(&bench.hear("bo: ping")), ["bo: ping"]);
    assert_eq!(bench.hear(echo("ping")), [Action::Answered]);
    assert!(bench.beat().1);
}

#[test]
fn a_bare_echo_of_the_heartbeat_is_swallowed() {
    let mut harness = echo_harness("");
    harness.say("hello");
    harness.advance_secs(200);
    assert_eq!(harness.texts(), ["Hi there, I am a server", "hello"]);
    assert_eq!(harness.name(), "open");
}

#[test]
fn a_bare_echo_server_is_held_to_its_answers_once_it_has_echoed_messages() {
    let mut bench = bench();
    bench.beat();
    assert_eq!(bench.hear("ping"), [], "that may be another client's");
    for text in ["one", "two"] {
        bench.say(text);
        bench.hear(text);
    }
    bench.beat();
    assert_eq!(bench.hear("ping"), [Action::Answered]);
    assert!(bench.beat().1);
}

#[test]
fn a_ping_too_many_shows_that_it_is_no_bare_echo_server() {
    let mut bench = bench();
    for text in ["one", "two"] {
        bench.say(text);
        bench.hear(text);
    }
    bench.beat();
    assert_eq!(bench.hear("ping"), [Action::Answered]);
    assert_eq!(bench.hear("ping"), []);
    assert!(!bench.beat().1);
}

#[test]
fn an_echo_server_proves_and_the_next_line_is_due_until_the_link_is_another() {
    let mut bench = Bench::new(TextSession::named(None));
    let due = |bench: &Bench<TextSession>| {
        let liveness = bench.session.liveness(HeartbeatSetting::Off);
        liveness.returns_within
    };
    let (_, line) = bench.say("a line that is no coincidence");
    assert!(!bench.session.proves());
    bench.hear(line);
    assert!(bench.session.proves());
    assert_eq!(due(&bench), None);
    bench.say("and another one");
    assert_eq!(due(&bench), Some(secs(10)));
    bench.reconnect();
    assert_eq!(due(&bench), None);
}

#[test]
fn what_one_answer_showed_is_forgotten_with_its_link_where_nothing_is_held_back() {
    let mut bench = bench();
    bench.say("hello");
    bench.hear(echo("hello"));
    bench.reconnect();
    bench.beat();
    assert_eq!(bench.hear(echo("ping")), [], "held back, not known");
}

#[test]
fn an_answer_that_comes_too_late_makes_room_for_the_next() {
    let mut bench = bench();
    bench.beat();
    bench.wait(secs(11));
    assert_eq!(shown(&bench.hear(echo("ping"))), [echo("ping")]);
    bench.beat();
    assert_eq!(
        bench.hear(echo("ping")),
        [],
        "held back: it may be the answer"
    );
}

#[test]
fn at_most_256_of_what_was_sent_are_looked_for() {
    for (lines, is_held) in [(255, true), (256, false)] {
        let mut bench = bench();
        bench.beat();
        for _ in 0..lines {
            bench.say("hello");
        }
        assert_eq!(shown(&bench.hear(echo("ping"))).is_empty(), is_held);
    }
}
