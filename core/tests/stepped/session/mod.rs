//! The sessions, alone on a bench and behind a connection in the test harness: what servers say, and what comes of it.

mod auto;
#[cfg(all(feature = "socketio", feature = "stomp", feature = "sockjs"))]
mod auto_links;
#[cfg(all(feature = "socketio", feature = "stomp", feature = "sockjs"))]
mod auto_paths;
mod bench;
#[cfg(all(feature = "socketio", feature = "stomp", feature = "sockjs"))]
mod channels;
mod custom;
mod echo;
mod echo_lives;
mod json;
#[cfg(all(feature = "socketio", feature = "stomp", feature = "sockjs"))]
mod lazy;
mod named;
mod numbered;
#[cfg(feature = "socketio")]
mod recovery;
#[cfg(feature = "socketio")]
mod requests;
#[cfg(feature = "sockjs")]
mod shapes;
#[cfg(all(feature = "stomp", feature = "sockjs"))]
mod silence;
#[cfg(feature = "socketio")]
mod socketio;
#[cfg(feature = "socketio")]
mod socketio_hello;
#[cfg(feature = "socketio")]
mod socketio_kept;
#[cfg(feature = "socketio")]
mod socketio_shapes;
mod sockjs;
#[cfg(all(feature = "stomp", feature = "sockjs"))]
mod stomp;
#[cfg(all(feature = "stomp", feature = "sockjs"))]
mod stomp_shapes;
mod strangers;
mod text;
#[cfg(all(feature = "socketio", feature = "stomp", feature = "sockjs"))]
mod wrapped;

use crate::harness::{Harness, fixed};
use leptos_chat_core::connection::{
    ClosedReason, Config, Delivery, Disconnect, Endpoint, Event, Failure, SendOptions, SocketEvent,
    State,
};
use leptos_chat_core::driver::Host;
use leptos_chat_core::session::{AsIs, FetchError, MessageId, Outgoing, Reason};
use leptos_chat_core::session::{Protocol, options::SessionOptions};

fn options(protocol: Protocol) -> SessionOptions {
    SessionOptions {
        protocol,
        user: Some("ada".into()),
        ..SessionOptions::default()
    }
}

/// An opened connection, whose socket is asked for.
fn harness(url: &str, options: SessionOptions) -> Harness {
    harness_with(fixed(url), Config::default(), options)
}

fn harness_with(endpoint: Endpoint, config: Config, options: SessionOptions) -> Harness {
    let mut harness = Harness::to(endpoint, config, options.session(7));
    harness.open();
    harness
}

impl Harness {
    fn url(&self) -> &str {
        &self.sockets.last().expect("a socket was opened").target.url
    }

    /// The URLs of all sockets so far.
    fn urls(&self) -> Vec<&str> {
        self.sockets
            .iter()
            .map(|socket| socket.target.url.as_str())
            .collect()
    }

    /// Answers the newest fetch.
    fn fetched(&mut self, answer: Result<&str, FetchError>) {
        let (socket, _) = self.fetches.last().expect("something is fetched").clone();
        let answer = answer.map(str::to_owned);
        self.happens(socket, SocketEvent::Fetched(answer));
    }

    fn last_sent(&self) -> String {
        self.sent().last().expect("something was sent").clone()
    }

    /// Why the connection is over.
    fn over(&self) -> String {
        match self.state() {
            State::Closed {
                reason: ClosedReason::Rejected(reason),
            } => reason.to_string(),
            other => panic!("it was to be refused: {other:?}"),
        }
    }

    /// Why the last link was lost.
    fn lost(&self) -> String {
        assert_eq!(self.name(), "waiting");
        let lost = self.events.iter().rev().find_map(|event| match event {
            Event::Disconnected(why) => Some(why),
            _ => None,
        });
        match lost {
            Some(Disconnect::Session(reason)) => reason.to_string(),
            other => panic!("the session was to say why: {other:?}"),
        }
    }

    fn gaps(&self) -> usize {
        self.events
            .iter()
            .filter(|event| **event == Event::Gap)
            .count()
    }

    fn unreadable(&self) -> usize {
        self.events
            .iter()
            .filter(|event| matches!(event, Event::Unreadable { .. }))
            .count()
    }

    fn protocols(&self) -> Vec<String> {
        let protocols = self.events.iter().filter_map(|event| match event {
            Event::Protocol(spoken) => Some(spoken.to_string()),
            _ => None,
        });
        protocols.collect()
    }

    fn send_to(&mut self, channel: &str, text: &str, as_is: bool) -> MessageId {
        let outgoing = Outgoing {
            channel: Some(channel.into()),
            as_is: as_is.then(AsIs::default),
            ..Outgoing::from(text)
        };
        let id = self.new_id();
        Host::send(self, id, outgoing, &SendOptions::default(), |_| {}).expect("accepted");
        id
    }

    fn last_fate(&self, id: MessageId) -> Delivery {
        self.fate(id)
            .last()
            .expect("something became of it")
            .clone()
    }

    /// How often its delivery was told.
    fn delivered(&self, id: MessageId) -> usize {
        self.fate(id)
            .iter()
            .filter(|fate| matches!(fate, Delivery::Delivered | Delivery::Echoed))
            .count()
    }
}

fn refused(reason: Reason) -> Delivery {
    Delivery::Failed(Failure::Refused(reason))
}
