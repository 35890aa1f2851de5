//! Rules 1 and 2: one live socket, and dead ones abandoned.

use super::*;

#[test]
fn an_attempt_goes_through_connecting_handshaking_and_open() {
    let harness = Harness::raw().connected();
    assert_eq!(harness.states(), ["connecting", "handshaking", "open"]);
    assert_eq!(harness.sockets[0].target.url, URL);
}

#[test]
fn late_close_from_old_socket_is_ignored() {
    let mut harness = Harness::raw().connected();
    let old = harness.socket();
    harness.breaks();
    harness.advance_to_timer();
    harness.accept();
    harness.take_events();
    harness.closed(old, 1008, "policy", true);
    assert_eq!(harness.name(), "open");
    assert_eq!(harness.events, []);
}

#[test]
fn late_message_open_and_failure_from_old_socket_are_ignored() {
    let mut harness = Harness::raw();
    harness.open();
    let old = harness.socket();
    harness.advance_secs(10);
    harness.advance_to_timer();
    let new = harness.socket();
    assert_ne!(old, new);
    harness.take_events();
    harness.opened(old, "");
    harness.message(old, "late");
    harness.failed(old, SocketError::Security("late".into()));
    harness.happens(old, SocketEvent::Buffered(9 << 20));
    assert_eq!((harness.name(), harness.events.len()), ("connecting", 0));
}

#[test]
fn late_answer_of_a_provider_is_ignored() {
    let mut harness = provided();
    harness.open();
    harness.advance_secs(10);
    harness.advance_to_timer();
    let [old, new] = harness.resolves[..] else {
        panic!("{:?}", harness.resolves)
    };
    harness.happens(old, SocketEvent::Resolved(Ok(target())));
    assert!(harness.sockets.is_empty());
    harness.happens(new, SocketEvent::Resolved(Ok(target())));
    assert_eq!(harness.sockets.len(), 1);
}

#[test]
fn open_while_connected_or_connecting_changes_nothing() {
    let mut harness = Harness::raw();
    harness.open();
    harness.open();
    harness.accept();
    harness.open();
    assert_eq!(harness.sockets.len(), 1);
    assert_eq!(harness.states(), ["connecting", "handshaking", "open"]);
}

#[test]
fn a_second_open_event_of_the_same_socket_changes_nothing() {
    let mut harness = Harness::raw().connected();
    harness.take_events();
    harness.opened(harness.socket(), "");
    assert_eq!(harness.events, []);
}

#[test]
fn ready_twice_is_told_once() {
    let mut harness = Harness::new(Config::default(), Puppet::default()).connected();
    harness.hear("ready");
    harness.hear("ready");
    assert_eq!(harness.states(), ["connecting", "handshaking", "open"]);
    assert_eq!(harness.sent(), ["beat"]);
}

#[test]
fn a_provider_that_answers_twice_opens_one_socket() {
    let mut harness = provided();
    harness.open();
    let socket = harness.resolves[0];
    for _ in 0..2 {
        harness.happens(socket, SocketEvent::Resolved(Ok(target())));
    }
    harness.accept();
    harness.happens(socket, SocketEvent::Resolved(Ok(target())));
    let wrong = Err(ResolveError::GiveUp("late".into()));
    harness.happens(socket, SocketEvent::Resolved(wrong));
    assert_eq!((harness.sockets.len(), harness.name()), (1, "open"));
}

#[test]
fn a_fetch_that_answers_twice_opens_one_socket() {
    let puppet = Puppet {
        fetches: true,
        ..Puppet::default()
    };
    let mut harness = Harness::new(Config::default(), puppet);
    harness.open();
    let socket = harness.fetches[0].0;
    for _ in 0..2 {
        harness.happens(socket, SocketEvent::Fetched(Ok("{}".into())));
    }
    harness.accept();
    harness.happens(socket, SocketEvent::Fetched(Ok("{}".into())));
    assert_eq!((harness.sockets.len(), harness.name()), (1, "open"));
}

#[test]
fn open_while_closing_starts_anew_and_forgets_the_old_socket() {
    let mut harness = Harness::raw().connected();
    let old = harness.socket();
    harness.close();
    assert_eq!(harness.socket_state(old), SocketState::Closing);
    harness.open();
    assert_eq!(harness.socket_state(old), SocketState::Abandoned);
    harness.accept();
    harness.closed(old, 1000, "", true);
    harness.advance_secs(60);
    assert_eq!((harness.name(), harness.sockets.len()), ("open", 2));
}

#[test]
fn another_way_may_be_tried_within_the_attempt() {
    let elsewhere = Target::new("wss://chat.example/elsewhere");
    let puppet = Puppet {
        on_close: Some(leptos_chat_core::session::Action::Open(elsewhere.clone())),
        ..Puppet::default()
    };
    let mut harness = Harness::new(Config::default(), puppet);
    harness.open();
    harness.refuse();
    assert_eq!((harness.name(), harness.sockets.len()), ("connecting", 2));
    assert_eq!(harness.sockets[1].target, elsewhere);
    harness.accept();
    assert_eq!(harness.name(), "open");
    harness.server_closes(1001, "");
    assert_eq!(
        (harness.name(), harness.sockets.len()),
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
    let mut harness = Harness::new(Config::default(), puppet);
    harness.open();
    for _ in 0..9 {
        harness.advance_secs(1);
        harness.refuse();
    }
    assert_eq!(harness.name(), "connecting");
    harness.advance_secs(1);
    assert_eq!(harness.name(), "waiting");
}

#[test]
fn a_dead_link_is_abandoned_at_once_and_the_next_attempt_scheduled() {
    let puppet = Puppet {
        answers: true,
        ..Puppet::default()
    };
    let mut harness = Harness::new(Config::default(), puppet).connected();
    let dead = harness.socket();
    harness.advance_secs(10);
    assert_eq!(harness.socket_state(dead), SocketState::Abandoned);
    assert_eq!(harness.name(), "waiting");
    assert!(
        harness
            .events
            .contains(&Event::Disconnected(Disconnect::Silent))
    );
    harness.advance_to_timer();
    assert_eq!(harness.name(), "connecting");
    assert_ne!(harness.socket(), dead);
}

#[test]
fn a_session_that_gives_up_its_socket_waits_for_no_close_event() {
    let mut harness = Harness::new(Config::default(), Puppet::default()).connected();
    harness.hear("reconnect lost the session");
    assert_eq!(
        harness.socket_state(harness.socket()),
        SocketState::Abandoned
    );
    assert_eq!(harness.name(), "waiting");
    let why = Disconnect::Session(Reason::Server("lost the session".into()));
    assert!(harness.events.contains(&Event::Disconnected(why)));
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
    let mut harness = Harness::new(Config::default(), puppet).connected();
    harness.breaks();
    let State::Waiting { until } = *harness.state() else {
        panic!("not waiting")
    };
    assert_eq!(harness.connection.poll_timeout(), Some(until));
}
