//! Rule 11: what becomes of each message, and what is in doubt.

use super::*;

#[test]
fn a_message_is_queued_then_sent_then_delivered() {
    let mut world = puppet(Config::new(URL));
    let id = world.say("x");
    assert_eq!(world.fate(id), [Delivery::Queued]);
    world.open();
    world.accept();
    assert_eq!(world.fate(id), [Delivery::Queued, Delivery::Sent]);
    world.hear(format!("delivered {id}"));
    assert_eq!(
        world.fate(id),
        [Delivery::Queued, Delivery::Sent, Delivery::Delivered]
    );
    world.breaks();
    reconnect(&mut world);
    assert_eq!(world.fate(id).len(), 3, "that was final");
}

#[test]
fn sent_is_told_when_it_is_handed_to_the_socket_and_not_before() {
    let mut world = World::raw();
    world.open();
    let id = world.say("x");
    assert_eq!(world.fate(id), [Delivery::Queued]);
}

#[test]
fn a_message_that_the_server_refuses_failed_with_the_reason() {
    let mut world = puppet(Config::new(URL)).connected();
    let id = world.say("x");
    world.hear(format!("failed {id}"));
    let refused = Delivery::Failed(Failure::Refused(Reason::Server("no".into())));
    assert_eq!(world.fate(id).last(), Some(&refused));
    world.breaks();
    assert_eq!(world.fate(id).len(), 3, "that was final");
}

#[test]
fn an_unproved_message_is_marked_when_the_link_dies() {
    let mut world = puppet(Config::new(URL)).connected();
    let id = world.say("x");
    world.breaks();
    assert_eq!(
        world.fate(id),
        [Delivery::Queued, Delivery::Sent, UNCONFIRMED]
    );
    reconnect(&mut world);
    assert!(world.sent().is_empty(), "and not sent again by itself");
}

#[test]
fn a_message_in_doubt_may_still_be_proved_late() {
    let mut world = puppet(Config::new(URL)).connected();
    let id = world.say("x");
    world.breaks();
    reconnect(&mut world);
    world.hear(format!("delivered {id}"));
    assert_eq!(world.fate(id).last(), Some(&Delivery::Delivered));
}

#[test]
fn only_the_unproved_are_in_doubt() {
    let mut world = puppet(Config::new(URL)).connected();
    let [a, b] = [world.say("a"), world.say("b")];
    world.hear(format!("delivered {a}"));
    world.breaks();
    let c = world.say("c");
    assert_eq!(world.fate(a).last(), Some(&Delivery::Delivered));
    assert_eq!(world.fate(b).last(), Some(&UNCONFIRMED));
    assert_eq!(world.fate(c), [Delivery::Queued]);
}

#[test]
fn a_server_that_is_heard_later_has_what_was_sent_before() {
    let mut world = puppet(Config::new(URL)).connected();
    let early = world.say("early");
    world.advance_secs(6);
    world.hear("anything");
    let late = world.say("late");
    world.advance_secs(2);
    world.hear("anything more");
    world.breaks();
    assert_eq!(world.fate(early).last(), Some(&Delivery::Sent));
    assert_eq!(world.fate(late).last(), Some(&UNCONFIRMED));
}

#[test]
fn a_clean_end_by_the_app_leaves_no_doubt() {
    let mut world = puppet(Config::new(URL)).connected();
    let id = world.say("x");
    world.close();
    world.server_closes(1000, "");
    assert_eq!(world.fate(id), [Delivery::Queued, Delivery::Sent]);
}

#[test]
fn an_end_without_the_servers_answer_leaves_doubt() {
    let mut world = puppet(Config::new(URL)).connected();
    let id = world.say("x");
    world.close();
    world.advance_secs(2);
    assert_eq!(world.fate(id).last(), Some(&UNCONFIRMED));
}

#[test]
fn a_link_that_breaks_while_closing_leaves_doubt() {
    let mut world = puppet(Config::new(URL)).connected();
    let id = world.say("x");
    world.close();
    world.breaks();
    assert_eq!(world.fate(id).last(), Some(&UNCONFIRMED));
}

#[test]
fn what_waits_for_the_buffer_while_closing_is_kept() {
    let mut world = puppet(Config {
        high_water: 1,
        ..Config::new(URL)
    })
    .connected();
    world.clogged = true;
    world.say("goes out");
    world.say("waits");
    world.close();
    world.server_closes(1000, "");
    assert_eq!(world.connection.queued(), (1, 5));
    world.clogged = false;
    world.open();
    world.accept();
    assert_eq!(world.sent(), ["waits"]);
}

#[test]
fn opening_again_before_the_end_leaves_doubt() {
    let mut world = puppet(Config::new(URL)).connected();
    let id = world.say("x");
    world.close();
    world.open();
    assert_eq!(world.fate(id).last(), Some(&UNCONFIRMED));
}

#[test]
fn the_doubtful_are_told_before_the_new_state() {
    let mut world = puppet(Config::new(URL)).connected();
    let id = world.say("x");
    world.take_events();
    world.breaks();
    let [
        Event::Delivery { id: first, .. },
        Event::Disconnected(_),
        Event::State(_),
    ] = &world.events[..]
    else {
        panic!("{:?}", world.events);
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
            ..Config::new(URL)
        };
        let mut world = World::new(config, puppet).connected();
        let id = world.say("poison");
        assert_eq!(world.name(), "waiting");
        let last = if resend == Resend::Always {
            Delivery::Queued
        } else {
            UNCONFIRMED
        };
        assert_eq!(world.fate(id).last(), Some(&last));
    }
}

#[test]
fn ids_are_unique_and_have_32_digits() {
    let mut world = World::raw();
    let ids: Vec<MessageId> = (0..100).map(|_| world.say("x")).collect();
    let unique: std::collections::HashSet<_> = ids.iter().collect();
    assert_eq!(unique.len(), 100);
    assert!(
        ids.iter()
            .all(|id| MessageId::parse(&id.to_string()) == Some(*id))
    );
    assert_eq!(MessageId::parse("+0000000000000000000000000000001"), None);
}
