//! Plain JSON: no text panics; what `serde_json` takes is taken as it is.
#![no_main]

use leptos_chat_fuzz::json::Value;
use leptos_chat_fuzz::wire::json::{JsonFields, decode};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let strict: Option<Value> = serde_json::from_str::<serde_json::Value>(text).ok().map(Value::from);
    let ours = Value::parse(text).ok();
    // Numbers are kept as they were written, and serde_json's are not.
    let again = ours.as_ref().and_then(|value| serde_json::from_str::<serde_json::Value>(&value.to_string()).ok());
    assert!(strict.is_none() || strict == again.map(Value::from));
    let _ = decode(text, &JsonFields::default());
});
