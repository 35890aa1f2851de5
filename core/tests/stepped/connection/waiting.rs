//! What an app does with messages that wait: looks at them, takes them back, gives them a time to live, sends them now or never,
//! and asks what became of them.

use std::task::Poll;

use leptos_chat_core::connection::{
    Config, Delivery, Event, Failure, Pending, Resend, SendError, SendOptions,
};
use leptos_chat_core::driver::Host;
use leptos_chat_core::session::{HeartbeatSetting, MessageId, Outgoing};
use leptos_chat_core::wire::Message;

use crate::secs;
use crate::world::{URL, World, puppet::Puppet};

const EXPIRED: Delivery = Delivery::Failed(Failure::Expired);
const CANCELLED: Delivery = Delivery::Failed(Failure::Cancelled);
const UNCONFIRMED: Delivery = Delivery::Failed(Failure::Unconfirmed);

fn send(world: &mut World, body: &str, options: SendOptions) -> Result<MessageId, SendError> {
    let id = options.again.unwrap_or_else(|| world.connection.new_id());
    Host::send_with(world, id, Outgoing::from(body), &options, |_| {})
        .map(|()| id)
        .map_err(|(error, _)| error)
}

fn for_ten_seconds() -> SendOptions {
    SendOptions::default().expires_after(secs(10))
}

/// A world whose doubtful messages go again, without a heartbeat.
fn resending() -> World {
    let config = Config {
        resend: Resend::Always,
        heartbeat: HeartbeatSetting::Off,
        ..Config::new(URL)
    };
    World::new(config, Puppet::default())
}

#[test]
fn a_queued_message_can_be_cancelled_and_a_sent_one_cannot() {
    let mut world = World::raw();
    let (first, second) = (world.say("a"), world.say("b"));
    assert!(Host::cancel(&mut world, first));
    assert!(!Host::cancel(&mut world, first), "it is gone");
    assert_eq!(world.fate(first).last(), Some(&CANCELLED));
    world.open();
    world.accept();
    assert!(!Host::cancel(&mut world, second), "it is sent");
    assert_eq!(world.sent(), ["b"]);
    assert_eq!(world.connection.queued(), (0, 0));
}

#[test]
fn a_message_that_was_not_sent_in_time_expires_and_the_others_stay() {
    let mut world = World::raw();
    let mortal = send(&mut world, "a", for_ten_seconds()).unwrap();
    world.say("b");
    world.advance_secs(9);
    assert_eq!(world.fate(mortal).last(), Some(&Delivery::Queued));
    world.advance_secs(1);
    assert_eq!(world.fate(mortal).last(), Some(&EXPIRED));
    world.open();
    world.accept();
    assert_eq!(world.sent(), ["b"]);
}

#[test]
fn a_message_that_expired_while_the_page_slept_does_not_go_out_when_the_link_comes() {
    let mut world = World::raw();
    world.open();
    let mortal = send(&mut world, "a", for_ten_seconds()).unwrap();
    world.now = world.now + secs(11);
    // The opening comes before the overdue timer.
    world.accept();
    assert_eq!(world.fate(mortal).last(), Some(&EXPIRED));
    assert!(world.sent().is_empty());
}

#[test]
fn what_was_sent_in_time_does_not_expire() {
    let mut world = World::raw().connected();
    let mortal = send(&mut world, "a", for_ten_seconds()).unwrap();
    world.advance_secs(20);
    assert_eq!(world.fate(mortal).last(), Some(&Delivery::Sent));
}

#[test]
fn what_was_sent_and_waits_to_go_again_may_have_arrived_when_its_time_is_over() {
    let mut world = resending().connected();
    let mortal = send(&mut world, "a", for_ten_seconds()).unwrap();
    world.breaks();
    assert_eq!(world.fate(mortal).last(), Some(&Delivery::Queued));
    world.close();
    world.advance_secs(10);
    assert_eq!(world.fate(mortal).last(), Some(&UNCONFIRMED));
}

#[test]
fn a_volatile_message_goes_at_once_or_not_at_all() {
    let volatile = SendOptions::default().volatile();
    let mut world = World::raw();
    assert_eq!(send(&mut world, "a", volatile), Err(SendError::WouldWait));
    world.open();
    assert_eq!(send(&mut world, "b", volatile), Err(SendError::WouldWait));
    world.accept();
    assert!(send(&mut world, "c", volatile).is_ok());
    world.breaks();
    assert_eq!(send(&mut world, "d", volatile), Err(SendError::WouldWait));
    world.advance_to_timer();
    world.accept();
    assert!(world.sent().is_empty());
    assert_eq!(world.connection.queued(), (0, 0));
}

