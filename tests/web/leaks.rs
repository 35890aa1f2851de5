//! 1,000 chats that are mounted and unmounted leave nothing behind: no element, listener, timer, observer, socket or memory.
//!
//! The same for 1,000 reconnections, with the heap of JavaScript, is in `tests/e2e/leaks.test.mjs`.

use std::time::Duration;

use leptos::mount::mount_to;
use leptos::prelude::*;
use leptos_chat::{Chat, Language};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{console_log, wasm_bindgen_test};
use web_sys::HtmlElement;

use super::support::{a_while, until, until_clients, url};

const ROUNDS: usize = 1000;
/// The first rounds fill caches and pools.
const WARM_UP: usize = 300;
/// One chat in so many is waited for until it is open; the others go while they still connect.
const OPENED: usize = 10;
/// The program's memory grows in pages of 64 KiB and never shrinks, and some of it waits for the browser's collector.
const MEMORY_SLACK: u32 = 65_536;
/// Values of JavaScript that are held: those of timers that are still to fire.
const VALUES_SLACK: u32 = 20;

/// What the heap of JavaScript may differ by, in bytes, for compiled code and the browser's own tables: 300 for each round.
const HEAP_SLACK: u32 = 300_000;

/// Counts what is alive. Frames and timers are counted until they have fired, and listeners where their target outlives a chat.
const COUNT: &str = "(() => {
    if (globalThis.__alive) return;
    const alive = globalThis.__alive = { timers: new Set(), observers: new Set(), listeners: new Set() };
    const { addEventListener, removeEventListener } = EventTarget.prototype;
    const numbers = new WeakMap();
    const number = (thing) => numbers.get(thing) ?? (numbers.set(thing, numbers.last = (numbers.last ?? 0) + 1), numbers.last);
    const key = (target, type, listener) => `${number(target)} ${type} ${number(listener)}`;
    const lasts = (target) => !(target instanceof Node) || target === document || target === document.body;
    EventTarget.prototype.addEventListener = function (type, listener, ...rest) {
        const target = this ?? globalThis;
        if (listener && lasts(target)) alive.listeners.add(key(target, type, listener));
        return addEventListener.call(target, type, listener, ...rest);
    };
    EventTarget.prototype.removeEventListener = function (type, listener, ...rest) {
        const target = this ?? globalThis;
        if (listener && lasts(target)) alive.listeners.delete(key(target, type, listener));
        return removeEventListener.call(target, type, listener, ...rest);
    };
    for (const [start, stop, once] of [['setTimeout', 'clearTimeout', true], ['setInterval', 'clearInterval', false],
        ['requestAnimationFrame', 'cancelAnimationFrame', true]]) {
        const [begin, end] = [globalThis[start].bind(globalThis), globalThis[stop].bind(globalThis)];
        const name = (id) => start[0] + id;
        globalThis[start] = (act, ...rest) => {
            const id = begin((...args) => { if (once) alive.timers.delete(name(id)); return act(...args); }, ...rest);
            alive.timers.add(name(id));
            return id;
        };
        globalThis[stop] = (id) => { alive.timers.delete(name(id)); end(id); };
    }
    const Observer = globalThis.ResizeObserver;
    globalThis.ResizeObserver = class extends Observer {
        observe(...args) { alive.observers.add(this); super.observe(...args); }
        disconnect() { alive.observers.delete(this); super.disconnect(); }
    };
})()";

#[derive(Debug)]
struct Alive {
    elements: u32,
    listeners: u32,
    timers: u32,
    observers: u32,
    values: u32,
    heap: u32,
    memory: u32,
}

fn number(script: &str) -> u32 {
    js_sys::eval(script).unwrap().as_f64().unwrap() as u32
}

async fn measure() -> Alive {
    until_clients(0).await;
    // The garbage that frees the program's own values is itself garbage.
    for _ in 0..5 {
        js_sys::eval("gc()").unwrap();
        a_while(Duration::from_millis(100)).await;
    }
    let memory: js_sys::WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
    let buffer: js_sys::ArrayBuffer = memory.buffer().unchecked_into();
    Alive {
        elements: document().get_elements_by_tag_name("*").length(),
        listeners: number("globalThis.__alive.listeners.size"),
        timers: number("globalThis.__alive.timers.size"),
        observers: number("globalThis.__alive.observers.size"),
        values: wasm_bindgen::externref_heap_live_count(),
        heap: number("performance.memory.usedJSHeapSize"),
        memory: buffer.byte_length(),
    }
}

/// `lang` outlives the chats, as an app's own signals do.
async fn come_and_go(rounds: usize, lang: RwSignal<Language>) {
    for round in 0..rounds {
        let place: HtmlElement = document().create_element("div").unwrap().unchecked_into();
        document().body().unwrap().append_child(&place).unwrap();
        let handle = mount_to(
            place.clone(),
            move || view! { <Chat url=url("/relay") user="ada" lang /> },
        );
        if round % OPENED == 0 {
            let open = || place.query_selector("[data-state=open]").unwrap().is_some();
            until("the chat is open", open).await;
        } else {
            a_while(Duration::from_millis(1)).await;
        }
        drop(handle);
        assert_eq!(place.child_element_count(), 0);
        place.remove();
    }
}

#[wasm_bindgen_test]
async fn a_thousand_chats_that_come_and_go_leave_nothing_behind() {
    js_sys::eval(COUNT).unwrap();
    let lang = RwSignal::new(Language::English);
    come_and_go(WARM_UP, lang).await;
    let before = measure().await;
    come_and_go(ROUNDS, lang).await;
    let after = measure().await;
    console_log!("{ROUNDS} mounts and unmounts: {before:?} -> {after:?}");
    assert!(after.elements <= before.elements, "elements");
    assert!(after.listeners <= before.listeners, "listeners");
    assert!(after.timers <= before.timers, "timers");
    assert_eq!(after.observers, 0, "observers");
    assert!(after.values <= before.values + VALUES_SLACK, "values");
    assert!(after.heap <= before.heap + HEAP_SLACK, "heap");
    assert!(after.memory <= before.memory + MEMORY_SLACK, "memory");
}
