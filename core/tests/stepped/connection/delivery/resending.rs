//! Rule 11: what is sent again.

use super::*;

fn resending() -> World {
    puppet(Config {
        resend: Resend::Always,
        ..Config::new(URL)
    })
}

#[test]
fn a_person_may_send_a_failed_one_again_under_its_id() {
    let mut world = puppet(Config::new(URL)).connected();
    let id = world.say("x");
    world.breaks();
    reconnect(&mut world);
    let now = world.now;
    assert_eq!(
        world.connection.send_as(id, Outgoing::from("x"), now),
        Ok(())
    );
    assert_eq!(
        world.connection.send_as(id, Outgoing::from("x"), now),
        Ok(()),
        "an eager click"
    );
    world.input(Input::Timeout);
    assert_eq!(world.sent(), ["x"]);
    assert_eq!(world.fate(id)[3..], [Delivery::Queued, Delivery::Sent]);
}

#[test]
fn the_proof_of_the_first_copy_takes_the_second_out_of_the_queue() {
    let mut world = puppet(Config {
        high_water: 0,
        ..Config::new(URL)
    })
    .connected();
    let id = world.say("x");
    world.hear(format!("delivered {id}"));
    assert_eq!(world.connection.queued(), (0, 0));
    assert_eq!(world.fate(id), [Delivery::Queued, Delivery::Delivered]);
}

#[test]
fn resend_sends_the_doubtful_first_in_order_and_flagged() {
    let mut world = resending().connected();
    let ids = [world.say("a"), world.say("b"), world.say("c")];
    world.hear(format!("delivered {}", ids[0]));
    world.breaks();
    world.say("d");
    reconnect(&mut world);
    assert_eq!(world.sent(), ["again:", "b", "again:", "c", "d"]);
    use Delivery::{Queued, Sent};
    assert_eq!(world.fate(ids[1]), [Queued, Sent, Queued, Sent]);
    assert_eq!(world.fate(ids[0]).len(), 3);
}

#[test]
fn by_default_it_is_sent_again_only_where_own_messages_come_back_with_their_ids() {
    for echoes in [true, false] {
        let mut world = World::new(Config::new(URL), JsonSession::default());
        world.serve(move |message| {
            if echoes {
                vec![message.clone()]
            } else {
                Vec::new()
            }
        });
        let mut world = world.connected();
        world.say("first");
        world.advance_secs(1);
        world.serve(|_| Vec::new());
        let id = world.say("lost");
        world.breaks();
        let last = if echoes {
            Delivery::Queued
        } else {
            UNCONFIRMED
        };
        assert_eq!(world.fate(id).last(), Some(&last));
        reconnect(&mut world);
        let again = world.sent().iter().any(|text| {
            text.contains("lost")
                && text.contains(r#""resent":true"#)
                && text.contains(&id.to_string())
        });
        assert_eq!(again, echoes);
    }
}

#[test]
fn never_means_never_even_where_ids_come_back() {
    let config = Config {
        resend: Resend::Never,
        ..Config::new(URL)
    };
    let mut world = World::new(config, JsonSession::default());
    world.serve(|message| vec![message.clone()]);
    let mut world = world.connected();
    world.say("first");
    world.advance_secs(1);
    let id = world.say("lost");
    world.breaks();
    assert_eq!(world.fate(id).last(), Some(&UNCONFIRMED));
}

#[test]
fn resend_also_after_open_while_closing() {
    let mut world = resending().connected();
    world.say("a");
    world.close();
    world.open();
    world.accept();
    assert_eq!(world.sent(), ["again:", "a"]);
}

#[test]
fn resend_goes_on_until_there_is_proof() {
    let mut world = resending().connected();
    let id = world.say("a");
    for _ in 0..5 {
        world.breaks();
        reconnect(&mut world);
        assert_eq!(world.sent(), ["again:", "a"]);
    }
    world.hear(format!("delivered {id}"));
    world.breaks();
    reconnect(&mut world);
    assert!(world.sent().is_empty());
}
