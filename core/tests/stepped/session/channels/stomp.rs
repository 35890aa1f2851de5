//! STOMP destinations: headers, receipts, refusals with and without them, and the session's own.

use super::*;

const CONNECTED: &str = "CONNECTED\nversion:1.2\nheart-beat:0,0\n\n\0";

fn answer(harness: &mut Harness) {
    harness.opened(harness.socket(), "v12.stomp");
    harness.hear(CONNECTED);
    harness.hear("RECEIPT\nreceipt-id:subscribed\n\n\0");
    assert_eq!(harness.name(), "open");
}

/// The next link, which the broker answers.
fn reconnect(harness: &mut Harness) {
    harness.advance_to_timer();
    answer(harness);
}

fn stomp() -> Harness {
    let mut harness = harness("ws://chat.example/ws", options(Protocol::Stomp));
    answer(&mut harness);
    harness
}

fn subscribed(harness: &Harness) -> Vec<String> {
    let sent = harness.sent().into_iter();
    sent.filter(|frame| frame.contains(ROOM)).collect()
}

#[test]
fn a_destination_is_subscribed_to_with_its_headers_and_is_joined_by_its_receipt() {
    let mut harness = stomp();
    let room = Channel::new(ROOM).header("selector", "a = 1");
    assert!(Host::join(&mut harness, room));
    assert_eq!(states(&harness, ROOM), [ChannelState::Joining]);
    let frame = harness.last_sent();
    for line in [
        "SUBSCRIBE",
        "id:channel-1",
        "destination:/topic/room",
        "selector:a = 1",
        "receipt:channel-1",
    ] {
        assert!(
            frame.lines().any(|other| other == line),
            "{line} is not in {frame}"
        );
    }
    harness.hear("RECEIPT\nreceipt-id:channel-1\n\n\0");
    harness.hear("MESSAGE\nsubscription:channel-1\ndestination:/topic/room\nmessage-id:1\n\nhi\0");
    assert_eq!(states(&harness, ROOM).last(), Some(&ChannelState::Joined));
    assert_eq!(states(&harness, ROOM).len(), 2);
    assert_eq!(harness.shown()[0].channel.as_deref(), Some(ROOM));
}

#[test]
fn a_broker_that_gives_no_receipts_is_believed_after_a_moment_or_by_what_it_sends() {
    let mut harness = stomp();
    Host::join(&mut harness, Channel::new(ROOM));
    harness.advance(millis(149));
    assert_eq!(states(&harness, ROOM).len(), 1);
    harness.advance(millis(1));
    assert_eq!(states(&harness, ROOM).last(), Some(&ChannelState::Joined));
    Host::join(&mut harness, Channel::new("/topic/b"));
    harness.hear("MESSAGE\nsubscription:channel-2\ndestination:/topic/b\nmessage-id:1\n\nhi\0");
    assert_eq!(
        states(&harness, "/topic/b").last(),
        Some(&ChannelState::Joined)
    );
}

#[test]
fn every_link_has_the_subscription_again_until_it_is_left() {
    let mut harness = harness("ws://chat.example/ws", options(Protocol::Stomp));
    assert!(Host::join(&mut harness, Channel::new(ROOM)));
    answer(&mut harness);
    assert_eq!(
        subscribed(&harness).len(),
        1,
        "joined before the link was there"
    );
    harness.advance(millis(200));
    harness.breaks();
    harness.advance_to_timer();
    assert_eq!(states(&harness, ROOM).last(), Some(&ChannelState::Joining));
    answer(&mut harness);
    assert_eq!(subscribed(&harness).len(), 1);
    harness.hear("RECEIPT\nreceipt-id:channel-1\n\n\0");
    assert_eq!(states(&harness, ROOM).last(), Some(&ChannelState::Joined));
    assert!(Host::leave_channel(&mut harness, ROOM));
    assert!(
        harness
            .last_sent()
            .starts_with("UNSUBSCRIBE\nid:channel-1\n")
    );
    assert!(!Host::leave_channel(&mut harness, ROOM));
    harness.breaks();
    reconnect(&mut harness);
    assert!(subscribed(&harness).is_empty());
}

#[test]
fn what_was_on_its_way_when_a_destination_was_left_is_not_heard() {
    let mut harness = stomp();
    Host::join(&mut harness, Channel::new(ROOM));
    assert!(Host::leave_channel(&mut harness, ROOM));
    harness.hear("MESSAGE\nsubscription:channel-1\ndestination:/topic/room\nmessage-id:1\n\nhi\0");
    assert!(harness.shown().is_empty());
}

