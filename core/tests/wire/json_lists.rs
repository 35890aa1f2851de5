//! Lists of lines: histories, by their ids too, and in which order they are told.

use leptos_chat_core::wire::json::Frame;

use crate::json::{frames, lines};

#[test]
fn a_history_is_its_lines() {
    for text in [
        r#"[{"user":"a","text":"1"},{"user":"b","text":"2"}]"#,
        r#"{"type":"history","data":[{"author":"a","text":"1","time":1},{"author":"b","text":"2","time":2}]}"#,
        r#"{"messages":[{"from":"a","body":"1"},{"from":"b","body":"2"}]}"#,
        r#"{"event":"init","payload":{"messages":[{"from":"a","body":"1"},{"from":"b","body":"2"}]}}"#,
        r#"["history",[{"user":"a","text":"1"},{"user":"b","text":"2"}]]"#,
        r#"[["message",{"user":"a","text":"1"}],["message",{"user":"b","text":"2"}]]"#,
    ] {
        assert_eq!(lines(text), ["a: 1", "b: 2"], "{text}");
    }
    assert_eq!(
        lines(r#"["one","two and more"]"#),
        ["-: one", "-: two and more"]
    );
    assert_eq!(
        lines(r#"{"type":"history","messages":["one","two"]}"#),
        ["-: one", "-: two"]
    );
}

#[test]
fn a_history_by_ids_is_its_lines() {
    let history = r#"{"messages":{"m1":{"user":"bo","text":"hi"},"m2":{"user":"cy","text":"yo"}}}"#;
    assert_eq!(lines(history), ["bo: hi", "cy: yo"]);
    let one = r#"{"messages":{"m1":{"user":"bo","text":"hi"}}}"#;
    assert_eq!(lines(one), ["bo: hi"]);
    let wrapped = r#"{"user":"bo","log":{"at":{"time":1},"line":{"text":"hi"}}}"#;
    assert_eq!(lines(wrapped), ["-: hi"]);
}

#[test]
fn a_list_that_begins_with_the_newest_is_told_from_the_oldest() {
    for (text, expected) in [
        (
            r#"[{"user":"bo","text":"two","at":"2026-01-02 14:02"},{"user":"bo","text":"one","at":"2026-01-02 14:01"}]"#,
            vec!["bo: one", "bo: two"],
        ),
        (
            r#"{"messages":[{"text":"c","createdAt":"2026-01-02T03:04:05.1Z"},{"text":"b","createdAt":"2026-01-02T03:04:05Z"},{"text":"a","createdAt":"2026-01-01T23:04:05Z"}]}"#,
            vec!["-: a", "-: b", "-: c"],
        ),
        (
            r#"[{"text":"b","timestamp":1700000000001},{"text":"a","timestamp":1700000000000}]"#,
            vec!["-: a", "-: b"],
        ),
        // At the same minute, the numbers say it.
        (
            r#"[{"id":10,"text":"b","time":"14:01"},{"id":9,"text":"a","time":"14:01"}]"#,
            vec!["-: a", "-: b"],
        ),
        (
            r#"[{"id":9,"text":"a"},{"id":10,"text":"b"}]"#,
            vec!["-: a", "-: b"],
        ),
        (
            r#"[{"id":2,"text":"a","time":1},{"id":1,"text":"b","time":2}]"#,
            vec!["-: a", "-: b"],
        ),
        (
            r#"[{"id":3,"text":"a"},{"id":1,"text":"b"},{"id":2,"text":"c"}]"#,
            vec!["-: a", "-: b", "-: c"],
        ),
        (
            r#"[{"id":"x","text":"b"},{"id":"a","text":"a"}]"#,
            vec!["-: b", "-: a"],
        ),
        // What begins with the hour or the day begins anew at midnight, or with the month.
        (
            r#"[{"text":"a","time":"23:59"},{"text":"b","time":"00:01"}]"#,
            vec!["-: a", "-: b"],
        ),
        (
            r#"[{"text":"a","date":"31.12.2025"},{"text":"b","date":"01.01.2026"}]"#,
            vec!["-: a", "-: b"],
        ),
        // One number for several lines is not the lines'.
        (
            r#"[{"id":7,"text":"a"},{"id":7,"text":"b"},{"id":3,"text":"c"}]"#,
            vec!["-: a", "-: b", "-: c"],
        ),
    ] {
        assert_eq!(lines(text), expected, "{text}");
    }
}

#[test]
fn the_parts_of_a_line_are_said_by_who_says_the_line() {
    for (text, expected) in [
        (
            r#"{"content":[{"type":"text","text":"hi"}],"sender":"bob","id":"7"}"#,
            vec!["bob: hi"],
        ),
        (
            r#"{"from":"bob","msg_body":[{"type":"text","text":"hi"},{"type":"image","url":"x.png"}]}"#,
            vec!["bob: hi"],
        ),
        (
            r#"{"user":"bob","message":[{"text":"one"},{"text":"two"}],"id":"7"}"#,
            vec!["bob: one", "bob: two"],
        ),
        // A history's lines have senders of their own, or none.
        (
            r#"{"user":"me","messages":[{"text":"one"},{"name":"cy","text":"two"}]}"#,
            vec!["-: one", "cy: two"],
        ),
    ] {
        assert_eq!(lines(text), expected, "{text}");
    }
    let ids = |text: &str| -> Vec<Option<String>> {
        let frames = frames(text).into_iter();
        let chats = frames.filter_map(|frame| match frame {
            Frame::Chat(chat) => Some(chat.id),
            _ => None,
        });
        chats.collect()
    };
    let one = r#"{"content":[{"type":"text","text":"hi"}],"id":"7"}"#;
    assert_eq!(ids(one), [Some("7".to_owned())]);
    let two = r#"{"content":[{"text":"hi"},{"text":"yo"}],"id":"7"}"#;
    assert_eq!(ids(two), [None, None]);
}
