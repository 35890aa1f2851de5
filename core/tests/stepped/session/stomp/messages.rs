//! What proves a message, and where it goes.

use super::*;

#[test]
fn a_receipt_proves_a_message() {
    let mut harness = joined();
    let id = harness.say("hi");
    let body = format!(r#"{{"id":"{id}","text":"hi","user":"ada"}}"#);
    let (receipt, length) = (
        format!("receipt:{id}"),
        format!("content-length:{}", body.len()),
    );
    assert_eq!(
        lines(&harness.last_sent()),
        [
            "SEND",
            "destination:/topic/chat",
            "content-type:application/json",
            &receipt,
            &length,
            "",
            &body
        ]
    );
    assert_eq!(harness.last_fate(id), Delivery::Sent);
    harness.hear(format!("RECEIPT\nreceipt-id:{id}\n\n\0\n"));
    assert_eq!(harness.last_fate(id), Delivery::Delivered);
}

#[test]
fn a_message_that_comes_back_before_its_receipt_is_proof_once() {
    let mut harness = joined();
    let id = harness.say("hi");
    let body = format!(r#"{{"id":"{id}","text":"hi","user":"ada"}}"#);
    harness.hear(message(&format!("receipt:{id}\n"), &body));
    harness.hear(format!("RECEIPT\nreceipt-id:{id}\n\n\0\n"));
    assert_eq!(harness.delivered(id), 1);
    assert!(harness.shown().is_empty());
}

#[test]
fn the_receipt_header_of_anothers_message_is_no_answer() {
    let mut harness = joined();
    let id = harness.say("mine");
    // RabbitMQ hands the sender's `receipt` header on to every subscriber.
    harness.hear(message(
        &format!("receipt:{id}\n"),
        r#"{"text":"hers","user":"bob","id":"1"}"#,
    ));
    assert_eq!(harness.last_fate(id), Delivery::Sent);
    assert_eq!(harness.texts(), ["hers"]);
}

#[test]
fn a_broker_without_receipts_proves_by_the_message_that_comes_back() {
    let mut harness = joined_with(
        options(Protocol::Stomp),
        "CONNECTED\nversion:1.2\nheart-beat:0,0\n\n\0",
    );
    let by_id = harness.say("with its id");
    harness.hear(message(
        "",
        &format!(r#"{{"id":"{by_id}","text":"with its id"}}"#),
    ));
    assert_eq!(harness.delivered(by_id), 1);
    // A server that makes its own objects keeps the name and the text at best.
    let by_text = harness.say("by its text");
    harness.hear(message("", r#"{"from":"bob","text":"by its text"}"#));
    assert_eq!(harness.last_fate(by_text), Delivery::Sent);
    harness.hear(message("", r#"{"from":"ada","text":"by its text"}"#));
    assert_eq!(harness.delivered(by_text), 1);
    assert_eq!(harness.texts(), ["by its text"], "bob's");
}

#[test]
fn where_to_send_may_differ_from_what_is_heard() {
    let options = SessionOptions {
        listen: vec!["/topic/greetings".into()],
        stomp: StompOptions {
            destination: Some("/app/hello".into()),
            ..StompOptions::default()
        },
        ..options(Protocol::Stomp)
    };
    let mut harness = joined_with(options, CONNECTED);
    assert!(
        harness
            .last_sent()
            .contains("destination:/topic/greetings\n")
    );
    harness.say("hi");
    assert!(harness.last_sent().contains("destination:/app/hello\n"));
    harness.send_to("/queue/x", r#"{"name":"ada"}"#, true);
    let sent = harness.last_sent();
    assert!(sent.contains("destination:/queue/x\ncontent-type:application/json\n"));
    assert!(sent.ends_with("\n\n{\"name\":\"ada\"}\0"), "{sent:?}");
}

#[test]
fn a_message_without_an_id_is_shown() {
    let mut harness = joined();
    harness.hear("MESSAGE\ndestination:/topic/chat\nsubscription:0\n\nhi\0");
    assert_eq!((harness.texts(), harness.unreadable()), (vec!["hi"], 0));
}

#[test]
fn leaving_disconnects() {
    let mut harness = joined();
    harness.close();
    assert_eq!(harness.last_sent(), "DISCONNECT\nreceipt:bye\n\n\0");
    harness.hear("RECEIPT\nreceipt-id:bye\n\n\0");
    harness.server_closes(1000, "STOMP died");
    assert_eq!(harness.name(), "closed");
}

#[test]
fn a_line_has_the_brokers_id_where_it_has_none_of_its_own() {
    let mut harness = joined();
    harness.hear(message("", "hi"));
    assert_eq!(harness.shown()[0].id.as_deref(), Some("T_0@@1"));
    harness.hear("MESSAGE\nsubscription:0\ndestination:/topic/chat\nmessage-id:\n\nho\0");
    assert_eq!(harness.shown()[1].id, None);
}