#[test]
fn a_destination_that_is_refused_is_not_tried_again() {
    let mut harness = stomp();
    Host::join(&mut harness, Channel::new(ROOM));
    harness.hear("ERROR\nmessage:not allowed\nreceipt-id:channel-1\n\n\0");
    let refused = ChannelState::Refused(Reason::Server("not allowed".into()));
    assert_eq!(states(&harness, ROOM).last(), Some(&refused));
    reconnect(&mut harness);
    assert!(subscribed(&harness).is_empty());
}

const REFUSED: &str = "ERROR\nmessage:access_refused\ncontent-type:text/plain\n\nnot for you\n\0";

/// As RabbitMQ does: its ERROR has no receipt-id.
#[test]
fn a_destination_whose_refusal_names_no_receipt_is_not_tried_again_and_blames_no_message() {
    let mut harness = stomp();
    let rooms = [ROOM, "/topic/b", "/topic/c", "/topic/d"];
    for (place, room) in rooms.into_iter().enumerate() {
        Host::join(&mut harness, Channel::new(room));
        harness.advance(millis(200));
        harness.say("on its way");
        harness.hear(REFUSED);
        let last = states(&harness, room).last().cloned();
        let refused = ChannelState::Refused(Reason::Server("access_refused: not for you".into()));
        assert_eq!(last, Some(refused), "{room}");
        assert_eq!(harness.lost(), "the server closed the connection");
        reconnect(&mut harness);
        assert!(subscribed(&harness).is_empty(), "{place}");
    }
}

/// RabbitMQ says no more where there is no such exchange or queue, and may not get round to the receipts before.
#[test]
fn a_destination_over_which_two_links_were_closed_is_refused_and_one_that_a_broken_link_left_open_is_not()
 {
    let mut harness = stomp();
    Host::join(&mut harness, Channel::new(ROOM));
    harness.breaks();
    reconnect(&mut harness);
    harness.server_closes(1000, "STOMP died");
    assert!(!is_refused(&harness));
    harness.advance_to_timer();
    harness.opened(harness.socket(), "v12.stomp");
    harness.hear(CONNECTED);
    assert!(subscribed(&harness).is_empty(), "its turn comes");
    harness.hear("RECEIPT\nreceipt-id:subscribed\n\n\0");
    assert_eq!(subscribed(&harness).len(), 1);
    harness.server_closes(1000, "STOMP died");
    let refused = ChannelState::Refused(Reason::Server("STOMP died".into()));
    assert_eq!(states(&harness, ROOM).last(), Some(&refused));
    reconnect(&mut harness);
    assert!(subscribed(&harness).is_empty());
}

/// The receipts before may not come: each is asked for by itself then.
#[test]
fn of_several_destinations_the_one_is_refused_that_ended_the_links() {
    let mut harness = stomp();
    let rooms = [ROOM, "/exchange/missing", "/topic/c"];
    for room in rooms {
        Host::join(&mut harness, Channel::new(room));
    }
    for _ in 0..3 {
        harness.server_closes(1000, "STOMP died");
        reconnect(&mut harness);
        harness.hear("RECEIPT\nreceipt-id:channel-1\n\n\0");
        assert_eq!(states(&harness, ROOM).last(), Some(&ChannelState::Joined));
    }
    let last = states(&harness, rooms[1]).last().cloned();
    assert!(matches!(last, Some(ChannelState::Refused(_))), "{last:?}");
    harness.hear("RECEIPT\nreceipt-id:channel-3\n\n\0");
    let last = states(&harness, rooms[2]).last().cloned();
    assert_eq!(last, Some(ChannelState::Joined));
}

#[test]
fn links_that_are_closed_after_a_destination_was_confirmed_are_not_over_it() {
    let mut harness = stomp();
    Host::join(&mut harness, Channel::new(ROOM));
    for _ in 0..3 {
        harness.server_closes(1000, "");
        reconnect(&mut harness);
        harness.hear("RECEIPT\nreceipt-id:channel-1\n\n\0");
    }
    assert_eq!(states(&harness, ROOM).last(), Some(&ChannelState::Joined));
}

fn is_refused(harness: &Harness) -> bool {
    matches!(states(harness, ROOM).last(), Some(ChannelState::Refused(_)))
}

#[test]
fn an_error_that_may_be_over_something_else_refuses_no_destination() {
    let receipt = "RECEIPT\nreceipt-id:channel-1\n\n\0";
    let message = "MESSAGE\nsubscription:channel-1\ndestination:/topic/room\nmessage-id:1\n\nhi\0";
    for confirmed in [receipt, message] {
        let mut harness = stomp();
        Host::join(&mut harness, Channel::new(ROOM));
        harness.hear(confirmed);
        harness.hear(REFUSED);
        assert!(!is_refused(&harness), "{confirmed}");
    }
    // A message before it has no receipt yet: the next link shows it.
    let mut harness = stomp();
    harness.say("perhaps this");
    Host::join(&mut harness, Channel::new(ROOM));
    harness.hear(REFUSED);
    assert!(!is_refused(&harness));
    reconnect(&mut harness);
    harness.hear(REFUSED);
    assert!(is_refused(&harness));
}

