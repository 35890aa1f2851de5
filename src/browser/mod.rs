//! The only part that touches the browser: a short driver that obeys the connection. Nothing is decided here.

/// Whether there is a browser around: not on a server that renders, and not in native tests.
pub(crate) const IN_BROWSER: bool = cfg!(target_arch = "wasm32") && !cfg!(feature = "ssr");

mod clock;
mod driver;
#[cfg(any(feature = "sockjs", feature = "socketio"))]
mod fetch;
mod page;
mod socket;
pub(crate) mod storage;
pub(crate) mod tab;

pub(crate) use clock::{millis_to_duration, now, seed, timer_millis, wall_clock};
#[cfg(any(feature = "sockjs", feature = "socketio"))]
pub(crate) use fetch::ask_whether_there;
pub(crate) use page::{is_visible, when_left, when_visible};

/// This build cannot fetch.
#[cfg(not(any(feature = "sockjs", feature = "socketio")))]
pub(crate) fn ask_whether_there(_url: &str, _there: impl FnOnce() + 'static) {}
pub(crate) use driver::{Driver, Loader, Provider, Subscription};
