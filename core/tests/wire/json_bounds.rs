//! Where one reading of what a chat server sends turns into another: mixtures, quotes, depths, names that only look alike.

use leptos_chat_core::wire::json::{Frame, JsonError, JsonFields, decode};

use crate::json::{frames, lines};

#[test]
fn a_broken_object_among_several_texts_is_unreadable_and_words_in_braces_are_words() {
    let broken = decode("{\"text\":\"1\"}\n{\"text\":", &JsonFields::default());
    assert!(matches!(broken, Err(JsonError::Syntax(_))), "{broken:?}");
    assert_eq!(lines("{\"text\":\"1\"}\n{hi}"), ["-: 1", "-: {hi}"]);
    for mark in ["[", ":", "\""] {
        assert_eq!(lines(mark), [format!("-: {mark}")]);
    }
}

#[test]
fn a_line_stands_four_levels_deep_and_no_deeper() {
    type Wrap = fn(&str) -> String;
    let objects: Wrap = |inner| format!(r#"{{"data":{inner}}}"#);
    let calls: Wrap = |inner| format!(r#"{{"args":[0,{inner}]}}"#);
    let lists: Wrap = |inner| format!("[{inner}]");
    let histories: Wrap = |inner| format!(r#"{{"messages":[{inner}]}}"#);
    for (wrap, levels) in [(objects, 4), (calls, 2), (lists, 4), (histories, 2)] {
        let text =
            |levels| (0..levels).fold(r#"{"text":"hi"}"#.to_owned(), |inner, _| wrap(&inner));
        assert_eq!(lines(&text(levels)), ["-: hi"], "{}", text(levels));
        assert_eq!(
            frames(&text(levels + 1)),
            [Frame::Data],
            "{}",
            text(levels + 1)
        );
    }
}

#[test]
fn json_in_strings_counts_as_a_level() {
    let held = |levels: usize| {
        (0..levels).fold(r#"{"text":"hi"}"#.to_owned(), |inner, _| {
            serde_json::json!([inner]).to_string()
        })
    };
    assert_eq!(lines(&held(2)), ["-: hi"]);
    // What stands too deep is shown as it was written.
    assert_eq!(lines(&held(3)), [format!("-: {}", held(1))]);
}

#[test]
fn the_surest_name_holds_the_words_and_the_sender() {
    assert_eq!(lines(r#"{"message_text":"no","msg":"yes"}"#), ["-: yes"]);
    let named = r#"{"author":{"age":7,"first_name":"Bo"},"text":"hi"}"#;
    assert_eq!(lines(named), ["Bo: hi"]);
}

#[test]
fn a_list_of_words_is_each_of_them_unless_the_first_is_an_event() {
    for (text, expected) in [
        (
            r#"["I read it","so did I"]"#,
            vec!["-: I read it", "-: so did I"],
        ),
        (
            r#"["one","two","three"]"#,
            vec!["-: one", "-: two", "-: three"],
        ),
        (
            r#"["hello","text","me"]"#,
            vec!["-: hello", "-: text", "-: me"],
        ),
        // Behind a list, no word is an event.
        (r#"[["a"],"typing",{"text":"hi"}]"#, vec!["-: hi"]),
        (r#"[1,"bo",["cy","di"]]"#, vec![]),
    ] {
        assert_eq!(lines(text), expected, "{text}");
    }
}

#[test]
fn what_somebody_quotes_is_not_what_he_says() {
    for text in [
        r#"{"text":"hi","quoted":{"text":"who is there"}}"#,
        r#"{"text":"hi","data":{"text":"who is there"}}"#,
        r#"{"text":"hi","ok":true,"reply_to":{"text":"who is there"}}"#,
    ] {
        assert_eq!(lines(text), ["-: hi"], "{text}");
    }
}

#[test]
fn the_lines_of_a_list_have_no_sender_and_no_id_but_their_own() {
    let list = r#"{"user":"log","id":"9","system":true,"messages":["one","two"]}"#;
    for frame in frames(list) {
        let Frame::Chat(line) = frame else {
            panic!("{frame:?} is no line");
        };
        assert_eq!((line.user, line.id, line.system), (None, None, true));
    }
}

#[test]
fn an_event_of_another_kind_has_a_line_only_where_its_wrapper_holds_one() {
    let line = r#"{"event":"client-x","data":"{\"user\":\"bo\",\"text\":\"hi\"}"}"#;
    assert_eq!(lines(line), ["bo: hi"]);
    for data in [
        r#"{"event":"client-x","data":"{\"a\":1}"}"#,
        r#"{"event":"client-x","identifier":"{\"text\":\"hi\"}"}"#,
        r#"{"event":"client-x","data":"red"}"#,
        r#"{"d":[1,2]}"#,
        r#"{"code":0,"msg":"ok","data":null}"#,
    ] {
        assert_eq!(frames(data), [Frame::Data], "{data}");
    }
}

#[test]
fn a_heartbeat_carries_no_words() {
    assert_eq!(frames(r#"{"pong":1}"#), [Frame::Pong(Some("1".into()))]);
    for line in [
        r#"{"type":"pong","text":"hi"}"#,
        r#"{"ping":{"text":"hi"}}"#,
        r#"{"pong":{"text":"hi"}}"#,
    ] {
        assert_eq!(lines(line), ["-: hi"], "{line}");
    }
}

#[test]
fn an_errors_code_gives_way_to_the_words_beside_it_and_its_words_do_not() {
    for (text, words) in [
        (
            r#"{"error":"You are muted","reason":"flood"}"#,
            "You are muted",
        ),
        (r#"{"error":{"message":"","code":429}}"#, "429"),
        (
            r#"{"error":{"data":{"details":{"body":{"text":"No"}}}}}"#,
            "No",
        ),
    ] {
        assert_eq!(frames(text), [Frame::Error(words.into())], "{text}");
    }
}

#[test]
fn a_word_of_nobodys_beside_what_is_meant_is_an_event_or_an_outcome() {
    for (text, expected) in [
        (
            r#"{"msg":"chat","data":{"user":"bob","text":"hi everyone"}}"#,
            vec!["bob: hi everyone"],
        ),
        (
            r#"{"message":"chat","data":{"from":"bob","body":"hi everyone"}}"#,
            vec!["bob: hi everyone"],
        ),
        (
            r#"{"message":"posted","payload":{"author":"bob","content":"hi"}}"#,
            vec!["bob: hi"],
        ),
        (r#"{"msg":"typing","data":{"user":"bob"}}"#, vec![]),
        (
            r#"{"code":200,"message":"ok","data":{"type":"online","count":1}}"#,
            vec![],
        ),
        (
            r#"{"code":0,"msg":"success","data":{"type":"online","count":2}}"#,
            vec![],
        ),
        (
            r#"{"code":0,"msg":"操作成功","data":{"type":"online","count":2}}"#,
            vec![],
        ),
        // Somebody's own word stays one, and so does what nobody can tell from one.
        (
            r#"{"user":"bo","text":"chat","data":{"at":7}}"#,
            vec!["bo: chat"],
        ),
        (r#"{"text":"ok","data":{"at":7}}"#, vec!["-: ok"]),
        (r#"{"text":"hello","data":{"at":7}}"#, vec!["-: hello"]),
        (
            r#"{"message":"hi all","data":{"user":"bob"}}"#,
            vec!["-: hi all"],
        ),
        // Somebody's word is no event.
        (
            r#"{"user":"bob","payload":{"message":"read","data":{"at":7}}}"#,
            vec!["bob: read"],
        ),
    ] {
        assert_eq!(lines(text), expected, "{text}");
    }
}
