//! Servers that repeat what they remember.

use super::*;

#[test]
fn what_came_under_its_own_id_does_not_come_again() {
    let mut bench = named("ada");
    let history: Vec<String> = (1..=5)
        .map(|n| line(n, "bo", &format!("number {n}")))
        .collect();
    history.iter().for_each(|line| shows(&mut bench, line));
    for _ in 0..2 {
        bench.reconnect();
        history.iter().for_each(|line| hides(&mut bench, line));
        assert!(quiet(&mut bench).is_empty());
    }
    shows(&mut bench, &line(6, "bo", "number 5"));
}

#[test]
fn without_ids_the_tail_that_is_repeated_is_the_tail() {
    let mut bench = nameless();
    for text in ["a", "b", "ok", "ok", "c"] {
        shows(&mut bench, &words(text));
    }
    for _ in 0..2 {
        bench.reconnect();
        for text in ["b", "ok", "ok", "c"] {
            hides(&mut bench, &words(text));
        }
        assert!(quiet(&mut bench).is_empty());
    }
    // What was missed follows the tail, and the same words said later are a new line.
    bench.reconnect();
    hides(&mut bench, &words("ok"));
    hides(&mut bench, &words("c"));
    shows(&mut bench, &words("missed"));
    bench.wait(secs(10));
    shows(&mut bench, &words("c"));
}

#[test]
fn what_only_begins_like_the_tail_is_shown_in_its_order() {
    let mut bench = nameless();
    for text in ["ok", "b", "c"] {
        shows(&mut bench, &words(text));
    }
    bench.reconnect();
    hides(&mut bench, &words("ok"));
    assert_eq!(shown(&bench.hear(words("new"))), ["ok", "new"]);
    bench.reconnect();
    hides(&mut bench, &words("b"));
    assert_eq!(quiet(&mut bench), ["b"]);
}

#[test]
fn the_same_word_after_a_while_is_a_new_line() {
    let mut bench = nameless();
    shows(&mut bench, &words("ok"));
    bench.reconnect();
    bench.wait(millis(2001));
    shows(&mut bench, &words("ok"));
}

#[test]
fn an_own_line_in_a_history_is_its_proof() {
    let mut bench = named("ada");
    shows(&mut bench, &line(1, "bo", "first words"));
    let (id, _) = bench.say("ok");
    bench.reconnect();
    hides(&mut bench, &line(1, "bo", "first words"));
    proves(&mut bench, &line(2, "ada", "ok"), id);
    shows(&mut bench, &line(3, "bo", "and more"));
    bench.reconnect();
    hides(&mut bench, &line(1, "bo", "first words"));
    hides(&mut bench, &line(2, "ada", "ok"));
    hides(&mut bench, &line(3, "bo", "and more"));
}

#[test]
fn an_own_line_without_a_name_in_a_history_is_its_proof() {
    let mut bench = nameless();
    shows(&mut bench, &words("first words"));
    let (id, _) = bench.say("my own words");
    shows(&mut bench, &words("second words"));
    for round in 0..2 {
        bench.reconnect();
        hides(&mut bench, &words("first words"));
        let heard = bench.hear(words("my own words"));
        let expected = if round == 0 {
            vec![Action::Echoed(id)]
        } else {
            vec![]
        };
        assert_eq!(heard, expected);
        hides(&mut bench, &words("second words"));
        assert!(quiet(&mut bench).is_empty());
    }
}

#[test]
fn an_own_line_that_goes_out_after_the_opening_is_not_proved_by_its_older_copy() {
    let mut bench = named("ada");
    let (first, _) = bench.say("ok");
    proves(&mut bench, &line(1, "ada", "ok"), first);
    shows(&mut bench, &line(2, "bo", "first words"));
    bench.reconnect();
    hides(&mut bench, &line(1, "ada", "ok"));
    hides(&mut bench, &line(2, "bo", "first words"));
    bench.reconnect();
    let (second, _) = bench.say("ok");
    hides(&mut bench, &line(1, "ada", "ok"));
    hides(&mut bench, &line(2, "bo", "first words"));
    proves(&mut bench, &line(3, "ada", "ok"), second);
}

#[test]
fn at_a_server_without_a_memory_an_old_line_does_not_take_the_new_ones_proof() {
    let mut bench = named("ada");
    let (first, _) = bench.say("ok");
    proves(&mut bench, &line(1, "ada", "ok"), first);
    bench.reconnect();
    let (second, _) = bench.say("ok");
    proves(&mut bench, &line(2, "ada", "ok"), second);
}

#[test]
fn a_count_that_begins_again_takes_nothing_away() {
    let mut bench = named("ada");
    for n in 1..=4 {
        shows(&mut bench, &line(n, "bo", &format!("number {n}")));
    }
    bench.reconnect();
    bench.wait(secs(3));
    for n in 1..=4 {
        shows(
            &mut bench,
            &line(n, "bo", &format!("after the restart {n}")),
        );
    }
    shows(&mut bench, &line(5, "bo", "after the restart 4"));
}

#[test]
fn what_is_held_when_the_link_goes_is_not_lost() {
    let mut bench = nameless();
    for text in ["ok", "b"] {
        shows(&mut bench, &words(text));
    }
    bench.reconnect();
    hides(&mut bench, &words("ok"));
    assert_eq!(shown(&bench.reconnect()), ["ok"]);
}

