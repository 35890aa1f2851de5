//! What the views need of the browser beyond Leptos's events and node references: media queries, languages, dates.

use std::cell::RefCell;
use std::time::Duration;

use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use leptos::prelude::queue_microtask;
use leptos::web_sys::{Element, HtmlElement};
use wasm_bindgen::{JsCast, JsValue};

use crate::browser::IN_BROWSER;
use leptos_chat_core::chat::language::Language;

/// The language that the browser asks for; English where there is no browser.
#[must_use]
pub fn browser_language() -> Language {
    Language::preferred(languages())
}

/// Where this page comes from; nothing where there is no browser.
pub(super) fn origin() -> String {
    let window = web_sys::window().filter(|_| IN_BROWSER);
    window
        .and_then(|window| window.location().origin().ok())
        .unwrap_or_default()
}

/// The languages that the browser asks for, the most wanted first.
fn languages() -> Vec<String> {
    let Some(window) = web_sys::window().filter(|_| IN_BROWSER) else {
        return Vec::new();
    };
    let languages = window.navigator().languages();
    languages.iter().filter_map(|tag| tag.as_string()).collect()
}

/// Whether there is nothing but a finger to point with: the keyboard is on the screen then, and its Enter breaks the line.
pub(in crate::chat) fn only_touch() -> bool {
    let matches = |query| {
        web_sys::window()
            .and_then(|window| window.match_media(query).ok().flatten())
            .is_some_and(|list| list.matches())
    };
    matches("(pointer: coarse)") && !matches("(any-pointer: fine)")
}

/// Called before something in `place` goes: if that has the keyboard's focus, the first of these that is there afterwards gets
/// it, in `place` or else in the chat around. A finger's focus is let go: to move it would open the keyboard on the screen.
pub(in crate::chat) fn pass_focus_on(place: &Element, heirs: &'static str) {
    let focused = web_sys::window()
        .and_then(|window| window.document()?.active_element())
        .filter(|focused| {
            place.contains(Some(focused)) && focused.matches(":focus-visible").unwrap_or(false)
        });
    let Some(focused) = focused else { return };
    let around = place.closest(".chat").ok().flatten();
    let place = place.clone();
    // Afterwards: only then is it known who is left.
    queue_microtask(move || {
        if focused.is_connected() {
            return;
        }
        let find = |within: &Element| within.query_selector(heirs).ok().flatten();
        let heir = find(&place).or_else(|| find(around.as_ref()?));
        if let Some(heir) = heir.and_then(|heir| heir.dyn_into::<HtmlElement>().ok()) {
            // What cannot be focused leaves the focus where it is: nowhere.
            let _ = heir.focus();
        }
    });
}

/// The text in capital letters, as the browser knows them.
pub(in crate::chat) fn upper(text: &str) -> String {
    match text.is_ascii() {
        true => text.to_ascii_uppercase(),
        false => js_sys::JsString::from(text).to_upper_case().into(),
    }
}

/// A point in time as a person reads it.
pub(in crate::chat) struct When {
    /// The time of day, such as `14:05`.
    pub(in crate::chat) short: String,
    /// Date and time.
    pub(in crate::chat) long: String,
    /// For machines.
    pub(in crate::chat) iso: String,
}

struct Formats {
    short: Function,
    long: Function,
}

thread_local! {
    /// Making a format is slow, using one is not.
    static FORMATS: RefCell<Vec<(Language, Formats)>> = const { RefCell::new(Vec::new()) };
}

/// The time since 1970-01-01T00:00Z, by the browser's `Intl`, in its time zone; to the second.
pub(in crate::chat) fn when(at: Duration, language: Language) -> When {
    FORMATS.with_borrow_mut(|formats| {
        let known = formats.iter().position(|(known, _)| *known == language);
        let place = known.unwrap_or_else(|| {
            formats.push((language, Formats::new(language)));
            formats.len() - 1
        });
        formats[place].1.write(at.as_secs())
    })
}

impl Formats {
    fn new(language: Language) -> Self {
        let make = |options: &[(&str, &str)]| {
            let settings = Object::new();
            for (name, value) in options {
                // Setting a property of a plain object does not fail.
                let _ = Reflect::set(&settings, &(*name).into(), &(*value).into());
            }
            Intl::DateTimeFormat::new(&locales(language), &settings).format()
        };
        Self {
            short: make(&[("hour", "2-digit"), ("minute", "2-digit")]),
            long: make(&[("dateStyle", "medium"), ("timeStyle", "medium")]),
        }
    }

    fn write(&self, seconds: u64) -> When {
        let date = Date::new(&JsValue::from_f64(seconds as f64 * 1_000.0));
        let text = |format: &Function| {
            let text = format.call1(&JsValue::UNDEFINED, &date).ok();
            text.and_then(|text| text.as_string()).unwrap_or_default()
        };
        When {
            short: text(&self.short),
            long: text(&self.long),
            iso: date.to_iso_string().into(),
        }
    }
}

/// The browser's own tag of that language, so that a British reader gets British times; else the plain one.
fn locales(language: Language) -> Array {
    languages()
        .into_iter()
        .filter(|tag| tag.parse() == Ok(language))
        .chain([language.tag().to_owned()])
        .map(JsValue::from)
        .collect()
}
