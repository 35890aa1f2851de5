//! Channels that an app joins while the connection runs: their states, and that each link has them again.

use leptos_chat_core::connection::{Config, Delivery, Endpoint, Event, SocketEvent};
use leptos_chat_core::driver::Host;
use leptos_chat_core::json;
use leptos_chat_core::session::{
    Channel, ChannelState, MessageId, Outgoing, Protocol, Reason, Target,
};

use super::socketio::{OPEN, joined};
use super::{options, world, world_with};
use crate::millis;
use crate::world::World;

const ROOM: &str = "/topic/room";

fn states(world: &World, channel: &str) -> Vec<ChannelState> {
    let states = world.events.iter().filter_map(|event| match event {
        Event::Channel { name, state } if name == channel => Some(state.clone()),
        _ => None,
    });
    states.collect()
}

// STOMP

const CONNECTED: &str = "CONNECTED\nversion:1.2\nheart-beat:0,0\n\n\0";

fn answer(world: &mut World) {
    world.opened(world.socket(), "v12.stomp");
    world.hear(CONNECTED);
    world.hear("RECEIPT\nreceipt-id:subscribed\n\n\0");
    assert_eq!(world.name(), "open");
}

fn stomp() -> World {
    let mut world = world("ws://chat.example/ws", options(Protocol::Stomp));
    answer(&mut world);
    world
}

fn subscribed(world: &World) -> Vec<String> {
    let sent = world.sent().into_iter();
    sent.filter(|frame| frame.contains(ROOM)).collect()
}

#[test]
fn a_destination_is_subscribed_to_with_its_headers_and_is_joined_by_its_receipt() {
    let mut world = stomp();
    let room = Channel::new(ROOM).header("selector", "a = 1");
    assert!(Host::join(&mut world, room));
    assert_eq!(states(&world, ROOM), [ChannelState::Joining]);
    let frame = world.last_sent();
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
    world.hear("RECEIPT\nreceipt-id:channel-1\n\n\0");
    world.hear("MESSAGE\nsubscription:channel-1\ndestination:/topic/room\nmessage-id:1\n\nhi\0");
    assert_eq!(states(&world, ROOM).last(), Some(&ChannelState::Joined));
    assert_eq!(states(&world, ROOM).len(), 2);
    assert_eq!(world.shown()[0].channel.as_deref(), Some(ROOM));
}

#[test]
fn a_broker_that_gives_no_receipts_is_believed_after_a_moment_or_by_what_it_sends() {
    let mut world = stomp();
    Host::join(&mut world, Channel::new(ROOM));
    world.advance(millis(149));
    assert_eq!(states(&world, ROOM).len(), 1);
    world.advance(millis(1));
    assert_eq!(states(&world, ROOM).last(), Some(&ChannelState::Joined));
    Host::join(&mut world, Channel::new("/topic/b"));
    world.hear("MESSAGE\nsubscription:channel-2\ndestination:/topic/b\nmessage-id:1\n\nhi\0");
    assert_eq!(
        states(&world, "/topic/b").last(),
        Some(&ChannelState::Joined)
    );
}

#[test]
fn every_link_has_the_subscription_again_until_it_is_left() {
    let mut world = world("ws://chat.example/ws", options(Protocol::Stomp));
    assert!(Host::join(&mut world, Channel::new(ROOM)));
    answer(&mut world);
    assert_eq!(
        subscribed(&world).len(),
        1,
        "joined before the link was there"
    );
    world.advance(millis(200));
    world.breaks();
    world.advance_to_timer();
    assert_eq!(states(&world, ROOM).last(), Some(&ChannelState::Joining));
    answer(&mut world);
    assert_eq!(subscribed(&world).len(), 1);
    world.hear("RECEIPT\nreceipt-id:channel-1\n\n\0");
    assert_eq!(states(&world, ROOM).last(), Some(&ChannelState::Joined));
    assert!(Host::leave_channel(&mut world, ROOM));
    assert!(world.last_sent().starts_with("UNSUBSCRIBE\nid:channel-1\n"));
    assert!(!Host::leave_channel(&mut world, ROOM));
    world.breaks();
    world.advance_to_timer();
    answer(&mut world);
    assert!(subscribed(&world).is_empty());
}

#[test]
fn a_destination_that_is_refused_is_not_tried_again() {
    let mut world = stomp();
    Host::join(&mut world, Channel::new(ROOM));
    world.hear("ERROR\nmessage:not allowed\nreceipt-id:channel-1\n\n\0");
    let refused = ChannelState::Refused(Reason::Server("not allowed".into()));
    assert_eq!(states(&world, ROOM).last(), Some(&refused));
    world.advance_to_timer();
    answer(&mut world);
    assert!(subscribed(&world).is_empty());
}

