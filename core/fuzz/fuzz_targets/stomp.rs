//! STOMP: no stream panics or exceeds its limits, it reads the same however it is cut, and so does what is written.
//!
//! The first octet picks the version and the switch for CONNECT, the second one the length of the parts.
#![no_main]

use leptos_chat_fuzz::wire::Message;
use leptos_chat_fuzz::wire::stomp::{
    Decoder, Encoding, Event, Frame, Limits, ServerFrame, Version,
};
use libfuzzer_sys::fuzz_target;

const LIMITS: Limits = Limits {
    max_frame: 500,
    max_headers: 8,
    max_line: 100,
};

/// The frames, and whether all was well.
fn read<'a>(encoding: Encoding, parts: impl Iterator<Item = &'a [u8]>) -> (Vec<Frame>, bool) {
    let mut decoder = Decoder::new(encoding, LIMITS);
    let mut frames = Vec::new();
    for part in parts {
        decoder.handle_message(&Message::Binary(part.to_vec()));
        loop {
            match decoder.poll_event() {
                Ok(Some(Event::Frame(frame))) => frames.push(frame),
                Ok(Some(Event::HeartBeat)) => {}
                Ok(None) => break,
                Err(error) => {
                    assert!(!error.to_string().is_empty());
                    return (frames, false);
                }
            }
        }
    }
    (frames, true)
}

fuzz_target!(|data: &[u8]| {
    let [version, size, stream @ ..] = data else {
        return;
    };
    let encoding = Encoding {
        version: Version::ALL[usize::from(version % 3)],
        escape_connect: version & 128 != 0,
    };
    let (frames, good) = read(encoding, std::iter::once(stream));
    assert_eq!(
        read(encoding, stream.chunks(usize::from(*size).max(1))),
        (frames.clone(), good)
    );
    for frame in frames {
        assert!(frame.body.len() <= LIMITS.max_frame && frame.headers.len() <= LIMITS.max_headers);
        let _ = ServerFrame::read(&frame);
        if let Ok(bytes) = frame.encode(encoding) {
            let Ok(Some(Event::Frame(again))) = read_one(encoding, bytes) else {
                panic!("a frame")
            };
            assert_eq!((again.command, again.body), (frame.command, frame.body));
        }
    }
});

fn read_one(encoding: Encoding, bytes: Vec<u8>) -> Result<Option<Event>, impl std::fmt::Debug> {
    let mut decoder = Decoder::new(encoding, Limits::default());
    decoder.handle_message(&Message::Binary(bytes));
    decoder.poll_event()
}
