//! Rule 11: what is sent again.

use super::*;

fn resending() -> Harness {
    puppet(Config {
        resend: Resend::Always,
        ..Config::default()
    })
}

#[test]
fn a_person_may_send_a_failed_one_again_under_its_id() {
    let mut harness = puppet(Config::default()).connected();
    let id = harness.say("x");
    harness.breaks();
    reconnect(&mut harness);
    let now = harness.now;
    let options = SendOptions::default();
    for click in ["one", "an eager one after it"] {
        let sent = harness
            .connection
            .send(id, Outgoing::from("x"), &options, now);
        assert_eq!(sent, Ok(()), "{click}");
    }
    harness.input(Input::Timeout);
    assert_eq!(harness.sent(), ["x"]);
    assert_eq!(harness.fate(id)[3..], [Delivery::Queued, Delivery::Sent]);
}

#[test]
fn the_proof_of_the_first_copy_takes_the_second_out_of_the_queue() {
    let mut harness = puppet(Config {
        high_water: 0,
        ..Config::default()
    })
    .connected();
    let id = harness.say("x");
    harness.hear(format!("delivered {id}"));
    assert_eq!(harness.connection.queued(), (0, 0));
    assert_eq!(harness.fate(id), [Delivery::Queued, Delivery::Delivered]);
}

#[test]
fn resend_sends_the_doubtful_first_in_order_and_flagged() {
    let mut harness = resending().connected();
    let ids = [harness.say("a"), harness.say("b"), harness.say("c")];
    harness.hear(format!("delivered {}", ids[0]));
    harness.breaks();
    harness.say("d");
    reconnect(&mut harness);
    assert_eq!(harness.sent(), ["again:", "b", "again:", "c", "d"]);
    use Delivery::{Queued, Sent};
    assert_eq!(harness.fate(ids[1]), [Queued, Sent, Queued, Sent]);
    assert_eq!(harness.fate(ids[0]).len(), 3);
}

#[test]
fn by_default_it_is_sent_again_only_where_own_messages_come_back_with_their_ids() {
    for echoes in [true, false] {
        let mut harness = Harness::new(Config::default(), JsonSession::default());
        harness.serve(move |message| {
            if echoes {
                vec![message.clone()]
            } else {
                Vec::new()
            }
        });
        let mut harness = harness.connected();
        harness.say("first");
        harness.advance_secs(1);
        harness.serve(|_| Vec::new());
        let id = harness.say("lost");
        harness.breaks();
        let last = if echoes {
            Delivery::Queued
        } else {
            UNCONFIRMED
        };
        assert_eq!(harness.fate(id).last(), Some(&last));
        reconnect(&mut harness);
        let again = harness.sent().iter().any(|text| {
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
        ..Config::default()
    };
    let mut harness = Harness::new(config, JsonSession::default());
    harness.serve(|message| vec![message.clone()]);
    let mut harness = harness.connected();
    harness.say("first");
    harness.advance_secs(1);
    let id = harness.say("lost");
    harness.breaks();
    assert_eq!(harness.fate(id).last(), Some(&UNCONFIRMED));
}

#[test]
fn resend_also_after_open_while_closing() {
    let mut harness = resending().connected();
    harness.say("a");
    harness.close();
    harness.open();
    harness.accept();
    assert_eq!(harness.sent(), ["again:", "a"]);
}

#[test]
fn resend_goes_on_until_there_is_proof() {
    let mut harness = resending().connected();
    let id = harness.say("a");
    for _ in 0..5 {
        harness.breaks();
        reconnect(&mut harness);
        assert_eq!(harness.sent(), ["again:", "a"]);
    }
    harness.hear(format!("delivered {id}"));
    harness.breaks();
    reconnect(&mut harness);
    assert!(harness.sent().is_empty());
}
