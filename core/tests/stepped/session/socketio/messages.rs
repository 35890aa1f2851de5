//! Events and their acknowledgements.

use super::*;

#[test]
fn an_acknowledgement_proves_a_message() {
    let mut world = joined();
    let id = world.say("hi");
    let (ack, args) = last_event(&world);
    assert_eq!(
        args,
        [
            json!("message"),
            json!({ "id": id.to_string(), "text": "hi", "user": "ada" })
        ]
    );
    assert_eq!(world.last_fate(id), Delivery::Sent);
    world.hear(format!(r#"43{ack}["ok"]"#));
    assert_eq!(world.last_fate(id), Delivery::Delivered);
    let other = world.say("ho");
    assert_eq!(last_event(&world).0, ack + 1);
    world.hear(format!("43{}[]", ack + 1));
    assert_eq!(world.last_fate(other), Delivery::Delivered);
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
        let mut world = joined();
        let id = world.say("hi");
        let (ack, _) = last_event(&world);
        world.hear(format!("43{ack}{answer}"));
        assert_eq!(world.last_fate(id), refused(reason), "{answer}");
        assert_eq!(world.name(), "open");
    }
    let mut world = joined();
    let id = world.say("hi");
    world.hear(format!(
        r#"43{}[{{"error":null,"status":"ok"}}]"#,
        last_event(&world).0
    ));
    assert_eq!(world.last_fate(id), Delivery::Delivered);
}

#[test]
fn an_own_message_that_comes_back_is_proof_once_and_not_shown() {
    let mut world = joined();
    let id = world.say("hi");
    let (ack, args) = last_event(&world);
    world.hear(format!("42{}", Value::Array(args)));
    world.hear(format!("43{ack}[]"));
    assert_eq!(world.delivered(id), 1);
    assert!(world.shown().is_empty());
}

#[test]
fn the_server_gets_the_acknowledgement_it_asks_for() {
    let mut world = joined();
    world.hear(r#"4217["message","are you there?"]"#);
    assert_eq!(world.last_sent(), "4317[]");
    assert_eq!(world.texts(), ["are you there?"]);
    world.hear(r#"42["message","no answer needed"]"#);
    assert_eq!(world.last_sent(), "4317[]");
}

#[test]
fn chat_events_are_shown_in_any_shape_and_others_are_aside() {
    let mut world = joined();
    world.hear(r#"42["message","plain"]"#);
    world.hear(r#"42["chat message",{"text":"object","user":"bob","id":"1"}]"#);
    world.hear(r#"42["new message",{"username":"cy","message":"named"}]"#);
    world.hear(r#"42["typing",{"who":"bob"},[1]]"#);
    world.hear(r#"42["message"]"#);
    let shown = world.shown();
    assert_eq!(world.texts()[..3], ["plain", "object", "named"]);
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
    let mut world = joined_with(
        SessionOptions {
            socketio: SocketIoOptions {
                event,
                ..SocketIoOptions::default()
            },
            ..options(Protocol::SocketIo)
        },
        CONNECTED,
    );
    world.say("hi");
    assert_eq!(last_event(&world).1[0], "say");
    world.hear(r#"42["say","shown"]"#);
    assert_eq!(world.shown()[0].kind, Kind::Chat);
    world.send_to("shout", "HI", false);
    assert_eq!(last_event(&world).1[0], "shout");
    world.send_to("move", r#"[1,{"x":[null]},"y"]"#, true);
    assert_eq!(
        last_event(&world).1,
        [json!("move"), json!(1), json!({ "x": [null] }), json!("y")]
    );
    let id = world.send_to("move", "{}", true);
    assert_eq!(world.last_fate(id), refused(Reason::NoArguments));
}

#[test]
fn reserved_event_names_are_neither_sent_nor_heard() {
    let mut world = joined();
    let before = world.sent().len();
    let id = world.send_to("disconnect", "x", false);
    assert!(matches!(world.last_fate(id), Delivery::Failed(_)));
    assert_eq!(world.sent().len(), before);
    world.hear(r#"42["connect","x"]"#);
    assert_eq!(
        (world.shown().len(), world.unreadable(), world.name()),
        (0, 1, "open")
    );
}

#[test]
fn a_message_over_the_servers_limit_fails_and_costs_nothing_else() {
    let mut world = joined();
    let id = world.say("x".repeat(1000));
    assert_eq!(
        world.last_fate(id),
        refused(Reason::TooLarge {
            len: 1079,
            limit: 1000
        })
    );
    let id = world.say(vec![0; 1001]);
    assert!(matches!(world.last_fate(id), Delivery::Failed(_)));
    let id = world.say("short");
    assert_eq!(world.last_fate(id), Delivery::Sent);
    assert_eq!(last_event(&world).0, 0, "no number was used up");
}

#[test]
fn an_acknowledgement_of_the_old_link_proves_nothing_on_the_new_one() {
    let mut world = joined();
    let lost = world.say("lost");
    world.breaks();
    assert!(matches!(world.last_fate(lost), Delivery::Failed(_)));
    world.advance_to_timer();
    world.accept();
    world.hear(OPEN);
    world.hear(CONNECTED);
    world.hear("430[]");
    assert!(matches!(world.last_fate(lost), Delivery::Failed(_)));
}
