//! What ends links is not sent for ever, and what merely was on its way is not blamed.

use leptos_chat_core::connection::{Config, Delivery, Failure, Resend};
use leptos_chat_core::session::HeartbeatSetting;

use crate::harness::{Harness, URL, puppet::Puppet};

fn harness() -> Harness {
    let config = Config {
        resend: Resend::Always,
        heartbeat: HeartbeatSetting::Off,
        ..Config::new(URL)
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
    let mut harness = Harness::new(Config::new(URL), Puppet::default()).connected();
    assert!(fails(&mut harness) && fails(&mut harness));
    harness.advance_secs(30);
    assert!(fails(&mut harness) && fails(&mut harness));
    assert!(!fails(&mut harness));
    assert_eq!(harness.name(), "closed");
}
