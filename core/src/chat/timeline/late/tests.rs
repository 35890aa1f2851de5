//! Which lines are put before others, and which never.

use super::super::Timeline;
use crate::connection::Event;
use crate::session::{Body, Incoming, MessageId};
use std::time::Duration;

const AT: Duration = Duration::from_secs(1_000);

/// An id that this connection made at this time.
fn id(maker: u32, millis: u64) -> String {
    let maker = u128::from(0x8000_0000 | maker) << 32;
    MessageId(u128::from(millis) << 80 | 7 << 76 | maker | 5).to_string()
}

fn said(by: &str, text: &str, id: String) -> Incoming {
    Incoming {
        body: Body::Text(text.into()),
        sender: Some(by.into()),
        id: Some(id),
        ..Incoming::default()
    }
}

fn hear(timeline: &mut Timeline, line: Incoming) {
    timeline.apply(&Event::Message(line), AT);
}

fn texts(timeline: &Timeline) -> String {
    let texts = timeline.iter().map(|message| message.body.to_string());
    texts.collect::<Vec<_>>().join(" ")
}

/// Ada's second line, Bo's, and then Ada's first.
fn heard(first: Incoming) -> Timeline {
    let mut timeline = Timeline::default();
    hear(&mut timeline, said("ada", "second", id(1, 20)));
    hear(&mut timeline, said("bo", "other", id(2, 5)));
    hear(&mut timeline, first);
    timeline
}

#[test]
fn a_late_line_is_put_before_its_senders_later_ones() {
    let mut timeline = heard(said("ada", "first", id(1, 10)));
    assert_eq!(texts(&timeline), "first second other");
    hear(&mut timeline, said("ada", "third", id(1, 30)));
    hear(&mut timeline, said("ada", "between", id(1, 15)));
    assert_eq!(texts(&timeline), "first between second other third");
    let keys: Vec<u64> = timeline.iter().map(|message| message.key).collect();
    assert_eq!(keys, [0, 1, 2, 3, 4]);
    assert_eq!(timeline.late_since(0), Some(&[0, 1][..]));
    assert_eq!(timeline.late_since(1), Some(&[1][..]));
}

#[test]
fn nothing_else_is_moved() {
    let first = || said("ada", "first", id(1, 10));
    let numbered = Incoming {
        numbered: true,
        ..first()
    };
    let hyphens = "00000000-000a-7000-8000-000100000005";
    let not_seven = id(1, 10).replacen('7', "4", 1);
    for other in [
        numbered,
        said("bo", "first", id(1, 10)),
        said("ada", "first", id(3, 10)),
        said("ada", "first", hyphens.to_owned()),
        said("ada", "first", not_seven),
        said("ada", "first", "10".to_owned()),
        Incoming {
            id: None,
            ..first()
        },
    ] {
        let timeline = heard(other);
        assert_eq!(texts(&timeline), "second other first");
        assert_eq!(timeline.late(), 0);
    }
}

/// A log's line that was missing is told after one of a higher number: the one is in its place, the other is not.
#[test]
fn a_late_line_goes_before_one_that_its_number_put_there() {
    let mut timeline = Timeline::default();
    let second = Incoming {
        numbered: true,
        ..said("ada", "second", id(1, 20))
    };
    hear(&mut timeline, second);
    hear(&mut timeline, said("ada", "first", id(1, 10)));
    assert_eq!(texts(&timeline), "first second");
}

#[test]
fn a_line_goes_back_so_far_and_no_further() {
    let mut timeline = heard(said("ada", "third", id(1, 30)));
    for count in 0..61 {
        hear(&mut timeline, said("bo", ".", id(2, 100 + count)));
    }
    hear(&mut timeline, said("ada", "x", id(1, 10)));
    assert!(texts(&timeline).starts_with("x second other third ."));
    hear(&mut timeline, said("ada", "y", id(1, 9)));
    assert!(texts(&timeline).starts_with("x y second other"));
}

