//! Rules 7 to 9: heartbeats, late timers, and what the page tells.

use std::time::Duration;

use leptos_chat_core::connection::{Config, Disconnect, Event, Input};
use leptos_chat_core::session::json::JsonSession;
use leptos_chat_core::session::{Action, Heartbeat, HeartbeatSetting, Reason};

use crate::world::{SocketState, URL, World, puppet::Puppet};
use crate::{millis, secs};

fn puppet(answers: bool) -> World {
    let puppet = Puppet {
        answers,
        ..Puppet::default()
    };
    World::new(Config::new(URL), puppet).connected()
}

/// A server that answers each heartbeat.
fn answering() -> World {
    let puppet = Puppet {
        answers: true,
        ..Puppet::default()
    };
    let mut world = World::new(Config::new(URL), puppet);
    world.serve(|message| match message.as_text() {
        Some("beat") => vec!["pong".into()],
        _ => Vec::new(),
    });
    world.connected()
}

fn beats(world: &World) -> usize {
    world.sent().iter().filter(|text| *text == "beat").count()
}

fn is_silent(world: &World) -> bool {
    world
        .events
        .contains(&Event::Disconnected(Disconnect::Silent))
}

fn latencies(world: &World) -> Vec<std::time::Duration> {
    let latencies = world.events.iter().filter_map(|event| match event {
        Event::Latency(latency) => Some(*latency),
        _ => None,
    });
    latencies.collect()
}

// Rule 7

#[test]
fn the_first_heartbeat_goes_at_once_and_then_one_each_interval() {
    let mut world = answering();
    assert_eq!(beats(&world), 1);
    world.advance_secs(200);
    assert_eq!(beats(&world), 11);
    assert_eq!(world.name(), "open");
}

#[test]
fn by_default_the_first_heartbeat_goes_after_a_second() {
    let session = Box::new(Puppet::default());
    let mut world = World::with_config(Config::new(URL), session).connected();
    world.advance(millis(999));
    assert_eq!(beats(&world), 0);
    world.advance(millis(1));
    assert_eq!(beats(&world), 1);
    world.hear("chatter does not change the next one");
    world.advance_secs(20);
    assert_eq!(beats(&world), 2);
}

#[test]
fn the_first_heartbeat_is_not_later_than_the_others() {
    let heartbeat = HeartbeatSetting::Every(Heartbeat {
        send_every: secs(2),
        expect_within: secs(5),
    });
    let config = Config {
        heartbeat,
        first_heartbeat: secs(5),
        ..Config::new(URL)
    };
    let mut world = World::with_config(config, Box::new(Puppet::default())).connected();
    world.advance_secs(2);
    assert_eq!(beats(&world), 1);
}

fn raw() -> World {
    let config = Config {
        heartbeat: HeartbeatSetting::Off,
        ..Config::new(URL)
    };
    World::raw_with(config).connected()
}

#[test]
fn after_a_sleep_a_link_that_cannot_be_asked_is_made_anew_at_once() {
    let mut world = raw();
    world.advance_secs(3_600);
    let old = world.socket();
    world.take_events();
    world.sleep(secs(3_600));
    assert_eq!(world.socket_state(old), SocketState::Abandoned);
    assert_eq!(world.states(), ["connecting"]);
    assert!(
        world
            .events
            .contains(&Event::Disconnected(Disconnect::Stale))
    );
}

#[test]
fn a_change_of_tabs_changes_no_link() {
    let mut world = raw();
    for _ in 0..20 {
        // A hidden tab's timers fire once a minute.
        world.sleep(secs(60));
        world.input(Input::Resumed);
    }
    assert_eq!((world.name(), world.sockets.len()), ("open", 1));
}

#[test]
fn a_change_of_network_makes_a_link_anew_that_cannot_be_asked() {
    let mut world = raw();
    world.input(Input::Online(true));
    assert_eq!(world.sockets.len(), 1);
    world.input(Input::Online(false));
    world.input(Input::Online(true));
    assert_eq!((world.name(), world.sockets.len()), ("connecting", 2));
}

