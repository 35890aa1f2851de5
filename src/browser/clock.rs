//! The browser's clocks, and its randomness.

use std::time::Duration;

use leptos_chat_core::time::{Instant, millis_up};
use web_sys::Performance;

thread_local! {
    /// Asked for several times with each message that arrives.
    static CLOCK: Option<Performance> = web_sys::window().and_then(|window| window.performance());
}

/// The monotonic time since the page started.
pub(crate) fn now() -> Instant {
    // `Date.now()` jumps when the clock is set.
    let millis = CLOCK.with(|clock| clock.as_ref().map_or(0.0, Performance::now));
    Instant::from_start(millis_to_duration(millis))
}

/// The time of day, since 1970-01-01T00:00Z.
pub(crate) fn wall_clock() -> Duration {
    millis_to_duration(js_sys::Date::now())
}

/// The most milliseconds that `setTimeout` counts. What is longer it takes for nothing, and fires at once.
const LONGEST_TIMEOUT: u32 = i32::MAX.unsigned_abs();

/// A time in the milliseconds of a timer, rounded up: one that fires early would only be set again. At most 24 days.
pub(crate) fn timer_millis(time: Duration) -> u32 {
    u32::try_from(millis_up(time)).map_or(LONGEST_TIMEOUT, |millis| millis.min(LONGEST_TIMEOUT))
}

/// A number that nobody can guess; from `Math.random` where the page has no `crypto`.
pub(crate) fn seed() -> u64 {
    let mut bytes = [0_u8; 8];
    let secure = web_sys::window()
        .and_then(|window| window.crypto().ok())
        .and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes).ok());
    match secure {
        Some(_) => u64::from_le_bytes(bytes),
        None => js_sys::Math::random().to_bits() ^ js_sys::Date::now().to_bits().rotate_left(32),
    }
}

/// A time as the browser counts it.
pub(crate) fn millis_to_duration(millis: f64) -> Duration {
    // Negative and absurd times become the nearest one that there is.
    Duration::from_micros((millis * 1000.0) as u64)
}
