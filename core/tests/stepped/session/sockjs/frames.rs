//! Frames, and what is carried inside.

use super::*;

#[test]
fn many_messages_in_one_frame_keep_their_order() {
    let mut world = framed();
    world.hear(r#"a["{\"text\":\"1\"}","{\"text\":\"2\"}"]"#);
    world.hear("a[]");
    world.hear("h");
    world.hear(r#"m"{\"text\":\"3\"}""#);
    world.hear(r#"a["{\"text\":\"4\"}"]"#);
    assert_eq!(world.texts(), ["1", "2", "3", "4"]);
}

#[test]
fn the_code_of_the_close_frame_is_kept_over_the_1000_that_follows() {
    let mut world = framed();
    let socket = world.socket();
    world.hear(r#"c[4403,"not for you"]"#);
    world.closed(socket, 1000, "", true);
    let close = CloseEvent {
        code: 4403,
        reason: "not for you".into(),
        was_clean: true,
    };
    let reason = ClosedReason::Server(close);
    assert_eq!(*world.state(), State::Closed { reason });
}

#[test]
fn a_close_frame_worth_a_retry_is_retried_once() {
    let mut world = framed();
    let socket = world.socket();
    world.hear(r#"c[2010,"Another connection still open"]"#);
    world.closed(socket, 1000, "", true);
    let lost: Vec<_> = world
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
    assert_eq!(world.name(), "waiting");
}

#[test]
fn a_second_o_reconnects() {
    let mut world = framed();
    world.hear("o");
    assert_eq!(world.lost(), "the server lost the session");
}

#[test]
fn frames_that_are_none_are_unreadable_and_close_nothing() {
    let mut world = framed();
    for frame in ["", "x", "a", "a[1]", "hello", "c[]"] {
        world.hear(frame);
    }
    world.hear(vec![0xff]);
    assert_eq!((world.unreadable(), world.name()), (7, "open"));
}

#[test]
fn bytes_are_refused_in_frames() {
    let mut world = framed();
    let id = world.say(vec![1, 2]);
    assert_eq!(world.last_fate(id), refused(Reason::BinaryInSockJs));
}

#[test]
fn what_is_inside_may_be_text_or_found_out() {
    let text = SessionOptions {
        sockjs: SockJsOptions {
            inside: Protocol::Text,
        },
        ..options(Protocol::SockJs)
    };
    let mut world = framed_with(text);
    assert_eq!(world.protocol().as_str(), "sockjs, text");
    world.say("a \"b\"");
    assert_eq!(world.last_sent(), r#"["a \"b\""]"#);

    let mut world = framed_with(options(Protocol::SockJs));
    assert_eq!(
        (world.name(), world.protocol().as_str()),
        ("handshaking", "sockjs, auto")
    );
    world.hear(r#"a["Hi there"]"#);
    assert_eq!(
        (world.name(), world.protocol().as_str()),
        ("open", "sockjs, text")
    );
    assert_eq!(world.texts(), ["Hi there"]);
}

#[test]
fn an_own_message_that_comes_back_is_proof() {
    let mut world = framed();
    let id = world.say("mine");
    let echo = world.last_sent();
    world.hear(format!("a{echo}"));
    assert_eq!(world.last_fate(id), Delivery::Delivered);
    assert!(world.shown().is_empty());
}

#[test]
fn go_away_is_retried_and_not_taken_for_unauthorised() {
    let mut world = framed();
    world.hear(r#"c[3000,"Go away!"]"#);
    assert_eq!(world.lost(), "Go away!");
    world.advance_to_timer();
    assert_eq!(world.name(), "connecting");
}

#[test]
fn a_server_whose_h_stops_coming_is_dead() {
    let mut world = framed();
    for _ in 0..3 {
        world.hear("h");
        world.advance_secs(25);
    }
    world.hear("h");
    world.advance_secs(49);
    assert_eq!(world.name(), "open");
    world.advance_secs(2);
    let silent = Event::Disconnected(Disconnect::Silent);
    assert!(world.events.contains(&silent));
}

#[test]
fn a_server_that_sends_no_h_may_be_silent_for_ever() {
    let mut world = framed();
    world.hear("h");
    world.advance_secs(3600);
    assert_eq!(world.name(), "open");
}