#[test]
fn a_link_that_answers_is_asked_and_kept() {
    let mut world = answering();
    world.advance_secs(10);
    world.sleep(secs(3_600));
    world.input(Input::Online(false));
    world.input(Input::Online(true));
    assert_eq!(world.sockets.len(), 1);
}

#[test]
fn an_app_may_set_how_long_a_server_may_be_silent() {
    let config = Config {
        silence_limit: Some(secs(40)),
        ..Config::new(URL)
    };
    let mut world = World::raw_with(config).connected();
    world.advance_secs(39);
    world.hear("tick");
    world.advance_secs(39);
    assert_eq!(world.name(), "open");
    world.advance_secs(1);
    assert!(is_silent(&world));
}

#[test]
fn it_is_known_when_a_link_was_heard_last() {
    let mut world = raw();
    world.advance_secs(5);
    world.hear("x");
    let heard = world.now;
    world.advance_secs(180);
    assert_eq!(world.connection.last_heard(), Some(heard));
    world.breaks();
    assert_eq!(world.connection.last_heard(), None);
}

#[test]
fn a_heartbeat_at_every_moment_is_no_storm() {
    let heartbeat = HeartbeatSetting::Every(Heartbeat {
        send_every: Duration::ZERO,
        expect_within: secs(5),
    });
    let config = Config {
        heartbeat,
        ..Config::new(URL)
    };
    let mut world = World::new(config, Puppet::default()).connected();
    for _ in 0..100 {
        world.hear("pong");
        world.advance(millis(10));
    }
    assert_eq!(beats(&world), 2);
}

/// The server's own words may wait behind the late timer.
#[test]
fn a_sessions_timer_that_fires_late_waits_for_what_is_behind_it() {
    let reconnect = Action::Reconnect(Reason::App("too late".into()));
    let session = Puppet {
        timer: Some((millis(300), reconnect)),
        ..Puppet::default()
    };
    let mut world = World::new(Config::new(URL), session).connected();
    world.sleep(millis(400));
    assert_eq!(world.name(), "open");
    world.advance(millis(99));
    assert_eq!(world.name(), "open");
    world.advance(millis(1));
    assert_eq!(world.name(), "waiting");
}

#[test]
fn an_unanswered_heartbeat_ends_the_link_after_its_deadline() {
    let mut world = puppet(true);
    world.advance(millis(9_999));
    assert_eq!(world.name(), "open");
    world.advance(millis(1));
    assert!(is_silent(&world));
}

#[test]
fn a_server_that_never_answers_gets_no_deadline() {
    let mut world = puppet(false);
    world.advance_secs(24 * 3600);
    assert_eq!((world.name(), world.sockets.len()), ("open", 1));
}

#[test]
fn any_traffic_counts_as_life() {
    let mut world = puppet(true);
    for _ in 0..100 {
        world.advance_secs(9);
        world.hear("chatter");
    }
    assert_eq!((world.name(), world.sockets.len()), ("open", 1));
}

#[test]
fn an_unreadable_frame_counts_as_life_too() {
    let mut world = puppet(true);
    for _ in 0..20 {
        world.advance_secs(9);
        world.hear("bad");
    }
    assert_eq!(world.name(), "open");
}

#[test]
fn later_heartbeats_do_not_postpone_an_open_deadline() {
    let heartbeat = HeartbeatSetting::Every(Heartbeat {
        send_every: secs(1),
        expect_within: secs(5),
    });
    let config = Config {
        heartbeat,
        ..Config::new(URL)
    };
    let puppet = Puppet {
        answers: true,
        ..Puppet::default()
    };
    let mut world = World::new(config, puppet).connected();
    world.advance_secs(5);
    assert!(is_silent(&world));
}

#[test]
fn without_a_heartbeat_nothing_is_sent_and_nothing_expected() {
    let config = Config {
        heartbeat: HeartbeatSetting::Off,
        ..Config::new(URL)
    };
    let puppet = Puppet {
        answers: true,
        ..Puppet::default()
    };
    let mut world = World::new(config, puppet).connected();
    world.advance_secs(3600);
    world.input(Input::Resumed);
    world.advance_secs(3600);
    assert_eq!((world.name(), beats(&world)), ("open", 0));
}

