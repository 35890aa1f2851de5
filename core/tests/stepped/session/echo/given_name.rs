//! Own lines that come back under a name that the server gives.

use super::*;

#[test]
fn the_name_that_a_server_gives_us_is_learnt_from_a_line_that_is_no_coincidence() {
    let mut bench = named("ada");
    bench.say("ok");
    shows(&mut bench, &line(1, "guest 7", "ok"));
    let (id, _) = bench.say(LONG);
    proves(&mut bench, &line(2, "guest 7", LONG), id);
    let (id, _) = bench.say("yes");
    shows(&mut bench, &line(3, "guest 8", "yes"));
    proves(&mut bench, &line(4, "guest 7", "yes"), id);
    shows(&mut bench, &line(5, "guest 7", "yes"));
}

#[test]
fn whoever_says_what_we_say_is_another_once_it_is_known_how_own_lines_come_back() {
    let mut bench = named("ada");
    let (id, _) = bench.say(LONG);
    proves(&mut bench, &line(1, "guest 7", LONG), id);
    for (ours_first, text) in [(true, "I could not agree more"), (false, "that is so true")] {
        let (id, _) = bench.say(text);
        if !ours_first {
            shows(&mut bench, &line(2, "guest 8", text));
        }
        proves(&mut bench, &line(3, "guest 7", text), id);
        shows(&mut bench, &line(4, "guest 8", text));
    }
}

#[test]
fn at_a_text_server_that_names_people_too() {
    let mut bench = text(Some("ada"));
    let (id, _) = bench.say("ok");
    proves(&mut bench, "ada: ok", id);
    let (id, _) = bench.say(LONG);
    shows(&mut bench, &format!("bo: {LONG}"));
    proves(&mut bench, &format!("ada: {LONG}"), id);
}

#[test]
fn a_name_that_is_changed_on_the_way_is_learnt_anew() {
    let mut bench = nameless();
    let (id, _) = bench.say(LONG);
    proves(&mut bench, &line(1, "guest 7", LONG), id);
    bench.say("/nick ada");
    bench.wait(secs(4));
    let (id, _) = bench.say("that is my name now");
    proves(&mut bench, &line(2, "ada", "that is my name now"), id);
    let (id, _) = bench.say("ok");
    proves(&mut bench, &line(3, "ada", "ok"), id);
}

#[test]
fn where_nobody_has_a_name_one_copy_of_each_own_line_is_its_echo() {
    let mut bench = nameless();
    let (id, _) = bench.say(LONG);
    proves(&mut bench, &words(LONG), id);
    let ids = [bench.say("ok").0, bench.say("ok").0];
    proves(&mut bench, &words("ok"), ids[0]);
    proves(&mut bench, &words("ok"), ids[1]);
    shows(&mut bench, &words("ok"));
}

#[test]
fn a_server_that_has_not_shown_it_swallows_nobodys_ok() {
    let mut bench = nameless();
    for word in ["ok", "hello", "好的", "thanks!"] {
        bench.say(word);
        shows(&mut bench, &words(word));
    }
    bench.say(LONG);
    bench.wait(secs(4));
    shows(&mut bench, &words(LONG));
    bench.say("ok");
    shows(&mut bench, &words("ok"));
}

#[test]
fn a_name_that_changes_with_the_link_is_found_again() {
    let mut bench = nameless();
    let (id, _) = bench.say(LONG);
    proves(&mut bench, &line(1, "guest 7", LONG), id);
    bench.reconnect();
    bench.wait(secs(5));
    let (id, _) = bench.say("ok");
    proves(&mut bench, &line(2, "guest 12", "ok"), id);
    bench.say("ok");
    shows(&mut bench, &line(3, "guest 7", "ok"));
}

#[test]
fn what_was_learnt_by_coincidence_is_forgotten_when_nothing_comes_back() {
    let mut bench = nameless();
    bench.say(LONG);
    bench.hear(line(1, "bo", LONG));
    for _ in 0..8 {
        bench.say("lost");
    }
    bench.wait(secs(61));
    shows(&mut bench, &line(2, "bo", "anything"));
    bench.say("ok");
    shows(&mut bench, &line(3, "bo", "ok"));
}

#[test]
fn what_is_known_of_one_address_is_not_believed_of_another() {
    let begin = |bench: &mut Bench<JsonSession>, url: &str| {
        bench.act(|session, now, out| {
            session.begin(&Target::new(url), out);
            session.handle_open("", now, out);
        });
    };
    let mut bench = nameless();
    begin(&mut bench, "wss://one.example/room?token=1");
    let (id, _) = bench.say(LONG);
    proves(&mut bench, &words(LONG), id);
    begin(&mut bench, "wss://one.example/room?token=2");
    let (id, _) = bench.say("ok");
    proves(&mut bench, &words("ok"), id);
    begin(&mut bench, "wss://two.example/room");
    bench.say("ok");
    shows(&mut bench, &words("ok"));
}