#[test]
fn notices_among_the_lines_that_a_server_does_not_remember_are_skipped() {
    let mut bench = named("ada");
    shows(&mut bench, &line(1, "bo", "hi"));
    shows(&mut bench, &words("cy has joined"));
    shows(&mut bench, &line(2, "cy", "hello"));
    shows(&mut bench, &words("cy has left"));
    bench.reconnect();
    hides(&mut bench, &line(1, "bo", "hi"));
    hides(&mut bench, &line(2, "cy", "hello"));
    assert!(quiet(&mut bench).is_empty());
}

#[test]
fn a_history_that_comes_slowly_is_still_one() {
    let mut bench = nameless();
    let lines: Vec<String> = (0..8).map(|n| words(&format!("line number {n}"))).collect();
    lines.iter().for_each(|line| shows(&mut bench, line));
    bench.reconnect();
    for line in &lines {
        hides(&mut bench, line);
        bench.wait(millis(900));
    }
}

#[test]
fn anothers_line_that_was_missed_is_no_own_one_for_its_words() {
    let mut bench = named("ada");
    for (id, user) in [(1, "bo"), (2, "cy"), (3, "bo"), (4, "cy")] {
        shows(&mut bench, &line(id, user, &format!("number {id}")));
    }
    bench.say("good morning");
    bench.reconnect();
    shows(&mut bench, &line(5, "bo", "good morning"));
}

#[test]
fn no_more_bytes_are_held_than_a_page_can_spare() {
    let mut bench = nameless();
    let long = |sign: &str| words(&sign.repeat(2 << 20));
    for sign in ["-", "+", "*", "~"] {
        shows(&mut bench, &long(sign));
    }
    bench.reconnect();
    hides(&mut bench, &long("-"));
    hides(&mut bench, &long("+"));
    assert_eq!(shown(&bench.hear(long("*"))).len(), 3);
}

/// A line of bo's, under an id that no counter gave.
fn marked(id: &str, text: &str) -> String {
    serde_json::json!({ "id": format!("message-{id}"), "user": "bo", "text": text }).to_string()
}

#[test]
fn an_id_that_comes_again_long_after_the_opening_begins_no_history() {
    let mut bench = nameless();
    for (id, text) in [("a", "well"), ("b", "yes"), ("c", "ok")] {
        shows(&mut bench, &marked(id, text));
    }
    bench.reconnect();
    bench.wait(secs(5));
    hides(&mut bench, &marked("a", "well"));
    shows(&mut bench, r#"{"user":"bo","text":"yes"}"#);
}

#[test]
fn an_own_line_in_a_history_with_ids_is_not_the_one_that_was_just_sent() {
    let ours = r#"{"user":"ada","text":"ok"}"#;
    let mut bench = named("ada");
    let others = [("a", "well"), ("b", "yes"), ("c", LONG)].map(|(id, text)| marked(id, text));
    others.iter().for_each(|line| shows(&mut bench, line));
    let (first, _) = bench.say("ok");
    proves(&mut bench, ours, first);
    bench.reconnect();
    let (second, _) = bench.say("ok");
    others.iter().for_each(|line| hides(&mut bench, line));
    hides(&mut bench, ours);
    proves(&mut bench, ours, second);
}

#[test]
fn a_history_is_known_with_the_lines_of_clients_like_this_one_in_it() {
    let history = [
        serde_json::json!({ "user": "bo", "text": "well" }).to_string(),
        serde_json::json!({ "id": "00000000000000000000000000000077", "user": "cy", "text": "yes" })
            .to_string(),
        serde_json::json!({ "user": "bo", "text": "ok" }).to_string(),
    ];
    let mut bench = nameless();
    history.iter().for_each(|line| shows(&mut bench, line));
    bench.reconnect();
    history.iter().for_each(|line| hides(&mut bench, line));
    assert!(quiet(&mut bench).is_empty());
}

#[test]
fn what_is_held_is_shown_in_its_time_where_nothing_else_happens() {
    let mut bench = text(None);
    for line in ["good morning all of you", "how are you today"] {
        shows(&mut bench, line);
        bench.wait(secs(2));
    }
    bench.reconnect();
    hides(&mut bench, "good morning all of you");
    let until = bench.session.poll_timeout().expect("a time");
    assert!(until > bench.now);
    bench.now = until;
    let late = bench.act(|session, now, out| session.handle_timeout(now, out));
    assert_eq!(shown(&late), ["good morning all of you"]);
}

#[test]
fn a_line_with_another_clients_id_is_no_own_one_of_an_earlier_link() {
    let mut bench = named("ada");
    bench.say(LONG);
    bench.reconnect();
    let theirs = serde_json::json!({ "id": "0192f3a4b5c670008000000000000001", "text": LONG });
    shows(&mut bench, &theirs.to_string());
}

#[test]
fn a_history_that_begins_with_the_newest_is_known_too() {
    let list = |lines: &[(&str, &str)]| {
        let lines = lines
            .iter()
            .rev()
            .map(|(user, text)| serde_json::json!({ "user": user, "text": text }));
        serde_json::Value::from(lines.collect::<Vec<_>>()).to_string()
    };
    let mut bench = named("ada");
    let heard = [("bo", "hi everyone"), ("bo", "ok"), ("bo", "see you later")];
    for (user, text) in heard {
        let line = serde_json::json!({ "user": user, "text": text });
        shows(&mut bench, &line.to_string());
    }
    bench.reconnect();
    let missed = [&heard[..], &[("cy", "back"), ("bo", "hello")]].concat();
    assert_eq!(
        shown(&bench.hear(list(&missed))),
        ["back".to_owned(), "hello".to_owned()]
    );
}
