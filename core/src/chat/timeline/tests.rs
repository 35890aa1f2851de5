//! What a timeline keeps, and what it shows once.

use super::copies::REMEMBERED;
use super::*;
use crate::connection::Failure;
use crate::session::Reason;
use crate::wire::Message;

const AT: Duration = Duration::ZERO;

fn text(text: &str, id: Option<&str>, resent: bool) -> Event {
    Event::Message(Incoming {
        body: Body::Text(text.into()),
        id: id.map(Into::into),
        resent,
        ..Incoming::default()
    })
}

#[test]
fn the_oldest_go_when_there_are_too_many_bytes_and_the_newest_stays() {
    let mut timeline = Timeline::default();
    let long = |megabytes: usize| text(&"x".repeat(megabytes << 20), None, false);
    for _ in 0..9 {
        timeline.apply(&long(8), AT);
    }
    assert_eq!((timeline.len(), timeline.first_key()), (8, 1));
    timeline.apply(&long(65), AT);
    assert_eq!((timeline.len(), timeline.first_key()), (1, 9));
    timeline.apply(&text("short", None, false), AT);
    assert_eq!(timeline.len(), 1);
}

#[test]
fn the_names_of_senders_count_as_their_words_do() {
    let mut timeline = Timeline::default();
    for _ in 0..9 {
        let named = Incoming {
            sender: Some("x".repeat(8 << 20)),
            ..Incoming::default()
        };
        timeline.apply(&Event::Message(named), AT);
    }
    assert_eq!((timeline.len(), timeline.first_key()), (8, 1));
}

/// An ERROR's words, and a hint's, are as long as the server likes.
#[test]
fn the_words_of_reasons_count_as_those_of_lines_do() {
    let long = || Reason::Server("x".repeat(8 << 20));
    let mut timeline = Timeline::default();
    for _ in 0..9 {
        timeline.apply(&Event::Hint(long()), AT);
    }
    assert_eq!((timeline.len(), timeline.first_key()), (8, 1));
    let mut timeline = Timeline::default();
    for id in (0..9).map(MessageId) {
        timeline.push_own(id, None, "hi".into(), AT);
        let delivery = Delivery::Failed(Failure::Refused(long()));
        timeline.apply(&Event::Delivery { id, delivery }, AT);
    }
    timeline.push_own(MessageId(9), None, "hi".into(), AT);
    assert_eq!(timeline.first_key(), 2);
}

#[test]
fn a_message_that_is_held_takes_little_beside_its_words() {
    let counts_of_the_arc = 2 * size_of::<usize>();
    let held = size_of::<ChatMessage>() + counts_of_the_arc + size_of::<Arc<ChatMessage>>();
    assert!(held <= 300, "{held}");
}

#[test]
fn another_address_empties_it_and_keys_go_on() {
    let mut timeline = Timeline::default();
    timeline.push_own(MessageId(1), None, "a".into(), Duration::ZERO);
    timeline.apply(&Event::Moved("ws://b".into()), Duration::ZERO);
    assert!(timeline.is_empty() && timeline.own_message(MessageId(1)).is_none());
    assert_eq!((timeline.first_key(), timeline.end_key()), (1, 1));
}

#[test]
fn the_oldest_go_when_it_is_full_and_keys_never_change() {
    let mut timeline = Timeline::new(2);
    for word in ["a", "b", "c"] {
        timeline.apply(&text(word, None, false), AT);
    }
    assert_eq!((timeline.first_key(), timeline.end_key()), (1, 3));
    assert_eq!(timeline.get(0), None);
    assert_eq!(timeline.get(2).unwrap().body.as_text(), Some("c"));
}

#[test]
fn a_constant_id_is_no_second_copy_but_a_resent_one_is() {
    let mut timeline = Timeline::default();
    timeline.apply(&text("ok", Some("ada"), false), AT);
    timeline.apply(&text("ok", Some("ada"), false), AT);
    assert_eq!(timeline.len(), 2);
    timeline.apply(&text("ok", Some("7f"), false), AT);
    let again = timeline.apply(&text("ok", Some("7f"), true), AT);
    assert_eq!((again, timeline.len()), (Change::Nothing, 3));
}

#[test]
fn a_second_copy_that_overtakes_the_first_is_the_one_that_is_shown() {
    let mut timeline = Timeline::default();
    timeline.apply(&text("ok", Some("7f"), true), AT);
    timeline.apply(&text("ok", Some("7f"), false), AT);
    assert_eq!(timeline.len(), 1);
}

#[test]
fn a_filled_gap_shows_what_was_missed_once() {
    let mut timeline = Timeline::default();
    let own = MessageId(7);
    timeline.push_own(own, None, "mine".into(), AT);
    timeline.apply(&text("seen", Some("1"), false), AT);
    assert_eq!(timeline.apply(&Event::Gap, AT), Change::Added);
    assert!(timeline.has_gap_at_end());
    let missed = ["1".to_owned(), own.to_string(), "2".to_owned()].map(|id| Incoming {
        body: Body::Text("missed".into()),
        id: Some(id),
        ..Incoming::default()
    });
    timeline.fill_gap(missed.into(), AT);
    assert!(!timeline.has_gap_at_end());
    assert_eq!(timeline.len(), 3);
    assert_eq!(
        timeline.own_message(own).unwrap().delivery,
        Some(Delivery::Delivered)
    );
    // What arrives by itself as well is known by now.
    timeline.apply(&text("missed", Some("2"), true), AT);
    assert_eq!(timeline.len(), 3);
}

