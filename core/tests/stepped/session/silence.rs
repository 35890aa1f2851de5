//! Dead links of servers without heart-beats: an own line that ought to come back and does not, and the order in which lines go out
//! where nobody confirms the subscription.

use std::time::Duration;

use leptos_chat_core::connection::{Config, Delivery, Disconnect, Event, Input};
use leptos_chat_core::session::options::{SessionOptions, StompOptions};
use leptos_chat_core::session::{HeartbeatSetting, MessageId, Protocol};
use leptos_chat_core::shape::{Shape, Template};

use super::{harness_with, options};
use crate::harness::{Harness, fixed};

const URL: &str = "ws://chat.example:8080/ws";
/// Spring's: no heart-beats, and no receipt for SUBSCRIBE.
const CONNECTED: &str = "CONNECTED\nversion:1.2\nheart-beat:0,0\n\n\0";

/// The chat that most tutorials build: the method drops our ids.
fn tutorial() -> SessionOptions {
    let send = Template::message(r#"{"sender":"{user}","content":"{text}","type":"CHAT"}"#);
    SessionOptions {
        stomp: StompOptions {
            destination: Some("/app/chat.sendMessage".into()),
            ..StompOptions::default()
        },
        listen: vec!["/topic/public".into()],
        shape: Shape {
            send: Some(send.expect("a template")),
            ..Shape::default()
        },
        ..options(Protocol::Stomp)
    }
}

fn opened(options: SessionOptions) -> Harness {
    let config = Config {
        heartbeat: HeartbeatSetting::Off,
        ..Config::default()
    };
    let mut harness = harness_with(fixed(URL), config, options);
    harness.accept();
    connect(&mut harness);
    harness
}

fn connect(harness: &mut Harness) {
    harness.hear(CONNECTED);
    harness.advance(Duration::from_millis(150));
    assert_eq!(harness.name(), "open");
}

fn told(sender: &str, text: &str) -> String {
    let body = format!(r#"{{"type":"CHAT","content":"{text}","sender":"{sender}"}}"#);
    format!("MESSAGE\ndestination:/topic/public\nmessage-id:1\nsubscription:0\n\n{body}\0")
}

#[test]
fn a_receipt_that_stays_away_ends_a_silent_link_where_receipts_came() {
    let mut harness = opened(tutorial());
    let proved = harness.say("a");
    harness.hear(format!("RECEIPT\nreceipt-id:{proved}\n\n\0"));
    assert_eq!(harness.fate(proved).last(), Some(&Delivery::Delivered));
    harness.advance(Duration::from_secs(60));
    assert_eq!(harness.name(), "open", "nothing is awaited");
    harness.say("b");
    harness.advance(Duration::from_secs(9));
    assert_eq!(harness.name(), "open");
    harness.advance(Duration::from_secs(1));
    let silent = Event::Disconnected(Disconnect::Silent);
    assert!(harness.events.contains(&silent));
}

/// Says a line that comes back so long after.
fn exchange(harness: &mut Harness, text: &str, after: Duration) -> MessageId {
    let id = harness.say(text);
    harness.advance(after);
    harness.hear(told("ada", text));
    assert_eq!(harness.last_fate(id), Delivery::Echoed);
    id
}

fn is_found_dead(harness: &Harness) -> bool {
    let silent = |event: &Event| *event == Event::Disconnected(Disconnect::Silent);
    harness.events.iter().any(silent)
}

#[test]
fn an_own_line_that_ought_to_come_back_and_does_not_ends_the_link() {
    let mut harness = opened(tutorial());
    exchange(&mut harness, "one", Duration::from_millis(20));
    harness.advance_secs(3600);
    assert!(!is_found_dead(&harness), "silence alone says nothing");
    let lost = harness.say("two");
    harness.advance(Duration::from_millis(9_999));
    assert_eq!(harness.name(), "open");
    harness.advance(Duration::from_millis(1));
    assert!(is_found_dead(&harness));
    assert!(
        matches!(harness.last_fate(lost), Delivery::Failed(_)),
        "without an id it is not sent again by itself"
    );
}

#[test]
fn the_line_goes_again_over_the_next_link_where_its_id_comes_back() {
    let mut harness = opened(SessionOptions {
        shape: Shape::default(),
        ..tutorial()
    });
    let first = harness.say("one");
    harness.hear(message_with_id(first, "one"));
    let second = harness.say("two");
    harness.advance_secs(10);
    assert!(is_found_dead(&harness));
    harness.advance_to_timer();
    harness.accept();
    connect(&mut harness);
    harness.hear(message_with_id(second, "two"));
    assert_eq!(harness.last_fate(second), Delivery::Delivered);
    assert!(harness.shown().is_empty());
}

fn message_with_id(id: MessageId, text: &str) -> String {
    let body = format!(r#"{{"id":"{id}","text":"{text}","user":"ada"}}"#);
    format!("MESSAGE\ndestination:/topic/public\nmessage-id:1\nsubscription:0\n\n{body}\0")
}

#[test]
fn whatever_is_heard_meanwhile_shows_life() {
    let mut harness = opened(tutorial());
    exchange(&mut harness, "one", Duration::from_millis(20));
    for sign in [told("bob", "hello"), "\n".into()] {
        harness.say("kept by the server");
        harness.advance_secs(9);
        harness.hear(sign);
        harness.advance_secs(3600);
        assert!(!is_found_dead(&harness));
    }
}

#[test]
fn a_line_that_still_goes_out_has_more_time_to_come_back() {
    let mut harness = opened(tutorial());
    exchange(&mut harness, "one", Duration::from_millis(20));
    harness.clogged = true;
    harness.say("x".repeat(4_000));
    harness.advance_secs(5);
    harness.sockets[0].buffered = 2_000;
    harness.input(Input::Timeout);
    harness.advance_secs(9);
    assert_eq!(harness.name(), "open");
    harness.advance_secs(1);
    assert!(is_found_dead(&harness));
}

#[test]
fn a_slow_server_has_the_time_that_it_took_before() {
    let mut harness = opened(tutorial());
    exchange(&mut harness, "one", Duration::from_secs(5));
    harness.say("two");
    harness.advance(Duration::from_millis(19_999));
    assert!(!is_found_dead(&harness));
    harness.advance(Duration::from_millis(1));
    assert!(is_found_dead(&harness));
}

#[test]
fn a_server_that_never_told_a_line_back_is_not_taken_for_dead() {
    let mut harness = opened(tutorial());
    harness.say("one");
    harness.advance_secs(3600);
    assert_eq!(harness.name(), "open");
}

/// A link on which the line "one" came back, and the next one, on which nobody confirms the subscription.
fn connected_again() -> Harness {
    let mut harness = opened(SessionOptions {
        shape: Shape::default(),
        ..tutorial()
    });
    let first = harness.say("one");
    harness.hear(message_with_id(first, "one"));
    harness.breaks();
    harness.advance_to_timer();
    harness.accept();
    connect(&mut harness);
    harness
}

/// Spring handles SUBSCRIBE and SEND on different threads, and over a slow link both arrive together: the line may be told before the
/// subscription counts.
#[test]
fn a_line_that_goes_out_with_an_unconfirmed_subscription_need_not_come_back() {
    let mut harness = connected_again();
    harness.advance_secs(9);
    harness.say("two");
    harness.advance_secs(3600);
    assert!(!is_found_dead(&harness));
    let third = harness.say("three");
    harness.hear(message_with_id(third, "three"));
    harness.say("four");
    harness.advance_secs(10);
    assert!(is_found_dead(&harness), "it is shown by now");
}

#[test]
fn a_line_that_goes_out_later_ought_to_come_back() {
    let mut harness = connected_again();
    harness.say("two");
    harness.advance_secs(10);
    harness.say("three");
    harness.advance(Duration::from_millis(9_999));
    assert!(!is_found_dead(&harness));
    harness.advance(Duration::from_millis(1));
    assert!(is_found_dead(&harness));
}

#[test]
fn a_line_to_another_place_need_not_come_back() {
    let mut harness = opened(tutorial());
    exchange(&mut harness, "one", Duration::from_millis(20));
    harness.send_to("/app/private", "for bob", false);
    harness.advance_secs(3600);
    assert_eq!(harness.name(), "open");
}

/// The framed endpoint, whose server has answered `o`.
fn framed() -> Harness {
    let config = Config {
        heartbeat: HeartbeatSetting::Off,
        ..Config::default()
    };
    let mut harness = harness_with(fixed("http://chat.example:8080/ws"), config, tutorial());
    harness.refuse();
    harness.fetched(Ok(r#"{"websocket":true,"cookie_needed":true}"#));
    harness.refuse();
    harness.accept();
    harness.hear("o");
    harness.hear(packed(CONNECTED));
    harness.advance(Duration::from_millis(150));
    assert_eq!(harness.name(), "open");
    harness
}

fn packed(frame: &str) -> String {
    format!("a{}", serde_json::json!([frame]))
}

#[test]
fn sockjs_has_the_same_rule_and_its_h_shows_life() {
    let mut harness = framed();
    harness.say("one");
    harness.hear(packed(&told("ada", "one")));
    harness.say("kept by the server");
    harness.advance_secs(9);
    harness.hear("h");
    harness.advance_secs(60);
    assert!(!is_found_dead(&harness));
    harness.say("two");
    harness.advance_secs(10);
    assert!(is_found_dead(&harness));
}

#[test]
fn an_h_that_stays_away_ends_the_link_where_it_came_in_time_before() {
    let mut harness = framed();
    for _ in 0..3 {
        harness.advance_secs(25);
        harness.hear("h");
    }
    harness.advance(Duration::from_millis(49_999));
    assert_eq!(harness.name(), "open");
    harness.advance(Duration::from_millis(1));
    assert!(is_found_dead(&harness));
}

fn lines(harness: &Harness) -> usize {
    let sent = harness.sent();
    sent.iter().filter(|sent| sent.starts_with("SEND")).count()
}

/// Lines were said while there was no link; now the broker is connected to.
fn with_three_lines_queued() -> Harness {
    let mut harness = opened(tutorial());
    harness.breaks();
    for text in ["one", "two", "three"] {
        harness.say(text);
    }
    harness.advance_to_timer();
    harness.accept();
    harness.hear(CONNECTED);
    harness
}

/// The same, and nobody confirms the subscription.
fn with_three_lines_after_the_subscription() -> Harness {
    let mut harness = with_three_lines_queued();
    assert!(harness.last_sent().starts_with("SUBSCRIBE"));
    harness.advance(Duration::from_millis(150));
    harness
}

#[test]
fn one_line_goes_alone_after_the_subscription_and_the_others_after_its_return() {
    let mut harness = with_three_lines_after_the_subscription();
    assert_eq!((harness.name(), lines(&harness)), ("open", 1));
    harness.advance(Duration::from_millis(700));
    assert_eq!(lines(&harness), 1);
    harness.hear(told("ada", "one"));
    assert_eq!(lines(&harness), 3);
    harness.say("four");
    assert_eq!(lines(&harness), 4, "it is known by now");
}

#[test]
fn the_others_go_after_a_second_where_the_first_does_not_return() {
    let mut harness = with_three_lines_after_the_subscription();
    harness.advance(Duration::from_millis(999));
    assert_eq!(lines(&harness), 1);
    harness.advance(Duration::from_millis(1));
    assert_eq!(lines(&harness), 3);
}

#[test]
fn a_receipt_for_the_subscription_lets_all_lines_go() {
    let mut harness = with_three_lines_queued();
    harness.hear("RECEIPT\nreceipt-id:subscribed\n\n\0");
    assert_eq!(lines(&harness), 3);
}
