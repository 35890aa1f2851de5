//! How a message is put.

use super::*;

#[test]
fn while_nothing_is_known_an_object_with_our_id_goes_out() {
    let mut bench = bench();
    let (id, frame) = bench.say("hi");
    assert_eq!(
        parsed(&frame),
        json!({"id": id.to_string(), "text": "hi", "user": "ada"})
    );
    let preview = bench.session.preview("hi").expect("JSON has one");
    assert!(
        preview.guessed && preview.text.contains(r#""text":"hi""#),
        "{preview:?}"
    );
}

#[test]
fn a_plain_line_is_answered_with_plain_words() {
    let mut bench = bench();
    bench.hear("Client #7 says: hi");
    assert_eq!(bench.say("yes").1, "yes");
    assert!(!bench.session.preview("yes").expect("JSON has one").guessed);
}

#[test]
fn a_json_string_is_answered_with_one() {
    let mut bench = bench();
    assert_eq!(shown(&bench.hear(r#""hi""#)), ["hi"]);
    assert_eq!(bench.say("say \"yes\"").1, r#""say \"yes\"""#);
}

#[test]
fn lines_in_a_list_do_not_show_how_one_is_put_alone() {
    let mut bench = bench();
    let line = r#"[{"user":"bo","text":"hi there"}]"#;
    assert_eq!(shown(&bench.hear(line)), ["hi there"]);
    let (id, frame) = bench.say("yes");
    assert_eq!(
        parsed(&frame),
        json!({"id": id.to_string(), "text": "yes", "user": "ada"})
    );
}

#[test]
fn an_array_of_two_is_answered_with_one() {
    for (line, text, answer) in [
        (
            r#"["chat",{"nick":"bo","msg":"hi there"}]"#,
            "hi there",
            r#"["chat",{"id":"ID","msg":"yes","nick":"ada"}]"#,
        ),
        (
            r#"["message","hi there"]"#,
            "hi there",
            r#"["message","yes"]"#,
        ),
        (r#"["bo","hi"]"#, "hi", r#"["ada","yes"]"#),
        (r#"[3,"bo","hi"]"#, "hi", r#"[3,"ada","yes"]"#),
    ] {
        let mut bench = bench();
        assert_eq!(shown(&bench.hear(line)), [text]);
        let preview = bench.session.preview("yes").expect("JSON has one");
        assert!(preview.guessed, "{line}");
        let (id, frame) = bench.say("yes");
        let answer = answer.replace("ID", &id.to_string());
        assert_eq!(parsed(&frame), parsed(&answer));
    }
}

#[test]
fn a_name_and_the_words_in_an_array_come_back_as_ours() {
    let mut bench = bench();
    assert_eq!(shown(&bench.hear(r#"["bo","hi"]"#)), ["hi"]);
    let (id, frame) = bench.say("ok");
    assert_eq!(bench.hear(frame), [Action::Echoed(id)]);
}

#[test]
fn the_words_go_where_the_first_line_had_them() {
    for (line, path) in [
        (r#"{"message":"hi there"}"#, "message"),
        (r#"{"body":"hi there","at":7}"#, "body"),
        (r#"{"username":"bo","msgText":"hi there"}"#, "msgText"),
        (
            r#"{"type":"chat","data":{"content":"hi there"}}"#,
            "data.content",
        ),
    ] {
        let mut bench = bench();
        assert_eq!(shown(&bench.hear(line)), ["hi there"]);
        let (id, frame) = bench.say("yes");
        let value = parsed(&frame);
        let path: leptos_chat_core::shape::Path = path.parse().expect("a path");
        assert_eq!(path.text(&value).as_deref(), Some("yes"), "{frame}");
        assert!(
            frame.contains(&id.to_string()),
            "the id stands beside it: {frame}"
        );
    }
}

#[test]
fn what_the_server_itself_says_does_not_show_how_to_answer() {
    let mut bench = bench();
    bench.hear(r#"{"type":"welcome","message":"hello ada"}"#);
    bench.hear(r#"{"type":"color","data":"red"}"#);
    assert!(parsed(&bench.say("hi").1).get("text").is_some());
}

#[test]
fn a_server_that_wraps_our_object_into_words_takes_words() {
    for (before, after) in [
        ("Client #7 says: ", ""),
        ("ada: ", ""),
        (r#"{"action":"sent","name":"x","text":"#, "}"),
    ] {
        let mut bench = bench();
        let (id, frame) = bench.say("hi");
        let wrapped = match after {
            "" => format!("{before}{frame}"),
            after => format!("{before}{}{after}", Value::from(frame)),
        };
        let actions = bench.hear(wrapped);
        assert!(actions.contains(&Action::Delivered(id)), "{actions:?}");
        assert_eq!(shown(&actions), Vec::<String>::new());
        let (id, frame) = bench.say("ok");
        assert_eq!(frame, "ok");
        if after.is_empty() {
            // The name that stands there is ours.
            assert_eq!(bench.hear(format!("{before}ok")), [Action::Echoed(id)]);
        }
    }
}

#[test]
fn a_server_that_puts_our_object_where_words_stand_takes_words() {
    for ours_first in [false, true] {
        let mut bench = bench();
        let told = |words: &str| {
            Value::from(serde_json::json!({ "type": "utf8", "utf8Data": words }).to_string())
                .as_str()
                .expect("a text")
                .to_owned()
        };
        if ours_first {
            let (_, frame) = bench.say("the first line");
            bench.hear(told(&frame));
        }
        assert_eq!(
            shown(&bench.hear(told("hello, I am bo"))),
            ["hello, I am bo"]
        );
        let (id, frame) = bench.say("hi");
        let actions = bench.hear(told(&frame));
        assert!(actions.contains(&Action::Delivered(id)), "{actions:?}");
        assert_eq!(shown(&actions), Vec::<String>::new());
        let (id, frame) = bench.say("ok");
        assert_eq!(frame, "ok");
        assert_eq!(bench.hear(told("ok")), [Action::Echoed(id)]);
    }
}

#[test]
fn with_a_template_ids_and_names_go_where_it_has_them_and_nowhere_else() {
    let mut with = Bench::new(session(sending(r#"{"message":"{text}"}"#)));
    assert_eq!(with.say("a \"b\"").1, r#"{"message":"a \"b\""}"#);
    let mut named = Bench::new(session(sending(
        r#"{"u":"{user}","m":"{text}","n":"{id}"}"#,
    )));
    let (id, frame) = named.say("hi");
    assert_eq!(frame, format!(r#"{{"u":"ada","m":"hi","n":"{id}"}}"#));
    let preview = named.session.preview("hi").expect("a template has one");
    assert_eq!(
        (preview.text.as_str(), preview.guessed),
        (r#"{"u":"ada","m":"hi","n":"…"}"#, false)
    );
}

#[test]
fn a_preview_and_debug_hide_the_secret() {
    let options = SessionOptions {
        credentials: Credentials {
            secret: Some("hunter2".into()),
            ..Credentials::default()
        },
        ..options(sending(r#"{"token":"{secret}","m":"{text}"}"#))
    };
    let mut bench = Bench::new(JsonSession::with_options(&options));
    assert_eq!(bench.say("hi").1, r#"{"token":"hunter2","m":"hi"}"#);
    let preview = bench
        .session
        .preview("hi")
        .expect("a template has one")
        .text;
    assert_eq!(preview, r#"{"token":"•••","m":"hi"}"#);
    assert!(!format!("{options:?} {:?}", bench.session).contains("hunter2"));
}

#[test]
fn an_apps_own_json_goes_as_it_is() {
    let mut bench = bench();
    let outgoing = Outgoing::exactly(r#"{"mine":1}"#);
    let actions = bench.act(|session, now, out| session.send(MessageId(1), outgoing, now, out));
    assert_eq!(actions, [Action::Transmit(r#"{"mine":1}"#.into())]);
    assert!(!bench.session.recognisable(MessageId(1)));
}

#[test]
fn another_address_is_learnt_anew() {
    let mut bench = bench();
    bench.hear("plain words");
    assert_eq!(bench.say("yes").1, "yes");
    let target = leptos_chat_core::session::Target::new("ws://other.example/");
    bench.act(|session, now, out| {
        session.begin(&target, out);
        session.handle_open("", now, out);
    });
    assert!(parsed(&bench.say("yes").1).is_object());
}

#[test]
fn strings_in_a_list_are_lines_and_do_not_show_how_one_is_put() {
    for list in [
        r#"["hello everybody"]"#,
        r#"["hello there, everybody","how are you today?"]"#,
    ] {
        let mut bench = bench();
        bench.hear(list);
        let (id, frame) = bench.say("yes");
        assert_eq!(
            parsed(&frame),
            json!({"id": id.to_string(), "text": "yes", "user": "ada"}),
            "{list}"
        );
    }
}

#[test]
fn what_comes_before_the_answer_to_hello_does_not_show_how_a_line_is_put() {
    let mut bench = Bench::new(session(Shape {
        hello: vec!["{user}".parse().expect("a template")],
        ready: Some("joined".into()),
        ..Shape::default()
    }));
    bench.hear(r#"{"nick":"bo","msg":"hi there"}"#);
    bench.hear(r#"{"type":"joined"}"#);
    assert!(parsed(&bench.say("yes").1).get("text").is_some());
}

#[test]
fn an_own_line_that_is_longer_than_an_id_and_comes_back_is_no_object_in_words() {
    let mut bench = bench();
    let text = "a line that has many more letters than an id of ours has";
    let (id, _) = bench.say(text);
    let heard = json!({"id": id.to_string(), "text": text, "body": id.to_string(), "user": "ada"});
    assert_eq!(bench.hear(heard.to_string()), [Action::Delivered(id)]);
    assert!(parsed(&bench.say("yes").1).is_object());
}
