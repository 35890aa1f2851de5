//! Frames, and what is carried inside.

use super::*;

#[test]
fn many_messages_in_one_frame_keep_their_order() {
    let mut harness = framed();
    harness.hear(r#"a["{\"text\":\"1\"}","{\"text\":\"2\"}"]"#);
    harness.hear("a[]");
    harness.hear("h");
    harness.hear(r#"m"{\"text\":\"3\"}""#);
    harness.hear(r#"a["{\"text\":\"4\"}"]"#);
    assert_eq!(harness.texts(), ["1", "2", "3", "4"]);
}

#[test]
fn the_code_of_the_close_frame_is_kept_over_the_1000_that_follows() {
    let mut harness = framed();
    let socket = harness.socket();
    harness.hear(r#"c[4403,"not for you"]"#);
    harness.closed(socket, 1000, "", true);
    let close = CloseEvent {
        code: 4403,
        reason: "not for you".into(),
        was_clean: true,
    };
    let reason = ClosedReason::Server(close);
    assert_eq!(*harness.state(), State::Closed { reason });
}

#[test]
fn a_close_frame_worth_a_retry_is_retried_once() {
    let mut harness = framed();
    let socket = harness.socket();
    harness.hear(r#"c[2010,"Another connection still open"]"#);
    harness.closed(socket, 1000, "", true);
    let lost: Vec<_> = harness
        .events
        .iter()
        .filter_map(|event| match event {
            Event::Disconnected(Disconnect::Closed(close)) => {
                Some((close.code, close.reason.as_str()))
            }
            _ => None,
        })
        .collect();
    assert_eq!(lost, [(2010, "Another connection still open")]);
    assert_eq!(harness.name(), "waiting");
}

#[test]
fn a_second_o_reconnects() {
    let mut harness = framed();
    harness.hear("o");
    assert_eq!(harness.lost(), "the server lost the session");
}

#[test]
fn frames_that_are_none_are_unreadable_and_close_nothing() {
    let mut harness = framed();
    for frame in ["", "x", "a", "a[1]", "hello", "c[]"] {
        harness.hear(frame);
    }
    harness.hear(vec![0xff]);
    assert_eq!((harness.unreadable(), harness.name()), (7, "open"));
}

#[test]
fn bytes_are_refused_in_frames() {
    let mut harness = framed();
    let id = harness.say(vec![1, 2]);
    assert_eq!(harness.last_fate(id), refused(Reason::BinaryInSockJs));
}

#[test]
fn what_is_inside_may_be_text_or_found_out() {
    let text = SessionOptions {
        sockjs: SockJsOptions {
            inside: Protocol::Text,
        },
        ..options(Protocol::SockJs)
    };
    let mut harness = framed_with(text);
    assert_eq!(harness.protocol().as_str(), "sockjs, text");
    harness.say("a \"b\"");
    assert_eq!(harness.last_sent(), r#"["a \"b\""]"#);

    let mut harness = framed_with(options(Protocol::SockJs));
    assert_eq!(
        (harness.name(), harness.protocol().as_str()),
        ("handshaking", "sockjs, auto")
    );
    harness.hear(r#"a["Hi there"]"#);
    assert_eq!(
        (harness.name(), harness.protocol().as_str()),
        ("open", "sockjs, text")
    );
    assert_eq!(harness.texts(), ["Hi there"]);
}

#[test]
fn an_own_message_that_comes_back_is_proof() {
    let mut harness = framed();
    let id = harness.say("mine");
    let echo = harness.last_sent();
    harness.hear(format!("a{echo}"));
    assert_eq!(harness.last_fate(id), Delivery::Delivered);
    assert!(harness.shown().is_empty());
}

#[test]
fn go_away_is_retried_and_not_taken_for_unauthorised() {
    let mut harness = framed();
    harness.hear(r#"c[3000,"Go away!"]"#);
    assert_eq!(harness.lost(), "Go away!");
    harness.advance_to_timer();
    assert_eq!(harness.name(), "connecting");
}

#[test]
fn a_server_whose_h_stops_coming_is_dead() {
    let mut harness = framed();
    for _ in 0..3 {
        harness.hear("h");
        harness.advance_secs(25);
    }
    harness.hear("h");
    harness.advance_secs(49);
    assert_eq!(harness.name(), "open");
    harness.advance_secs(2);
    let silent = Event::Disconnected(Disconnect::Silent);
    assert!(harness.events.contains(&silent));
}

#[test]
fn a_server_that_sends_no_h_may_be_silent_for_ever() {
    let mut harness = framed();
    harness.hear("h");
    harness.advance_secs(3600);
    assert_eq!(harness.name(), "open");
}

/// A session that the server asks, and that answers with what the app says.
struct Asked;

impl Session for Asked {
    fn protocol(&self) -> Spoken {
        Spoken::Custom("asked".into())
    }

    fn handle_message(&mut self, _message: Message, _now: Instant, _out: &mut Actions) {}

    fn send(&mut self, _id: MessageId, _outgoing: Outgoing, _now: Instant, _out: &mut Actions) {}

    fn answer(&mut self, request: RequestId, _answer: Vec<Value>, out: &mut Actions) -> bool {
        out.push(Action::Transmit(request.0.to_string().into()));
        true
    }
}

#[test]
fn the_apps_answer_reaches_the_session_inside_and_goes_out_in_a_frame() {
    let config = Config {
        heartbeat: HeartbeatSetting::Off,
        ..Config::default()
    };
    let mut harness = Harness::to(
        fixed(URL),
        config,
        Box::new(SockJsSession::new(Box::new(Asked), 7)),
    );
    harness.open();
    harness.fetched(Ok(INFO));
    harness.refuse();
    harness.accept();
    harness.hear("o");
    assert!(Host::answer(&mut harness, RequestId(5), vec![]));
    assert_eq!(harness.last_sent(), r#"["5"]"#);
}
