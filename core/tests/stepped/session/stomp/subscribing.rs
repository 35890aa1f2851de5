//! SUBSCRIBE, and when the connection is open.

use super::*;

#[test]
fn it_subscribes_again_after_a_reconnect() {
    let listen = vec!["/topic/a".into(), "/exchange/b/c:d".into()];
    let mut harness = joined_with(
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
    assert_eq!(harness.sent()[1..3], subscribe);
    harness.breaks();
    harness.advance_to_timer();
    join(&mut harness, CONNECTED);
    assert_eq!(harness.sent()[1..3], subscribe);
    assert_eq!(harness.gaps(), 1);
}

#[test]
fn a_second_connected_subscribes_to_nothing_twice() {
    let mut harness = joined();
    let before = harness.sent().len();
    harness.hear(CONNECTED);
    assert_eq!(harness.sent().len(), before);
}

#[test]
fn without_a_receipt_for_subscribe_it_opens_after_a_short_wait() {
    let mut harness = harness(URL, options(Protocol::Stomp));
    harness.say("written before");
    harness.accept();
    harness.hear("CONNECTED\nversion:1.2\nheart-beat:0,0\n\n\0");
    assert_eq!(harness.name(), "handshaking");
    assert!(harness.last_sent().starts_with("SUBSCRIBE"));
    harness.advance(Duration::from_millis(149));
    assert_eq!(harness.name(), "handshaking");
    harness.advance(Duration::from_millis(1));
    assert_eq!(harness.name(), "open");
    assert!(harness.last_sent().starts_with("SEND"));
}

#[test]
fn a_message_shows_that_it_is_subscribed() {
    let mut harness = harness(URL, options(Protocol::Stomp));
    harness.accept();
    harness.hear("CONNECTED\nversion:1.2\n\n\0");
    harness.hear(message("", "hi"));
    assert_eq!((harness.name(), harness.texts()), ("open", vec!["hi"]));
}
