//! sockjs-protocol 0.3.3: its examples, traces of servers, and properties.

use leptos_chat_core::wire::Message;
use leptos_chat_core::wire::sockjs::{
    BinaryUnsupported, DecodeError, Frame, Info, encode_message, encode_messages, info_url,
    raw_url, websocket_url,
};
use proptest::prelude::*;

use crate::support::{messages, stringify, text, utf16};

fn array(messages: &[&str]) -> Frame {
    Frame::Array(messages.iter().map(|&message| message.to_owned()).collect())
}

fn close(code: u16, reason: &str) -> Frame {
    Frame::Close {
        code,
        reason: reason.to_owned(),
    }
}

#[test]
fn frames_of_the_specification_and_of_servers() {
    for (wire, frame) in [
        ("o", Frame::Open),
        ("h", Frame::Heartbeat),
        (r#"a["message"]"#, array(&["message"])),
        (r#"a["a"]"#, array(&["a"])),
        (r#"a["x"]"#, array(&["x"])),
        (r#"a["m1","m2"]"#, array(&["m1", "m2"])),
        (r#"a["a","a","a","a","a","a","a","a"]"#, array(&["a"; 8])),
        (r#"a["abc","%61bc"]"#, array(&["abc", "%61bc"])),
        (r#"a["  \u0000\n\r "]"#, array(&["  \0\n\r "])),
        ("a[]", array(&[])),
        (r#"m"hello""#, Frame::Message("hello".to_owned())),
        (r#"c[3000,"Go away!"]"#, close(3000, "Go away!")),
        (
            r#"c[2010,"Another connection still open"]"#,
            close(2010, "Another connection still open"),
        ),
        (
            r#"c[3000,"Broken framing."]"#,
            close(3000, "Broken framing."),
        ),
        (r#"c[1002,""]"#, close(1002, "")),
    ] {
        assert_eq!(Frame::decode(&text(wire)).as_ref(), Ok(&frame), "{wire}");
        assert_eq!(frame.encode(), text(wire));
    }
    // STOMP inside SockJS, as Spring sends it.
    let connected = Frame::decode(&text(
        r#"a["CONNECTED\nversion:1.2\nheart-beat:0,0\n\n\u0000"]"#,
    ));
    assert_eq!(
        connected,
        Ok(array(&["CONNECTED\nversion:1.2\nheart-beat:0,0\n\n\0"]))
    );
}

#[test]
fn what_a_client_sends() {
    assert_eq!(encode_messages(&["a"]), r#"["a"]"#);
    assert_eq!(encode_messages(&["hello"]), r#"["hello"]"#);
    assert_eq!(encode_messages(&["a", "b"]), r#"["a","b"]"#);
    assert_eq!(encode_messages(&["  \0\n\r "]), r#"["  \u0000\n\r "]"#);
    assert_eq!(encode_messages::<&str>(&[]), "[]");
    assert_eq!(encode_message(&text("\"")), Ok(text(r#"["\""]"#)));
    assert_eq!(
        encode_message(&Message::Binary(vec![1])),
        Err(BinaryUnsupported)
    );
}

#[test]
fn info_of_the_specification_and_of_servers() {
    let info = Info::parse(
        r#"{"websocket":true,"origins":["*:*"],"cookie_needed":false,"entropy":1234567890}"#,
    );
    let expected = Info {
        websocket: true,
        cookie_needed: false,
        origins: vec!["*:*".to_owned()],
        entropy: Some(1_234_567_890),
    };
    assert_eq!(info, Ok(expected));
    let spring = Info::parse(
        r#"{"entropy":-1834206,"origins":["*:*"],"cookie_needed":true,"websocket":false,"new":{}}"#,
    );
    assert!(spring.is_ok_and(|info| !info.websocket
        && info.cookie_needed
        && info.entropy == Some(-1_834_206)));
    assert!(Info::parse(r#"{"websocket":true}"#).is_ok());
    for other in ["{}", "[]", r#"{"websocket":1}"#, "null"] {
        assert!(
            matches!(Info::parse(other), Err(DecodeError::Payload(_))),
            "{other}"
        );
    }
    assert!(matches!(
        Info::parse("Welcome to SockJS!\n"),
        Err(DecodeError::Json(_))
    ));
}

#[test]
fn urls_of_the_specification() {
    let base = "http://localhost:8081/echo";
    assert_eq!(
        info_url(base).as_deref(),
        Ok("http://localhost:8081/echo/info")
    );
    assert_eq!(
        raw_url(base).as_deref(),
        Ok("ws://localhost:8081/echo/websocket")
    );
    assert_eq!(
        websocket_url(base, 0, "a").as_deref(),
        Ok("ws://localhost:8081/echo/000/a/websocket")
    );
    assert_eq!(
        websocket_url(base, 999, "_").as_deref(),
        Ok("ws://localhost:8081/echo/999/_/websocket")
    );
    let deep = "http://localhost:8000/a/b/c/d/echo";
    assert_eq!(
        websocket_url(deep, 42, "a").as_deref(),
        Ok("ws://localhost:8000/a/b/c/d/echo/042/a/websocket")
    );
}

proptest! {
    #[test]
    fn frames_survive_the_wire(messages in any::<Vec<String>>(), code in any::<u16>(), reason in any::<String>()) {
        for frame in [Frame::Array(messages), Frame::Message(reason.clone()), Frame::Close { code, reason }] {
            prop_assert_eq!(Frame::decode(&frame.encode()), Ok(frame));
        }
    }

    #[test]
    fn what_a_client_sends_is_what_a_server_sends_but_for_the_letter(messages in any::<Vec<String>>()) {
        let wire = Message::Text(["a", &encode_messages(&messages)].concat());
        prop_assert_eq!(Frame::decode(&wire), Ok(Frame::Array(messages)));
    }

    #[test]
    fn strings_of_javascript_are_read_as_browsers_show_them(units in utf16()) {
        let wire = Message::Text(["m", &stringify(&units)].concat());
        prop_assert_eq!(Frame::decode(&wire), Ok(Frame::Message(String::from_utf16_lossy(&units))));
    }

    #[test]
    fn no_message_panics(message in messages(r#"[ohamc](\[([0-9]{0,6},)?("(\\{0,2}u[dD][89a-fA-F][0-9a-g]{2}|[a-z\\])*",?){0,2}\])?"#)) {
        if let Err(error) = Frame::decode(&message) {
            prop_assert!(!error.to_string().is_empty());
        }
        if let Message::Text(text) = &message {
            let _ = Info::parse(text);
        }
    }

    #[test]
    fn no_url_panics_and_none_changes_its_kind(base in "((http|ws)s?|ftp|)(:|://)?.{0,20}", server in any::<u16>(), session in ".{0,6}") {
        if let Ok(url) = websocket_url(&base, server, &session) {
            prop_assert!(url.starts_with("ws://") || url.starts_with("wss://"));
            prop_assert!(server <= 999 && !session.contains(['.', '/', '?', '#']));
        }
        prop_assert_eq!(raw_url(&base).is_ok(), info_url(&base).is_ok());
    }
}
