//! Rules 10 to 12: the outbox, the fate of each message, frames that cannot be read.

use leptos_chat_core::connection::{Config, Delivery, Event, Failure, Input, Resend, SendError};
use leptos_chat_core::session::{HeartbeatSetting, MessageId, Outgoing, Reason, json::JsonSession};
use leptos_chat_core::wire::Message;

use crate::world::{URL, World, puppet::Puppet};
use crate::{millis, secs};

const UNCONFIRMED: Delivery = Delivery::Failed(Failure::Unconfirmed);

/// A puppet world without a heartbeat.
fn puppet(config: Config) -> World {
    World::new(
        Config {
            heartbeat: HeartbeatSetting::Off,
            ..config
        },
        Puppet::default(),
    )
}

fn resending() -> World {
    puppet(Config {
        resend: Resend::Always,
        ..Config::new(URL)
    })
}

fn reconnect(world: &mut World) {
    world.advance_to_timer();
    world.accept();
}

// Rule 10

#[test]
fn what_is_sent_before_the_link_goes_out_in_order_when_it_is_there() {
    let mut world = World::raw();
    world.say("a");
    world.open();
    world.say("b");
    world.accept();
    world.say("c");
    assert_eq!(world.sent(), ["a", "b", "c"]);
    assert_eq!(world.connection.queued(), (0, 0));
}

#[test]
fn the_queue_survives_reconnects_and_closing() {
    let mut world = World::raw().connected();
    world.breaks();
    world.say("a");
    world.advance_to_timer();
    world.refuse();
    world.say("b");
    world.close();
    assert_eq!(world.connection.queued(), (2, 2));
    world.open();
    world.accept();
    assert_eq!(world.sent(), ["a", "b"]);
}

#[test]
fn nothing_goes_out_before_the_handshake_is_done() {
    let puppet = Puppet {
        shakes_hands: true,
        ..Puppet::default()
    };
    let config = Config {
        heartbeat: HeartbeatSetting::Off,
        ..Config::new(URL)
    };
    let mut world = World::new(config, puppet);
    world.say("a");
    world.open();
    world.accept();
    assert!(world.sent().is_empty());
    world.hear("ready");
    assert_eq!(world.sent(), ["a"]);
}

#[test]
fn a_queue_full_of_messages_says_so() {
    let mut world = World::raw_with(Config {
        max_queued: 3,
        ..Config::new(URL)
    });
    for _ in 0..3 {
        world.say("x");
    }
    world.take_events();
    assert_eq!(world.send("x"), Err(SendError::Full));
    assert_eq!(world.events, []);
    world.open();
    world.accept();
    assert_eq!(world.sent().len(), 3);
    world.say("room again");
}

#[test]
fn a_queue_full_of_bytes_says_so() {
    let mut world = World::raw_with(Config {
        max_queued_bytes: 10,
        ..Config::new(URL)
    });
    world.say("12345678");
    assert_eq!(world.send("123"), Err(SendError::Full));
    world.say("12");
    assert_eq!(world.connection.queued(), (2, 10));
    assert_eq!(world.send("1"), Err(SendError::Full));
}

#[test]
fn a_full_queue_is_no_limit_while_nothing_has_to_wait() {
    let mut world = World::raw_with(Config {
        max_queued: 0,
        max_queued_bytes: 1,
        ..Config::new(URL)
    });
    assert_eq!(world.send("x"), Err(SendError::Full));
    world.open();
    world.accept();
    world.say("longer than what may wait");
    assert_eq!(world.sent().len(), 1);
}

#[test]
fn a_message_that_is_too_long_is_refused_at_once() {
    let mut world = World::raw_with(Config {
        max_outgoing: 4,
        ..Config::new(URL)
    });
    assert_eq!(
        world.send("12345"),
        Err(SendError::TooLarge { len: 5, limit: 4 })
    );
    world.say("1234");
}

#[test]
fn above_the_high_water_mark_messages_wait_and_keep_their_order() {
    let mut world = World::raw().connected();
    world.clogged = true;
    let bodies: Vec<String> = (0..6).map(|n| n.to_string().repeat(400 << 10)).collect();
    for body in &bodies {
        world.say(body.clone());
    }
    assert_eq!(world.sent().len(), 3, "the mark is 1 MiB");
    world.advance_secs(10);
    assert_eq!(world.sent().len(), 3);
    world.unclog();
    world.advance(millis(100));
    assert_eq!(world.sent(), bodies);
}

#[test]
fn chatter_does_not_postpone_the_look_at_the_buffer() {
    let mut world = World::raw().connected();
    world.clogged = true;
    world.say("x".repeat(1 << 20));
    world.say("waits");
    let due = world.connection.poll_timeout();
    world.now = world.now + millis(10);
    world.hear("chatter");
    assert_eq!(world.connection.poll_timeout(), due);
}

#[test]
fn a_new_socket_starts_with_an_empty_buffer() {
    let mut world = World::raw().connected();
    world.clogged = true;
    world.say("x".repeat(2 << 20).split_off(1 << 20));
    world.say("waits");
    assert_eq!(world.sent().len(), 1);
    world.breaks();
    world.clogged = false;
    reconnect(&mut world);
    assert_eq!(world.sent(), ["waits"]);
}

// Rule 11

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

#[test]
fn text_and_bytes_go_out_as_they_are() {
    let mut world = World::raw().connected();
    world.say("words");
    world.say(vec![0xff, 0]);
    let sent = &world.sockets[0].sent;
    assert_eq!(
        *sent,
        [
            Message::Text("words".into()),
            Message::Binary(vec![0xff, 0])
        ]
    );
}

// Rule 12

#[test]
fn an_oversized_frame_is_an_event_and_closes_nothing() {
    let mut world = World::raw_with(Config {
        max_incoming: 100,
        ..Config::new(URL)
    })
    .connected();
    world.hear("x".repeat(101));
    world.hear(vec![0; 101]);
    world.hear("x".repeat(100));
    let unreadable = |event: &&Event| {
        matches!(event, Event::Unreadable { reason, message }
            if *reason == (Reason::TooLarge { len: 101, limit: 100 }) && message.is_empty())
    };
    assert_eq!(world.events.iter().filter(unreadable).count(), 2);
    assert_eq!((world.name(), world.shown().len()), ("open", 1));
}

#[test]
fn an_undecodable_frame_is_an_event_with_its_reason_and_content() {
    let mut world = World::json().connected();
    for frame in ["{", "{\"a\"", "", "[[[["] {
        world.take_events();
        world.hear(frame);
        let [Event::Unreadable { reason, message }] = &world.events[..] else {
            panic!("{frame}: {:?}", world.events);
        };
        assert!(!reason.to_string().is_empty());
        assert_eq!(message.as_text(), Some(frame));
    }
    world.hear(r#"{"text":"still here"}"#);
    assert_eq!((world.name(), world.texts()), ("open", vec!["still here"]));
}

#[test]
fn messages_are_shown_in_order_and_none_is_lost() {
    let mut world = World::raw().connected();
    let texts: Vec<String> = (0..1000).map(|n| n.to_string()).collect();
    for text in &texts {
        world.hear(text.as_str());
    }
    assert_eq!(world.texts(), texts);
    world.advance(secs(1));
}
