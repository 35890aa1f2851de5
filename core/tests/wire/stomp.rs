//! STOMP 1.0, 1.1 and 1.2: their examples, traces of brokers, and properties.

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

#[test]
fn frames_of_the_specifications() {
    use Command::*;
    for (wire, expected) in [
        (
            "CONNECT\naccept-version:1.2\nhost:stomp.github.org\n\n\0",
            frame(
                Connect,
                &[("accept-version", "1.2"), ("host", "stomp.github.org")],
                "",
            ),
        ),
        (
            "CONNECTED\nversion:1.2\n\n\0",
            frame(Connected, &[("version", "1.2")], ""),
        ),
        (
            "CONNECTED\nversion:1.1\n\n\0",
            frame(Connected, &[("version", "1.1")], ""),
        ),
        (
            "CONNECT\naccept-version:1.0,1.1,2.0\nhost:stomp.github.org\n\n\0",
            frame(
                Connect,
                &[
                    ("accept-version", "1.0,1.1,2.0"),
                    ("host", "stomp.github.org"),
                ],
                "",
            ),
        ),
        (
            "ERROR\nversion:1.2,2.1\ncontent-type:text/plain\n\nSupported protocol versions are 1.2 2.1\0",
            frame(
                Error,
                &[("version", "1.2,2.1"), ("content-type", "text/plain")],
                "Supported protocol versions are 1.2 2.1",
            ),
        ),
        (
            "SEND\ndestination:/queue/a\ncontent-type:text/plain\n\nhello queue a\n\0",
            frame(
                Send,
                &[("destination", "/queue/a"), ("content-type", "text/plain")],
                "hello queue a\n",
            ),
        ),
        (
            "SUBSCRIBE\nid:0\ndestination:/queue/foo\nack:client\n\n\0",
            frame(
                Subscribe,
                &[
                    ("id", "0"),
                    ("destination", "/queue/foo"),
                    ("ack", "client"),
                ],
                "",
            ),
        ),
        (
            "UNSUBSCRIBE\nid:0\n\n\0",
            frame(Unsubscribe, &[("id", "0")], ""),
        ),
        (
            "ACK\nid:12345\ntransaction:tx1\n\n\0",
            frame(Ack, &[("id", "12345"), ("transaction", "tx1")], ""),
        ),
        (
            "ACK\nsubscription:0\nmessage-id:007\ntransaction:tx1\n\n\0",
            frame(
                Ack,
                &[
                    ("subscription", "0"),
                    ("message-id", "007"),
                    ("transaction", "tx1"),
                ],
                "",
            ),
        ),
        ("NACK\nid:12345\n\n\0", frame(Nack, &[("id", "12345")], "")),
        (
            "BEGIN\ntransaction:tx1\n\n\0",
            frame(Begin, &[("transaction", "tx1")], ""),
        ),
        (
            "COMMIT\ntransaction:tx1\n\n\0",
            frame(Commit, &[("transaction", "tx1")], ""),
        ),
        (
            "ABORT\ntransaction:tx1\n\n\0",
            frame(Abort, &[("transaction", "tx1")], ""),
        ),
        (
            "DISCONNECT\nreceipt:77\n\n\0",
            frame(Disconnect, &[("receipt", "77")], ""),
        ),
        (
            "RECEIPT\nreceipt-id:77\n\n\0",
            frame(Receipt, &[("receipt-id", "77")], ""),
        ),
        (
            "SEND\ndestination:/queue/a\nreceipt:message-12345\n\nhello queue a\0",
            frame(
                Send,
                &[("destination", "/queue/a"), ("receipt", "message-12345")],
                "hello queue a",
            ),
        ),
        (
            "MESSAGE\nsubscription:0\nmessage-id:007\ndestination:/queue/a\ncontent-type:text/plain\n\nhello queue a\0",
            frame(
                Message,
                &[
                    ("subscription", "0"),
                    ("message-id", "007"),
                    ("destination", "/queue/a"),
                    ("content-type", "text/plain"),
                ],
                "hello queue a",
            ),
        ),
        (
            "RECEIPT\nreceipt-id:message-12345\n\n\0",
            frame(Receipt, &[("receipt-id", "message-12345")], ""),
        ),
        (
            "STOMP\naccept-version:1.2\nhost:/\n\n\0",
            frame(Stomp, &[("accept-version", "1.2"), ("host", "/")], ""),
        ),
        // 1.0, with the padding of its examples: the space belongs to the value.
        (
            "CONNECT\nlogin: <username>\npasscode:<passcode>\n\n\0",
            frame(
                Connect,
                &[("login", " <username>"), ("passcode", "<passcode>")],
                "",
            ),
        ),
        (
            "CONNECTED\nsession: <session-id>\n\n\0",
            frame(Connected, &[("session", " <session-id>")], ""),
        ),
        (
            "SEND\ndestination:/queue/a\n\nhello queue a\n\0",
            frame(Send, &[("destination", "/queue/a")], "hello queue a\n"),
        ),
        (
            "SUBSCRIBE\ndestination: /queue/foo\nack: client\n\n\0",
            frame(
                Subscribe,
                &[("destination", " /queue/foo"), ("ack", " client")],
                "",
            ),
        ),
        (
            "UNSUBSCRIBE\ndestination: /queue/a\n\n\0",
            frame(Unsubscribe, &[("destination", " /queue/a")], ""),
        ),
        ("DISCONNECT\n\n\0", frame(Disconnect, &[], "")),
        (
            "SEND\ndestination:/queue/a\nreceipt:message-12345\n\nHello a!\0",
            frame(
                Send,
                &[("destination", "/queue/a"), ("receipt", "message-12345")],
                "Hello a!",
            ),
        ),
    ] {
        assert_eq!(decode(wire), expected, "{wire}");
        assert_eq!(encode(&expected), wire);
    }
}

