//! Misbehaviour on request, for tests of a client. Only reachable when the server was started with faults on.

pub(crate) mod control;
pub(crate) mod garbage;
pub(crate) mod plan;
