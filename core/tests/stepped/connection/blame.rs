//! What ends links is not sent for ever, and what merely was on its way is not blamed.

use leptos_chat_core::connection::{Config, Delivery, Failure, Resend};
use leptos_chat_core::session::HeartbeatSetting;

use crate::world::{URL, World, puppet::Puppet};

fn world() -> World {
    let config = Config {
        resend: Resend::Always,
        heartbeat: HeartbeatSetting::Off,
        ..Config::new(URL)
    };
    World::new(config, Puppet::default()).connected()
}

fn again(world: &mut World) {
    world.advance_to_timer();
    world.accept();
}

#[test]
fn a_message_that_the_server_closes_over_twice_is_given_up_with_its_size() {
    let mut world = world();
    let id = world.say("too long for this server");
    world.server_closes(1009, "");
    again(&mut world);
    assert_eq!(world.sent().last().unwrap(), "too long for this server");
    world.server_closes(1009, "");
    let given_up = Delivery::Failed(Failure::EndsLinks { len: 24 });
    assert_eq!(world.fate(id).last(), Some(&given_up));
    again(&mut world);
    assert_eq!(world.sent(), [""; 0]);
}

#[test]
fn after_a_burst_each_goes_alone_and_only_the_one_is_given_up() {
    let mut world = world();
    let ids = ["a", "poison", "b"].map(|text| world.say(text));
    world.server_closes(1009, "");
    again(&mut world);
    assert_eq!(
        world.sent(),
        ["again:", "a"],
        "the others wait for its fate"
    );
    world.hear(format!("delivered {}", ids[0]));
    world.server_closes(1009, "");
    again(&mut world);
    let fates = ids.map(|id| world.fate(id).last().unwrap().clone());
    let given_up = Delivery::Failed(Failure::EndsLinks { len: 6 });
    assert_eq!(fates[0], Delivery::Delivered);
    assert_eq!(fates[1], given_up);
    assert_eq!(world.sent(), ["again:", "b"]);
}

#[test]
fn a_suspect_that_nobody_proves_holds_the_others_for_a_while_only() {
    let mut world = world();
    world.say("a");
    world.say("b");
    world.server_closes(1009, "");
    again(&mut world);
    assert_eq!(world.sent(), ["again:", "a"]);
    world.advance_secs(2);
    assert_eq!(world.sent(), ["again:", "a", "again:", "b"]);
}

#[test]
fn links_that_drop_blame_nobody() {
    let mut world = world();
    let id = world.say("written on a train");
    for _ in 0..10 {
        world.breaks();
        again(&mut world);
    }
    world.server_closes(1012, "restarting");
    again(&mut world);
    assert_eq!(world.fate(id).last(), Some(&Delivery::Sent));
}

#[test]
fn a_close_long_after_a_message_is_not_over_it() {
    let mut world = world();
    let id = world.say("x");
    for _ in 0..3 {
        world.advance_secs(20);
        world.server_closes(4000, "idle");
        again(&mut world);
    }
    assert_eq!(world.fate(id).last(), Some(&Delivery::Sent));
}

#[test]
fn three_errors_in_a_row_end_it_and_a_link_that_was_stable_starts_the_count_again() {
    let fails = |world: &mut World| {
        world.hear("reconnect no such column");
        let waits = world.name() == "waiting";
        if waits {
            world.advance_to_timer();
            world.accept();
        }
        waits
    };
    let mut world = World::new(Config::new(URL), Puppet::default()).connected();
    assert!(fails(&mut world) && fails(&mut world));
    world.advance_secs(30);
    assert!(fails(&mut world) && fails(&mut world));
    assert!(!fails(&mut world));
    assert_eq!(world.name(), "closed");
}
