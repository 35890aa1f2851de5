//! Socket.IO protocol 5: its examples, traces of servers, and properties.

mod examples;
mod properties;

use leptos_chat_core::json;
use leptos_chat_core::json::Value;
use leptos_chat_core::wire::Message;
use leptos_chat_core::wire::engineio;
use leptos_chat_core::wire::socketio::{
    DecodeError, Decoder, Packet, RESERVED_EVENTS, placeholder,
};
use proptest::prelude::*;

use crate::support::{messages, objects, text, values};

fn connect(namespace: &str, data: Option<Value>) -> Packet {
    Packet::Connect {
        namespace: namespace.to_owned(),
        data,
    }
}

fn event(namespace: &str, ack_id: Option<u64>, args: Value) -> Packet {
    Packet::Event {
        namespace: namespace.to_owned(),
        ack_id,
        args: array(args),
    }
}

fn ack(namespace: &str, ack_id: u64, args: Value) -> Packet {
    Packet::Ack {
        namespace: namespace.to_owned(),
        ack_id,
        args: array(args),
    }
}

fn connect_error(namespace: &str, data: Value) -> Packet {
    Packet::ConnectError {
        namespace: namespace.to_owned(),
        data: Some(data),
    }
}

fn array(value: Value) -> Vec<Value> {
    value.as_array().expect("an array").clone()
}

/// Decodes `messages` and asserts that the packet comes out with the last of them, and no earlier.
fn decode_all(messages: &[Message]) -> Result<Packet, DecodeError> {
    let mut decoder = Decoder::default();
    let (last, first) = messages.split_last().expect("at least one message");
    for message in first {
        assert_eq!(decoder.decode(message.clone()), Ok(None));
    }
    decoder
        .decode(last.clone())
        .map(|packet| packet.expect("the packet is complete"))
}