#[test]
fn a_gap_is_marked_on_the_message_after_it_and_not_in_an_empty_chat() {
    let mut timeline = Timeline::default();
    assert_eq!(timeline.apply(&Event::Gap, AT), Change::Nothing);
    timeline.apply(&text("a", None, false), AT);
    timeline.apply(&Event::Gap, AT);
    timeline.apply(&text("b", None, false), AT);
    let marks: Vec<bool> = timeline.iter().map(|message| message.gap_before).collect();
    assert_eq!(marks, [false, true]);
}

#[test]
fn data_is_no_line_and_an_error_is_the_servers_line() {
    let mut timeline = Timeline::default();
    let mut tell = |kind| {
        let incoming = Incoming {
            body: Body::Text("You are muted".into()),
            kind,
            ..Incoming::default()
        };
        timeline.apply(&Event::Message(incoming), AT)
    };
    assert_eq!(tell(Kind::Data), Change::Other);
    assert_eq!(tell(Kind::Error), Change::Added);
    assert_eq!(tell(Kind::System), Change::Added);
    let lines: Vec<_> = timeline
        .iter()
        .map(|line| (line.author, line.error))
        .collect();
    assert_eq!(lines, [(Author::System, true), (Author::System, false)]);
    assert_eq!(timeline.other_messages().count(), 1);
}

#[test]
fn late_proof_mends_a_doubt_and_is_never_taken_back() {
    let mut timeline = Timeline::default();
    let id = MessageId(1);
    timeline.push_own(id, None, "x".into(), AT);
    let mut deliver = |delivery| timeline.apply(&Event::Delivery { id, delivery }, AT);
    deliver(Delivery::Failed(Failure::Unconfirmed));
    assert_eq!(deliver(Delivery::Delivered), Change::Delivery(id));
    assert_eq!(deliver(Delivery::Queued), Change::Nothing);
    assert_eq!(
        timeline.own_message(id).unwrap().delivery,
        Some(Delivery::Delivered)
    );
}

#[test]
fn what_cannot_be_read_is_a_line_of_the_systems_with_its_reason_and_content() {
    let mut timeline = Timeline::default();
    let messages = [
        Message::Text("{".into()),
        Message::Binary(vec![0xff, 2]),
        Message::Binary(b"bytes that are a text".into()),
    ];
    for message in messages {
        let reason = Reason::NotText;
        let event = Event::Unreadable { reason, message };
        assert_eq!(timeline.apply(&event, AT), Change::Added);
    }
    let hint = Event::Hint(Reason::NobodyListens("chat".into()));
    assert_eq!(timeline.apply(&hint, AT), Change::Added);
    let bodies: Vec<_> = timeline.iter().map(|line| line.body.clone()).collect();
    assert_eq!(
        bodies,
        [
            Body::Text("{".into()),
            Body::Binary(vec![0xff, 2]),
            Body::Text("bytes that are a text".into()),
            Body::default()
        ]
    );
    assert!(
        timeline
            .iter()
            .all(|line| line.author == Author::System && line.unreadable.is_some())
    );
}

#[test]
fn ids_are_forgotten_in_the_end_the_oldest_first() {
    let mut timeline = Timeline::new(1);
    timeline.apply(&text("first", Some("0"), true), AT);
    for number in 1..REMEMBERED {
        timeline.apply(&text("x", Some(&number.to_string()), false), AT);
    }
    let again = |timeline: &mut Timeline| timeline.apply(&text("first", Some("0"), true), AT);
    assert_eq!(again(&mut timeline), Change::Nothing, "it is remembered");
    timeline.apply(&text("one more", Some("more"), false), AT);
    assert_eq!(again(&mut timeline), Change::Added, "it is forgotten");
}

#[test]
fn what_words_alone_show_is_followed_by_a_better_proof_alone() {
    let mut timeline = Timeline::default();
    let id = MessageId(1);
    timeline.push_own(id, None, "x".into(), AT);
    let mut tell = |delivery: Delivery| timeline.apply(&Event::Delivery { id, delivery }, AT);
    assert_eq!(tell(Delivery::Echoed), Change::Delivery(id));
    assert_eq!(
        tell(Delivery::Failed(Failure::Unconfirmed)),
        Change::Nothing
    );
    assert_eq!(tell(Delivery::Delivered), Change::Delivery(id));
    assert_eq!(tell(Delivery::Echoed), Change::Nothing);
}

#[test]
fn an_own_message_that_has_gone_has_no_fate_to_show() {
    let mut timeline = Timeline::new(1);
    let id = MessageId(1);
    timeline.push_own(id, None, "x".into(), AT);
    assert_eq!(timeline.last_own_key(), Some(0));
    timeline.apply(&text("newer", None, false), AT);
    let delivery = Delivery::Delivered;
    let told = timeline.apply(&Event::Delivery { id, delivery }, AT);
    assert_eq!((told, timeline.own_message(id)), (Change::Nothing, None));
}

#[test]
fn an_own_message_waits_at_once_with_its_key_and_the_time_of_day() {
    let mut timeline = Timeline::default();
    let at = Duration::from_secs(7);
    for id in [1, 2].map(MessageId) {
        timeline.push_own(id, None, "hi".into(), at);
    }
    let own = timeline.own_message(MessageId(2)).unwrap();
    assert_eq!(
        (own.key, own.at, &own.delivery),
        (1, at, &Some(Delivery::Queued))
    );
}

#[test]
fn a_delivery_that_changes_often_takes_no_more_room() {
    let mut timeline = Timeline::default();
    for id in [1, 2].map(MessageId) {
        timeline.push_own(id, None, "x".repeat(1 << 20), AT);
    }
    for delivery in [Delivery::Sent, Delivery::Queued]
        .into_iter()
        .cycle()
        .take(200)
    {
        let id = MessageId(1);
        timeline.apply(&Event::Delivery { id, delivery }, AT);
    }
    timeline.push_own(MessageId(3), None, "hi".into(), AT);
    assert_eq!(timeline.len(), 3);
}
