//! How a server ends it, and what is no Socket.IO server.

use super::*;

#[test]
fn a_refused_connect_stops_with_the_servers_words_and_is_not_retried() {
    for (packet, words) in [
        (
            r#"44{"message":"not authorized","data":{"hint":1}}"#,
            "not authorized",
        ),
        (r#"44"Invalid namespace""#, "Invalid namespace"),
        ("44", "the server refused it"),
    ] {
        let mut harness = harness(URL, options(Protocol::SocketIo));
        harness.accept();
        harness.hear(OPEN);
        harness.hear(packet);
        assert_eq!(harness.over(), words);
        harness.advance_secs(600);
        assert_eq!(harness.sockets.len(), 1);
        assert!(
            harness.live().is_empty(),
            "the server would keep the socket open"
        );
    }
}

#[test]
fn a_kick_stops() {
    let mut harness = joined();
    harness.hear("41");
    assert_eq!(harness.over(), "the server disconnected this client");
    assert!(harness.live().is_empty());
}

#[test]
fn the_engines_close_reconnects() {
    let mut harness = joined();
    harness.hear("1");
    assert_eq!(harness.lost(), "the server closed the connection");
}

#[test]
fn a_close_without_a_reason_reconnects() {
    let mut harness = joined();
    harness.server_closes(1005, "");
    assert_eq!(harness.name(), "waiting");
}

#[test]
fn a_socket_io_2_server_is_recognised() {
    let mut harness = harness(URL, options(Protocol::SocketIo));
    harness.accept();
    harness.hear(r#"0{"sid":"s","upgrades":[],"pingInterval":25000,"pingTimeout":5000}"#);
    harness.hear("40");
    assert!(harness.over().contains("Socket.IO 2"), "{}", harness.over());
}

#[test]
fn another_kind_of_server_is_not_taken_for_one() {
    for greeting in ["welcome", "42[\"message\",\"too early\"]", "0{}"] {
        let mut harness = harness(URL, options(Protocol::SocketIo));
        harness.accept();
        harness.hear(greeting);
        assert_eq!(harness.over(), "this is not a Socket.IO server");
    }
}

#[test]
fn a_polling_only_server_is_explained() {
    let mut harness = harness(URL, options(Protocol::SocketIo));
    harness.refuse();
    harness.advance_to_timer();
    assert_eq!(
        harness.fetches[0].1,
        "http://chat.example:3000/socket.io/?EIO=4&transport=polling"
    );
    harness.fetched(Ok(
        r#"0{"sid":"a","upgrades":[],"pingInterval":1,"pingTimeout":1}"#,
    ));
    assert!(
        harness.over().contains("polling only"),
        "{}",
        harness.over()
    );
}

#[test]
fn a_server_that_is_only_down_is_tried_again() {
    let mut harness = harness(URL, options(Protocol::SocketIo));
    for fetches in [1, 2, 2, 3] {
        harness.refuse();
        harness.advance_to_timer();
        assert_eq!(
            harness.fetches.len(),
            fetches,
            "browsers complain of each answer that is none"
        );
        if harness
            .sockets
            .last()
            .is_none_or(|socket| socket.state != SocketState::Opening)
        {
            harness.fetched(Err(FetchError::Unreachable));
        }
    }
    harness.accept();
    harness.hear(OPEN);
    harness.hear(CONNECTED);
    assert_eq!(harness.name(), "open");
    harness.breaks();
    for _ in 0..3 {
        harness.advance_to_timer();
        harness.refuse();
    }
    assert_eq!(
        harness.fetches.len(),
        3,
        "it has worked: what else could be said?"
    );
}

#[test]
fn leaving_says_goodbye() {
    let mut harness = joined();
    harness.close();
    assert_eq!(harness.last_sent(), "41");
    assert_eq!(harness.sockets[0].closed_with, Some((1000, String::new())));
}
