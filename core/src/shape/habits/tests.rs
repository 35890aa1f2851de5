//! Which member holds the words, where its name does not say so.

use crate::json;

use super::*;

/// What the last of these messages says.
fn last(messages: &[Value]) -> Frame {
    let (mut habits, fields) = (Habits::default(), JsonFields::default());
    let mut told = Frame::Data;
    for value in messages {
        told = habits
            .judge(value, read_all(value, &fields), &fields)
            .remove(0);
    }
    told
}

fn words(messages: &[Value]) -> String {
    match last(messages) {
        Frame::Chat(chat) => format!("{}: {}", chat.user.unwrap_or_default(), chat.text),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_member_that_reads_like_a_line_is_one_whatever_its_name() {
    assert_eq!(
        words(&[json!({"wer": "x", "nick": "bo", "was": "how are you"})]),
        "bo: how are you"
    );
    assert_eq!(
        words(&[json!({"nick": "bo", "inhalt": {"wort": "你好吗"}})]),
        "bo: 你好吗"
    );
}

#[test]
fn a_name_and_the_words_in_an_array_are_one_line_where_lines_come_no_other_way() {
    assert_eq!(
        words(&[json!(["guest 7", "how are you"])]),
        "guest 7: how are you"
    );
    assert_eq!(words(&[json!(["小明", "你好"])]), "小明: 你好");
    for other in [
        json!(["a line"]),
        json!("a line"),
        json!({"text": "a line"}),
    ] {
        assert_eq!(words(&[other, json!(["hi", "there"])]), ": hi");
    }
    assert_eq!(words(&[json!(["How are you?", "Fine."])]), ": How are you?");
    assert_eq!(words(&[json!(["message", "hi"])]), ": hi");
}

#[test]
fn what_changes_from_line_to_line_is_the_words() {
    let line = |n: u32, said: &str| json!({"raum": "lobby", "nick": "bo", "time": format!("10:{n}"), "was": said});
    assert_eq!(last(&[line(1, "hi")]), Frame::Data, "nobody knows yet");
    let lines = [line(1, "hi"), line(2, "yo"), line(3, "ok"), line(4, "bye")];
    assert_eq!(words(&lines), "bo: bye");
}

#[test]
fn words_that_never_change_give_way_to_those_that_do() {
    let line = |said: &str| json!({"message": "newMessage", "value": said, "name": "bo"});
    assert_eq!(
        words(&[line("hi there")]),
        "bo: newMessage",
        "as the names say"
    );
    let lines = [
        line("hi there"),
        line("how are you"),
        line("fine"),
        line("bye"),
    ];
    assert_eq!(words(&lines), "bo: bye");
}

#[test]
fn where_the_words_have_changed_lines_are_not_looked_through_again() {
    let (mut habits, fields) = (Habits::default(), JsonFields::default());
    let mut judge = |value: Value| habits.judge(&value, read_all(&value, &fields), &fields);
    let line = |event: &str, said: &str| json!({"type": event, "message": said, "nick": "bo"});
    for said in ["hi", "yo", "ok", "bye"] {
        judge(line("chat", said));
    }
    judge(line("say", "hi"));
    let seen: Vec<_> = habits.forms.iter().map(|form| form.seen).collect();
    assert_eq!(seen, [2, 1], "another event is another form");
}

#[test]
fn who_says_what_a_member_always_holds_does_not_make_it_the_words() {
    let line = |said: &str| json!({"message": "newMessage", "value": said, "name": "bo"});
    let lines = [
        "hi there",
        "newMessage",
        "how are you",
        "newMessage",
        "fine",
        "well then",
    ];
    assert_eq!(words(&lines.map(line)), "bo: well then");
}

#[test]
fn somebody_who_says_the_same_again_is_shown_so() {
    let line = json!({"message": "hi", "room": "lobby"});
    assert_eq!(words(&vec![line; 9]), ": hi");
}

#[test]
fn presence_stays_data_however_it_changes() {
    let users = |n: u32| json!({"type": "users", "list": format!("user {n}")});
    assert_eq!(
        last(&[users(1), users(2), users(3), users(4), users(5)]),
        Frame::Data
    );
    let ids = |n: u32| json!({"sid": format!("{n:032x}"), "at": n});
    assert_eq!(last(&[ids(1), ids(2), ids(3), ids(4), ids(5)]), Frame::Data);
}

#[test]
fn what_no_person_says_is_not_taken_for_words() {
    for token in [
        "17",
        "10:42",
        "2026-11-22T04:01:42Z",
        "+49 30 1234",
        "3f2a9c0d5b7e8f1a",
        "see https://example.org",
        "#ff8800",
        "<b>hi</b>",
        "{\"a\":1}",
        "[1]",
    ] {
        assert!(is_token(token), "{token}");
    }
    for words in [
        "hi",
        "see you at 10",
        "a2",
        "Donaudampfschifffahrt",
        "meet me in room 17 then",
    ] {
        assert!(!is_token(words), "{words}");
    }
}

#[test]
fn a_name_is_a_word_or_two_and_no_sentence() {
    for name in ["bo", "guest 7", "小明", &"x".repeat(32)] {
        assert!(is_name(name), "{name}");
    }
    for other in [
        "",
        "Fine.",
        "you and me",
        "really?",
        "好。",
        &"x".repeat(33),
    ] {
        assert!(!is_name(other), "{other}");
    }
}

#[test]
fn more_than_a_word_is_worded() {
    assert!(reads_like_a_line("how are") && reads_like_a_line("你好"));
    assert!(
        !reads_like_a_line("hello") && !reads_like_a_line(" hello ") && !reads_like_a_line("好")
    );
}

#[test]
fn words_are_looked_for_some_levels_deep_and_among_some_members() {
    let found = |value: &Value| {
        let mut found = Vec::new();
        leaves(value.as_object().expect("an object"), "", 0, &mut found);
        found.len()
    };
    let nested =
        |levels: usize| (0..levels).fold(json!({"was": "hi"}), |inner, _| json!({"in": inner}));
    assert_eq!((found(&nested(DEPTH)), found(&nested(DEPTH + 1))), (1, 0));
    assert_eq!(found(&json!({"type": "chat", "was": "hi", "nr": "17"})), 1);
    let many = (0..2 * MEMBERS).map(|n| (format!("member{n}"), json!("hi")));
    assert_eq!(found(&Value::Object(many.collect())), MEMBERS);
}

#[test]
fn a_message_of_another_form_is_not_taken_for_one_whose_names_tell_the_truth() {
    let news = |said: &str| json!({"type": "news", "text": "notice", "body": said});
    let notes = |said: &str| json!({"type": "message", "text": "notice", "note": said});
    for (event, other) in [
        (json!(null), &news as &dyn Fn(&str) -> Value),
        (json!("message"), &news),
        (json!("message"), &notes),
    ] {
        let line = |said: &str| json!({"type": event, "text": said, "body": "a b"});
        let messages = [
            line("hello there"),
            line("how are you"),
            other("one of them"),
            other("two of them"),
            other("three of them"),
            other("four of them"),
        ];
        assert_eq!(words(&messages), ": four of them", "{event}");
    }
}

#[test]
fn what_the_names_say_are_the_words_as_long_as_they_change_or_nothing_else_reads_like_a_line() {
    let said = ["hi", "yo", "ok", "bye"];
    // Another message of this form may have an event: nothing is settled.
    let changing = said.map(
        |said| json!({"type": null, "text": said, "mood": format!("as {said}"), "raum": "lobby"}),
    );
    assert_eq!(words(&changing), ": bye");
    let constant = said.map(|said| json!({"text": "notice", "mood": said}));
    assert_eq!(words(&constant), ": notice");
}
