//! Rule 7: what a heartbeat is, and what counts as life.

use super::*;

#[test]
fn the_first_heartbeat_goes_at_once_and_then_one_each_interval() {
    let mut harness = answering();
    assert_eq!(beats(&harness), 1);
    harness.advance_secs(200);
    assert_eq!(beats(&harness), 11);
    assert_eq!(harness.name(), "open");
}

#[test]
fn by_default_the_first_heartbeat_goes_after_a_second() {
    let session = Box::new(Puppet::default());
    let mut harness = Harness::with_config(Config::default(), session).connected();
    harness.advance(millis(999));
    assert_eq!(beats(&harness), 0);
    harness.advance(millis(1));
    assert_eq!(beats(&harness), 1);
    harness.hear("chatter does not change the next one");
    harness.advance_secs(20);
    assert_eq!(beats(&harness), 2);
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
        ..Config::default()
    };
    let mut harness = Harness::with_config(config, Box::new(Puppet::default())).connected();
    harness.advance_secs(2);
    assert_eq!(beats(&harness), 1);
}

fn raw() -> Harness {
    let config = Config {
        heartbeat: HeartbeatSetting::Off,
        ..Config::default()
    };
    Harness::raw_with(config).connected()
}

#[test]
fn after_a_sleep_a_link_that_cannot_be_asked_is_made_anew_at_once() {
    let mut harness = raw();
    harness.advance_secs(3_600);
    let old = harness.socket();
    harness.take_events();
    harness.sleep(secs(3_600));
    assert_eq!(harness.socket_state(old), SocketState::Abandoned);
    assert_eq!(harness.states(), ["connecting"]);
    assert!(
        harness
            .events
            .contains(&Event::Disconnected(Disconnect::Stale))
    );
}

#[test]
fn a_change_of_tabs_changes_no_link() {
    let mut harness = raw();
    for _ in 0..20 {
        // A hidden tab's timers fire once a minute.
        harness.sleep(secs(60));
        harness.input(Input::Resumed);
    }
    assert_eq!((harness.name(), harness.sockets.len()), ("open", 1));
}

#[test]
fn a_change_of_network_makes_a_link_anew_that_cannot_be_asked() {
    let mut harness = raw();
    harness.input(Input::Online(true));
    assert_eq!(harness.sockets.len(), 1);
    harness.input(Input::Online(false));
    harness.input(Input::Online(true));
    assert_eq!((harness.name(), harness.sockets.len()), ("connecting", 2));
}

#[test]
fn a_link_that_answers_is_asked_and_kept() {
    let mut harness = answering();
    harness.advance_secs(10);
    harness.sleep(secs(3_600));
    harness.input(Input::Online(false));
    harness.input(Input::Online(true));
    assert_eq!(harness.sockets.len(), 1);
}

#[test]
fn an_app_may_set_how_long_a_server_may_be_silent() {
    let config = Config {
        silence_limit: Some(secs(40)),
        ..Config::default()
    };
    let mut harness = Harness::raw_with(config).connected();
    harness.advance_secs(39);
    harness.hear("tick");
    harness.advance_secs(39);
    assert_eq!(harness.name(), "open");
    harness.advance_secs(1);
    assert!(is_silent(&harness));
}

#[test]
fn it_is_known_when_a_link_was_heard_last() {
    let mut harness = raw();
    harness.advance_secs(5);
    harness.hear("x");
    let heard = harness.now;
    harness.advance_secs(180);
    assert_eq!(harness.connection.last_heard(), Some(heard));
    harness.breaks();
    assert_eq!(harness.connection.last_heard(), None);
}

#[test]
fn a_heartbeat_at_every_moment_is_no_storm() {
    let heartbeat = HeartbeatSetting::Every(Heartbeat {
        send_every: Duration::ZERO,
        expect_within: secs(5),
    });
    let config = Config {
        heartbeat,
        ..Config::default()
    };
    let mut harness = Harness::new(config, Puppet::default()).connected();
    for _ in 0..100 {
        harness.hear("pong");
        harness.advance(millis(10));
    }
    assert_eq!(beats(&harness), 2);
}

/// The server's own words may wait behind the late timer.
#[test]
fn a_sessions_timer_that_fires_late_waits_for_what_is_behind_it() {
    let reconnect = Action::Reconnect(Reason::App("too late".into()));
    let session = Puppet {
        timer: Some((millis(300), reconnect)),
        ..Puppet::default()
    };
    let mut harness = Harness::new(Config::default(), session).connected();
    harness.sleep(millis(400));
    assert_eq!(harness.name(), "open");
    harness.advance(millis(99));
    assert_eq!(harness.name(), "open");
    harness.advance(millis(1));
    assert_eq!(harness.name(), "waiting");
}

#[test]
fn an_unanswered_heartbeat_ends_the_link_after_its_deadline() {
    let mut harness = puppet(true);
    harness.advance(millis(9_999));
    assert_eq!(harness.name(), "open");
    harness.advance(millis(1));
    assert!(is_silent(&harness));
}

#[test]
fn a_server_that_never_answers_gets_no_deadline() {
    let mut harness = puppet(false);
    harness.advance_secs(24 * 3600);
    assert_eq!((harness.name(), harness.sockets.len()), ("open", 1));
}

#[test]
fn any_traffic_counts_as_life() {
    let mut harness = puppet(true);
    for _ in 0..100 {
        harness.advance_secs(9);
        harness.hear("chatter");
    }
    assert_eq!((harness.name(), harness.sockets.len()), ("open", 1));
}

