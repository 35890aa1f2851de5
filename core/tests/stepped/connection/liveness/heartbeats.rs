//! Rule 7: what a heartbeat is, and what counts as life.

use super::*;

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
