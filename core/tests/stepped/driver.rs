//! The loop itself, over a place in which one sees the socket as a browser shows it.

use std::cell::Cell;
use std::time::Duration;

use leptos_chat_core::connection::{
    Config, Connection, Event, Input, Output, ReadyState, Reshape, SendError, SendOptions,
    SocketEvent, SocketId,
};
use leptos_chat_core::driver::{Driver, Host, SocketView};
use leptos_chat_core::session::options::SessionOptions;
use leptos_chat_core::session::stomp::StompSession;
use leptos_chat_core::session::text::RawSession;
use leptos_chat_core::session::{Channel, CloseEvent, Outgoing, Session};
use leptos_chat_core::time::Instant;

use crate::harness::{START, URL, fixed};

struct Place {
    driver: Driver,
    view: Option<SocketView>,
    did: Vec<Output>,
    /// How often the timer was set.
    armed: usize,
    released: bool,
    /// Timers fire in time.
    prompt: bool,
    now: Instant,
    /// What comes in when the app is told of another state.
    comes: Option<Input>,
    /// It stops as it hears a message.
    stops: bool,
    /// Whether each output was done from within the loop.
    within: Cell<bool>,
}

impl Place {
    fn new(session: impl Session + 'static) -> Self {
        let connection = Connection::new(fixed(URL), Config::default(), Box::new(session), 7);
        Self {
            driver: Driver::new(connection),
            view: None,
            did: Vec::new(),
            armed: 0,
            released: false,
            prompt: true,
            now: START,
            comes: None,
            stops: false,
            within: Cell::new(true),
        }
    }

    fn open() -> Self {
        let mut place = Self::new(RawSession);
        place.feed(Input::Open);
        place.shows(ReadyState::Open, 0);
        place.feed(Input::Socket {
            socket: SocketId(1),
            event: SocketEvent::Opened {
                subprotocol: String::new(),
            },
        });
        assert!(place.driver.connection.state().is_open());
        place
    }

    fn shows(&mut self, ready_state: ReadyState, buffered: usize) {
        self.view = Some(SocketView {
            socket: SocketId(1),
            ready_state,
            buffered,
        });
    }

    fn say(&mut self, text: &str) -> Result<(), (SendError, Outgoing)> {
        let id = self.new_id(self.now().since_start());
        self.send(id, Outgoing::from(text), &SendOptions::default(), |_| {})
    }

    fn hear(&mut self, text: &str) {
        self.feed(Input::Socket {
            socket: SocketId(1),
            event: SocketEvent::Message(text.into()),
        });
    }

    /// So many messages in no time.
    fn hear_burst(&mut self, count: usize) {
        for _ in 0..count {
            self.hear("one of many");
        }
    }

    /// How many were taken.
    fn heard(&self) -> usize {
        let is_heard = |output: &&Output| matches!(output, Output::Event(Event::Message(_)));
        self.did.iter().filter(is_heard).count()
    }

    fn sent(&self) -> usize {
        let is_sent = |output: &&Output| matches!(output, Output::Send { .. });
        self.did.iter().filter(is_sent).count()
    }
}

impl Host for Place {
    fn driver<T>(&mut self, act: impl FnOnce(&mut Driver) -> T) -> T {
        act(&mut self.driver)
    }

    fn now(&self) -> Instant {
        self.now
    }

    fn socket(&self) -> Option<SocketView> {
        self.view
    }

    fn is_prompt(&self) -> bool {
        self.prompt
    }

    fn perform(&mut self, output: Output) {
        self.within
            .set(self.within.get() && self.driver.is_running());
        if self.stops && matches!(output, Output::Event(Event::Message(_))) {
            self.stop();
        }
        if matches!(output, Output::Event(Event::State(_)))
            && let Some(input) = self.comes.take()
        {
            self.feed(input);
        }
        self.did.push(output);
    }

    fn set_timer(&mut self, _at: Option<Instant>) {
        self.armed += 1;
    }

