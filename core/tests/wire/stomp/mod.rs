//! STOMP 1.0, 1.1 and 1.2: their examples, traces of brokers, and properties.

mod brokers;
mod examples;
mod properties;

use std::time::Duration;

use leptos_chat_core::wire::Message;
use leptos_chat_core::wire::stomp::{
    AckMode, Command, Connect, DecodeError, Decoder, Encoding, Event, Frame, HEART_BEAT, HeartBeat,
    Limits, ServerFrame, Version,
};
use proptest::prelude::*;

use crate::support::{messages, text};

/// All that comes out of `messages`, each polled until empty.
fn run(decoder: &mut Decoder, messages: &[Message]) -> Vec<Result<Event, DecodeError>> {
    let mut events = Vec::new();
    for message in messages {
        decoder.handle_message(message);
        while let Some(event) = decoder.poll_event().transpose() {
            events.push(event);
        }
    }
    events
}

fn decode(wire: &str) -> Frame {
    match run(&mut Decoder::default(), &[text(wire)]).as_slice() {
        [Ok(Event::Frame(frame))] => frame.clone(),
        other => panic!("one frame, not {other:?}"),
    }
}

fn frame(command: Command, headers: &[(&str, &str)], body: &str) -> Frame {
    Frame {
        command,
        headers: headers.iter().copied().collect(),
        body: body.into(),
    }
}

/// A frame as the examples write it: without the `content-length` that the encoder adds.
fn encode(frame: &Frame) -> String {
    let wire =
        String::from_utf8(frame.encode(Encoding::default()).expect("a good frame")).expect("text");
    wire.replace(&format!("content-length:{}\n", frame.body.len()), "")
}

/// What can come out of a stream, apart from heart-beats.
fn received(events: Vec<Result<Event, DecodeError>>) -> Result<Vec<Frame>, DecodeError> {
    let frames = events.into_iter().filter_map(|event| match event {
        Ok(Event::Frame(frame)) => Some(Ok(frame)),
        Ok(Event::HeartBeat) => None,
        Err(error) => Some(Err(error)),
    });
    frames.collect()
}
