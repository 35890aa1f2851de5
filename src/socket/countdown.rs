//! The countdown to the next attempt: one timer, set to when what is shown changes; none on a hidden page.

use std::any::Any;
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use send_wrapper::SendWrapper;

use crate::browser;
use crate::lock::lock;
use leptos_chat_core::connection::State;
use leptos_chat_core::countdown::Countdown;

/// The timer that ticks, or what waits for the page to be seen; dropping it ends the countdown.
pub(super) type Ticking = Mutex<Option<SendWrapper<Box<dyn Any>>>>;

/// Keeps `retry_in` up to date while the state is `Waiting`.
pub(super) fn count_down(
    state: &State,
    retry_in: &ArcRwSignal<Option<Duration>>,
    ticking: &Arc<Ticking>,
) {
    stop_countdown(ticking);
    match *state {
        State::Waiting { until } => {
            tick(Countdown::new(until), retry_in, &Arc::downgrade(ticking));
        }
        _ => retry_in.set(None),
    }
}

fn tick(countdown: Countdown, retry_in: &ArcRwSignal<Option<Duration>>, ticking: &Weak<Ticking>) {
    let now = browser::now();
    let is_visible = browser::is_visible();
    if is_visible {
        retry_in.set(Some(countdown.shown(now)));
    }
    let (Some(wait), Some(place)) = (countdown.changes_in(now), ticking.upgrade()) else {
        return;
    };
    let next = {
        let (retry_in, ticking) = (retry_in.clone(), ticking.clone());
        move || tick(countdown, &retry_in, &ticking)
    };
    let waits: Box<dyn Any> = match is_visible {
        true => Box::new(Timeout::new(browser::timer_millis(wait), next)),
        false => Box::new(browser::when_visible(next)),
    };
    // What has just ended is dropped outside of the lock.
    let ended = lock(&place).replace(SendWrapper::new(waits));
    drop(ended);
}

pub(super) fn stop_countdown(ticking: &Ticking) {
    lock(ticking).take();
}