#[test]
fn a_protocol_that_promises_traffic_is_held_to_it() {
    let puppet = Puppet {
        silence_limit: Some(secs(45)),
        ..Puppet::default()
    };
    let config = Config {
        heartbeat: HeartbeatSetting::Off,
        ..Config::new(URL)
    };
    let mut world = World::new(config, puppet).connected();
    world.advance_secs(44);
    world.hear("hi");
    world.advance_secs(44);
    assert_eq!(world.name(), "open");
    world.advance_secs(1);
    assert!(is_silent(&world));
}

#[test]
fn heartbeats_stop_with_the_link() {
    let mut world = answering();
    let old = world.socket();
    world.breaks();
    world.advance_to_timer();
    world.accept();
    world.advance_secs(100);
    let old = world
        .sockets
        .iter()
        .find(|socket| socket.id == old)
        .expect("known");
    assert_eq!(old.sent.len(), 1);
    assert_eq!(beats(&world), 6);
}

#[test]
fn latency_is_the_time_of_the_answered_heartbeat() {
    let mut world = answering();
    world.latency = millis(70);
    world.advance_secs(41);
    assert_eq!(latencies(&world), [millis(20), millis(70), millis(70)]);
}

#[test]
fn latency_does_not_count_from_a_heartbeat_that_nobody_answered() {
    let mut world = puppet(false);
    world.advance_secs(60);
    world.advance(millis(30));
    world.hear("pong");
    assert_eq!(latencies(&world), [millis(30)]);
}

#[test]
fn latency_does_not_reach_across_sockets() {
    let mut world = puppet(true);
    world.breaks();
    world.advance_to_timer();
    world.accept();
    world.advance(millis(30));
    world.hear("pong");
    assert_eq!(latencies(&world), [millis(30)]);
}

#[test]
fn an_answer_is_no_message() {
    let mut world = answering();
    world.advance_secs(100);
    assert!(world.shown().is_empty());
}

// Rule 8

#[test]
fn a_late_timer_grants_grace_and_an_answer_behind_it_saves_the_link() {
    let mut world = answering();
    world.advance(millis(19_990));
    world.latency = secs(1);
    world.advance(millis(20));
    assert_eq!(beats(&world), 2);
    // The answer is on its way when the lid closes.
    world.sleep(secs(3600));
    world.advance_secs(100);
    assert_eq!((world.name(), world.sockets.len()), ("open", 1));
}

#[test]
fn a_late_timer_judges_after_its_grace() {
    let mut world = puppet(true);
    world.sleep(secs(3600));
    assert_eq!(world.name(), "open");
    world.advance(millis(999));
    assert_eq!(world.name(), "open");
    world.advance(millis(1));
    assert!(is_silent(&world));
}

#[test]
fn a_timer_that_is_a_little_late_judges_at_once() {
    let mut world = puppet(true);
    world.advance_secs(9);
    world.sleep(millis(1050));
    assert!(is_silent(&world));
}

#[test]
fn grace_is_given_once_even_where_every_timer_is_late() {
    let mut world = puppet(true);
    // A background tab whose timers fire once a minute.
    for _ in 0..3 {
        world.sleep(secs(60));
    }
    assert!(is_silent(&world), "a dead link lives on in a throttled tab");
}

#[test]
fn a_dead_link_is_noticed_while_somebody_keeps_writing() {
    let mut world = answering();
    world.advance_secs(5);
    // From here on nothing arrives. Each line stands in the browser's buffer for a moment, and has gone when the next is written.
    world.serve(|_| Vec::new());
    let Heartbeat {
        send_every,
        expect_within,
    } = Heartbeat::default();
    for _ in 0..(send_every + expect_within).as_secs() {
        world.clogged = true;
        world.say("is anybody there?");
        world.advance_secs(1);
        world.unclog();
    }
    assert!(is_silent(&world));
}

