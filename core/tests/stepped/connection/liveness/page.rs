//! Rule 9: a page that comes back, and one that is offline.

use super::*;

#[test]
fn a_page_that_comes_back_probes_with_a_short_deadline() {
    let mut harness = puppet(true);
    harness.hear("hi");
    harness.advance_secs(2);
    harness.input(Input::Resumed);
    assert_eq!(beats(&harness), 2);
    harness.advance(millis(2_999));
    assert_eq!(harness.name(), "open");
    harness.advance(millis(1));
    assert!(is_silent(&harness));
    assert_eq!(
        harness.socket_state(harness.socket()),
        SocketState::Abandoned
    );
}

#[test]
fn a_probe_that_is_answered_keeps_the_link() {
    let mut harness = answering();
    harness.advance_secs(5);
    harness.input(Input::Resumed);
    harness.advance_secs(300);
    assert_eq!((harness.name(), harness.sockets.len()), ("open", 1));
}

#[test]
fn a_probe_of_a_server_that_never_answers_has_no_deadline() {
    let mut harness = puppet(false);
    harness.advance_secs(5);
    harness.input(Input::Resumed);
    harness.advance_secs(3600);
    assert_eq!(harness.sockets.len(), 1);
}

#[test]
fn several_page_events_at_once_make_one_probe() {
    let mut harness = answering();
    harness.advance_secs(5);
    harness.input(Input::Resumed);
    harness.input(Input::Resumed);
    harness.input(Input::Online(false));
    harness.input(Input::Online(true));
    harness.advance(millis(100));
    harness.input(Input::Resumed);
    assert_eq!(beats(&harness), 2);
    harness.advance_secs(5);
    harness.input(Input::Resumed);
    assert_eq!(beats(&harness), 3, "but a later one probes again");
}

#[test]
fn the_online_event_probes_even_where_offline_was_never_told() {
    let mut harness = answering();
    harness.advance_secs(5);
    harness.input(Input::Online(true));
    assert_eq!(beats(&harness), 2);
}

#[test]
fn coming_back_while_waiting_tries_now() {
    for input in [Input::Resumed, Input::Online(true)] {
        let mut harness = Harness::raw_with(Config {
            min_reconnect_delay: secs(10),
            ..Config::default()
        });
        harness.open();
        harness.advance_secs(3);
        harness.input(Input::Online(false));
        harness.breaks();
        harness.input(Input::Online(true));
        harness.input(input);
        assert_eq!(
            harness.name(),
            "waiting",
            "the last attempt was a moment ago"
        );
        harness.advance_secs(8);
        harness.input(Input::Resumed);
        assert_eq!(harness.name(), "connecting");
    }
}

#[test]
fn page_events_in_a_row_do_not_hammer_a_server_that_refuses() {
    let mut harness = Harness::raw();
    harness.open();
    for _ in 0..100 {
        harness.refuse();
        harness.input(Input::Resumed);
        if harness.name() == "waiting" {
            harness.advance(millis(10));
            harness.input(Input::Resumed);
        }
        if harness.name() == "waiting" {
            harness.advance_to_timer();
        }
    }
    let seconds = (harness.now - crate::harness::START).as_secs_f64();
    assert!(seconds > 49.0, "100 attempts in {seconds} s");
}

#[test]
fn offline_nothing_is_tried() {
    let mut harness = Harness::raw();
    harness.input(Input::Online(false));
    harness.open();
    harness.input(Input::RetryNow);
    harness.input(Input::Resumed);
    harness.advance_secs(3600);
    assert_eq!((harness.name(), harness.sockets.len()), ("waiting", 0));
    assert!(
        harness
            .events
            .contains(&Event::Disconnected(Disconnect::Offline))
    );
}

#[test]
fn being_offline_is_told_once_and_not_at_each_look() {
    let mut harness = Harness::raw();
    harness.input(Input::Online(false));
    harness.open();
    harness.advance_secs(3600);
    let offline = Event::Disconnected(Disconnect::Offline);
    assert_eq!(
        harness
            .events
            .iter()
            .filter(|event| **event == offline)
            .count(),
        1
    );
}

#[test]
fn being_offline_costs_no_attempts() {
    let mut harness = Harness::raw_with(Config {
        max_attempts: Some(2),
        ..Config::default()
    });
    harness.input(Input::Online(false));
    harness.open();
    harness.advance_secs(3600);
    harness.input(Input::Online(true));
    harness.refuse();
    assert_eq!(harness.name(), "waiting");
}