#[test]
fn the_sessions_own_destination_and_protocols_without_channels_have_none() {
    let mut world = stomp();
    assert!(!Host::join(&mut world, Channel::new("/topic/chat")));
    let mut world = World::json().connected();
    assert!(!Host::join(&mut world, Channel::new(ROOM)));
    assert!(states(&world, ROOM).is_empty());
}

#[test]
fn an_attempts_own_headers_of_connect_win_over_those_of_the_options() {
    let mut options = options(Protocol::Stomp);
    options.stomp.headers.connect = vec![("x-token".into(), "old".into())];
    let config = Config {
        endpoint: Endpoint::Provided,
        ..Config::new("")
    };
    let mut world = world_with(config, options);
    let target = Target {
        headers: vec![("x-token".into(), "fresh".into())],
        ..Target::new("ws://chat.example/ws")
    };
    let socket = *world.resolves.last().expect("the app is asked");
    world.happens(socket, SocketEvent::Resolved(Ok(target)));
    world.opened(world.socket(), "v12.stomp");
    let connect = world.last_sent();
    let tokens: Vec<&str> = connect
        .lines()
        .filter(|line| line.starts_with("x-token"))
        .collect();
    assert_eq!(tokens[0], "x-token:fresh", "receivers take the first");
}

// Socket.IO

fn to_admin(world: &mut World, outgoing: Outgoing) -> MessageId {
    let id = world.connection.new_id();
    Host::send(world, id, outgoing, |_| {}).expect("accepted");
    id
}

fn hi() -> Outgoing {
    Outgoing::event("hi", vec![json!(1)]).in_namespace("/admin")
}

#[test]
fn a_second_namespace_is_joined_over_the_same_socket() {
    let mut world = joined();
    let admin = Channel::new("/admin").auth(json!({"token": "t"}));
    assert!(Host::join(&mut world, admin));
    assert_eq!(world.last_sent(), r#"40/admin,{"token":"t"}"#);
    let early = to_admin(&mut world, hi());
    assert!(matches!(
        world.fate(early).last(),
        Some(Delivery::Failed(_))
    ));
    world.hear(r#"40/admin,{"sid":"b"}"#);
    let both = [ChannelState::Joining, ChannelState::Joined];
    assert_eq!(states(&world, "/admin"), both);
    world.hear(r#"42/admin,["news",{"text":"hello"}]"#);
    let news = world.shown()[0];
    assert_eq!(news.namespace.as_deref(), Some("/admin"));
    assert_eq!(news.channel.as_deref(), Some("news"));
    let sent = to_admin(&mut world, hi());
    assert_eq!(world.last_sent(), r#"42/admin,0["hi",1]"#);
    world.hear(r#"43/admin,0["ok"]"#);
    assert_eq!(world.fate(sent).last(), Some(&Delivery::Delivered));
    assert_eq!(world.sockets.len(), 1);
}

#[test]
fn a_namespace_is_joined_on_each_link_and_its_refusal_ends_nothing_else() {
    let mut world = joined();
    Host::join(&mut world, Channel::new("/admin"));
    world.hear(r#"40/admin,{"sid":"b"}"#);
    world.breaks();
    world.advance_to_timer();
    assert_eq!(
        states(&world, "/admin").last(),
        Some(&ChannelState::Joining)
    );
    world.accept();
    world.hear(OPEN);
    world.hear(r#"40{"sid":"c"}"#);
    assert!(
        world.sent().contains(&"40/admin,".to_owned()),
        "{:?}",
        world.sent()
    );
    world.hear(r#"44/admin,{"message":"no"}"#);
    let refused = ChannelState::Refused(Reason::Server("no".into()));
    assert_eq!(states(&world, "/admin").last(), Some(&refused));
    assert_eq!(world.name(), "open");
    assert!(!Host::leave_channel(&mut world, "/admin"));
}

#[test]
fn a_namespace_that_is_left_is_told_so() {
    let mut world = joined();
    Host::join(&mut world, Channel::new("/admin"));
    world.hear(r#"40/admin,{"sid":"b"}"#);
    assert!(Host::leave_channel(&mut world, "/admin"));
    assert_eq!(world.last_sent(), "41/admin,");
    assert_eq!(states(&world, "/admin").last(), Some(&ChannelState::Left));
    assert!(
        !Host::join(&mut world, Channel::new("/")),
        "the session's own"
    );
    assert!(
        !Host::join(&mut world, Channel::new("admin")),
        "no namespace"
    );
}
