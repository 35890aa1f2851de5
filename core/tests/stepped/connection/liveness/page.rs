//! Rule 9: a page that comes back, and one that is offline.

use super::*;

#[test]
fn a_page_that_comes_back_probes_with_a_short_deadline() {
    let mut world = puppet(true);
    world.hear("hi");
    world.advance_secs(2);
    world.input(Input::Resumed);
    assert_eq!(beats(&world), 2);
    world.advance(millis(2_999));
    assert_eq!(world.name(), "open");
    world.advance(millis(1));
    assert!(is_silent(&world));
    assert_eq!(world.socket_state(world.socket()), SocketState::Abandoned);
}

#[test]
fn a_probe_that_is_answered_keeps_the_link() {
    let mut world = answering();
    world.advance_secs(5);
    world.input(Input::Resumed);
    world.advance_secs(300);
    assert_eq!((world.name(), world.sockets.len()), ("open", 1));
}

#[test]
fn a_probe_of_a_server_that_never_answers_has_no_deadline() {
    let mut world = puppet(false);
    world.advance_secs(5);
    world.input(Input::Resumed);
    world.advance_secs(3600);
    assert_eq!(world.sockets.len(), 1);
}

#[test]
fn several_page_events_at_once_make_one_probe() {
    let mut world = answering();
    world.advance_secs(5);
    world.input(Input::Resumed);
    world.input(Input::Resumed);
    world.input(Input::Online(false));
    world.input(Input::Online(true));
    world.advance(millis(100));
    world.input(Input::Resumed);
    assert_eq!(beats(&world), 2);
    world.advance_secs(5);
    world.input(Input::Resumed);
    assert_eq!(beats(&world), 3, "but a later one probes again");
}

#[test]
fn the_online_event_probes_even_where_offline_was_never_told() {
    let mut world = answering();
    world.advance_secs(5);
    world.input(Input::Online(true));
    assert_eq!(beats(&world), 2);
}

#[test]
fn coming_back_while_waiting_tries_now() {
    for input in [Input::Resumed, Input::Online(true)] {
        let mut world = World::raw_with(Config {
            min_reconnect_delay: secs(10),
            ..Config::new(URL)
        });
        world.open();
        world.advance_secs(3);
        world.input(Input::Online(false));
        world.breaks();
        world.input(Input::Online(true));
        world.input(input);
        assert_eq!(world.name(), "waiting", "the last attempt was a moment ago");
        world.advance_secs(8);
        world.input(Input::Resumed);
        assert_eq!(world.name(), "connecting");
    }
}

#[test]
fn page_events_in_a_row_do_not_hammer_a_server_that_refuses() {
    let mut world = World::raw();
    world.open();
    for _ in 0..100 {
        world.refuse();
        world.input(Input::Resumed);
        if world.name() == "waiting" {
            world.advance(millis(10));
            world.input(Input::Resumed);
        }
        if world.name() == "waiting" {
            world.advance_to_timer();
        }
    }
    let seconds = (world.now - crate::world::START).as_secs_f64();
    assert!(seconds > 49.0, "100 attempts in {seconds} s");
}

#[test]
fn offline_nothing_is_tried() {
    let mut world = World::raw();
    world.input(Input::Online(false));
    world.open();
    world.input(Input::RetryNow);
    world.input(Input::Resumed);
    world.advance_secs(3600);
    assert_eq!((world.name(), world.sockets.len()), ("waiting", 0));
    assert!(
        world
            .events
            .contains(&Event::Disconnected(Disconnect::Offline))
    );
}

#[test]
fn being_offline_is_told_once_and_not_at_each_look() {
    let mut world = World::raw();
    world.input(Input::Online(false));
    world.open();
    world.advance_secs(3600);
    let offline = Event::Disconnected(Disconnect::Offline);
    assert_eq!(
        world
            .events
            .iter()
            .filter(|event| **event == offline)
            .count(),
        1
    );
}

#[test]
fn being_offline_costs_no_attempts() {
    let mut world = World::raw_with(Config {
        max_attempts: Some(2),
        ..Config::new(URL)
    });
    world.input(Input::Online(false));
    world.open();
    world.advance_secs(3600);
    world.input(Input::Online(true));
    world.refuse();
    assert_eq!(world.name(), "waiting");
}

#[test]
fn back_online_it_tries_at_once() {
    let mut world = World::raw().connected();
    world.input(Input::Online(false));
    world.breaks();
    world.advance_secs(60);
    assert_eq!(world.sockets.len(), 1);
    world.input(Input::Online(true));
    assert_eq!((world.name(), world.sockets.len()), ("connecting", 2));
}

#[test]
fn loopback_needs_no_network() {
    for url in [
        "ws://127.0.0.1:4181/channel",
        "ws://localhost:1",
        "ws://[::1]:1",
    ] {
        let mut world = World::raw_with(Config::new(url));
        world.input(Input::Online(false));
        world.open();
        assert_eq!(world.name(), "connecting", "{url}");
    }
}

#[test]
fn going_offline_does_not_end_an_open_link() {
    let mut world = answering();
    world.input(Input::Online(false));
    world.advance_secs(60);
    assert_eq!(world.name(), "open");
}

#[test]
fn a_page_from_the_back_forward_cache_reconnects() {
    let mut world = answering();
    // The browser disconnected it; first the page is told that it is back, then the socket's events come.
    world.sleep(secs(600));
    world.input(Input::Resumed);
    world.breaks();
    world.input(Input::Resumed);
    assert_eq!((world.name(), world.sockets.len()), ("connecting", 2));
}

#[test]
fn a_slow_upload_that_makes_headway_is_alive_and_one_that_stands_still_is_not() {
    let mut world = puppet(true);
    // The heartbeat stands behind a megabyte in the socket's buffer, which shrinks by little.
    for left in (1..=10).rev() {
        world.sockets[0].buffered = left * 100_000;
        world.advance_secs(7);
    }
    assert_eq!((world.name(), world.sockets.len()), ("open", 1));
    world.advance_secs(20);
    assert!(is_silent(&world));
}
