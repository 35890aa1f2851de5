//! The timeline behind a chat's signals: how events reach it, and how its changes reach the screen and the storage.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, Weak};
use std::time::Duration;

use gloo_events::EventListener;
use leptos::prelude::*;
use leptos::task::spawn_local;
use send_wrapper::SendWrapper;

use super::advice::AdviceSignal;
use super::deliveries::Deliveries;
use super::messages::Messages;
use super::redraw::Redraw;
use crate::browser;
use crate::lock::lock;
use leptos_chat_core::chat::advice::Advice;
use leptos_chat_core::chat::hold::Hold;
use leptos_chat_core::chat::message::ChatMessage;
use leptos_chat_core::chat::timeline::{Change, Timeline};
use leptos_chat_core::chat::unsent::{Kept, Unsent};
use leptos_chat_core::connection::{Delivery, Event, Failure};
use leptos_chat_core::session::{Incoming, MessageId};

/// How long a long queue of messages waits to be stored.
const STORE_WITHIN: Duration = Duration::from_millis(250);

/// How long a history may take.
const HISTORY_WITHIN: Duration = Duration::from_secs(10);

pub(super) type Fetching = Pin<Box<dyn Future<Output = Option<Vec<Incoming>>>>>;
/// What fetches a history for the store: its code is linked by an app that has one.
pub(in crate::chat) type History = Arc<dyn Fn(&Arc<Store>) + Send + Sync>;

pub(in crate::chat) struct Store {
    timeline: Arc<RwLock<Timeline>>,
    messages: ArcRwSignal<Messages>,
    deliveries: Mutex<Deliveries>,
    redraw: Redraw,
    /// How many own messages failed so far, and why the last one did.
    failures: ArcRwSignal<Failures>,
    unsent: Mutex<Option<(String, Unsent)>>,
    /// What is kept has changed, and is stored in a moment.
    stores_soon: AtomicBool,
    /// Stores it when the page is left before that.
    leaving: Mutex<Option<SendWrapper<EventListener>>>,
    history: Option<History>,
    hold: Mutex<Hold>,
    advice: AdviceSignal,
}

/// The own messages that failed while the chat was open.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::chat) struct Failures {
    pub(in crate::chat) count: u64,
    pub(in crate::chat) last: Option<Failure>,
}

impl Store {
    pub(in crate::chat) fn new(max_messages: usize, history: Option<History>) -> Self {
        let timeline = Arc::new(RwLock::new(Timeline::new(max_messages)));
        let messages = ArcRwSignal::new(Messages {
            timeline: timeline.clone(),
            version: 0,
        });
        Self {
            timeline,
            deliveries: Mutex::default(),
            redraw: Redraw::new({
                let messages = messages.clone();
                move || messages.update(|messages| messages.version += 1)
            }),
            messages,
            failures: ArcRwSignal::default(),
            unsent: Mutex::default(),
            stores_soon: AtomicBool::new(false),
            leaving: Mutex::default(),
            history,
            hold: Mutex::default(),
            advice: AdviceSignal::new(),
        }
    }

    pub(in crate::chat) fn messages(&self) -> ArcReadSignal<Messages> {
        self.messages.read_only()
    }

    pub(in crate::chat) fn delivery(&self, id: MessageId) -> Option<ArcReadSignal<Delivery>> {
        lock(&self.deliveries)
            .get(id)
            .map(|signal| signal.read_only())
    }

    pub(in crate::chat) fn failures(&self) -> ArcReadSignal<Failures> {
        self.failures.read_only()
    }

    pub(in crate::chat) fn advice(&self) -> ArcReadSignal<Option<Advice>> {
        self.advice.signal()
    }

    /// What was advised is done.
    pub(in crate::chat) fn take_advice(&self) {
        self.advice.begin_anew();
    }

    /// Nothing is shown any more.
    pub(in crate::chat) fn stop(&self) {
        self.redraw.stop();
        lock(&self.hold).clear();
        self.advice.stop();
        self.store_what_is_due();
        lock(&self.leaving).take();
    }

