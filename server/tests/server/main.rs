//! The development server, as its clients find it.
#![forbid(unsafe_code)]

mod bounds;
mod clients;
mod control;
mod endpoints;
mod faults;
mod lifecycle;
mod log;
mod origin;
mod tls;
