//! The composer: an uncontrolled text field that is mirrored into the chat's input, and the button that sends.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use js_sys::{JsString, Reflect};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos::web_sys::{Event, HtmlElement, HtmlTextAreaElement};
use wasm_bindgen::JsCast;

use super::dom;
use super::element::{ElementRef, Has, element, field, is, on};
use super::parts::{Text, alert, effect, labelled, word};
use crate::browser::millis_to_duration;
use crate::chat::handle::ChatHandle;
use crate::chat::model::enter_key::{Act, Composition, Key};
use leptos_chat_core::chat::language::Language;
use leptos_chat_core::connection::{Closer, SendError, State};

/// A text of so many UTF-16 units is long.
const LONG: u32 = 16_384;
/// So long after a key the person rests, or is given what was written so far.
const RESTS: Duration = Duration::from_millis(300);

/// What the key event says, in our words.
fn key(event: &KeyboardEvent) -> Key {
    Key {
        enter: event.key() == "Enter",
        shift: event.shift_key(),
        command: event.ctrl_key() || event.meta_key(),
        alt: event.alt_key(),
        is_composing: event.is_composing(),
        key_code: event.key_code(),
        at: millis_to_duration(event.time_stamp()),
    }
}

/// Of a long text Chrome would look at all the text before it for each of its lines, were each to have a direction of its own: it has
/// the direction of its beginning.
fn fix_direction(field: &HtmlTextAreaElement, beginning: &str) {
    let is_rtl = match field.text_length() {
        0 => reads_leftwards(beginning),
        // A browser that does not know `:dir` shows it from the left.
        _ => field.matches(":dir(rtl)").unwrap_or(false),
    };
    field.set_dir(if is_rtl { "rtl" } else { "ltr" });
}

/// Whether the first letter that tells is a Hebrew or an Arabic one, or of a script beside these.
fn reads_leftwards(text: &str) -> bool {
    let tells = |letter| match letter {
        'a'..='z' | 'A'..='Z' => Some(false),
        '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fefc}' => Some(true),
        _ => None,
    };
    text.chars().find_map(tells).unwrap_or(false)
}

/// The browser is about to write into the field: a long text that is pasted, perhaps.
fn before_input(event: &Event) {
    let field = event.target().map(JsCast::unchecked_into);
    let Some(field): Option<HtmlTextAreaElement> = field else {
        return;
    };
    // `data` is of an input's event alone; that it is a long text can be seen without a copy of it.
    let data = Reflect::get(event, &"data".into()).unwrap_or_default();
    let Ok(data) = data.dyn_into::<JsString>() else {
        return;
    };
    if field.text_length() + data.length() >= LONG && field.dir() == "auto" {
        fix_direction(&field, &String::from(data.substring(0, 99)));
    }
}

/// Makes the field as high as its text; the style sheet sets the bounds, and does all of it where the browser lets it.
fn fit(field: &HtmlTextAreaElement) {
    let is_long = field.text_length() >= LONG;
    match (is_long, field.dir() == "auto") {
        (true, true) => fix_direction(field, ""),
        (false, false) => field.set_dir("auto"),
        _ => {}
    }
    // Leptos gives elements a `style` of its own.
    let style = HtmlElement::style(field);
    // The browser refuses none of these values, and a field that does not grow is still a field.
    if Reflect::has(&style, &"fieldSizing".into()).unwrap_or(false) {
        // A long text has the height that it can have at most, whatever it says: there is nothing to measure.
        let (sizing, height) = if is_long {
            ("fixed", "100vh")
        } else {
            ("", "")
        };
        let _ = style.set_property("field-sizing", sizing);
        let _ = style.set_property("height", height);
        return;
    }
    // To measure costs the layout of all of the text, twice for each key.
    let _ = style.set_property("height", "auto");
    let borders = field.offset_height() - field.client_height();
    let _ = style.set_property("height", &format!("{}px", field.scroll_height() + borders));
}

/// What the empty field says.
fn hint(state: &State, language: Language) -> &'static str {
    let words = language.phrases();
    match state {
        State::Open => words.write_here,
        State::Connecting
        | State::Handshaking
        | State::Closing { by: Closer::Server }
        | State::Waiting { .. } => words.write_for_later,
        State::Idle | State::Closing { by: Closer::App } | State::Closed { .. } => {
            words.write_closed
        }
    }
}

/// The composer.
pub(super) fn composer(chat: &ChatHandle, lang: Memo<Language>) -> AnyView {
    let composer = Composer {
        chat: chat.clone(),
        field: ElementRef::new(),
        trouble: ArcRwSignal::new(None),
        is_behind: Arc::default(),
    };
    let writer = composer.clone();
    on_cleanup(move || writer.catch_up());
    let trouble = composer.trouble.clone();
    let error: Text = Arc::new(move || {
        let error = trouble.get().map(|error| lang.get().send_error(error));
        error.unwrap_or_default()
    });
    let text_field = text_field(&composer, lang);
    let press = move || composer.pressed();
    let parts = vec![
        alert(error),
        text_field,
        labelled(
            "button",
            "chat-send",
            word(lang, |words| words.send),
            Box::new(press),
        ),
    ];
    element("div", "chat-composer", vec![], parts)
}

