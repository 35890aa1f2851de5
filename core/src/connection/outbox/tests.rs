//! What is kept, in which order, and what becomes of it.

use super::*;

const NOW: Instant = Instant::START;

fn filled(count: u128) -> Outbox {
    let mut outbox = Outbox::default();
    for id in 0..count {
        let options = SendOptions::default();
        outbox.push(MessageId(id), Outgoing::from("abc"), &options, NOW);
    }
    outbox
}

#[test]
fn queued_ones_are_counted_and_keep_their_order() {
    let mut outbox = filled(3);
    assert_eq!(outbox.queued(), (3, 9));
    assert_eq!(outbox.next(NOW).unwrap().0, MessageId(0));
    assert!(outbox.remove(MessageId(2)));
    assert_eq!(outbox.queued(), (1, 3));
    assert_eq!(outbox.next(NOW).unwrap().0, MessageId(1));
    assert_eq!(outbox.next(NOW), None);
    assert_eq!(outbox.queued(), (0, 0));
}

#[test]
fn doubtful_ones_go_again_before_the_queued_and_in_order() {
    let mut outbox = filled(4);
    outbox.next(NOW);
    outbox.next(NOW);
    assert_eq!(outbox.requeue_doubtful(), [MessageId(0), MessageId(1)]);
    assert_eq!(outbox.queued(), (4, 12));
    let (id, outgoing) = outbox.next(NOW).unwrap();
    assert_eq!(id, MessageId(0));
    assert!(outgoing.resent);
}

#[test]
fn what_is_too_much_to_keep_is_still_doubted() {
    let mut outbox = filled(4);
    for _ in 0..3 {
        outbox.next(NOW);
        outbox.forget_unproved(10, 5);
    }
    assert!(outbox.remove(MessageId(0)));
    assert_eq!(outbox.take_lost(|_| true), [MessageId(1)]);
    assert_eq!(outbox.requeue_doubtful(), [MessageId(2)]);
    assert_eq!(outbox.queued(), (2, 6));
}

#[test]
fn what_left_long_before_the_server_was_heard_is_settled() {
    let mut outbox = filled(2);
    for id in [0, 1] {
        outbox.next(NOW);
        outbox.note_end(MessageId(id), 3 * (id as usize + 1));
    }
    outbox.note_left(3, NOW);
    outbox.note_left(5, NOW + Duration::from_secs(4));
    assert!(outbox.is_unsettled(NOW + SETTLED_AFTER));
    assert_eq!(outbox.settle(NOW + SETTLED_AFTER), []);
    let again = NOW + SETTLED_AFTER + HEARD_AGAIN_AFTER;
    assert_eq!(outbox.settle(again), [MessageId(0)]);
    assert_eq!(outbox.take_sent(), [MessageId(1)]);
}

#[test]
fn those_that_nobody_can_recognise_do_not_go_again() {
    let mut outbox = filled(4);
    for _ in 0..3 {
        outbox.next(NOW);
    }
    let lost = outbox.take_lost(|id| id == MessageId(1));
    assert_eq!(lost, [MessageId(0), MessageId(2)]);
    assert_eq!(outbox.requeue_doubtful(), [MessageId(1)]);
    assert_eq!(outbox.queued(), (2, 6));
}

#[test]
fn what_was_sent_before_what_is_answered_is_settled_and_what_was_sent_with_it_is_not() {
    let mut outbox = filled(3);
    let heartbeat = NOW + Duration::from_secs(1);
    outbox.next(NOW);
    outbox.next(heartbeat);
    outbox.next(heartbeat + Duration::from_secs(1));
    assert_eq!(outbox.settle_before(heartbeat), [MessageId(0)]);
    assert_eq!(outbox.settle_before(heartbeat), []);
    assert_eq!(outbox.take_sent(), [MessageId(1), MessageId(2)]);
}

#[test]
fn only_as_many_unproved_ones_as_are_allowed_are_remembered() {
    let mut outbox = filled(4);
    for _ in 0..2 {
        outbox.next(NOW);
    }
    assert_eq!(outbox.forget_unproved(2, 100), []);
    for _ in 0..2 {
        outbox.next(NOW);
    }
    assert_eq!(outbox.forget_unproved(2, 100), [MessageId(0), MessageId(1)]);
}

#[test]
fn the_bytes_of_a_proved_one_make_room_for_others() {
    let mut outbox = filled(3);
    for _ in 0..3 {
        outbox.next(NOW);
    }
    assert!(outbox.remove(MessageId(1)));
    outbox.forget_unproved(10, 6);
    assert_eq!(outbox.take_lost(|_| true), []);
    assert_eq!(outbox.requeue_doubtful(), [MessageId(0), MessageId(2)]);
    assert_eq!(outbox.queued(), (2, 6));
}

#[test]
fn a_message_goes_alone_while_it_or_the_one_before_it_is_suspected() {
    let moment = Duration::from_secs(1);
    let mut outbox = filled(3);
    outbox.next(NOW);
    outbox.note_end(MessageId(0), 3);
    assert!(!outbox.must_go_alone(NOW, moment), "nobody is suspected");
    outbox.suspect(usize::MAX, |_| true);
    assert!(outbox.must_go_alone(NOW, moment), "it has not left yet");
    outbox.note_left(3, NOW);
    let just_before = NOW + Duration::from_millis(999);
    assert!(outbox.must_go_alone(just_before, moment));
    assert!(!outbox.must_go_alone(NOW + moment, moment));
}

#[test]
fn what_has_left_is_unsettled_for_a_while_only() {
    let mut outbox = filled(1);
    assert!(!outbox.is_unsettled(NOW), "nothing was sent");
    outbox.next(NOW);
    outbox.note_end(MessageId(0), 3);
    outbox.note_left(3, NOW);
    let just_before = NOW + Duration::from_millis(4_999);
    assert!(outbox.is_unsettled(just_before));
    assert!(!outbox.is_unsettled(NOW + SETTLED_AFTER));
}

#[test]
fn what_was_heard_too_soon_settles_nothing_however_long_ago_it_was() {
    let mut outbox = filled(1);
    outbox.next(NOW);
    outbox.note_end(MessageId(0), 3);
    outbox.note_left(3, NOW);
    assert_eq!(outbox.settle(NOW + Duration::from_secs(4)), []);
    assert_eq!(outbox.settle(NOW + Duration::from_secs(5)), []);
    assert_eq!(outbox.settle(NOW + Duration::from_secs(6)), [MessageId(0)]);
}

#[test]
fn one_that_waits_is_taken_back_and_what_was_sent_before_it_stays() {
    let mut outbox = filled(3);
    outbox.next(NOW);
    assert!(outbox.cancel(MessageId(2), Failure::Cancelled).is_some());
    assert_eq!(outbox.queued(), (1, 3));
    assert_eq!(outbox.next(NOW).unwrap().0, MessageId(1));
    assert_eq!(outbox.take_sent(), [MessageId(0), MessageId(1)]);
}

#[test]
fn the_newest_unproved_one_is_kept_whole_however_long_it_is() {
    let mut outbox = filled(1);
    outbox.next(NOW);
    assert_eq!(outbox.forget_unproved(10, 1), []);
    assert_eq!(outbox.take_lost(|_| true), []);
    assert_eq!(outbox.requeue_doubtful(), [MessageId(0)]);
}
