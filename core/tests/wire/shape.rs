//! Templates, paths and reading under any text at all.

use leptos_chat_core::json;
use leptos_chat_core::json::Value;
use leptos_chat_core::shape::{Filling, Habits, Path, Template};
use leptos_chat_core::wire::json::{Frame, JsonFields, decode, read_all};
use proptest::prelude::*;

fn filled(template: &str, text: &str) -> String {
    let template: Template = template.parse().expect("a template");
    template.fill(&Filling {
        text,
        ..Filling::default()
    })
}

/// Any JSON, with names that mean something among them.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "(error|ping|hi there|typing|\\{\"text\":\"x\"\\}|.{0,9})".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        let name = "(type|event|text|message|data|user|id|error|status|args|messages|[a-z]{1,3})";
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(name, inner, 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn words_come_out_of_a_template_as_they_went_in(text in any::<String>(), depth in 1_usize..4) {
        let mut template = "{text}".to_owned();
        for _ in 0..depth {
            template = json!({ "data": template }).to_string();
        }
        let path: Path = vec!["data"; depth].join(".").parse().expect("a path");
        let mut value = Value::String(filled(&template, &text));
        for _ in 0..depth {
            let inside = Value::parse(value.as_str().expect("a string")).expect("JSON");
            value = inside["data"].clone();
        }
        prop_assert_eq!(value.as_str(), Some(text.as_str()));
        let whole = Value::parse(&filled(&template, &text)).expect("JSON");
        prop_assert!(path.find(&whole).is_some());
    }

    #[test]
    fn no_text_panics_a_template_or_a_path(source in any::<String>(), braces in "[{}\\[\\]\"\\\\a-z:|.]{0,40}") {
        for source in [source, braces] {
            if let Ok(template) = source.parse::<Template>() {
                prop_assert_eq!(template.to_string(), source.clone());
                let _ = template.fill(&Filling::default());
            }
            let _ = source.parse::<Path>();
        }
    }

    #[test]
    fn any_json_says_something_and_the_same_each_time(value in any_json()) {
        let fields = JsonFields::default();
        let frames = read_all(&value, &fields);
        prop_assert!(!frames.is_empty());
        prop_assert_eq!(&frames, &read_all(&value, &fields));
        let mut habits = Habits::default();
        for _ in 0..5 {
            prop_assert!(!habits.judge(&value, frames.clone(), &fields).is_empty());
        }
    }

    #[test]
    fn a_line_in_words_is_itself(text in "[a-zA-Z0-9 ,.!?'é你]{1,60}") {
        prop_assume!(Value::parse(&text).is_err());
        let frames = decode(&text, &JsonFields::default()).expect("words");
        let same = matches!(&frames[..], [Frame::Chat(chat)] if chat.text == text);
        prop_assert!(same, "{:?}", frames);
    }
}