#[test]
fn a_volatile_message_is_never_sent_a_second_time() {
    let mut world = resending().connected();
    let volatile = send(&mut world, "a", SendOptions::default().volatile()).unwrap();
    let other = world.say("b");
    world.breaks();
    assert_eq!(world.fate(volatile).last(), Some(&UNCONFIRMED));
    assert_eq!(world.fate(other).last(), Some(&Delivery::Queued));
}

#[test]
fn a_volatile_message_does_not_wait_behind_a_full_buffer() {
    let mut world = World::raw_with(Config {
        high_water: 3,
        ..Config::new(URL)
    })
    .connected();
    world.clogged = true;
    world.say("abc");
    let volatile = SendOptions::default().volatile();
    assert_eq!(send(&mut world, "x", volatile), Err(SendError::WouldWait));
}

#[test]
fn a_failed_message_goes_again_under_its_id() {
    let mut world = World::raw();
    let id = world.say("a");
    assert!(Host::cancel(&mut world, id));
    let again = SendOptions::default().again(id);
    assert_eq!(send(&mut world, "a", again), Ok(id));
    assert_eq!(world.connection.fate(id), Some(Poll::Pending));
    world.open();
    world.accept();
    assert_eq!(world.sent(), ["a"]);
}

#[test]
fn what_is_pending_is_told_in_order_with_its_text() {
    let mut world = resending().connected();
    world.say("a");
    world.breaks();
    world.advance_to_timer();
    world.accept();
    world.breaks();
    world.say("b");
    world.advance_to_timer();
    world.accept();
    let pending: Vec<Pending> = world.connection.pending().collect();
    let told: Vec<_> = pending
        .iter()
        .map(|one| (text(one), &one.delivery))
        .collect();
    assert_eq!(told, [("a", &Delivery::Sent), ("b", &Delivery::Sent)]);
    world.breaks();
    world.say("c");
    let states: Vec<_> = world.connection.pending().map(|one| one.delivery).collect();
    assert_eq!(states, [const { Delivery::Queued }; 3]);
}

fn text(pending: &Pending) -> &str {
    let message = pending.message.as_ref().map(|message| &message.body);
    message.and_then(Message::as_text).unwrap_or_default()
}

#[test]
fn the_fate_of_a_message_is_known_until_hundreds_have_met_theirs() {
    let mut world = World::raw();
    assert_eq!(world.connection.fate(MessageId(7)), None);
    let first = world.say("a");
    assert_eq!(world.connection.fate(first), Some(Poll::Pending));
    Host::cancel(&mut world, first);
    let fate = Some(Poll::Ready(CANCELLED));
    for _ in 0..255 {
        let id = world.say("b");
        Host::cancel(&mut world, id);
        assert_eq!(world.connection.fate(first), fate);
    }
    let id = world.say("b");
    Host::cancel(&mut world, id);
    assert_eq!(world.connection.fate(first), None);
}

#[test]
fn what_is_settled_has_been_sent_and_that_is_its_fate() {
    let mut world = World::raw().connected();
    let id = world.say("a");
    world.advance_secs(6);
    world.hear("x");
    world.advance_secs(2);
    world.hear("y");
    assert!(world.events.contains(&Event::Settled { id }));
    assert_eq!(world.connection.fate(id), Some(Poll::Ready(Delivery::Sent)));
}

#[test]
fn nothing_is_awaited_of_a_connection_that_was_stopped() {
    let mut world = resending().connected();
    let sent = world.say("a");
    world.clogged = true;
    Host::stop(&mut world);
    assert_eq!(world.driven_fate(sent), Some(Poll::Ready(UNCONFIRMED)));
    let mut world = World::raw();
    let queued = world.say("b");
    assert_eq!(world.driven_fate(queued), Some(Poll::Pending));
    Host::stop(&mut world);
    let interrupted = Delivery::Failed(Failure::Interrupted);
    assert_eq!(world.driven_fate(queued), Some(Poll::Ready(interrupted)));
}
