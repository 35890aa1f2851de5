//! What the browser tests share: the server's address and its controls, an owner to live in, waiting for a condition.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use gloo_net::http::Request;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos_chat::{ChatOptions, use_chat};

/// The longest a condition is waited for.
const PATIENCE_MS: u32 = 15_000;

/// Where the server listens, without the scheme.
pub fn host() -> &'static str {
    let given = option_env!("LEPTOS_CHAT_TEST_SERVER").unwrap_or("127.0.0.1:4191");
    given.trim_start_matches("ws://").trim_end_matches('/')
}

pub fn url(path: &str) -> String {
    format!("ws://{}{path}", host())
}

/// Lives as a component does: what is made in `make` ends with the guard.
pub struct Alive(Owner);

impl Alive {
    pub fn with<T>(make: impl FnOnce() -> T) -> (Self, T) {
        // A second call finds it set up already.
        let _ = any_spawner::Executor::init_wasm_bindgen();
        let owner = Owner::new();
        let made = owner.with(make);
        (Self(owner), made)
    }

    pub fn inside<T>(&self, act: impl FnOnce() -> T) -> T {
        self.0.with(act)
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.cleanup();
    }
}

/// Waits until `condition` holds; panics with `what` when it never does.
pub async fn until(what: &str, condition: impl Fn() -> bool) {
    for _ in 0..PATIENCE_MS / 10 {
        if condition() {
            return;
        }
        TimeoutFuture::new(10).await;
    }
    panic!("waited in vain until {what}");
}

/// Waits until the page has its tab's lock: what is not sent is kept from then on.
pub async fn until_kept() {
    let nowhere = "ws://127.0.0.1:9/kept";
    let (_alive, chat) = Alive::with(|| use_chat(nowhere, ChatOptions::default().idle()));
    chat.send("kept").unwrap();
    let storage = web_sys::window().unwrap().session_storage();
    let storage = storage.unwrap().unwrap();
    until("it is stored", || {
        let keys = (0..storage.length().unwrap()).filter_map(|n| storage.key(n).unwrap());
        keys.into_iter().any(|key| key.contains(nowhere))
    })
    .await;
}

/// Waits for a thing that would be wrong to happen; long enough to see it.
pub async fn a_while(time: Duration) {
    TimeoutFuture::new(u32::try_from(time.as_millis()).unwrap()).await;
}

/// A list that callbacks write to.
pub type Log = Rc<RefCell<Vec<String>>>;

pub async fn control(path: &str) {
    let answer = Request::post(&format!("http://{}/control/{path}", host()))
        .send()
        .await
        .expect("the server runs with --faults");
    assert!(answer.ok(), "/control/{path} answered {}", answer.status());
}

/// How many WebSocket clients the server has.
pub async fn clients() -> u64 {
    let stats: serde_json::Value = Request::get(&format!("http://{}/control/stats", host()))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    stats["clients"].as_u64().unwrap()
}

/// Waits until the server has this many clients.
pub async fn until_clients(count: u64) {
    for _ in 0..PATIENCE_MS / 50 {
        if clients().await == count {
            return;
        }
        TimeoutFuture::new(50).await;
    }
    panic!("waited in vain until the server had {count} clients");
}
