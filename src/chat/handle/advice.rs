//! What may be the matter with a chat that does not begin, as a signal: an [`Advisor`] with its timer.

use std::sync::{Arc, Mutex};

use leptos::prelude::*;
use send_wrapper::SendWrapper;

use crate::browser;
use crate::lock::lock;
use leptos_chat_core::chat::advice::{Advice, Advisor};
use leptos_chat_core::connection::Event;
use leptos_chat_core::time::Instant;

pub(in crate::chat) struct AdviceSignal {
    state: Arc<Mutex<Watching>>,
    advice: ArcRwSignal<Option<Advice>>,
}

#[derive(Default)]
struct Watching {
    advisor: Advisor,
    timer: Option<SendWrapper<TimeoutHandle>>,
}

impl AdviceSignal {
    pub(in crate::chat) fn new() -> Self {
        Self {
            state: Arc::default(),
            advice: ArcRwSignal::new(None),
        }
    }

    pub(in crate::chat) fn signal(&self) -> ArcReadSignal<Option<Advice>> {
        self.advice.read_only()
    }

    pub(in crate::chat) fn handle_event(&self, event: &Event) {
        let now = browser::now();
        let mut watching = lock(&self.state);
        watching.advisor.handle_event(event, now);
        let advice = watching.advisor.advice().cloned();
        watching.look_in_time(&self.state, &self.advice, now);
        drop(watching);
        if self.advice.get_untracked() != advice {
            self.advice.set(advice);
        }
    }

    /// What was the matter is being mended.
    pub(in crate::chat) fn begin_anew(&self) {
        lock(&self.state).advisor = Advisor::default();
        self.advice.set(None);
    }

    pub(in crate::chat) fn stop(&self) {
        lock(&self.state).stop();
    }
}

impl Watching {
    /// Sets the timer for when the advisor wants to look again, and takes it back where it need not.
    fn look_in_time(
        &mut self,
        state: &Arc<Mutex<Self>>,
        told: &ArcRwSignal<Option<Advice>>,
        now: Instant,
    ) {
        let Some(at) = self.advisor.poll_timeout() else {
            return self.stop();
        };
        if self.timer.is_some() {
            return;
        }
        let (state, told) = (state.clone(), told.clone());
        let look = move || {
            let now = browser::now();
            let mut watching = lock(&state);
            watching.timer = None;
            watching.advisor.handle_timeout(now);
            let advice = watching.advisor.advice().cloned();
            // One look may be followed by another, though nothing happens: first for the shape, then for the silence.
            watching.look_in_time(&state, &told, now);
            drop(watching);
            told.set(advice);
        };
        let timer = set_timeout_with_handle(look, at - now).ok();
        self.timer = timer.map(SendWrapper::new);
    }

    fn stop(&mut self) {
        if let Some(timer) = self.timer.take() {
            timer.clear();
        }
    }
}
