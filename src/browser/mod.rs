//! The only part that touches the browser: a short driver that obeys the connection. Nothing is decided here.

mod clock;
mod driver;
#[cfg(feature = "sockjs")]
mod fetch;
mod page;
mod socket;

pub(crate) use clock::{now, seed, wall_clock};
pub(crate) use driver::{Driver, Provider};
