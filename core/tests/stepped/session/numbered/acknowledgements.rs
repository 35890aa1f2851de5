//! Acknowledgements: proof, and what goes again without it.

use super::*;
use leptos_chat_core::session::Session;

#[test]
fn an_acknowledgement_is_proof_and_nothing_to_show() {
    let mut harness = greeted(WELCOME);
    let id = harness.say("hi");
    assert_eq!(harness.last_fate(id), Delivery::Sent);
    harness.hear(ack(id, 42));
    harness.hear(ack(id, 42));
    assert_eq!(harness.delivered(id), 1);
    assert_eq!(harness.shown().len(), 1, "the welcome");
}

#[test]
fn a_message_that_was_not_acknowledged_is_never_taken_for_read() {
    let mut harness = greeted(WELCOME);
    let id = harness.say("hi");
    for seq in 42..60 {
        harness.advance_secs(1);
        harness.hear(line(seq, "x"));
    }
    harness.breaks();
    assert_eq!(harness.last_fate(id), Delivery::Queued);
    assert!(!harness.events.contains(&Event::Settled { id }));
}

#[test]
fn what_was_not_acknowledged_goes_again_behind_the_question_and_says_so() {
    let mut harness = greeted(WELCOME);
    let id = harness.say("hi");
    again(&mut harness);
    harness.hear(WELCOME);
    let asked = r#"{"type":"resume","log":"a","after":41}"#;
    assert_eq!(harness.sent(), [asked]);
    harness.hear(resumed(true, 41));
    let sent = harness.sent();
    assert_eq!(sent.len(), 2);
    assert!(sent[1].contains(&id.to_string()) && sent[1].contains(r#""resent":true"#));
    harness.hear(ack(id, 42));
    assert_eq!(harness.last_fate(id), Delivery::Delivered);
}

#[test]
fn an_own_line_among_the_missed_ones_is_proof_and_is_not_sent_again() {
    let mut harness = greeted(WELCOME);
    let id = harness.say("hi");
    again(&mut harness);
    harness.hear(WELCOME.replace("41", "42"));
    harness.hear(format!(
        r#"{{"id":"{id}","text":"hi","user":"ada","seq":42}}"#
    ));
    harness.hear(resumed(true, 42));
    assert_eq!(harness.delivered(id), 1);
    assert_eq!(harness.sent().len(), 1, "the question alone");
    assert!(lines(&harness).is_empty());
}

#[test]
fn an_own_line_without_an_id_among_the_missed_ones_is_ours() {
    let mut harness = greeted(WELCOME);
    let id = harness.say("a line that is longer than a word");
    again(&mut harness);
    harness.hear(WELCOME.replace("41", "42"));
    harness.hear(r#"{"text":"a line that is longer than a word","user":"ada","seq":42}"#);
    harness.hear(resumed(true, 42));
    assert_eq!(harness.delivered(id), 1);
    assert!(lines(&harness).is_empty());
}

#[test]
fn an_acknowledgement_of_a_message_that_is_not_ours_is_data() {
    let mut harness = greeted(WELCOME);
    let id = harness.say("hi");
    harness.hear(ack(MessageId(7), 42));
    harness.hear(r#"{"type":"ack","id":42}"#);
    harness.hear(r#"{"type":"ack"}"#);
    assert_eq!(harness.last_fate(id), Delivery::Sent);
    assert!(lines(&harness).is_empty());
    harness.hear(line(42, "under the same number"));
    assert_eq!(lines(&harness), ["under the same number"]);
}

#[test]
fn a_server_that_never_acknowledges_is_not_believed_for_ever() {
    let mut harness = greeted(WELCOME);
    let id = harness.say("hi");
    for link in 0..2 {
        harness.advance_secs(11);
        harness.hear(r#"{"text":"alive"}"#);
        again(&mut harness);
        harness.hear(WELCOME);
        harness.hear(resumed(true, 41));
        assert_eq!(harness.sent().len(), 2, "link {link}");
    }
    harness.advance_secs(11);
    harness.hear(r#"{"text":"alive"}"#);
    harness.breaks();
    harness.advance_to_timer();
    harness.accept();
    harness.hear(WELCOME);
    harness.hear(resumed(true, 41));
    harness.breaks();
    assert_eq!(
        harness.last_fate(id),
        Delivery::Failed(Failure::Unconfirmed)
    );
}

#[test]
fn an_app_that_wants_nothing_sent_again_gets_its_wish() {
    let session = JsonSession::new(None, JsonFields::default());
    let config = Config {
        resend: Resend::Never,
        ..Config::default()
    };
    let mut harness = Harness::new(config, session).connected();
    harness.hear(WELCOME);
    let id = harness.say("hi");
    harness.breaks();
    assert_eq!(
        harness.last_fate(id),
        Delivery::Failed(Failure::Unconfirmed)
    );
}

#[test]
fn an_overdue_acknowledgement_shows_a_dead_link() {
    let mut harness = greeted(WELCOME);
    let id = harness.say("hi");
    harness.hear(ack(id, 42));
    harness.say("again");
    harness.advance_secs(9);
    assert_eq!(harness.name(), "open");
    harness.advance_secs(1);
    assert_ne!(harness.name(), "open");
}

#[test]
fn an_id_goes_with_each_message_whatever_ended_the_link_and_however_others_speak() {
    let mut harness = greeted(WELCOME);
    harness.say("hi");
    again(&mut harness);
    harness.hear(WELCOME);
    harness.hear(resumed(true, 41));
    harness.hear("a line in bare words");
    let id = harness.say("hello");
    assert!(harness.last_sent().contains(&id.to_string()));
}

#[test]
fn an_apps_own_json_is_acknowledged_and_takes_its_number_too() {
    let mut harness = greeted(WELCOME);
    let id = harness.new_id();
    let own = Outgoing::exactly(format!(r#"{{"id":"{id}","op":"draw"}}"#));
    Host::send(&mut harness, id, own, &SendOptions::default(), |_| {}).expect("accepted");
    let shown = harness.shown().len();
    harness.hear(ack(id, 42));
    harness.hear(ack(id, 42));
    assert_eq!((harness.delivered(id), harness.shown().len()), (1, shown));
    harness.hear(line(43, "at once"));
    assert_eq!(lines(&harness), ["at once"]);
    harness.hear(format!(r#"{{"id":"{id}","drawn":true}}"#));
    let replied = |event: &Event| matches!(event, Event::Reply { .. });
    assert!(harness.events.iter().any(replied));
    assert_eq!(harness.delivered(id), 1);
}

#[test]
fn a_message_without_an_id_is_owed_no_acknowledgement() {
    for (send, is_believed) in [
        (r#"{"message":"{text}"}"#, true),
        (r#"{"id":"{id}"}"#, false),
    ] {
        let shape = Shape {
            send: Some(send.parse().expect("a template")),
            ..Shape::default()
        };
        let mut bench = Bench::new(JsonSession::with_options(&SessionOptions {
            shape,
            ..SessionOptions::default()
        }));
        for _ in 0..2 {
            bench.hear(r#"{"system":true,"text":"Welcome","ack":true}"#);
            bench.say("hi");
            bench.wait(secs(10));
            bench.hear(r#"{"user":"bo","text":"ho"}"#);
            bench.reconnect();
        }
        bench.hear(r#"{"system":true,"text":"Welcome","ack":true}"#);
        assert_eq!(bench.session.proves(), is_believed, "{send}");
    }
}
