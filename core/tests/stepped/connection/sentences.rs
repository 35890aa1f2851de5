//! How ends read in English: what a log and an app without words of its own show.

use leptos_chat_core::connection::{CloseError, ClosedReason, Disconnect};
use leptos_chat_core::session::CloseEvent;

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
