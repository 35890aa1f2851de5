//! Rule 5: a provider whose credentials the server refuses may refresh them, once.

use leptos_chat_core::connection::{
    ClosedReason, Config, Disconnect, Endpoint, Event, SocketEvent, State,
};
use leptos_chat_core::session::{CloseEvent, Reason, Target};

use crate::harness::{Harness, URL, puppet::Puppet};
use crate::secs;

fn provided() -> Harness {
    let mut harness = Harness::to(
        Endpoint::Provided,
        Config::default(),
        Box::new(Puppet::shaking_hands()),
    );
    harness.open();
    harness
}

/// The provider answers, and the socket opens.
fn answer(harness: &mut Harness) {
    let socket = *harness.resolves.last().expect("the provider was asked");
    harness.happens(socket, SocketEvent::Resolved(Ok(Target::new(URL))));
    harness.accept();
}

fn rejected(harness: &Harness) -> Option<String> {
    harness.events.iter().find_map(|event| match event {
        Event::State(State::Closed { reason }) => Some(reason.to_string()),
        _ => None,
    })
}

#[test]
fn refused_credentials_are_asked_for_anew_with_the_servers_words_and_once() {
    let mut harness = provided();
    answer(&mut harness);
    harness.hear("stop token expired");
    assert_eq!((harness.name(), rejected(&harness)), ("waiting", None));
    let told = Disconnect::Session(Reason::Server("token expired".into()));
    assert!(harness.events.contains(&Event::Disconnected(told)));

    harness.advance_to_timer();
    assert_eq!(harness.refusals, [None, Some("token expired".to_owned())]);
    answer(&mut harness);
    harness.hear("stop token expired");
    assert_eq!(rejected(&harness).as_deref(), Some("token expired"));
}

#[test]
fn a_close_code_that_refuses_is_a_refusal_too() {
    let mut harness = provided();
    answer(&mut harness);
    harness.server_closes(4401, "log in");
    assert_eq!(harness.name(), "waiting");
    let close = CloseEvent {
        code: 4401,
        reason: "log in".into(),
        was_clean: true,
    };
    assert!(
        harness
            .events
            .contains(&Event::Disconnected(Disconnect::Closed(close)))
    );
    harness.advance_to_timer();
    let words = harness.refusals[1].clone().unwrap_or_default();
    assert!(words.contains("log in"), "{words}");
}

#[test]
fn credentials_that_were_good_may_expire_and_be_refreshed_again() {
    let mut harness = provided();
    for _ in 0..3 {
        answer(&mut harness);
        harness.hear("ready");
        harness.advance(secs(10));
        harness.hear("stop token expired");
        assert_eq!(harness.name(), "waiting");
        harness.advance_to_timer();
    }
    assert_eq!(harness.refusals.len(), 4);
}

#[test]
fn what_the_app_has_fixed_is_refused_for_good() {
    let mut harness = Harness::new(Config::default(), Puppet::default()).connected();
    harness.hear("stop no such room");
    let reason = ClosedReason::Rejected(Reason::Server("no such room".into()));
    assert_eq!(rejected(&harness), Some(reason.to_string()));
}

#[test]
fn an_app_that_opens_it_again_may_refresh_its_credentials_again() {
    let mut harness = provided();
    for _ in 0..2 {
        answer(&mut harness);
        harness.hear("stop token expired");
        if harness.name() == "waiting" {
            harness.advance_to_timer();
        }
    }
    assert_eq!(harness.name(), "closed");
    harness.open();
    answer(&mut harness);
    harness.hear("stop token expired");
    assert_eq!(harness.name(), "waiting");
}
