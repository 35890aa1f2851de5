//! Rules 1 to 3 and 13: one socket at a time, dead ones abandoned, attempts with a deadline, no panics.

use leptos_chat_core::connection::{
    ClosedReason, Config, Disconnect, Endpoint, Event, Input, ResolveError, SocketError,
    SocketEvent, State, UrlError,
};
use leptos_chat_core::session::{Reason, Target, text::RawSession};

use crate::world::{SocketState, URL, World, puppet::Puppet};
use crate::{millis, secs};

fn provided() -> World {
    World::raw_with(Config {
        endpoint: Endpoint::Provided,
        ..Config::new("")
    })
}

fn target() -> Target {
    Target {
        subprotocols: vec!["v12.stomp".into()],
        ..Target::new(URL)
    }
}

// Rule 1

#[test]
fn an_attempt_goes_through_connecting_handshaking_and_open() {
    let world = World::raw().connected();
    assert_eq!(world.states(), ["connecting", "handshaking", "open"]);
    assert_eq!(world.sockets[0].target.url, URL);
}

#[test]
fn late_close_from_old_socket_is_ignored() {
    let mut world = World::raw().connected();
    let old = world.socket();
    world.breaks();
    world.advance_to_timer();
    world.accept();
    world.take_events();
    world.closed(old, 1008, "policy", true);
    assert_eq!(world.name(), "open");
    assert_eq!(world.events, []);
}

#[test]
fn late_message_open_and_failure_from_old_socket_are_ignored() {
    let mut world = World::raw();
    world.open();
    let old = world.socket();
    world.advance_secs(10);
    world.advance_to_timer();
    let new = world.socket();
    assert_ne!(old, new);
    world.take_events();
    world.opened(old, "");
    world.message(old, "late");
    world.failed(old, SocketError::Security("late".into()));
    world.happens(old, SocketEvent::Buffered(9 << 20));
    assert_eq!((world.name(), world.events.len()), ("connecting", 0));
}

#[test]
fn late_answer_of_a_provider_is_ignored() {
    let mut world = provided();
    world.open();
    world.advance_secs(10);
    world.advance_to_timer();
    let [old, new] = world.resolves[..] else {
        panic!("{:?}", world.resolves)
    };
    world.happens(old, SocketEvent::Resolved(Ok(target())));
    assert!(world.sockets.is_empty());
    world.happens(new, SocketEvent::Resolved(Ok(target())));
    assert_eq!(world.sockets.len(), 1);
}

#[test]
fn open_while_connected_or_connecting_changes_nothing() {
    let mut world = World::raw();
    world.open();
    world.open();
    world.accept();
    world.open();
    assert_eq!(world.sockets.len(), 1);
    assert_eq!(world.states(), ["connecting", "handshaking", "open"]);
}

#[test]
fn a_second_open_event_of_the_same_socket_changes_nothing() {
    let mut world = World::raw().connected();
    world.take_events();
    world.opened(world.socket(), "");
    assert_eq!(world.events, []);
}

#[test]
fn ready_twice_is_told_once() {
    let mut world = World::new(Config::new(URL), Puppet::default()).connected();
    world.hear("ready");
    world.hear("ready");
    assert_eq!(world.states(), ["connecting", "handshaking", "open"]);
    assert_eq!(world.sent(), ["beat"]);
}

#[test]
fn a_provider_that_answers_twice_opens_one_socket() {
    let mut world = provided();
    world.open();
    let socket = world.resolves[0];
    for _ in 0..2 {
        world.happens(socket, SocketEvent::Resolved(Ok(target())));
    }
    world.accept();
    world.happens(socket, SocketEvent::Resolved(Ok(target())));
    let wrong = Err(ResolveError::GiveUp("late".into()));
    world.happens(socket, SocketEvent::Resolved(wrong));
    assert_eq!((world.sockets.len(), world.name()), (1, "open"));
}

#[test]
fn a_fetch_that_answers_twice_opens_one_socket() {
    let puppet = Puppet {
        fetches: true,
        ..Puppet::default()
    };
    let mut world = World::new(Config::new(URL), puppet);
    world.open();
    let socket = world.fetches[0].0;
    for _ in 0..2 {
        world.happens(socket, SocketEvent::Fetched(Ok("{}".into())));
    }
    world.accept();
    world.happens(socket, SocketEvent::Fetched(Ok("{}".into())));
    assert_eq!((world.sockets.len(), world.name()), (1, "open"));
}

