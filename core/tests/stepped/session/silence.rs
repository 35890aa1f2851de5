//! Dead links of servers without heart-beats: an own line that ought to come back and does not, and the order in which lines go out
//! where nobody confirms the subscription.

use std::time::Duration;

use leptos_chat_core::connection::{Config, Delivery, Disconnect, Event};
use leptos_chat_core::session::options::{SessionOptions, StompOptions};
use leptos_chat_core::session::{HeartbeatSetting, MessageId, Protocol};
use leptos_chat_core::shape::{Shape, Template};

use super::{options, world_with};
use crate::world::World;

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

fn opened(options: SessionOptions) -> World {
    let config = Config {
        heartbeat: HeartbeatSetting::Off,
        ..Config::new(URL)
    };
    let mut world = world_with(config, options);
    world.accept();
    connect(&mut world);
    world
}

fn connect(world: &mut World) {
    world.hear(CONNECTED);
    world.advance(Duration::from_millis(150));
    assert_eq!(world.name(), "open");
}

fn told(sender: &str, text: &str) -> String {
    let body = format!(r#"{{"type":"CHAT","content":"{text}","sender":"{sender}"}}"#);
    format!("MESSAGE\ndestination:/topic/public\nmessage-id:1\nsubscription:0\n\n{body}\0")
}

#[test]
fn a_receipt_that_stays_away_ends_a_silent_link_where_receipts_came() {
    let mut world = opened(tutorial());
    let proved = world.say("a");
    world.hear(format!("RECEIPT\nreceipt-id:{proved}\n\n\0"));
    assert_eq!(world.fate(proved).last(), Some(&Delivery::Delivered));
    world.advance(Duration::from_secs(60));
    assert_eq!(world.name(), "open", "nothing is awaited");
    world.say("b");
    world.advance(Duration::from_secs(9));
    assert_eq!(world.name(), "open");
    world.advance(Duration::from_secs(1));
    let silent = Event::Disconnected(Disconnect::Silent);
    assert!(world.events.contains(&silent));
}

/// Says a line that comes back so long after.
fn exchange(world: &mut World, text: &str, after: Duration) -> MessageId {
    let id = world.say(text);
    world.advance(after);
    world.hear(told("ada", text));
    assert_eq!(world.last_fate(id), Delivery::Delivered);
    id
}

fn is_found_dead(world: &World) -> bool {
    let silent = |event: &Event| *event == Event::Disconnected(Disconnect::Silent);
    world.events.iter().any(silent)
}

#[test]
fn an_own_line_that_ought_to_come_back_and_does_not_ends_the_link() {
    let mut world = opened(tutorial());
    exchange(&mut world, "one", Duration::from_millis(20));
    world.advance_secs(3600);
    assert!(!is_found_dead(&world), "silence alone says nothing");
    let lost = world.say("two");
    world.advance(Duration::from_millis(9_999));
    assert_eq!(world.name(), "open");
    world.advance(Duration::from_millis(1));
    assert!(is_found_dead(&world));
    assert!(
        matches!(world.last_fate(lost), Delivery::Failed(_)),
        "without an id it is not sent again by itself"
    );
}

#[test]
fn the_line_goes_again_over_the_next_link_where_its_id_comes_back() {
    let mut world = opened(SessionOptions {
        shape: Shape::default(),
        ..tutorial()
    });
    let first = world.say("one");
    world.hear(message_with_id(first, "one"));
    let second = world.say("two");
    world.advance_secs(10);
    assert!(is_found_dead(&world));
    world.advance_to_timer();
    world.accept();
    connect(&mut world);
    world.hear(message_with_id(second, "two"));
    assert_eq!(world.last_fate(second), Delivery::Delivered);
    assert!(world.shown().is_empty());
}

fn message_with_id(id: MessageId, text: &str) -> String {
    let body = format!(r#"{{"id":"{id}","text":"{text}","user":"ada"}}"#);
    format!("MESSAGE\ndestination:/topic/public\nmessage-id:1\nsubscription:0\n\n{body}\0")
}

#[test]
fn whatever_is_heard_meanwhile_shows_life() {
    let mut world = opened(tutorial());
    exchange(&mut world, "one", Duration::from_millis(20));
    for sign in [told("bob", "hello"), "\n".into()] {
        world.say("kept by the server");
        world.advance_secs(9);
        world.hear(sign);
        world.advance_secs(3600);
        assert!(!is_found_dead(&world));
    }
}

#[test]
fn a_slow_server_has_the_time_that_it_took_before() {
    let mut world = opened(tutorial());
    exchange(&mut world, "one", Duration::from_secs(5));
    world.say("two");
    world.advance(Duration::from_millis(19_999));
    assert!(!is_found_dead(&world));
    world.advance(Duration::from_millis(1));
    assert!(is_found_dead(&world));
}

#[test]
fn a_server_that_never_told_a_line_back_is_not_taken_for_dead() {
    let mut world = opened(tutorial());
    world.say("one");
    world.advance_secs(3600);
    assert_eq!(world.name(), "open");
}

#[test]
fn a_line_to_another_place_need_not_come_back() {
    let mut world = opened(tutorial());
    exchange(&mut world, "one", Duration::from_millis(20));
    world.send_to("/app/private", "for bob", false);
    world.advance_secs(3600);
    assert_eq!(world.name(), "open");
}

/// The framed endpoint, whose server has answered `o`.
fn framed() -> World {
    let config = Config {
        heartbeat: HeartbeatSetting::Off,
        ..Config::new("http://chat.example:8080/ws")
    };
    let mut world = world_with(config, tutorial());
    world.refuse();
    world.fetched(Ok(r#"{"websocket":true,"cookie_needed":true}"#));
    world.refuse();
    world.accept();
    world.hear("o");
    world.hear(packed(CONNECTED));
    world.advance(Duration::from_millis(150));
    assert_eq!(world.name(), "open");
    world
}

fn packed(frame: &str) -> String {
    format!("a{}", serde_json::json!([frame]))
}

#[test]
fn sockjs_has_the_same_rule_and_its_h_shows_life() {
    let mut world = framed();
    world.say("one");
    world.hear(packed(&told("ada", "one")));
    world.say("kept by the server");
    world.advance_secs(9);
    world.hear("h");
    world.advance_secs(60);
    assert!(!is_found_dead(&world));
    world.say("two");
    world.advance_secs(10);
    assert!(is_found_dead(&world));
}

#[test]
fn an_h_that_stays_away_ends_the_link_where_it_came_in_time_before() {
    let mut world = framed();
    for _ in 0..3 {
        world.advance_secs(25);
        world.hear("h");
    }
    world.advance(Duration::from_millis(49_999));
    assert_eq!(world.name(), "open");
    world.advance(Duration::from_millis(1));
    assert!(is_found_dead(&world));
}

fn lines(world: &World) -> usize {
    let sent = world.sent();
    sent.iter().filter(|sent| sent.starts_with("SEND")).count()
}

fn with_three_lines_queued() -> World {
    let mut world = opened(tutorial());
    world.breaks();
    for text in ["one", "two", "three"] {
        world.say(text);
    }
    world.advance_to_timer();
    world.accept();
    world.hear(CONNECTED);
    assert!(world.last_sent().starts_with("SUBSCRIBE"));
    world.advance(Duration::from_millis(150));
    world
}

#[test]
fn one_line_goes_alone_after_the_subscription_and_the_others_after_its_return() {
    let mut world = with_three_lines_queued();
    assert_eq!((world.name(), lines(&world)), ("open", 1));
    world.advance(Duration::from_millis(700));
    assert_eq!(lines(&world), 1);
    world.hear(told("ada", "one"));
    assert_eq!(lines(&world), 3);
    world.say("four");
    assert_eq!(lines(&world), 4, "it is known by now");
}

#[test]
fn the_others_go_after_a_second_where_the_first_does_not_return() {
    let mut world = with_three_lines_queued();
    world.advance(Duration::from_millis(999));
    assert_eq!(lines(&world), 1);
    world.advance(Duration::from_millis(1));
    assert_eq!(lines(&world), 3);
}

#[test]
fn a_receipt_for_the_subscription_lets_all_lines_go() {
    let mut world = opened(tutorial());
    world.breaks();
    for text in ["one", "two", "three"] {
        world.say(text);
    }
    world.advance_to_timer();
    world.accept();
    world.hear(CONNECTED);
    world.hear("RECEIPT\nreceipt-id:subscribed\n\n\0");
    assert_eq!(lines(&world), 3);
}