#[test]
fn repeated_headers_of_the_specification() {
    let frame = decode("MESSAGE\nfoo:World\nfoo:Hello\n\n\0");
    assert_eq!(frame.headers.get("foo"), Some("World"));
}

#[test]
fn the_error_of_the_specification() {
    let body = "The message:\n-----\nMESSAGE\ndestined:/queue/a\nreceipt:message-12345\n\nHello queue a!\n-----\n\
        Did not contain a destination header, which is REQUIRED\nfor message propagation.\n";
    let wire = format!(
        "ERROR\nreceipt-id:message-12345\ncontent-type:text/plain\ncontent-length:{}\n\
        message:malformed frame received\n\n{body}\0",
        body.len()
    );
    let frame = decode(&wire);
    let Ok(ServerFrame::Error(error)) = ServerFrame::read(&frame) else {
        panic!("an error")
    };
    assert_eq!(error.message, Some("malformed frame received"));
    assert_eq!(error.receipt_id, Some("message-12345"));
    assert_eq!(error.content_type, Some("text/plain"));
    assert_eq!(error.body, body.as_bytes());
}

#[test]
fn the_examples_without_an_empty_line_are_read() {
    assert_eq!(
        decode("DISCONNECT\nreceipt:77\n\0"),
        frame(Command::Disconnect, &[("receipt", "77")], "")
    );
    assert_eq!(
        decode("RECEIPT\nreceipt-id:77\n\0"),
        frame(Command::Receipt, &[("receipt-id", "77")], "")
    );
}

#[test]
fn escapes_of_the_specifications() {
    let value = "a:b\nc\\d\re";
    for (version, wire) in [
        (Version::V1_1, r"a\cb\nc\\d"),
        (Version::V1_2, r"a\cb\nc\\d\re"),
    ] {
        let encoding = Encoding {
            version,
            escape_connect: false,
        };
        let value = if version == Version::V1_1 {
            "a:b\nc\\d"
        } else {
            value
        };
        let sent = Frame::new(Command::Send).header("k:", value);
        let bytes = sent.encode(encoding).expect("it can be escaped");
        assert_eq!(bytes, format!("SEND\nk\\c:{wire}\n\n\0").as_bytes());
        let events = run(
            &mut Decoder::new(encoding, Limits::default()),
            &[Message::Binary(bytes)],
        );
        assert_eq!(events, [Ok(Event::Frame(sent))]);
    }
    for undefined in [r"\t", r"\x", r"\"] {
        let events = run(
            &mut Decoder::default(),
            &[text(&format!("MESSAGE\na:{undefined}\n\n\0"))],
        );
        assert!(
            matches!(events.as_slice(), [Err(DecodeError::UndefinedEscape(_))]),
            "{events:?}"
        );
    }
}

