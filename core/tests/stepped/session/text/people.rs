//! Among other people: their lines and their heartbeats.

use super::*;

#[test]
fn other_peoples_lines_that_end_in_ping_are_not_lost() {
    let mut bench = learned();
    bench.beat();
    for line in ["shall we go camping", "bo: ping", "I said: ping", "-> ping"] {
        assert_eq!(shown(&bench.hear(line)), [line]);
    }
    assert_eq!(bench.hear(echo("ping")), [Action::Answered]);
}

#[test]
fn before_the_prefix_is_known_a_word_that_ends_in_ping_is_no_answer() {
    let mut bench = bench();
    bench.beat();
    assert_eq!(shown(&bench.hear("we went shopping")), ["we went shopping"]);
}

#[test]
fn at_a_server_that_answers_nothing_lines_that_end_in_ping_are_shown() {
    let mut bench = bench();
    bench.beat();
    for _ in 0..5 {
        bench.wait(secs(20));
        bench.beat();
        assert_eq!(shown(&bench.hear("what about ping")), ["what about ping"]);
        assert!(!bench.beat().1);
    }
}

#[test]
fn a_server_that_answers_pong_is_held_to_it() {
    let mut bench = bench();
    bench.beat();
    assert_eq!(bench.hear("pong"), [Action::Answered]);
    assert!(bench.beat().1);
}

#[test]
fn an_answered_heartbeat_is_no_longer_expected() {
    let mut bench = bench();
    bench.beat();
    bench.hear("pong");
    assert_eq!(shown(&bench.hear("bo: ping")), ["bo: ping"]);
    assert!(!answered(&bench.hear("pong")), "it was answered already");
}

#[test]
fn other_clients_heartbeats_are_not_shown() {
    let mut bench = bench();
    for text in ["ping", "pong", "ping"] {
        assert_eq!(bench.hear(text), []);
    }
}

#[test]
fn two_clients_at_a_relay_do_not_kill_each_others_links() {
    // Each hears the other's pings, and nothing answers.
    for offset in [0, 1, 5, 15] {
        let mut harness = Harness::new(asking(), TextSession::new()).connected();
        for _ in 0..50 {
            harness.advance_secs(offset);
            harness.hear("ping");
            harness.advance_secs(20 - offset);
        }
        // The other one leaves.
        harness.advance_secs(3600);
        assert_eq!(
            (harness.name(), harness.sockets.len()),
            ("open", 1),
            "{offset} s apart"
        );
    }
}

#[test]
fn a_client_that_answers_pong_at_a_relay_may_leave() {
    let mut harness = Harness::new(asking(), TextSession::new());
    harness.serve(|_| vec!["pong".into()]);
    let mut harness = harness.connected();
    harness.advance_secs(5);
    harness.hear("ping");
    harness.advance_secs(30);
    harness.serve(|_| Vec::new());
    harness.advance_secs(3600);
    assert_eq!((harness.name(), harness.sockets.len()), ("open", 1));
}

#[test]
fn somebodys_line_that_ends_in_the_heartbeats_word_is_shown_and_the_link_lives() {
    let mut harness = Harness::new(asking(), TextSession::new()).connected();
    harness.advance_secs(2);
    harness.hear("bo: shall we, ping");
    harness.advance_secs(20);
    assert_eq!(harness.texts(), ["bo: shall we, ping"]);
    harness.advance_secs(600);
    assert_eq!((harness.name(), harness.sockets.len()), ("open", 1));
}

#[test]
fn what_looked_like_an_echo_server_is_none_once_another_client_pings() {
    let mut bench = bench();
    for line in ["a line of ours", "and one more"] {
        bench.say(line);
        bench.hear(line);
    }
    bench.hear("ping");
    bench.beat();
    assert_eq!(bench.hear("ping"), [], "it may be the other's again");
}
