//! What an app does with messages that wait: looks at them, takes them back, gives them a time to live, sends them now or never,
//! and asks what became of them.

use std::task::Poll;

use leptos_chat_core::connection::{
    Config, Delivery, Event, Failure, Pending, Resend, SendError, SendOptions,
};
use leptos_chat_core::driver::Host;
use leptos_chat_core::session::{HeartbeatSetting, MessageId, Outgoing};
use leptos_chat_core::wire::Message;

use crate::harness::{Harness, puppet::Puppet};
use crate::secs;

const EXPIRED: Delivery = Delivery::Failed(Failure::Expired);
const CANCELLED: Delivery = Delivery::Failed(Failure::Cancelled);
const UNCONFIRMED: Delivery = Delivery::Failed(Failure::Unconfirmed);

fn send(harness: &mut Harness, body: &str, options: SendOptions) -> Result<MessageId, SendError> {
    let id = options.again.unwrap_or_else(|| harness.new_id());
    Host::send(harness, id, Outgoing::from(body), &options, |_| {})
        .map(|()| id)
        .map_err(|(error, _)| error)
}

fn for_ten_seconds() -> SendOptions {
    SendOptions::default().expires_after(secs(10))
}

/// A harness whose doubtful messages go again, without a heartbeat.
fn resending() -> Harness {
    let config = Config {
        resend: Resend::Always,
        heartbeat: HeartbeatSetting::Off,
        ..Config::default()
    };
    Harness::new(config, Puppet::default())
}

#[test]
fn a_queued_message_can_be_cancelled_and_a_sent_one_cannot() {
    let mut harness = Harness::raw();
    let (first, second) = (harness.say("a"), harness.say("b"));
    assert!(Host::cancel(&mut harness, first));
    assert!(!Host::cancel(&mut harness, first), "it is gone");
    assert_eq!(harness.fate(first).last(), Some(&CANCELLED));
    harness.open();
    harness.accept();
    assert!(!Host::cancel(&mut harness, second), "it is sent");
    assert_eq!(harness.sent(), ["b"]);
    assert_eq!(harness.connection.queued(), (0, 0));
}

#[test]
fn a_message_that_was_not_sent_in_time_expires_and_the_others_stay() {
    let mut harness = Harness::raw();
    let mortal = send(&mut harness, "a", for_ten_seconds()).unwrap();
    harness.say("b");
    harness.advance_secs(9);
    assert_eq!(harness.fate(mortal).last(), Some(&Delivery::Queued));
    harness.advance_secs(1);
    assert_eq!(harness.fate(mortal).last(), Some(&EXPIRED));
    harness.open();
    harness.accept();
    assert_eq!(harness.sent(), ["b"]);
}

#[test]
fn a_message_that_expired_while_the_page_slept_does_not_go_out_when_the_link_comes() {
    let mut harness = Harness::raw();
    harness.open();
    let mortal = send(&mut harness, "a", for_ten_seconds()).unwrap();
    harness.now = harness.now + secs(11);
    // The opening comes before the overdue timer.
    harness.accept();
    assert_eq!(harness.fate(mortal).last(), Some(&EXPIRED));
    assert!(harness.sent().is_empty());
}

#[test]
fn what_was_sent_in_time_does_not_expire() {
    let mut harness = Harness::raw().connected();
    let mortal = send(&mut harness, "a", for_ten_seconds()).unwrap();
    harness.advance_secs(20);
    assert_eq!(harness.fate(mortal).last(), Some(&Delivery::Sent));
}

#[test]
fn what_was_sent_and_waits_to_go_again_may_have_arrived_when_its_time_is_over() {
    let mut harness = resending().connected();
    let mortal = send(&mut harness, "a", for_ten_seconds()).unwrap();
    harness.breaks();
    assert_eq!(harness.fate(mortal).last(), Some(&Delivery::Queued));
    harness.close();
    harness.advance_secs(10);
    assert_eq!(harness.fate(mortal).last(), Some(&UNCONFIRMED));
}

#[test]
fn a_volatile_message_goes_at_once_or_not_at_all() {
    let volatile = SendOptions::default().volatile();
    let mut harness = Harness::raw();
    assert_eq!(send(&mut harness, "a", volatile), Err(SendError::WouldWait));
    harness.open();
    assert_eq!(send(&mut harness, "b", volatile), Err(SendError::WouldWait));
    harness.accept();
    assert!(send(&mut harness, "c", volatile).is_ok());
    harness.breaks();
    assert_eq!(send(&mut harness, "d", volatile), Err(SendError::WouldWait));
    harness.advance_to_timer();
    harness.accept();
    assert!(harness.sent().is_empty());
    assert_eq!(harness.connection.queued(), (0, 0));
}

#[test]
fn a_volatile_message_is_never_sent_a_second_time() {
    let mut harness = resending().connected();
    let volatile = send(&mut harness, "a", SendOptions::default().volatile()).unwrap();
    let other = harness.say("b");
    harness.breaks();
    assert_eq!(harness.fate(volatile).last(), Some(&UNCONFIRMED));
    assert_eq!(harness.fate(other).last(), Some(&Delivery::Queued));
}