#[test]
fn a_server_that_tells_each_line_twice_at_once_is_found_out_by_an_own_line() {
    let mut bench = named("ada");
    let told =
        |user: &str, text: &str| serde_json::json!({ "user": user, "text": text }).to_string();
    shows(&mut bench, &told("bo", "hello everybody"));
    shows(&mut bench, &told("bo", "hello everybody"));
    let (id, _) = bench.say(LONG);
    proves(&mut bench, &told("ada", LONG), id);
    hides(&mut bench, &told("ada", LONG));
    for text in ["ok", "ok"] {
        bench.wait(secs(1));
        shows(&mut bench, &told("bo", text));
        hides(&mut bench, &told("bo", text));
        let (id, _) = bench.say(text);
        proves(&mut bench, &told("ada", text), id);
        hides(&mut bench, &told("ada", text));
    }
    // Once it does so no more, nothing is swallowed.
    let (id, _) = bench.say("yes");
    proves(&mut bench, &told("ada", "yes"), id);
    for _ in 0..2 {
        shows(&mut bench, &told("bo", "yes"));
    }
}

#[test]
fn what_is_said_twice_at_a_server_that_tells_each_line_once_stands_twice() {
    let mut bench = nameless();
    let (first, _) = bench.say(LONG);
    let (second, _) = bench.say(LONG);
    proves(&mut bench, &words(LONG), first);
    proves(&mut bench, &words(LONG), second);
    let (id, _) = bench.say("ok");
    proves(&mut bench, &words("ok"), id);
    shows(&mut bench, &words("ok"));
    let (id, _) = bench.say(LONG);
    proves(&mut bench, &words(LONG), id);
    bench.wait(secs(1));
    shows(&mut bench, &words(LONG));
}

#[test]
fn where_own_lines_go_without_ids_after_all_they_are_known_by_their_words() {
    let mut bench = named("ada");
    let (_, sent) = bench.say(LONG);
    bench.hear(sent);
    // Others use this relay with plain words, and so do we from now on.
    shows(&mut bench, "hello, I am bo");
    bench.wait(secs(5));
    let (id, sent) = bench.say("and this is another line");
    assert_eq!(sent, "and this is another line");
    proves(&mut bench, &sent, id);
    let (id, sent) = bench.say("ok");
    proves(&mut bench, &sent, id);
    shows(&mut bench, "ok");
}

#[test]
fn a_line_under_the_name_that_was_learnt_is_waited_for_longer() {
    let mut bench = nameless();
    let (id, _) = bench.say(LONG);
    proves(&mut bench, &line(1, "guest 7", LONG), id);
    let (id, _) = bench.say("ok");
    bench.wait(secs(61));
    proves(&mut bench, &line(2, "guest 7", "ok"), id);
}

#[test]
fn whoever_says_what_we_say_is_another_on_the_next_link_too() {
    let mut bench = named("ada");
    let (id, _) = bench.say(LONG);
    proves(&mut bench, &line(1, "guest 7", LONG), id);
    bench.reconnect();
    bench.wait(secs(5));
    let (id, _) = bench.say("I could not agree more");
    proves(
        &mut bench,
        &line(2, "guest 7", "I could not agree more"),
        id,
    );
    let (id, _) = bench.say("that is so true");
    shows(&mut bench, &line(3, "guest 8", "that is so true"));
    proves(&mut bench, &line(4, "guest 7", "that is so true"), id);
}

#[test]
fn of_more_names_than_are_remembered_the_one_heard_longest_ago_is_forgotten() {
    let mut bench = nameless();
    let (id, _) = bench.say(LONG);
    proves(&mut bench, &line(1, "ada", LONG), id);
    for name in ["bo", "cy", "di", "ed", "flo"] {
        hides(&mut bench, &line(2, name, LONG));
    }
    bench.reconnect();
    bench.wait(secs(5));
    let (id, _) = bench.say(LONG);
    proves(&mut bench, &line(3, "gus", LONG), id);
    let (id, _) = bench.say("ok");
    shows(&mut bench, &line(4, "ada", "ok"));
    proves(&mut bench, &line(5, "bo", "ok"), id);
}

#[test]
fn what_the_server_calls_ours_is_an_echo_under_any_name_be_it_one_word() {
    let told = |name: Option<&str>, text: &str, flag: &str, mine: bool| {
        let mut line = serde_json::json!({ "type": "message", "text": text, flag: mine });
        if let Some(name) = name {
            line["from"] = name.into();
        }
        line.to_string()
    };
    for (name, flag) in [
        (Some("Guest 1"), "mine"),
        (None, "self"),
        (Some("you"), "isMe"),
    ] {
        let mut bench = named("ada");
        let (id, _) = bench.say("hi");
        shows(&mut bench, &told(Some("bo"), "hi", flag, false));
        proves(&mut bench, &told(name, "hi", flag, true), id);
        for text in ["ok", "ok"] {
            let (id, _) = bench.say(text);
            proves(&mut bench, &told(name, text, flag, true), id);
        }
        // Nothing of ours waits for it.
        shows(&mut bench, &told(name, "from the other tab", flag, true));
    }
}