#[test]
fn back_online_it_tries_at_once() {
    let mut harness = Harness::raw().connected();
    harness.input(Input::Online(false));
    harness.breaks();
    harness.advance_secs(60);
    assert_eq!(harness.sockets.len(), 1);
    harness.input(Input::Online(true));
    assert_eq!((harness.name(), harness.sockets.len()), ("connecting", 2));
}

#[test]
fn loopback_needs_no_network() {
    for url in [
        "ws://127.0.0.1:4181/channel",
        "ws://localhost:1",
        "ws://[::1]:1",
    ] {
        let mut harness = Harness::to(fixed(url), Config::default(), Box::new(RawSession));
        harness.input(Input::Online(false));
        harness.open();
        assert_eq!(harness.name(), "connecting", "{url}");
    }
}

#[test]
fn going_offline_does_not_end_an_open_link() {
    let mut harness = answering();
    harness.input(Input::Online(false));
    harness.advance_secs(60);
    assert_eq!(harness.name(), "open");
}

#[test]
fn a_page_from_the_back_forward_cache_reconnects() {
    let mut harness = answering();
    // The browser disconnected it; first the page is told that it is back, then the socket's events come.
    harness.sleep(secs(600));
    harness.input(Input::Resumed);
    harness.breaks();
    harness.input(Input::Resumed);
    assert_eq!((harness.name(), harness.sockets.len()), ("connecting", 2));
}

#[test]
fn a_slow_upload_that_makes_headway_is_alive_and_one_that_stands_still_is_not() {
    let mut harness = puppet(true);
    // The heartbeat stands behind a megabyte in the socket's buffer, which shrinks by little.
    for left in (1..=10).rev() {
        harness.sockets[0].buffered = left * 100_000;
        harness.advance_secs(7);
    }
    assert_eq!((harness.name(), harness.sockets.len()), ("open", 1));
    harness.advance_secs(20);
    assert!(is_silent(&harness));
}

#[test]
fn a_second_after_a_probe_the_page_may_probe_again() {
    let mut harness = answering();
    harness.advance_secs(5);
    harness.input(Input::Resumed);
    harness.advance_secs(1);
    harness.input(Input::Resumed);
    assert_eq!(beats(&harness), 3);
}

/// The timer that says so may not have fired yet.
#[test]
fn a_link_that_was_long_open_and_is_made_anew_starts_the_count_of_failures_again() {
    let after = |open_for: u64| {
        let mut harness = Harness::raw_with(Config {
            heartbeat: HeartbeatSetting::Off,
            max_attempts: Some(3),
            ..Config::default()
        });
        harness.open();
        for _ in 0..2 {
            harness.refuse();
            harness.advance_to_timer();
        }
        harness.accept();
        harness.input(Input::Online(false));
        harness.now = harness.now + secs(open_for);
        harness.input(Input::Online(true));
        harness.refuse();
        harness.name()
    };
    assert_eq!(after(60), "waiting");
    assert_eq!(after(1), "closed");
}

#[test]
fn a_probe_shortens_the_deadline_of_a_heartbeat_that_is_awaited() {
    let mut harness = puppet(true);
    harness.advance_secs(2);
    harness.input(Input::Resumed);
    harness.advance(millis(2_999));
    assert_eq!(harness.name(), "open");
    harness.advance(millis(1));
    assert!(is_silent(&harness));
}

#[test]
fn what_was_sent_before_a_heartbeat_does_not_stand_behind_it() {
    let mut harness = puppet(true);
    harness.say("x".repeat(900_000).as_str());
    harness.hear("pong");
    harness.advance_secs(20);
    // The next heartbeat stands in the buffer, behind less than was sent all in all.
    for left in (1..=5).rev() {
        harness.sockets[0].buffered = left * 100_000;
        harness.input(Input::Timeout);
        harness.advance_secs(7);
    }
    assert_eq!((harness.name(), harness.sockets.len()), ("open", 1));
}

#[test]
fn a_buffer_that_drains_behind_the_heartbeat_puts_no_deadline_off() {
    let mut harness = puppet(true);
    harness.say("x".repeat(1_000).as_str());
    // The heartbeat went out before it: what still drains is the line.
    for left in (1..=9).rev() {
        harness.sockets[0].buffered = left * 100;
        harness.input(Input::Timeout);
        harness.advance(millis(1_100));
    }
    assert_eq!(harness.name(), "open");
    harness.advance(millis(100));
    assert!(is_silent(&harness));
}
