//! Rules 1 and 2: one live socket, and dead ones abandoned.

use super::*;

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
