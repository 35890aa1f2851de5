//! What the views need of the browser beyond Leptos's events and node references: sizes, media queries, languages, dates.

use std::cell::RefCell;
use std::time::Duration;

use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use leptos::prelude::queue_microtask;
use leptos::web_sys::{Element, HtmlElement};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::ResizeObserver;

use crate::browser::IN_BROWSER;
use crate::chat::language::Language;
use crate::chat::model::scroll::Measures;

impl Language {
    /// The language that the browser asks for; English where there is no browser.
    #[must_use]
    pub fn of_browser() -> Self {
        Self::preferred(languages())
    }
}

/// The languages that the browser asks for, the most wanted first.
fn languages() -> Vec<String> {
    if !IN_BROWSER {
        return Vec::new();
    }
    web_sys::window()
        .map(|window| window.navigator().languages())
        .into_iter()
        .flat_map(|languages| {
            languages
                .iter()
                .filter_map(|tag| tag.as_string())
                .collect::<Vec<_>>()
        })
        .collect()
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

/// Calls back whenever one of some elements changes its size, as long as it lives.
pub(in crate::chat) struct Resizes {
    observer: ResizeObserver,
    /// The observer calls it; it goes when the observer is done.
    _changed: Closure<dyn FnMut()>,
}

impl Resizes {
    /// Watches these elements. `None` in a browser without `ResizeObserver`.
    pub(in crate::chat) fn watch(
        elements: &[&Element],
        changed: impl FnMut() + 'static,
    ) -> Option<Self> {
        let changed = Closure::<dyn FnMut()>::new(changed);
        let observer = ResizeObserver::new(changed.as_ref().unchecked_ref()).ok()?;
        for element in elements {
            observer.observe(element);
        }
        Some(Self {
            observer,
            _changed: changed,
        })
    }
}

impl Drop for Resizes {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// The measures of a scroller.
pub(in crate::chat) fn measure(scroller: &HtmlElement) -> Measures {
    Measures {
        top: f64::from(scroller.scroll_top()),
        content: f64::from(scroller.scroll_height()),
        view: f64::from(scroller.client_height()),
    }
}

/// The row at the upper edge of the scroller: its key, and how far below the edge it starts.
pub(in crate::chat) fn row_at_edge(scroller: &Element, list: &Element) -> Option<(String, f64)> {
    let edge = scroller.get_bounding_client_rect().top();
    let rows = list.children();
    let (mut low, mut high) = (0, rows.length());
    while low < high {
        let middle = low.midpoint(high);
        if rows.item(middle)?.get_bounding_client_rect().bottom() > edge {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    let row = rows.item(low)?;
    Some((
        row.get_attribute("data-message")?,
        row.get_bounding_client_rect().top() - edge,
    ))
}

/// How far a row starts below the upper edge of the scroller, if it is drawn.
pub(in crate::chat) fn row_offset(scroller: &Element, list: &Element, key: &str) -> Option<f64> {
    let row = list
        .query_selector(&format!("[data-message=\"{key}\"]"))
        .ok()??;
    Some(row.get_bounding_client_rect().top() - scroller.get_bounding_client_rect().top())
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

/// The time since 1970-01-01T00:00Z, by the browser's `Intl`, in its time zone.
pub(in crate::chat) fn when(at: Duration, language: Language) -> When {
    let date = Date::new(&JsValue::from_f64(at.as_millis() as f64));
    let text = |format: &Function| {
        format
            .call1(&JsValue::UNDEFINED, &date)
            .ok()
            .and_then(|text| text.as_string())
            .unwrap_or_default()
    };
    let iso = date.to_iso_string().into();
    FORMATS.with_borrow_mut(|formats| {
        if !formats.iter().any(|(known, _)| *known == language) {
            formats.push((language, Formats::new(language)));
        }
        let format = formats.iter().find(|(known, _)| *known == language);
        When {
            short: format
                .map(|(_, format)| text(&format.short))
                .unwrap_or_default(),
            long: format
                .map(|(_, format)| text(&format.long))
                .unwrap_or_default(),
            iso,
        }
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
