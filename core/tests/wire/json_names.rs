//! The names of members: which of them hold the words, and which the sender.

use crate::json::lines;

#[test]
fn names_in_other_languages_are_known() {
    for text in [
        r#"{"usuario":"bo","mensaje":"hi"}"#,
        r#"{"nombre":"bo","texto":"hi"}"#,
        r#"{"nome":"bo","mensagem":"hi"}"#,
        r#"{"pseudo":"bo","message":"hi"}"#,
        r#"{"benutzer":"bo","nachricht":"hi"}"#,
        r#"{"имя":"bo","сообщение":"hi"}"#,
        r#"{"名前":"bo","メッセージ":"hi"}"#,
        r#"{"이름":"bo","메시지":"hi"}"#,
        r#"{"发送者":"bo","内容":"hi"}"#,
    ] {
        assert_eq!(lines(text), ["bo: hi"], "{text}");
    }
}

#[test]
fn who_says_it_may_stand_in_an_object_of_further_names_and_in_more_languages() {
    for (text, expected) in [
        (
            r#"{"type":"msg","message":"hi","tags":{"username":"bob"}}"#,
            "bob: hi",
        ),
        (
            r#"{"type":"Create","actor":{"name":"bob"},"object":{"type":"Note","content":"hi"}}"#,
            "bob: hi",
        ),
        (r#"{"text":"hi","tags":["red"]}"#, "-: hi"),
        (
            r#"{"olay":"mesaj","ad":"bob","mesaj":"selam","saat":"15:07"}"#,
            "bob: selam",
        ),
        (
            r#"{"type":"say","from_client_id":"7f00","from_client_name":"bob","content":"hi"}"#,
            "bob: hi",
        ),
        (
            r#"{"sender":{"first":"Bob","last":"Roe"},"msg":"hi"}"#,
            "Bob: hi",
        ),
        (r#"{"usr":"bob","txt":"hi"}"#, "bob: hi"),
        (r#"{"reply":"hi"}"#, "-: hi"),
        (
            r#"{"msg":"added","collection":"messages","id":"x","fields":{"text":"hi","user":"bob"}}"#,
            "bob: hi",
        ),
    ] {
        assert_eq!(lines(text), [expected], "{text}");
    }
}

#[test]
fn the_kind_of_a_room_is_no_event() {
    let post = r#"{"event":"posted","data":{"channel_type":"O","post":"{\"id\":\"7\",\"message\":\"hi\"}","sender_name":"bob"}}"#;
    assert_eq!(lines(post), ["bob: hi"]);
    // A name around it says more than an id.
    let post = post.replace(r#"\"id\":"#, r#"\"user_id\":\"u9\",\"id\":"#);
    assert!(post.contains("user_id"), "{post}");
    assert_eq!(lines(&post), ["bob: hi"]);
}
