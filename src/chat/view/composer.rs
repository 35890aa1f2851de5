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
use leptos_chat_core::chat::composer::{Copied, LONG, copied, hint, reads_leftwards, sends};
use leptos_chat_core::chat::enter_key::{Act, Composition, Key};
use leptos_chat_core::chat::language::Language;
use leptos_chat_core::connection::SendError;

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
    if field.text_length() + data.length() >= LONG {
        if field.dir() == "auto" {
            fix_direction(&field, &String::from(data.substring(0, 99)));
        }
        // The browser lays the text out before it tells of it: by then it would be laid out twice.
        browser_sizes(&field, true);
    }
}

/// Lets the browser size the field, if it can. A long text has the height that it can have at most: there is nothing to measure.
fn browser_sizes(field: &HtmlTextAreaElement, is_long: bool) -> bool {
    // Leptos gives elements a `style` of its own.
    let style = HtmlElement::style(field);
    if !Reflect::has(&style, &"fieldSizing".into()).unwrap_or(false) {
        return false;
    }
    let (sizing, height) = if is_long {
        ("fixed", "100vh")
    } else {
        ("", "")
    };
    // The browser refuses none of these values, and a field that does not grow is still a field.
    let _ = style.set_property("field-sizing", sizing);
    let _ = style.set_property("height", height);
    true
}

/// Makes the field as high as its text; the style sheet sets the bounds, and does all of it where the browser lets it.
fn fit(field: &HtmlTextAreaElement) {
    let is_long = field.text_length() >= LONG;
    match (is_long, field.dir() == "auto") {
        (true, true) => fix_direction(field, ""),
        (false, false) => field.set_dir("auto"),
        _ => {}
    }
    if browser_sizes(field, is_long) {
        return;
    }
    let style = HtmlElement::style(field);
    // To measure costs the layout of all of the text, twice for each key.
    let _ = style.set_property("height", "auto");
    let borders = field.offset_height() - field.client_height();
    let _ = style.set_property("height", &format!("{}px", field.scroll_height() + borders));
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
    let chat = composer.chat.clone();
    let placeholder: Text = Arc::new(move || hint(&chat.state.read(), lang.get()).to_owned());
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

    /// Something was written.
    fn written(&self) {
        let Some(field) = self.field() else { return };
        self.chat.give_way();
        if self.trouble.get_untracked().is_some() {
            self.trouble.set(None);
        }
        fit(&field);
        let was_behind = self.is_behind.swap(true, Ordering::Relaxed);
        match copied(field.text_length(), was_behind) {
            Copied::Now => self.catch_up(),
            Copied::After(rest) => {
                let this = self.clone();
                set_timeout(move || this.catch_up(), rest);
            }
            Copied::Awaited => {}
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

    /// Sends what stands in the field, and says so if it cannot.
    fn send(&self) {
        self.catch_up();
        let chat = &self.chat;
        let state = chat.state.read_untracked();
        let sends = chat.input.with_untracked(|text| sends(text, &state));
        drop(state);
        let Some(sends) = sends else { return };
        let sent = sends.and_then(|()| chat.send_input().map_err(|error| error.why));
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
