//! One connection in a test harness, with a clock that is stepped and a server that follows a script: the connection's rules, and
//! the protocols' traps.

mod connection;
mod driver;
mod harness;
mod session;

use std::time::Duration;

const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}
