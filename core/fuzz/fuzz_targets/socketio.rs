//! Socket.IO: no stream panics, no packet exceeds its limits, and each is written so that it reads the same.
#![no_main]

use leptos_chat_fuzz::messages;
use leptos_chat_fuzz::wire::socketio::{Decoder, Packet};
use libfuzzer_sys::fuzz_target;

fn reread(packet: &Packet) -> Option<Packet> {
    let mut decoder = Decoder::default();
    let messages = packet.encode().expect("what was decoded can be encoded");
    messages
        .into_iter()
        .filter_map(|message| decoder.decode(message).expect("a good packet"))
        .last()
}

fuzz_target!(|data: &[u8]| {
    let mut decoder = Decoder::new(4, 1000);
    for message in messages(data) {
        match decoder.decode(message) {
            Ok(None) => {}
            Ok(Some(packet)) => {
                if let Packet::BinaryEvent { attachments, .. }
                | Packet::BinaryAck { attachments, .. } = &packet
                {
                    assert!(
                        attachments.len() <= 4
                            && attachments.iter().map(Vec::len).sum::<usize>() <= 1000
                    );
                }
                // Other numbers than whole ones may lose a digit on their way.
                let text = format!("{packet:?}");
                if ![".", "e+", "e-"].iter().any(|part| text.contains(part)) {
                    assert_eq!(reread(&packet), Some(packet));
                }
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
});
