//! The tricky points of the STOMP stream: cuts, limits, ends of line, versions.

use super::*;

/// All that comes out of `messages`, each polled until empty.
fn run(decoder: &mut Decoder, messages: &[&[u8]]) -> Vec<Result<Event, DecodeError>> {
    let mut events = Vec::new();
    for message in messages {
        decoder.handle_message(&Message::Binary(message.to_vec()));
        while let Some(event) = decoder.poll_event().transpose() {
            events.push(event);
        }
    }
    events
}

fn read(text: &str) -> Vec<Result<Event, DecodeError>> {
    run(&mut Decoder::default(), &[text.as_bytes()])
}

fn frame(text: &str) -> Frame {
    match read(text).as_slice() {
        [Ok(Event::Frame(frame))] => frame.clone(),
        other => panic!("one frame, not {other:?}"),
    }
}

fn error(text: &str) -> DecodeError {
    match read(text).pop() {
        Some(Err(error)) => error,
        other => panic!("an error, not {other:?}"),
    }
}

fn limited(max_frame: usize, max_headers: usize, max_line: usize) -> Decoder {
    Decoder::new(
        Encoding::default(),
        Limits {
            max_frame,
            max_headers,
            max_line,
        },
    )
}

#[test]
fn ends_of_line_alone_are_one_heart_beat_a_message() {
    let events = run(
        &mut Decoder::default(),
        &[b"\n", b"\r\n", b"\n\n\r\n\n", b"", b"\r", b"\n"],
    );
    assert_eq!(events, vec![Ok(Event::HeartBeat); 4]);
}

#[test]
fn ends_of_line_after_a_frame_belong_to_it() {
    let events = read("RECEIPT\nreceipt-id:1\n\n\0\n\r\n\nRECEIPT\r\nreceipt-id:2\r\n\r\n\0\n");
    let ids = events.iter().map(|event| match event {
        Ok(Event::Frame(frame)) => frame.headers.get("receipt-id").unwrap(),
        other => panic!("a frame, not {other:?}"),
    });
    assert_eq!(ids.collect::<Vec<_>>(), ["1", "2"]);
}

#[test]
fn so_do_those_after_a_frame_that_was_cut() {
    let events = run(
        &mut Decoder::default(),
        &[b"RECEIPT\nreceipt-id:1\n", b"\n\0\n"],
    );
    assert!(
        matches!(events.as_slice(), [Ok(Event::Frame(_))]),
        "{events:?}"
    );
}

#[test]
fn a_heart_beat_may_stand_before_a_frame() {
    let events = read("\nRECEIPT\nreceipt-id:1\n\n\0");
    assert!(
        matches!(
            events.as_slice(),
            [Ok(Event::HeartBeat), Ok(Event::Frame(_))]
        ),
        "{events:?}"
    );
}

#[test]
fn a_character_may_be_cut_in_two() {
    let whole = "MESSAGE\nna\u{ef}ve:\u{1f600}\n\n\u{20ac}\0".as_bytes();
    for cut in 0..whole.len() {
        let events = run(&mut Decoder::default(), &[&whole[..cut], &whole[cut..]]);
        let [Ok(Event::Frame(frame))] = events.as_slice() else {
            panic!("{cut}: {events:?}")
        };
        assert_eq!(frame.headers.get("na\u{ef}ve"), Some("\u{1f600}"));
        assert_eq!(frame.body_text(), "\u{20ac}");
    }
}

#[test]
fn content_length_counts_octets_and_nul_must_follow() {
    assert_eq!(
        frame("MESSAGE\ncontent-length:4\n\na\0\u{e9}\0").body,
        "a\0\u{e9}".as_bytes()
    );
    assert_eq!(frame("MESSAGE\ncontent-length:0\n\n\0").body, b"");
    assert_eq!(frame("MESSAGE\ncontent-length: 1\n\na\0").body, b"a");
    assert_eq!(
        frame("MESSAGE\ncontent-length:1\ncontent-length:9\n\na\0").body,
        b"a"
    );
    assert_eq!(
        error("MESSAGE\ncontent-length:1\n\nab\0"),
        DecodeError::MissingNul
    );
    for length in ["", "-1", "+1", "1.0", "1a", "0x1"] {
        assert_eq!(
            error(&format!("MESSAGE\ncontent-length:{length}\n\na\0")),
            DecodeError::ContentLength
        );
    }
    let huge = "MESSAGE\ncontent-length:99999999999999999999999\n\n";
    assert_eq!(error(huge), DecodeError::FrameTooLarge(16 << 20));
}

