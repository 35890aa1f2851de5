//! What ends links is not sent for ever, and what merely was on its way is not blamed.

use leptos_chat_core::connection::{Config, Delivery, Failure, Resend};
use leptos_chat_core::session::{Action, HeartbeatSetting, Reason};

use crate::harness::{Harness, puppet::Puppet};
use crate::{millis, secs};

fn harness() -> Harness {
    let config = Config {
        resend: Resend::Always,
        heartbeat: HeartbeatSetting::Off,
        ..Config::default()
    };
    Harness::new(config, Puppet::default()).connected()
}

fn again(harness: &mut Harness) {
    harness.advance_to_timer();
    harness.accept();
}

#[test]
fn a_message_that_the_server_closes_over_twice_is_given_up_with_its_size() {
    let mut harness = harness();
    let id = harness.say("too long for this server");
    harness.server_closes(1009, "");
    again(&mut harness);
    assert_eq!(harness.sent().last().unwrap(), "too long for this server");
    harness.server_closes(1009, "");
    let given_up = Delivery::Failed(Failure::EndsLinks { len: 24 });
    assert_eq!(harness.fate(id).last(), Some(&given_up));
    again(&mut harness);
    assert_eq!(harness.sent(), [""; 0]);
}

#[test]
fn after_a_burst_each_goes_alone_and_only_the_one_is_given_up() {
    let mut harness = harness();
    let ids = ["a", "poison", "b"].map(|text| harness.say(text));
    harness.server_closes(1009, "");
    again(&mut harness);
    assert_eq!(
        harness.sent(),
        ["again:", "a"],
        "the others wait for its fate"
    );
    harness.hear(format!("delivered {}", ids[0]));
    harness.server_closes(1009, "");
    again(&mut harness);
    let fates = ids.map(|id| harness.fate(id).last().unwrap().clone());
    let given_up = Delivery::Failed(Failure::EndsLinks { len: 6 });
    assert_eq!(fates[0], Delivery::Delivered);
    assert_eq!(fates[1], given_up);
    assert_eq!(harness.sent(), ["again:", "b"]);
}

#[test]
fn a_suspect_that_nobody_proves_holds_the_others_for_a_while_only() {
    let mut harness = harness();
    harness.say("a");
    harness.say("b");
    harness.server_closes(1009, "");
    again(&mut harness);
    assert_eq!(harness.sent(), ["again:", "a"]);
    harness.advance_secs(2);
    assert_eq!(harness.sent(), ["again:", "a", "again:", "b"]);
}

#[test]
fn links_that_drop_blame_nobody() {
    let mut harness = harness();
    let id = harness.say("written on a train");
    for _ in 0..10 {
        harness.breaks();
        again(&mut harness);
    }
    harness.server_closes(1012, "restarting");
    again(&mut harness);
    assert_eq!(harness.fate(id).last(), Some(&Delivery::Sent));
}

#[test]
fn a_close_long_after_a_message_is_not_over_it() {
    let mut harness = harness();
    let id = harness.say("x");
    for _ in 0..3 {
        harness.advance_secs(20);
        harness.server_closes(4000, "idle");
        again(&mut harness);
    }
    assert_eq!(harness.fate(id).last(), Some(&Delivery::Sent));
}

/// A handler that fails over a message closes with a handshake, and at once.
#[test]
fn a_message_that_the_server_closes_over_at_once_is_given_up_after_the_second_time() {
    let mut harness = harness();
    let id = harness.say("poison");
    for _ in 0..2 {
        harness.advance(millis(500));
        harness.server_closes(1011, "a bug");
        again(&mut harness);
    }
    let given_up = Delivery::Failed(Failure::EndsLinks { len: 6 });
    assert_eq!(harness.fate(id).last(), Some(&given_up));
}

