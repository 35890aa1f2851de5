//! How ends read in English: what a log and an app without words of its own show.

use leptos_chat_core::connection::{
    CloseError, ClosedReason, Closer, Delivery, Disconnect, Failure, ReadyState, SendError,
    ServerUrl, State,
};
use leptos_chat_core::session::{CloseEvent, Reason};
use leptos_chat_core::time::Instant;

fn closed(code: u16, reason: &str) -> CloseEvent {
    CloseEvent {
        code,
        reason: reason.to_owned(),
        was_clean: true,
    }
}

#[test]
fn an_end_is_told_with_its_code_and_with_words_where_the_server_gave_some() {
    let silent = Disconnect::Closed(closed(1006, "")).to_string();
    assert_eq!(silent, "the connection was closed (code 1006)");
    let spoken = Disconnect::Closed(closed(1012, "restart")).to_string();
    assert_eq!(spoken, "the connection was closed: restart (code 1012)");
}

#[test]
fn the_last_end_is_told_with_its_code_and_with_words_where_the_server_gave_some() {
    let silent = ClosedReason::Server(closed(1008, "")).to_string();
    assert_eq!(silent, "the server ended the connection (code 1008)");
    let spoken = ClosedReason::Server(closed(1008, "no")).to_string();
    assert_eq!(spoken, "the server ended the connection: no (code 1008)");
    let last = ClosedReason::OutOfAttempts(Box::new(Disconnect::Refused)).to_string();
    assert_eq!(last, "gave up: the server could not be reached");
}

#[test]
fn a_refused_close_says_what_the_app_did_wrong() {
    let code = CloseError::Code(1001).to_string();
    assert_eq!(code, "close code 1001 is not 1000 or 3000 to 4999");
    let reason = CloseError::Reason(124).to_string();
    assert_eq!(reason, "a close reason of 124 bytes is over 123");
}

#[test]
fn what_no_server_said_is_told_in_our_words() {
    let told = |why: Disconnect| why.to_string();
    assert_eq!(
        told(Disconnect::ConnectTimeout),
        "the server did not answer in time"
    );
    assert_eq!(told(Disconnect::Silent), "the server went silent");
    assert_eq!(told(Disconnect::Offline), "this device is offline");
    assert_eq!(
        told(Disconnect::Stale),
        "this device slept, or its network changed"
    );
    for why in [Disconnect::Session, Disconnect::Unprepared] {
        assert_eq!(told(why(Reason::App("no token".into()))), "no token");
    }
    assert_eq!(ClosedReason::App.to_string(), "closed");
    let rejected = ClosedReason::Rejected(Reason::Server("bad login".into()));
    assert_eq!(rejected.to_string(), "bad login");
    let forbidden = ClosedReason::Forbidden("use wss://".into());
    assert_eq!(forbidden.to_string(), "use wss://");
}

#[test]
fn each_mistake_in_a_url_is_told_apart() {
    let error = |url: &str| ServerUrl::parse(url).expect_err(url).to_string();
    let told = [
        "",
        "ftp://h",
        "h/chat",
        "ws://",
        "ws://h:x",
        "ws://a@h",
        "ws://h/a b",
    ]
    .map(error);
    for (place, words) in told.iter().enumerate() {
        assert!(!told[..place].contains(words), "{words}");
    }
    assert!(told[1].contains("ftp://") && told[4].contains('x'));
    let url = ServerUrl::parse("WSS://Chat.Example:99/x").expect("a URL");
    assert_eq!(url.host(), "chat.example");
}

#[test]
fn a_fate_and_a_refusal_are_told() {
    let told = |failure: Failure| failure.to_string();
    assert!(told(Failure::Unconfirmed).contains("may not have arrived"));
    assert!(told(Failure::Interrupted).contains("closed before"));
    assert!(told(Failure::EndsLinks { len: 7 }).contains('7'));
    assert_eq!(
        told(Failure::Refused(Reason::Server("spam".into()))),
        "spam"
    );
    assert!(SendError::Closed.to_string().contains("connect first"));
    assert!(SendError::Full.to_string().contains("too many"));
    let long = SendError::TooLarge { len: 9, limit: 5 }.to_string();
    assert!(long.contains('9') && long.contains('5'), "{long}");
    let names = [
        Delivery::Queued,
        Delivery::Sent,
        Delivery::Delivered,
        Delivery::Echoed,
        Delivery::Failed(Failure::Unconfirmed),
    ]
    .map(|delivery| delivery.name());
    assert_eq!(
        names,
        ["queued", "sent", "delivered", "delivered", "failed"]
    );
}

#[test]
fn each_state_has_the_browsers_ready_state() {
    let closed = State::Closed {
        reason: ClosedReason::App,
    };
    let waiting = State::Waiting {
        until: Instant::START,
    };
    let closing = State::Closing { by: Closer::Server };
    for (state, code, name) in [
        (State::Connecting, 0, "connecting"),
        (State::Handshaking, 1, "open"),
        (State::Open, 1, "open"),
        (closing, 2, "closing"),
        (State::Idle, 3, "closed"),
        (waiting, 3, "closed"),
        (closed, 3, "closed"),
    ] {
        let ready: ReadyState = state.ready_state();
        assert_eq!((ready.code(), ready.to_string().as_str()), (code, name));
    }
}