#[test]
fn in_text_a_length_that_counts_characters_ends_at_the_nul() {
    // UTF-16 units: 2 for the first, 1 for the second; octets: 4 and 3.
    let wire = "MESSAGE\ncontent-length:3\n\n\u{1f600}\u{4f60}\0";
    let both = format!("{wire}\n{wire}");
    for cut in (0..both.len()).filter(|&cut| both.is_char_boundary(cut)) {
        let mut decoder = Decoder::default();
        let mut bodies = Vec::new();
        for piece in [&both[..cut], &both[cut..]] {
            decoder.handle_message(&Message::Text(piece.to_owned()));
            while let Some(event) = decoder.poll_event().expect("readable") {
                if let Event::Frame(frame) = event {
                    bodies.push(frame.body_text().into_owned());
                }
            }
        }
        assert_eq!(bodies, ["\u{1f600}\u{4f60}"; 2], "cut at {cut}");
    }
    // A NUL within the octets that were told belongs to the body, in text as well.
    let mut decoder = Decoder::default();
    decoder.handle_message(&Message::Text("MESSAGE\ncontent-length:3\n\na\0b\0".into()));
    let Ok(Some(Event::Frame(frame))) = decoder.poll_event() else {
        panic!("a frame")
    };
    assert_eq!(frame.body, b"a\0b");
}

#[test]
fn nothing_is_trimmed() {
    let frame = frame("MESSAGE\n a : b \nempty:\ncolons:a:b:\n\n body \n\0");
    let headers: Vec<_> = frame.headers.iter().collect();
    assert_eq!(headers, [(" a ", " b "), ("empty", ""), ("colons", "a:b:")]);
    assert_eq!(frame.body, b" body \n");
}

#[test]
fn only_one_carriage_return_belongs_to_the_end_of_line() {
    assert_eq!(
        frame("MESSAGE\r\na:b\r\r\n\r\nx\0").headers.get("a"),
        Some("b\r")
    );
}

#[test]
fn escapes_follow_the_version_of_the_session() {
    let escaped = r"a\c\n\\b";
    for (version, value) in [("1.0", escaped), ("1.1", "a:\n\\b"), ("1.2", "a:\n\\b")] {
        let text = format!("CONNECTED\nversion:{version}\n\n\0MESSAGE\nx:{escaped}\n\n\0");
        let events = read(&text);
        let Some(Ok(Event::Frame(frame))) = events.last() else {
            panic!("{events:?}")
        };
        assert_eq!(frame.headers.get("x"), Some(value));
    }
    assert_eq!(read("CONNECTED\n\n\0MESSAGE\nx:\\t\n\n\0").len(), 2);
    let undefined = DecodeError::UndefinedEscape(r"x:\r".to_owned());
    assert_eq!(
        error("CONNECTED\nversion:1.1\n\n\0MESSAGE\nx:\\r\n\n\0"),
        undefined
    );
    assert_eq!(frame("MESSAGE\nx:\\r\n\n\0").headers.get("x"), Some("\r"));
}

#[test]
fn connected_is_unescaped_only_where_the_server_escapes_it() {
    let text = "CONNECTED\nserver:a\\cb\n\n\0";
    assert_eq!(frame(text).headers.get("server"), Some(r"a\cb"));
    let encoding = Encoding {
        escape_connect: true,
        ..Encoding::default()
    };
    let events = run(
        &mut Decoder::new(encoding, Limits::default()),
        &[text.as_bytes()],
    );
    let [Ok(Event::Frame(frame))] = events.as_slice() else {
        panic!("{events:?}")
    };
    assert_eq!(frame.headers.get("server"), Some("a:b"));
}

#[test]
fn an_undefined_escape_is_fatal_but_in_error() {
    assert_eq!(
        error("MESSAGE\nx:\\t\n\n\0"),
        DecodeError::UndefinedEscape(r"x:\t".to_owned())
    );
    assert_eq!(
        error("RECEIPT\n\\x:1\n\n\0"),
        DecodeError::UndefinedEscape(r"\x:1".to_owned())
    );
    assert_eq!(
        frame("ERROR\nmessage:C:\\temp\n\n\0")
            .headers
            .get("message"),
        Some(r"C:\temp")
    );
}

#[test]
fn another_kind_of_server_is_told_at_once() {
    for text in [
        "Hi there, I am a server",
        "{\"system\":true}",
        "o",
        "0{\"sid\"",
        "SENT",
        "MESSAGES\n",
        "message\n",
        "\0",
        "\rX",
    ] {
        assert!(
            matches!(error(text), DecodeError::UnknownCommand(_)),
            "{text}"
        );
    }
    for text in [
        "M",
        "MESSAGE",
        "MESSAGE\r",
        "CONNECT",
        "CONNECTED\r\n",
        "\r",
    ] {
        assert_eq!(read(text), [], "{text}");
    }
}

