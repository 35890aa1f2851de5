//! Events and their acknowledgements.

use super::*;

#[test]
fn an_acknowledgement_proves_a_message() {
    let mut harness = joined();
    let id = harness.say("hi");
    let (ack, args) = last_event(&harness);
    assert_eq!(
        args,
        [
            json!("message"),
            json!({ "id": id.to_string(), "text": "hi", "user": "ada" })
        ]
    );
    assert_eq!(harness.last_fate(id), Delivery::Sent);
    harness.hear(format!(r#"43{ack}["ok"]"#));
    assert_eq!(harness.last_fate(id), Delivery::Delivered);
    let other = harness.say("ho");
    assert_eq!(last_event(&harness).0, ack + 1);
    harness.hear(format!("43{}[]", ack + 1));
    assert_eq!(harness.last_fate(other), Delivery::Delivered);
}

#[test]
fn an_acknowledgement_that_says_no_fails_the_message_with_its_words() {
    let words = |words: &str| Reason::Server(words.to_owned());
    for (answer, reason) in [
        (json!([{ "error": "too loud" }]), words("too loud")),
        (
            json!([{ "error": { "message": "too loud" } }]),
            words("too loud"),
        ),
        (
            json!([{ "status": "error", "message": "banned" }]),
            words("banned"),
        ),
        (json!([{ "error": true }]), Reason::Refused),
    ] {
        let mut harness = joined();
        let id = harness.say("hi");
        let (ack, _) = last_event(&harness);
        harness.hear(format!("43{ack}{answer}"));
        assert_eq!(harness.last_fate(id), refused(reason), "{answer}");
        assert_eq!(harness.name(), "open");
    }
    let mut harness = joined();
    let id = harness.say("hi");
    harness.hear(format!(
        r#"43{}[{{"error":null,"status":"ok"}}]"#,
        last_event(&harness).0
    ));
    assert_eq!(harness.last_fate(id), Delivery::Delivered);
}

#[test]
fn an_own_message_that_comes_back_is_proof_once_and_not_shown() {
    let mut harness = joined();
    let id = harness.say("hi");
    let (ack, args) = last_event(&harness);
    harness.hear(format!("42{}", Value::Array(args)));
    harness.hear(format!("43{ack}[]"));
    assert_eq!(harness.delivered(id), 1);
    assert!(harness.shown().is_empty());
}

#[test]
fn the_server_gets_the_acknowledgement_it_asks_for() {
    let mut harness = joined();
    harness.hear(r#"4217["message","are you there?"]"#);
    assert_eq!(harness.last_sent(), "4317[]");
    assert_eq!(harness.texts(), ["are you there?"]);
    harness.hear(r#"42["message","no answer needed"]"#);
    assert_eq!(harness.last_sent(), "4317[]");
}

#[test]
fn chat_events_are_shown_in_any_shape_and_others_are_aside() {
    let mut harness = joined();
    harness.hear(r#"42["message","plain"]"#);
    harness.hear(r#"42["chat message",{"text":"object","user":"bob","id":"1"}]"#);
    harness.hear(r#"42["new message",{"username":"cy","message":"named"}]"#);
    harness.hear(r#"42["typing",{"who":"bob"},[1]]"#);
    harness.hear(r#"42["message"]"#);
    let shown = harness.shown();
    assert_eq!(harness.texts()[..3], ["plain", "object", "named"]);
    assert_eq!(shown[1].sender.as_deref(), Some("bob"));
    assert_eq!(shown[2].sender.as_deref(), Some("cy"));
    assert_eq!(
        shown
            .iter()
            .map(|incoming| incoming.kind == Kind::Data)
            .collect::<Vec<_>>(),
        [false, false, false, true, true]
    );
    assert_eq!(shown[3].channel.as_deref(), Some("typing"));
    assert_eq!(shown[3].data, Some(json!([{ "who": "bob" }, [1]])));
}

#[test]
fn the_event_is_an_option_and_may_differ_by_message() {
    let event = Some("say".into());
    let mut harness = joined_with(
        SessionOptions {
            socketio: SocketIoOptions {
                event,
                ..SocketIoOptions::default()
            },
            ..options(Protocol::SocketIo)
        },
        CONNECTED,
    );
    harness.say("hi");
    assert_eq!(last_event(&harness).1[0], "say");
    harness.hear(r#"42["say","shown"]"#);
    assert_eq!(harness.shown()[0].kind, Kind::Chat);
    harness.send_to("shout", "HI", false);
    assert_eq!(last_event(&harness).1[0], "shout");
    harness.send_to("move", r#"[1,{"x":[null]},"y"]"#, true);
    assert_eq!(
        last_event(&harness).1,
        [json!("move"), json!(1), json!({ "x": [null] }), json!("y")]
    );
    let id = harness.send_to("move", "{}", true);
    assert_eq!(harness.last_fate(id), refused(Reason::NoArguments));
}

#[test]
fn reserved_event_names_are_neither_sent_nor_heard() {
    let mut harness = joined();
    let before = harness.sent().len();
    let id = harness.send_to("disconnect", "x", false);
    assert!(matches!(harness.last_fate(id), Delivery::Failed(_)));
    assert_eq!(harness.sent().len(), before);
    harness.hear(r#"42["connect","x"]"#);
    assert_eq!(
        (harness.shown().len(), harness.unreadable(), harness.name()),
        (0, 1, "open")
    );
}

#[test]
fn a_message_over_the_servers_limit_fails_and_costs_nothing_else() {
    let mut harness = joined();
    let id = harness.say("x".repeat(1000));
    assert_eq!(
        harness.last_fate(id),
        refused(Reason::TooLarge {
            len: 1079,
            limit: 1000
        })
    );
    let id = harness.say(vec![0; 1001]);
    assert!(matches!(harness.last_fate(id), Delivery::Failed(_)));
    let id = harness.say("short");
    assert_eq!(harness.last_fate(id), Delivery::Sent);
    assert_eq!(last_event(&harness).0, 0, "no number was used up");
}

#[test]
fn an_acknowledgement_of_the_old_link_proves_nothing_on_the_new_one() {
    let mut harness = joined();
    let lost = harness.say("lost");
    harness.breaks();
    assert!(matches!(harness.last_fate(lost), Delivery::Failed(_)));
    harness.advance_to_timer();
    harness.accept();
    harness.hear(OPEN);
    harness.hear(CONNECTED);
    harness.hear("430[]");
    assert!(matches!(harness.last_fate(lost), Delivery::Failed(_)));
}
