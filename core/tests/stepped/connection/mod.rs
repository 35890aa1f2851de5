//! The connection's rules, each as behaviours of the stepped world. Their numbers are those of ARCHITECTURE.md.

mod closing;
mod delivery;
mod endings;
mod liveness;
// proptest is there for native tests only.
#[cfg(not(target_arch = "wasm32"))]
mod properties;
mod sockets;
