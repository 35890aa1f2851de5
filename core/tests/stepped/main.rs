//! The stepped world: one connection, a clock that is stepped, and a server that follows a script. The connection's rules, and
//! the protocols' traps.

mod connection;
mod driver;
mod session;
mod world;

use std::time::Duration;

const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}
