//! What proves a message, and where it goes.

use super::*;

#[test]
fn a_receipt_proves_a_message() {
    let mut world = joined();
    let id = world.say("hi");
    let body = format!(r#"{{"id":"{id}","text":"hi","user":"ada"}}"#);
    let (receipt, length) = (
        format!("receipt:{id}"),
        format!("content-length:{}", body.len()),
    );
    assert_eq!(
        lines(&world.last_sent()),
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
    assert_eq!(world.last_fate(id), Delivery::Sent);
    world.hear(format!("RECEIPT\nreceipt-id:{id}\n\n\0\n"));
    assert_eq!(world.last_fate(id), Delivery::Delivered);
}

#[test]
fn a_message_that_comes_back_before_its_receipt_is_proof_once() {
    let mut world = joined();
    let id = world.say("hi");
    let body = format!(r#"{{"id":"{id}","text":"hi","user":"ada"}}"#);
    world.hear(message(&format!("receipt:{id}\n"), &body));
    world.hear(format!("RECEIPT\nreceipt-id:{id}\n\n\0\n"));
    assert_eq!(world.delivered(id), 1);
    assert!(world.shown().is_empty());
}

#[test]
fn the_receipt_header_of_anothers_message_is_no_answer() {
    let mut world = joined();
    let id = world.say("mine");
    // RabbitMQ hands the sender's `receipt` header on to every subscriber.
    world.hear(message(
        &format!("receipt:{id}\n"),
        r#"{"text":"hers","user":"bob","id":"1"}"#,
    ));
    assert_eq!(world.last_fate(id), Delivery::Sent);
    assert_eq!(world.texts(), ["hers"]);
}

#[test]
fn a_broker_without_receipts_proves_by_the_message_that_comes_back() {
    let mut world = joined_with(
        options(Protocol::Stomp),
        "CONNECTED\nversion:1.2\nheart-beat:0,0\n\n\0",
    );
    let by_id = world.say("with its id");
    world.hear(message(
        "",
        &format!(r#"{{"id":"{by_id}","text":"with its id"}}"#),
    ));
    assert_eq!(world.delivered(by_id), 1);
    // A server that makes its own objects keeps the name and the text at best.
    let by_text = world.say("by its text");
    world.hear(message("", r#"{"from":"bob","text":"by its text"}"#));
    assert_eq!(world.last_fate(by_text), Delivery::Sent);
    world.hear(message("", r#"{"from":"ada","text":"by its text"}"#));
    assert_eq!(world.delivered(by_text), 1);
    assert_eq!(world.texts(), ["by its text"], "bob's");
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
    let mut world = joined_with(options, CONNECTED);
    assert!(world.last_sent().contains("destination:/topic/greetings\n"));
    world.say("hi");
    assert!(world.last_sent().contains("destination:/app/hello\n"));
    world.send_to("/queue/x", r#"{"name":"ada"}"#, true);
    let sent = world.last_sent();
    assert!(sent.contains("destination:/queue/x\ncontent-type:application/json\n"));
    assert!(sent.ends_with("\n\n{\"name\":\"ada\"}\0"), "{sent:?}");
}

#[test]
fn a_message_without_an_id_is_shown() {
    let mut world = joined();
    world.hear("MESSAGE\ndestination:/topic/chat\nsubscription:0\n\nhi\0");
    assert_eq!((world.texts(), world.unreadable()), (vec!["hi"], 0));
}

#[test]
fn leaving_disconnects() {
    let mut world = joined();
    world.close();
    assert_eq!(world.last_sent(), "DISCONNECT\nreceipt:bye\n\n\0");
    world.hear("RECEIPT\nreceipt-id:bye\n\n\0");
    world.server_closes(1000, "STOMP died");
    assert_eq!(world.name(), "closed");
}
