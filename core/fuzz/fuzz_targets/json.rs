//! Plain JSON: no text panics; what `serde_json` takes is taken as it is.
#![no_main]

use leptos_chat_fuzz::wire::json::{JsonFields, decode};
use leptos_chat_fuzz::wire::lenient::parse_value;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|text: &str| {
    let strict: Option<Value> = serde_json::from_str(text).ok();
    let lenient = parse_value(text).ok();
    assert!(strict.is_none() || strict == lenient);
    let _ = decode(text, &JsonFields::default());
});
