//! Engine.IO: no message panics, and a packet that was read is written so that it reads the same.
#![no_main]

use leptos_chat_fuzz::message;
use leptos_chat_fuzz::wire::engineio::Packet;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    match Packet::decode(&message(data)) {
        // Parts of a millisecond are not written.
        Ok(Packet::Open(handshake)) => {
            let again =
                Packet::decode(&Packet::Open(handshake.clone()).encode()).expect("a handshake");
            let Packet::Open(again) = again else {
                panic!("an open packet")
            };
            assert_eq!(
                (again.sid, again.upgrades),
                (handshake.sid, handshake.upgrades)
            );
        }
        Ok(packet) => assert_eq!(Packet::decode(&packet.encode()), Ok(packet)),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
