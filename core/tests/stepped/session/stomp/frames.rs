//! Frames that are large, come in pieces or are broken, and bodies of bytes.

use super::*;

#[test]
fn a_large_frame_goes_out_in_parts_and_is_one_frame_again() {
    let mut harness = joined();
    let before = harness.sent().len();
    let text = "\u{4f60}\u{597d} ".repeat(3000);
    harness.say(text.as_str());
    let parts = &harness.sent()[before..];
    assert!(parts.len() > 4 && parts.iter().all(|part| part.len() <= 4096));
    let frame = parts.concat();
    assert!(frame.starts_with("SEND\n") && frame.ends_with('\0') && frame.contains(&text));
}

#[test]
fn a_frame_over_the_limit_that_the_server_tells_fails_and_is_never_sent_again() {
    let limit = "ERROR\nmessage:The configured STOMP buffer size limit of 65536 bytes has been exceeded\n\n\0";
    let mut harness = joined();
    harness.say("fine");
    let huge = harness.say("x".repeat(70_000));
    harness.hear(limit);
    let why = |fate: &Delivery| match fate {
        Delivery::Failed(Failure::Refused(reason)) => reason.to_string(),
        other => panic!("it was to fail: {other:?}"),
    };
    assert!(why(&harness.last_fate(huge)).contains("65536"));
    harness.advance_to_timer();
    join(&mut harness, CONNECTED);
    assert!(harness.sent().iter().all(|frame| !frame.contains("xxxx")));
    let before = harness.sent().len();
    let again = harness.say("x".repeat(70_000));
    assert!(why(&harness.last_fate(again)).contains("no more than 65536 are"));
    assert_eq!(harness.sent().len(), before);
    assert_eq!(harness.name(), "open");
}

#[test]
fn a_broker_that_reads_no_parts_gets_the_next_frames_whole() {
    let mut harness = joined();
    let count = |harness: &mut Harness| {
        let before = harness.sent().len();
        harness.say("x".repeat(10_000));
        harness.sent().len() - before
    };
    assert_eq!(count(&mut harness), 3);
    harness.hear("ERROR\nmessage:unexpected end of frame\n\n\0");
    harness.advance_to_timer();
    join(&mut harness, CONNECTED);
    assert_eq!(count(&mut harness), 1);
    harness.server_closes(1009, "");
    harness.advance_to_timer();
    join(&mut harness, CONNECTED);
    assert_eq!(count(&mut harness), 3);
}

#[test]
fn frames_come_in_pieces_and_several_at_once() {
    let mut harness = joined();
    let (first, second) = (message("", "one \u{e9}"), message("", "two"));
    let all = format!("\n{first}\n\n{second}");
    let bytes = all.as_bytes();
    for piece in bytes.chunks(7) {
        harness.hear(piece.to_vec());
    }
    harness.hear(format!("{first}{second}\n{first}"));
    harness.end_burst();
    assert_eq!(
        harness.texts(),
        ["one \u{e9}", "two", "one \u{e9}", "two", "one \u{e9}"]
    );
}

#[test]
fn a_broken_frame_is_unreadable_and_closes_nothing() {
    let mut harness = joined();
    harness.hear("NONSENSE\n\n\0");
    harness.hear("MESSAGE\nno-colon\n\n\0");
    harness.hear("MESSAGE\nmessage-id:1\n\nno destination\0");
    harness.hear("MESSAGE\nmessage-id:1\ndestination:\\x\n\n\0");
    assert_eq!((harness.unreadable(), harness.name()), (4, "open"));
    harness.hear(message("", "still here"));
    assert_eq!(harness.texts(), ["still here"]);
}

#[test]
fn bodies_are_words_where_they_can_be_and_bytes_where_not() {
    let mut harness = joined_with(options(Protocol::Stomp), "CONNECTED\nversion:1.2\n\n\0");
    harness.hear(message("content-type:text/plain\n", "plain"));
    harness.hear(message("", r#"{"content":"json","sender":"bob"}"#));
    harness.hear(message("", r#"{"nothing":"known"}"#));
    let mut binary =
        b"MESSAGE\ndestination:/a\nmessage-id:2\ncontent-length:3\n\n\xff\0\xfe\0".to_vec();
    harness.hear(std::mem::take(&mut binary));
    assert_eq!(harness.texts(), ["plain", "json", r#"{"nothing":"known"}"#]);
    let shown = harness.shown();
    assert_eq!(shown[1].sender.as_deref(), Some("bob"));
    assert_eq!(shown[3].body, Body::Binary(vec![0xff, 0, 0xfe]));
    assert_eq!(
        shown[0]
            .data
            .as_ref()
            .and_then(|data| data.get("content-type")?.as_str()),
        Some("text/plain")
    );
    let id = harness.say(vec![0xff]);
    assert!(matches!(
        harness.sockets[0].sent.last(),
        Some(Message::Binary(_))
    ));
    assert_eq!(harness.last_fate(id), Delivery::Sent);
}

#[test]
fn bytes_do_not_go_to_a_broker_that_would_break_its_subscribers_with_them() {
    let mut harness = joined();
    let before = harness.sent().len();
    let id = harness.say(vec![0xff]);
    assert!(matches!(harness.last_fate(id), Delivery::Failed(_)));
    assert_eq!(harness.sent().len(), before);
    harness.say(b"words in bytes".to_vec());
    assert_eq!(harness.sent().len(), before + 1);
    // One that was told to write binary frames.
    let mut other = harness_with(fixed(URL), Config::default(), options(Protocol::Stomp));
    other.opened(other.socket(), "v12.stomp");
    other.hear(CONNECTED.as_bytes().to_vec());
    other.hear(SUBSCRIBED.as_bytes().to_vec());
    let id = other.say(vec![0xff]);
    assert_eq!(other.last_fate(id), Delivery::Sent);
}

#[test]
fn a_missed_heart_beat_says_nothing_of_the_parts_that_went_before_it() {
    let mut harness = joined();
    let parts = |harness: &mut Harness| {
        let before = harness.sent().len();
        harness.say("x".repeat(9000));
        harness.sent().len() - before
    };
    assert_eq!(parts(&mut harness), 3);
    harness.hear("ERROR\nmessage:Session closed.\n\n\0");
    harness.advance_to_timer();
    join(&mut harness, CONNECTED);
    assert_eq!(parts(&mut harness), 3);
}
