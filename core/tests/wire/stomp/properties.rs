//! Any frame survives the wire, and no stream panics.

use super::*;

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