#[test]
fn what_has_stood_here_for_long_keeps_its_place() {
    let mut timeline = heard(said("ada", "third", id(1, 30)));
    let late = Event::Message(said("ada", "late", id(1, 10)));
    timeline.apply(&late, AT + Duration::from_secs(61));
    assert_eq!(texts(&timeline), "second other third late");
}

#[test]
fn own_messages_behind_it_are_still_found() {
    let mut timeline = Timeline::default();
    hear(&mut timeline, said("ada", "second", id(1, 20)));
    let own = MessageId(7);
    timeline.push_own(own, None, "mine".into(), AT);
    hear(&mut timeline, said("ada", "first", id(1, 10)));
    assert_eq!(texts(&timeline), "first second mine");
    assert_eq!(timeline.last_own_key(), Some(2));
    assert_eq!(timeline.own_message(own).map(|own| own.key), Some(2));
}

/// It came after the gap, as the line did that it is put before.
#[test]
fn it_stands_behind_the_mark_of_a_gap() {
    let mut timeline = Timeline::default();
    hear(&mut timeline, said("bo", "before", id(2, 1)));
    timeline.apply(&Event::Gap, AT);
    hear(&mut timeline, said("ada", "second", id(1, 20)));
    hear(&mut timeline, said("ada", "first", id(1, 10)));
    let gaps: Vec<bool> = timeline.iter().map(|message| message.gap_before).collect();
    assert_eq!(texts(&timeline), "before first second");
    assert_eq!(gaps, [false, true, false]);
}

#[test]
fn a_history_that_is_cut_at_its_start_moves_nothing_beyond_it() {
    let mut timeline = Timeline::new(2);
    for (text, time) in [("b", 20), ("c", 30), ("d", 40)] {
        hear(&mut timeline, said("ada", text, id(1, time)));
    }
    hear(&mut timeline, said("ada", "a", id(1, 10)));
    assert_eq!(texts(&timeline), "c d");
    hear(&mut timeline, said("ada", "cc", id(1, 35)));
    assert_eq!(texts(&timeline), "cc d");
    assert_eq!(timeline.first_key() + 2, timeline.end_key());
}

/// Who sends as many late lines as it likes moves its own, and is remembered by no more than that.
#[test]
fn memory_is_bounded() {
    let mut timeline = Timeline::default();
    for count in 0..1_000 {
        hear(&mut timeline, said("ada", ".", id(1, 2_000 - count)));
    }
    assert_eq!(timeline.late(), 999);
    assert_eq!(timeline.late_since(0), None);
    assert!(timeline.late_since(998).is_some_and(|keys| keys.len() == 1));
    assert_eq!(timeline.late.rows.len(), 64);
    let keys = timeline.iter().map(|message| message.key);
    assert!(keys.eq(0..1_000));
}

#[test]
fn another_address_is_another_chat() {
    let mut timeline = heard(said("ada", "first", id(1, 10)));
    timeline.apply(&Event::Moved("wss://other.example".into()), AT);
    hear(&mut timeline, said("ada", "zero", id(1, 1)));
    assert_eq!(texts(&timeline), "zero");
    assert_eq!(timeline.late(), 1);
    assert_eq!(timeline.late_since(1), Some(&[][..]));
}

#[test]
fn what_was_put_where_is_forgotten_with_the_lines() {
    let mut timeline = heard(said("ada", "first", id(1, 10)));
    assert!(timeline.late_since(0).is_some());
    timeline.apply(&Event::Moved("wss://other.example".into()), AT);
    assert_eq!(timeline.late_since(0), None);
    assert_eq!(timeline.late_since(1), Some(&[][..]));
}

#[test]
fn the_lines_of_two_connections_of_one_sender_keep_their_places() {
    for bit in 0..30 {
        let mut timeline = Timeline::default();
        hear(&mut timeline, said("ada", "second", id(1 << bit, 20)));
        hear(&mut timeline, said("ada", "first", id(0, 10)));
        assert_eq!(texts(&timeline), "second first");
    }
}
