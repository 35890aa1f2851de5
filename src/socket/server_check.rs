//! Whether a server that cannot be connected to is there at all.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;

use crate::browser;
use leptos_chat_core::connection::{Disconnect, Event, State, schemed};

/// So many attempts are refused before it is asked: a server that is just starting is not asked at all.
const REFUSALS: u32 = 3;

/// Pure: when it is worth asking, and whether the answer still says something. Once, at a server that never let us in.
#[derive(Debug, Default)]
struct Doubt {
    refusals: u32,
    was_open: bool,
    /// Raised with what an answer that is under way knows nothing of: an opening, another address.
    round: u32,
}

impl Doubt {
    /// Takes in what happened. Where it is worth asking now, returns the round that the answer is for.
    fn handle_event(&mut self, event: &Event) -> Option<u32> {
        match event {
            Event::Moved(_) => {
                *self = Self {
                    round: self.round + 1,
                    ..Self::default()
                };
            }
            Event::State(state) if state.is_open() => {
                self.was_open = true;
                self.round += 1;
            }
            Event::State(State::Closed { .. }) => self.refusals = 0,
            Event::Disconnected(Disconnect::Refused) => {
                self.refusals += 1;
                let asks = self.refusals == REFUSALS && !self.was_open;
                return asks.then_some(self.round);
            }
            _ => {}
        }
        None
    }
}

/// Follows the connection's events, and asks when it is worth it.
pub(super) struct ServerCheck {
    doubt: Rc<RefCell<Doubt>>,
    url: RefCell<String>,
    /// The server is there, and refuses.
    refuses: ArcRwSignal<bool>,
}

impl ServerCheck {
    pub(super) fn new(url: &str, refuses: ArcRwSignal<bool>) -> Self {
        Self {
            doubt: Rc::default(),
            url: RefCell::new(http(url)),
            refuses,
        }
    }

    pub(super) fn follow(&self, event: &Event) {
        if let Event::Moved(place) = event {
            self.url.replace(http(place));
            self.refuses.set(false);
        }
        if matches!(event, Event::State(state) if state.is_open()) {
            self.refuses.set(false);
        }
        let asks = self.doubt.borrow_mut().handle_event(event);
        if let Some(round) = asks {
            let (doubt, refuses) = (self.doubt.clone(), self.refuses.clone());
            let is_there = move || {
                if doubt.borrow().round == round {
                    refuses.set(true);
                }
            };
            browser::ask_whether_there(&self.url.borrow(), is_there);
        }
    }
}

/// The same place over HTTP, without the query, which may hold a token.
fn http(url: &str) -> String {
    let place = url.split(['?', '#']).next().unwrap_or_default();
    match schemed(place) {
        Some(("ws" | "http", rest)) => format!("http://{rest}"),
        Some((_, rest)) => format!("https://{rest}"),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(events: &[Event]) -> usize {
        let mut doubt = Doubt::default();
        let asked = |event| doubt.handle_event(event);
        events.iter().filter_map(asked).count()
    }

    #[test]
    fn it_asks_once_after_three_refusals_at_a_server_that_never_let_us_in() {
        let refused = || Event::Disconnected(Disconnect::Refused);
        assert_eq!(asks(&[refused(), refused()]), 0);
        assert_eq!(asks(&[refused(), refused(), refused(), refused()]), 1);
        let open = Event::State(State::Open);
        assert_eq!(asks(&[open, refused(), refused(), refused()]), 0);
    }

    #[test]
    fn an_answer_from_before_an_opening_or_another_address_says_nothing_more() {
        let moved = Event::Moved("ws://b".into());
        for event in [Event::State(State::Open), moved] {
            let mut doubt = Doubt::default();
            let refused = Event::Disconnected(Disconnect::Refused);
            let asked = (0..REFUSALS).find_map(|_| doubt.handle_event(&refused));
            assert_eq!(asked, Some(doubt.round));
            doubt.handle_event(&event);
            assert_ne!(asked, Some(doubt.round), "{event:?}");
        }
    }

    #[test]
    fn a_token_is_not_asked_with() {
        assert_eq!(http("wss://h/chat?token=x"), "https://h/chat");
        assert_eq!(http("ws://h:3000#x"), "http://h:3000");
    }
}