#[test]
fn a_close_a_second_after_a_message_is_not_over_it() {
    let mut harness = harness();
    let id = harness.say("x");
    for _ in 0..3 {
        // Heard at once, so that it is known when the message left.
        harness.hear("welcome");
        harness.advance_secs(1);
        harness.server_closes(1011, "a bug");
        again(&mut harness);
    }
    assert_eq!(harness.fate(id).last(), Some(&Delivery::Sent));
}

#[test]
fn a_server_that_restarts_again_and_again_blames_nobody() {
    for code in [1001, 1012, 1013] {
        let mut harness = harness();
        let id = harness.say("x");
        for _ in 0..3 {
            harness.server_closes(code, "");
            again(&mut harness);
        }
        assert_eq!(harness.fate(id).last(), Some(&Delivery::Sent), "{code}");
    }
}

#[test]
fn a_message_that_is_too_big_is_blamed_however_long_ago_it_went_out() {
    let mut harness = harness();
    let id = harness.say("too long for this server");
    for _ in 0..2 {
        harness.hear("welcome");
        harness.advance_secs(20);
        harness.server_closes(1009, "");
        again(&mut harness);
    }
    let given_up = Delivery::Failed(Failure::EndsLinks { len: 24 });
    assert_eq!(harness.fate(id).last(), Some(&given_up));
}

#[test]
fn an_error_that_the_server_reports_twice_is_over_what_was_on_its_way() {
    let mut harness = harness();
    let id = harness.say("drop table");
    for _ in 0..2 {
        harness.hear("welcome");
        harness.advance_secs(20);
        harness.hear("reconnect no such column");
        again(&mut harness);
    }
    let given_up = Delivery::Failed(Failure::EndsLinks { len: 10 });
    assert_eq!(harness.fate(id).last(), Some(&given_up));
}

#[test]
fn an_end_that_is_our_own_sessions_wish_blames_nobody() {
    let config = Config {
        resend: Resend::Always,
        heartbeat: HeartbeatSetting::Off,
        ..Config::default()
    };
    let puppet = Puppet {
        timer: Some((secs(1), Action::Reconnect(Reason::App("enough".into())))),
        ..Puppet::default()
    };
    let mut harness = Harness::new(config, puppet).connected();
    let id = harness.say("x");
    for _ in 0..3 {
        harness.advance_secs(1);
        again(&mut harness);
    }
    assert_eq!(harness.fate(id).last(), Some(&Delivery::Sent));
}

#[test]
fn of_a_burst_that_may_be_innocent_nobody_is_suspected_and_of_a_few_each_is() {
    let sent_again = |count: usize| {
        let mut harness = harness();
        for _ in 0..count {
            harness.say("x");
        }
        harness.server_closes(1011, "");
        again(&mut harness);
        harness.sent().iter().filter(|text| *text == "x").count()
    };
    assert_eq!(sent_again(4), 4, "all of them at once");
    assert_eq!(sent_again(3), 1, "the first one goes alone");
}

#[test]
fn a_suspect_goes_alone_until_it_has_left_the_page_for_a_second() {
    let mut harness = harness();
    harness.say("a");
    harness.say("b");
    harness.server_closes(1009, "");
    again(&mut harness);
    // Heard at once, so that it is known when the message left.
    harness.hear("welcome");
    harness.advance(millis(900));
    assert_eq!(harness.sent(), ["again:", "a"]);
    harness.advance(millis(200));
    assert_eq!(harness.sent(), ["again:", "a", "again:", "b"]);
}

#[test]
fn three_errors_in_a_row_end_it_and_a_link_that_was_stable_starts_the_count_again() {
    let fails = |harness: &mut Harness| {
        harness.hear("reconnect no such column");
        let waits = harness.name() == "waiting";
        if waits {
            harness.advance_to_timer();
            harness.accept();
        }
        waits
    };
    let mut harness = Harness::new(Config::default(), Puppet::default()).connected();
    assert!(fails(&mut harness) && fails(&mut harness));
    harness.advance_secs(30);
    assert!(fails(&mut harness) && fails(&mut harness));
    assert!(!fails(&mut harness));
    assert_eq!(harness.name(), "closed");
}