#[test]
fn what_a_client_sends() {
    let connect = Connect {
        host: Some("/"),
        accept_version: &[Version::V1_2],
        login: Some("guest"),
        passcode: Some("guest"),
        heart_beat: HeartBeat {
            send: Duration::from_secs(10),
            receive: Duration::from_secs(20),
        },
    };
    for (frame, wire) in [
        (
            Frame::connect(&connect),
            "CONNECT\naccept-version:1.2\nhost:/\nlogin:guest\npasscode:guest\nheart-beat:10000,20000\n\n\0",
        ),
        (
            Frame::send("/topic/key", "text/plain", "hi"),
            "SEND\ndestination:/topic/key\ncontent-type:text/plain\ncontent-length:2\n\nhi\0",
        ),
        (
            Frame::send("/queue/q", "", "").receipt("X"),
            "SEND\ndestination:/queue/q\nreceipt:X\n\n\0",
        ),
        (
            Frame::subscribe("0", "/queue/foo", AckMode::Client),
            "SUBSCRIBE\nid:0\ndestination:/queue/foo\nack:client\n\n\0",
        ),
        (
            Frame::subscribe("1", "/exchange/x/key", AckMode::ClientIndividual),
            "SUBSCRIBE\nid:1\ndestination:/exchange/x/key\nack:client-individual\n\n\0",
        ),
        (Frame::unsubscribe("0"), "UNSUBSCRIBE\nid:0\n\n\0"),
        (Frame::begin("tx1"), "BEGIN\ntransaction:tx1\n\n\0"),
        (Frame::commit("tx1"), "COMMIT\ntransaction:tx1\n\n\0"),
        (Frame::abort("tx1"), "ABORT\ntransaction:tx1\n\n\0"),
        (Frame::disconnect("77"), "DISCONNECT\nreceipt:77\n\n\0"),
    ] {
        assert_eq!(frame.to_message(Encoding::default()), Ok(text(wire)));
    }
    assert_eq!(
        Version::SUBPROTOCOLS,
        ["v12.stomp", "v11.stomp", "v10.stomp"]
    );
    assert_eq!(Version::from_subprotocol("v11.stomp"), Some(Version::V1_1));
    assert_eq!(
        run(&mut Decoder::default(), &[text(HEART_BEAT)]),
        [Ok(Event::HeartBeat)]
    );
}

/// As Spring Boot 3.5.8 wrote them.
#[test]
fn what_springs_simple_broker_says() {
    use Command::{Connected, Error, Message as Said, Receipt};
    for (wire, expected) in [
        (
            "CONNECTED\nversion:1.2\nheart-beat:2000,2000\n\n\0",
            frame(
                Connected,
                &[("version", "1.2"), ("heart-beat", "2000,2000")],
                "",
            ),
        ),
        (
            "MESSAGE\ndestination:/topic/public\nreceipt:2\nx-a:b\\cc\nsubscription:0\nmessage-id:6c19d0f6-0\n\
             content-length:26\n\n{\"id\":\"1\",\"text\":\"direct\"}\0",
            frame(
                Said,
                &[
                    ("destination", "/topic/public"),
                    ("receipt", "2"),
                    ("x-a", "b:c"),
                    ("subscription", "0"),
                    ("message-id", "6c19d0f6-0"),
                    ("content-length", "26"),
                ],
                r#"{"id":"1","text":"direct"}"#,
            ),
        ),
        (
            "RECEIPT\nreceipt-id:bye\n\n\0",
            frame(Receipt, &[("receipt-id", "bye")], ""),
        ),
        (
            "ERROR\nmessage:Unknown session\\c f15a6740\ncontent-length:0\n\n\0",
            frame(
                Error,
                &[
                    ("message", "Unknown session: f15a6740"),
                    ("content-length", "0"),
                ],
                "",
            ),
        ),
    ] {
        let read = received(run(&mut Decoder::default(), &[text(wire)]));
        assert_eq!(read, Ok(vec![expected]), "{wire:?}");
    }
}

