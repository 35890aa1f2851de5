//! The countdown to the next attempt.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use gloo_timers::callback::Interval;
use leptos::prelude::*;
use send_wrapper::SendWrapper;

use crate::browser;
use leptos_chat_core::connection::State;

/// How often the countdown to the next attempt moves.
const COUNTDOWN_EVERY: Duration = Duration::from_millis(250);

/// Keeps `retry_in` up to date while the state is `Waiting`.
pub(super) fn count_down(
    state: &State,
    retry_in: &ArcRwSignal<Option<Duration>>,
    countdown: &Mutex<Option<SendWrapper<Interval>>>,
) {
    stop_countdown(countdown);
    let State::Waiting { until } = *state else {
        retry_in.set(None);
        return;
    };
    let tick = {
        let retry_in = retry_in.clone();
        move || {
            let left = (until - browser::now()).as_millis().div_ceil(1000);
            let left = Some(Duration::from_secs(u64::try_from(left).unwrap_or(u64::MAX)));
            if retry_in.get_untracked() != left {
                retry_in.set(left);
            }
        }
    };
    tick();
    let millis = COUNTDOWN_EVERY.as_millis() as u32;
    let interval = SendWrapper::new(Interval::new(millis, tick));
    *countdown.lock().unwrap_or_else(PoisonError::into_inner) = Some(interval);
}

pub(super) fn stop_countdown(countdown: &Mutex<Option<SendWrapper<Interval>>>) {
    countdown
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
}
