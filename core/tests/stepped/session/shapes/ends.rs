//! First lines, and last ones.

use super::*;

#[test]
fn hello_is_said_at_each_opening_before_what_waits() {
    let shape = Shape {
        hello: vec![
            "{user}".parse().expect("a template"),
            r#"{"type":"join"}"#.parse().expect("a template"),
        ],
        ..sending("{text}")
    };
    let mut world = World::new(Config::new(URL), session(shape));
    world.open();
    world.say("early");
    world.accept();
    assert_eq!(world.sent(), ["ada", r#"{"type":"join"}"#, "early"]);
    world.breaks();
    world.say("later");
    world.advance_to_timer();
    world.accept();
    assert_eq!(world.sent()[..2], ["ada", r#"{"type":"join"}"#]);
    assert_eq!(world.sent().last().map(String::as_str), Some("later"));
}

#[test]
fn what_waits_goes_out_after_the_answer_to_hello_or_five_seconds_later() {
    let shape = Shape {
        hello: vec![r#"{"command":"subscribe"}"#.parse().expect("a template")],
        ready: Some("confirm_subscription".into()),
        ..sending(r#"{"m":"{text}"}"#)
    };
    for answered in [true, false] {
        let mut world = World::new(Config::new(URL), session(shape.clone()));
        world.open();
        world.say("early");
        world.accept();
        world.advance(millis(4_999));
        assert_eq!((world.name(), world.sent().len()), ("handshaking", 1));
        match answered {
            true => world.hear(r#"{"type":"confirm_subscription"}"#),
            false => world.advance(millis(1)),
        }
        assert_eq!(
            (world.name(), world.sent()[1].as_str()),
            ("open", r#"{"m":"early"}"#)
        );
    }
}

#[test]
fn a_server_that_closes_on_its_first_line_gets_no_id_in_the_next_and_that_is_told() {
    let mut world = world(Shape::default());
    let id = world.say("hi");
    world.advance(millis(50));
    world.server_closes(1011, "");
    let told = |event: &Event| {
        matches!(
            event,
            Event::Disconnected(Disconnect::Session(Reason::ClosedOnLine))
        )
    };
    assert!(world.events.iter().any(told), "{:?}", world.events);
    assert!(
        matches!(world.fate(id).last(), Some(Delivery::Failed(_))),
        "nothing is sent again on a guess"
    );
    world.advance_to_timer();
    world.accept();
    world.say("again");
    assert_eq!(
        parsed(&world.sent()[0]),
        json!({"text": "again", "user": "ada"})
    );
}

#[test]
fn a_link_that_just_breaks_after_the_first_line_is_blamed_on_nothing_until_it_happens_twice() {
    let mut world = world(Shape::default());
    for blamed in [false, true] {
        world.say("hi");
        world.advance(millis(50));
        world.breaks();
        let told = |event: &Event| {
            matches!(
                event,
                Event::Disconnected(Disconnect::Session(Reason::ClosedOnLine))
            )
        };
        assert_eq!(world.events.iter().any(told), blamed);
        world.advance_to_timer();
        world.accept();
    }
}

#[test]
fn a_link_that_ends_after_a_line_was_borne_is_not_blamed_on_one() {
    let mut world = world(Shape::default());
    world.say("hi");
    world.advance_secs(3);
    world.say("more");
    world.server_closes(1011, "");
    world.advance_to_timer();
    world.accept();
    world.say("again");
    assert!(parsed(&world.sent()[0]).get("id").is_some());
}