#[test]
fn a_session_with_a_broker() {
    let mut decoder = Decoder::default();
    let connected = "CONNECTED\nserver:RabbitMQ/3.10.8\nsession:session-xzJzX8kGpcV1mwmA==\nheart-beat:10000,10000\nversion:1.2\n\n\0\n";
    let message = "MESSAGE\nsubscription:sub-0\ndestination:/topic/key\nmessage-id:T_sub-0@@session-x@@1\nreceipt:r-1\n\
        redelivered:false\ncontent-type:text/plain\ncontent-length:5\n\nhello\0\n";
    let events = run(
        &mut decoder,
        &[
            text(connected),
            text("\n"),
            text(message),
            text("RECEIPT\nreceipt-id:r-1\n\n\0\n"),
        ],
    );
    let frames: Vec<_> = events
        .into_iter()
        .map(|event| event.expect("a good stream"))
        .collect();
    let [
        Event::Frame(connected),
        Event::HeartBeat,
        Event::Frame(message),
        Event::Frame(receipt),
    ] = frames.as_slice()
    else {
        panic!("{frames:?}");
    };
    let Ok(ServerFrame::Connected(connected)) = ServerFrame::read(connected) else {
        panic!("connected")
    };
    assert_eq!(
        (connected.version, connected.server),
        (Version::V1_2, Some("RabbitMQ/3.10.8"))
    );
    let ours = HeartBeat {
        send: Duration::from_secs(5),
        receive: Duration::from_secs(20),
    };
    let agreed = ours.negotiate(connected.heart_beat);
    assert_eq!(agreed.send_every, Some(Duration::from_secs(10)));
    assert_eq!(agreed.receive_every, Some(Duration::from_secs(20)));
    let Ok(ServerFrame::Message(view)) = ServerFrame::read(message) else {
        panic!("a message")
    };
    assert_eq!(
        (view.destination, view.message_id),
        ("/topic/key", "T_sub-0@@session-x@@1")
    );
    assert_eq!(
        (view.subscription, view.ack, view.body),
        (Some("sub-0"), None, &b"hello"[..])
    );
    let Ok(ServerFrame::Receipt(receipt)) = ServerFrame::read(receipt) else {
        panic!("a receipt")
    };
    assert_eq!(receipt.receipt_id, "r-1");
}

/// Texts with what needs escaping, but nothing that cannot be escaped in 1.2.
const TEXT: &str = "[^\0]{0,12}|[\r\n:\\\\a]{0,6}";

