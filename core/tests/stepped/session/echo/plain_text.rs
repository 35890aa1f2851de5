//! Own lines that come back as plain text.

use super::*;

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
    for heard in [
        "ada: ok",
        "<ada> ok",
        "[ada] ok",
        "ada says: ok",
        "ada - ok",
        "12:03 ada | ok",
        "(ada) ok",
        "*ada* ok",
    ] {
        let mut bench = text(Some("ada"));
        let (id, _) = bench.say("ok");
        shows(&mut bench, "canada: ok");
        for other in [
            "bo: ok",
            "ada ok",
            "bo - ok",
            "not ada - ok",
            "ada - not ok",
        ] {
            shows(&mut bench, other);
        }
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

#[test]
fn several_lines_in_one_frame_are_taken_apart_where_one_is_ours() {
    let mut bench = text(None);
    let first = bench.say("the first of two lines").0;
    let second = bench.say("ok").0;
    let heard = bench.hear("the first of two lines\nhers in between\nok");
    assert_eq!(shown(&heard), ["hers in between"]);
    for id in [first, second] {
        assert!(heard.contains(&Action::Echoed(id)), "{heard:?}");
    }
    shows(&mut bench, "hers\nin two lines");
    let (whole, _) = bench.say("ours\nin two lines of text");
    proves(&mut bench, "ours\nin two lines of text", whole);
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
fn each_of_both_forms_of_an_own_line_comes_once() {
    let mut bench = text(None);
    let (id, _) = bench.say(LONG);
    proves(&mut bench, &format!("You wrote: {LONG}"), id);
    hides(&mut bench, &format!("Client #3 says: {LONG}"));
    bench.wait(secs(1));
    shows(&mut bench, &format!("Client #3 says: {LONG}"));
}

#[test]
fn a_form_that_changes_with_the_link_is_found_again_and_comes_once() {
    let mut bench = text(None);
    let (id, _) = bench.say(LONG);
    proves(&mut bench, &format!("You wrote: {LONG}"), id);
    hides(&mut bench, &format!("Client #3 says: {LONG}"));
    bench.reconnect();
    bench.wait(secs(5));
    let (id, _) = bench.say("ok");
    proves(&mut bench, "You wrote: ok", id);
    hides(&mut bench, "Client #12 says: ok");
    bench.wait(secs(1));
    shows(&mut bench, "Client #12 says: ok");
}

#[test]
fn an_own_line_among_several_in_one_frame_shows_that_lines_are_taken() {
    let mut bench = named("ada");
    let (id, _) = bench.say(LONG);
    let heard = bench.hear(format!("bo: hi\n{LONG}"));
    assert!(heard.contains(&Action::Echoed(id)), "{heard:?}");
    assert_eq!(shown(&heard), ["bo: hi"]);
    let closed = CloseEvent {
        code: 1000,
        reason: String::new(),
        was_clean: true,
    };
    let ended = bench.act(|session, _, out| session.handle_close(&closed, out));
    assert_eq!(ended, [], "the line is not to blame");
}
