//! SUBSCRIBE, and when the connection is open.

use super::*;

#[test]
fn it_subscribes_again_after_a_reconnect() {
    let listen = vec!["/topic/a".into(), "/exchange/b/c:d".into()];
    let mut world = joined_with(
        SessionOptions {
            listen,
            ..options(Protocol::Stomp)
        },
        CONNECTED,
    );
    let subscribe = [
        "SUBSCRIBE\nid:0\ndestination:/topic/a\nack:auto\n\n\0",
        "SUBSCRIBE\nid:1\ndestination:/exchange/b/c\\cd\nack:auto\nreceipt:subscribed\n\n\0",
    ];
    assert_eq!(world.sent()[1..3], subscribe);
    world.breaks();
    world.advance_to_timer();
    join(&mut world, CONNECTED);
    assert_eq!(world.sent()[1..3], subscribe);
    assert_eq!(world.gaps(), 1);
}

#[test]
fn a_second_connected_subscribes_to_nothing_twice() {
    let mut world = joined();
    let before = world.sent().len();
    world.hear(CONNECTED);
    assert_eq!(world.sent().len(), before);
}

#[test]
fn without_a_receipt_for_subscribe_it_opens_after_a_short_wait() {
    let mut world = world(URL, options(Protocol::Stomp));
    world.say("written before");
    world.accept();
    world.hear("CONNECTED\nversion:1.2\nheart-beat:0,0\n\n\0");
    assert_eq!(world.name(), "handshaking");
    assert!(world.last_sent().starts_with("SUBSCRIBE"));
    world.advance(Duration::from_millis(149));
    assert_eq!(world.name(), "handshaking");
    world.advance(Duration::from_millis(1));
    assert_eq!(world.name(), "open");
    assert!(world.last_sent().starts_with("SEND"));
}

#[test]
fn a_message_shows_that_it_is_subscribed() {
    let mut world = world(URL, options(Protocol::Stomp));
    world.accept();
    world.hear("CONNECTED\nversion:1.2\n\n\0");
    world.hear(message("", "hi"));
    assert_eq!((world.name(), world.texts()), ("open", vec!["hi"]));
}
