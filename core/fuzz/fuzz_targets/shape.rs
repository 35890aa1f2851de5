//! Templates, paths and reading: no text panics; what is filled in stands there as it was said, and JSON stays JSON.
#![no_main]

use leptos_chat_fuzz::json::Value;
use leptos_chat_fuzz::shape::{Filling, Habits, Heard, Path, Template};
use leptos_chat_fuzz::wire::json::{JsonFields, read_all};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, &str, &str)| {
    let (template, path, text) = input;
    let value = Value::parse(text).ok();
    let path: Option<Path> = path.parse().ok();
    if let (Some(path), Some(value)) = (&path, &value) {
        let _ = path.text(value);
    }
    if let Some(value) = &value {
        let fields = JsonFields::default();
        let mut habits = Habits::default();
        for _ in 0..5 {
            let frames = habits.judge(value, read_all(value, &fields), &fields);
            assert!(!frames.is_empty());
        }
    }
    let Ok(template) = template.parse::<Template>() else {
        return;
    };
    let mut heard = Heard::new([&template]);
    value.iter().for_each(|value| heard.note(value));
    let filled = |text: &str| {
        template.fill(&Filling {
            text,
            heard: Some(&heard),
            ..Filling::default()
        })
    };
    // What is JSON with one text in it is JSON with any other.
    let is_json = |text: &str| Value::parse(text).is_ok_and(|value| value.is_object() || value.is_array());
    if is_json(&filled("a")) && is_json(&filled("b c")) {
        assert!(is_json(&filled(text)), "{template}: {text}");
    }
});
