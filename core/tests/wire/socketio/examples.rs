//! The specification's packets, traces of servers, and the reference parser's errors.

use super::*;

#[test]
fn packets_of_the_specification() {
    for (wire, packet) in [
        ("0", connect("/", None)),
        (
            r#"0{"sid":"wZX3oN0bSVIhsaknAAAI"}"#,
            connect("/", Some(json!({ "sid": "wZX3oN0bSVIhsaknAAAI" }))),
        ),
        ("0/admin,", connect("/admin", None)),
        (
            r#"0/admin,{"token":"123"}"#,
            connect("/admin", Some(json!({ "token": "123" }))),
        ),
        (
            r#"0/admin,{"sid":"oSO0OpakMV_3jnilAAAA"}"#,
            connect("/admin", Some(json!({ "sid": "oSO0OpakMV_3jnilAAAA" }))),
        ),
        (
            r#"4{"message":"Not authorized"}"#,
            connect_error("/", json!({ "message": "Not authorized" })),
        ),
        (r#"2["foo"]"#, event("/", None, json!(["foo"]))),
        (r#"2/admin,["bar"]"#, event("/admin", None, json!(["bar"]))),
        (r#"212["foo"]"#, event("/", Some(12), json!(["foo"]))),
        ("312[]", ack("/", 12, json!([]))),
        (
            r#"2/admin,13["foo"]"#,
            event("/admin", Some(13), json!(["foo"])),
        ),
        (r#"3/admin,13["bar"]"#, ack("/admin", 13, json!(["bar"]))),
        (r#"314["bar"]"#, ack("/", 14, json!(["bar"]))),
        (r#"215["foo"]"#, event("/", Some(15), json!(["foo"]))),
        (
            "1",
            Packet::Disconnect {
                namespace: "/".to_owned(),
            },
        ),
        (
            "1/admin,",
            Packet::Disconnect {
                namespace: "/admin".to_owned(),
            },
        ),
        (
            r#"2["hey","Jude"]"#,
            event("/", None, json!(["hey", "Jude"])),
        ),
        (r#"2["hello"]"#, event("/", None, json!(["hello"]))),
        (r#"2["world"]"#, event("/", None, json!(["world"]))),
        (
            r#"2/admin,1["tellme"]"#,
            event("/admin", Some(1), json!(["tellme"])),
        ),
        (
            r#"0/admin,{"sid":"-G5j-67EZFp-q59rADQM"}"#,
            connect("/admin", Some(json!({ "sid": "-G5j-67EZFp-q59rADQM" }))),
        ),
        // Of the specification's test suite, and of its parser.
        (r#"2["auth",{}]"#, event("/", None, json!(["auth", {}]))),
        (
            r#"2/custom,["auth",{"token":"abc"}]"#,
            event("/custom", None, json!(["auth", { "token": "abc" }])),
        ),
        (
            r#"2["message",1,"2",{"3":[true]}]"#,
            event("/", None, json!(["message", 1, "2", { "3": [true] }])),
        ),
        (
            r#"2456["message-with-ack",1,"2",{"3":[false]}]"#,
            event(
                "/",
                Some(456),
                json!(["message-with-ack", 1, "2", { "3": [false] }]),
            ),
        ),
        (
            r#"3456[1,"2",{"3":[false]}]"#,
            ack("/", 456, json!([1, "2", { "3": [false] }])),
        ),
        ("2[1]", event("/", None, json!([1]))),
        (
            "4\"Unauthorized\"",
            connect_error("/", json!("Unauthorized")),
        ),
    ] {
        assert_eq!(decode_all(&[text(wire)]).as_ref(), Ok(&packet), "{wire}");
        assert_eq!(packet.encode(), Ok(vec![text(wire)]));
    }
}

#[test]
fn binary_packets_of_the_specification() {
    let binary_event =
        |namespace: &str, ack_id, args: Value, attachments: &[&[u8]]| Packet::BinaryEvent {
            namespace: namespace.to_owned(),
            ack_id,
            args: array(args),
            attachments: attachments.iter().map(|bytes| bytes.to_vec()).collect(),
        };
    let binary_ack =
        |namespace: &str, ack_id, args: Value, attachments: &[&[u8]]| Packet::BinaryAck {
            namespace: namespace.to_owned(),
            ack_id,
            args: array(args),
            attachments: attachments.iter().map(|bytes| bytes.to_vec()).collect(),
        };
    let (zero, one) = (placeholder(0), placeholder(1));
    let four: &[&[u8]] = &[&[1, 2, 3, 4]];
    let three: &[&[u8]] = &[&[1, 2, 3], &[4, 5, 6]];
    for (wire, attachments, packet) in [
        (
            r#"51-["baz",{"_placeholder":true,"num":0}]"#,
            four,
            binary_event("/", None, json!(["baz", zero]), four),
        ),
        (
            r#"52-/admin,["baz",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#,
            &[&[1, 2], &[3, 4]],
            binary_event(
                "/admin",
                None,
                json!(["baz", zero, one]),
                &[&[1, 2], &[3, 4]],
            ),
        ),
        (
            r#"51-14["foo",{"_placeholder":true,"num":0}]"#,
            four,
            binary_event("/", Some(14), json!(["foo", zero]), four),
        ),
        (
            r#"61-15["bar",{"_placeholder":true,"num":0}]"#,
            four,
            binary_ack("/", 15, json!(["bar", zero]), four),
        ),
        (
            r#"61-/admin,1[{"_placeholder":true,"num":0}]"#,
            &[&[]],
            binary_ack("/admin", 1, json!([zero]), &[&[]]),
        ),
        (
            r#"52-["message",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#,
            three,
            binary_event("/", None, json!(["message", zero, one]), three),
        ),
        (
            r#"62-789[{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#,
            three,
            binary_ack("/", 789, json!([zero, one]), three),
        ),
        // Of a trace.
        (
            r#"51-["file",{"_placeholder":true,"num":0}]"#,
            four,
            binary_event("/", None, json!(["file", zero]), four),
        ),
    ] {
        let mut messages = vec![text(wire)];
        messages.extend(
            attachments
                .iter()
                .map(|bytes| Message::Binary(bytes.to_vec())),
        );
        assert_eq!(decode_all(&messages).as_ref(), Ok(&packet), "{wire}");
        assert_eq!(packet.encode(), Ok(messages));
    }
}

#[test]
fn traces_of_servers_and_clients() {
    for (wire, packet) in [
        (
            r#"40{"token":"t"}"#,
            connect("/", Some(json!({ "token": "t" }))),
        ),
        (
            r#"40{"sid":"cM..","pid":"VN.."}"#,
            connect("/", Some(json!({ "sid": "cM..", "pid": "VN.." }))),
        ),
        (
            r#"42["hi","there",{"n":1},"Q7.."]"#,
            event("/", None, json!(["hi", "there", { "n": 1 }, "Q7.."])),
        ),
        (r#"420["ask",1]"#, event("/", Some(0), json!(["ask", 1]))),
        (r#"430["yes"]"#, ack("/", 0, json!(["yes"]))),
        (
            r#"420["echo","x",1]"#,
            event("/", Some(0), json!(["echo", "x", 1])),
        ),
        (r#"430["ok","x",1]"#, ack("/", 0, json!(["ok", "x", 1]))),
        ("40/admin,", connect("/admin", None)),
        (
            r#"40/admin,{"sid":"x"}"#,
            connect("/admin", Some(json!({ "sid": "x" }))),
        ),
        (
            r#"44/nope,{"message":"Invalid namespace"}"#,
            connect_error("/nope", json!({ "message": "Invalid namespace" })),
        ),
        (
            "41",
            Packet::Disconnect {
                namespace: "/".to_owned(),
            },
        ),
        // Recovery, and a Socket.IO 2 server's unsolicited greeting.
        (
            r#"40{"pid":"P","offset":"O","token":"t"}"#,
            connect(
                "/",
                Some(json!({ "pid": "P", "offset": "O", "token": "t" })),
            ),
        ),
        ("40", connect("/", None)),
        // The comma may be missing where nothing follows.
        ("40/random", connect("/random", None)),
        (
            "41/custom",
            Packet::Disconnect {
                namespace: "/custom".to_owned(),
            },
        ),
    ] {
        let Ok(engineio::Packet::Message(payload)) = engineio::Packet::decode(&text(wire)) else {
            panic!("{wire} is a message packet");
        };
        assert_eq!(decode_all(&[payload]).as_ref(), Ok(&packet), "{wire}");
        let payloads = packet.encode().expect("what was decoded can be encoded");
        assert_eq!(decode_all(&payloads), Ok(packet));
    }
}

#[test]
fn protocol_errors_of_the_reference_parser() {
    for wire in [
        r#"442["some","data""#,
        r#"0/admin,"invalid""#,
        "0[]",
        "1/admin,{}",
        r#"2/admin,"invalid"#,
        "2/admin,{}",
        r#"2[{"toString":"foo"}]"#,
        r#"2[true,"foo"]"#,
        r#"2[null,"bar"]"#,
        r#"2["connect"]"#,
        r#"2["disconnect","123"]"#,
        "999",
        "5",
        "50-[\"a\"]",
        "abc",
        "",
    ] {
        assert!(decode_all(&[text(wire)]).is_err(), "{wire}");
    }
    assert_eq!(
        decode_all(&[Message::Binary(vec![1])]),
        Err(DecodeError::UnexpectedAttachment)
    );
    let awaited = text(r#"51-["a",{"_placeholder":true,"num":0}]"#);
    assert_eq!(
        decode_all(&[awaited, text("2[\"b\"]")]),
        Err(DecodeError::AttachmentsMissing(1))
    );
    let out_of_range = text(r#"51-["a",{"_placeholder":true,"num":1}]"#);
    assert_eq!(
        decode_all(&[out_of_range, Message::Binary(vec![])]),
        Err(DecodeError::PlaceholderOutOfRange)
    );
}
