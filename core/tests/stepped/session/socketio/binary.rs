//! Bytes, and packets that cannot be read.

use super::*;

#[test]
fn bytes_arrive_as_bytes_with_all_attachments_at_hand() {
    let mut world = joined();
    world.hear(
        r#"452-["message",{"_placeholder":true,"num":0},{"more":{"_placeholder":true,"num":1}}]"#,
    );
    world.hear(vec![1, 2, 3]);
    world.hear("2");
    assert!(world.shown().is_empty());
    world.hear(vec![0xff]);
    let incoming = world.shown()[0];
    assert_eq!(incoming.body, Body::Binary(vec![1, 2, 3]));
    assert_eq!(incoming.attachments, [vec![1, 2, 3], vec![0xff]]);
    assert_eq!(incoming.kind, Kind::Chat);
}

#[test]
fn bytes_beside_words_are_not_lost() {
    let mut world = joined();
    world.hear(r#"451-["file","a.png",{"_placeholder":true,"num":0}]"#);
    world.hear(vec![9]);
    let incoming = world.shown()[0];
    assert_eq!(incoming.body, Body::Text("a.png".into()));
    assert_eq!(incoming.attachments, [vec![9]]);
}

#[test]
fn a_text_after_missing_attachments_is_read() {
    let mut world = joined();
    world.hear(r#"451-["file",{"_placeholder":true,"num":0}]"#);
    world.hear(r#"42["message","hello"]"#);
    assert_eq!(world.shown().len(), 1);
    assert_eq!(world.shown()[0].body, Body::Text("hello".into()));
    let unreadable = |event: &&Event| matches!(event, Event::Unreadable { .. });
    assert_eq!(world.events.iter().filter(unreadable).count(), 1);
}

#[test]
fn bytes_go_out_as_an_attachment_and_are_acknowledged() {
    let mut world = joined();
    let id = world.say(vec![1, 2]);
    let sent = &world.sockets[0].sent;
    let head = r#"451-0["message",{"_placeholder":true,"num":0}]"#;
    assert_eq!(
        sent[sent.len() - 2..],
        [Message::Text(head.into()), Message::Binary(vec![1, 2])]
    );
    world.hear("430[]");
    assert_eq!(world.last_fate(id), Delivery::Delivered);
}

#[test]
fn malformed_packets_are_unreadable_and_close_nothing() {
    let mut world = joined();
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
        world.hear(message.clone());
        assert_eq!(
            (world.unreadable(), world.name()),
            (index + 1, "open"),
            "{message:?}"
        );
    }
    world.hear(r#"451-["x",{"_placeholder":true,"num":0}]"#);
    world.hear(r#"42["message","where are the bytes?"]"#);
    assert_eq!(world.unreadable(), 11);
    world.hear(r#"42["message","still here"]"#);
    assert_eq!(world.texts(), ["where are the bytes?", "still here"]);
    world.hear("43999[]");
    assert_eq!(
        world.unreadable(),
        11,
        "an acknowledgement that nobody waits for"
    );
}
