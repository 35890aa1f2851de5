//! ERROR, and when it is worth another link.

use super::*;

#[test]
fn an_error_before_connected_stops_with_its_words() {
    let mut world = world(URL, options(Protocol::Stomp));
    world.opened(world.socket(), "v12.stomp");
    world.hear("ERROR\nmessage:Bad CONNECT\ncontent-type:text/plain\nversion:1.0,1.1,1.2\ncontent-length:32\n\nAccess refused for user 'guest'\n\0\n");
    assert_eq!(world.over(), "Bad CONNECT: Access refused for user 'guest'");
    world.advance_secs(600);
    assert_eq!(world.sockets.len(), 1);
}

#[test]
fn a_later_error_reconnects_with_its_words() {
    for (error, words) in [
        ("ERROR\nmessage:gone\n\n\0", "gone"),
        ("ERROR\n\nbody\nmore\0", "body"),
        ("ERROR\n\n\0", "the server reported an error"),
    ] {
        let mut world = joined();
        world.hear(error);
        assert_eq!(world.lost(), words);
        world.advance_to_timer();
        join(&mut world, CONNECTED);
    }
}

#[test]
fn the_third_error_in_a_row_stops_with_its_words() {
    let mut world = joined();
    for _ in 0..2 {
        world.hear("ERROR\nmessage:not for you\n\n\0");
        world.advance_to_timer();
        join(&mut world, CONNECTED);
    }
    world.hear("ERROR\nmessage:not for you\n\n\0");
    assert_eq!(world.over(), "not for you");
}

#[test]
fn an_error_after_a_good_while_is_the_first_in_a_row() {
    let mut world = joined();
    for _ in 0..5 {
        world.advance_secs(61);
        world.hear("ERROR\nmessage:going down\n\n\0");
        world.advance_to_timer();
        join(&mut world, CONNECTED);
    }
}

/// Tomcat says so where our half of the link has ended on the way.
#[test]
fn a_protocol_error_without_an_error_frame_is_worth_another_link_unless_it_is_the_third_in_a_row() {
    let mut world = joined();
    for _ in 0..2 {
        world.server_closes(1002, "");
        assert_eq!(world.lost(), "the server closed the connection");
        world.advance_to_timer();
        join(&mut world, CONNECTED);
    }
    world.breaks();
    world.advance_to_timer();
    join(&mut world, CONNECTED);
    for _ in 0..2 {
        world.server_closes(1002, "");
        world.advance_to_timer();
        join(&mut world, CONNECTED);
    }
    world.server_closes(1002, "");
    assert_eq!(world.name(), "closed");
}

#[test]
fn three_errors_in_a_row_stop_with_the_servers_words() {
    let mut world = joined();
    for _ in 0..2 {
        world.hear("ERROR\nmessage:no such topic\n\n\0");
        world.advance_to_timer();
        join(&mut world, CONNECTED);
    }
    world.hear("ERROR\nmessage:no such topic\n\n\0");
    assert_eq!(world.over(), "no such topic");
}

#[test]
fn an_error_that_names_a_message_fails_it() {
    let mut world = joined();
    let id = world.say("too much");
    world.hear(format!("ERROR\nmessage:not allowed\nreceipt-id:{id}\n\n\0"));
    assert_eq!(
        world.last_fate(id),
        refused(Reason::Server("not allowed".into()))
    );
    assert_eq!(world.name(), "waiting");
}