/// The field that a person writes into.
fn text_field(composer: &Composer, lang: Memo<Language>) -> AnyView {
    let composition = Composing::default();
    write_back(&composer.chat, composer.field, composition.clone());
    let state = composer.chat.state.clone();
    let placeholder: Text = Arc::new(move || hint(&state.read(), lang.get()).to_owned());
    let writer = composer.clone();
    let (sender, keys) = (composer.clone(), composition.clone());
    let starting = composition.clone();
    let has = vec![
        Has::Ref(composer.field),
        is("class", "chat-field"),
        is("rows", "1"),
        is("enterkeyhint", "send"),
        is("autocomplete", "off"),
        is("dir", "auto"),
        Has::Follows("aria-label", word(lang, |words| words.message)),
        Has::Follows("placeholder", placeholder),
        on("beforeinput", move |event| before_input(&event)),
        on("input", move |_| writer.written()),
        on("keydown", move |event| {
            sender.key_down(event.unchecked_ref(), &keys)
        }),
        on("compositionstart", move |_| starting.borrow_mut().start()),
        on("compositionend", move |event| {
            composition_ended(&composition, &event)
        }),
    ];
    field("textarea", has)
}

/// How the field is being written into, as all its listeners know.
type Composing = Rc<RefCell<Composition>>;

/// The field with its chat.
#[derive(Clone)]
struct Composer {
    chat: ChatHandle,
    field: ElementRef,
    trouble: ArcRwSignal<Option<SendError>>,
    /// The input does not have yet what stands in the field.
    is_behind: Arc<AtomicBool>,
}

impl Composer {
    /// The field, as long as the view is there: it may go before the person rests.
    fn field(&self) -> Option<HtmlTextAreaElement> {
        let field = self.field.try_get_untracked().flatten();
        field.map(JsCast::unchecked_into)
    }

    /// Something was written. A long text is copied once the person rests, and not at each key.
    fn written(&self) {
        let Some(field) = self.field() else { return };
        self.chat.give_way();
        if self.trouble.get_untracked().is_some() {
            self.trouble.set(None);
        }
        fit(&field);
        let was_behind = self.is_behind.swap(true, Ordering::Relaxed);
        if field.text_length() < LONG {
            self.catch_up();
        } else if !was_behind {
            let this = self.clone();
            set_timeout(move || this.catch_up(), RESTS);
        }
    }

    /// A key went down in the field: Enter may send.
    fn key_down(&self, event: &KeyboardEvent, composition: &Composing) {
        let enter_sends = !dom::only_touch();
        let act = composition.borrow().judge(key(event), enter_sends);
        if act == Act::Send {
            event.prevent_default();
            self.send();
        }
    }

    /// The button was pressed: the next line may be written at once.
    fn pressed(&self) {
        self.send();
        if let Some(field) = self.field() {
            // A field that cannot have the focus is no reason not to send.
            let _ = field.focus();
        }
    }

    /// Gives the input what stands in the field.
    fn catch_up(&self) {
        if self.is_behind.swap(false, Ordering::Relaxed)
            && let Some(field) = self.field()
        {
            self.chat.input.set(field.value());
        }
    }

    /// Sends what stands in the field, and says so if it cannot. What never was connected sends nothing into the blue.
    fn send(&self) {
        self.catch_up();
        let chat = &self.chat;
        let idle = chat.state.with_untracked(|state| *state == State::Idle);
        let empty = chat.input.with_untracked(|text| text.trim().is_empty());
        let sent = match (empty, idle) {
            (true, _) => return,
            (false, true) => Err(SendError::Closed),
            (false, false) => chat.send_input().map_err(|error| error.why),
        };
        self.trouble.set(sent.as_ref().err().copied());
        if sent.is_ok()
            && let Some(field) = self.field()
        {
            // At once, not with the next microtask: the next key may be on its way.
            field.set_value("");
            fit(&field);
        }
    }
}

fn composition_ended(composition: &Composing, event: &Event) {
    let at = millis_to_duration(event.time_stamp());
    composition.borrow_mut().end(at);
    let composition = composition.clone();
    // In the next task: Safari's keydown of the Enter that ended it comes in this one.
    set_timeout(
        move || {
            composition.borrow_mut().task_over();
        },
        Duration::ZERO,
    );
}

/// Writes the input into the field when something other than the field has changed it, and never into a composition.
fn write_back(chat: &ChatHandle, field: ElementRef, composition: Composing) {
    let input = chat.input.clone();
    effect(move || {
        let text = input.get();
        let Some(field) = field.get() else { return };
        let field: HtmlTextAreaElement = field.unchecked_into();
        let composing = composition.borrow().is_composing();
        if !composing && field.value() != text {
            if text.len() >= LONG as usize {
                // While there is little to look at.
                field.set_value("");
                fix_direction(&field, &text);
            }
            field.set_value(&text);
            fit(&field);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_the_direction_of_its_first_letter() {
        assert!(!reads_leftwards("1. hello שלום"));
        assert!(reads_leftwards("1. שלום hello"));
        assert!(reads_leftwards("«مرحبا»"));
        assert!(!reads_leftwards("12 …"));
    }
}
