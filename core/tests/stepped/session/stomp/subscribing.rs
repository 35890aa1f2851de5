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

fn listening(destinations: &[&str]) -> Harness {
    let listen = destinations.iter().map(|name| (*name).to_owned());
    let options = SessionOptions {
        listen: listen.collect(),
        ..options(Protocol::Stomp)
    };
    harness(URL, options)
}

/// The destinations that were asked for on this link.
fn asked(harness: &Harness) -> Vec<String> {
    let sent = harness.sent().into_iter();
    let subscribe = sent.filter(|frame| frame.starts_with("SUBSCRIBE"));
    let name = |frame: String| {
        lines(&frame)[2]
            .trim_start_matches("destination:")
            .to_owned()
    };
    subscribe.map(name).collect()
}

fn connects(harness: &mut Harness) {
    harness.opened(harness.socket(), "v12.stomp");
    harness.hear(CONNECTED);
}

/// As RabbitMQ does where there is no such exchange: it says no more, whatever was asked for before.
fn dies(harness: &mut Harness) {
    harness.server_closes(1000, "STOMP died");
    harness.advance_to_timer();
}

#[test]
fn a_destination_that_ends_links_is_found_out_by_itself_and_asked_for_no_more() {
    let all = ["/topic/a", "/exchange/missing", "/topic/c"];
    let mut harness = listening(&all);
    connects(&mut harness);
    assert_eq!(asked(&harness), all);
    dies(&mut harness);
    connects(&mut harness);
    assert_eq!(asked(&harness), all[..1], "one at a time");
    harness.hear(SUBSCRIBED);
    assert_eq!(asked(&harness), all[..2]);
    assert_eq!(harness.name(), "handshaking");
    dies(&mut harness);
    for _ in 0..2 {
        connects(&mut harness);
        assert_eq!(asked(&harness), ["/topic/a", "/topic/c"]);
        harness.hear(SUBSCRIBED);
        assert_eq!(harness.name(), "open");
        harness.breaks();
        harness.advance_to_timer();
    }
    let refused = Event::Channel {
        name: "/exchange/missing".into(),
        state: ChannelState::Refused(Reason::Server("STOMP died".into())),
    };
    assert!(harness.events.contains(&refused));
    let told = Event::Hint(Reason::NotJoined("/exchange/missing".into()));
    assert!(harness.events.contains(&told));
}

#[test]
fn a_destination_that_an_error_refuses_is_found_out_in_the_same_way() {
    let mut harness = listening(&["/topic/a", "/topic/secret"]);
    let refused = "ERROR\nmessage:access_refused\n\n\0";
    connects(&mut harness);
    harness.hear(refused);
    harness.advance_to_timer();
    connects(&mut harness);
    harness.hear(SUBSCRIBED);
    harness.hear(refused);
    harness.advance_to_timer();
    connects(&mut harness);
    assert_eq!(asked(&harness), ["/topic/a"]);
    harness.hear(SUBSCRIBED);
    assert_eq!(harness.name(), "open");
}

#[test]
fn the_only_destination_ends_three_links_and_then_it_is_the_persons_turn() {
    let mut harness = listening(&["/exchange/missing"]);
    for _ in 0..2 {
        connects(&mut harness);
        dies(&mut harness);
    }
    connects(&mut harness);
    harness.server_closes(1000, "STOMP died");
    assert_eq!(harness.over(), "STOMP died");
    harness.input(Input::Open);
    connects(&mut harness);
    assert_eq!(asked(&harness), ["/exchange/missing"]);
}

/// The server is restarted, or the network breaks: no destination is to blame.
#[test]
fn links_that_break_and_servers_that_confirm_nothing_refuse_no_destination() {
    let all = ["/topic/a", "/topic/b"];
    let mut harness = listening(&all);
    for _ in 0..4 {
        connects(&mut harness);
        harness.breaks();
        harness.advance_to_timer();
        connects(&mut harness);
        harness.server_closes(1012, "restart");
        harness.advance_to_timer();
    }
    connects(&mut harness);
    assert_eq!(asked(&harness), all);
    dies(&mut harness);
    connects(&mut harness);
    assert_eq!(asked(&harness), all[..1]);
    harness.advance_to_timer();
    assert_eq!(
        asked(&harness),
        all,
        "nothing is confirmed: the rest at once"
    );
    dies(&mut harness);
    connects(&mut harness);
    harness.advance_secs(2);
    assert_eq!(harness.name(), "open");
    assert_eq!(asked(&harness), all);
}

/// The answer to a SUBSCRIBE, as a broker without receipts shows it.
fn message_of(subscription: &str) -> String {
    format!("MESSAGE\ndestination:/topic/x\nmessage-id:1\n{subscription}\nhi\0")
}

#[test]
fn one_by_one_a_message_shows_the_destination_that_was_asked_for_last_and_no_earlier_one() {
    let all = ["/topic/a", "/topic/b", "/topic/c"];
    let mut harness = listening(&all);
    connects(&mut harness);
    dies(&mut harness);
    connects(&mut harness);
    harness.hear(message_of("subscription:0\n"));
    assert_eq!(asked(&harness), all[..2]);
    harness.hear(message_of("subscription:0\n"));
    assert_eq!(asked(&harness), all[..2], "the first one's was on its way");
    harness.hear(message_of(""));
    assert_eq!(asked(&harness), all, "some servers do not say whose it is");
    assert_eq!(harness.name(), "handshaking");
    harness.hear(message_of("subscription:2\n"));
    assert_eq!(harness.name(), "open");
}

#[test]
fn an_error_that_names_the_subscription_refuses_the_last_one_at_once() {
    let mut harness = listening(&["/topic/a", "/topic/secret"]);
    connects(&mut harness);
    harness.hear("ERROR\nmessage:no\nreceipt-id:subscribed\n\n\0");
    harness.advance_to_timer();
    connects(&mut harness);
    assert_eq!(asked(&harness), ["/topic/a"]);
}

#[test]
fn an_error_that_names_a_message_refuses_no_destination() {
    let mut harness = listening(&["/topic/a", "/topic/b"]);
    connects(&mut harness);
    harness.hear("ERROR\nmessage:no\nreceipt-id:7\n\n\0");
    harness.advance_to_timer();
    connects(&mut harness);
    assert_eq!(asked(&harness), ["/topic/a", "/topic/b"]);
}