#[test]
fn an_unreadable_frame_counts_as_life_too() {
    let mut harness = puppet(true);
    for _ in 0..20 {
        harness.advance_secs(9);
        harness.hear("bad");
    }
    assert_eq!(harness.name(), "open");
}

#[test]
fn later_heartbeats_do_not_postpone_an_open_deadline() {
    let heartbeat = HeartbeatSetting::Every(Heartbeat {
        send_every: secs(1),
        expect_within: secs(5),
    });
    let config = Config {
        heartbeat,
        ..Config::default()
    };
    let puppet = Puppet {
        answers: true,
        ..Puppet::default()
    };
    let mut harness = Harness::new(config, puppet).connected();
    harness.advance_secs(5);
    assert!(is_silent(&harness));
}

#[test]
fn without_a_heartbeat_nothing_is_sent_and_nothing_expected() {
    let config = Config {
        heartbeat: HeartbeatSetting::Off,
        ..Config::default()
    };
    let puppet = Puppet {
        answers: true,
        ..Puppet::default()
    };
    let mut harness = Harness::new(config, puppet).connected();
    harness.advance_secs(3600);
    harness.input(Input::Resumed);
    harness.advance_secs(3600);
    assert_eq!((harness.name(), beats(&harness)), ("open", 0));
}

#[test]
fn a_protocol_that_promises_traffic_is_held_to_it() {
    let puppet = Puppet {
        silence_limit: Some(secs(45)),
        ..Puppet::default()
    };
    let config = Config {
        heartbeat: HeartbeatSetting::Off,
        ..Config::default()
    };
    let mut harness = Harness::new(config, puppet).connected();
    harness.advance_secs(44);
    harness.hear("hi");
    harness.advance_secs(44);
    assert_eq!(harness.name(), "open");
    harness.advance_secs(1);
    assert!(is_silent(&harness));
}

#[test]
fn heartbeats_stop_with_the_link() {
    let mut harness = answering();
    let old = harness.socket();
    harness.breaks();
    harness.advance_to_timer();
    harness.accept();
    harness.advance_secs(100);
    let old = harness
        .sockets
        .iter()
        .find(|socket| socket.id == old)
        .expect("known");
    assert_eq!(old.sent.len(), 1);
    assert_eq!(beats(&harness), 6);
}

#[test]
fn latency_is_the_time_of_the_answered_heartbeat() {
    let mut harness = answering();
    harness.latency = millis(70);
    harness.advance_secs(41);
    assert_eq!(latencies(&harness), [millis(20), millis(70), millis(70)]);
}

#[test]
fn latency_does_not_count_from_a_heartbeat_that_nobody_answered() {
    let mut harness = puppet(false);
    harness.advance_secs(60);
    harness.advance(millis(30));
    harness.hear("pong");
    assert_eq!(latencies(&harness), [millis(30)]);
}

#[test]
fn latency_does_not_reach_across_sockets() {
    let mut harness = puppet(true);
    harness.breaks();
    harness.advance_to_timer();
    harness.accept();
    harness.advance(millis(30));
    harness.hear("pong");
    assert_eq!(latencies(&harness), [millis(30)]);
}

#[test]
fn an_answer_is_no_message() {
    let mut harness = answering();
    harness.advance_secs(100);
    assert!(harness.shown().is_empty());
}

#[test]
fn a_message_that_comes_before_the_late_timer_waits_for_the_new_link() {
    let mut harness = raw();
    harness.advance_secs(60);
    let old = harness.socket();
    // The laptop wakes, and a person is quicker than the timers.
    harness.now = harness.now + secs(3_600);
    let id = harness.say("hi");
    assert_eq!(harness.socket_state(old), SocketState::Abandoned);
    assert_eq!(harness.sent().len(), 0);
    harness.accept();
    assert_eq!(harness.sent(), ["hi"]);
    assert_eq!(harness.fate(id), [Delivery::Queued, Delivery::Sent]);
}

#[test]
fn a_link_whose_heartbeats_were_turned_off_is_trusted_no_longer_than_one_without() {
    let config = Config {
        heartbeat: HeartbeatSetting::Every(Heartbeat::every(secs(20))),
        ..Config::default()
    };
    let mut harness = Harness::new(config, JsonSession::default());
    harness.serve(|message| match message.as_text() {
        Some(text) if text.contains("ping") => vec![text.replace("ping", "pong").as_str().into()],
        _ => Vec::new(),
    });
    let mut harness = harness.connected();
    harness.advance_secs(60);
    assert!(!latencies(&harness).is_empty(), "it answers");
    harness.input(Input::Heartbeat(HeartbeatSetting::Off));
    harness.advance_secs(60);
    let old = harness.socket();
    harness.sleep(secs(3_600));
    assert_eq!(harness.socket_state(old), SocketState::Abandoned);
    assert!(!is_silent(&harness));
}

/// A hidden tab's timers fire once a minute, and its messages arrive in time.
#[test]
fn a_heartbeat_that_is_overdue_goes_out_with_what_arrives() {
    let mut harness = puppet(false);
    harness.now = harness.now + secs(21);
    harness.hear("hi");
    assert_eq!(beats(&harness), 2);
    harness.now = harness.now + secs(19);
    harness.hear("hi");
    assert_eq!(beats(&harness), 2, "the next one is not due yet");
}
