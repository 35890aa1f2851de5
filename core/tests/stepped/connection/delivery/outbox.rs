//! Rule 10: the outbox, its bounds and its order.

use super::*;

#[test]
fn what_is_sent_before_the_link_goes_out_in_order_when_it_is_there() {
    let mut harness = Harness::raw();
    harness.say("a");
    harness.open();
    harness.say("b");
    harness.accept();
    harness.say("c");
    assert_eq!(harness.sent(), ["a", "b", "c"]);
    assert_eq!(harness.connection.queued(), (0, 0));
}

#[test]
fn the_queue_survives_reconnects_and_closing() {
    let mut harness = Harness::raw().connected();
    harness.breaks();
    harness.say("a");
    harness.advance_to_timer();
    harness.refuse();
    harness.say("b");
    harness.close();
    assert_eq!(harness.connection.queued(), (2, 2));
    harness.open();
    harness.accept();
    assert_eq!(harness.sent(), ["a", "b"]);
}

#[test]
fn nothing_goes_out_before_the_handshake_is_done() {
    let puppet = Puppet::shaking_hands();
    let config = Config {
        heartbeat: HeartbeatSetting::Off,
        ..Config::default()
    };
    let mut harness = Harness::new(config, puppet);
    harness.say("a");
    harness.open();
    harness.accept();
    assert!(harness.sent().is_empty());
    harness.hear("ready");
    assert_eq!(harness.sent(), ["a"]);
}

#[test]
fn a_queue_full_of_messages_says_so() {
    let mut harness = Harness::raw_with(Config {
        max_queued: 3,
        ..Config::default()
    });
    for _ in 0..3 {
        harness.say("x");
    }
    harness.take_events();
    assert_eq!(harness.send("x"), Err(SendError::Full));
    assert_eq!(harness.events, []);
    harness.open();
    harness.accept();
    assert_eq!(harness.sent().len(), 3);
    harness.say("room again");
}

#[test]
fn a_queue_full_of_bytes_says_so() {
    let mut harness = Harness::raw_with(Config {
        max_queued_bytes: 10,
        ..Config::default()
    });
    harness.say("12345678");
    assert_eq!(harness.send("123"), Err(SendError::Full));
    harness.say("12");
    assert_eq!(harness.connection.queued(), (2, 10));
    assert_eq!(harness.send("1"), Err(SendError::Full));
}

#[test]
fn a_full_queue_is_no_limit_while_nothing_has_to_wait() {
    let mut harness = Harness::raw_with(Config {
        max_queued: 0,
        max_queued_bytes: 1,
        ..Config::default()
    });
    assert_eq!(harness.send("x"), Err(SendError::Full));
    harness.open();
    harness.accept();
    harness.say("longer than what may wait");
    assert_eq!(harness.sent().len(), 1);
}

#[test]
fn a_message_that_is_too_long_is_refused_at_once() {
    let mut harness = Harness::raw_with(Config {
        max_outgoing: 4,
        ..Config::default()
    });
    assert_eq!(
        harness.send("12345"),
        Err(SendError::TooLarge { len: 5, limit: 4 })
    );
    harness.say("1234");
}

#[test]
fn above_the_high_water_mark_messages_wait_and_keep_their_order() {
    let mut harness = Harness::raw().connected();
    harness.clogged = true;
    let bodies: Vec<String> = (0..6).map(|n| n.to_string().repeat(400 << 10)).collect();
    for body in &bodies {
        harness.say(body.clone());
    }
    assert_eq!(harness.sent().len(), 3, "the mark is 1 MiB");
    harness.advance_secs(10);
    assert_eq!(harness.sent().len(), 3);
    harness.unclog();
    harness.advance(millis(100));
    assert_eq!(harness.sent(), bodies);
}

#[test]
fn chatter_does_not_postpone_the_look_at_the_buffer() {
    let mut harness = Harness::raw().connected();
    harness.clogged = true;
    harness.say("x".repeat(1 << 20));
    harness.say("waits");
    let due = harness.connection.poll_timeout();
    harness.now = harness.now + millis(10);
    harness.hear("chatter");
    assert_eq!(harness.connection.poll_timeout(), due);
}

#[test]
fn a_new_socket_starts_with_an_empty_buffer() {
    let mut harness = Harness::raw().connected();
    harness.clogged = true;
    harness.say("x".repeat(2 << 20).split_off(1 << 20));
    harness.say("waits");
    assert_eq!(harness.sent().len(), 1);
    harness.breaks();
    harness.clogged = false;
    reconnect(&mut harness);
    assert_eq!(harness.sent(), ["waits"]);
}

#[test]
fn text_and_bytes_go_out_as_they_are() {
    let mut harness = Harness::raw().connected();
    harness.say("words");
    harness.say(vec![0xff, 0]);
    let sent = &harness.sockets[0].sent;
    assert_eq!(
        *sent,
        [
            Message::Text("words".into()),
            Message::Binary(vec![0xff, 0])
        ]
    );
}

#[test]
fn at_the_opening_no_more_goes_out_than_the_buffer_may_hold() {
    let mut harness = Harness::raw_with(Config {
        high_water: 10,
        ..Config::default()
    });
    for _ in 0..3 {
        harness.say("twenty bytes of text");
    }
    harness.clogged = true;
    harness.open();
    harness.accept();
    assert_eq!(harness.sent().len(), 1);
}

#[test]
fn a_full_buffer_is_looked_at_while_something_waits_for_it_and_only_then() {
    let looks_soon = |harness: &Harness| {
        let soon = |at| at - harness.now <= millis(50);
        harness.timer.is_some_and(soon)
    };
    let mut harness = Harness::raw().connected();
    harness.clogged = true;
    harness.say("x".repeat(1 << 20));
    harness.advance(millis(100));
    assert!(!looks_soon(&harness));
    harness.say("waits");
    assert!(looks_soon(&harness));
}

#[test]
fn what_is_left_in_the_buffer_is_known_to_the_byte() {
    let mut harness = Harness::raw_with(Config {
        high_water: 10,
        ..Config::default()
    })
    .connected();
    harness.clogged = true;
    harness.say("twenty bytes of text");
    harness.sockets[0].buffered = 1;
    harness.say("next");
    assert_eq!(harness.sent().len(), 2);
}
