//! Whether a server that cannot be connected to is there at all.

use std::cell::RefCell;

use leptos::prelude::*;

use crate::browser;
use leptos_chat_core::connection::{Disconnect, Event, State, schemed};

/// So many attempts are refused before it is asked: a server that is just starting is not asked at all.
const REFUSALS: u32 = 3;

/// Pure: when it is worth asking. Once, at a server that never let us in.
#[derive(Debug, Default)]
struct Doubt {
    refusals: u32,
    was_open: bool,
}

impl Doubt {
    /// Takes in what happened; returns whether to ask now.
    fn handle_event(&mut self, event: &Event) -> bool {
        match event {
            Event::State(state) if state.is_open() => self.was_open = true,
            Event::State(State::Closed { .. }) => self.refusals = 0,
            Event::Disconnected(Disconnect::Refused) => {
                self.refusals += 1;
                return self.refusals == REFUSALS && !self.was_open;
            }
            _ => {}
        }
        false
    }
}

/// Follows the connection's events, and asks when it is worth it.
pub(super) struct Reach {
    doubt: RefCell<Doubt>,
    url: RefCell<String>,
    /// The server is there, and refuses.
    refuses: ArcRwSignal<bool>,
}

impl Reach {
    pub(super) fn new(url: &str, refuses: ArcRwSignal<bool>) -> Self {
        Self {
            doubt: RefCell::default(),
            url: RefCell::new(http(url)),
            refuses,
        }
    }

    pub(super) fn follow(&self, event: &Event) {
        if let Event::Moved(place) = event {
            self.doubt.take();
            self.url.replace(http(place));
            self.refuses.set(false);
        }
        if matches!(event, Event::State(state) if state.is_open()) {
            self.refuses.set(false);
        }
        if self.doubt.borrow_mut().handle_event(event) {
            let refuses = self.refuses.clone();
            browser::ask_whether_there(&self.url.borrow(), move || refuses.set(true));
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
        events
            .iter()
            .filter(|event| doubt.handle_event(event))
            .count()
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
    fn a_token_is_not_asked_with() {
        assert_eq!(http("wss://h/chat?token=x"), "https://h/chat");
        assert_eq!(http("ws://h:3000#x"), "http://h:3000");
    }
}
