//! What is sent and shown as it is, and what is held back over a link's end.

use super::*;

#[test]
fn xml_json_and_control_characters_are_shown_as_they_are() {
    let mut bench = bench();
    for text in [
        "<a>b</a>",
        r#"{"text":"x"}"#,
        "",
        " ",
        "\u{0}\u{7f}",
        "a\nb\r\n",
        "<script>1</script>",
    ] {
        assert_eq!(shown(&bench.hear(text)), [text]);
    }
}

#[test]
fn a_frame_without_words_is_nobodys_line() {
    let mut bench = bench();
    for text in ["", "\n", " \r\n"] {
        let heard = bench.hear(text);
        let [Action::Deliver(incoming)] = &heard[..] else {
            panic!("{heard:?}");
        };
        assert_eq!(incoming.kind, Kind::Data, "{text:?}");
    }
}

#[test]
fn bytes_that_are_text_are_shown_as_text_and_others_as_bytes() {
    let mut bench = bench();
    assert_eq!(shown(&bench.hear("héllo".as_bytes().to_vec())), ["héllo"]);
    let bytes = vec![0, 0xff];
    let incoming = Incoming {
        body: Body::Binary(bytes.clone()),
        ..Incoming::default()
    };
    assert_eq!(bench.hear(bytes), [Action::Deliver(incoming)]);
}

#[test]
fn what_is_sent_is_sent_as_it_is() {
    let mut harness = Harness::new(asking(), TextSession::new()).connected();
    harness.say("<b>ping</b>");
    harness.say(vec![1, 0xff]);
    let sent = &harness.sockets[0].sent[1..];
    assert_eq!(
        *sent,
        [
            Message::Text("<b>ping</b>".into()),
            Message::Binary(vec![1, 0xff])
        ]
    );
}

#[test]
fn an_empty_message_confuses_nothing() {
    let mut bench = bench();
    for _ in 0..2 {
        bench.say("");
        assert_eq!(shown(&bench.hear("what?")), ["what?"]);
    }
    bench.beat();
    assert_eq!(bench.hear(echo("ping")), [], "held back, and asked for");
    bench.beat();
    assert_eq!(bench.hear(echo("ping")), [Action::Answered]);
}

#[test]
fn what_is_held_back_when_its_link_ends_is_asked_for_over_the_next_one() {
    let mut bench = bench();
    bench.beat();
    assert_eq!(bench.hear(echo("ping")), []);
    bench.act(|session, _, out| session.handle_close(&CloseEvent::abnormal(), out));
    bench.wait(secs(60));
    let waits = bench.act(|session, now, out| session.handle_timeout(now, out));
    assert_eq!(waits, [], "nobody can be asked");
    bench.reconnect();
    bench.beat();
    assert_eq!(bench.hear(echo("ping")), [Action::Answered]);
    bench.wait(secs(60));
    let late = bench.act(|session, now, out| session.handle_timeout(now, out));
    assert_eq!(late, [], "it was no line");
}

#[test]
fn what_the_next_link_does_not_confirm_is_shown() {
    let mut bench = bench();
    bench.beat();
    assert_eq!(bench.hear("bo: ping"), []);
    bench.act(|session, _, out| session.handle_close(&CloseEvent::abnormal(), out));
    bench.reconnect();
    bench.beat();
    bench.wait(secs(10));
    let late = bench.act(|session, now, out| session.handle_timeout(now, out));
    assert_eq!(shown(&late), ["bo: ping"]);
}

#[test]
fn unasked_a_text_server_hears_nothing_that_nobody_wrote() {
    let mut harness = Harness::new(Config::default(), TextSession::new()).connected();
    harness.hear("welcome");
    harness.advance_secs(3600);
    assert_eq!(harness.sent(), Vec::<String>::new());
}

#[test]
fn what_is_held_back_stays_so_while_others_speak_and_is_shown_in_its_time() {
    let mut bench = bench();
    bench.beat();
    assert_eq!(bench.hear("bo: ping"), []);
    assert_eq!(shown(&bench.hear("hello all")), ["hello all"]);
    bench.wait(secs(10));
    let late = bench.act(|session, now, out| session.handle_timeout(now, out));
    assert_eq!(shown(&late), ["bo: ping"]);
}

fn shaped() -> SessionOptions {
    SessionOptions {
        subprotocols: vec!["chat".into()],
        shape: Shape {
            send: Some("<{text}>".parse().expect("a template")),
            ..Shape::default()
        },
        ..SessionOptions::default()
    }
}

#[test]
fn the_subprotocols_are_offered_on_each_link() {
    let mut bench = Bench::new(TextSession::with_options(&shaped()));
    for _ in 0..2 {
        let began = bench.act(|session, _, out| session.begin(&Target::default(), out));
        let [Action::Open(target)] = &began[..] else {
            panic!("{began:?}");
        };
        assert_eq!(target.subprotocols, ["chat"]);
    }
}

#[test]
fn the_shape_that_is_set_last_is_that_of_what_goes_out() {
    let mut bench = bench();
    assert_eq!(bench.say("hi").1, "hi");
    let plain = bench.session.preview("hi").expect("a preview");
    assert_eq!((plain.text.as_str(), plain.guessed), ("hi", false));
    bench.session.reshape(&shaped());
    assert_eq!(bench.say("hi").1, "<hi>");
    assert_eq!(bench.session.preview("hi").expect("a preview").text, "<hi>");
    let exactly = Outgoing::exactly("hi");
    let sent = bench.act(|session, now, out| session.send(MessageId(7), exactly, now, out));
    assert_eq!(sent, [Action::Transmit("hi".into())]);
}

#[test]
fn a_link_that_ends_on_the_first_line_is_blamed_on_it_and_one_without_a_line_is_not() {
    let closed = CloseEvent {
        code: 1000,
        reason: String::new(),
        was_clean: true,
    };
    let mut bench = bench();
    for blamed in [&[][..], &[Action::Reconnect(Reason::ClosedOnLine)]] {
        let ended = bench.act(|session, _, out| session.handle_close(&closed, out));
        assert_eq!(ended, blamed);
        bench.reconnect();
        bench.say("hi");
    }
}
