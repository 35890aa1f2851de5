//! The connection's rules of DESIGN.md, 1 to 13, each as behaviours of a simulated world.

#[path = "connection/closing.rs"]
mod closing;
#[path = "connection/delivery.rs"]
mod delivery;
#[path = "connection/endings.rs"]
mod endings;
#[path = "connection/liveness.rs"]
mod liveness;
// proptest is there for native tests only.
#[cfg(not(target_arch = "wasm32"))]
#[path = "connection/properties.rs"]
mod properties;
#[path = "connection/sockets.rs"]
mod sockets;
mod world;

use std::time::Duration;

const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}