#[test]
fn a_volatile_message_does_not_wait_behind_a_full_buffer() {
    let mut harness = Harness::raw_with(Config {
        high_water: 3,
        ..Config::default()
    })
    .connected();
    harness.clogged = true;
    harness.say("abc");
    let volatile = SendOptions::default().volatile();
    assert_eq!(send(&mut harness, "x", volatile), Err(SendError::WouldWait));
}

#[test]
fn a_failed_message_goes_again_under_its_id() {
    let mut harness = Harness::raw();
    let id = harness.say("a");
    assert!(Host::cancel(&mut harness, id));
    let again = SendOptions::default().again(id);
    assert_eq!(send(&mut harness, "a", again), Ok(id));
    assert_eq!(harness.connection.fate(id), Some(Poll::Pending));
    harness.open();
    harness.accept();
    assert_eq!(harness.sent(), ["a"]);
}

#[test]
fn what_is_pending_is_told_in_order_with_its_text() {
    let mut harness = resending().connected();
    harness.say("a");
    harness.breaks();
    harness.advance_to_timer();
    harness.accept();
    harness.breaks();
    harness.say("b");
    harness.advance_to_timer();
    harness.accept();
    let pending: Vec<Pending> = harness.connection.pending().collect();
    let told: Vec<_> = pending
        .iter()
        .map(|one| (text(one), &one.delivery))
        .collect();
    assert_eq!(told, [("a", &Delivery::Sent), ("b", &Delivery::Sent)]);
    harness.breaks();
    harness.say("c");
    let states: Vec<_> = harness
        .connection
        .pending()
        .map(|one| one.delivery)
        .collect();
    assert_eq!(states, [const { Delivery::Queued }; 3]);
}

fn text(pending: &Pending) -> &str {
    let message = pending.message.as_ref().map(|message| &message.body);
    message.and_then(Message::as_text).unwrap_or_default()
}

#[test]
fn the_fate_of_a_message_is_known_until_hundreds_have_met_theirs() {
    let mut harness = Harness::raw();
    assert_eq!(harness.connection.fate(MessageId(7)), None);
    let first = harness.say("a");
    assert_eq!(harness.connection.fate(first), Some(Poll::Pending));
    Host::cancel(&mut harness, first);
    let fate = Some(Poll::Ready(CANCELLED));
    for _ in 0..255 {
        let id = harness.say("b");
        Host::cancel(&mut harness, id);
        assert_eq!(harness.connection.fate(first), fate);
    }
    let id = harness.say("b");
    Host::cancel(&mut harness, id);
    assert_eq!(harness.connection.fate(first), None);
}

#[test]
fn what_is_settled_has_been_sent_and_that_is_its_fate() {
    let mut harness = Harness::raw().connected();
    let id = harness.say("a");
    harness.advance_secs(6);
    harness.hear("x");
    harness.advance_secs(2);
    harness.hear("y");
    assert!(harness.events.contains(&Event::Settled { id }));
    assert_eq!(
        harness.connection.fate(id),
        Some(Poll::Ready(Delivery::Sent))
    );
}

#[test]
fn nothing_is_awaited_of_a_connection_that_was_stopped() {
    let mut harness = resending().connected();
    let sent = harness.say("a");
    harness.clogged = true;
    Host::stop(&mut harness);
    assert_eq!(harness.driven_fate(sent), Some(Poll::Ready(UNCONFIRMED)));
    let mut harness = Harness::raw();
    let queued = harness.say("b");
    assert_eq!(harness.driven_fate(queued), Some(Poll::Pending));
    Host::stop(&mut harness);
    let interrupted = Delivery::Failed(Failure::Interrupted);
    assert_eq!(harness.driven_fate(queued), Some(Poll::Ready(interrupted)));
}

#[test]
fn a_message_without_time_to_wait_goes_out_over_an_open_link_and_no_other() {
    let mut harness = Harness::raw();
    let now = SendOptions::default().expires_after(secs(0));
    let late = send(&mut harness, "a", now).unwrap();
    assert_eq!(harness.fate(late).last(), Some(&EXPIRED));
    let mut harness = harness.connected();
    let id = send(&mut harness, "b", now).unwrap();
    assert_eq!(harness.fate(id).last(), Some(&Delivery::Sent));
    assert_eq!(harness.sent(), ["b"]);
}

#[test]
fn a_message_that_waits_to_be_sent_again_may_have_arrived_when_it_is_taken_back() {
    let mut harness = resending().connected();
    let id = harness.say("a");
    harness.breaks();
    assert!(Host::cancel(&mut harness, id));
    assert_eq!(harness.fate(id).last(), Some(&UNCONFIRMED));
}

#[test]
fn a_volatile_message_is_refused_on_an_open_link_where_others_still_wait() {
    let mut harness = resending().connected();
    harness.say("a");
    harness.say("b");
    harness.server_closes(1009, "one of these was too big");
    harness.advance_to_timer();
    harness.accept();
    assert_eq!(
        harness.connection.queued().0,
        1,
        "the suspects go one by one"
    );
    let volatile = SendOptions::default().volatile();
    assert_eq!(
        send(&mut harness, "now", volatile),
        Err(SendError::WouldWait)
    );
}
