//! A URL that changes: what is left behind, what is given back, and what stays closed.

use leptos_chat_core::connection::{
    ClosedReason, Config, Delivery, Event, Failure, State, UrlError,
};
use leptos_chat_core::driver::Host;
use leptos_chat_core::session::json::JsonSession;
use leptos_chat_core::session::text::RawSession;
use leptos_chat_core::session::{MessageId, Outgoing};

use crate::secs;
use crate::world::{SocketState, URL, World};

const OTHER: &str = "wss://other.example/hall?token=secret";

fn move_to(world: &mut World, url: &str) {
    Host::move_to(world, url, Box::new(RawSession));
}

fn last(world: &World, id: MessageId) -> Option<Delivery> {
    world.fate(id).last().cloned()
}

#[test]
fn another_url_closes_the_old_link_and_opens_one_there() {
    let mut world = World::raw().connected();
    let old = world.socket();
    move_to(&mut world, OTHER);
    assert_eq!(world.socket_state(old), SocketState::Abandoned);
    let closed_with = world.sockets[0].closed_with.clone();
    assert_eq!(closed_with, Some((1000, String::new())));
    assert_eq!(world.sockets[1].target.url, OTHER);
    world.accept();
    assert!(world.state().is_open());
    assert!(
        !world.events.contains(&Event::Gap),
        "nothing was missed here"
    );
}

#[test]
fn what_waited_for_the_old_address_comes_back_and_never_goes_to_the_new_one() {
    let mut world = World::raw().connected();
    let sent = world.say("a");
    world.breaks();
    let queued = world.say("b");
    move_to(&mut world, OTHER);
    world.accept();
    assert!(world.sent().is_empty());
    assert_eq!(
        last(&world, sent),
        Some(Delivery::Failed(Failure::Unconfirmed))
    );
    let given_back = Failure::Moved(Box::new(Outgoing::from("b")));
    assert_eq!(last(&world, queued), Some(Delivery::Failed(given_back)));
    world.say("c");
    assert_eq!(world.sent(), ["c"]);
}

#[test]
fn what_was_sent_at_the_old_address_without_proof_may_have_arrived() {
    let mut world = World::raw().connected();
    let sent = world.say("a");
    move_to(&mut world, OTHER);
    assert_eq!(
        last(&world, sent),
        Some(Delivery::Failed(Failure::Unconfirmed))
    );
    assert_eq!(world.connection.queued(), (0, 0));
}

#[test]
fn a_message_that_waits_to_go_again_may_have_arrived_and_does_not_come_back() {
    let mut world = World::raw_with(Config {
        resend: leptos_chat_core::connection::Resend::Always,
        ..Config::new(URL)
    })
    .connected();
    let sent = world.say("a");
    world.breaks();
    assert_eq!(last(&world, sent), Some(Delivery::Queued));
    move_to(&mut world, OTHER);
    assert_eq!(
        last(&world, sent),
        Some(Delivery::Failed(Failure::Unconfirmed))
    );
}

#[test]
fn an_empty_url_disconnects_and_the_next_one_connects() {
    let mut world = World::raw().connected();
    move_to(&mut world, "");
    let no_url = ClosedReason::BadUrl(UrlError::Empty);
    assert_eq!(*world.state(), State::Closed { reason: no_url });
    assert!(world.live().is_empty());
    world.advance_secs(100);
    assert_eq!(world.sockets.len(), 1);
    move_to(&mut world, OTHER);
    world.accept();
    assert!(world.state().is_open());
}

#[test]
fn what_the_app_has_closed_or_not_opened_stays_so() {
    let mut world = World::raw();
    move_to(&mut world, OTHER);
    assert_eq!(world.name(), "idle");
    world.open();
    assert_eq!(world.sockets[0].target.url, OTHER);
    world.accept();
    world.close();
    move_to(&mut world, URL);
    assert_eq!(world.name(), "closed");
    move_to(&mut world, "");
    world.close();
    move_to(&mut world, OTHER);
    assert_eq!(world.name(), "closed");
    world.open();
    assert_eq!(world.sockets[1].target.url, OTHER);
}

#[test]
fn a_server_that_refused_for_good_is_left_and_the_next_one_is_tried_without_delay() {
    let mut world = World::raw().connected();
    world.server_closes(1008, "no");
    assert_eq!(world.name(), "closed");
    move_to(&mut world, OTHER);
    assert_eq!(world.name(), "connecting");
    // Failures at the old address do not count here.
    let mut world = World::raw();
    world.open();
    for _ in 0..8 {
        world.refuse();
        world.advance_to_timer();
    }
    move_to(&mut world, OTHER);
    world.refuse();
    assert!(world.delay() <= secs(1));
}

#[test]
fn the_new_address_is_told_without_its_query_before_anything_happens_there() {
    let mut world = World::raw().connected();
    let queued = {
        world.breaks();
        world.say("a")
    };
    world.take_events();
    move_to(&mut world, OTHER);
    let place = |event: &Event| world.events.iter().position(|other| other == event);
    let moved = place(&Event::Moved("wss://other.example/hall".into()));
    let connecting = place(&Event::State(State::Connecting));
    assert!(moved < connecting && moved.is_some());
    assert!(matches!(
        &world.events[0],
        Event::Delivery { id, .. } if *id == queued
    ));
}

#[test]
fn what_was_learnt_stays_at_the_old_address() {
    let mut world = World::json().connected();
    world.hear(r#"{"message":"hi","name":"bo"}"#);
    world.say("a");
    assert!(
        world
            .sent()
            .iter()
            .any(|line| line.contains(r#""message":"a""#))
    );
    Host::move_to(&mut world, OTHER, Box::new(JsonSession::default()));
    world.accept();
    world.say("b");
    let there = world.sent();
    assert!(
        !there.iter().any(|line| line.contains(r#""message""#)),
        "{there:?}"
    );
}
