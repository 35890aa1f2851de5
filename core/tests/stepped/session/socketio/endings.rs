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
        let mut world = world(URL, options(Protocol::SocketIo));
        world.accept();
        world.hear(OPEN);
        world.hear(packet);
        assert_eq!(world.over(), words);
        world.advance_secs(600);
        assert_eq!(world.sockets.len(), 1);
        assert!(
            world.live().is_empty(),
            "the server would keep the socket open"
        );
    }
}

#[test]
fn a_kick_stops() {
    let mut world = joined();
    world.hear("41");
    assert_eq!(world.over(), "the server disconnected this client");
    assert!(world.live().is_empty());
}

#[test]
fn the_engines_close_reconnects() {
    let mut world = joined();
    world.hear("1");
    assert_eq!(world.lost(), "the server closed the connection");
}

#[test]
fn a_close_without_a_reason_reconnects() {
    let mut world = joined();
    world.server_closes(1005, "");
    assert_eq!(world.name(), "waiting");
}

#[test]
fn a_socket_io_2_server_is_recognised() {
    let mut world = world(URL, options(Protocol::SocketIo));
    world.accept();
    world.hear(r#"0{"sid":"s","upgrades":[],"pingInterval":25000,"pingTimeout":5000}"#);
    world.hear("40");
    assert!(world.over().contains("Socket.IO 2"), "{}", world.over());
}

#[test]
fn another_kind_of_server_is_not_taken_for_one() {
    for greeting in ["welcome", "42[\"message\",\"too early\"]", "0{}"] {
        let mut world = world(URL, options(Protocol::SocketIo));
        world.accept();
        world.hear(greeting);
        assert_eq!(world.over(), "this is not a Socket.IO server");
    }
}

#[test]
fn a_polling_only_server_is_explained() {
    let mut world = world(URL, options(Protocol::SocketIo));
    world.refuse();
    world.advance_to_timer();
    assert_eq!(
        world.fetches[0].1,
        "http://chat.example:3000/socket.io/?EIO=4&transport=polling"
    );
    world.fetched(Ok(
        r#"0{"sid":"a","upgrades":[],"pingInterval":1,"pingTimeout":1}"#,
    ));
    assert!(world.over().contains("polling only"), "{}", world.over());
}

#[test]
fn a_server_that_is_only_down_is_tried_again() {
    let mut world = world(URL, options(Protocol::SocketIo));
    for fetches in [1, 2, 2, 3] {
        world.refuse();
        world.advance_to_timer();
        assert_eq!(
            world.fetches.len(),
            fetches,
            "browsers complain of each answer that is none"
        );
        if world
            .sockets
            .last()
            .is_none_or(|socket| socket.state != SocketState::Opening)
        {
            world.fetched(Err(FetchError::Unreachable));
        }
    }
    world.accept();
    world.hear(OPEN);
    world.hear(CONNECTED);
    assert_eq!(world.name(), "open");
    world.breaks();
    for _ in 0..3 {
        world.advance_to_timer();
        world.refuse();
    }
    assert_eq!(
        world.fetches.len(),
        3,
        "it has worked: what else could be said?"
    );
}

#[test]
fn leaving_says_goodbye() {
    let mut world = joined();
    world.close();
    assert_eq!(world.last_sent(), "41");
    assert_eq!(world.sockets[0].closed_with, Some((1000, String::new())));
}
