//! Whose this tab's storage is. A browser that duplicates a tab copies its storage: what waits there, the first one sends.
//!
//! The storage holds an id, and the page a Web Lock on it. Where another page has the lock, this one is the copy, and takes another id.
//! Only secure contexts have locks; elsewhere a copy cannot be told.

use std::cell::RefCell;

use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, Event};

use super::{seed, storage};

/// The place of the tab's id, and the first part of its lock's name.
const KEY: &str = "leptos-chat:tab";
/// So long, in milliseconds, a page waits for the lock: the page before it in this tab may just be letting it go.
const GRANTED_WITHIN: u32 = 500;

type Waiter = Box<dyn FnOnce()>;

#[derive(Default)]
struct Tab {
    /// Its id, once it is known.
    id: Option<String>,
    /// The id of the tab that this one is a copy of.
    copied_from: Option<String>,
    /// Who waits for that.
    waiting: Vec<Waiter>,
    /// Lets go of the lock.
    free: Option<Function>,
    /// The page is in the back/forward cache, or gone: a lock that is held would keep it out of there.
    left: bool,
    listeners: Vec<EventListener>,
}

thread_local! {
    static TAB: RefCell<Tab> = RefCell::default();
}

/// The id under which this tab keeps what is its own; `None` until it is known.
pub(crate) fn id() -> Option<String> {
    TAB.with_borrow(|tab| tab.id.clone())
}

/// The id of the tab that this one is a copy of: what is kept under it is that one's.
pub(crate) fn copied_from() -> Option<String> {
    TAB.with_borrow(|tab| tab.copied_from.clone())
}

/// Calls back once the id is known: at once, where it is or where there are no locks.
pub(crate) fn when_known(then: impl FnOnce() + 'static) {
    if id().is_some() {
        return then();
    }
    let first = TAB.with_borrow_mut(|tab| {
        tab.waiting.push(Box::new(then));
        tab.listeners.is_empty()
    });
    if first {
        listen();
        claim();
    }
}

fn listen() {
    let Some(window) = web_sys::window() else {
        return;
    };
    let left = EventListener::new(&window, "pagehide", |_: &Event| {
        let free = TAB.with_borrow_mut(|tab| {
            tab.left = true;
            tab.free.take()
        });
        let _ = free.map(|free| free.call0(&JsValue::UNDEFINED));
    });
    let shown = EventListener::new(&window, "pageshow", |_: &Event| {
        if TAB.with_borrow_mut(|tab| std::mem::take(&mut tab.left)) {
            claim();
        }
    });
    TAB.with_borrow_mut(|tab| tab.listeners = vec![left, shown]);
}

/// Takes the id that is stored, unless another page has it.
fn claim() {
    match storage::load(KEY) {
        Some(id) => claim_id(id),
        None => claim_id(new_id()),
    }
}

fn new_id() -> String {
    let id = format!("{:x}", seed());
    storage::store(KEY, Some(&id));
    id
}

fn claim_id(id: String) {
    let Some(locks) = locks() else {
        return known(id);
    };
    spawn_local(async move {
        match hold(&locks, id.clone()).await {
            Some(Refused::Held) => {
                TAB.with_borrow_mut(|tab| tab.copied_from = Some(id));
                claim_id(new_id());
            }
            // A sandboxed frame, say: as where there are no locks.
            Some(Refused::Forbidden) => known(id),
            None => {}
        }
    });
}

fn known(id: String) {
    let waiting = TAB.with_borrow_mut(|tab| {
        tab.id = Some(id);
        std::mem::take(&mut tab.waiting)
    });
    for told in waiting {
        told();
    }
}

fn locks() -> Option<JsValue> {
    let navigator = web_sys::window()?.navigator();
    let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
    locks.is_object().then_some(locks)
}

/// Why there is no lock.
enum Refused {
    Held,
    Forbidden,
}

/// Holds the lock of this id until the page is left, and tells when it is there.
async fn hold(locks: &JsValue, id: String) -> Option<Refused> {
    let abort = AbortController::new().ok();
    let name = format!("{KEY}:{id}");
    let granted = Closure::once(move |_lock: JsValue| {
        known(id);
        until_left()
    });
    let ended = request(locks, &name, abort.as_ref(), granted.as_ref());
    let timeout = abort
        .clone()
        .map(|abort| Timeout::new(GRANTED_WITHIN, move || abort.abort()));
    let ended = match ended {
        Ok(ended) => JsFuture::from(ended).await,
        Err(error) => Err(error),
    };
    drop(timeout);
    let held = abort.is_some_and(|abort| abort.signal().aborted());
    match ended {
        Ok(_) => None,
        Err(_) if held => Some(Refused::Held),
        Err(_) => Some(Refused::Forbidden),
    }
}

/// A promise that is kept when the page is left.
fn until_left() -> Promise {
    Promise::new(&mut |free, _| {
        TAB.with_borrow_mut(|tab| match tab.left {
            true => drop(free.call0(&JsValue::UNDEFINED)),
            false => tab.free = Some(free),
        });
    })
}

fn request(
    locks: &JsValue,
    name: &str,
    abort: Option<&AbortController>,
    granted: &JsValue,
) -> Result<Promise, JsValue> {
    let options = Object::new();
    if let Some(abort) = abort {
        Reflect::set(&options, &"signal".into(), &abort.signal())?;
    }
    let request: Function = Reflect::get(locks, &"request".into())?.dyn_into()?;
    request
        .call3(locks, &name.into(), &options, granted)?
        .dyn_into()
}
