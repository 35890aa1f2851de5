//! The page's own life: visible, resumed, restored, online, offline.

use gloo_events::EventListener;
use web_sys::{Event, EventTarget, VisibilityState};

use leptos_chat_core::connection::Input;

/// Listens as long as it lives.
pub(super) struct PageEvents(
    #[expect(dead_code, reason = "they listen until dropped")] Vec<EventListener>,
);

impl PageEvents {
    /// Calls `tell` for each event. Without a window (a worker) there are none.
    pub(super) fn listen(tell: impl Fn(Input) + Clone + 'static) -> Self {
        let mut listeners = Vec::new();
        if let Some(window) = web_sys::window() {
            let mut on =
                |target: &EventTarget, name: &'static str, input: fn() -> Option<Input>| {
                    let tell = tell.clone();
                    listeners.push(EventListener::new(target, name, move |_: &Event| {
                        if let Some(input) = input() {
                            tell(input);
                        }
                    }));
                };
            on(&window, "online", || Some(Input::Online(true)));
            on(&window, "offline", || Some(Input::Online(false)));
            // A page that comes back from the back/forward cache goes on with sockets that are dead.
            on(&window, "pageshow", || Some(Input::Resumed));
            if let Some(document) = window.document() {
                on(&document, "visibilitychange", || {
                    is_visible().then_some(Input::Resumed)
                });
                // `visibilitychange` is not reliable after a freeze.
                on(&document, "resume", || Some(Input::Resumed));
            }
        }
        Self(listeners)
    }
}

/// Whether the browser claims that there is a network. `true` proves nothing.
pub(super) fn is_online() -> bool {
    web_sys::window().is_none_or(|window| window.navigator().on_line())
}

/// Whether somebody may see the page. Where there is no document, in a worker, nothing is ever hidden.
pub(crate) fn is_visible() -> bool {
    web_sys::window()
        .and_then(|window| window.document())
        .is_none_or(|document| document.visibility_state() == VisibilityState::Visible)
}

/// Calls back once the page is seen again, unless this is dropped before.
pub(crate) fn when_visible(mut then: impl FnMut() + 'static) -> Option<EventListener> {
    let document = web_sys::window()?.document()?;
    let seen = move |_: &Event| {
        if is_visible() {
            then();
        }
    };
    Some(EventListener::new(&document, "visibilitychange", seen))
}

/// Calls back when the page is left, unless this is dropped before. It may never come back: what is to be kept is kept now.
pub(crate) fn when_left(mut then: impl FnMut() + 'static) -> Option<EventListener> {
    let window = web_sys::window()?;
    // `unload` often is not fired on phones, and keeps a page out of the back/forward cache.
    Some(EventListener::new(&window, "pagehide", move |_: &Event| {
        then();
    }))
}