    /// A key was typed, and goes before what is to be drawn.
    pub(in crate::chat) fn give_way(&self) {
        self.redraw.give_way();
    }

    // ---- events ----

    pub(in crate::chat) fn apply(self: &Arc<Self>, event: &Event) {
        let now = browser::wall_clock();
        self.follow_unsent(event, now);
        self.advice.handle_event(event);
        // It comes behind the history that is being fetched.
        if lock(&self.hold).take(event, now) {
            return;
        }
        if let (Event::Gap, Some(fetch)) = (event, &self.history)
            && !self.read().is_empty()
        {
            fetch(self);
        }
        let change = self.take(event, now);
        if let (
            Event::Delivery {
                delivery: Delivery::Failed(why),
                ..
            },
            Change::Delivery(_),
        ) = (event, change)
        {
            self.count_failure(why);
        }
    }

    #[inline(never)]
    fn count_failure(&self, why: &Failure) {
        self.failures.update(|failures| {
            failures.count += 1;
            failures.last = Some(why.clone());
        });
    }

    fn take(&self, event: &Event, at: Duration) -> Change {
        let change = self.write().apply(event, at);
        match change {
            Change::Nothing => {}
            Change::Added | Change::Other => self.redraw.ask(),
            Change::Delivery(id) => self.show_delivery(id),
        }
        change
    }

    #[inline(never)]
    fn show_delivery(&self, id: MessageId) {
        let delivery = self
            .read()
            .own_message(id)
            .and_then(|message| message.delivery.clone());
        let signal = lock(&self.deliveries).get(id);
        if let (Some(delivery), Some(signal)) = (delivery, signal) {
            signal.set(delivery);
        }
        self.redraw.ask();
    }

    // ---- own messages ----

    /// Whether there is a row for this own message. Its delivery may be known without: it outlives the row.
    pub(in crate::chat) fn has_own(&self, id: MessageId) -> bool {
        self.read().own_message(id).is_some()
    }

    pub(in crate::chat) fn push_own(&self, id: MessageId, user: Option<String>, text: String) {
        let now = browser::wall_clock();
        if let Some((_, unsent)) = lock(&self.unsent).as_mut() {
            unsent.add(id, text.clone(), now);
        }
        self.show_own(id, user, text, now);
    }

    fn show_own(&self, id: MessageId, user: Option<String>, text: String, at: Duration) {
        let mut timeline = self.write();
        timeline.push_own(id, user, text, at);
        lock(&self.deliveries).add(id, |id| timeline.own_message(id).is_some());
        // Who draws reads it.
        drop(timeline);
        self.redraw.ask_for_own();
    }

    pub(in crate::chat) fn failed_text(&self, id: MessageId) -> Option<String> {
        let timeline = self.read();
        let message = timeline.own_message(id)?;
        matches!(message.delivery, Some(Delivery::Failed(_)))
            .then(|| message.body.as_text().map(ToOwned::to_owned))?
    }

    // ---- what survives a reload ----

    /// Offers again what was not sent when the page died, and keeps from now on what would be lost.
    pub(in crate::chat) fn keep_unsent(self: &Arc<Self>, key: String, user: Option<&str>) {
        // Under the key of the address that is left, before another takes its place.
        self.store_what_is_due();
        *lock(&self.unsent) = Some((key.clone(), Unsent::default()));
        let (store, user) = (Arc::downgrade(self), user.map(ToOwned::to_owned));
        browser::tab::when_known(move || with(&store, |store| store.offer(&key, user)));
        let store = Arc::downgrade(self);
        let leaving = browser::when_left(move || with(&store, Store::store_what_is_due));
        *lock(&self.leaving) = leaving.map(SendWrapper::new);
    }

    /// What this tab keeps under the key, unless the chat has moved on meanwhile.
    fn offer(&self, key: &str, user: Option<String>) {
        if let Some(first) = browser::tab::copied_from() {
            browser::storage::store(&format!("{key}:{first}"), None);
        }
        let stored = stored_under(key).and_then(|key| browser::storage::load(&key));
        for kept in Unsent::of_text(&stored.unwrap_or_default(), browser::wall_clock()) {
            if self.offer_one(key, user.clone(), kept).is_none() {
                return;
            }
        }
        self.store_what_is_due();
    }

