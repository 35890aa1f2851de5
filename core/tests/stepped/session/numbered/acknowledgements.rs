//! Acknowledgements: proof, and what goes again without it.

use super::*;

#[test]
fn an_acknowledgement_is_proof_and_nothing_to_show() {
    let mut world = greeted(WELCOME);
    let id = world.say("hi");
    assert_eq!(world.last_fate(id), Delivery::Sent);
    world.hear(ack(id, 42));
    world.hear(ack(id, 42));
    assert_eq!(world.delivered(id), 1);
    assert_eq!(world.shown().len(), 1, "the welcome");
}

#[test]
fn a_message_that_was_not_acknowledged_is_never_taken_for_read() {
    let mut world = greeted(WELCOME);
    let id = world.say("hi");
    for seq in 42..60 {
        world.advance_secs(1);
        world.hear(line(seq, "x"));
    }
    world.breaks();
    assert_eq!(world.last_fate(id), Delivery::Queued);
    assert!(!world.events.contains(&Event::Settled { id }));
}

#[test]
fn what_was_not_acknowledged_goes_again_behind_the_question_and_says_so() {
    let mut world = greeted(WELCOME);
    let id = world.say("hi");
    again(&mut world);
    world.hear(WELCOME);
    let asked = r#"{"type":"resume","log":"a","after":41}"#;
    assert_eq!(world.sent(), [asked]);
    world.hear(resumed(true, 41));
    let sent = world.sent();
    assert_eq!(sent.len(), 2);
    assert!(sent[1].contains(&id.to_string()) && sent[1].contains(r#""resent":true"#));
    world.hear(ack(id, 42));
    assert_eq!(world.last_fate(id), Delivery::Delivered);
}

#[test]
fn an_own_line_among_the_missed_ones_is_proof_and_is_not_sent_again() {
    let mut world = greeted(WELCOME);
    let id = world.say("hi");
    again(&mut world);
    world.hear(WELCOME.replace("41", "42"));
    world.hear(format!(
        r#"{{"id":"{id}","text":"hi","user":"ada","seq":42}}"#
    ));
    world.hear(resumed(true, 42));
    assert_eq!(world.delivered(id), 1);
    assert_eq!(world.sent().len(), 1, "the question alone");
    assert!(lines(&world).is_empty());
}

#[test]
fn an_own_line_without_an_id_among_the_missed_ones_is_ours() {
    let mut world = greeted(WELCOME);
    let id = world.say("a line that is longer than a word");
    again(&mut world);
    world.hear(WELCOME.replace("41", "42"));
    world.hear(r#"{"text":"a line that is longer than a word","user":"ada","seq":42}"#);
    world.hear(resumed(true, 42));
    assert_eq!(world.delivered(id), 1);
    assert!(lines(&world).is_empty());
}

#[test]
fn an_acknowledgement_of_a_message_that_is_not_ours_is_data() {
    let mut world = greeted(WELCOME);
    let id = world.say("hi");
    world.hear(ack(MessageId(7), 42));
    world.hear(r#"{"type":"ack","id":42}"#);
    world.hear(r#"{"type":"ack"}"#);
    assert_eq!(world.last_fate(id), Delivery::Sent);
    assert!(lines(&world).is_empty());
    world.hear(line(42, "under the same number"));
    assert_eq!(lines(&world), ["under the same number"]);
}

#[test]
fn a_server_that_never_acknowledges_is_not_believed_for_ever() {
    let mut world = greeted(WELCOME);
    let id = world.say("hi");
    for link in 0..2 {
        world.advance_secs(11);
        world.hear(r#"{"text":"alive"}"#);
        again(&mut world);
        world.hear(WELCOME);
        world.hear(resumed(true, 41));
        assert_eq!(world.sent().len(), 2, "link {link}");
    }
    world.advance_secs(11);
    world.hear(r#"{"text":"alive"}"#);
    world.breaks();
    world.advance_to_timer();
    world.accept();
    world.hear(WELCOME);
    world.hear(resumed(true, 41));
    world.breaks();
    assert_eq!(world.last_fate(id), Delivery::Failed(Failure::Unconfirmed));
}

#[test]
fn an_app_that_wants_nothing_sent_again_gets_its_wish() {
    let session = JsonSession::new(None, JsonFields::default());
    let config = Config {
        resend: Resend::Never,
        ..Config::new(URL)
    };
    let mut world = World::new(config, session).connected();
    world.hear(WELCOME);
    let id = world.say("hi");
    world.breaks();
    assert_eq!(world.last_fate(id), Delivery::Failed(Failure::Unconfirmed));
}

#[test]
fn an_overdue_acknowledgement_shows_a_dead_link() {
    let mut world = greeted(WELCOME);
    let id = world.say("hi");
    world.hear(ack(id, 42));
    world.say("again");
    world.advance_secs(9);
    assert_eq!(world.name(), "open");
    world.advance_secs(1);
    assert_ne!(world.name(), "open");
}

#[test]
fn an_id_goes_with_each_message_whatever_ended_the_link_and_however_others_speak() {
    let mut world = greeted(WELCOME);
    world.say("hi");
    again(&mut world);
    world.hear(WELCOME);
    world.hear(resumed(true, 41));
    world.hear("a line in bare words");
    let id = world.say("hello");
    assert!(world.last_sent().contains(&id.to_string()));
}