fn frames() -> impl Strategy<Value = Frame> {
    let header = ("[^\0]{1,6}|[\r\n:\\\\a]{1,6}", TEXT)
        .prop_filter("the encoder writes its own", |(name, _)| {
            name != "content-length"
        });
    let command = proptest::sample::select(Command::ALL.to_vec());
    (
        command,
        proptest::collection::vec(header, 0..5),
        any::<Vec<u8>>(),
    )
        .prop_map(|(command, headers, body)| {
            let body = if command.may_have_body() {
                body
            } else {
                Vec::new()
            };
            Frame {
                command,
                headers: headers.into_iter().collect(),
                body,
            }
        })
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

fn without_version((mut frame, escape_connect): (Frame, bool)) -> (Frame, bool) {
    // CONNECTED would change how the next frames are read.
    if frame.command == Command::Connected {
        frame.command = Command::Receipt;
    }
    (frame, escape_connect)
}

const GRAMMAR: &str = "((MESSAGE|ERROR|RECEIPT|CONNECTED)(\r?\n([a-c\\\\rn]{0,3}:[a-c\\\\ ]{0,3}|content-length: ?[0-9]|version:1.[0-3])){0,4}\r?\n\r?\n[a-c\0]{0,4}\0[\r\n]{0,3}){0,3}";

proptest! {
    #[test]
    fn frames_survive_the_wire_wherever_it_is_cut(
        frames in proptest::collection::vec(frames(), 1..5),
        cuts in proptest::collection::vec(any::<proptest::sample::Index>(), 0..8),
        ends in "(\r?\n){0,3}",
    ) {
        let encoding = Encoding { version: Version::V1_2, escape_connect: true };
        let frames: Vec<Frame> = frames.into_iter().map(|frame| without_version((frame, true)).0).collect();
        let mut wire = Vec::new();
        for frame in &frames {
            wire.extend(frame.encode(encoding).expect("all can be escaped"));
            wire.extend(ends.bytes());
        }
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.index(wire.len() + 1)).collect();
        cuts.extend([0, wire.len()]);
        cuts.sort_unstable();
        let parts: Vec<Message> = cuts.windows(2).map(|cut| Message::Binary(wire[cut[0]..cut[1]].to_vec())).collect();
        let limits = Limits::default();
        let cut = received(run(&mut Decoder::new(encoding, limits), &parts)).expect("a good stream");
        let without_length = |mut frame: Frame| {
            frame.headers = frame.headers.iter().filter(|(name, _)| *name != "content-length").collect();
            frame
        };
        prop_assert_eq!(cut.into_iter().map(without_length).collect::<Vec<_>>(), frames);
    }

    #[test]
    fn what_a_version_cannot_write_is_refused_and_the_rest_survives(
        frame in frames(),
        version in proptest::sample::select(Version::ALL.to_vec()),
        escape_connect in any::<bool>(),
    ) {
        let encoding = Encoding { version, escape_connect };
        if let Ok(bytes) = frame.encode(encoding) {
            let read = received(run(&mut Decoder::new(encoding, Limits::default()), &[Message::Binary(bytes)]));
            let read = read.expect("a good stream");
            prop_assert_eq!(read.len(), 1);
            prop_assert_eq!(read[0].command, frame.command);
            prop_assert_eq!(&read[0].body, &frame.body);
            let headers: Vec<_> = read[0].headers.iter().filter(|(name, _)| *name != "content-length").collect();
            prop_assert_eq!(headers, frame.headers.iter().collect::<Vec<_>>());
        }
    }

    #[test]
    fn no_stream_panics_or_exceeds_its_limits(messages in proptest::collection::vec(messages(GRAMMAR), 0..8)) {
        let mut decoder = Decoder::new(Encoding::default(), Limits { max_frame: 60, max_headers: 3, max_line: 20 });
        for event in run(&mut decoder, &messages) {
            match event {
                Ok(Event::HeartBeat) => {}
                Ok(Event::Frame(frame)) => {
                    prop_assert!(frame.body.len() <= 60 && frame.headers.len() <= 3);
                    prop_assert!(frame.headers.iter().all(|(name, value)| name.len() + value.len() <= 20));
                    let _ = ServerFrame::read(&frame);
                }
                Err(error) => prop_assert!(!error.to_string().is_empty()),
            }
        }
    }

    #[test]
    fn a_stream_is_read_alike_however_it_is_cut(wire in GRAMMAR, size in 1..9_usize) {
        let whole = received(run(&mut Decoder::default(), &[Message::Binary(wire.clone().into_bytes())]));
        let parts: Vec<Message> = wire.as_bytes().chunks(size).map(|part| Message::Binary(part.to_vec())).collect();
        let cut = received(run(&mut Decoder::default(), &parts));
        prop_assert_eq!(whole.is_ok(), cut.is_ok());
        if whole.is_ok() {
            prop_assert_eq!(whole, cut);
        }
    }
}