#[test]
fn at_a_server_without_receipts_an_error_refuses_no_destination() {
    let mut harness = harness("ws://chat.example/ws", options(Protocol::Stomp));
    harness.opened(harness.socket(), "v12.stomp");
    harness.hear(CONNECTED);
    harness.advance(millis(200));
    Host::join(&mut harness, Channel::new(ROOM));
    harness.hear(REFUSED);
    assert!(!is_refused(&harness));
}

#[test]
fn the_sessions_own_destination_and_protocols_without_channels_have_none() {
    let mut harness = stomp();
    assert!(!Host::join(&mut harness, Channel::new("/topic/chat")));
    let mut harness = Harness::json().connected();
    assert!(!Host::join(&mut harness, Channel::new(ROOM)));
    assert!(states(&harness, ROOM).is_empty());
}

#[test]
fn an_attempts_own_headers_of_connect_win_over_those_of_the_options() {
    let mut options = options(Protocol::Stomp);
    options.stomp.headers.connect = vec![("x-token".into(), "old".into())];
    let mut harness = harness_with(Endpoint::Provided, Config::default(), options);
    let target = Target {
        headers: vec![("x-token".into(), "fresh".into())],
        ..Target::new("ws://chat.example/ws")
    };
    let socket = *harness.resolves.last().expect("the app is asked");
    harness.happens(socket, SocketEvent::Resolved(Ok(target)));
    harness.opened(harness.socket(), "v12.stomp");
    let connect = harness.last_sent();
    let tokens: Vec<&str> = connect
        .lines()
        .filter(|line| line.starts_with("x-token"))
        .collect();
    assert_eq!(tokens[0], "x-token:fresh", "receivers take the first");
}

/// What the app sets anew, and the new link is there for the browser.
#[test]
fn a_destination_that_becomes_the_sessions_own_is_subscribed_to_once() {
    let mut harness = stomp();
    Host::join(&mut harness, Channel::new(ROOM));
    harness.hear("RECEIPT\nreceipt-id:channel-1\n\n\0");
    let own = SessionOptions {
        listen: vec![ROOM.into()],
        ..options(Protocol::Stomp)
    };
    reshape(&mut harness, own);
    answer(&mut harness);
    assert_eq!(subscribed(&harness).len(), 1);
    assert_eq!(states(&harness, ROOM).last(), Some(&ChannelState::Joined));
    assert!(Host::leave_channel(&mut harness, ROOM));
    assert!(!harness.last_sent().starts_with("UNSUBSCRIBE"));
}

#[test]
fn destinations_that_ended_no_link_are_asked_for_at_once() {
    let mut harness = stomp();
    for room in [ROOM, "/topic/room.b"] {
        Host::join(&mut harness, Channel::new(room));
    }
    assert_eq!(subscribed(&harness).len(), 2);
    harness.breaks();
    reconnect(&mut harness);
    assert_eq!(subscribed(&harness).len(), 2);
}

#[test]
fn after_a_link_that_ended_over_one_each_is_asked_for_when_the_one_before_it_is_there() {
    let mut harness = stomp();
    for room in [ROOM, "/topic/room.b", "/topic/room.c"] {
        Host::join(&mut harness, Channel::new(room));
    }
    harness.server_closes(1000, "STOMP died");
    reconnect(&mut harness);
    assert_eq!(subscribed(&harness).len(), 1);
    harness.hear("RECEIPT\nreceipt-id:channel-1\n\n\0");
    assert!(subscribed(&harness).len() > 1);
}

#[test]
fn an_error_over_a_size_or_a_heart_beat_refuses_no_destination() {
    for words in [
        "the limit of 65536 bytes has been exceeded",
        "Session closed.",
    ] {
        let mut harness = stomp();
        Host::join(&mut harness, Channel::new(ROOM));
        harness.hear(format!("ERROR\nmessage:{words}\n\n\0"));
        assert!(!is_refused(&harness), "{words}");
    }
}

#[test]
fn a_destination_that_no_receipt_confirms_is_there_after_its_time_and_not_before() {
    let mut bench = Bench::new(StompSession::new(&options(Protocol::Stomp)));
    bench.hear(CONNECTED);
    bench.hear("RECEIPT\nreceipt-id:subscribed\n\n\0");
    bench.act(|session, now, out| assert!(session.join(Channel::new(ROOM), now, out)));
    bench.wait(millis(100));
    assert_eq!(
        bench.act(|session, now, out| session.handle_timeout(now, out)),
        []
    );
    bench.wait(millis(50));
    let joined = Action::Channel(ROOM.into(), ChannelState::Joined);
    assert_eq!(
        bench.act(|session, now, out| session.handle_timeout(now, out)),
        [joined]
    );
}
