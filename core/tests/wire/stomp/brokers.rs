//! What clients send and brokers say.

use super::*;

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
