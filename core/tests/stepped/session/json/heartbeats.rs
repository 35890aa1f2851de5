//! Heartbeats, and whose answers prove something.

use super::*;

#[test]
fn a_channel_that_answers_is_held_to_it() {
    let mut harness = channel();
    harness.advance_secs(30);
    assert_eq!(harness.name(), "open");
    harness.serve(|_| Vec::new());
    harness.advance_secs(31);
    assert!(harness.sockets.len() > 1, "a new attempt was made");
    assert!(harness.shown().is_empty());
}

#[test]
fn an_own_ping_that_comes_back_is_an_answer() {
    let mut bench = bench();
    let (ping, deadline) = bench.beat();
    assert!(!deadline, "nothing is known yet");
    assert_eq!(bench.hear(ping), [Action::Answered]);
    assert!(bench.beat().1);
}

#[test]
fn a_pong_with_the_pings_id_is_an_answer() {
    let mut bench = bench();
    let (ping, _) = bench.beat();
    assert_eq!(bench.hear(ping.replace("ping", "pong")), [Action::Answered]);
    assert!(bench.beat().1);
}

#[test]
fn a_pong_without_an_id_is_an_answer_at_a_server() {
    let mut bench = bench();
    assert_eq!(bench.hear(r#"{"type":"pong"}"#), [], "nobody asked");
    bench.beat();
    assert_eq!(bench.hear(r#"{"type":"pong"}"#), [Action::Answered]);
    assert!(bench.beat().1);
}

#[test]
fn at_a_relay_another_clients_pong_is_no_proof() {
    for anothers in [
        r#"{"type":"ping","id":"x"}"#,
        r#"{"type":"ping"}"#,
        r#"{"type":"pong","id":"x"}"#,
    ] {
        let mut bench = bench();
        let (ping, _) = bench.beat();
        bench.hear(anothers);
        bench.hear(r#"{"type":"pong"}"#);
        bench.hear(ping.replace("ping", "pong"));
        assert!(!bench.beat().1, "{anothers}");
    }
}

#[test]
fn a_pong_that_came_before_the_relay_showed_itself_counts_no_longer() {
    let mut bench = bench();
    bench.beat();
    bench.hear(r#"{"type":"pong"}"#);
    assert!(bench.beat().1);
    bench.hear(r#"{"type":"ping","id":"another client's"}"#);
    assert!(!bench.beat().1);
}

/// Says a pong without an id to each ping.
fn answering_without_an_id(message: &Message) -> Vec<Message> {
    let is_ping = message.as_text().is_some_and(|text| text.contains("ping"));
    let pong = is_ping.then(|| r#"{"type":"pong"}"#.into());
    pong.into_iter().collect()
}

/// Nobody answers any more, until the link is given up.
fn fall_silent(harness: &mut Harness) {
    harness.serve(|_| Vec::new());
    let links = harness.sockets.len();
    let mut seconds = 0..600;
    while harness.sockets.len() == links && seconds.next().is_some() {
        harness.advance_secs(1);
    }
    assert!(harness.sockets.len() > links, "the link was not given up");
}

#[test]
fn clients_whose_pongs_have_no_ids_may_leave_a_relay_at_the_price_of_one_reconnection() {
    let mut harness = harness(answering_without_an_id);
    harness.advance_secs(120);
    assert_eq!(harness.sockets.len(), 1);
    fall_silent(&mut harness);
    harness.accept();
    for _ in 0..3 {
        harness.advance_secs(3600);
        assert_eq!((harness.name(), harness.sockets.len()), ("open", 2));
        harness.serve(answering_without_an_id);
        harness.advance_secs(300);
        harness.serve(|_| Vec::new());
    }
}

#[test]
fn a_server_whose_pongs_have_no_ids_is_held_to_them_on_each_link() {
    let mut harness = harness(answering_without_an_id);
    for links in 1..4 {
        harness.advance_secs(300);
        assert_eq!((harness.name(), harness.sockets.len()), ("open", links));
        fall_silent(&mut harness);
        harness.serve(answering_without_an_id);
        harness.accept();
    }
}

#[test]
fn an_own_ping_that_comes_back_is_proof_even_where_pings_are_relayed() {
    let mut bench = bench();
    bench.hear(r#"{"type":"ping","id":"another client's"}"#);
    let (ping, _) = bench.beat();
    bench.hear(ping);
    assert!(bench.beat().1);
}

#[test]
fn two_answers_to_one_ping_come_from_clients() {
    let mut bench = bench();
    let (ping, _) = bench.beat();
    let pong = ping.replace("ping", "pong");
    bench.hear(pong.clone());
    bench.hear(pong);
    assert!(!bench.beat().1);
}

#[test]
fn what_answered_on_the_old_socket_is_not_expected_of_the_new() {
    let mut bench = bench();
    let (ping, _) = bench.beat();
    bench.hear(ping.clone());
    bench.reconnect();
    assert!(!bench.beat().1);
    assert!(!answered(&bench.hear(ping)), "an old ping from a history");
    assert!(!bench.beat().1);
}

#[test]
fn two_clients_at_a_relay_do_not_kill_each_others_links() {
    // Each hears the other's pings, half an interval apart.
    let mut harness = relay();
    for n in 0..50 {
        harness.advance_secs(10);
        harness.hear(format!(r#"{{"type":"ping","id":"{n:032x}"}}"#));
        harness.advance_secs(10);
    }
    assert_eq!((harness.name(), harness.sockets.len()), ("open", 1));
}

#[test]
fn a_server_ping_is_answered_where_that_was_set_at_most_once_a_second() {
    let shape = Shape {
        pong: Some(r#"{"type":"pong"}"#.parse().expect("a template")),
        ..Shape::default()
    };
    let mut bench = Bench::new(JsonSession::with_options(&SessionOptions {
        shape,
        ..SessionOptions::default()
    }));
    let ping = r#"{"type":"ping"}"#;
    let pong = [Action::Transmit(r#"{"type":"pong"}"#.into())];
    assert_eq!(bench.hear(ping), pong);
    for _ in 0..10 {
        assert_eq!(bench.hear(ping), []);
    }
    bench.wait(millis(999));
    assert_eq!(bench.hear(ping), []);
    bench.wait(millis(1));
    assert_eq!(bench.hear(ping), pong);
    bench.reconnect();
    assert_eq!(
        bench.hear(ping),
        pong,
        "a new socket's ping waits for nothing"
    );
}

#[test]
fn another_clients_ping_is_not_answered_by_us() {
    assert_eq!(bench().hear(r#"{"type":"ping","id":"x"}"#), []);
}

#[test]
fn no_heartbeat_of_anybody_is_shown() {
    let mut bench = bench();
    let own = bench.beat().0;
    for frame in [
        "ping",
        "pong",
        r#"{"type":"ping"}"#,
        r#"{"type":"pong"}"#,
        r#"{"type":"ping","id":"x"}"#,
        r#"{"type":"pong","id":"x"}"#,
        r#"{"type":"PING","id":7}"#,
        own.as_str(),
    ] {
        let actions = bench.hear(frame);
        let visible = |action: &Action| {
            matches!(
                action,
                Action::Deliver(_) | Action::Unreadable(..) | Action::Delivered(_)
            )
        };
        assert!(!actions.iter().any(visible), "{frame}");
    }
}

#[test]
fn a_message_about_ping_is_a_message() {
    let mut bench = bench();
    assert_eq!(shown(&bench.hear(r#"{"text":"ping"}"#)), ["ping"]);
    assert_eq!(
        shown(&bench.hear(r#"{"type":"ping","text":"really"}"#)),
        ["really"]
    );
}

#[test]
fn a_server_that_sends_a_message_back_is_asked_at_once_whether_it_answers() {
    let mut harness = Harness::with_config(asking(), Box::new(session("ada")));
    harness.serve(|message| vec![message.clone()]);
    let mut harness = harness.connected();
    harness.say("mine");
    harness.advance(millis(50));
    // It falls silent half a second after the opening, before the first heartbeat would have been due.
    harness.serve(|_| Vec::new());
    harness.advance_secs(60);
    assert!(harness.sockets.len() > 1, "it was never found dead");
}

#[test]
fn a_heartbeat_of_a_client_like_this_one_shows_a_relay_and_an_own_one_told_again_does_not() {
    let mut bench = bench();
    let (old, _) = bench.beat();
    bench.reconnect();
    for (heard, answers) in [
        (old, true),
        (
            r#"{"type":"ping","id":"00000000000000000000000000000077"}"#.to_owned(),
            false,
        ),
    ] {
        let (ping, _) = bench.beat();
        bench.hear(heard.as_str());
        bench.hear(ping.replace("ping", "pong"));
        assert_eq!(bench.beat().1, answers, "{heard}");
    }
}

#[test]
fn answers_to_the_last_heartbeats_are_known_and_to_older_ones_not() {
    for (beats, is_known) in [(64, true), (65, false)] {
        let mut bench = bench();
        let (first, _) = bench.beat();
        for _ in 1..beats {
            bench.beat();
        }
        let actions = bench.hear(first.replace("ping", "pong"));
        assert_eq!(actions.contains(&Action::Answered), is_known, "{beats}");
    }
}
