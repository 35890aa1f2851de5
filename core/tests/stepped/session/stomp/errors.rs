//! ERROR, and when it is worth another link.

use super::*;

#[test]
fn an_error_before_connected_stops_with_its_words() {
    let mut harness = harness(URL, options(Protocol::Stomp));
    harness.opened(harness.socket(), "v12.stomp");
    harness.hear("ERROR\nmessage:Bad CONNECT\ncontent-type:text/plain\nversion:1.0,1.1,1.2\ncontent-length:32\n\nAccess refused for user 'guest'\n\0\n");
    assert_eq!(
        harness.over(),
        "Bad CONNECT: Access refused for user 'guest'"
    );
    harness.advance_secs(600);
    assert_eq!(harness.sockets.len(), 1);
}

#[test]
fn a_later_error_reconnects_with_its_words() {
    for (error, words) in [
        ("ERROR\nmessage:gone\n\n\0", "gone"),
        ("ERROR\n\nbody\nmore\0", "body"),
        ("ERROR\n\n\0", "the server reported an error"),
    ] {
        let mut harness = joined();
        harness.hear(error);
        assert_eq!(harness.lost(), words);
        harness.advance_to_timer();
        join(&mut harness, CONNECTED);
    }
}

#[test]
fn the_third_error_in_a_row_stops_with_its_words() {
    let mut harness = joined();
    for _ in 0..2 {
        harness.hear("ERROR\nmessage:not for you\n\n\0");
        harness.advance_to_timer();
        join(&mut harness, CONNECTED);
    }
    harness.hear("ERROR\nmessage:not for you\n\n\0");
    assert_eq!(harness.over(), "not for you");
}

#[test]
fn an_error_after_a_good_while_is_the_first_in_a_row() {
    let mut harness = joined();
    for _ in 0..5 {
        harness.advance_secs(61);
        harness.hear("ERROR\nmessage:going down\n\n\0");
        harness.advance_to_timer();
        join(&mut harness, CONNECTED);
    }
}

/// Tomcat says so where our half of the link has ended on the way.
#[test]
fn a_protocol_error_without_an_error_frame_is_worth_another_link_unless_it_is_the_third_in_a_row() {
    let mut harness = joined();
    for _ in 0..2 {
        harness.server_closes(1002, "");
        assert_eq!(harness.lost(), "the server closed the connection");
        harness.advance_to_timer();
        join(&mut harness, CONNECTED);
    }
    harness.breaks();
    harness.advance_to_timer();
    join(&mut harness, CONNECTED);
    for _ in 0..2 {
        harness.server_closes(1002, "");
        harness.advance_to_timer();
        join(&mut harness, CONNECTED);
    }
    harness.server_closes(1002, "");
    assert_eq!(harness.name(), "closed");
}

#[test]
fn three_errors_in_a_row_stop_with_the_servers_words() {
    let mut harness = joined();
    for _ in 0..2 {
        harness.hear("ERROR\nmessage:no such topic\n\n\0");
        harness.advance_to_timer();
        join(&mut harness, CONNECTED);
    }
    harness.hear("ERROR\nmessage:no such topic\n\n\0");
    assert_eq!(harness.over(), "no such topic");
}

#[test]
fn an_error_that_names_a_message_fails_it() {
    let mut harness = joined();
    let id = harness.say("too much");
    harness.hear(format!("ERROR\nmessage:not allowed\nreceipt-id:{id}\n\n\0"));
    assert_eq!(
        harness.last_fate(id),
        refused(Reason::Server("not allowed".into()))
    );
    assert_eq!(harness.name(), "waiting");
}
