//! What the browser tells a list: a scroll, a key, a copy, another size, a time that has passed.

use leptos::prelude::window;
use leptos::web_sys::{Element, Event, HtmlElement, KeyboardEvent, ResizeObserver};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// The reader has stopped scrolling when nothing moved for this long, in milliseconds.
pub(super) const REST: i32 = 150;
const TYPES: [&str; 3] = ["scroll", "keydown", "copy"];

/// Listens to a scroller as long as it lives.
pub(super) struct Events {
    scroller: HtmlElement,
    observer: ResizeObserver,
    handle: Closure<dyn FnMut(Event)>,
    _resized: Closure<dyn FnMut()>,
    late: Closure<dyn FnMut()>,
}

/// The one timer of a list.
#[derive(Default)]
pub(super) struct Timer {
    /// Its number, and whether it waits for the reader to rest.
    armed: Option<(i32, bool)>,
    /// Something moved since it was armed.
    moved: bool,
}

impl Timer {
    /// The timer has fired. Returns whether nothing has moved since it was armed.
    pub(super) fn has_passed(&mut self) -> bool {
        self.armed = None;
        !std::mem::take(&mut self.moved)
    }
}

impl Events {
    /// `changed` is called with whether it is the timer that has fired, else a size has changed.
    pub(super) fn listen(
        scroller: &HtmlElement,
        rows: &Element,
        handle: impl FnMut(Event) + 'static,
        changed: impl Fn(bool) + Clone + 'static,
    ) -> Option<Self> {
        let handle = Closure::<dyn FnMut(Event)>::new(handle);
        let late = Closure::<dyn FnMut()>::new({
            let changed = changed.clone();
            move || changed(true)
        });
        let resized = Closure::<dyn FnMut()>::new(move || changed(false));
        let observer = ResizeObserver::new(resized.as_ref().unchecked_ref()).ok()?;
        observer.observe(scroller);
        // Rows change by themselves: a picture loads, a font arrives.
        observer.observe(rows);
        for name in TYPES {
            // A listener for a name of an event is never refused.
            let _ =
                scroller.add_event_listener_with_callback(name, handle.as_ref().unchecked_ref());
        }
        Some(Self {
            scroller: scroller.clone(),
            observer,
            handle,
            _resized: resized,
            late,
        })
    }

    /// Fires the timer in `delay` milliseconds; later, if the reader goes on scrolling, and sooner, if it has begun.
    pub(super) fn arm(&self, timer: &mut Timer, delay: i32) {
        let rests = delay == REST;
        match timer.armed {
            Some((_, true)) => {
                timer.moved |= rests;
                return;
            }
            Some((_, false)) if !rests => return,
            Some((number, false)) => window().clear_timeout_with_handle(number),
            None => {}
        }
        let late = self.late.as_ref().unchecked_ref();
        let number = window().set_timeout_with_callback_and_timeout_and_arguments_0(late, delay);
        timer.armed = number.ok().map(|number| (number, rests));
    }

    pub(super) fn disarm(timer: &mut Timer) {
        if let Some((number, _)) = timer.armed.take() {
            window().clear_timeout_with_handle(number);
        }
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        self.observer.disconnect();
        for name in TYPES {
            // What is not listened to any more need not be taken off.
            let _ = self
                .scroller
                .remove_event_listener_with_callback(name, self.handle.as_ref().unchecked_ref());
        }
    }
}

/// A key that means something to a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// To the start.
    Home,
    /// To the end.
    End,
    /// Select all.
    All,
}

impl Key {
    /// The key that was pressed, unless a field in a row wants it.
    pub(super) fn of(event: &Event, scroller: &HtmlElement) -> Option<Self> {
        let event: &KeyboardEvent = event.dyn_ref()?;
        let target: Element = event.target()?.dyn_into().ok()?;
        let is_field = target.matches("input, textarea, select, [contenteditable]");
        // In a field these keys move the caret.
        if event.default_prevented()
            || is_field.unwrap_or(false)
            || !scroller.contains(Some(&target))
        {
            return None;
        }
        let command = event.ctrl_key() || event.meta_key();
        match event.key().as_str() {
            "a" | "A" if command && !event.shift_key() && !event.alt_key() => Some(Self::All),
            "Home" if !event.shift_key() && !event.alt_key() => Some(Self::Home),
            "End" if !event.shift_key() && !event.alt_key() => Some(Self::End),
            _ => None,
        }
    }
}