    #[inline(never)]
    fn offer_one(&self, key: &str, user: Option<String>, kept: Kept) -> Option<()> {
        match lock(&self.unsent).as_mut() {
            Some((current, unsent)) if *current == key => {
                unsent.add(kept.id, kept.text.clone(), kept.at);
            }
            _ => return None,
        }
        let (id, delivery) = (kept.id, Delivery::Failed(kept.failure()));
        self.show_own(id, user, kept.text, kept.at);
        self.take(&Event::Delivery { id, delivery }, kept.at);
        Some(())
    }

    fn follow_unsent(self: &Arc<Self>, event: &Event, now: Duration) {
        let mut unsent = lock(&self.unsent);
        let Some((_, kept)) = unsent.as_mut().filter(|(_, kept)| !kept.is_empty()) else {
            return;
        };
        let (is_new, is_short) = (kept.follow(event, now), kept.is_short());
        drop(unsent);
        match is_short {
            true if is_new => self.store_unsent(),
            false if is_new => self.store_unsent_soon(),
            _ => {}
        }
    }

    #[inline(never)]
    fn store_unsent(&self) {
        if let Some((key, unsent)) = lock(&self.unsent).as_ref() {
            let key = stored_under(key);
            // Until the tab is known, it stays due.
            self.stores_soon.store(key.is_none(), Ordering::Relaxed);
            if let Some(key) = key {
                browser::storage::store(&key, unsent.to_text().as_deref());
            }
        }
    }

    /// All of a long queue is written for each change: once a quarter of a second, where each of its messages changes.
    #[inline(never)]
    fn store_unsent_soon(self: &Arc<Self>) {
        if self.stores_soon.swap(true, Ordering::Relaxed) {
            return;
        }
        let store = Arc::downgrade(self);
        set_timeout(move || with(&store, Store::store_what_is_due), STORE_WITHIN);
    }

    fn store_what_is_due(&self) {
        if self.stores_soon.load(Ordering::Relaxed) {
            self.store_unsent();
        }
    }

    // ---- gaps ----

    /// Fetches the messages after the last one that is held.
    pub(super) fn fetch_history(
        self: &Arc<Self>,
        fetch: &dyn Fn(Option<Arc<ChatMessage>>) -> Fetching,
    ) {
        let last = self.read().iter().next_back().cloned();
        let round = lock(&self.hold).begin();
        let fetching = fetch(last);
        let store = Arc::downgrade(self);
        spawn_local(async move {
            let missed = fetching.await;
            with(&store, |store| store.fill_gap(round, missed));
        });
        let store = Arc::downgrade(self);
        // A fetch that hangs must not hold back what arrives.
        set_timeout(
            move || with(&store, |store| store.fill_gap(round, None)),
            HISTORY_WITHIN,
        );
    }

    /// The history is there, or will not be: what waited for it goes on.
    fn fill_gap(&self, round: u64, missed: Option<Vec<Incoming>>) {
        let in_history = missed.as_deref().unwrap_or_default();
        let Some(waited) = lock(&self.hold).end(round, in_history) else {
            return;
        };
        if let Some(missed) = missed {
            self.write().fill_gap(missed, browser::wall_clock());
        }
        for (event, at) in waited {
            self.take(&event, at);
        }
        self.redraw.ask();
    }

    fn read(&self) -> RwLockReadGuard<'_, Timeline> {
        self.timeline.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Timeline> {
        self.timeline
            .write()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// The tab's own place for this key.
fn stored_under(key: &str) -> Option<String> {
    browser::tab::id().map(|tab| format!("{key}:{tab}"))
}

fn with(store: &Weak<Store>, act: impl FnOnce(&Store)) {
    if let Some(store) = store.upgrade() {
        act(&store);
    }
}
