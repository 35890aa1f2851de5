//! What may be the matter with a chat that does not begin, as a signal: an [`Advisor`] with its timer.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use leptos::prelude::*;
use send_wrapper::SendWrapper;

use crate::browser;
use leptos_chat_core::chat::advice::{Advice, Advisor};
use leptos_chat_core::connection::Event;

pub(in crate::chat) struct Watch {
    state: Arc<Mutex<Watching>>,
    advice: ArcRwSignal<Option<Advice>>,
}

#[derive(Default)]
struct Watching {
    advisor: Advisor,
    timer: Option<SendWrapper<TimeoutHandle>>,
}

impl Watch {
    pub(in crate::chat) fn new() -> Self {
        Self {
            state: Arc::default(),
            advice: ArcRwSignal::new(None),
        }
    }

    pub(in crate::chat) fn advice(&self) -> ArcReadSignal<Option<Advice>> {
        self.advice.read_only()
    }

    pub(in crate::chat) fn handle_event(&self, event: &Event) {
        let now = browser::now();
        let mut watching = lock(&self.state);
        watching.advisor.handle_event(event, now);
        let advice = watching.advisor.advice().cloned();
        match watching.advisor.poll_timeout() {
            None => watching.stop(),
            Some(at) if watching.timer.is_none() => {
                let (state, told) = (self.state.clone(), self.advice.clone());
                let look = move || {
                    let mut watching = lock(&state);
                    watching.timer = None;
                    watching.advisor.handle_timeout(browser::now());
                    let advice = watching.advisor.advice().cloned();
                    drop(watching);
                    told.set(advice);
                };
                let timer = set_timeout_with_handle(look, at - now).ok();
                watching.timer = timer.map(SendWrapper::new);
            }
            Some(_) => {}
        }
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
    fn stop(&mut self) {
        if let Some(timer) = self.timer.take() {
            timer.clear();
        }
    }
}

fn lock(state: &Mutex<Watching>) -> MutexGuard<'_, Watching> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