    fn release(&mut self) {
        self.released = true;
    }
}

#[test]
fn a_socket_that_began_to_close_without_an_event_gets_no_message() {
    let mut place = Place::open();
    place.say("one").expect("accepted");
    assert_eq!(place.sent(), 1);
    place.shows(ReadyState::Closing, 3);
    place.say("two").expect("it waits for the next link");
    assert_eq!(place.sent(), 1);
    assert_eq!(place.driver.connection.state().name(), "closing");
    assert_eq!(place.driver.connection.queued().0, 1);
}

#[test]
fn a_socket_that_closed_while_the_page_was_frozen_is_found_when_it_resumes() {
    let mut place = Place::open();
    place.shows(ReadyState::Closed, 0);
    place.feed(Input::Resumed);
    assert_eq!(place.driver.connection.state().name(), "waiting");
}

#[test]
fn the_buffer_is_told_before_each_input_and_holds_messages_back() {
    let mut place = Place::open();
    place.shows(ReadyState::Open, 8 << 20);
    place.say("one").expect("accepted");
    assert_eq!(place.sent(), 0);
    place.shows(ReadyState::Open, 0);
    place.say("two").expect("accepted");
    assert_eq!(place.sent(), 2);
}

#[test]
fn the_timer_is_set_only_where_it_changes_and_outputs_are_done_within_the_loop() {
    let mut place = Place::open();
    let armed = place.armed;
    place.feed(Input::Online(true));
    assert_eq!(place.armed, armed);
    assert!(place.within.get() && !place.driver.is_running());
}

#[test]
fn what_stopped_lets_go_gives_messages_back_and_does_nothing_more() {
    let mut place = Place::open();
    place.stop();
    assert!(place.released && place.driver.is_stopped());
    let did = place.did.len();
    let (why, message) = place.say("late").expect_err("stopped");
    assert_eq!(
        (why, message.body.as_text()),
        (SendError::Closed, Some("late"))
    );
    place.feed(Input::Open);
    assert_eq!(place.did.len(), did);
}

#[test]
fn what_stopped_joins_nothing_and_goes_nowhere() {
    let mut place = Place::new(StompSession::new(&SessionOptions::default()));
    let channel = || Channel::new("/topic/kitchen");
    assert!(place.join(channel()));
    place.stop();
    let did = place.did.len();
    assert!(!place.join(channel()));
    assert!(!place.leave_channel("/topic/kitchen"));
    place.move_to("ws://b", &Reshape::default(), Box::new(RawSession));
    place.close(1000, "").expect("nothing is left to close");
    assert_eq!(place.did.len(), did);
}

#[test]
fn messages_of_a_burst_wait_for_those_behind_them_until_the_timer() {
    let mut place = Place::open();
    let armed = place.armed;
    place.hear_burst(8);
    assert_eq!((place.heard(), place.armed), (8, armed));
    place.hear_burst(10);
    assert_eq!((place.heard(), place.armed), (8, armed + 1));
    place.timer_fired();
    assert_eq!(place.heard(), 18);
}

#[test]
fn a_message_that_waits_is_of_the_time_at_which_it_came() {
    let mut place = Place::open();
    place.hear_burst(12);
    // The machine slept.
    place.now = START + Duration::from_secs(1);
    place.feed(Input::Online(true));
    assert_eq!(place.heard(), 12);
    assert_eq!(place.driver.connection.last_heard(), Some(START));
}

#[test]
fn for_the_connection_no_time_goes_back() {
    let mut place = Place::open();
    place.hear_burst(12);
    place.now = START + Duration::from_secs(1);
    place.shows(ReadyState::Open, 7);
    // The buffer is told of first, as of now.
    place.feed(Input::Online(true));
    assert_eq!(place.driver.connection.last_heard(), Some(place.now));
}

