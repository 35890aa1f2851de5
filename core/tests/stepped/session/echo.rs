//! Own lines that come back in every shape that servers give them, and servers that repeat what they remember.

use leptos_chat_core::session::json::JsonSession;
use leptos_chat_core::session::text::TextSession;
use leptos_chat_core::session::{Action, MessageId, Session, Target};
use leptos_chat_core::wire::json::JsonFields;

use super::bench::{Bench, shown};
use crate::{millis, secs};

fn named(user: &str) -> Bench<JsonSession> {
    Bench::new(JsonSession::new(Some(user.into()), JsonFields::default()))
}

fn nameless() -> Bench<JsonSession> {
    Bench::new(JsonSession::default())
}

fn text(user: Option<&str>) -> Bench<TextSession> {
    Bench::new(TextSession::named(user.map(Into::into)))
}

fn line(id: u32, user: &str, text: &str) -> String {
    serde_json::json!({ "id": id, "user": user, "text": text, "time": 1_700_000_000 + id })
        .to_string()
}

fn words(text: &str) -> String {
    serde_json::json!({ "text": text }).to_string()
}

const LONG: &str = "a line that is no coincidence";

/// A line that comes in must be this own one's echo.
fn proves<S: Session>(bench: &mut Bench<S>, heard: &str, id: MessageId) {
    assert_eq!(bench.hear(heard), [Action::Delivered(id)], "{heard}");
}

fn shows<S: Session>(bench: &mut Bench<S>, heard: &str) {
    assert_eq!(shown(&bench.hear(heard)).len(), 1, "{heard}");
}

fn hides<S: Session>(bench: &mut Bench<S>, heard: &str) {
    assert_eq!(bench.hear(heard), [], "{heard}");
}

/// Nothing follows: what was held is let go.
fn quiet<S: Session>(bench: &mut Bench<S>) -> Vec<String> {
    bench.wait(secs(1));
    shown(&bench.act(|session, now, out| session.handle_timeout(now, out)))
}

// Own lines, under our name

#[test]
fn a_server_that_gives_ids_and_times_of_its_own_is_an_echo_under_our_name() {
    let mut bench = named("ada");
    let (id, _) = bench.say("ok");
    shows(&mut bench, &line(1, "bo", "ok"));
    proves(&mut bench, &line(2, "ada", "ok"), id);
    shows(&mut bench, &line(3, "ada", "ok"));
}

#[test]
fn what_comes_back_trimmed_or_escaped_is_ours() {
    for (said, heard) in [
        ("  hi \n", "hi"),
        ("a < b & \"c\"", "a &lt; b &amp; &quot;c&quot;"),
        ("it's", "it&#39;s"),
        ("it's", "it&#x27;s"),
        ("a\r\nb", "a\nb"),
        ("first of two lines\nsecond", "first of two lines second"),
        ("&lt;", "&amp;lt;"),
        ("&lt;", "&lt;"),
    ] {
        let mut bench = named("ada");
        let (id, _) = bench.say(said);
        proves(&mut bench, &line(1, "ada", heard), id);
    }
}

#[test]
fn what_a_relay_read_late_over_the_older_link_is_ours() {
    let mut bench = named("ada");
    let (id, _) = bench.say("ok");
    bench.reconnect();
    bench.wait(secs(12));
    proves(&mut bench, &line(1, "ada", "ok"), id);
    shows(&mut bench, &line(2, "ada", "ok"));
    let (_, _) = bench.say("later");
    bench.reconnect();
    bench.wait(secs(61));
    shows(&mut bench, &line(3, "ada", "later"));
}

#[test]
fn the_senders_number_as_the_id_takes_nothing_away() {
    let mut bench = named("ada");
    for text in ["hi", "ok", "ok"] {
        let (id, _) = bench.say(text);
        proves(&mut bench, &line(7, "ada", text), id);
        shows(&mut bench, &line(8, "bo", text));
    }
}

#[test]
fn where_our_ids_come_back_a_namesakes_words_are_shown() {
    let mut bench = named("ada");
    let (id, sent) = bench.say(LONG);
    proves(&mut bench, &sent, id);
    bench.say(LONG);
    shows(&mut bench, &line(1, "ada", LONG));
}

#[test]
fn an_id_of_another_client_like_us_is_a_namesakes_and_a_uuid_is_the_servers() {
    let mut bench = named("ada");
    let (id, _) = bench.say("hi");
    let under = |id: &str| serde_json::json!({ "id": id, "user": "ada", "text": "hi" }).to_string();
    shows(&mut bench, &under("00000000000000000000000000000077"));
    proves(&mut bench, &under("0b9d1c2f8e7a4c5db1a2334455667788"), id);
}

