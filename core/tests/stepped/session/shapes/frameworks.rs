//! The frameworks' own documents, line by line.

use super::*;

fn framework(name: &str) -> World {
    let preset = preset(name).expect("a preset");
    World::new(Config::new(URL), session(preset.shape()))
}

#[test]
fn action_cable_is_a_few_lines_of_data() {
    let mut world = framework("action-cable");
    world.say("say \"hi\"");
    world.open();
    world.accept();
    assert_eq!(parsed(&world.sent()[0])["command"], "subscribe");
    world.hear(r#"{"type":"welcome"}"#);
    assert_eq!(world.name(), "handshaking");
    world.hear(r#"{"identifier":"{\"channel\":\"ChatChannel\"}","type":"confirm_subscription"}"#);
    let sent = parsed(&world.sent()[1]);
    let data = parsed(sent["data"].as_str().expect("JSON in a string"));
    assert_eq!(data, json!({"action": "speak", "message": "say \"hi\""}));
    for n in 0..100 {
        world.hear(format!(
            r#"{{"type":"ping","message":{}}}"#,
            1_510_931_567 + 3 * n
        ));
        world.advance_secs(3);
    }
    world.hear(r#"{"identifier":"{\"channel\":\"ChatChannel\"}","message":{"message":"yes","sent_by":"bo"}}"#);
    let lines: Vec<_> = world
        .shown()
        .into_iter()
        .filter(|incoming| incoming.kind == Kind::Chat)
        .collect();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(
        (lines[0].body.as_text(), lines[0].sender.as_deref()),
        (Some("yes"), Some("bo"))
    );
    assert_eq!(world.sent().len(), 2, "pings need no answer there");
}

#[test]
fn phoenix_channels_are_a_few_lines_of_data() {
    let mut world = framework("phoenix");
    world.open();
    world.accept();
    assert_eq!(world.sent()[0], r#"["1","1","room:lobby","phx_join",{}]"#);
    world.hear(r#"["1","1","room:lobby","phx_reply",{"response":{},"status":"ok"}]"#);
    assert_eq!(world.name(), "open");
    world.serve(|message| {
        let frame = parsed(message.as_text().expect("JSON"));
        let reply =
            json!([frame[0], frame[1], frame[2], "phx_reply", {"response": {}, "status": "ok"}]);
        vec![reply.to_string().into()]
    });
    let id = world.say("hi");
    world.advance_secs(1);
    assert_eq!(
        world.fate(id).last(),
        Some(&Delivery::Delivered),
        "the reply proves it"
    );
    world.hear(r#"["1",null,"room:lobby","new_msg",{"body":"yes","user":"bo"}]"#);
    world.hear(r#"["1",null,"room:lobby","presence_state",{}]"#);
    world.advance_secs(120);
    let lines: Vec<_> = world
        .shown()
        .into_iter()
        .filter(|incoming| incoming.kind == Kind::Chat)
        .collect();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(
        (lines[0].body.as_text(), lines[0].sender.as_deref()),
        (Some("yes"), Some("bo"))
    );
    let beats = world
        .sent()
        .iter()
        .filter(|frame| frame.contains("heartbeat"))
        .count();
    assert!(
        beats > 3,
        "without them the link ends after a minute: {beats}"
    );
    assert_eq!((world.name(), world.sockets.len()), ("open", 1));
}

#[test]
fn signalrs_json_protocol_is_a_few_lines_of_data() {
    let mut world = framework("signalr");
    world.open();
    world.accept();
    assert_eq!(
        world.sent(),
        ["{\"protocol\":\"json\",\"version\":1}\u{1e}"]
    );
    world.hear("{}\u{1e}");
    assert_eq!(world.name(), "open");
    world.say("hi");
    assert!(world.sent().contains(
        &"{\"type\":1,\"target\":\"SendMessage\",\"arguments\":[\"ada\",\"hi\"]}\u{1e}".to_owned()
    ));
    world.hear("{\"type\":6}\u{1e}{\"type\":1,\"target\":\"ReceiveMessage\",\"arguments\":[\"bo\",\"yes\"]}\u{1e}{\"type\":6}\u{1e}");
    let lines: Vec<_> = world
        .shown()
        .into_iter()
        .filter(|incoming| incoming.kind == Kind::Chat)
        .collect();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(
        (lines[0].body.as_text(), lines[0].sender.as_deref()),
        (Some("yes"), Some("bo"))
    );
}

#[test]
fn api_gateway_is_a_line_of_data() {
    let mut world = framework("action-data").connected();
    world.say("hi");
    assert_eq!(world.sent(), [r#"{"action":"sendmessage","data":"hi"}"#]);
    world.hear("bare words come out");
    assert_eq!(world.texts(), ["bare words come out"]);
}
