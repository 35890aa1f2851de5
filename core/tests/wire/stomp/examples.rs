//! The specifications' frames, headers and escapes.

use super::*;

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
