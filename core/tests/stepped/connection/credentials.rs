//! Rule 5: a provider whose credentials the server refuses may refresh them, once.

use leptos_chat_core::connection::{
    ClosedReason, Config, Disconnect, Endpoint, Event, SocketEvent, State,
};
use leptos_chat_core::session::{CloseEvent, Reason, Target};

use crate::secs;
use crate::world::{URL, World, puppet::Puppet};

fn provided() -> World {
    let config = Config {
        endpoint: Endpoint::Provided,
        ..Config::new("")
    };
    let puppet = Puppet {
        shakes_hands: true,
        ..Puppet::default()
    };
    let mut world = World::new(config, puppet);
    world.open();
    world
}

/// The provider answers, and the socket opens.
fn answer(world: &mut World) {
    let socket = *world.resolves.last().expect("the provider was asked");
    world.happens(socket, SocketEvent::Resolved(Ok(Target::new(URL))));
    world.accept();
}

fn rejected(world: &World) -> Option<String> {
    world.events.iter().find_map(|event| match event {
        Event::State(State::Closed { reason }) => Some(reason.to_string()),
        _ => None,
    })
}

#[test]
fn refused_credentials_are_asked_for_anew_with_the_servers_words_and_once() {
    let mut world = provided();
    answer(&mut world);
    world.hear("stop token expired");
    assert_eq!((world.name(), rejected(&world)), ("waiting", None));
    let told = Disconnect::Session(Reason::Server("token expired".into()));
    assert!(world.events.contains(&Event::Disconnected(told)));

    world.advance_to_timer();
    assert_eq!(world.refusals, [None, Some("token expired".to_owned())]);
    answer(&mut world);
    world.hear("stop token expired");
    assert_eq!(rejected(&world).as_deref(), Some("token expired"));
}

#[test]
fn a_close_code_that_refuses_is_a_refusal_too() {
    let mut world = provided();
    answer(&mut world);
    world.server_closes(4401, "log in");
    assert_eq!(world.name(), "waiting");
    let close = CloseEvent {
        code: 4401,
        reason: "log in".into(),
        was_clean: true,
    };
    assert!(
        world
            .events
            .contains(&Event::Disconnected(Disconnect::Closed(close)))
    );
    world.advance_to_timer();
    let words = world.refusals[1].clone().unwrap_or_default();
    assert!(words.contains("log in"), "{words}");
}

#[test]
fn credentials_that_were_good_may_expire_and_be_refreshed_again() {
    let mut world = provided();
    for _ in 0..3 {
        answer(&mut world);
        world.hear("ready");
        world.advance(secs(10));
        world.hear("stop token expired");
        assert_eq!(world.name(), "waiting");
        world.advance_to_timer();
    }
    assert_eq!(world.refusals.len(), 4);
}

#[test]
fn what_the_app_has_fixed_is_refused_for_good() {
    let mut world = World::new(Config::new(URL), Puppet::default()).connected();
    world.hear("stop no such room");
    let reason = ClosedReason::Rejected(Reason::Server("no such room".into()));
    assert_eq!(rejected(&world), Some(reason.to_string()));
}

#[test]
fn an_app_that_opens_it_again_may_refresh_its_credentials_again() {
    let mut world = provided();
    for _ in 0..2 {
        answer(&mut world);
        world.hear("stop token expired");
        if world.name() == "waiting" {
            world.advance_to_timer();
        }
    }
    assert_eq!(world.name(), "closed");
    world.open();
    answer(&mut world);
    world.hear("stop token expired");
    assert_eq!(world.name(), "waiting");
}
