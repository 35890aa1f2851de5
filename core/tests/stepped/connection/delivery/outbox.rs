//! Rule 10: the outbox, its bounds and its order.

use super::*;

#[test]
fn what_is_sent_before_the_link_goes_out_in_order_when_it_is_there() {
    let mut world = World::raw();
    world.say("a");
    world.open();
    world.say("b");
    world.accept();
    world.say("c");
    assert_eq!(world.sent(), ["a", "b", "c"]);
    assert_eq!(world.connection.queued(), (0, 0));
}

#[test]
fn the_queue_survives_reconnects_and_closing() {
    let mut world = World::raw().connected();
    world.breaks();
    world.say("a");
    world.advance_to_timer();
    world.refuse();
    world.say("b");
    world.close();
    assert_eq!(world.connection.queued(), (2, 2));
    world.open();
    world.accept();
    assert_eq!(world.sent(), ["a", "b"]);
}

#[test]
fn nothing_goes_out_before_the_handshake_is_done() {
    let puppet = Puppet {
        shakes_hands: true,
        ..Puppet::default()
    };
    let config = Config {
        heartbeat: HeartbeatSetting::Off,
        ..Config::new(URL)
    };
    let mut world = World::new(config, puppet);
    world.say("a");
    world.open();
    world.accept();
    assert!(world.sent().is_empty());
    world.hear("ready");
    assert_eq!(world.sent(), ["a"]);
}

#[test]
fn a_queue_full_of_messages_says_so() {
    let mut world = World::raw_with(Config {
        max_queued: 3,
        ..Config::new(URL)
    });
    for _ in 0..3 {
        world.say("x");
    }
    world.take_events();
    assert_eq!(world.send("x"), Err(SendError::Full));
    assert_eq!(world.events, []);
    world.open();
    world.accept();
    assert_eq!(world.sent().len(), 3);
    world.say("room again");
}

#[test]
fn a_queue_full_of_bytes_says_so() {
    let mut world = World::raw_with(Config {
        max_queued_bytes: 10,
        ..Config::new(URL)
    });
    world.say("12345678");
    assert_eq!(world.send("123"), Err(SendError::Full));
    world.say("12");
    assert_eq!(world.connection.queued(), (2, 10));
    assert_eq!(world.send("1"), Err(SendError::Full));
}

#[test]
fn a_full_queue_is_no_limit_while_nothing_has_to_wait() {
    let mut world = World::raw_with(Config {
        max_queued: 0,
        max_queued_bytes: 1,
        ..Config::new(URL)
    });
    assert_eq!(world.send("x"), Err(SendError::Full));
    world.open();
    world.accept();
    world.say("longer than what may wait");
    assert_eq!(world.sent().len(), 1);
}

#[test]
fn a_message_that_is_too_long_is_refused_at_once() {
    let mut world = World::raw_with(Config {
        max_outgoing: 4,
        ..Config::new(URL)
    });
    assert_eq!(
        world.send("12345"),
        Err(SendError::TooLarge { len: 5, limit: 4 })
    );
    world.say("1234");
}

#[test]
fn above_the_high_water_mark_messages_wait_and_keep_their_order() {
    let mut world = World::raw().connected();
    world.clogged = true;
    let bodies: Vec<String> = (0..6).map(|n| n.to_string().repeat(400 << 10)).collect();
    for body in &bodies {
        world.say(body.clone());
    }
    assert_eq!(world.sent().len(), 3, "the mark is 1 MiB");
    world.advance_secs(10);
    assert_eq!(world.sent().len(), 3);
    world.unclog();
    world.advance(millis(100));
    assert_eq!(world.sent(), bodies);
}

#[test]
fn chatter_does_not_postpone_the_look_at_the_buffer() {
    let mut world = World::raw().connected();
    world.clogged = true;
    world.say("x".repeat(1 << 20));
    world.say("waits");
    let due = world.connection.poll_timeout();
    world.now = world.now + millis(10);
    world.hear("chatter");
    assert_eq!(world.connection.poll_timeout(), due);
}

#[test]
fn a_new_socket_starts_with_an_empty_buffer() {
    let mut world = World::raw().connected();
    world.clogged = true;
    world.say("x".repeat(2 << 20).split_off(1 << 20));
    world.say("waits");
    assert_eq!(world.sent().len(), 1);
    world.breaks();
    world.clogged = false;
    reconnect(&mut world);
    assert_eq!(world.sent(), ["waits"]);
}

#[test]
fn text_and_bytes_go_out_as_they_are() {
    let mut world = World::raw().connected();
    world.say("words");
    world.say(vec![0xff, 0]);
    let sent = &world.sockets[0].sent;
    assert_eq!(
        *sent,
        [
            Message::Text("words".into()),
            Message::Binary(vec![0xff, 0])
        ]
    );
}
