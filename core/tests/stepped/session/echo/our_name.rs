//! Own lines that come back under our name.

use super::*;

#[test]
fn a_server_that_gives_ids_and_times_of_its_own_is_an_echo_under_our_name() {
    let mut bench = named("ada");
    let (id, _) = bench.say("ok");
    shows(&mut bench, &line(1, "bo", "ok"));
    proves(&mut bench, &line(2, "ada", "ok"), id);
    shows(&mut bench, &line(3, "ada", "ok"));
}

#[test]
fn words_that_came_back_are_less_sure_than_an_acknowledgement() {
    let proofs = |actions: Vec<Action>| -> Vec<Action> {
        let proof = |action: &Action| matches!(action, Action::Delivered(_) | Action::Echoed(_));
        actions.into_iter().filter(proof).collect()
    };
    let mut bench = named("ada");
    let (id, _) = bench.say("ok");
    let acknowledgement = |id| format!(r#"{{"type":"ack","id":"{id}"}}"#);
    assert_eq!(
        proofs(bench.hear(line(1, "ada", "ok"))),
        [Action::Echoed(id)]
    );
    assert_eq!(
        proofs(bench.hear(acknowledgement(id))),
        [Action::Delivered(id)]
    );
    assert_eq!(proofs(bench.hear(acknowledgement(id))), []);
    // The other way round, nothing is less sure than it was.
    let (id, _) = bench.say("yes");
    assert_eq!(
        proofs(bench.hear(acknowledgement(id))),
        [Action::Delivered(id)]
    );
    hides(&mut bench, &line(2, "ada", "yes"));
}

#[test]
fn our_name_before_the_words_in_a_member_is_ours_as_in_a_plain_line() {
    let told = |words: &str| serde_json::json!({ "type": "message", "payload": words }).to_string();
    let mut bench = named("ada");
    shows(&mut bench, &told("bo: hello everybody"));
    bench.wait(secs(5));
    for text in [LONG, "ok"] {
        let (id, _) = bench.say(text);
        // Who answers and repeats what was asked is another.
        shows(&mut bench, &told(&format!("You asked: {text}")));
        shows(&mut bench, &told(&format!("bo: {text}")));
        proves(&mut bench, &told(&format!("ada: {text}")), id);
    }
}

#[test]
fn what_comes_back_trimmed_escaped_or_as_html_is_ours() {
    for (said, heard) in [
        ("  hi \n", "hi"),
        ("a < b & \"c\"", "a &lt; b &amp; &quot;c&quot;"),
        ("it's", "it&#39;s"),
        ("it's", "it&#x27;s"),
        ("a\r\nb", "a\nb"),
        ("first of two lines\nsecond", "first of two lines second"),
        ("&lt;", "&amp;lt;"),
        ("&lt;", "&lt;"),
        ("<b>bold</b>", "<b>bold</b>"),
        ("so", "<p>so</p>\n"),
        ("a\nb", "a<br>b"),
        (
            "see http://x.org",
            "see <a href=\"http://x.org\" rel=\"nofollow\">http://x.org</a>",
        ),
        ("1 < 2", "<strong>1 &lt; 2</strong>"),
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
    assert_eq!(bench.hear(sent), [Action::Delivered(id)]);
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
fn a_line_under_our_name_is_waited_for_longer_where_one_has_come_back() {
    let mut bench = named("ada");
    bench.say("ok");
    bench.wait(secs(61));
    shows(&mut bench, &line(1, "ada", "ok"));
    let (id, _) = bench.say("yes");
    proves(&mut bench, &line(2, "ada", "yes"), id);
    let (id, _) = bench.say("well");
    bench.wait(secs(61));
    proves(&mut bench, &line(3, "ada", "well"), id);
}

#[test]
fn more_than_a_word_under_our_name_may_come_back_after_minutes() {
    let mut bench = named("ada");
    let (id, _) = bench.say(LONG);
    bench.wait(secs(9 * 60));
    proves(&mut bench, &line(1, "ada", LONG), id);
    let (id, _) = bench.say(LONG);
    bench.reconnect();
    bench.wait(secs(9 * 60));
    proves(&mut bench, &line(2, "ada", LONG), id);
    shows(&mut bench, &line(3, "ada", LONG));
    let mut bench = named("ada");
    bench.say(LONG);
    bench.wait(secs(10 * 60 + 1));
    shows(&mut bench, &line(1, "ada", LONG));
}

#[test]
fn where_an_own_line_came_back_escaped_others_are_shown_as_they_were_written() {
    let tea = "tea &amp; &quot;cake&quot; &lt;3 &#39;now&#39; &nosuch; <b>b</b>";
    let mut bench = named("ada");
    assert_eq!(shown(&bench.hear(line(1, "bo", tea))), [tea]);
    let (id, _) = bench.say("a & b");
    proves(&mut bench, &line(2, "ada", "a &amp; b"), id);
    let written = "tea & \"cake\" <3 'now' &nosuch; <b>b</b>";
    assert_eq!(shown(&bench.hear(line(3, "bo", tea))), [written]);
    // Written as one reads it, it came back so: nothing is escaped there.
    let mut bench = named("ada");
    let (id, _) = bench.say("&amp; is a sign");
    proves(&mut bench, &line(1, "ada", "&amp; is a sign"), id);
    assert_eq!(shown(&bench.hear(line(2, "bo", "&lt;"))), ["&lt;"]);
    // Made HTML, but not escaped.
    let (id, _) = bench.say("so");
    proves(&mut bench, &line(3, "ada", "<p>so</p>"), id);
    assert_eq!(shown(&bench.hear(line(4, "bo", "&lt;"))), ["&lt;"]);
}

#[test]
fn our_name_in_the_midst_of_our_words_hides_no_voice_that_is_known() {
    for told in [
        |words: &str| words.to_owned(),
        |words: &str| format!("[guest 7]: {words}"),
        |words: &str| format!("[ada]: {words}"),
        |words: &str| format!("<strong>ada</strong> : {words}"),
    ] {
        let mut bench = text(Some("ada"));
        for words in [LONG, "<b>ada</b> & \"two\"", "I am ada: hello", "ok"] {
            let (id, _) = bench.say(words);
            proves(&mut bench, &told(words), id);
        }
    }
    let mut bench = named("ada");
    for said in [LONG, "<b>ada</b> & \"two\""] {
        let (id, _) = bench.say(said);
        proves(&mut bench, &words(said), id);
    }
}
