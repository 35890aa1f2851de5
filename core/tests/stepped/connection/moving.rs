//! A URL that changes: what is left behind, what is given back, and what stays closed.

use leptos_chat_core::connection::{
    ClosedReason, Config, Delivery, Event, Failure, Input, Reshape, State, UrlError,
};
use leptos_chat_core::driver::Host;
use leptos_chat_core::session::json::JsonSession;
use leptos_chat_core::session::options::SessionOptions;
use leptos_chat_core::session::text::RawSession;
use leptos_chat_core::session::{HeartbeatSetting, MessageId, Outgoing};

use crate::harness::{Harness, SocketState, URL};
use crate::secs;

const OTHER: &str = "wss://other.example/hall?token=secret";

fn move_to(harness: &mut Harness, url: &str) {
    Host::move_to(harness, url, &Reshape::default(), Box::new(RawSession));
}

fn last(harness: &Harness, id: MessageId) -> Option<Delivery> {
    harness.fate(id).last().cloned()
}

#[test]
fn another_url_closes_the_old_link_and_opens_one_there() {
    let mut harness = Harness::raw().connected();
    let old = harness.socket();
    move_to(&mut harness, OTHER);
    assert_eq!(harness.socket_state(old), SocketState::Abandoned);
    let closed_with = harness.sockets[0].closed_with.clone();
    assert_eq!(closed_with, Some((1000, String::new())));
    assert_eq!(harness.sockets[1].target.url, OTHER);
    harness.accept();
    assert!(harness.state().is_open());
    assert!(
        !harness.events.contains(&Event::Gap),
        "nothing was missed here"
    );
}

#[test]
fn what_waited_for_the_old_address_comes_back_and_never_goes_to_the_new_one() {
    let mut harness = Harness::raw().connected();
    let sent = harness.say("a");
    harness.breaks();
    let queued = harness.say("b");
    move_to(&mut harness, OTHER);
    harness.accept();
    assert!(harness.sent().is_empty());
    assert_eq!(
        last(&harness, sent),
        Some(Delivery::Failed(Failure::Unconfirmed))
    );
    let given_back = Failure::Moved(Box::new(Outgoing::from("b")));
    assert_eq!(last(&harness, queued), Some(Delivery::Failed(given_back)));
    harness.say("c");
    assert_eq!(harness.sent(), ["c"]);
}

#[test]
fn what_was_sent_at_the_old_address_without_proof_may_have_arrived() {
    let mut harness = Harness::raw().connected();
    let sent = harness.say("a");
    move_to(&mut harness, OTHER);
    assert_eq!(
        last(&harness, sent),
        Some(Delivery::Failed(Failure::Unconfirmed))
    );
    assert_eq!(harness.connection.queued(), (0, 0));
}

#[test]
fn a_message_that_waits_to_go_again_may_have_arrived_and_does_not_come_back() {
    let mut harness = Harness::raw_with(Config {
        resend: leptos_chat_core::connection::Resend::Always,
        ..Config::default()
    })
    .connected();
    let sent = harness.say("a");
    harness.breaks();
    assert_eq!(last(&harness, sent), Some(Delivery::Queued));
    move_to(&mut harness, OTHER);
    assert_eq!(
        last(&harness, sent),
        Some(Delivery::Failed(Failure::Unconfirmed))
    );
}

#[test]
fn an_empty_url_disconnects_and_the_next_one_connects() {
    let mut harness = Harness::raw().connected();
    move_to(&mut harness, "");
    let no_url = ClosedReason::BadUrl(UrlError::Empty);
    assert_eq!(*harness.state(), State::Closed { reason: no_url });
    assert!(harness.live().is_empty());
    harness.advance_secs(100);
    assert_eq!(harness.sockets.len(), 1);
    move_to(&mut harness, OTHER);
    harness.accept();
    assert!(harness.state().is_open());
}

#[test]
fn what_the_app_has_closed_or_not_opened_stays_so() {
    let mut harness = Harness::raw();
    move_to(&mut harness, OTHER);
    assert_eq!(harness.name(), "idle");
    harness.open();
    assert_eq!(harness.sockets[0].target.url, OTHER);
    harness.accept();
    harness.close();
    move_to(&mut harness, URL);
    assert_eq!(harness.name(), "closed");
    move_to(&mut harness, "");
    harness.close();
    move_to(&mut harness, OTHER);
    assert_eq!(harness.name(), "closed");
    harness.open();
    assert_eq!(harness.sockets[1].target.url, OTHER);
}

#[test]
fn a_server_that_refused_for_good_is_left_and_the_next_one_is_tried_without_delay() {
    let mut harness = Harness::raw().connected();
    harness.server_closes(1008, "no");
    assert_eq!(harness.name(), "closed");
    move_to(&mut harness, OTHER);
    assert_eq!(harness.name(), "connecting");
    // Failures at the old address do not count here.
    let mut harness = Harness::raw();
    harness.open();
    for _ in 0..8 {
        harness.refuse();
        harness.advance_to_timer();
    }
    move_to(&mut harness, OTHER);
    harness.refuse();
    assert!(harness.delay() <= secs(1));
}

#[test]
fn the_new_address_is_told_without_its_query_before_anything_happens_there() {
    let mut harness = Harness::raw().connected();
    let queued = {
        harness.breaks();
        harness.say("a")
    };
    harness.take_events();
    move_to(&mut harness, OTHER);
    let place = |event: &Event| harness.events.iter().position(|other| other == event);
    let moved = place(&Event::Moved("wss://other.example/hall".into()));
    let connecting = place(&Event::State(State::Connecting));
    assert!(moved < connecting && moved.is_some());
    assert!(matches!(
        &harness.events[0],
        Event::Delivery { id, .. } if *id == queued
    ));
}

#[test]
fn what_was_learnt_stays_at_the_old_address() {
    let mut harness = Harness::json().connected();
    harness.hear(r#"{"message":"hi","name":"bo"}"#);
    harness.say("a");
    assert!(
        harness
            .sent()
            .iter()
            .any(|line| line.contains(r#""message":"a""#))
    );
    Host::move_to(
        &mut harness,
        OTHER,
        &Reshape::default(),
        Box::new(JsonSession::default()),
    );
    harness.accept();
    harness.say("b");
    let there = harness.sent();
    assert!(
        !there.iter().any(|line| line.contains(r#""message""#)),
        "{there:?}"
    );
}

#[test]
fn nothing_that_was_set_for_the_old_place_alone_is_offered_to_the_new_one() {
    let mut harness = Harness::raw().connected();
    let session = SessionOptions {
        subprotocols: vec!["old.example".into()],
        ..SessionOptions::default()
    };
    let heartbeat = HeartbeatSetting::Off;
    harness.input(Input::Reshape(Box::new(Reshape { session, heartbeat })));
    let offered = |harness: &Harness| {
        harness
            .sockets
            .last()
            .map(|one| one.target.subprotocols.clone())
    };
    assert_eq!(offered(&harness), Some(vec!["old.example".to_owned()]));
    move_to(&mut harness, OTHER);
    assert_eq!(offered(&harness), Some(Vec::new()));
}
