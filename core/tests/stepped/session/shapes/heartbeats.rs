//! Heartbeats of JSON servers.

use super::*;

#[test]
fn a_json_server_hears_nothing_that_nobody_wrote() {
    for heard in [
        None,
        Some(r#"{"text":"hi"}"#),
        Some("plain words"),
        Some(r#"{"type":"ping"}"#),
        Some(r#"{"type":"ping","id":"x"}"#),
    ] {
        let mut harness = harness(Shape::default());
        heard.into_iter().for_each(|text| harness.hear(text));
        harness.advance_secs(3600);
        assert!(
            nothing_sent(&harness),
            "after {heard:?}: {:?}",
            harness.sent()
        );
        assert_eq!((harness.name(), harness.sockets.len()), ("open", 1));
    }
}

#[test]
fn a_server_that_announces_heartbeats_gets_them() {
    let mut harness = harness(Shape::default());
    harness.hear(r#"{"system":true,"text":"Welcome","heartbeat":true}"#);
    harness.advance_secs(30);
    assert!(
        harness.sent()[0].contains(r#""type":"ping""#),
        "{:?}",
        harness.sent()
    );
}

#[test]
fn a_link_whose_server_announced_all_and_then_answers_nothing_is_given_up() {
    let links = |welcome: &str| {
        let mut harness = harness(Shape::default());
        harness.hear(welcome);
        harness.advance_secs(45);
        harness.sockets.len()
    };
    assert!(links(r#"{"system":true,"text":"Welcome","heartbeat":true,"ack":true}"#) > 1);
    // It may mean something else by the word.
    assert_eq!(
        links(r#"{"system":true,"text":"Welcome","heartbeat":true}"#),
        1
    );
}

#[test]
fn somebodys_line_announces_nothing() {
    let mut harness = harness(Shape::default());
    harness.hear(r#"{"user":"bo","text":"hi","heartbeat":true}"#);
    harness.advance_secs(600);
    assert!(nothing_sent(&harness));
}

#[test]
fn a_server_that_answered_a_heartbeat_before_gets_them_unasked() {
    let mut bench = bench();
    let (ping, _) = bench.beat();
    bench.hear(ping);
    bench.reconnect();
    assert!(
        bench
            .session
            .liveness(HeartbeatSetting::Auto)
            .send_every
            .is_some()
    );
    assert_eq!(
        bench.session.liveness(HeartbeatSetting::Off).send_every,
        None
    );
}

#[test]
fn a_heartbeat_that_comes_back_wrapped_is_its_echo_and_never_a_line() {
    for wrap in [
        "Client #7 says: PING",
        "echo:PING",
        r#"{"id":"echo","text":TEXT}"#,
        r#"["1",ID,"phoenix","phx_reply",{"status":"ok"}]"#,
    ] {
        let mut bench = bench();
        let (ping, _) = bench.beat();
        let id = parsed(&ping)["id"].to_string();
        let answer = wrap
            .replace("PING", &ping)
            .replace("TEXT", &Value::from(format!("echo:{ping}")).to_string())
            .replace("ID", &id);
        assert_eq!(bench.hear(answer.clone()), [Action::Answered], "{wrap}");
        bench.reconnect();
        assert_eq!(bench.hear(answer), [], "told again from a history");
    }
}

#[test]
fn the_servers_own_ping_is_no_row_and_is_not_answered() {
    for ping in [
        "ping",
        "PING",
        r#"{"type":"ping"}"#,
        r#"{"event":"ping","id":7}"#,
        r#"{"op":"ping"}"#,
        r#"{"ping":1510931567}"#,
        r#"{"event":"pusher:ping","data":{}}"#,
        "PING :irc.example.org\r\n",
    ] {
        let mut bench = bench();
        assert_eq!(bench.hear(ping), [], "{ping}");
    }
}

#[test]
fn after_a_link_ended_with_pings_unanswered_they_are_answered_in_their_own_words() {
    for (ping, pong) in [
        ("ping", "pong"),
        ("PING", "PONG"),
        (r#"{"type":"ping"}"#, r#"{"type":"pong"}"#),
        (r#"{"event":"ping","id":7}"#, r#"{"event":"pong","id":7}"#),
        (r#"{"ping":1510931567}"#, r#"{"pong":1510931567}"#),
        (
            r#"{"event":"pusher:ping","data":{}}"#,
            r#"{"event":"pusher:pong","data":{}}"#,
        ),
        ("PING 17", "PONG 17"),
    ] {
        let mut harness = harness(Shape::default());
        harness.hear(ping);
        harness.advance_secs(5);
        assert!(nothing_sent(&harness));
        harness.server_closes(1000, "ping timeout");
        harness.advance_to_timer();
        harness.accept();
        harness.hear(ping);
        assert_eq!(harness.sent(), [pong], "{ping}");
        assert_eq!(harness.texts(), Vec::<&str>::new());
    }
}

#[test]
fn a_link_that_ends_long_after_a_ping_says_nothing_of_it() {
    let mut harness = harness(Shape::default());
    harness.hear(r#"{"type":"ping"}"#);
    harness.advance_secs(600);
    harness.breaks();
    harness.advance_to_timer();
    harness.accept();
    harness.hear(r#"{"type":"ping"}"#);
    assert!(nothing_sent(&harness));
}

#[test]
fn a_pong_that_was_set_is_what_answers() {
    let shape = Shape {
        pong: "{\"op\":\"alive\"}".parse().ok(),
        ..Shape::default()
    };
    let mut harness = harness(shape);
    harness.hear(r#"{"op":"ping"}"#);
    assert_eq!(harness.sent(), [r#"{"op":"alive"}"#]);
}

#[test]
fn two_links_that_end_on_their_first_heartbeat_turn_heartbeats_off() {
    let mut harness = Harness::new(asking(), session(Shape::default())).connected();
    for _ in 0..2 {
        assert_eq!(harness.sent().len(), 1);
        harness.advance(millis(100));
        harness.server_closes(1011, "");
        harness.advance_to_timer();
        harness.accept();
    }
    harness.advance_secs(600);
    assert_eq!(harness.sent(), Vec::<String>::new());
}

#[test]
fn a_network_that_breaks_links_takes_no_heartbeats_from_a_server_that_answers_them() {
    let mut harness = Harness::new(asking(), session(Shape::default()));
    harness.serve(|message| vec![message.clone()]);
    let mut harness = harness.connected();
    harness.advance_secs(5);
    for _ in 0..4 {
        harness.breaks();
        harness.advance_to_timer();
        harness.accept();
        assert_eq!(harness.sent().len(), 1, "a heartbeat goes out");
    }
}
