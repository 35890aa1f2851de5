//! The `auto` session over several links: what it keeps, and what it forgets, when the next link is another.

use leptos_chat_core::connection::Delivery;
use leptos_chat_core::session::options::SessionOptions;
use leptos_chat_core::session::{Action, Actions, MessageId, Session, Target};

use super::auto::harness;
use crate::harness::START;
use crate::millis;

/// A session on its own.
pub(super) struct Alone(Box<dyn Session>);

impl Alone {
    pub(super) fn new() -> Self {
        Self(SessionOptions::default().session(7))
    }

    fn at(url: &str) -> Self {
        let mut alone = Self::new();
        alone.open(url);
        alone
    }

    pub(super) fn begin(&mut self, url: &str) {
        self.act(|session, out| session.begin(&Target::new(url), out));
    }

    pub(super) fn act(&mut self, act: impl FnOnce(&mut dyn Session, &mut Actions)) -> Vec<Action> {
        let mut out = Actions::default();
        act(self.0.as_mut(), &mut out);
        std::iter::from_fn(|| out.pop()).collect()
    }

    fn open(&mut self, url: &str) {
        self.begin(url);
        self.act(|session, out| session.handle_open("", START, out));
    }

    fn hear(&mut self, text: &str) -> Vec<Action> {
        self.act(|session, out| session.handle_message(text.into(), START, out))
    }

    /// The time for a greeting is over.
    fn silence(&mut self) {
        self.act(|session, out| session.handle_timeout(START + millis(300), out));
    }

    fn protocol(&self) -> String {
        self.0.protocol().to_string()
    }
}

#[test]
fn at_another_address_the_server_is_found_out_anew() {
    let mut auto = Alone::at("ws://a.example/chat");
    auto.hear("Hi there");
    auto.open("ws://a.example/chat?token=2");
    assert_eq!(auto.protocol(), "text");
    auto.open("ws://b.example/chat");
    assert_eq!(auto.protocol(), "auto");
}

#[test]
fn a_query_that_names_the_protocol_wins_over_what_silence_said() {
    let mut auto = Alone::at("ws://a.example/chat");
    auto.silence();
    assert_eq!(auto.protocol(), "json");
    auto.open("ws://a.example/chat?EIO=4&transport=websocket");
    let open = r#"0{"sid":"s","upgrades":[],"pingInterval":25000,"pingTimeout":20000}"#;
    assert_eq!(auto.hear(open), [Action::Transmit("40".into())]);
}

#[test]
fn a_path_to_the_words_makes_a_text_server_one_to_be_found_out() {
    let mut auto = Alone::at("ws://a.example/chat");
    auto.hear("Hi there");
    let mut options = SessionOptions::default();
    for (path, protocol) in [(None, "text"), (Some("data.words"), "auto")] {
        options.shape.text = path.map(|path: &str| path.parse().expect("a path"));
        auto.0.reshape(&options);
        auto.open("ws://a.example/chat");
        assert_eq!(auto.protocol(), protocol);
    }
}

#[test]
fn sixteen_heartbeats_that_were_sent_on_a_guess_are_remembered() {
    for (beats, is_shown) in [(16, false), (17, true)] {
        let mut auto = Alone::at("ws://a.example/chat");
        auto.silence();
        for id in 1..=beats {
            auto.act(|session, out| assert!(!session.heartbeat(MessageId(id), START, out)));
        }
        let answer = format!("You said {}", MessageId(1));
        assert_eq!(!auto.hear(&answer).is_empty(), is_shown, "{beats}");
    }
}

#[test]
fn what_was_said_on_the_last_link_does_not_keep_a_server_from_being_a_text_one() {
    let mut harness = harness().connected();
    harness.advance_secs(1);
    harness.say("anybody there?");
    harness.breaks();
    harness.advance_to_timer();
    harness.accept();
    harness.advance_secs(1);
    harness.hear("late words");
    assert_eq!(harness.protocol(), "text");
}

#[test]
fn a_server_that_was_silent_over_one_link_shows_over_the_next_what_it_got() {
    let mut harness = harness().connected();
    harness.advance_secs(1);
    let id = harness.say("anybody there?");
    harness.breaks();
    harness.advance_to_timer();
    harness.accept();
    harness.hear(format!(
        r#"{{"id":"{id}","text":"anybody there?","user":"ada"}}"#
    ));
    assert_eq!(harness.fate(id).last(), Some(&Delivery::Delivered));
    assert_eq!(harness.texts(), Vec::<&str>::new());
}
