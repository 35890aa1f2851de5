//! Engine.IO protocol 4: its examples, and properties.

use std::time::Duration;

use leptos_chat_core::wire::Message;
use leptos_chat_core::wire::engineio::{Handshake, Packet};
use proptest::prelude::*;

use crate::support::{messages, text};

fn handshake(sid: &str, upgrades: &[&str], interval: u64, timeout: u64) -> Packet {
    Packet::Open(Handshake {
        sid: sid.to_owned(),
        upgrades: upgrades.iter().map(|&name| name.to_owned()).collect(),
        ping_interval: Duration::from_millis(interval),
        ping_timeout: Duration::from_millis(timeout),
        max_payload: Some(1_000_000),
    })
}

#[test]
fn packets_of_the_specification() {
    let message = |data| Packet::Message(text(data));
    for (wire, packet) in [
        ("1", Packet::Close),
        ("2", Packet::Ping(String::new())),
        ("2probe", Packet::Ping("probe".to_owned())),
        ("3", Packet::Pong(String::new())),
        ("3probe", Packet::Pong("probe".to_owned())),
        ("4hello", message("hello")),
        ("4HelloWorld", message("HelloWorld")),
        (
            "4\u{20ac}\u{20ac}\u{20ac}",
            message("\u{20ac}\u{20ac}\u{20ac}"),
        ),
        ("4", message("")),
        ("40", message("0")),
        ("42[\"hey\",\"Jude\"]", message("2[\"hey\",\"Jude\"]")),
        ("5", Packet::Upgrade),
        ("6", Packet::Noop),
    ] {
        assert_eq!(Packet::decode(&text(wire)).as_ref(), Ok(&packet), "{wire}");
        assert_eq!(packet.encode(), text(wire));
    }
}

#[test]
fn binary_messages_have_no_type() {
    let wire = Message::Binary(vec![1, 2, 3, 4]);
    let packet = Packet::Message(wire.clone());
    assert_eq!(Packet::decode(&wire).as_ref(), Ok(&packet));
    assert_eq!(packet.encode(), wire);
    // The first octet is data, even if it looks like a type.
    assert_eq!(
        Packet::decode(&Message::Binary(b"2".to_vec())),
        Ok(Packet::Message(Message::Binary(b"2".to_vec())))
    );
}

#[test]
fn handshakes_of_the_specification_and_of_servers() {
    for (wire, packet) in [
        (
            r#"0{"sid":"lv_VI97HAXpY6yYWAAAC","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"#,
            handshake("lv_VI97HAXpY6yYWAAAC", &["websocket"], 25_000, 20_000),
        ),
        (
            r#"0{"sid":"yZ..","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"#,
            handshake("yZ..", &[], 25_000, 20_000),
        ),
        (
            r#"0{"sid":"a","upgrades":[],"pingInterval":300,"pingTimeout":200,"maxPayload":1000000}"#,
            handshake("a", &[], 300, 200),
        ),
    ] {
        assert_eq!(Packet::decode(&text(wire)).as_ref(), Ok(&packet));
        assert_eq!(Packet::decode(&packet.encode()), Ok(packet));
    }
}

fn packets() -> impl Strategy<Value = Packet> {
    let open = (
        ".+",
        any::<Vec<String>>(),
        any::<u32>(),
        any::<u32>(),
        any::<Option<u64>>(),
    );
    prop_oneof![
        open.prop_map(
            |(sid, upgrades, interval, timeout, max_payload)| Packet::Open(Handshake {
                sid,
                upgrades,
                ping_interval: Duration::from_millis(interval.into()),
                ping_timeout: Duration::from_millis(timeout.into()),
                max_payload,
            })
        ),
        Just(Packet::Close),
        any::<String>().prop_map(Packet::Ping),
        any::<String>().prop_map(Packet::Pong),
        any::<String>().prop_map(|data| Packet::Message(Message::Text(data))),
        any::<Vec<u8>>().prop_map(|data| Packet::Message(Message::Binary(data))),
        Just(Packet::Upgrade),
        Just(Packet::Noop),
    ]
}

proptest! {
    #[test]
    fn packets_survive_the_wire(packet in packets()) {
        prop_assert_eq!(Packet::decode(&packet.encode()), Ok(packet));
    }

    #[test]
    fn no_message_panics(message in messages(r#"[0-7b](\{"sid":"[a-z]?","ping(Interval|Timeout)":-?[0-9]{0,30}(\.[0-9])?(e[0-9]{1,3})?[,}]{0,2})?"#)) {
        if let Err(error) = Packet::decode(&message) {
            prop_assert!(!error.to_string().is_empty());
        }
    }
}