// Own lines, under a name that the server gives

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

// Plain text

#[test]
fn a_text_server_that_repeats_exactly_is_learnt() {
    let mut bench = text(None);
    bench.say("ok");
    shows(&mut bench, "ok");
    let (id, _) = bench.say(LONG);
    proves(&mut bench, LONG, id);
    let (id, _) = bench.say("yes");
    proves(&mut bench, "yes", id);
    shows(&mut bench, "yes");
}

#[test]
fn a_name_before_the_line_is_ours_where_it_is_our_name() {
    for heard in ["ada: ok", "<ada> ok", "[ada] ok", "ada says: ok"] {
        let mut bench = text(Some("ada"));
        let (id, _) = bench.say("ok");
        shows(&mut bench, "canada: ok");
        shows(&mut bench, "bo: ok");
        proves(&mut bench, heard, id);
        shows(&mut bench, heard);
    }
}

#[test]
fn a_name_that_a_text_server_gives_is_learnt_with_both_of_its_forms() {
    let mut bench = text(None);
    let (id, _) = bench.say(LONG);
    proves(&mut bench, &format!("You wrote: {LONG}"), id);
    hides(&mut bench, &format!("Client #3 says: {LONG}"));
    let (id, _) = bench.say("ok");
    proves(&mut bench, "You wrote: ok", id);
    shows(&mut bench, "Client #4 says: ok");
    hides(&mut bench, "Client #3 says: ok");
    shows(&mut bench, "Client #3 says: ok");
}

#[test]
fn a_time_before_the_name_does_not_hide_it() {
    let mut bench = text(None);
    let (id, _) = bench.say(LONG);
    proves(&mut bench, &format!("[12:03] ada: {LONG}"), id);
    let (id, _) = bench.say("ok");
    proves(&mut bench, "[12:04] ada: ok", id);
}

#[test]
fn an_echo_servers_answer_is_shown() {
    let mut bench = text(None);
    for _ in 0..3 {
        bench.say(LONG);
        shows(&mut bench, &format!("Hello, you sent -> {LONG}"));
    }
}

// A server with a memory

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
            vec![Action::Delivered(id)]
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
fn several_lines_in_one_frame_are_taken_apart_where_one_is_ours() {
    let mut bench = text(None);
    let first = bench.say("the first of two lines").0;
    let second = bench.say("ok").0;
    let heard = bench.hear("the first of two lines\nhers in between\nok");
    assert_eq!(shown(&heard), ["hers in between"]);
    for id in [first, second] {
        assert!(heard.contains(&Action::Delivered(id)), "{heard:?}");
    }
    shows(&mut bench, "hers\nin two lines");
    let (whole, _) = bench.say("ours\nin two lines of text");
    proves(&mut bench, "ours\nin two lines of text", whole);
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
fn any_words_before_and_behind_ours_are_survived() {
    let pieces = [
        "ada",
        ": ",
        "é",
        "&lt;",
        "&#x",
        "&",
        ";",
        "\n",
        "]",
        "[",
        "：",
        "12:0",
        "-> ",
        "ok",
        " ",
        "<",
        ">",
        "😀",
        "a b c d e",
    ];
    let mut random = fastrand::Rng::with_seed(7);
    let mut bench = text(Some("ada"));
    for round in 0..20_000 {
        let count = random.usize(..8);
        let said: String = (0..count)
            .map(|_| pieces[random.usize(..pieces.len())])
            .collect();
        if !said.is_empty() && random.bool() {
            bench.say(said.as_str());
        }
        let count = random.usize(..8);
        let before: String = (0..count)
            .map(|_| pieces[random.usize(..pieces.len())])
            .collect();
        bench.hear(format!("{before}{said}"));
        bench.wait(millis(random.u64(..500)));
        if round % 100 == 0 {
            bench.reconnect();
        }
    }
}

#[test]
fn where_our_name_is_kept_nobody_elses_is_learnt() {
    let mut bench = named("ada");
    let (id, _) = bench.say("hello");
    proves(&mut bench, &line(1, "ada", "hello"), id);
    let (id, _) = bench.say(LONG);
    shows(&mut bench, &line(2, "bo", LONG));
    proves(&mut bench, &line(3, "ada", LONG), id);
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
