//! SockJS: no frame, info document or URL panics, and a frame that was read is written so that it reads the same.
#![no_main]

use leptos_chat_fuzz::message;
use leptos_chat_fuzz::wire::Message;
use leptos_chat_fuzz::wire::sockjs::{Frame, Info, info_url, raw_url, websocket_url};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let message = message(data);
    match Frame::decode(&message) {
        Ok(frame) => assert_eq!(Frame::decode(&frame.encode()), Ok(frame)),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    if let Message::Text(text) = &message {
        let _ = Info::parse(text);
        let urls = (
            websocket_url(text, 7, "s").is_ok(),
            raw_url(text).is_ok(),
            info_url(text).is_ok(),
        );
        assert!(urls == (true, true, true) || urls == (false, false, false));
        let _ = websocket_url("ws://host", 7, text);
    }
});
