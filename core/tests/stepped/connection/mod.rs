//! The connection's rules, each as behaviours, with a clock that is stepped. Their numbers are those of ARCHITECTURE.md.

mod blame;
mod closing;
mod credentials;
mod delivery;
mod endings;
mod liveness;
mod moving;
mod pinged;
mod properties;
mod sentences;
mod settling;
mod sockets;
mod waiting;