#[test]
fn open_while_closing_starts_anew_and_forgets_the_old_socket() {
    let mut world = World::raw().connected();
    let old = world.socket();
    world.close();
    assert_eq!(world.socket_state(old), SocketState::Closing);
    world.open();
    assert_eq!(world.socket_state(old), SocketState::Abandoned);
    world.accept();
    world.closed(old, 1000, "", true);
    world.advance_secs(60);
    assert_eq!((world.name(), world.sockets.len()), ("open", 2));
}

#[test]
fn another_way_may_be_tried_within_the_attempt() {
    let elsewhere = Target::new("wss://chat.example/elsewhere");
    let puppet = Puppet {
        on_close: Some(leptos_chat_core::session::Action::Open(elsewhere.clone())),
        ..Puppet::default()
    };
    let mut world = World::new(Config::new(URL), puppet);
    world.open();
    world.refuse();
    assert_eq!((world.name(), world.sockets.len()), ("connecting", 2));
    assert_eq!(world.sockets[1].target, elsewhere);
    world.accept();
    assert_eq!(world.name(), "open");
    world.server_closes(1001, "");
    assert_eq!(
        (world.name(), world.sockets.len()),
        ("waiting", 2),
        "not once it was open"
    );
}

#[test]
fn every_way_of_an_attempt_shares_its_deadline() {
    let puppet = Puppet {
        on_close: Some(leptos_chat_core::session::Action::Open(Target::new(URL))),
        ..Puppet::default()
    };
    let mut world = World::new(Config::new(URL), puppet);
    world.open();
    for _ in 0..9 {
        world.advance_secs(1);
        world.refuse();
    }
    assert_eq!(world.name(), "connecting");
    world.advance_secs(1);
    assert_eq!(world.name(), "waiting");
}

// Rule 2

#[test]
fn a_dead_link_is_abandoned_at_once_and_the_next_attempt_scheduled() {
    let puppet = Puppet {
        answers: true,
        ..Puppet::default()
    };
    let mut world = World::new(Config::new(URL), puppet).connected();
    let dead = world.socket();
    world.advance_secs(10);
    assert_eq!(world.socket_state(dead), SocketState::Abandoned);
    assert_eq!(world.name(), "waiting");
    assert!(
        world
            .events
            .contains(&Event::Disconnected(Disconnect::Silent))
    );
    world.advance_to_timer();
    assert_eq!(world.name(), "connecting");
    assert_ne!(world.socket(), dead);
}

#[test]
fn a_session_that_gives_up_its_socket_waits_for_no_close_event() {
    let mut world = World::new(Config::new(URL), Puppet::default()).connected();
    world.hear("reconnect lost the session");
    assert_eq!(world.socket_state(world.socket()), SocketState::Abandoned);
    assert_eq!(world.name(), "waiting");
    let why = Disconnect::Session(Reason::Server("lost the session".into()));
    assert!(world.events.contains(&Event::Disconnected(why)));
}

#[test]
fn nothing_of_an_old_link_is_left_in_the_timers() {
    let puppet = Puppet {
        answers: true,
        silence_limit: Some(secs(40)),
        timer: Some((
            secs(30),
            leptos_chat_core::session::Action::Stop(Reason::Refused),
        )),
        ..Puppet::default()
    };
    let mut world = World::new(Config::new(URL), puppet).connected();
    world.breaks();
    let State::Waiting { until } = *world.state() else {
        panic!("not waiting")
    };
    assert_eq!(world.connection.poll_timeout(), Some(until));
}

// Rule 3

#[test]
fn a_socket_that_never_opens_is_given_up_after_the_deadline() {
    let mut world = World::raw();
    world.open();
    world.advance(millis(9_999));
    assert_eq!(world.name(), "connecting");
    world.advance(millis(1));
    assert_eq!(world.name(), "waiting");
    assert_eq!(world.socket_state(world.socket()), SocketState::Abandoned);
    assert!(
        world
            .events
            .contains(&Event::Disconnected(Disconnect::ConnectTimeout))
    );
}

#[test]
fn connecting_and_handshaking_share_one_deadline() {
    let puppet = Puppet {
        shakes_hands: true,
        ..Puppet::default()
    };
    let mut world = World::new(Config::new(URL), puppet);
    world.open();
    world.advance_secs(6);
    world.accept();
    assert_eq!(world.name(), "handshaking");
    world.advance_secs(4);
    assert_eq!(world.name(), "waiting");
}

