//! What chat servers send, as other people wrote them: each shape with what is read in it.

use leptos_chat_core::wire::json::{Frame, JsonFields, decode};

pub(crate) fn frames(text: &str) -> Vec<Frame> {
    decode(text, &JsonFields::default()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// The senders and the words of the lines; `-` for no sender.
pub(crate) fn lines(text: &str) -> Vec<String> {
    let lines = frames(text).into_iter().filter_map(|frame| match frame {
        Frame::Chat(chat) => Some(format!(
            "{}: {}",
            chat.user.as_deref().unwrap_or("-"),
            chat.text
        )),
        _ => None,
    });
    lines.collect()
}

#[test]
fn lines_are_read_in_each_shape_that_chats_use() {
    for (text, expected) in [
        (r#"{"text":"hi"}"#, "-: hi"),
        (r#"{"message":"hi"}"#, "-: hi"),
        (r#"{"user":"bo","message":"hi"}"#, "bo: hi"),
        (r#"{"userName":"bo","message_text":"hi"}"#, "bo: hi"),
        (r#"{"User":"bo","Message":"hi"}"#, "bo: hi"),
        (r#"{"user_name":"bo","chatMessage":"hi"}"#, "bo: hi"),
        (r#"{"SENDER_NAME":"bo","MSG_TEXT":"hi"}"#, "bo: hi"),
        (
            r#"{"nickname":"bo","msgBody":"hi","timestamp":1700000000}"#,
            "bo: hi",
        ),
        (
            r#"{"author":{"id":7,"displayName":"bo"},"content":"hi"}"#,
            "bo: hi",
        ),
        (
            r#"{"type":"message","data":{"time":1,"text":"hi","author":"bo","color":"red"}}"#,
            "bo: hi",
        ),
        (
            r#"{"event":"chat","payload":{"message":{"body":"hi","from":{"name":"bo"}}}}"#,
            "bo: hi",
        ),
        (
            r#"{"type":"chat","user":"bo","data":{"message":{"content":"hi"}}}"#,
            "bo: hi",
        ),
        (r#"["new_msg",{"user":"bo","body":"hi"}]"#, "bo: hi"),
        (r#"["message","hi"]"#, "-: hi"),
        (
            r#"[null,null,"room:lobby","new_msg",{"name":"bo","body":"hi"}]"#,
            "bo: hi",
        ),
        (
            r#"{"topic":"room:lobby","event":"new_msg","payload":{"body":"hi","user":"bo"},"ref":null}"#,
            "bo: hi",
        ),
        (
            r#"{"event":"message","data":{"text":"hi","username":"bo"}}"#,
            "bo: hi",
        ),
        (r#"{"event":"message","data":"hi"}"#, "-: hi"),
        (r#"{"action":"sent","name":"bo","text":"hi"}"#, "bo: hi"),
        (
            r#"{"type":1,"target":"ReceiveMessage","arguments":["bo","hi"]}"#,
            "bo: hi",
        ),
        (
            r#"{"type":1,"target":"broadcast","arguments":["hi"]}"#,
            "-: hi",
        ),
        (
            r#"{"name":"message","args":[{"from":"bo","text":"hi"}]}"#,
            "bo: hi",
        ),
        (
            r#"{"identifier":"{\"channel\":\"ChatChannel\"}","message":{"message":"hi","sent_by":"bo"}}"#,
            "bo: hi",
        ),
        (r#"{"data":"{\"text\":\"hi\",\"user\":\"bo\"}"}"#, "bo: hi"),
        (r#""{\"text\":\"hi\",\"user\":\"bo\"}""#, "bo: hi"),
        (
            r#"{"op":0,"t":"MESSAGE_CREATE","d":{"content":"hi","author":{"username":"bo"}}}"#,
            "bo: hi",
        ),
        (
            r#"{"id":"5b9b","body":"hi","html":"<div class=\"message\">hi</div>"}"#,
            "-: hi",
        ),
        (
            r#"{"clientId":1762,"message":"hi","time":"10:20"}"#,
            "1762: hi",
        ),
        (
            r#"{"_id":"65a","sender":{"_id":"9","name":"bo"},"content":"hi","chat":{"_id":"c"}}"#,
            "bo: hi",
        ),
        (
            r#"{"type":"broadcast","from":"bo","msg":"hi","room":"lobby"}"#,
            "bo: hi",
        ),
        (r#"{"user":"bo","text":{"content":"hi"}}"#, "bo: hi"),
        (
            r#"{"type":"reply","user":"bo","text":"hi","to":"7"}"#,
            "bo: hi",
        ),
        (
            r#"{"code":0,"msg":"ok","data":{"from":"bo","content":"hi"}}"#,
            "bo: hi",
        ),
        (
            r#"{"success":true,"message":"done","payload":{"user":"bo","text":"hi"}}"#,
            "bo: hi",
        ),
        (
            r#"{"messageType":"CHAT","content":"hi","sender":"bo"}"#,
            "bo: hi",
        ),
        (
            r#"{"jsonrpc":"2.0","method":"message","params":{"from":"bo","text":"hi"}}"#,
            "bo: hi",
        ),
        (r#"{"cmd":"msg","nick":"bo","text":"hi"}"#, "bo: hi"),
        (r#""hi""#, "-: hi"),
        ("hi", "-: hi"),
        ("[10:20] bo: hi", "-: [10:20] bo: hi"),
        ("{hi}", "-: {hi}"),
    ] {
        assert_eq!(lines(text), [expected], "{text}");
    }
}

#[test]
fn bytes_that_a_server_of_node_writes_are_words() {
    let buffer = r#"{"type":"Buffer","data":[104,195,169]}"#;
    assert_eq!(lines(buffer), ["-: hé"]);
    for text in [
        r#"{"user":"bo","text":B}"#,
        r#"{"type":"message","data":B,"user":"bo"}"#,
        r#"{"event":"chat","payload":{"from":"bo","message":B}}"#,
        r#"["message",{"user":"bo","text":B}]"#,
    ] {
        let text = text.replace('B', buffer);
        assert_eq!(lines(&text), ["bo: hé"], "{text}");
    }
    // Its bytes may be JSON: what a client sent.
    let sent: Vec<_> = br#"{"id":"7","text":"hi","user":"bo"}"#.iter().map(u8::to_string).collect();
    let sent = format!(r#"{{"type":"Buffer","data":[{}]}}"#, sent.join(","));
    let heard = format!(r#"{{"time":1,"message":{sent}}}"#);
    assert!(
        matches!(&frames(&heard)[..], [Frame::Chat(chat)] if chat.id.as_deref() == Some("7") && chat.text == "hi")
    );
    // What are no words stays data.
    for text in [
        r#"{"type":"Buffer","data":[]}"#,
        r#"{"type":"Buffer","data":[255,254]}"#,
        r#"{"type":"Buffer","data":[256]}"#,
        r#"{"type":"Buffer","data":["a"]}"#,
    ] {
        assert_eq!(frames(text), [Frame::Data], "{text}");
    }
}

#[test]
fn several_texts_in_one_frame_are_each_read() {
    let two = ["bo: 1", "-: 2"];
    for text in [
        "{\"user\":\"bo\",\"text\":\"1\"}\n{\"text\":\"2\"}",
        "{\"user\":\"bo\",\"text\":\"1\"}{\"text\":\"2\"}",
        "{\"user\":\"bo\",\"text\":\"1\"}\u{1e}{\"text\":\"2\"}\u{1e}",
        "{\"user\":\"bo\",\"text\":\"1\"}\r\n{\"text\":\"2\"}\r\n",
        "{\"user\":\"bo\",\"text\":\"1\"}\n2",
    ] {
        assert_eq!(lines(text), two, "{text:?}");
    }
    assert_eq!(
        lines("one\ntwo"),
        ["-: one\ntwo"],
        "a line of two stays one"
    );
}

#[test]
fn json_that_is_no_chat_is_data() {
    for text in [
        r#"{"type":"users","count":2}"#,
        r#"{"action":"join"}"#,
        r#"{"action":"connect","name":"Bqdsulxfroh"}"#,
        r#"{"type":"typing","user":"bo"}"#,
        r#"{"type":"typing","user":"bo","text":"he"}"#,
        r#"{"type":"color","data":"red"}"#,
        r#"{"type":"value","value":0}"#,
        r#"{"type":"userlist","users":["a","b"]}"#,
        r#"{"type":"id","id":17,"date":1}"#,
        r#"{"event":"presence_state","payload":{"a":{"metas":[{"phx_ref":"x"}]}}}"#,
        r#"{"type":"message_read","id":"7","user":"bo"}"#,
        r#"{"type":"ack","id":"7","text":"hi"}"#,
        r#"{"type":"welcome"}"#,
        r#"{"type":"confirm_subscription","identifier":"{\"channel\":\"ChatChannel\"}"}"#,
        r#"[null,"7","room:lobby","phx_reply",{"status":"ok","response":{}}]"#,
        r#"{"users":[{"id":1,"name":"a"},{"id":2,"name":"b"}]}"#,
        r#"{"online":3}"#,
        r#"{"type":6}"#,
        r#"{"roomId":"7","status":"connected"}"#,
        r#"{"eventType":"userTyping","message":"he"}"#,
        r#"{"email":"","username":"","message":""}"#,
        r#"{"type":"JOIN","sender":"bo","content":null}"#,
        r#"{"cmd":"onlineSet","nicks":["a","b"]}"#,
        r#"{"jsonrpc":"2.0","id":1,"result":true}"#,
        r#"{"status":200,"message":"OK"}"#,
        r#"{"code":0,"success":true,"msg":"success"}"#,
        r#"{"type":"draft","user":"bo","text":"he"}"#,
        r#"{"joined":"bo"}"#,
        "{}",
        "null",
        "[]",
    ] {
        assert_eq!(frames(text), [Frame::Data], "{text}");
    }
}

#[test]
fn an_error_that_the_server_tells_has_its_words() {
    for (text, words) in [
        (r#"{"error":"You are muted"}"#, "You are muted"),
        (
            r#"{"error":{"code":429,"message":"Slow down"}}"#,
            "Slow down",
        ),
        (r#"{"error":{"code":429}}"#, "429"),
        (
            r#"{"status":"error","reason":"No such room"}"#,
            "No such room",
        ),
        (r#"{"type":"error","message":"Too long"}"#, "Too long"),
        (
            r#"{"type":"error","payload":{"message":"Too long"}}"#,
            "Too long",
        ),
        (
            r#"{"event":"exception","data":{"status":"error","message":"Forbidden"}}"#,
            "Forbidden",
        ),
        (
            r#"{"success":false,"message":"Log in first"}"#,
            "Log in first",
        ),
        (r#"{"ok":false,"error":"not_in_channel"}"#, "not_in_channel"),
        (
            r#"{"error":"E_MUTED","message":"You are muted"}"#,
            "You are muted",
        ),
        (r#"{"errors":[{"message":"Bad field"}]}"#, "Bad field"),
        (
            r#"["error",{"reason":"unmatched topic"}]"#,
            "unmatched topic",
        ),
        (
            r#"["1","7","room:x","phx_reply",{"status":"error","response":{"reason":"unmatched topic"}}]"#,
            "unmatched topic",
        ),
        (r#"{"type":"error"}"#, r#"{"type":"error"}"#),
    ] {
        assert_eq!(frames(text), [Frame::Error(words.into())], "{text}");
    }
}

#[test]
fn a_line_about_an_error_stays_a_line() {
    for (text, expected) in [
        (r#"{"text":"error"}"#, "-: error"),
        (r#"{"user":"error","message":"fail"}"#, "error: fail"),
        (r#"{"type":"message","text":"error"}"#, "-: error"),
        (r#"{"error":null,"text":"hi"}"#, "-: hi"),
        (r#"{"error":false,"message":"hi"}"#, "-: hi"),
        (r#"{"user":"bo","text":"hi","error":"E1"}"#, "bo: hi"),
        (r#"{"status":"ok","message":"hi"}"#, "-: hi"),
        (r#"{"success":true,"message":"hi"}"#, "-: hi"),
        ("error", "-: error"),
    ] {
        assert_eq!(lines(text), [expected], "{text}");
    }
}

#[test]
fn what_the_server_tells_is_its_own() {
    for text in [
        r#"{"system":true,"text":"welcome"}"#,
        r#"{"isSystem":true,"message":"welcome"}"#,
        r#"{"cmd":"warn","text":"welcome"}"#,
        r#"{"type":"system","message":"welcome"}"#,
        r#"{"type":"notification","data":{"text":"welcome"}}"#,
        r#"{"event":"user_joined","message":"welcome"}"#,
        r#"["welcome",{"msg":"welcome"}]"#,
    ] {
        let frames = frames(text);
        assert!(
            matches!(&frames[..], [Frame::Chat(chat)] if chat.system && chat.text == "welcome"),
            "{text}: {frames:?}"
        );
    }
    // A name and words, and nothing beside them.
    let left = frames(r#"{"info":"bo has left"}"#);
    assert!(
        matches!(&left[..], [Frame::Chat(chat)] if chat.system && chat.text == "bo has left"),
        "{left:?}"
    );
    assert_eq!(
        lines(r#"{"status":200,"message":"OK","user":"bo"}"#),
        ["bo: OK"]
    );
}

#[test]
fn heartbeats_are_known_in_each_form() {
    for text in [
        r#"{"type":"ping"}"#,
        r#"{"event":"ping"}"#,
        r#"{"op":"ping"}"#,
        r#"{"action":"PING"}"#,
        r#"{"type":"ping","message":1510931567}"#,
        r#"{"ping":1510931567}"#,
        r#"["ping",{}]"#,
    ] {
        assert!(
            matches!(frames(text)[..], [Frame::Ping(_)]),
            "{text}: {:?}",
            frames(text)
        );
    }
    assert_eq!(
        frames(r#"{"event":"ping","id":"7"}"#),
        [Frame::Ping(Some("7".into()))]
    );
    assert_eq!(
        frames(r#"{"event":"pong","id":"7"}"#),
        [Frame::Pong(Some("7".into()))]
    );
}

#[test]
fn ids_are_read_from_the_line_before_what_is_around_it() {
    let id = |text: &str| match &frames(text)[..] {
        [Frame::Chat(chat)] => chat.id.clone(),
        other => panic!("{text}: {other:?}"),
    };
    assert_eq!(
        id(r#"{"id":"e1","type":"message","data":{"_id":"m1","text":"hi"}}"#).as_deref(),
        Some("m1")
    );
    assert_eq!(id(r#"{"messageId":7,"text":"hi"}"#).as_deref(), Some("7"));
    assert_eq!(id(r#"{"_id":{"$oid":"x"},"text":"hi"}"#), None);
}

#[test]
fn nesting_is_bounded() {
    for unit in [r#"{"data":"#, "[", r#"{"a":["#] {
        let text = unit.repeat(100_000);
        let _ = decode(&text, &JsonFields::default());
    }
    let mut nested = r#"{"text":"hi"}"#.to_owned();
    for _ in 0..12 {
        nested = serde_json::json!({ "data": nested }).to_string();
        let _ = frames(&nested);
    }
}
