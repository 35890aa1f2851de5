//! Rule 11: what becomes of each message, and what is in doubt.

use super::*;

#[test]
fn a_message_is_queued_then_sent_then_delivered() {
    let mut harness = puppet(Config::default());
    let id = harness.say("x");
    assert_eq!(harness.fate(id), [Delivery::Queued]);
    harness.open();
    harness.accept();
    assert_eq!(harness.fate(id), [Delivery::Queued, Delivery::Sent]);
    harness.hear(format!("delivered {id}"));
    assert_eq!(
        harness.fate(id),
        [Delivery::Queued, Delivery::Sent, Delivery::Delivered]
    );
    harness.breaks();
    reconnect(&mut harness);
    assert_eq!(harness.fate(id).len(), 3, "that was final");
}

#[test]
fn sent_is_told_when_it_is_handed_to_the_socket_and_not_before() {
    let mut harness = Harness::raw();
    harness.open();
    let id = harness.say("x");
    assert_eq!(harness.fate(id), [Delivery::Queued]);
}

#[test]
fn a_message_that_the_server_refuses_failed_with_the_reason() {
    let mut harness = puppet(Config::default()).connected();
    let id = harness.say("x");
    harness.hear(format!("failed {id}"));
    let refused = Delivery::Failed(Failure::Refused(Reason::Server("no".into())));
    assert_eq!(harness.fate(id).last(), Some(&refused));
    harness.breaks();
    assert_eq!(harness.fate(id).len(), 3, "that was final");
}

#[test]
fn an_unproved_message_is_marked_when_the_link_dies() {
    let mut harness = puppet(Config::default()).connected();
    let id = harness.say("x");
    harness.breaks();
    assert_eq!(
        harness.fate(id),
        [Delivery::Queued, Delivery::Sent, UNCONFIRMED]
    );
    reconnect(&mut harness);
    assert!(harness.sent().is_empty(), "and not sent again by itself");
}

#[test]
fn a_message_in_doubt_may_still_be_proved_late() {
    let mut harness = puppet(Config::default()).connected();
    let id = harness.say("x");
    harness.breaks();
    reconnect(&mut harness);
    harness.hear(format!("delivered {id}"));
    assert_eq!(harness.fate(id).last(), Some(&Delivery::Delivered));
}

#[test]
fn only_the_unproved_are_in_doubt() {
    let mut harness = puppet(Config::default()).connected();
    let [a, b] = [harness.say("a"), harness.say("b")];
    harness.hear(format!("delivered {a}"));
    harness.breaks();
    let c = harness.say("c");
    assert_eq!(harness.fate(a).last(), Some(&Delivery::Delivered));
    assert_eq!(harness.fate(b).last(), Some(&UNCONFIRMED));
    assert_eq!(harness.fate(c), [Delivery::Queued]);
}

#[test]
fn a_server_that_is_heard_later_has_what_was_sent_before() {
    let mut harness = puppet(Config::default()).connected();
    let early = harness.say("early");
    harness.advance_secs(6);
    harness.hear("anything");
    let late = harness.say("late");
    harness.advance_secs(2);
    harness.hear("anything more");
    harness.breaks();
    assert_eq!(harness.fate(early).last(), Some(&Delivery::Sent));
    assert_eq!(harness.fate(late).last(), Some(&UNCONFIRMED));
}

#[test]
fn a_clean_end_by_the_app_leaves_no_doubt() {
    let mut harness = puppet(Config::default()).connected();
    let id = harness.say("x");
    harness.close();
    harness.server_closes(1000, "");
    assert_eq!(harness.fate(id), [Delivery::Queued, Delivery::Sent]);
}

#[test]
fn an_end_without_the_servers_answer_leaves_doubt() {
    let mut harness = puppet(Config::default()).connected();
    let id = harness.say("x");
    harness.close();
    harness.advance_secs(2);
    assert_eq!(harness.fate(id).last(), Some(&UNCONFIRMED));
}

#[test]
fn a_link_that_breaks_while_closing_leaves_doubt() {
    let mut harness = puppet(Config::default()).connected();
    let id = harness.say("x");
    harness.close();
    harness.breaks();
    assert_eq!(harness.fate(id).last(), Some(&UNCONFIRMED));
}

#[test]
fn what_waits_for_the_buffer_while_closing_is_kept() {
    let mut harness = puppet(Config {
        high_water: 1,
        ..Config::default()
    })
    .connected();
    harness.clogged = true;
    harness.say("goes out");
    harness.say("waits");
    harness.close();
    harness.server_closes(1000, "");
    assert_eq!(harness.connection.queued(), (1, 5));
    harness.clogged = false;
    harness.open();
    harness.accept();
    assert_eq!(harness.sent(), ["waits"]);
}

#[test]
fn opening_again_before_the_end_leaves_doubt() {
    let mut harness = puppet(Config::default()).connected();
    let id = harness.say("x");
    harness.close();
    harness.open();
    assert_eq!(harness.fate(id).last(), Some(&UNCONFIRMED));
}

#[test]
fn the_doubtful_are_told_before_the_new_state() {
    let mut harness = puppet(Config::default()).connected();
    let id = harness.say("x");
    harness.take_events();
    harness.breaks();
    let [
        Event::Delivery { id: first, .. },
        Event::Disconnected(_),
        Event::State(_),
    ] = &harness.events[..]
    else {
        panic!("{:?}", harness.events);
    };
    assert_eq!(*first, id);
}

#[test]
fn a_message_that_breaks_the_link_while_it_is_sent_is_not_told_as_sent() {
    for resend in [Resend::Always, Resend::Never] {
        let puppet = Puppet {
            poison: Some("poison"),
            ..Puppet::default()
        };
        let config = Config {
            resend,
            ..Config::default()
        };
        let mut harness = Harness::new(config, puppet).connected();
        let id = harness.say("poison");
        assert_eq!(harness.name(), "waiting");
        let last = if resend == Resend::Always {
            Delivery::Queued
        } else {
            UNCONFIRMED
        };
        assert_eq!(harness.fate(id).last(), Some(&last));
    }
}

#[test]
fn ids_are_unique_and_have_32_digits() {
    let mut harness = Harness::raw();
    let ids: Vec<MessageId> = (0..100).map(|_| harness.say("x")).collect();
    let unique: std::collections::HashSet<_> = ids.iter().collect();
    assert_eq!(unique.len(), 100);
    assert!(
        ids.iter()
            .all(|id| MessageId::parse(&id.to_string()) == Some(*id))
    );
    assert_eq!(MessageId::parse("+0000000000000000000000000000001"), None);
}