#[test]
fn a_handshake_in_time_clears_the_deadline() {
    let puppet = Puppet {
        shakes_hands: true,
        ..Puppet::default()
    };
    let mut world = World::new(Config::new(URL), puppet);
    world.open();
    world.accept();
    world.advance_secs(9);
    world.hear("ready");
    world.advance_secs(3600);
    assert_eq!(world.name(), "open");
}

#[test]
fn a_provider_that_never_answers_runs_into_the_deadline() {
    let mut world = provided();
    world.open();
    assert_eq!(world.name(), "connecting");
    world.advance_secs(10);
    assert!(
        world
            .events
            .contains(&Event::Disconnected(Disconnect::ConnectTimeout))
    );
    world.advance_to_timer();
    assert_eq!(world.resolves.len(), 2);
}

#[test]
fn a_fetch_that_never_answers_runs_into_the_deadline() {
    let puppet = Puppet {
        fetches: true,
        ..Puppet::default()
    };
    let mut world = World::new(Config::new(URL), puppet);
    world.open();
    world.advance_secs(10);
    assert_eq!(world.name(), "waiting");
}

#[test]
fn a_provider_is_asked_before_each_attempt_and_obeyed() {
    let mut world = provided();
    world.open();
    world.happens(world.resolves[0], SocketEvent::Resolved(Ok(target())));
    assert_eq!(world.sockets[0].target, target());
    world.accept();
    world.breaks();
    world.advance_to_timer();
    assert_eq!(world.resolves.len(), 2);
}

#[test]
fn a_provider_that_says_retry_is_asked_again() {
    let mut world = provided();
    world.open();
    let answer = Err(ResolveError::Retry("no token".into()));
    world.happens(world.resolves[0], SocketEvent::Resolved(answer));
    let why = Disconnect::Unprepared(Reason::App("no token".into()));
    assert!(world.events.contains(&Event::Disconnected(why)));
    world.advance_to_timer();
    assert_eq!(world.resolves.len(), 2);
}

#[test]
fn a_provider_that_gives_up_ends_it_with_its_reason() {
    let mut world = provided();
    world.open();
    let answer = Err(ResolveError::GiveUp("log in first".into()));
    world.happens(world.resolves[0], SocketEvent::Resolved(answer));
    let reason = ClosedReason::Rejected(Reason::App("log in first".into()));
    assert_eq!(*world.state(), State::Closed { reason });
    world.advance_secs(3600);
    assert_eq!(world.resolves.len(), 1);
}

// Rule 13

#[test]
fn a_bad_url_ends_with_a_reason_and_opens_no_socket() {
    for (url, error) in [
        ("", UrlError::Empty),
        ("ftp://x", UrlError::Scheme(Some("ftp".into()))),
        ("ws://x:70000", UrlError::Port("70000".into())),
    ] {
        let mut world = World::new(Config::new(url), RawSession);
        world.open();
        let reason = ClosedReason::BadUrl(error);
        assert_eq!(*world.state(), State::Closed { reason }, "{url}");
        assert!(world.sockets.is_empty());
    }
}

#[test]
fn what_the_browser_forbids_ends_it_and_is_told() {
    let mut world = World::raw();
    world.open();
    world.failed(world.socket(), SocketError::Security("insecure".into()));
    let reason = ClosedReason::Forbidden("insecure".into());
    assert_eq!(*world.state(), State::Closed { reason });
    assert_eq!(world.connection.poll_timeout(), None);
}

#[test]
fn a_url_that_the_browser_refuses_ends_it() {
    let mut world = World::raw();
    world.open();
    world.failed(world.socket(), SocketError::Syntax("no".into()));
    let reason = ClosedReason::BadUrl(UrlError::Invalid);
    assert_eq!(*world.state(), State::Closed { reason });
}

#[test]
fn another_failure_of_the_browser_is_retried() {
    let mut world = World::raw();
    world.open();
    world.failed(
        world.socket(),
        SocketError::Other("too many sockets".into()),
    );
    assert_eq!(world.name(), "waiting");
    world.advance_to_timer();
    assert_eq!(world.sockets.len(), 2);
}

#[test]
fn absurd_settings_do_not_panic() {
    let most = std::time::Duration::MAX;
    let mut world = World::raw_with(Config {
        connect_timeout: most,
        min_reconnect_delay: most,
        max_reconnect_delay: most,
        stable_after: most,
        ..Config::new(URL)
    });
    world.open();
    world.refuse();
    assert_eq!(world.name(), "waiting");
    world.input(Input::RetryNow);
    world.accept();
    world.input(Input::Timeout);
    assert_eq!(world.name(), "open");
}