#[test]
fn what_else_happens_comes_behind_the_messages_that_wait() {
    let mut place = Place::open();
    place.hear_burst(12);
    place.say("an answer").expect("accepted");
    assert_eq!(place.heard(), 12);
    place.hear_burst(1);
    assert_eq!(place.heard(), 12);
    place.feed(Input::Socket {
        socket: SocketId(1),
        event: SocketEvent::Closed(CloseEvent::abnormal()),
    });
    assert_eq!(place.heard(), 13);
    let last = place
        .did
        .iter()
        .rposition(|output| matches!(output, Output::Event(Event::Message(_))));
    let closed = place.did.iter().position(
        |output| matches!(output, Output::Event(Event::State(state)) if state.name() == "waiting"),
    );
    assert!(last < closed, "{:?}", place.did);
}

#[test]
fn what_waits_is_heard_before_the_driver_stops() {
    let mut place = Place::open();
    place.hear_burst(12);
    place.stop();
    assert_eq!(place.heard(), 12);
}

#[test]
fn a_long_message_takes_all_that_wait_with_it() {
    let mut place = Place::open();
    place.hear_burst(12);
    place.hear(&"x".repeat(4_097));
    assert_eq!(place.heard(), 13);
}

#[test]
fn where_timers_do_not_fire_in_time_no_message_waits() {
    let mut place = Place::open();
    place.prompt = false;
    place.hear_burst(100);
    assert_eq!(place.heard(), 100);
}

#[test]
fn what_a_socket_shows_goes_before_the_messages_that_wait() {
    let mut place = Place::open();
    place.hear_burst(12);
    place.shows(ReadyState::Closing, 0);
    place.feed(Input::Online(true));
    let is_closing = |output: &Output| matches!(output, Output::Event(Event::State(state)) if state.name() == "closing");
    let closing = place.did.iter().position(is_closing).expect("it is told");
    let after = &place.did[closing..];
    let is_heard = |output: &&Output| matches!(output, Output::Event(Event::Message(_)));
    assert_eq!(after.iter().filter(is_heard).count(), 4);
}

#[test]
fn messages_that_wait_are_heard_before_an_own_one_has_its_id() {
    let mut place = Place::open();
    place.hear_burst(12);
    place.new_id(START.since_start());
    assert_eq!(place.heard(), 12);
}

#[test]
fn who_decides_by_what_is_known_hears_what_waits_before() {
    let mut place = Place::open();
    place.hear_burst(12);
    place.catch_up();
    assert_eq!(place.heard(), 12);
}

#[test]
fn messages_that_wait_are_heard_before_one_is_sent_again_or_taken_back() {
    let mut place = Place::open();
    let id = place.driver.connection.new_id(START.since_start());
    place.hear_burst(12);
    place.cancel(id);
    assert_eq!(place.heard(), 12);
    place.hear_burst(3);
    let again = SendOptions::default().again(id);
    let sent = place.send(id, Outgoing::from("again"), &again, |place| {
        assert_eq!(place.heard(), 15);
    });
    assert!(sent.is_ok());
}

#[test]
fn an_app_that_stops_as_it_hears_of_what_waits_has_its_message_back() {
    let mut place = Place::open();
    place.hear_burst(12);
    place.stops = true;
    let (why, _) = place.say("too late").expect_err("it has stopped");
    assert_eq!((why, place.sent()), (SendError::Closed, 0));
    assert!(place.released);
}

#[test]
fn what_follows_as_a_socket_ends_is_done_though_the_message_is_not_accepted() {
    let mut place = Place::open();
    place.shows(ReadyState::Closing, 0);
    place.comes = Some(Input::Socket {
        socket: SocketId(1),
        event: SocketEvent::Closed(CloseEvent::abnormal()),
    });
    let armed = place.armed;
    let id = place.new_id(START.since_start());
    let volatile = SendOptions::default().volatile();
    let refused = place.send(id, Outgoing::from("now or never"), &volatile, |_| {});
    assert!(refused.is_err());
    assert_eq!(place.driver.connection.state().name(), "waiting");
    assert!(place.armed > armed);
}
