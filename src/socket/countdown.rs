//! The countdown to the next attempt: one timer, set to when what is shown changes.

use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use send_wrapper::SendWrapper;

use crate::browser;
use leptos_chat_core::connection::State;
use leptos_chat_core::countdown::Countdown;
use leptos_chat_core::time::millis_up;

/// The timer that ticks; dropping it ends the countdown.
pub(super) type Ticking = Mutex<Option<SendWrapper<Timeout>>>;

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
    retry_in.set(Some(countdown.shown(now)));
    let (Some(wait), Some(place)) = (countdown.changes_in(now), ticking.upgrade()) else {
        return;
    };
    let next = {
        let (retry_in, ticking) = (retry_in.clone(), ticking.clone());
        move || tick(countdown, &retry_in, &ticking)
    };
    let millis = u32::try_from(millis_up(wait)).unwrap_or(u32::MAX);
    let timeout = SendWrapper::new(Timeout::new(millis, next));
    // The old timer, which has just fired, is dropped outside of the lock.
    let fired = place
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .replace(timeout);
    drop(fired);
}

pub(super) fn stop_countdown(ticking: &Ticking) {
    ticking
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
}
