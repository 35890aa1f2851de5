//! Bytes, and packets that cannot be read.

use super::*;

#[test]
fn bytes_arrive_as_bytes_with_all_attachments_at_hand() {
    let mut harness = joined();
    harness.hear(
        r#"452-["message",{"_placeholder":true,"num":0},{"more":{"_placeholder":true,"num":1}}]"#,
    );
    harness.hear(vec![1, 2, 3]);
    harness.hear("2");
    assert!(harness.shown().is_empty());
    harness.hear(vec![0xff]);
    let incoming = harness.shown()[0];
    assert_eq!(incoming.body, Body::Binary(vec![1, 2, 3]));
    assert_eq!(incoming.attachments, [vec![1, 2, 3], vec![0xff]]);
    assert_eq!(incoming.kind, Kind::Chat);
}

#[test]
fn bytes_beside_words_are_not_lost() {
    let mut harness = joined();
    harness.hear(r#"451-["file","a.png",{"_placeholder":true,"num":0}]"#);
    harness.hear(vec![9]);
    let incoming = harness.shown()[0];
    assert_eq!(incoming.body, Body::Text("a.png".into()));
    assert_eq!(incoming.attachments, [vec![9]]);
}

#[test]
fn a_text_after_missing_attachments_is_read() {
    let mut harness = joined();
    harness.hear(r#"451-["file",{"_placeholder":true,"num":0}]"#);
    harness.hear(r#"42["message","hello"]"#);
    assert_eq!(harness.shown().len(), 1);
    assert_eq!(harness.shown()[0].body, Body::Text("hello".into()));
    let unreadable = |event: &&Event| matches!(event, Event::Unreadable { .. });
    assert_eq!(harness.events.iter().filter(unreadable).count(), 1);
}

#[test]
fn bytes_go_out_as_an_attachment_and_are_acknowledged() {
    let mut harness = joined();
    let id = harness.say(vec![1, 2]);
    let sent = &harness.sockets[0].sent;
    let head = r#"451-0["message",{"_placeholder":true,"num":0}]"#;
    assert_eq!(
        sent[sent.len() - 2..],
        [Message::Text(head.into()), Message::Binary(vec![1, 2])]
    );
    harness.hear("430[]");
    assert_eq!(harness.last_fate(id), Delivery::Delivered);
}

#[test]
fn malformed_packets_are_unreadable_and_close_nothing() {
    let mut harness = joined();
    let broken: [Message; 10] = [
        "".into(),
        "9".into(),
        "4".into(),
        "49".into(),
        "42".into(),
        "42{".into(),
        r#"42[{"no":"name"}]"#.into(),
        "43[]".into(),
        vec![1, 2].into(),
        r#"450-["x"]"#.into(),
    ];
    for (index, message) in broken.into_iter().enumerate() {
        harness.hear(message.clone());
        harness.end_burst();
        assert_eq!(
            (harness.unreadable(), harness.name()),
            (index + 1, "open"),
            "{message:?}"
        );
    }
    harness.hear(r#"451-["x",{"_placeholder":true,"num":0}]"#);
    harness.hear(r#"42["message","where are the bytes?"]"#);
    assert_eq!(harness.unreadable(), 11);
    harness.hear(r#"42["message","still here"]"#);
    assert_eq!(harness.texts(), ["where are the bytes?", "still here"]);
    harness.hear("43999[]");
    assert_eq!(
        harness.unreadable(),
        11,
        "an acknowledgement that nobody waits for"
    );
}
