//! The frameworks' own documents, line by line.

use super::*;

fn framework(name: &str) -> Harness {
    let preset = preset(name).expect("a preset");
    Harness::new(Config::default(), session(preset.shape()))
}

/// What is shown of people is this line alone.
fn assert_one_line(harness: &Harness, sender: &str, text: &str) {
    let shown = harness.shown().into_iter();
    let lines: Vec<_> = shown
        .filter(|incoming| incoming.kind == Kind::Chat)
        .map(|line| (line.sender.as_deref(), line.body.as_text()))
        .collect();
    assert_eq!(lines, [(Some(sender), Some(text))]);
}

#[test]
fn action_cable_is_a_few_lines_of_data() {
    let mut harness = framework("action-cable");
    harness.say("say \"hi\"");
    harness.open();
    harness.accept();
    assert_eq!(parsed(&harness.sent()[0])["command"], "subscribe");
    harness.hear(r#"{"type":"welcome"}"#);
    assert_eq!(harness.name(), "handshaking");
    harness.hear(r#"{"identifier":"{\"channel\":\"ChatChannel\"}","type":"confirm_subscription"}"#);
    let sent = parsed(&harness.sent()[1]);
    let data = parsed(sent["data"].as_str().expect("JSON in a string"));
    assert_eq!(data, json!({"action": "speak", "message": "say \"hi\""}));
    for n in 0..100 {
        harness.hear(format!(
            r#"{{"type":"ping","message":{}}}"#,
            1_510_931_567 + 3 * n
        ));
        harness.advance_secs(3);
    }
    harness.hear(r#"{"identifier":"{\"channel\":\"ChatChannel\"}","message":{"message":"yes","sent_by":"bo"}}"#);
    assert_one_line(&harness, "bo", "yes");
    assert_eq!(harness.sent().len(), 2, "pings need no answer there");
}

#[test]
fn phoenix_channels_are_a_few_lines_of_data() {
    let mut harness = framework("phoenix");
    harness.open();
    harness.accept();
    assert_eq!(harness.sent()[0], r#"["1","1","room:lobby","phx_join",{}]"#);
    harness.hear(r#"["1","1","room:lobby","phx_reply",{"response":{},"status":"ok"}]"#);
    assert_eq!(harness.name(), "open");
    harness.serve(|message| {
        let frame = parsed(message.as_text().expect("JSON"));
        let reply =
            json!([frame[0], frame[1], frame[2], "phx_reply", {"response": {}, "status": "ok"}]);
        vec![reply.to_string().into()]
    });
    let id = harness.say("hi");
    harness.advance_secs(1);
    assert_eq!(
        harness.fate(id).last(),
        Some(&Delivery::Delivered),
        "the reply proves it"
    );
    harness.hear(r#"["1",null,"room:lobby","new_msg",{"body":"yes","user":"bo"}]"#);
    harness.hear(r#"["1",null,"room:lobby","presence_state",{}]"#);
    harness.advance_secs(120);
    assert_one_line(&harness, "bo", "yes");
    let beats = harness
        .sent()
        .iter()
        .filter(|frame| frame.contains("heartbeat"))
        .count();
    assert!(
        beats > 3,
        "without them the link ends after a minute: {beats}"
    );
    assert_eq!((harness.name(), harness.sockets.len()), ("open", 1));
}

#[test]
fn signalrs_json_protocol_is_a_few_lines_of_data() {
    let mut harness = framework("signalr");
    harness.open();
    harness.accept();
    assert_eq!(
        harness.sent(),
        ["{\"protocol\":\"json\",\"version\":1}\u{1e}"]
    );
    harness.hear("{}\u{1e}");
    assert_eq!(harness.name(), "open");
    harness.say("hi");
    assert!(harness.sent().contains(
        &"{\"type\":1,\"target\":\"SendMessage\",\"arguments\":[\"ada\",\"hi\"]}\u{1e}".to_owned()
    ));
    harness.hear("{\"type\":6}\u{1e}{\"type\":1,\"target\":\"ReceiveMessage\",\"arguments\":[\"bo\",\"yes\"]}\u{1e}{\"type\":6}\u{1e}");
    assert_one_line(&harness, "bo", "yes");
}

#[test]
fn api_gateway_is_a_line_of_data() {
    let mut harness = framework("action-data").connected();
    harness.say("hi");
    assert_eq!(harness.sent(), [r#"{"action":"sendmessage","data":"hi"}"#]);
    harness.hear("bare words come out");
    assert_eq!(harness.texts(), ["bare words come out"]);
}
