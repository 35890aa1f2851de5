//! What arrives.

use super::*;

#[test]
fn json_that_may_hold_words_is_shown_until_a_line_was_read_and_is_data_then() {
    let mut bench = bench();
    let strange = r#"{"game":{"state":["open"]},"was":{"wir":["wollen"]}}"#;
    let first = bench.hear(strange);
    assert_eq!(
        (shown(&first), kinds(&first)),
        (vec![strange.to_owned()], vec![Kind::Chat])
    );
    bench.hear(r#"{"text":"hi"}"#);
    for quiet in [
        strange,
        "null",
        "[]",
        r#"{"action":"join"}"#,
        r#"{"type":"typing","user":"bo"}"#,
    ] {
        assert_eq!(kinds(&bench.hear(quiet)), [Kind::Data], "{quiet}");
    }
}

#[test]
fn json_without_a_word_that_somebody_may_have_said_is_data_at_once() {
    for quiet in [
        "[]",
        "{}",
        r#"{"count":2}"#,
        r#"{"type":"ka"}"#,
        r#"{"op":"TICK","d":{"at":"2026-01-02T03:04:05Z","n":[1,2]}}"#,
        r#"{"type":"users","users":["ada","bo"]}"#,
        r#"{"type":"history","data":[]}"#,
        r#"{"kind":"isTyping","from":"bo","value":true}"#,
        r#"{"op":"LOBBY","d":{"players":[{"id":"1","nick":"bo"}],"max":8}}"#,
        r#"{"code":0,"msg":"连接成功","data":null}"#,
        r#"{"code":0,"msg":"success","data":{"type":"online","count":2}}"#,
        r#"{"online":[{"user":{"name":"bo","avatar":"https://x.example/a.png"}}]}"#,
    ] {
        assert_eq!(kinds(&bench().hear(quiet)), [Kind::Data], "{quiet}");
    }
}

#[test]
fn a_bare_number_is_a_line_where_words_are_what_is_said() {
    let mut words = bench();
    words.hear("hello");
    for said in ["42", "null", "true"] {
        let actions = words.hear(said);
        let told = (shown(&actions), kinds(&actions));
        assert_eq!(told, (vec![said.to_owned()], vec![Kind::Chat]));
    }
    let mut objects = bench();
    objects.hear(r#"{"text":"hello"}"#);
    assert_eq!(kinds(&objects.hear("null")), [Kind::Data]);
}

#[test]
fn an_app_gets_data_whole() {
    let mut bench = bench();
    bench.hear(r#"{"text":"hi"}"#);
    let actions = bench.hear(r#"{"type":"users","count":2}"#);
    let [Action::Deliver(incoming)] = &actions[..] else {
        panic!("{actions:?}")
    };
    assert_eq!(incoming.data, Some(json!({"type": "users", "count": 2})));
}

#[test]
fn a_told_error_is_an_error_and_fails_the_message_it_names() {
    let mut bench = bench();
    let (id, _) = bench.say("hi");
    let actions = bench.hear(r#"{"error":"You are muted"}"#);
    assert_eq!(
        (shown(&actions), kinds(&actions)),
        (vec!["You are muted".to_owned()], vec![Kind::Error])
    );
    let actions = bench.hear(format!(
        r#"{{"type":"error","id":"{id}","message":"Too long"}}"#
    ));
    assert!(
        actions.contains(&Action::Failed(id, Reason::Server("Too long".into()))),
        "{actions:?}"
    );
}

#[test]
fn json_that_is_no_line_and_carries_our_id_proves_the_message() {
    for answer in [
        r#"{"type":"ack","id":"ID"}"#,
        r#"["1","ID","room:lobby","phx_reply",{"response":{},"status":"ok"}]"#,
        r#"{"ok":true,"msgId":"ID"}"#,
    ] {
        let mut bench = bench();
        let (id, _) = bench.say("hi");
        let actions = bench.hear(answer.replace("ID", &id.to_string()));
        assert!(
            actions.contains(&Action::Delivered(id)),
            "{answer}: {actions:?}"
        );
    }
}

#[test]
fn paths_say_where_the_words_are_and_what_has_none_is_data() {
    let shape = Shape {
        text: "d.said".parse().ok(),
        from: "d.by.nm".parse().ok(),
        id: "n".parse().ok(),
        ..Shape::default()
    };
    let mut bench = Bench::new(session(shape));
    let actions = bench.hear(r#"{"n":7,"message":"noise","d":{"said":"hi","by":{"nm":"bo"}}}"#);
    let [Action::Deliver(incoming)] = &actions[..] else {
        panic!("{actions:?}")
    };
    assert_eq!(incoming.body.as_text(), Some("hi"));
    assert_eq!(
        (incoming.sender.as_deref(), incoming.id.as_deref()),
        (Some("bo"), Some("7"))
    );
    assert_eq!(kinds(&bench.hear(r#"{"message":"noise"}"#)), [Kind::Data]);
}

#[test]
fn after_lines_in_a_list_json_that_is_no_line_is_data() {
    let mut bench = bench();
    bench.hear(r#"[{"user":"bo","text":"hi there"},{"user":"cy","text":"hello"}]"#);
    assert_eq!(kinds(&bench.hear(r#"{"online":7}"#)), [Kind::Data]);
}

#[test]
fn an_error_is_told_with_all_that_came() {
    let mut bench = bench();
    let actions = bench.hear(r#"{"type":"error","message":"no such room","code":7}"#);
    let data = actions.iter().find_map(|action| match action {
        Action::Deliver(Incoming { data, .. }) => data.clone(),
        _ => None,
    });
    assert_eq!(
        data,
        Some(json!({"type": "error", "message": "no such room", "code": 7}))
    );
}
