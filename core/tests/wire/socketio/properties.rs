//! Any packet survives the wire, and no message panics.

use super::*;

fn namespaces() -> impl Strategy<Value = String> {
    prop_oneof![Just("/".to_owned()), "/[^,]*"]
}

fn event_args() -> impl Strategy<Value = Vec<Value>> {
    let name = prop_oneof![
        any::<String>()
            .prop_filter("not reserved", |name| !RESERVED_EVENTS
                .contains(&name.as_str()))
            .prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
    ];
    (name, proptest::collection::vec(values(), 0..3)).prop_map(|(name, mut args)| {
        args.insert(0, name);
        args
    })
}

fn attachments() -> impl Strategy<Value = Vec<Vec<u8>>> {
    proptest::collection::vec(any::<Vec<u8>>(), 1..4)
}

fn packets() -> impl Strategy<Value = Packet> {
    let args = || proptest::collection::vec(values(), 0..3);
    let add_placeholders = |mut args: Vec<Value>, count: usize| {
        args.push(json!({ "deep": (0..count).map(placeholder).collect::<Vec<_>>() }));
        args
    };
    prop_oneof![
        (namespaces(), proptest::option::of(objects(values())))
            .prop_map(|(namespace, data)| Packet::Connect { namespace, data }),
        namespaces().prop_map(|namespace| Packet::Disconnect { namespace }),
        (namespaces(), any::<Option<u64>>(), event_args()).prop_map(|(namespace, ack_id, args)| {
            Packet::Event {
                namespace,
                ack_id,
                args,
            }
        }),
        (namespaces(), any::<u64>(), args()).prop_map(|(namespace, ack_id, args)| Packet::Ack {
            namespace,
            ack_id,
            args
        }),
        (namespaces(), proptest::option::of(objects(values())))
            .prop_map(|(namespace, data)| Packet::ConnectError { namespace, data }),
        (
            namespaces(),
            any::<Option<u64>>(),
            event_args(),
            attachments()
        )
            .prop_map(move |(namespace, ack_id, args, attachments)| {
                let args = add_placeholders(args, attachments.len());
                Packet::BinaryEvent {
                    namespace,
                    ack_id,
                    args,
                    attachments,
                }
            }),
        (namespaces(), any::<u64>(), args(), attachments()).prop_map(
            move |(namespace, ack_id, args, attachments)| {
                let args = add_placeholders(args, attachments.len());
                Packet::BinaryAck {
                    namespace,
                    ack_id,
                    args,
                    attachments,
                }
            }
        ),
    ]
}

fn size(packet: &Packet) -> usize {
    let messages = packet.encode().expect("what was decoded can be encoded");
    let attachments = messages.iter().map(|message| match message {
        Message::Text(_) => 0,
        Message::Binary(bytes) => bytes.len(),
    });
    attachments.sum()
}

const GRAMMAR: &str = r#"[0-7]([0-3]-)?(/[a-z]{0,3},?)?[0-9]{0,2}((\[("[a-z]{0,2}",?|\{"_placeholder":true,"num":[0-2]\},?){0,3}\])|\{\})?"#;

proptest! {
    #[test]
    fn packets_survive_the_wire(packets in proptest::collection::vec(packets(), 1..4)) {
        let mut decoder = Decoder::default();
        for packet in packets {
            let mut decoded = Vec::new();
            for message in packet.encode().expect("a good packet") {
                decoded.extend(decoder.decode(message).expect("a good packet"));
            }
            prop_assert_eq!(decoded, vec![packet]);
        }
    }

    #[test]
    fn no_messages_panic_and_what_is_decoded_can_be_encoded(messages in proptest::collection::vec(messages(GRAMMAR), 0..8)) {
        let mut decoder = Decoder::new(2, 60);
        for message in messages {
            match decoder.decode(message) {
                Ok(None) => {}
                Ok(Some(packet)) => prop_assert!(size(&packet) <= 60),
                Err(error) => prop_assert!(!error.to_string().is_empty()),
            }
        }
    }

    #[test]
    fn no_packet_is_longer_than_the_cap(sizes in proptest::collection::vec(0..40_usize, 1..5)) {
        let mut decoder = Decoder::new(9, 60);
        let head = format!("5{}-[\"a\"]", sizes.len());
        let total = head.len() + sizes.iter().sum::<usize>();
        let mut last = decoder.decode(Message::Text(head));
        for size in sizes {
            if last.is_ok() {
                last = decoder.decode(Message::Binary(vec![0; size]));
            }
        }
        prop_assert_eq!(last.is_ok(), total <= 60);
    }
}