#[test]
fn a_page_that_is_told_of_its_waking_gives_grace_anew() {
    let mut world = puppet(true);
    // A throttled timer uses the grace; then the page is frozen, and the answer waits.
    world.sleep(secs(60));
    world.now = world.now + secs(60);
    world.input(Input::Resumed);
    world.input(Input::Timeout);
    assert_eq!(world.name(), "open");
    world.hear("pong");
    world.advance_secs(5);
    assert_eq!((world.name(), world.sockets.len()), ("open", 1));
}

#[test]
fn a_late_deadline_of_an_attempt_gets_grace() {
    let mut world = World::raw();
    world.open();
    world.sleep(secs(60));
    assert_eq!(world.name(), "connecting");
    world.accept();
    assert_eq!(world.name(), "open");
    world.advance_secs(60);
    assert_eq!(world.sockets.len(), 1);
}

#[test]
fn a_late_silence_gets_grace() {
    let puppet = Puppet {
        silence_limit: Some(secs(45)),
        ..Puppet::default()
    };
    let mut world = World::new(Config::new(URL), puppet).connected();
    world.sleep(secs(600));
    assert_eq!(world.name(), "open");
    world.hear("still here");
    world.advance_secs(40);
    assert_eq!(world.name(), "open");
}

#[test]
fn a_page_that_stood_still_grants_grace_to_a_deadline_that_has_just_come() {
    let puppet = Puppet {
        silence_limit: Some(secs(45)),
        ..Puppet::default()
    };
    let mut world = World::new(Config::new(URL), puppet).connected();
    world.advance_secs(21);
    // The heartbeat is five seconds late, the silence ten milliseconds.
    world.sleep(millis(24_010));
    assert_eq!(world.name(), "open");
    world.hear("it waited behind the timer");
    world.advance_secs(2);
    assert_eq!(world.name(), "open");
}

#[test]
fn a_late_retry_is_made_at_once() {
    let mut world = World::raw().connected();
    world.breaks();
    world.sleep(secs(600));
    assert_eq!(world.name(), "connecting");
}

#[test]
fn a_long_sleep_sends_one_heartbeat_not_one_for_each_missed() {
    let mut world = puppet(true);
    world.hear("pong");
    world.sleep(secs(3600));
    assert_eq!(beats(&world), 2);
}

// Rule 9

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

// Links that end when nothing is said

fn hints(world: &World) -> Vec<u64> {
    let hints = world.events.iter().filter_map(|event| match event {
        Event::Hint(Reason::EndsWhenSilent { seconds }) => Some(*seconds),
        _ => None,
    });
    hints.collect()
}

fn ends_after(world: &mut World, seconds: u64) {
    world.advance_secs(seconds);
    world.breaks();
    world.advance_to_timer();
    world.accept();
}

#[test]
fn two_ends_after_the_same_silence_are_told_and_heartbeats_keep_the_link() {
    let mut world = World::raw();
    world.open();
    world.accept();
    world.hear("a line");
    world.advance_secs(30);
    world.say("another");
    ends_after(&mut world, 60);
    assert!(hints(&world).is_empty());
    world.hear("a third");
    ends_after(&mut world, 60);
    assert_eq!(hints(&world), [60]);
}

#[test]
fn links_that_end_after_other_silences_or_beside_heartbeats_say_nothing_of_silence() {
    let mut world = World::raw();
    world.open();
    world.accept();
    for seconds in [60, 20, 90] {
        ends_after(&mut world, seconds);
    }
    assert!(hints(&world).is_empty());
    let mut world = answering();
    for _ in 0..2 {
        ends_after(&mut world, 10);
    }
    assert!(hints(&world).is_empty());
}

#[test]
fn heartbeats_that_are_turned_on_begin_at_once_and_stop_when_they_are_turned_off() {
    let mut world = World::new(Config::new(URL), JsonSession::default()).connected();
    world.advance_secs(60);
    assert_eq!(world.sent().len(), 0);
    let every = HeartbeatSetting::Every(Heartbeat::every(secs(20)));
    world.input(Input::Heartbeat(every));
    world.advance_secs(59);
    assert_eq!(world.sent().len(), 3);
    world.input(Input::Heartbeat(HeartbeatSetting::Off));
    world.advance_secs(60);
    assert_eq!(world.sent().len(), 3);
}
