//! Frames that are large, come in pieces or are broken, and bodies of bytes.

use super::*;

#[test]
fn a_large_frame_goes_out_in_parts_and_is_one_frame_again() {
    let mut world = joined();
    let before = world.sent().len();
    let text = "\u{4f60}\u{597d} ".repeat(3000);
    world.say(text.as_str());
    let parts = &world.sent()[before..];
    assert!(parts.len() > 4 && parts.iter().all(|part| part.len() <= 4096));
    let frame = parts.concat();
    assert!(frame.starts_with("SEND\n") && frame.ends_with('\0') && frame.contains(&text));
}

#[test]
fn a_frame_over_the_limit_that_the_server_tells_fails_and_is_never_sent_again() {
    let limit = "ERROR\nmessage:The configured STOMP buffer size limit of 65536 bytes has been exceeded\n\n\0";
    let mut world = joined();
    world.say("fine");
    let huge = world.say("x".repeat(70_000));
    world.hear(limit);
    let why = |fate: &Delivery| match fate {
        Delivery::Failed(Failure::Refused(reason)) => reason.to_string(),
        other => panic!("it was to fail: {other:?}"),
    };
    assert!(why(&world.last_fate(huge)).contains("65536"));
    world.advance_to_timer();
    join(&mut world, CONNECTED);
    assert!(world.sent().iter().all(|frame| !frame.contains("xxxx")));
    let before = world.sent().len();
    let again = world.say("x".repeat(70_000));
    assert!(why(&world.last_fate(again)).contains("no more than 65536 are"));
    assert_eq!(world.sent().len(), before);
    assert_eq!(world.name(), "open");
}

#[test]
fn a_broker_that_reads_no_parts_gets_the_next_frames_whole() {
    let mut world = joined();
    let count = |world: &mut World| {
        let before = world.sent().len();
        world.say("x".repeat(10_000));
        world.sent().len() - before
    };
    assert_eq!(count(&mut world), 3);
    world.hear("ERROR\nmessage:unexpected end of frame\n\n\0");
    world.advance_to_timer();
    join(&mut world, CONNECTED);
    assert_eq!(count(&mut world), 1);
    world.server_closes(1009, "");
    world.advance_to_timer();
    join(&mut world, CONNECTED);
    assert_eq!(count(&mut world), 3);
}

#[test]
fn frames_come_in_pieces_and_several_at_once() {
    let mut world = joined();
    let (first, second) = (message("", "one \u{e9}"), message("", "two"));
    let all = format!("\n{first}\n\n{second}");
    let bytes = all.as_bytes();
    for piece in bytes.chunks(7) {
        world.hear(piece.to_vec());
    }
    world.hear(format!("{first}{second}\n{first}"));
    assert_eq!(
        world.texts(),
        ["one \u{e9}", "two", "one \u{e9}", "two", "one \u{e9}"]
    );
}

#[test]
fn a_broken_frame_is_unreadable_and_closes_nothing() {
    let mut world = joined();
    world.hear("NONSENSE\n\n\0");
    world.hear("MESSAGE\nno-colon\n\n\0");
    world.hear("MESSAGE\nmessage-id:1\n\nno destination\0");
    world.hear("MESSAGE\nmessage-id:1\ndestination:\\x\n\n\0");
    assert_eq!((world.unreadable(), world.name()), (4, "open"));
    world.hear(message("", "still here"));
    assert_eq!(world.texts(), ["still here"]);
}

#[test]
fn bodies_are_words_where_they_can_be_and_bytes_where_not() {
    let mut world = joined_with(options(Protocol::Stomp), "CONNECTED\nversion:1.2\n\n\0");
    world.hear(message("content-type:text/plain\n", "plain"));
    world.hear(message("", r#"{"content":"json","sender":"bob"}"#));
    world.hear(message("", r#"{"nothing":"known"}"#));
    let mut binary =
        b"MESSAGE\ndestination:/a\nmessage-id:2\ncontent-length:3\n\n\xff\0\xfe\0".to_vec();
    world.hear(std::mem::take(&mut binary));
    assert_eq!(world.texts(), ["plain", "json", r#"{"nothing":"known"}"#]);
    let shown = world.shown();
    assert_eq!(shown[1].sender.as_deref(), Some("bob"));
    assert_eq!(shown[3].body, Body::Binary(vec![0xff, 0, 0xfe]));
    assert_eq!(
        shown[0]
            .data
            .as_ref()
            .and_then(|data| data.get("content-type")?.as_str()),
        Some("text/plain")
    );
    let id = world.say(vec![0xff]);
    assert!(matches!(
        world.sockets[0].sent.last(),
        Some(Message::Binary(_))
    ));
    assert_eq!(world.last_fate(id), Delivery::Sent);
}

#[test]
fn bytes_do_not_go_to_a_broker_that_would_break_its_subscribers_with_them() {
    let mut world = joined();
    let before = world.sent().len();
    let id = world.say(vec![0xff]);
    assert!(matches!(world.last_fate(id), Delivery::Failed(_)));
    assert_eq!(world.sent().len(), before);
    world.say(b"words in bytes".to_vec());
    assert_eq!(world.sent().len(), before + 1);
    // One that was told to write binary frames.
    let mut other = world_with(Config::new(URL), options(Protocol::Stomp));
    other.opened(other.socket(), "v12.stomp");
    other.hear(CONNECTED.as_bytes().to_vec());
    other.hear(SUBSCRIBED.as_bytes().to_vec());
    let id = other.say(vec![0xff]);
    assert_eq!(other.last_fate(id), Delivery::Sent);
}