#[test]
fn broken_headers_are_errors() {
    for text in [
        "MESSAGE\nx\n\n\0",
        "MESSAGE\n:x\n\n\0",
        "MESSAGE\nx:y\0",
        "MESSAGE\nx\0:y\n",
        "MESSAGE\n\r\r\n\0",
    ] {
        assert_eq!(error(text), DecodeError::MalformedHeader, "{text:?}");
    }
    let events = run(&mut Decoder::default(), &[b"MESSAGE\nx:\xff\n\n\0"]);
    assert_eq!(events, [Err(DecodeError::NotUtf8)]);
}

#[test]
fn a_body_where_none_may_be_costs_that_frame_alone() {
    let events = read("RECEIPT\nreceipt-id:1\n\nx\0RECEIPT\nreceipt-id:2\n\n\0");
    assert_eq!(
        events[0],
        Err(DecodeError::BodyNotAllowed(Command::Receipt))
    );
    assert!(matches!(&events[1..], [Ok(Event::Frame(_))]));
}

#[test]
fn after_an_error_the_next_message_is_read_afresh() {
    let mut decoder = Decoder::default();
    let events = run(
        &mut decoder,
        &[
            b"MESSAGE\nx:\\t\n\nbody\0RECEIPT\n",
            b"RECEIPT\nreceipt-id:1\n\n\0",
        ],
    );
    assert!(
        matches!(events.as_slice(), [Err(_), Ok(Event::Frame(_))]),
        "{events:?}"
    );
}

#[test]
fn limits_hold_for_frames_that_come_whole_and_in_parts() {
    // The whole frame has 16 bytes.
    let text = b"MESSAGE\na:b\n\nxy\0";
    let whole = |max_frame| run(&mut limited(max_frame, 9, 99), &[text]);
    let parts = |max_frame| {
        run(
            &mut limited(max_frame, 9, 99),
            &text.chunks(1).collect::<Vec<_>>(),
        )
    };
    assert!(whole(16)[0].is_ok() && parts(16)[0].is_ok());
    assert_eq!(whole(15), [Err(DecodeError::FrameTooLarge(15))]);
    assert_eq!(parts(15)[0], Err(DecodeError::FrameTooLarge(15)));
    assert_eq!(
        run(&mut limited(99, 1, 99), &[b"MESSAGE\na:b\nc:d\n"]),
        [Err(DecodeError::TooManyHeaders(1))]
    );
    assert_eq!(
        run(&mut limited(99, 9, 7), &[b"MESSAGE\na:345678\n"]),
        [Err(DecodeError::LineTooLong(7))]
    );
    assert_eq!(
        run(&mut limited(99, 9, 7), &[b"MESSAGE\na:345678"]),
        [Err(DecodeError::LineTooLong(7))]
    );
    assert_eq!(run(&mut limited(99, 9, 7), &[b"MESSAGE\na:34567\n"]), []);
}

#[test]
fn a_body_that_is_announced_too_long_is_refused_before_it_comes() {
    let events = run(
        &mut limited(1000, 9, 99),
        &[b"MESSAGE\ncontent-length:1000\n\n"],
    );
    assert_eq!(events, [Err(DecodeError::FrameTooLarge(1000))]);
}

#[test]
fn what_is_never_polled_does_not_pile_up() {
    let mut decoder = limited(1000, 9, 99);
    for _ in 0..100 {
        decoder.handle_message(&Message::Text("\n".repeat(600)));
    }
    assert!(decoder.buffer.len() <= 1000 + 600);
    assert_eq!(decoder.poll_event(), Err(DecodeError::FrameTooLarge(1000)));
}

#[test]
fn a_large_frame_in_small_parts_takes_linear_time() {
    let mut decoder = Decoder::default();
    decoder.handle_message(&Message::Text("MESSAGE\n\n".to_owned()));
    // 4 MiB in parts of 64 bytes: looking at each byte again each time would be 2^37 looks.
    for _ in 0..1 << 16 {
        decoder.handle_message(&Message::Binary(vec![b'x'; 64]));
        assert_eq!(decoder.poll_event(), Ok(None));
    }
    decoder.handle_message(&Message::Text("\0".to_owned()));
    let Ok(Some(Event::Frame(frame))) = decoder.poll_event() else {
        panic!("a frame")
    };
    assert_eq!(frame.body.len(), 1 << 22);
    decoder.handle_message(&Message::Text(String::new()));
    assert!(decoder.buffer.capacity() <= 64 << 10);
}

#[test]
fn what_waits_to_be_polled_may_be_as_long_as_a_frame() {
    let mut decoder = limited(4, 9, 9);
    for beats in ["\n\n\n\n", "\n"] {
        decoder.handle_message(&beats.into());
    }
    assert_eq!(decoder.poll_event(), Ok(Some(Event::HeartBeat)));
    for beats in ["\n\n\n\n", "\n", "\n"] {
        decoder.handle_message(&beats.into());
    }
    assert_eq!(decoder.poll_event(), Err(DecodeError::FrameTooLarge(4)));
}
